"""What may enter the journal, and what may leave it."""

from core.delivery import add_put
from core.journal import (
    MAX_CONFIRMED,
    MAX_FAILURES,
    MAX_LIVES,
    VERSION,
    begin_run,
    confirm,
    dismiss,
    empty,
    fail,
    find_failure,
    for_disk,
    make_room,
    not_covered,
    open_failures,
    resolve_agent,
    resolve_return,
)
from core.opening import new_life
from core.policy import defaults

ACME = "https://acme.awsapps.com"
BETA = "https://beta.awsapps.com"


def a_life(ccp, phase="failed", instance=ACME, key=1):
    """A CCP whose agent is Available; it went at 1000."""
    life = new_life({"ccp": ccp, "instance": instance, "url": instance + "/connect/ccp#", "tab": 7, "frame": 0}, 1000)
    life["id"] = "d-" + ccp
    life["phase"] = phase
    life["at"] = 1000
    life["agent"] = {
        "name": "Available",
        "state_type": "routable",
        "target_name": "Offline",
        "target_type": "offline",
        "contacts": "",
        "key": key,
    }
    return life


def failed(journal, ccp, instance=ACME, key=1):
    """A departure that has become a failure at 2000."""
    life = a_life(ccp, "failed", instance, key)
    fail(journal, life, 2000)
    return life


def opened(ccp, instance=ACME, key=1):
    """A CCP that is open."""
    return a_life(ccp, "open", instance, key)


def ids(records):
    """The CCPs of these records, in words."""
    return " ".join([record["ccp"] for record in records])


def test_an_empty_journal():
    """Of this version, with nothing in it."""
    journal = empty()
    assert journal["version"] == VERSION
    for part in ["lives", "past", "failures", "confirmed"]:
        assert len(journal[part]) == 0


def test_the_same_document_fails_once():
    """A CCP that tried to go twice is one failure, the newest; another CCP's stays beside it."""
    journal = empty()
    first = failed(journal, "c1")
    failed(journal, "c2")
    again = a_life("c1")
    again["id"] = "again"
    fail(journal, again, 4000)
    assert " ".join([failure["id"] for failure in open_failures(journal)]) == "again d-c2"
    assert first["resolved"] == "repeated"
    assert first["resolved_at"] == 4000


def test_what_was_resolved_stays_so():
    """A failure that a person dismissed is not repeated later."""
    journal = empty()
    first = failed(journal, "c1")
    dismiss(journal, "d-c1", 3000)
    failed(journal, "c1")
    assert first["resolved"] == "dismissed"
    assert first["resolved_at"] == 3000


def test_failures_are_listed_newest_first():
    """The newest failure is read first, and only open ones."""
    journal = empty()
    for ccp in ["c1", "c2", "c3"]:
        failed(journal, ccp)
    journal["failures"][1]["resolved"] = "offline"
    assert ids(open_failures(journal)) == "c3 c1"


def test_a_failure_is_found():
    """By its id, not its CCP's."""
    journal = empty()
    failed(journal, "c1")
    failed(journal, "c2")
    assert find_failure(journal, "d-c2")["ccp"] == "c2"
    assert find_failure(journal, "c2") is None


def test_a_person_dismisses():
    """A dismissed failure is no longer shown; an unknown one, or twice, changes nothing."""
    journal = empty()
    failed(journal, "c1")
    assert not dismiss(journal, "nobody", 3000)
    assert dismiss(journal, "d-c1", 3000)
    assert not dismiss(journal, "d-c1", 4000)
    assert len(open_failures(journal)) == 0
    assert journal["failures"][0]["resolved"] == "dismissed"
    assert journal["failures"][0]["resolved_at"] == 3000


def test_offline_later_settles_what_failed_for_this_agent():
    """Not another agent's, not another instance's, not one whose agent nobody knows."""
    journal = empty()
    failed(journal, "c1")
    failed(journal, "c2", ACME, 2)
    failed(journal, "c3", BETA)
    unknown = failed(journal, "c4")
    unknown["agent"] = None
    failed(journal, "c5")
    read_before = failed(journal, "c6")
    dismiss(journal, "d-c6", 2500)
    assert resolve_agent(journal, ACME, 1, 3000)
    assert read_before["resolved"] == "dismissed"
    assert not resolve_agent(journal, ACME, 1, 4000)
    assert ids(open_failures(journal)) == "c4 c3 c2"
    assert journal["failures"][0]["resolved"] == "offline"
    assert journal["failures"][4]["resolved_at"] == 3000


