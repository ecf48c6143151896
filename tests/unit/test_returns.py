"""When an agent counts as having come back."""

from core.departure import vanished
from core.returns import RETURN_MS, has_taken_effect, newest_of, still_counts


def agent(arn, on_contact=False):
    """An agent in the state with this ARN."""
    return {
        "name": "",
        "state_type": "",
        "chosen_name": "",
        "chosen_arn": arn,
        "chosen_type": "",
        "target_name": "Offline",
        "target_arn": "arn:offline",
        "target_type": "offline",
        "on_contact": on_contact,
        "key": 1,
    }


def left(ccp, tab, instance="https://acme.awsapps.com", on_contact=False):
    """A departure at 100 000 ms."""
    session = {
        "ccp": ccp,
        "instance": instance,
        "url": instance + "/connect/ccp#",
        "tab": tab,
        "frame": 0,
        "agent": agent("arn:available", on_contact),
        "at": 0,
    }
    return vanished("d-" + ccp, session, 100000)


def ccp(tab):
    """A CCP that is open now."""
    return {"ccp": "c9", "instance": "https://acme.awsapps.com", "tab": tab, "agent": agent("")}


def test_the_same_tab_within_a_minute():
    """Another tab, another instance, or after a minute: the agent has gone."""
    departures = [left("c1", 7), left("c2", 8), left("c3", 7, "https://beta.awsapps.com")]
    assert newest_of(departures, ccp(7), 101000)["ccp"] == "c1"
    assert newest_of(departures, ccp(9), 101000) is None
    assert newest_of(departures, ccp(7), 100000 + RETURN_MS) is None
    assert still_counts(departures[0], 100000 + RETURN_MS - 1)
    assert newest_of([left("c1", 7), left("c4", 7)], ccp(7), 101000)["ccp"] == "c4"


def test_a_document_does_not_take_back_its_own_departure():
    """Only another document in its place can; the page that stays says so itself."""
    departure = left("c9", 7)
    departure["gone_at"] = 0
    assert newest_of([departure], ccp(7), 101000) is None
    # Unless it was gone since, kept by the browser.
    departure["gone_at"] = 100500
    assert newest_of([departure], ccp(7), 101000)["ccp"] == "c9"


def test_another_agent_is_no_return():
    """The next agent at the same desk, and one who has signed out, are not set back to anything."""
    departure = left("c1", 7)
    departure["agent"]["key"] = 2
    assert newest_of([departure], ccp(7), 101000) is None
    departure = left("c1", 7)
    departure["kind"] = "signed_out"
    assert newest_of([departure], ccp(7), 101000) is None


def test_only_what_took_effect_is_taken_back():
    """The agent is Offline as the departure asked; on a contact the target is the unseen next state."""
    departure = left("c1", 7)
    assert has_taken_effect(departure, agent("arn:offline"))
    assert not has_taken_effect(departure, agent("arn:available"))
    assert not has_taken_effect(departure, agent("arn:available", True))
    assert has_taken_effect(left("c1", 7, "https://acme.awsapps.com", True), agent("arn:available", True))
