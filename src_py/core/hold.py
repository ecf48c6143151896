"""When a closing is held, and what our dialog in the CCP says then.

AWS's guide ("Log out agents automatically when they close their CCP", step 3) asks for it: delay the unload and
retry, or warn before it. Here only where it helps: when delivery is known to be failing, or always, if an
administrator wants it so.
"""

from typing import TYPE_CHECKING

from core.delivery import answered_well, own_tries, was_cut
from core.departure import reason_so_far
from core.journal import find, has_confirmed, open_failures, pending_of

if TYPE_CHECKING:
    from core.records import Ccp, Departure, DialogView, Health, Journal, Phase, Retry

# So many failures from before are named; more are only counted by the popup.
MOST_EARLIER = 3


def health(instance: str) -> "Health":
    """An instance of which nothing has failed."""
    return {"instance": instance, "calls_fail": False, "puts_fail": False, "session_ended": False}


def observe(known: "Health", put: bool, status: int, error: str) -> bool:
    """A call of a CCP ended: is delivery known to be failing from now on?

    Args:
        known: what is known of the instance; changed in place.
        put: whether the call was PutAgentState. Of those every refusal counts; of others what any call would get.
        status: the server's, or 0.
        error: the browser's, or "". A call that was cut with its page says nothing.

    Returns:
        Whether anything is known now that was not before.
    """
    if was_cut(error):
        return False
    before = _words_of(known)
    failed = error != "" or status == 401 or status == 403 or status == 429 or status >= 500
    known["session_ended"] = status == 401 or error == "redirected"
    if put:
        known["puts_fail"] = failed or not answered_well(status)
    if failed:
        known["calls_fail"] = True
    elif answered_well(status):
        known["calls_fail"] = False
    return _words_of(known) != before


def _words_of(known: "Health") -> str:
    return str(known["calls_fail"]) + str(known["puts_fail"]) + str(known["session_ended"])


def asks(hold: str, known: "Health", asked: bool, let_go: bool) -> str:
    """When a CCP that goes is to ask for the browser's leave dialog.

    Args:
        hold: the policy, "never", "onFailure" or "always".
        known: what is known of its instance.
        asked: the agent was asked at the last announcement, and has not decided to keep working.
        let_go: the agent has already been told, and wants to leave.

    Returns:
        "never"; "always"; or "offline": if the browser has no network, which the page itself knows best.
    """
    if hold == "never" or let_go:
        return "never"
    if known["session_ended"] and asked:
        # The CCP reloads itself, again and again, until it may: without that nobody can sign in.
        return "never"
    if hold == "always" or known["calls_fail"] or known["puts_fail"]:
        return "always"
    return "offline"


def failure_of(journal: "Journal", ccp: str) -> "Departure | None":
    """The failure of this CCP that a dialog is open about."""
    for failure in open_failures(journal):
        if failure["ccp"] == ccp and failure["held"]:
            return failure
    return None


def _was_confirmed(journal: "Journal", departure_id: str) -> bool:
    """Whether the server took Offline: as this departure, or after it had failed (the page goes on trying, too)."""
    failure = find(journal["failures"], departure_id)
    if failure is not None:
        return failure["resolved"] == "offline"
    return has_confirmed(journal, departure_id)


def earlier_failures(journal: "Journal", ccp: "Ccp") -> "list[Departure]":
    """Failures of the agent at this CCP that it has not shown yet, newest first."""
    agent = ccp["agent"]
    if agent is None:
        return []
    return [
        failure
        for failure in open_failures(journal)
        if failure["instance"] == ccp["instance"]
        and failure["ccp"] != ccp["ccp"]
        and failure["agent"]["key"] == agent["key"]
        and not failure["shown"]
    ]


def dialog_of(
    journal: "Journal", ccp: "Ccp", seen: "list[Departure]", retry: "Retry", online: bool
) -> "DialogView | None":
    """What the dialog in a CCP is to show; ``None``: nothing.

    Args:
        journal: what is pending and what has failed.
        ccp: an open CCP.
        seen: the failures from before that the open dialog shows already.
        retry: how often is tried.
        online: whether the browser has a network.
    """
    departure = pending_of(journal, ccp["ccp"])
    if departure is not None and departure["held_at"] > 0:
        in_flight = [put for put in departure["puts"] if put["ended_at"] == 0]
        reason = reason_so_far(departure) if online else "network"
        return _view("trying" if len(in_flight) > 0 else "waiting", ccp, departure, reason, retry)
    failure = failure_of(journal, ccp["ccp"])
    if failure is not None:
        return _view("failed", ccp, failure, failure["reason"], retry)
    if ccp["let_go"]:
        return _view("let_go", ccp, None, "", retry)
    if ccp["held"] != "" and _was_confirmed(journal, ccp["held"]):
        return _view("confirmed", ccp, None, "", retry)
    earlier = [failure for failure in seen if failure["resolved"] == ""]
    if len(earlier) == 0:
        return None
    view = _view("earlier", ccp, None, "", retry)
    view["failures"] = earlier[:MOST_EARLIER]
    return view


def _view(phase: "Phase", ccp: "Ccp", departure: "Departure | None", reason: str, retry: "Retry") -> "DialogView":
    tries = 0
    if departure is not None:
        tries = own_tries(departure)
    agent = ccp["agent"]
    state_name = ""
    on_contact = False
    if agent is not None:
        state_name = agent["name"]
        on_contact = agent["on_contact"]
    return {
        "type": "dialog",
        "phase": phase,
        "state_name": state_name,
        "on_contact": on_contact,
        "reason": reason,
        "tries": tries,
        "most": retry["attempts"],
        "failures": [],
    }
