"""Reading what was stored: with suspicion, record by record, and from the version before."""

from core.journal import VERSION, begin_run, open_failures
from core.opening import new_life
from core.stored import journal_from

ACME = "https://acme.awsapps.com"


def agent_1():
    """An agent, as version 1 wrote it."""
    return {
        "name": "Available",
        "state_type": "routable",
        "chosen_name": "Available",
        "chosen_arn": "arn:available",
        "chosen_type": "routable",
        "target_name": "Offline",
        "target_arn": "arn:offline",
        "target_type": "offline",
        "on_contact": False,
        "key": 7,
    }


def departure_1(ccp, kind, outcome):
    """A departure, as version 1 wrote it."""
    return {
        "id": "d-" + ccp,
        "ccp": ccp,
        "instance": ACME,
        "url": ACME + "/connect/ccp#",
        "kind": kind,
        "at": 1000,
        "gone_at": 1100,
        "tab": 7,
        "agent": agent_1(),
        "puts": [],
        "said": "",
        "said_at": 0,
        "trouble": "",
        "held": False,
        "held_at": 0,
        "shown": False,
        "outcome": outcome,
        "reason": "cut",
        "detail": "net::ERR_ABORTED",
        "settled_at": 2000,
        "resolved": "",
        "resolved_at": 0,
    }


def session_1(ccp):
    """An open CCP, as version 1 wrote it."""
    url = ACME + "/connect/ccp#"
    return {"ccp": ccp, "instance": ACME, "url": url, "tab": 7, "frame": 3, "agent": agent_1(), "at": 500}


def put_1(status):
    """A request that ended, as both versions write it."""
    return {
        "request": "r1",
        "own": True,
        "enqueue": False,
        "renewed": False,
        "at": 1000,
        "ended_at": 1010,
        "status": status,
        "error": "",
        "code": "",
    }


def stored_1():
    """What version 1 left."""
    return {
        "version": 1,
        "departures": [departure_1("c1", "announced", "pending")],
        "failures": [departure_1("c2", "announced", "failed"), departure_1("c3", "signed_out", "unconfirmed")],
        "sessions": [session_1("c4")],
        "confirmed": [
            {"id": "d9", "ccp": "c9", "instance": ACME, "at": 1, "confirmed_at": 2, "target_name": "Offline"}
        ],
    }


def a_life(ccp):
    """A CCP, as this version writes it."""
    life = new_life({"ccp": ccp, "instance": ACME, "url": ACME + "/connect/ccp#", "tab": 7, "frame": 0}, 1000)
    life["phase"] = "open"
    life["agent"] = {
        "name": "Available",
        "state_type": "routable",
        "since": 5000,
        "chosen_name": "Available",
        "chosen_arn": "arn:available",
        "chosen_type": "routable",
        "target_name": "Offline",
        "target_arn": "arn:offline",
        "target_type": "offline",
        "contacts": "k1",
        "live": False,
        "key": 7,
    }
    return life


def stored(part, records):
    """What is stored where one part holds these records."""
    made = {"version": VERSION, "lives": [], "past": [], "failures": [], "confirmed": []}
    made[part] = records
    return made


def sizes(journal):
    """How many records there are in each part."""
    return " ".join([str(len(journal[part])) for part in ["lives", "past", "failures", "confirmed"]])


def test_a_first_start():
    """Nothing, or what is no record, is an empty journal."""
    for nothing in [None, 7, "journal", True, [1]]:
        journal = journal_from(nothing)
        assert sizes(journal) == "0 0 0 0"
        assert journal["version"] == VERSION
        assert journal["online"] is True
    assert sizes(journal_from({})) == "0 0 0 0"


