"""The journal: what is stored of departures, and the rules of what may enter and leave it.

No departure without an entry; no entry leaves unless it was confirmed, or a person dismissed it.
It is bounded, and it is read with suspicion: storage may hold what an older version wrote.
"""

from typing import TYPE_CHECKING

from core.delivery import ANSWER_MS
from core.departure import confirmation, given_up, vanished, verdict

if TYPE_CHECKING:
    from typing import Any

    from core.records import Ccp, Departure, Journal, Retry, Session, Verdict

VERSION = 1
MAX_FAILURES = 200
MAX_CONFIRMED = 20
# More open CCPs than any agent has; a page that opens and drops frames cannot fill the disk.
MAX_SESSIONS = 50
MAX_PENDING = 50
NEEDED = {
    "departures": ["id", "ccp", "instance", "url", "at", "agent", "puts"],
    "failures": ["id", "ccp", "instance", "url", "at", "agent", "puts", "reason", "resolved"],
    "sessions": ["ccp", "instance", "url", "tab", "frame", "agent", "at"],
    "confirmed": ["id", "ccp", "instance", "at"],
}


def empty() -> "Journal":
    """A journal with nothing in it."""
    return {"version": VERSION, "departures": [], "failures": [], "sessions": [], "confirmed": []}


def read(stored: "Any") -> "Journal":
    """The journal from what storage held: ``None`` on a first start, or another version's record.

    What is missing is empty; what a newer version added is left out, what it recorded is kept.
    """
    journal = empty()
    if stored is None:
        return journal
    for part in ["departures", "failures", "sessions", "confirmed"]:
        if part in stored and isinstance(stored[part], list):
            journal[part] = [  # type: ignore[literal-required]
                record for record in stored[part] if _is_sound(record, part)
            ]
    for departure in journal["departures"]:
        _complete(departure)
    for failure in journal["failures"]:
        _complete(failure)
    return journal


def _complete(departure: "Any") -> None:
    """What older versions did not write."""
    if "held" not in departure:
        departure["held"] = False
        departure["held_at"] = 0
        departure["shown"] = False


def _is_sound(record: "Any", part: str) -> bool:
    """Whether a stored record has what its readers rely on."""
    if record is None or isinstance(record, (str, int, float, bool, list)):
        return False
    for key in NEEDED[part]:
        if key not in record:
            return False
    return True


def find(records: "list[Departure]", departure_id: str) -> "Departure | None":
    """The departure or failure with this id."""
    for record in records:
        if record["id"] == departure_id:
            return record
    return None


def pending_of(journal: "Journal", ccp: str) -> "Departure | None":
    """The departure of this CCP that is not decided yet: a CCP departs once, however often it says so."""
    for departure in journal["departures"]:
        if departure["ccp"] == ccp:
            return departure
    return None


def was_signing_out(journal: "Journal", ccp: "str") -> bool:
    """Whether this CCP's agent has signed out, and was not Offline by then."""
    for failure in journal["failures"]:
        if failure["ccp"] == ccp and failure["kind"] == "signed_out" and failure["resolved"] == "":
            return True
    return False


def add_pending(journal: "Journal", departure: "Departure", now: float) -> None:
    """Write a departure down before anything can go wrong.

    Past the bound the oldest undecided one becomes a failure: it is never dropped unseen.
    """
    journal["departures"].append(departure)
    if len(journal["departures"]) > MAX_PENDING:
        fail(journal, journal["departures"][0], "unconfirmed", "not_sent", "", now)


def set_session(journal: "Journal", session: "Session") -> None:
    """An open CCP whose agent is not Offline, in place of what was known of it."""
    drop_session(journal, session["ccp"])
    journal["sessions"].append(session)
    if len(journal["sessions"]) > MAX_SESSIONS:
        journal["sessions"] = journal["sessions"][1:]


