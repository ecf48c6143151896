"""What may enter the journal, and what may leave it."""

from core.departure import announced, page_gone, put_ended, put_sent, vanished
from core.journal import (
    MAX_CONFIRMED,
    MAX_FAILURES,
    MAX_PENDING,
    MAX_SESSIONS,
    add_pending,
    after_a_break,
    confirm,
    dismiss,
    drop_session,
    empty,
    fail,
    make_room,
    open_failures,
    pending_of,
    read,
    resolve_instance,
    resolve_return,
    session_of,
    set_session,
    settle,
    supersede,
    was_signing_out,
)

FACT = {"at": 1000, "trouble": ""}
RETRY = {"attempts": 0, "first_delay_ms": 0, "within_ms": 0}
AGENT = {
    "name": "Available",
    "state_type": "routable",
    "chosen_name": "Available",
    "chosen_arn": "arn:available",
    "chosen_type": "routable",
    "target_name": "Offline",
    "target_arn": "arn:offline",
    "target_type": "offline",
    "on_contact": False,
    "key": 1,
}


def session(ccp, instance):
    """An open CCP of an instance."""
    return {
        "ccp": ccp,
        "instance": instance,
        "url": instance + "/connect/ccp#",
        "tab": 7,
        "frame": 0,
        "agent": AGENT,
        "at": 500,
    }


def departure(departure_id, instance):
    """A departure of an instance."""
    return announced(departure_id, session("c-" + departure_id, instance), FACT, 1000)


def failed(journal, departure_id, instance):
    """A departure that has become a failure."""
    record = departure(departure_id, instance)
    add_pending(journal, record, 1000)
    fail(journal, record, "failed", "cut", "", 2000)
    return record


def test_a_departure_stays_until_it_is_decided():
    """Pending it is in the journal; confirmed it has left it, and is remembered as confirmed."""
    journal = empty()
    record = departure("d1", "https://acme.awsapps.com")
    add_pending(journal, record, 1000)
    assert settle(journal, record, 1000, RETRY)["outcome"] == "pending"
    assert len(journal["departures"]) == 1
    put_sent(record, "r1", False, 1001)
    put_ended(record, "r1", 1020, 200, "", "")
    assert settle(journal, record, 1020, RETRY)["outcome"] == "confirmed"
    assert len(journal["departures"]) == 0
    assert len(journal["failures"]) == 0
    assert journal["confirmed"][0]["confirmed_at"] == 1020
    # Whoever still holds it, a timer for instance, can tell that it is over.
    assert record["outcome"] == "confirmed"


def there(instance, tab):
    """A CCP that is open."""
    return {"ccp": "another", "instance": instance, "tab": tab}


def test_who_is_back_needs_no_warning():
    """A failure of this tab and instance, and of this minute, is before the agent's eyes; no other is."""
    journal = empty()
    failed(journal, "d1", "https://acme.awsapps.com")
    assert not resolve_return(journal, there("https://acme.awsapps.com", 8), 500, 3000)
    assert not resolve_return(journal, there("https://beta.awsapps.com", 7), 500, 3000)
    assert not resolve_return(journal, there("https://acme.awsapps.com", 7), 1000, 3000)
    # The same document, which was there all the time.
    same = there("https://acme.awsapps.com", 7)
    same["ccp"] = journal["failures"][0]["ccp"]
    assert not resolve_return(journal, same, 500, 3000)
    assert len(open_failures(journal)) == 1
    assert resolve_return(journal, there("https://acme.awsapps.com", 7), 500, 3000)
    assert len(open_failures(journal)) == 0
    assert journal["failures"][0]["resolved"] == "returned"
    # That document again, out of the back/forward cache.
    journal["failures"][0]["resolved"] = ""
    journal["failures"][0]["gone_at"] = 1500
    assert resolve_return(journal, same, 500, 3000)


def test_what_the_agent_takes_back_is_void():
    """The agent is back before it was decided: nobody is told, nothing is kept, nothing is tried again."""
    journal = empty()
    record = departure("d1", "https://acme.awsapps.com")
    add_pending(journal, record, 1000)
    supersede(journal, record, 2000)
    assert len(journal["departures"]) == 0
    assert len(journal["failures"]) == 0
    assert len(journal["confirmed"]) == 0
    assert record["outcome"] == "superseded"