def test_a_confirmed_departure():
    """What is kept of it; and the next closing that works says that all is well now, for its agent."""
    journal = empty()
    failed(journal, "c1")
    failed(journal, "c2", ACME, 2)
    confirm(journal, a_life("c3", "confirmed"), 3010)
    assert ids(open_failures(journal)) == "c2"
    kept = journal["confirmed"][0]
    assert kept["id"] == "d-c3"
    assert kept["ccp"] == "c3"
    assert kept["instance"] == ACME
    assert kept["at"] == 1000
    assert kept["confirmed_at"] == 3010
    assert kept["target_name"] == "Offline"


def test_who_is_back_needs_no_warning():
    """A failure of this agent, tab and instance, and of this minute, is before their eyes; no other is."""
    journal = empty()
    failed(journal, "c1")
    assert not resolve_return(journal, opened("c2", ACME, 2), 500, 3000)
    assert not resolve_return(journal, opened("c2", BETA), 500, 3000)
    assert not resolve_return(journal, opened("c2"), 1000, 3000)
    another_tab = opened("c2")
    another_tab["tab"] = 8
    assert not resolve_return(journal, another_tab, 500, 3000)
    unknown = opened("c2")
    unknown["agent"] = None
    assert not resolve_return(journal, unknown, 500, 3000)
    assert len(open_failures(journal)) == 1
    failed(journal, "c3")
    dismiss(journal, "d-c3", 2500)
    assert resolve_return(journal, opened("c2"), 999, 3000)
    assert not resolve_return(journal, opened("c2"), 999, 3000)
    assert journal["failures"][0]["resolved"] == "returned"
    assert journal["failures"][0]["resolved_at"] == 3000


def test_a_failure_of_an_unknown_agent_is_nobody_s_return():
    """Nobody can tell whose it was."""
    journal = empty()
    failure = failed(journal, "c1")
    failure["agent"] = None
    assert not resolve_return(journal, opened("c2"), 500, 3000)


def test_the_failures_are_bounded():
    """200, the oldest resolved goes first, then the oldest."""
    journal = empty()
    for number in range(MAX_FAILURES):
        failed(journal, "f" + str(number))
    dismiss(journal, "d-f7", 5000)
    dismiss(journal, "d-f9", 5000)
    failed(journal, "new")
    assert len(journal["failures"]) == MAX_FAILURES
    assert find_failure(journal, "d-f7") is None
    assert find_failure(journal, "d-f9") is not None
    assert find_failure(journal, "d-f0") is not None
    failed(journal, "newer")
    failed(journal, "newest")
    assert len(journal["failures"]) == MAX_FAILURES
    assert find_failure(journal, "d-f9") is None
    assert find_failure(journal, "d-f0") is None
    assert find_failure(journal, "d-newest") is not None


def test_the_successes_are_bounded():
    """The newest 20."""
    journal = empty()
    for number in range(MAX_CONFIRMED + 5):
        confirm(journal, a_life("k" + str(number), "confirmed"), 1000)
    assert len(journal["confirmed"]) == MAX_CONFIRMED
    assert journal["confirmed"][0]["ccp"] == "k5"


def test_what_must_outlast_the_browser():
    """Every CCP whose agent is not Offline, in any phase, and what failed or was confirmed; nothing else."""
    journal = empty()
    offline = a_life("c2", "open")
    offline["agent"]["name"] = "Offline"
    offline["agent"]["state_type"] = "offline"
    opening = a_life("c3", "opening")
    opening["agent"] = None
    choosing = a_life("c4", "open")
    choosing["agent"] = offline["agent"]
    choosing["choosing"] = "r1"
    journal["lives"] = [a_life("c1", "open"), offline, opening, choosing, a_life("c5", "leaving")]
    journal["past"].append(a_life("c6", "superseded"))
    failed(journal, "c7")
    confirm(journal, a_life("c8", "confirmed", BETA), 3000)
    kept = for_disk(journal, defaults())
    assert ids(kept["lives"]) == "c1 c4 c5"
    assert len(kept["past"]) == 0
    assert ids(kept["failures"]) == "c7"
    assert ids(kept["confirmed"]) == "c8"
    assert kept["version"] == VERSION
    assert kept["online"] is True
    # What is in memory stays.
    assert len(journal["lives"]) == 5
    assert len(journal["past"]) == 1


def test_the_disk_is_bounded():
    """The newest 50 CCPs."""
    journal = empty()
    for number in range(MAX_LIVES + 5):
        journal["lives"].append(a_life("c" + str(number), "open"))
    kept = for_disk(journal, defaults())["lives"]
    assert len(kept) == MAX_LIVES
    assert kept[0]["ccp"] == "c5"


