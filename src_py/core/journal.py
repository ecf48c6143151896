"""The journal: what is stored of CCPs and their departures, and the rules of what may enter and leave it.

No departure without an entry; no entry leaves unless it was confirmed, or a person dismissed it.
It is bounded, and it is read with suspicion: storage may hold what an older version wrote.
"""

from typing import TYPE_CHECKING

from core.address import is_same_instance
from core.agent import must_go
from core.delivery import is_taken
from core.others import is_same_agent
from core.unseen import NO_TAB

if TYPE_CHECKING:
    from typing import Any

    from core.records import Decision, Journal, Life, Policy

VERSION = 2
MAX_FAILURES = 200
MAX_CONFIRMED = 20
# More open CCPs than any agent has; a page that opens and drops frames cannot fill memory or disk.
MAX_LIVES = 50


def empty() -> "Journal":
    """A journal with nothing in it."""
    return {"version": VERSION, "online": True, "lives": [], "past": [], "failures": [], "confirmed": [], "beside": []}


def for_disk(journal: "Journal", policy: "Policy") -> "Journal":
    """What must outlast the browser: every CCP whose agent is not Offline, from the moment the agent is known."""
    kept = [life for life in journal["lives"] if must_go(life, policy)]
    return {
        "version": VERSION,
        "online": True,
        "lives": kept[-MAX_LIVES:],
        "past": [],
        "failures": journal["failures"],
        "confirmed": journal["confirmed"],
        "beside": [],
    }


def find_failure(journal: "Journal", failure_id: str) -> "Life | None":
    """The failure with this id."""
    for failure in journal["failures"]:
        if failure["id"] == failure_id:
            return failure
    return None


def fail(journal: "Journal", life: "Life", wall: float) -> None:
    """A departure was not confirmed: from now on it is a failure, until resolved.

    The same document may try to go more than once: the agent stays, or after a 401 the CCP reloads
    itself. That is one story for the agent, so its newest end takes the place of the earlier ones. And so is the
    browser's end, however many CCPs of an agent were open in it.
    """
    for earlier in journal["failures"]:
        is_one = earlier["ccp"] == life["ccp"] or _is_one_end(earlier, life)
        if is_one and earlier["resolved"] == "":
            earlier["resolved"] = "repeated"
            earlier["resolved_at"] = wall
    journal["failures"].append(life)
    _keep_bound(journal)


def _is_one_end(one: "Life", other: "Life") -> bool:
    """Whether two CCPs of an agent were lost in one end of the browser."""
    if one["reason"] != "browser_ended" or other["reason"] != "browser_ended":
        return False
    if one["settled_at"] != other["settled_at"] or not is_same_instance(one["instance"], other["instance"]):
        return False
    return is_same_agent(one, other)


def confirm(journal: "Journal", life: "Life", wall: float) -> None:
    """A departure was confirmed: earlier failures of its agent are settled by it."""
    agent: Any = life["agent"]
    journal["confirmed"].append(
        {
            "id": life["id"],
            "ccp": life["ccp"],
            "instance": life["instance"],
            "at": life["at"],
            "confirmed_at": wall,
            "target_name": agent["target_name"],
        }
    )
    if len(journal["confirmed"]) > MAX_CONFIRMED:
        journal["confirmed"] = journal["confirmed"][1:]
    resolve_agent(journal, life["instance"], agent["key"], wall)


def resolve_agent(journal: "Journal", instance: str, key: int, wall: float) -> bool:
    """The server confirmed Offline for this agent of an instance: their failures need nobody any more.

    Returns whether any was open.
    """
    any_open = False
    for failure in journal["failures"]:
        agent = failure["agent"]
        if agent is not None and is_same_instance(failure["instance"], instance) and agent["key"] == key:
            any_open = _resolve(failure, "offline", wall) or any_open
    return any_open