def test_the_same_document_fails_once():
    """A CCP that tried to go twice is one failure, the newest; another CCP's stays beside it."""
    journal = empty()
    first = failed(journal, "d1", "https://acme.awsapps.com")
    other = failed(journal, "d2", "https://acme.awsapps.com")
    again = departure("d3", "https://acme.awsapps.com")
    again["ccp"] = first["ccp"]
    add_pending(journal, again, 3000)
    fail(journal, again, "failed", "signed_out", "", 4000)
    assert len(open_failures(journal)) == 2
    assert open_failures(journal)[0]["id"] == "d3"
    assert open_failures(journal)[1]["id"] == other["id"]
    assert first["resolved"] == "repeated"
    assert first["resolved_at"] == 4000


def test_a_failure_keeps_its_reason():
    """A departure that ended badly is among the failures, once, with the reason and the time."""
    journal = empty()
    record = departure("d1", "https://acme.awsapps.com")
    add_pending(journal, record, 1000)
    page_gone(record, 1010)
    assert settle(journal, record, 9000, RETRY)["outcome"] == "failed"
    assert len(journal["departures"]) == 0
    assert len(open_failures(journal)) == 1
    assert open_failures(journal)[0]["reason"] == "not_sent"
    assert open_failures(journal)[0]["settled_at"] == 9000


def test_failures_are_listed_newest_first():
    """The newest failure is read first."""
    journal = empty()
    failed(journal, "d1", "https://acme.awsapps.com")
    failed(journal, "d2", "https://acme.awsapps.com")
    assert open_failures(journal)[0]["id"] == "d2"
    assert open_failures(journal)[1]["id"] == "d1"


def test_a_person_dismisses():
    """A dismissed failure is no longer shown; an unknown one, or twice, changes nothing."""
    journal = empty()
    failed(journal, "d1", "https://acme.awsapps.com")
    assert not dismiss(journal, "nobody", 3000)
    assert dismiss(journal, "d1", 3000)
    assert not dismiss(journal, "d1", 4000)
    assert len(open_failures(journal)) == 0
    assert journal["failures"][0]["resolved"] == "dismissed"
    assert journal["failures"][0]["resolved_at"] == 3000


def test_offline_later_settles_the_instance_alone():
    """When the server confirms Offline, that instance's failures are settled, no other's."""
    journal = empty()
    failed(journal, "d1", "https://acme.awsapps.com")
    failed(journal, "d2", "https://beta.awsapps.com")
    assert resolve_instance(journal, "https://acme.awsapps.com", 1, 3000)
    assert not resolve_instance(journal, "https://acme.awsapps.com", 1, 4000)
    assert len(open_failures(journal)) == 1
    assert open_failures(journal)[0]["id"] == "d2"


def test_a_confirmed_departure_settles_earlier_failures():
    """The next closing that works says that all is well now."""
    journal = empty()
    failed(journal, "d1", "https://acme.awsapps.com")
    record = departure("d2", "https://acme.awsapps.com")
    add_pending(journal, record, 3000)
    confirm(journal, record, 3010)
    assert len(open_failures(journal)) == 0


def test_a_ccp_departs_once():
    """The departure of a CCP is found by the CCP while it is pending."""
    journal = empty()
    record = departure("d1", "https://acme.awsapps.com")
    add_pending(journal, record, 1000)
    found = pending_of(journal, "c-d1")
    assert found is not None
    assert found["id"] == "d1"
    assert pending_of(journal, "c-d2") is None


def test_the_journal_is_bounded():
    """200 failures, the oldest resolved goes first; a pending departure is never dropped unseen."""
    journal = empty()
    for number in range(MAX_FAILURES):
        failed(journal, "f" + str(number), "https://acme.awsapps.com")
    dismiss(journal, "f7", 5000)
    failed(journal, "new", "https://acme.awsapps.com")
    assert len(journal["failures"]) == MAX_FAILURES
    ids = [failure["id"] for failure in journal["failures"]]
    assert "f7" not in ids
    assert "f0" in ids
    failed(journal, "newer", "https://acme.awsapps.com")
    ids = [failure["id"] for failure in journal["failures"]]
    assert len(ids) == MAX_FAILURES
    assert "f0" not in ids
    assert "newer" in ids

    journal = empty()
    for number in range(MAX_PENDING + 1):
        add_pending(journal, departure("p" + str(number), "https://acme.awsapps.com"), 1000)
    assert len(journal["departures"]) == MAX_PENDING
    assert open_failures(journal)[0]["id"] == "p0"
    for number in range(MAX_SESSIONS + 5):
        set_session(journal, session("s" + str(number), "https://acme.awsapps.com"))
    assert len(journal["sessions"]) == MAX_SESSIONS
    for number in range(MAX_CONFIRMED + 5):
        record = departure("k" + str(number), "https://acme.awsapps.com")
        confirm(journal, record, 1000)
    assert len(journal["confirmed"]) == MAX_CONFIRMED
    assert journal["confirmed"][MAX_CONFIRMED - 1]["id"] == "k" + str(MAX_CONFIRMED + 4)