def session_of(journal: "Journal", ccp: str) -> "Session | None":
    """What is stored of an open CCP; nothing if its agent is Offline or not known."""
    for session in journal["sessions"]:
        if session["ccp"] == ccp:
            return session
    return None


def drop_session(journal: "Journal", ccp: str) -> None:
    """Forget an open CCP: it is gone, or its agent is Offline."""
    journal["sessions"] = [session for session in journal["sessions"] if session["ccp"] != ccp]


def fail(journal: "Journal", departure: "Departure", outcome: "Any", reason: str, detail: str, now: float) -> None:
    """A departure was not confirmed: from now on it is a failure, until resolved.

    The same document may try to go more than once: the agent stays, or after a 401 the CCP reloads
    itself. That is one story for the agent, so its newest end takes the place of the earlier ones.
    """
    _leave(journal, departure)
    for earlier in journal["failures"]:
        if earlier["ccp"] == departure["ccp"] and earlier["resolved"] == "":
            earlier["resolved"] = "repeated"
            earlier["resolved_at"] = now
    departure["outcome"] = outcome
    departure["reason"] = reason
    departure["detail"] = detail
    departure["settled_at"] = now
    journal["failures"].append(departure)
    _keep_bound(journal)


def confirm(journal: "Journal", departure: "Departure", now: float) -> None:
    """A departure was confirmed: it leaves, and earlier failures of the instance are settled by it."""
    _leave(journal, departure)
    departure["outcome"] = "confirmed"
    journal["confirmed"].append(confirmation(departure, now))
    if len(journal["confirmed"]) > MAX_CONFIRMED:
        journal["confirmed"] = journal["confirmed"][1:]
    resolve_instance(journal, departure["instance"], departure["agent"]["key"], now)


def supersede(journal: "Journal", departure: "Departure", now: float) -> None:
    """The agent is back, or never went: the departure is void, and nobody is told."""
    _leave(journal, departure)
    departure["outcome"] = "superseded"
    departure["settled_at"] = now


def is_confirmed(journal: "Journal", ccp: str) -> bool:
    """Whether a departure of this CCP was confirmed lately."""
    for confirmed in journal["confirmed"]:
        if confirmed["ccp"] == ccp:
            return True
    return False


def has_confirmed(journal: "Journal", departure_id: str) -> bool:
    """Whether this very departure was confirmed lately."""
    for confirmed in journal["confirmed"]:
        if confirmed["id"] == departure_id:
            return True
    return False


def settle(journal: "Journal", departure: "Departure", now: float, retry: "Retry") -> "Verdict":
    """Decide a pending departure if it can be decided, and move it where it then belongs."""
    decided = verdict(departure, now, retry)
    if decided["outcome"] == "confirmed":
        confirm(journal, departure, now)
    elif decided["outcome"] != "pending":
        fail(journal, departure, decided["outcome"], decided["reason"], decided["detail"], now)
    return decided


def give_up(journal: "Journal", departure: "Departure", now: float) -> None:
    """Nobody is to try any more: the agent wants to leave all the same."""
    decided = given_up(departure)
    if decided["outcome"] == "confirmed":
        confirm(journal, departure, now)
    else:
        fail(journal, departure, "failed", decided["reason"], decided["detail"], now)


def resolve_ccp(journal: "Journal", ccp: str, now: float) -> bool:
    """The agent stays at this CCP, and knows: its failures need nobody any more. Returns whether any was open."""
    any_open = False
    for failure in journal["failures"]:
        if failure["ccp"] == ccp and failure["resolved"] == "":
            failure["resolved"] = "returned"
            failure["resolved_at"] = now
            any_open = True
    return any_open


def resolve_instance(journal: "Journal", instance: str, key: int, now: float) -> bool:
    """The server confirmed Offline for this agent of an instance: their failures need nobody any more.

    Returns whether any was open.
    """
    any_open = False
    for failure in journal["failures"]:
        if failure["instance"] == instance and failure["agent"]["key"] == key and failure["resolved"] == "":
            failure["resolved"] = "offline"
            failure["resolved_at"] = now
            any_open = True
    return any_open


