"""The departure's life as a state machine: what was seen of it, and what that proves.

It is fed what the page announced, what the browser saw on the network, and what Streams called
back; ``verdict`` alone says what it all means. Nothing here touches a browser or a clock.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.records import Confirmed, Departing, Departure, Kind, Outcome, Put, PutBody, Session, Verdict

# Quiet this long after the last sign of life and it is over. The SDK repeats a failed request within
# 0.4 s and the hook within 1 s, so two seconds of quiet mean that nobody is trying any more.
QUIET_MS = 2000
# A request in flight this long will not be answered in time for anybody: the SDK would wait 120 s.
ANSWER_MS = 10000
# The announcement and the request travel to us by different roads; either may come first.
SLACK_MS = 50
MAX_PUTS = 40


def _fresh(departure_id: str, session: "Session", kind: "Kind", at: float) -> "Departure":
    """A departure of which nothing has been seen yet."""
    return {
        "id": departure_id,
        "ccp": session["ccp"],
        "instance": session["instance"],
        "url": session["url"],
        "kind": kind,
        "at": at,
        "gone_at": 0,
        "from_name": session["state_name"],
        "target_name": "",
        "target_arn": "",
        "puts": [],
        "said": "",
        "said_at": 0,
        "trouble": "",
        "outcome": "pending",
        "reason": "",
        "detail": "",
        "settled_at": 0,
        "resolved": "",
        "resolved_at": 0,
    }


def announced(departure_id: str, session: "Session", fact: "Departing", now: float) -> "Departure":
    """A new departure, as the page announced it in ``beforeunload``.

    ``fact`` is the page's message; its time is believed only within a few seconds of ours.
    """
    at = fact["at"]
    if at > now or at < now - ANSWER_MS:
        at = now
    departure = _fresh(departure_id, session, "announced", at)
    departure["from_name"] = fact["from_name"]
    departure["target_name"] = fact["target_name"]
    departure["target_arn"] = fact["target_arn"]
    departure["trouble"] = fact["trouble"]
    return departure


def vanished(departure_id: str, session: "Session", now: float) -> "Departure":
    """A departure nobody announced: the CCP was there with the agent not Offline, and is gone."""
    departure = _fresh(departure_id, session, "vanished", now)
    departure["gone_at"] = now
    return departure


def is_for(departure: "Departure", instance: str, body: "PutBody", at: float) -> bool:
    """Whether a PutAgentState request carries this departure's target state.

    Args:
        departure: the departure that may own the request.
        instance: the origin the request went to.
        body: what its body says.
        at: when it was sent, in milliseconds.
    """
    if departure["instance"] != instance or at < departure["at"] - SLACK_MS:
        return False
    if departure["target_arn"] == "":
        return body["type"] == "offline"
    return body["arn"] == departure["target_arn"]


def put_sent(departure: "Departure", request: str, own: bool, at: float) -> None:
    """A request for the target state left at ``at`` (ms): the CCP's, or our own. ``request`` is its id."""
    for put in departure["puts"]:
        if put["request"] == request:
            return
    if len(departure["puts"]) < MAX_PUTS:
        departure["puts"].append(
            {"request": request, "own": own, "at": at, "ended_at": 0, "status": 0, "error": "", "code": ""}
        )


def put_ended(departure: "Departure", request: str, at: float, status: int, error: str, code: str) -> bool:
    """A request of this departure's ended: answered with ``status``, or cut with the browser's ``error``.

    ``code`` is the type of the server's error, where the answer could be read. Returns whether the
    request was this departure's.
    """
    for put in departure["puts"]:
        if put["request"] == request:
            put["ended_at"] = at
            put["status"] = status
            put["error"] = error
            put["code"] = code
            return True
    return False


def page_said(departure: "Departure", result: str, code: str, now: float) -> None:
    """Streams called back in the page: ``result`` is success or failure, ``code`` the error's type."""
    departure["said_at"] = now
    if result == "success":
        departure["said"] = "success"
    elif code == "":
        departure["said"] = "failure"
    else:
        departure["said"] = code


def page_gone(departure: "Departure", now: float) -> None:
    """The CCP's document is gone: nothing more will come from it."""
    if departure["gone_at"] == 0:
        departure["gone_at"] = now


# What may get better by itself; a refusal for want of rights or of a session does not.
WORTH_REPEATING = ["cut", "network", "server_error", "throttled", "refused", "on_contact"]