def test_an_open_ccp_is_kept_once():
    """A CCP's newest state replaces the older one; when it is gone it is forgotten."""
    journal = empty()
    set_session(journal, session("c1", "https://acme.awsapps.com"))
    set_session(journal, session("c1", "https://acme.awsapps.com"))
    assert len(journal["sessions"]) == 1
    assert session_of(journal, "c1") is not None
    drop_session(journal, "c1")
    assert session_of(journal, "c1") is None


def test_what_the_last_run_left_is_unconfirmed():
    """A pending departure and an open CCP of a browser that ended are failures nobody can be sure of."""
    journal = empty()
    record = departure("d1", "https://acme.awsapps.com")
    put_sent(record, "r1", False, 1001)
    add_pending(journal, record, 1000)
    set_session(journal, session("c9", "https://beta.awsapps.com"))
    found = after_a_break(journal, [], "n", 900000)
    assert len(found) == 2
    assert len(journal["departures"]) == 0
    assert len(journal["sessions"]) == 0
    shown = open_failures(journal)
    assert len(shown) == 2
    for failure in shown:
        assert failure["outcome"] == "unconfirmed"
        assert failure["reason"] == "browser_ended"
    assert shown[0]["instance"] == "https://beta.awsapps.com"
    assert shown[0]["agent"]["name"] == "Available"


def test_what_the_last_run_had_confirmed_is_confirmed():
    """An answer that was stored before the browser ended still counts."""
    journal = empty()
    record = departure("d1", "https://acme.awsapps.com")
    put_sent(record, "r1", False, 1001)
    put_ended(record, "r1", 1010, 200, "", "")
    add_pending(journal, record, 1000)
    assert len(after_a_break(journal, [], "n", 900000)) == 0
    assert len(open_failures(journal)) == 0
    assert len(journal["confirmed"]) == 1


def test_nothing_left_nothing_told():
    """A start after a clean end tells nobody anything."""
    assert len(after_a_break(empty(), [], "n", 1000)) == 0


def test_storage_is_read_with_suspicion():
    """Nothing, an older version, or a broken part is an empty part; the rest is kept."""
    assert len(read(None)["failures"]) == 0
    old = {"version": 0, "failures": [vanished("d1", session("c1", "https://acme.awsapps.com"), 1000)]}
    journal = read(old)
    assert len(journal["failures"]) == 1
    assert len(journal["sessions"]) == 0
    broken = {"version": 1, "failures": "gone", "departures": 7, "sessions": [], "confirmed": []}
    assert len(read(broken)["failures"]) == 0
    assert len(read(broken)["departures"]) == 0


def test_a_full_disk_keeps_what_must_be_seen():
    """To make room, what is settled goes; open failures stay."""
    journal = empty()
    failed(journal, "d1", "https://acme.awsapps.com")
    failed(journal, "d2", "https://acme.awsapps.com")
    dismiss(journal, "d1", 3000)
    make_room(journal)
    assert len(journal["failures"]) == 1
    assert journal["failures"][0]["id"] == "d2"


def test_a_ccp_that_is_still_there_is_not_lost():
    """After an update of the extension the CCP is still open: that is no departure."""
    journal = empty()
    set_session(journal, session("c1", "https://acme.awsapps.com"))
    set_session(journal, session("c2", "https://acme.awsapps.com"))
    found = after_a_break(journal, ["c1"], "n", 900000)
    assert len(found) == 1
    assert found[0]["ccp"] == "c2"
    assert len(journal["sessions"]) == 0


def test_who_was_signing_out():
    """What the same CCP does after a failed signing out is still part of it."""
    journal = empty()
    leaving = departure("a", "https://acme.awsapps.com")
    leaving["kind"] = "signed_out"
    add_pending(journal, leaving, 1000)
    assert not was_signing_out(journal, leaving["ccp"])
    fail(journal, leaving, "failed", "logged_out", "", 1000)
    assert was_signing_out(journal, leaving["ccp"])
    assert not was_signing_out(journal, "another")
    dismiss(journal, leaving["id"], 2000)
    assert not was_signing_out(journal, leaving["ccp"])