def resolve_return(journal: "Journal", ccp: "Ccp", since: float, now: float) -> bool:
    """The agent is back in the tab they left from: what failed since then is before their eyes again.

    Args:
        journal: changed in place.
        ccp: the one that is open again. It may have been there all the time, and only we were away: its own
            failures are meant only if it was gone since.
        since: failures of departures after this time are meant, in milliseconds.
        now: in milliseconds.

    Returns:
        Whether there was one.
    """
    any_open = False
    for failure in journal["failures"]:
        if (
            failure["instance"] == ccp["instance"]
            and failure["tab"] == ccp["tab"]
            and (failure["ccp"] != ccp["ccp"] or failure["gone_at"] > 0)
            and failure["at"] > since
            and failure["resolved"] == ""
        ):
            failure["resolved"] = "returned"
            failure["resolved_at"] = now
            any_open = True
    return any_open


def dismiss(journal: "Journal", failure_id: str, now: float) -> bool:
    """A person has read this failure and wants it gone. Returns whether it was open."""
    failure = find(journal["failures"], failure_id)
    if failure is None or failure["resolved"] != "":
        return False
    failure["resolved"] = "dismissed"
    failure["resolved_at"] = now
    return True


def open_failures(journal: "Journal") -> "list[Departure]":
    """The failures nobody has resolved, newest first."""
    found: list[Departure] = []
    for failure in journal["failures"]:
        if failure["resolved"] == "":
            found.insert(0, failure)
    return found


def after_a_break(journal: "Journal", still_open: "list[str]", new_id: str, now: float) -> "list[Departure]":
    """What we left when the browser ended, or we were updated: each is an ``unconfirmed`` failure.

    A pending departure, because nobody saw its end; a CCP that was open with the agent not Offline and
    is not open any more, because nobody saw it close.

    Args:
        journal: as it was left; changed in place.
        still_open: the ids of the CCPs whose pages are there still, as after an update of ours.
        new_id: an unused id; the failures made of CCPs get it with a number behind.
        now: in milliseconds.

    Returns:
        The new failures.
    """
    found: list[Departure] = []
    # Whoever made the requests ended then: one still in flight was never answered, and nobody tries again.
    nobody: Retry = {"attempts": 0, "first_delay_ms": 0, "within_ms": 0}
    for departure in journal["departures"][:]:
        decided = verdict(departure, now + ANSWER_MS, nobody)
        if decided["outcome"] == "confirmed":
            confirm(journal, departure, now)
        else:
            fail(journal, departure, "unconfirmed", "browser_ended", decided["detail"], now)
            found.append(departure)
    counted = 0
    for session in journal["sessions"]:
        if session["ccp"] not in still_open:
            counted = counted + 1
            departure = vanished(new_id + "-" + str(counted), session, session["at"])
            fail(journal, departure, "unconfirmed", "browser_ended", "", now)
            found.append(departure)
    journal["sessions"] = []
    return found


def _leave(journal: "Journal", departure: "Departure") -> None:
    journal["departures"] = [other for other in journal["departures"] if other["id"] != departure["id"]]


def _keep_bound(journal: "Journal") -> None:
    """At most 200 failures: the oldest resolved goes first, then the oldest."""
    while len(journal["failures"]) > MAX_FAILURES:
        oldest = journal["failures"][0]
        for failure in journal["failures"]:
            if failure["resolved"] != "":
                oldest = failure
                break
        journal["failures"] = [failure for failure in journal["failures"] if failure is not oldest]


def make_room(journal: "Journal") -> None:
    """The disk is full: let go of what is settled. What somebody still has to see stays."""
    journal["confirmed"] = []
    journal["failures"] = [failure for failure in journal["failures"] if failure["resolved"] == ""]