def worth_repeating(departure: "Departure", reason: str) -> bool:
    """Whether a departure about to fail for this reason should be delivered once more by us."""
    if departure["gone_at"] == 0 or reason not in WORTH_REPEATING:
        return False
    for put in departure["puts"]:
        if put["own"]:
            return False
    return True


def is_final(status: int, error: str, code: str) -> bool:
    """Whether an answer to us will not change: only silence, haste and the server's own failures may."""
    return error == "" and status < 500 and status != 429 and code != "ThrottlingException"


def may_repeat(departure: "Departure") -> bool:
    """Whether sending again can still help: nothing is decided, and nothing is on its way."""
    if departure["outcome"] != "pending":
        return False
    for put in departure["puts"]:
        if put["ended_at"] == 0 or (answered_well(put["status"]) and put["error"] == ""):
            return False
    return True


def was_cut(error: str) -> bool:
    """Whether the browser's error says that a request went down with its page."""
    return error in ["net::ERR_ABORTED", "NS_BINDING_ABORTED"]


def answered_well(status: int) -> bool:
    """Whether a status says that the server took the state."""
    return 200 <= status and status < 300


def _reason_of(put: "Put", code: str) -> str:
    """Why a request that did end did not set the state.

    ``code``, the error's type, tells the meanings of a 400 apart (facts: InvalidStateException is a
    live contact; throttling comes as 400 or 429). It is known if Streams said it, or if the answer was ours.
    """
    status = put["status"]
    if was_cut(put["error"]):
        return "cut"
    if put["error"] == "redirected" or status == 401:
        return "signed_out"
    if put["error"] != "":
        return "network"
    if status == 403:
        return "forbidden"
    if status == 429 or code == "ThrottlingException" or code == "LimitExceededException":
        return "throttled"
    if code == "InvalidStateException":
        return "on_contact"
    if status >= 500:
        return "server_error"
    return "refused"


def _detail_of(put: "Put", code: str) -> str:
    """The short technical word that goes with a reason, for the person who is asked for help."""
    if put["error"] != "":
        return put["error"]
    if code != "" and code != "success" and code != "failure":
        return "HTTP " + str(put["status"]) + " " + code
    return "HTTP " + str(put["status"])


def _decided(outcome: "Outcome", reason: str, detail: str) -> "Verdict":
    """A verdict that needs no second look."""
    return {"outcome": outcome, "reason": reason, "detail": detail, "look_again_at": 0}


def verdict(departure: "Departure", now: float) -> "Verdict":
    """What is proven about a departure at ``now`` (ms).

    Confirmed only by a 2xx from the server for the target state, or by Streams' success where the
    network showed nothing that contradicts it. Failed when nobody is trying any more, with the reason
    of the last try. Else pending, with the time to look again.
    """
    last: Put | None = None
    waiting_since: float = 0
    quiet_since = max(departure["at"], departure["gone_at"], departure["said_at"])
    for put in departure["puts"]:
        if put["ended_at"] == 0:
            waiting_since = max(waiting_since, put["at"])
        elif answered_well(put["status"]) and put["error"] == "":
            return _decided("confirmed", "", "")
        else:
            last = put
            quiet_since = max(quiet_since, put["ended_at"])

    if departure["trouble"] != "":
        return _decided("failed", departure["trouble"], "")
    if waiting_since > 0 and now < waiting_since + ANSWER_MS:
        return _pending(waiting_since + ANSWER_MS)
    if departure["gone_at"] == 0 and last is None and waiting_since == 0 and departure["said"] == "":
        # The page lives on and nothing was seen to be sent: only an event can tell more.
        return _pending(0)
    if now < quiet_since + QUIET_MS:
        return _pending(quiet_since + QUIET_MS)

    if waiting_since > 0:
        return _decided("failed", "no_answer", "")
    if last is not None:
        code = last["code"]
        if code == "":
            code = departure["said"]
        return _decided("failed", _reason_of(last, code), _detail_of(last, code))
    if departure["said"] == "success":
        return _decided("confirmed", "", "")
    if departure["kind"] == "vanished":
        return _decided("failed", "vanished", "")
    if departure["said"] != "":
        return _decided("failed", "refused", departure["said"])
    return _decided("failed", "not_sent", "")


def _pending(look_again_at: float) -> "Verdict":
    return {"outcome": "pending", "reason": "", "detail": "", "look_again_at": look_again_at}


def confirmation(departure: "Departure", now: float) -> "Confirmed":
    """What is kept of a departure that was confirmed at ``now`` (ms)."""
    return {
        "id": departure["id"],
        "instance": departure["instance"],
        "at": departure["at"],
        "confirmed_at": now,
        "target_name": departure["target_name"],
    }