def test_what_this_version_wrote_is_read_as_it_is():
    """Every part, with all there is in it."""
    life = a_life("c1")
    life["choosing"] = "r1"
    life["sent"] = True
    life["puts"].append(put_1(500))
    for part in ["lives", "past", "failures"]:
        journal = journal_from(stored(part, [life]))
        found = journal[part][0]
        assert found["ccp"] == "c1"
        assert found["choosing"] == "r1"
        assert found["sent"] is True
        assert found["there"] is True
        assert found["puts"][0]["status"] == 500
        assert found["agent"]["contacts"] == "k1"
        assert found["agent"]["live"] is False
        assert found["agent"]["key"] == 7
        assert found["agent"]["since"] == 5000
    kept = {"id": "d9", "ccp": "c9", "instance": ACME, "at": 1, "confirmed_at": 2, "target_name": "Offline"}
    assert journal_from(stored("confirmed", [kept]))["confirmed"][0]["confirmed_at"] == 2


def test_an_open_ccp_of_version_1():
    """It is open, its agent as known; what that version did not write is empty."""
    life = journal_from(stored_1())["lives"][0]
    assert life["ccp"] == "c4"
    assert life["phase"] == "open"
    assert life["id"] == "c4"
    assert life["tab"] == 7
    assert life["frame"] == 3
    assert life["at"] == 500
    assert len(life["puts"]) == 0
    assert life["there"] is False
    assert life["bound"] == ""
    assert life["dialog"] == ""
    assert life["departures"] == 0
    assert life["gone_since"] == 0
    assert life["agent"]["name"] == "Available"
    assert life["agent"]["contacts"] == ""
    assert life["agent"]["live"] is False
    assert life["agent"]["since"] == 0
    assert life["agent"]["key"] == 7


def test_a_contact_of_version_1():
    """Which one was not written, only that there was one: it is taken for a live one."""
    old = stored_1()
    old["sessions"][0]["agent"]["on_contact"] = True
    agent = journal_from(old)["lives"][0]["agent"]
    assert agent["contacts"] == "unknown"
    assert agent["live"] is True
    old["sessions"][0]["agent"]["contacts"] = "k1"
    assert journal_from(old)["lives"][0]["agent"]["contacts"] == "k1"


def test_an_undecided_departure_of_version_1():
    """It leaves still, so that the start of this run tells of it: once, for it was one agent."""
    journal = journal_from(stored_1())
    assert len(journal["lives"]) == 2
    life = journal["lives"][1]
    assert life["ccp"] == "c1"
    assert life["id"] == "d-c1"
    assert life["phase"] == "leaving"
    assert life["frame"] == 0
    told = begin_run(journal, [], 9000)
    assert len(told) == 1
    assert len(journal["lives"]) == 0
    assert len(open_failures(journal)) == 3


def test_a_failure_of_version_1():
    """Its outcome is the phase, its kind the way; it is still to be seen."""
    journal = journal_from(stored_1())
    assert len(open_failures(journal)) == 2
    first = journal["failures"][0]
    assert first["phase"] == "failed"
    assert first["way"] == ""
    assert first["reason"] == "cut"
    assert first["settled_at"] == 2000
    assert journal["failures"][1]["phase"] == "unconfirmed"
    assert journal["failures"][1]["way"] == "signed_out"
    assert journal["confirmed"][0]["id"] == "d9"


def test_a_failure_from_before_it_had_an_outcome():
    """It is to be seen all the same."""
    old = stored_1()
    del old["failures"][0]["outcome"]
    del old["failures"][0]["kind"]
    assert len(open_failures(journal_from(old))) == 2


def test_what_version_1_had_confirmed():
    """An answer that was stored before the browser ended still counts."""
    old = stored_1()
    old["departures"][0]["puts"].append(put_1(200))
    journal = journal_from(old)
    assert len(begin_run(journal, ["c4"], 9000)) == 0
    assert journal["confirmed"][1]["id"] == "d-c1"