def test_what_the_last_run_left_is_unconfirmed():
    """A departure, and an open CCP, of a browser that ended: nobody can be sure, and it is told."""
    journal = empty()
    leaving = a_life("c1", "leaving")
    leaving["dialog"] = "tries"
    add_put(leaving, "r1", False, 1001)
    working = a_life("c2", "open", ACME, 2)
    working["at"] = 0
    journal["lives"] = [leaving, working]
    journal["past"].append(a_life("c3", "superseded"))
    told = begin_run(journal, [], 900000)
    assert " ".join([decision["do"] for decision in told]) == "tell tell"
    assert told[0]["life"]["ccp"] == "c2"
    assert told[0]["request"] == ""
    assert told[0]["command"] is None
    assert told[1]["ccp"] == "c1"
    assert len(journal["lives"]) == 0
    assert len(journal["past"]) == 0
    assert ids(open_failures(journal)) == "c2 c1"
    for failure in journal["failures"]:
        assert failure["phase"] == "unconfirmed"
        assert failure["reason"] == "browser_ended"
        assert failure["settled_at"] == 900000
        assert failure["dialog"] == ""
    assert journal["failures"][0]["at"] == 1000
    assert journal["failures"][1]["at"] == 900000


def test_one_end_of_the_browser_is_one_story():
    """An agent had several CCPs open, of one instance: one card. Another instance, or another agent: another."""
    journal = empty()
    for ccp in ["c1", "c2"]:
        journal["lives"].append(a_life(ccp, "open"))
    journal["lives"].append(a_life("c3", "open", ACME, 2))
    journal["lives"].append(a_life("c4", "open", BETA))
    told = begin_run(journal, [], 900000)
    assert " ".join([decision["ccp"] for decision in told]) == "c4 c3 c2"
    assert ids(open_failures(journal)) == "c4 c3 c2"
    # The next end is another story, of which the first card says nothing.
    journal["lives"].append(a_life("c5", "open"))
    begin_run(journal, [], 1900000)
    assert ids(open_failures(journal)) == "c5 c4 c3 c2"


def test_what_the_last_run_had_confirmed_is_confirmed():
    """An answer that was stored before the browser ended still counts."""
    journal = empty()
    life = a_life("c1", "leaving")
    put = add_put(life, "r1", False, 1001)
    put["ended_at"] = 1010
    put["status"] = 200
    journal["lives"].append(life)
    assert len(begin_run(journal, [], 900000)) == 0
    assert len(journal["lives"]) == 0
    assert len(open_failures(journal)) == 0
    assert journal["confirmed"][0]["confirmed_at"] == 900000
    assert life["phase"] == "confirmed"


def test_nothing_left_nothing_told():
    """A start after a clean end tells nobody anything."""
    assert len(begin_run(empty(), [], 1000)) == 0


def test_a_ccp_that_is_still_there_is_followed_on():
    """After an update of ours the CCP is still open: that is no departure. Until it says so, its tab is asked."""
    for phase in ["open", "asked"]:
        journal = empty()
        life = a_life("c1", phase)
        life["bound"] = "ccp"
        journal["lives"] = [life, a_life("c2", "open")]
        told = begin_run(journal, ["c1"], 900000)
        assert len(told) == 1
        assert told[0]["ccp"] == "c2"
        assert ids(journal["lives"]) == "c1"
        assert life["phase"] == "open"
        assert not life["there"]
        assert life["bound"] == ""


def test_a_tab_that_is_there_does_not_undo_a_departure():
    """It had gone, and nobody saw the end of it."""
    for phase in ["gone", "away", "leaving"]:
        journal = empty()
        journal["lives"].append(a_life("c1", phase))
        assert len(begin_run(journal, ["c1"], 900000)) == 1
        assert len(journal["lives"]) == 0


def test_a_ccp_that_nobody_reached():
    """It is a failure of which nobody knows more."""
    journal = empty()
    decision = not_covered(journal, a_life("u1", "opening"), 7000)
    assert decision["do"] == "tell"
    assert decision["life"]["ccp"] == "u1"
    assert decision["ccp"] == "u1"
    assert decision["command"] is None
    failure = open_failures(journal)[0]
    assert failure["phase"] == "unconfirmed"
    assert failure["reason"] == "not_covered"
    assert failure["at"] == 7000
    assert failure["settled_at"] == 7000


def test_a_full_disk_keeps_what_must_be_seen():
    """To make room, what is settled goes; open failures stay."""
    journal = empty()
    failed(journal, "c1")
    failed(journal, "c2")
    dismiss(journal, "d-c1", 3000)
    confirm(journal, a_life("c3", "confirmed", BETA), 3000)
    make_room(journal)
    assert ids(journal["failures"]) == "c2"
    assert len(journal["confirmed"]) == 0
