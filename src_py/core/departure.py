"""The departure's life as a state machine: what was seen of it, and what that proves.

It is fed what the page announced, what the browser saw on the network, and what Streams called
back; ``verdict`` alone says what it all means. Nothing here touches a browser or a clock.
"""

from typing import TYPE_CHECKING

from core.delivery import ANSWER_MS, answered_well, free_since, last_ended, next_try_at, was_cut

if TYPE_CHECKING:
    from core.records import (
        Confirmed,
        Departing,
        Departure,
        Kind,
        Outcome,
        Put,
        PutBody,
        Retry,
        Session,
        Verdict,
    )

# With nobody left to try, a silence this long is the end: what was on its way has long been told to us.
QUIET_MS = 2000
# The announcement and the request travel to us by different roads; either may come first.
SLACK_MS = 50
MAX_PUTS = 40


def depart(departure_id: str, session: "Session", kind: "Kind", at: float) -> "Departure":
    """A departure of which nothing has been seen yet."""
    return {
        "id": departure_id,
        "ccp": session["ccp"],
        "instance": session["instance"],
        "url": session["url"],
        "kind": kind,
        "at": at,
        "gone_at": 0,
        "tab": session["tab"],
        "agent": session["agent"],
        "puts": [],
        "said": "",
        "said_at": 0,
        "trouble": "",
        "held": False,
        "held_at": 0,
        "shown": False,
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
    departure = depart(departure_id, session, "announced", at)
    departure["trouble"] = fact["trouble"]
    return departure


def vanished(departure_id: str, session: "Session", now: float) -> "Departure":
    """A departure nobody announced: the CCP was there with the agent not Offline, and is gone."""
    departure = depart(departure_id, session, "vanished", now)
    departure["gone_at"] = now
    return departure


def signed_out(departure_id: str, session: "Session", now: float) -> "Departure":
    """The agent signs out: the CCP is still there, but its session ends, so there is no time to wait."""
    departure = depart(departure_id, session, "signed_out", now)
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
    if departure["agent"]["target_arn"] == "":
        return body["type"] == "offline"
    return body["arn"] == departure["agent"]["target_arn"]


def put_sent(departure: "Departure", request: str, own: bool, at: float) -> "Put | None":
    """A request for the target state left at ``at`` (ms): the CCP's, or our own. ``request`` is its id.

    Returns:
        Its record; ``None`` if there is no room, or there is one already.
    """
    for put in departure["puts"]:
        if put["request"] == request:
            return None
    if len(departure["puts"]) >= MAX_PUTS and not own:
        return None
    made: Put = {
        "request": request,
        "own": own,
        "enqueue": False,
        "renewed": False,
        "at": at,
        "ended_at": 0,
        "status": 0,
        "error": "",
        "code": "",
    }
    departure["puts"].append(made)
    return made


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


def we_slept(departure: "Departure", now: float) -> None:
    """Our own requests that were on their way when the browser put us to sleep: nobody hears their answer."""
    for put in departure["puts"]:
        if put["own"] and put["ended_at"] == 0:
            put["ended_at"] = now
            put["error"] = "net::ERR_ABORTED"


def troubled(departure: "Departure", trouble: str) -> None:
    """The page says, after its announcement, that it could not ask."""
    if departure["trouble"] == "":
        departure["trouble"] = trouble


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


def may_have_arrived(departure: "Departure") -> bool:
    """Whether the server may take, or have taken, a request of this departure that nobody saw answered."""
    for put in departure["puts"]:
        if put["ended_at"] == 0 or put["status"] == 0 or answered_well(put["status"]):
            return True
    return False


def _reason_of(put: "Put", code: str) -> str:
    """Why a request that did end did not set the state.

    ``code``, the error's type, tells the meanings of a 400 apart (facts: InvalidStateException is a
    live contact; throttling comes as 400 or 429). It is known if Streams said it, or if the answer was ours.
    """
    status = put["status"]
    if was_cut(put["error"]):
        return "cut"
    if put["error"] == "timeout":
        return "no_answer"
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


def verdict(departure: "Departure", now: float, retry: "Retry") -> "Verdict":
    """What is proven about a departure at ``now`` (ms), and what is to be done.

    Confirmed only by a 2xx from the server for the target state, or by Streams' success where the
    network showed nothing that contradicts it. While the page lives nothing else is decided: it tries,
    and tells when the agent stays. After that, or when a leave dialog has held the agent, it is for the background
    to deliver, and failed when no try is left, with the reason of the last one.
    """
    waiting_since: float = 0
    for put in departure["puts"]:
        if put["ended_at"] == 0:
            waiting_since = max(waiting_since, put["at"])
        elif answered_well(put["status"]) and put["error"] == "":
            return _decided("confirmed", "", "")

    if departure["trouble"] != "" and departure["agent"]["target_arn"] == "":
        return _decided("failed", departure["trouble"], "")
    if free_since(departure) == 0:
        return _pending(0)
    try_at = next_try_at(departure, retry)
    if try_at > 0:
        if try_at > now:
            return _pending(try_at)
        return {"outcome": "pending", "reason": "", "detail": "", "look_again_at": 0, "deliver": True}
    if waiting_since > 0 and now < waiting_since + ANSWER_MS:
        return _pending(waiting_since + ANSWER_MS)
    last = last_ended(departure)
    if last is None or not last["own"]:
        quiet_since = max(departure["at"], free_since(departure), departure["said_at"])
        if last is not None:
            quiet_since = max(quiet_since, last["ended_at"])
        if now < quiet_since + QUIET_MS:
            return _pending(quiet_since + QUIET_MS)
    return _failed(departure, last, waiting_since > 0)


def reason_so_far(departure: "Departure") -> str:
    """Why the last request that ended did not set the state; "" if none has."""
    last = last_ended(departure)
    if last is None:
        return ""
    return _failed(departure, last, False)["reason"]


def given_up(departure: "Departure") -> "Verdict":
    """What is to be said of a pending departure if nobody waits for it any more."""
    last = last_ended(departure)
    return _failed(departure, last, last is None and len(departure["puts"]) > 0)


def _failed(departure: "Departure", last: "Put | None", unanswered: bool) -> "Verdict":
    """Nobody tries any more: what the last word was."""
    if unanswered:
        return _decided("failed", "no_answer", "")
    if last is not None:
        code = last["code"]
        if code == "":
            code = departure["said"]
        reason = _reason_of(last, code)
        if reason == "signed_out" and departure["kind"] == "signed_out":
            reason = "logged_out"
        return _decided("failed", reason, _detail_of(last, code))
    if departure["said"] == "success":
        return _decided("confirmed", "", "")
    if departure["trouble"] != "":
        return _decided("failed", departure["trouble"], "")
    if departure["kind"] == "vanished":
        return _decided("failed", "vanished", "")
    if departure["said"] != "":
        return _decided("failed", "refused", departure["said"])
    return _decided("failed", "not_sent", "")


def _decided(outcome: "Outcome", reason: str, detail: str) -> "Verdict":
    """A verdict that needs no second look."""
    return {"outcome": outcome, "reason": reason, "detail": detail, "look_again_at": 0, "deliver": False}


def _pending(look_again_at: float) -> "Verdict":
    return {"outcome": "pending", "reason": "", "detail": "", "look_again_at": look_again_at, "deliver": False}


def confirmation(departure: "Departure", now: float) -> "Confirmed":
    """What is kept of a departure that was confirmed at ``now`` (ms)."""
    return {
        "id": departure["id"],
        "ccp": departure["ccp"],
        "instance": departure["instance"],
        "at": departure["at"],
        "confirmed_at": now,
        "target_name": departure["agent"]["target_name"],
    }