def test_a_bad_part_is_empty():
    """The others are read."""
    broken = stored_1()
    broken["failures"] = "gone"
    broken["departures"] = 7
    assert sizes(journal_from(broken)) == "1 0 0 1"
    broken = stored_1()
    broken["sessions"] = None
    assert sizes(journal_from(broken)) == "1 0 2 1"
    for part in ["lives", "past", "failures", "confirmed"]:
        assert sizes(journal_from(stored(part, 7))) == "0 0 0 0"
    del broken["sessions"]
    del broken["departures"]
    assert sizes(journal_from(broken)) == "0 0 2 1"


def test_a_bad_record_is_left_out_alone():
    """What its readers rely on is not there, or is of another kind."""
    for part in ["lives", "failures"]:
        for key in ["ccp", "instance", "url", "agent", "puts"]:
            bad = a_life("bad")
            del bad[key]
            journal = journal_from(stored(part, [a_life("c1"), bad, a_life("c2")]))
            assert " ".join([life["ccp"] for life in journal[part]]) == "c1 c2"
        for row in [["ccp", 7], ["instance", None], ["puts", "none"], ["agent", "Ann"], ["agent", [1]]]:
            bad = a_life("bad")
            bad[row[0]] = row[1]
            assert len(journal_from(stored(part, [bad, a_life("c2")]))[part]) == 1
        for bad in [None, 7, "life", True, [1]]:
            assert len(journal_from(stored(part, [bad, a_life("c2")]))[part]) == 1
    bad = a_life("bad")
    del bad["phase"]
    assert len(journal_from(stored("lives", [bad]))["lives"]) == 0
    bad = a_life("bad")
    del bad["tab"]
    assert len(journal_from(stored("past", [bad]))["past"]) == 0
    assert len(journal_from(stored("confirmed", [None, {"id": "d9"}]))["confirmed"]) == 0


def test_a_bad_record_of_version_1_is_left_out_alone():
    """The others are read."""
    old = stored_1()
    bad = session_1("bad")
    bad["instance"] = 7
    nameless = session_1("bad")
    del nameless["url"]
    old["sessions"] = [None, 7, {}, bad, nameless, session_1("c4")]
    assert " ".join([life["ccp"] for life in journal_from(old)["lives"]]) == "c4 c1"


def test_a_broken_field_is_mended():
    """A text where a number was, and the other way: empty, so that nothing that reads it breaks."""
    life = a_life("c1")
    life["since"] = "long ago"
    life["sent"] = "yes"
    life["way"] = 7
    life["id"] = None
    life["agent"]["name"] = 7
    life["agent"]["since"] = None
    del life["agent"]["live"]
    found = journal_from(stored("lives", [life]))["lives"][0]
    assert found["since"] == 0
    assert found["sent"] is False
    assert found["way"] == ""
    assert found["id"] == "c1"
    assert found["agent"]["name"] == ""
    assert found["agent"]["since"] == 0
    # It had a contact, of which nothing more is known.
    assert found["agent"]["live"] is True


def test_a_bad_request_is_left_out_alone():
    """The others of its departure still count."""
    life = a_life("c1")
    short = put_1(200)
    del short["ended_at"]
    life["puts"] = [None, "put", short, put_1(200)]
    journal = journal_from(stored("lives", [life]))
    assert len(journal["lives"][0]["puts"]) == 1
    assert len(begin_run(journal, [], 9000)) == 0
    assert len(journal["confirmed"]) == 1


def test_an_agent_who_is_not_known():
    """A CCP that opens has none."""
    life = a_life("c1")
    life["agent"] = None
    assert journal_from(stored("lives", [life]))["lives"][0]["agent"] is None


def test_what_a_newer_version_added_is_kept():
    """A later version, before which this one runs again, finds it."""
    life = a_life("c1")
    life["mood"] = "good"
    life["agent"]["team"] = "north"
    found = journal_from(stored("lives", [life]))["lives"][0]
    assert found["mood"] == "good"
    assert found["agent"]["team"] == "north"
