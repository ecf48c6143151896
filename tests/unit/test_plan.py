"""What each open CCP is told of its closing."""

from core.hold import health
from core.journal import empty
from core.opening import new_life
from core.plan import PAUSE_MS, plan_for
from core.policy import defaults

ACME = "https://acme.awsapps.com"
NOW = 100000


def a_life(ccp):
    """An open CCP."""
    life = new_life({"ccp": ccp, "instance": ACME, "url": ACME + "/connect/ccp#", "tab": 7, "frame": 0}, NOW)
    life["phase"] = "open"
    return life


def plan(journal, policy, known, now=NOW):
    """What the first CCP is told."""
    return plan_for(journal, journal["lives"][0], policy, known, now)


def alone():
    """A journal with one CCP."""
    journal = empty()
    journal["lives"].append(a_life("c1"))
    return journal


def test_a_plan_is_complete():
    """By default, alone: the page may ask itself, and nobody is asked while there is a network."""
    told = plan(alone(), defaults(), health(ACME))
    assert told["type"] == "plan"
    assert told["last"] is True
    assert told["delay_ms"] == 150
    assert told["ask"] == "offline"
    assert told["target"] == ""
    assert told["contacts"] == "leave"


def test_only_the_last_one_asks():
    """Beside another one that is open, or opens, it does not; nor is a slow one waited for without end."""
    journal = alone()
    journal["lives"].append(a_life("c2"))
    assert plan(journal, defaults(), health(ACME))["last"] is False
    journal["lives"][1]["phase"] = "opening"
    assert plan(journal, defaults(), health(ACME))["last"] is False
    assert plan(journal, defaults(), health(ACME), NOW + 10000)["last"] is True


def test_what_was_just_chosen():
    """The page shows Offline still, and the agent has chosen to work."""
    journal = alone()
    assert plan(journal, defaults(), health(ACME))["choosing"] is False
    journal["lives"][0]["choosing"] = "37"
    assert plan(journal, defaults(), health(ACME))["choosing"] is True


def test_what_is_delayed():
    """The end of the last one's page; else, for a moment, that it may go; never longer than is allowed."""
    policy = defaults()
    policy["unload_delay_ms"] = 300
    journal = alone()
    assert plan(journal, policy, health(ACME))["pause_ms"] == 0
    assert plan(journal, policy, health(ACME))["delay_ms"] == 300
    journal["lives"].append(a_life("c2"))
    assert plan(journal, policy, health(ACME))["pause_ms"] == PAUSE_MS
    assert plan(journal, policy, health(ACME))["delay_ms"] == 0
    policy["unload_delay_ms"] = 20
    assert plan(journal, policy, health(ACME))["pause_ms"] == 20


def test_the_named_state_is_told():
    """The page chooses it by its name."""
    policy = defaults()
    policy["target_name"] = "End of shift"
    assert plan(alone(), policy, health(ACME))["target"] == "End of shift"


def test_what_the_page_does_on_a_contact():
    """It leaves that to the background; or to nobody; or it is alone, and asks for the next state itself."""
    policy = defaults()
    policy["redelivery"] = False
    assert plan(alone(), policy, health(ACME))["contacts"] == "enqueue"
    policy["on_contact"] = "skip"
    assert plan(alone(), policy, health(ACME))["contacts"] == "skip"
    policy["redelivery"] = True
    assert plan(alone(), policy, health(ACME))["contacts"] == "skip"


def test_when_it_is_held():
    """As the instance fares, and as the dialog in it stands."""
    known = health(ACME)
    known["calls_fail"] = True
    journal = alone()
    assert plan(journal, defaults(), known)["ask"] == "always"
    journal["lives"][0]["dialog"] = "let_go"
    assert plan(journal, defaults(), known)["ask"] == "never"
