"""Whether an agent is where they are to be."""

from core.agent import asks_for_target, is_on_contact, is_there, must_go
from core.opening import new_life
from core.policy import defaults

LUNCH = {"name": "Lunch", "arn": "arn:lunch", "type": "not_routable"}
OFFLINE = {"name": "Offline", "arn": "arn:offline", "type": "offline"}
SHIFT = {"name": "End of shift", "arn": "arn:shift", "type": "not_routable"}


def agent(now, target):
    """An agent in one state, who is to be in another."""
    return {
        "name": now["name"],
        "state_type": now["type"],
        "target_name": target["name"],
        "target_arn": target["arn"],
        "target_type": target["type"],
        "contacts": "",
    }


def test_offline_is_enough():
    """Whatever the settings name: nobody rings there."""
    assert is_there(agent(OFFLINE, OFFLINE))
    assert is_there(agent(OFFLINE, SHIFT))
    assert not is_there(agent(LUNCH, OFFLINE))


def test_the_named_state():
    """It counts only where it is the target."""
    assert is_there(agent(SHIFT, SHIFT))
    assert not is_there(agent(SHIFT, OFFLINE))
    assert not is_there(agent(LUNCH, SHIFT))
    # A state that is called as the offline one, and is another.
    assert not is_there(agent({"name": "Offline", "type": "routable"}, OFFLINE))


def test_a_nameless_state_is_no_target():
    """Where nothing is known, nobody is where they are to be."""
    assert not is_there(agent({"name": "", "type": "routable"}, {"name": "", "arn": "", "type": ""}))


def test_what_a_request_asks_for():
    """The target, or Offline by any name."""
    assert asks_for_target(agent(LUNCH, SHIFT), SHIFT)
    assert asks_for_target(agent(LUNCH, SHIFT), OFFLINE)
    assert asks_for_target(agent(LUNCH, OFFLINE), OFFLINE)
    assert not asks_for_target(agent(LUNCH, OFFLINE), SHIFT)
    nothing = {"name": "", "arn": "", "type": ""}
    assert not asks_for_target(agent(LUNCH, nothing), {"name": "Available", "arn": "", "type": "routable"})
    assert asks_for_target(agent(LUNCH, SHIFT), {"name": "End of shift", "arn": "", "type": "not_routable"})
    assert not asks_for_target(agent(LUNCH, SHIFT), {"name": "End of shift", "arn": "", "type": "system"})
    assert not asks_for_target(agent(LUNCH, SHIFT), {"name": "Lunch", "arn": "", "type": "not_routable"})


def must(of, choosing, policy):
    """Whether this agent is to be set Offline when their CCP goes."""
    life = new_life({"ccp": "c1", "instance": "", "url": "", "tab": 7, "frame": 0}, 0)
    life["agent"] = of
    life["choosing"] = choosing
    return must_go(life, policy)


def test_who_must_go():
    """Who is not where they are to be, or has just asked to leave it; not who is unknown."""
    assert must(agent(LUNCH, OFFLINE), "", defaults())
    assert not must(agent(OFFLINE, OFFLINE), "", defaults())
    assert not must(agent(SHIFT, SHIFT), "", defaults())
    assert must(agent(OFFLINE, OFFLINE), "r1", defaults())
    assert not must(None, "r1", defaults())


def test_who_is_left_alone_with_a_contact():
    """Where the policy wants it so; after-contact work is a contact too."""
    busy = agent(LUNCH, OFFLINE)
    assert not is_on_contact(busy)
    busy["contacts"] = "k1"
    assert is_on_contact(busy)
    policy = defaults()
    assert must(busy, "", policy)
    policy["on_contact"] = "skip"
    assert not must(busy, "", policy)
    assert must(agent(LUNCH, OFFLINE), "", policy)