def resolve_return(journal: "Journal", life: "Life", since: float, wall: float) -> bool:
    """The agent is back in the tab they left from: what failed since then is before their eyes again.

    Args:
        journal: changed in place.
        life: the CCP that is open again.
        since: failures of departures after this time are meant, in ms since 1970.
        wall: in ms since 1970.

    Returns:
        Whether there was one.
    """
    any_open = False
    here = life["agent"]
    for failure in journal["failures"]:
        agent = failure["agent"]
        if (
            agent is not None
            and here is not None
            and agent["key"] == here["key"]
            and is_same_instance(failure["instance"], life["instance"])
            and failure["tab"] == life["tab"]
            and failure["at"] > since
        ):
            any_open = _resolve(failure, "returned", wall) or any_open
    return any_open


def resolve_choice(journal: "Journal", life: "Life", wall: float) -> bool:
    """The agent of an open CCP chooses a state themselves: that we could not give theirs back is over."""
    any_open = False
    for failure in journal["failures"]:
        if failure["ccp"] == life["ccp"] and failure["reason"] == "not_restored":
            any_open = _resolve(failure, "returned", wall) or any_open
    return any_open


def dismiss(journal: "Journal", failure_id: str, wall: float) -> bool:
    """A person has read this failure and wants it gone. Returns whether it was open."""
    failure = find_failure(journal, failure_id)
    return failure is not None and _resolve(failure, "dismissed", wall)


def _resolve(failure: "Life", how: "Any", wall: float) -> bool:
    if failure["resolved"] != "":
        return False
    failure["resolved"] = how
    failure["resolved_at"] = wall
    return True


def open_failures(journal: "Journal") -> "list[Life]":
    """The failures nobody has resolved, newest first."""
    found: list[Life] = []
    for failure in journal["failures"]:
        if failure["resolved"] == "":
            found.insert(0, failure)
    return found


def begin_run(journal: "Journal", still_there: "list[str]", wall: float) -> "list[Decision]":
    """The browser starts, or we were updated: what the last run left open or undecided is an ``unconfirmed`` failure.

    A CCP that went, because nobody saw the end of it; one that was open with the agent not Offline and is not there
    any more, because nobody saw it close.

    Args:
        journal: as it was left; changed in place.
        still_there: the CCPs whose tabs show them still, as after an update of ours. They are followed on.
        wall: in ms since 1970.

    Returns:
        What is to be told.
    """
    decisions: list[Decision] = []
    lives = journal["lives"]
    journal["lives"] = []
    journal["past"] = []
    for life in lives:
        if life["ccp"] in still_there and life["phase"] in ["open", "asked"]:
            life["phase"] = "open"
            # Until its page says so, nobody knows but its tab.
            life["there"] = False
            life["bound"] = ""
            journal["lives"].append(life)
        elif len([put for put in life["puts"] if is_taken(put)]) > 0:
            life["phase"] = "confirmed"
            confirm(journal, life, wall)
        else:
            if life["at"] == 0 or life["phase"] in ["open", "asked"]:
                # Nobody saw when. An earlier departure of the same page was another one.
                life["at"] = wall
            if life["phase"] != "leaving":
                life["departures"] += 1
                life["id"] = life["ccp"] + "-" + str(life["departures"])
            life["phase"] = "unconfirmed"
            life["reason"] = "browser_ended"
            life["settled_at"] = wall
            life["dialog"] = ""
            fail(journal, life, wall)
    for failure in open_failures(journal):
        if failure in lives:
            decisions.append({"do": "tell", "ccp": failure["ccp"], "request": "", "command": None, "life": failure})
    return decisions


def not_covered(journal: "Journal", life: "Life", wall: float) -> "Decision":
    """A CCP that none of our scripts had reached, or could, is gone: nobody knows what its agent's state is."""
    life["phase"] = "unconfirmed"
    life["at"] = wall
    life["reason"] = "unseen" if life["tab"] == NO_TAB else "not_covered"
    life["settled_at"] = wall
    fail(journal, life, wall)
    return {"do": "tell", "ccp": life["ccp"], "request": "", "command": None, "life": life}


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
