"""When a closing is held, and what our dialog in the CCP says then.

AWS's guide ("Log out agents automatically when they close their CCP", step 3) asks for it: delay the unload and
retry, or warn before it. Here only where it helps: when delivery is known to be failing, or always, if an
administrator wants it so.
"""

from typing import TYPE_CHECKING

from core.address import is_same_instance
from core.agent import is_on_contact
from core.delivery import answered_well, own_tries, was_cut
from core.journal import open_failures
from core.others import is_same_agent
from core.outcome import reason_so_far

if TYPE_CHECKING:
    from core.records import DialogPhase, DialogView, Health, Journal, Life, Retry

# So many failures from before are named; more are only counted by the popup.
MOST_EARLIER = 3


def health(instance: str) -> "Health":
    """An instance of which nothing has failed."""
    return {"instance": instance, "calls_fail": False, "puts_fail": False, "session_ended": False}


def observe(known: "Health", put: bool, status: int, error: str) -> bool:
    """A call of a CCP ended: is delivery known to be failing from now on?

    Args:
        known: what is known of the instance; changed in place.
        put: whether the call was PutAgentState. Of those refusals count, too, but for one that only says that the
            agent's contact forbids it (400; the error's type is not to be seen); of others what any call would get.
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
    if put and status != 400:
        known["puts_fail"] = failed or not answered_well(status)
    if failed:
        known["calls_fail"] = True
    elif answered_well(status):
        known["calls_fail"] = False
    return _words_of(known) != before


def _words_of(known: "Health") -> str:
    return str(known["calls_fail"]) + str(known["puts_fail"]) + str(known["session_ended"])


def asks(hold: str, known: "Health", dialog: str) -> str:
    """When a CCP that goes is to ask for the browser's leave dialog.

    Args:
        hold: the policy, "never", "onFailure" or "always".
        known: what is known of its instance.
        dialog: what the dialog in it is about.

    Returns:
        "never"; "always"; or "offline": if the browser has no network, which the page itself knows best.
    """
    if hold == "never" or dialog == "let_go" or known["session_ended"]:
        # The CCP leads to where the agent can sign in, by itself; one that was held there never would again.
        return "never"
    if hold == "always" or known["calls_fail"] or known["puts_fail"]:
        return "always"
    return "offline"


def failure_of(journal: "Journal", ccp: str) -> "Life | None":
    """The newest failure of this CCP that nobody has resolved."""
    for failure in open_failures(journal):
        if failure["ccp"] == ccp:
            return failure
    return None


def earlier_failures(journal: "Journal", life: "Life") -> "list[Life]":
    """Failures of the agent at this CCP that it has not shown yet, newest first."""
    return [
        failure
        for failure in open_failures(journal)
        if is_same_instance(failure["instance"], life["instance"])
        and failure["ccp"] != life["ccp"]
        and is_same_agent(failure, life)
        and not failure["shown"]
    ]


def dialog_of(
    journal: "Journal", life: "Life", seen: "list[Life]", retry: "Retry", online: bool
) -> "DialogView | None":
    """What the dialog in a CCP is to show; ``None``: nothing.

    Args:
        journal: what has failed.
        life: an open CCP.
        seen: the failures from before that the open dialog shows already.
        retry: how often is tried.
        online: whether the browser has a network.
    """
    if life["dialog"] == "offered":
        return _view("offered", life, 0, "", retry)
    if life["dialog"] == "tries":
        in_flight = [put for put in life["puts"] if put["ended_at"] == 0]
        reason = reason_so_far(life)
        if reason == "" and not online:
            reason = "network"
        return _view("trying" if len(in_flight) > 0 else "waiting", life, own_tries(life), reason, retry)
    failure = failure_of(journal, life["ccp"])
    if life["dialog"] == "failed" and failure is not None:
        return _view("failed", life, own_tries(failure), failure["reason"], retry)
    if life["dialog"] == "let_go":
        return _view("let_go", life, 0, "", retry)
    if life["dialog"] == "confirmed" or (life["dialog"] == "failed" and _is_settled(journal, life["ccp"])):
        # It had failed, and the server has confirmed it since: the page goes on trying, too.
        return _view("confirmed", life, 0, "", retry)
    earlier = [failure for failure in seen if failure["resolved"] == ""]
    if len(earlier) == 0:
        return None
    view = _view("earlier", life, 0, "", retry)
    view["failures"] = earlier[:MOST_EARLIER]
    return view


def _is_settled(journal: "Journal", ccp: str) -> bool:
    """Whether the server has confirmed what failed last in this CCP; a person who dismissed it is no proof."""
    resolved = ""
    for failure in journal["failures"]:
        if failure["ccp"] == ccp:
            resolved = failure["resolved"]
    return resolved == "offline"


def _view(phase: "DialogPhase", life: "Life", tries: int, reason: str, retry: "Retry") -> "DialogView":
    agent = life["agent"]
    state_name = ""
    on_contact = False
    if agent is not None:
        state_name = agent["name"]
        on_contact = is_on_contact(agent)
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
