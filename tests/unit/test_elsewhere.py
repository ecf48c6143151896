"""Whether the server tells of work, or of a wish, that is newer than what the CCP knew."""

from core.elsewhere import SLACK_MS, works_elsewhere
from core.opening import new_life

ACME = "https://acme.awsapps.com"
# By the server's clock, in milliseconds.
SINCE = 1700000000000


def left(contacts="", since=SINCE):
    """A CCP that is gone, its agent Available since then."""
    life = new_life({"ccp": "c1", "instance": ACME, "url": ACME + "/connect/ccp#", "tab": 7, "frame": 0}, 0)
    life["agent"] = {"name": "Available", "since": since, "contacts": contacts, "target_name": "Offline"}
    return life


def snapshot(state, kind, since, contacts, phase="connected"):
    """What the server tells; its times are in seconds. All contacts are in one phase."""
    known = [{"contactId": contact, "state": {"type": phase}} for contact in contacts]
    return {"state": {"name": state, "type": kind, "startTimestamp": since / 1000}, "contacts": known}


def test_nothing_is_newer():
    """The state is the one that the CCP knew, or began when that did."""
    assert not works_elsewhere(left(), snapshot("Available", "routable", SINCE, []))
    assert not works_elsewhere(left(), snapshot("Available", "routable", SINCE + SLACK_MS, []))
    assert not works_elsewhere(left(), snapshot("Lunch", "not_routable", SINCE - 5000, []))


def test_a_newer_choice():
    """A state that somebody chose since, the same one again included."""
    assert works_elsewhere(left(), snapshot("Available", "routable", SINCE + SLACK_MS + 1, []))
    assert works_elsewhere(left(), snapshot("Lunch", "not_routable", SINCE + SLACK_MS + 1, []))


def test_what_nobody_chose():
    """The system's states, Offline, and the target itself, which an answer nobody heard may have set."""
    for kind in ["system", "error", "offline", "init"]:
        assert not works_elsewhere(left(), snapshot("Missed", kind, SINCE + 60000, []))
    assert not works_elsewhere(left(), snapshot("Offline", "not_routable", SINCE + 60000, []))


def test_work_that_the_ccp_did_not_know():
    """Any contact but those from before, whatever the state."""
    assert works_elsewhere(left(), snapshot("Busy", "system", SINCE, ["k1"]))
    assert not works_elsewhere(left("k1 k2"), snapshot("Busy", "system", SINCE, ["k2", "k1"]))
    assert works_elsewhere(left("k1 k2"), snapshot("Busy", "system", SINCE, ["k1", "k3"]))
    # A part of an id is not that id.
    assert works_elsewhere(left("k12"), snapshot("Busy", "system", SINCE, ["k1"]))


def test_a_contact_that_nobody_took():
    """It rings at an empty chair, or was missed there: that is no work. Taken, or in its after-contact work, it is."""
    for phase in ["incoming", "pending", "connecting", "missed", "rejected", "error"]:
        assert not works_elsewhere(left(), snapshot("PendingBusy", "system", SINCE, ["k1"], phase))
    for phase in ["connected", "ended", "paused"]:
        assert works_elsewhere(left(), snapshot("Busy", "system", SINCE, ["k1"], phase))


def test_what_the_ccp_itself_had_just_asked_for():
    """Its own request shows as a newer choice; a contact is news all the same."""
    life = left()
    life["choosing"] = "r1"
    life["choosing_name"] = "Lunch"
    assert not works_elsewhere(life, snapshot("Lunch", "not_routable", SINCE + 60000, []))
    assert works_elsewhere(life, snapshot("Lunch", "not_routable", SINCE + 60000, ["k1"]))
    # Yet another state is somebody's choice elsewhere.
    assert works_elsewhere(life, snapshot("Available", "routable", SINCE + 60000, []))


def test_where_the_time_was_not_known():
    """Another state is newer, the same one is not."""
    assert works_elsewhere(left("", 0), snapshot("Lunch", "not_routable", SINCE, []))
    assert not works_elsewhere(left("", 0), snapshot("Available", "routable", SINCE, []))


def test_an_unknown_agent_works_nowhere():
    """There is nothing to compare with."""
    life = left()
    life["agent"] = None
    assert not works_elsewhere(life, snapshot("Available", "routable", SINCE + 60000, ["k1"]))
