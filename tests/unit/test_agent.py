"""Whether an agent is where they are to be."""

from core.agent import asks_for_target, is_there

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


def test_what_a_request_asks_for():
    """The target, or Offline by any name."""
    assert asks_for_target(agent(LUNCH, SHIFT), SHIFT)
    assert asks_for_target(agent(LUNCH, SHIFT), OFFLINE)
    assert asks_for_target(agent(LUNCH, OFFLINE), OFFLINE)
    assert not asks_for_target(agent(LUNCH, OFFLINE), SHIFT)
    assert not asks_for_target(agent(LUNCH, {"name": "", "arn": "", "type": ""}), {"arn": "", "type": "routable"})
