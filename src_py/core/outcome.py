"""What is proven of a departure: confirmed, failed and why, or open still, and what is to be done then."""

from typing import TYPE_CHECKING

from core.delivery import ANSWER_MS, is_taken, last_ended, next_try_at, was_cut

if TYPE_CHECKING:
    from core.records import Life, Put, Retry, Verdict

# With nobody left to try, a silence this long is the end: what was on its way has long been told to us.
QUIET_MS = 2000


def judge(life: "Life", now: float, retry: "Retry") -> "Verdict":
    """What is proven of a departure that is being delivered, and what is to be done.

    Confirmed only by a 2xx of the API's own for the target state. Failed when no try is left, with the reason of the
    last one.

    Args:
        life: the CCP, which is leaving.
        now: in ms of the run's clock.
        retry: how often, and until when, is tried.
    """
    waiting_since: float = 0
    for put in life["puts"]:
        if put["ended_at"] == 0:
            waiting_since = max(waiting_since, put["at"])
        elif is_taken(put):
            return _decided("confirmed", "", "")

    agent = life["agent"]
    if agent is None or agent["target_arn"] == "":
        return _decided("failed", "no_offline_state", "")
    try_at = next_try_at(life, retry)
    if try_at > 0:
        if try_at > now:
            return _open(try_at)
        return {"outcome": "", "reason": "", "detail": "", "look_again_at": 0, "deliver": True}
    if len([put for put in life["puts"] if put["own"] and put["ended_at"] == 0]) > 0:
        # The end of a try of ours always comes.
        return _open(now + ANSWER_MS)
    if waiting_since > 0 and now < waiting_since + ANSWER_MS:
        return _open(waiting_since + ANSWER_MS)
    last = last_ended(life)
    if last is None or not last["own"]:
        quiet_since = life["since"]
        if last is not None:
            quiet_since = max(quiet_since, last["ended_at"])
        if now < quiet_since + QUIET_MS:
            return _open(quiet_since + QUIET_MS)
    return _failed(life, last, waiting_since > 0)


def _page_was_cut(life: "Life") -> bool:
    """Whether a request of the page's went down with it, and nobody saw what became of it."""
    return len([put for put in life["puts"] if not put["own"] and was_cut(put["error"])]) > 0


def reason_so_far(life: "Life") -> str:
    """Why the last request that ended did not set the state; "" if none has."""
    last = last_ended(life)
    if last is None:
        return ""
    return _failed(life, last, False)["reason"]


def given_up(life: "Life") -> "Verdict":
    """What is to be said of a departure if nobody waits for it any more."""
    for put in life["puts"]:
        if is_taken(put):
            return _decided("confirmed", "", "")
    last = last_ended(life)
    return _failed(life, last, last is None and len(life["puts"]) > 0)


def _failed(life: "Life", last: "Put | None", unanswered: bool) -> "Verdict":
    """Nobody tries any more: what the last word was."""
    if unanswered:
        return _decided("failed", "no_answer", "")
    if last is not None:
        code = last["code"]
        if code == "":
            code = life["said"]
        reason = _reason_of(last, code)
        if reason == "signed_out" and life["way"] == "signed_out":
            reason = "logged_out"
        detail = _detail_of(last, code)
        if last["error"] == "unproven" and _page_was_cut(life):
            # What the page asked for may have been taken; all that is sure is that nothing of ours was.
            return _decided("unconfirmed", "cut", detail)
        return _decided("failed", reason, detail)
    if life["trouble"] != "":
        return _decided("failed", life["trouble"], "")
    if life["way"] == "vanished":
        return _decided("failed", "vanished", "")
    return _decided("failed", "not_sent", life["said"])


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
    if put["error"] == "other_agent":
        return "logged_out"
    if put["error"] == "redirected" or status == 401:
        return "signed_out"
    if put["error"] == "not_api":
        return "not_api"
    if put["error"] != "" and put["error"] != "unproven":
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
    if put["error"] != "" and put["error"] != "unproven":
        return put["error"]
    if code != "":
        return "HTTP " + str(put["status"]) + " " + code
    return "HTTP " + str(put["status"])


def _decided(outcome: "str", reason: str, detail: str) -> "Verdict":
    """A verdict that needs no second look."""
    return {"outcome": outcome, "reason": reason, "detail": detail, "look_again_at": 0, "deliver": False}  # type: ignore[typeddict-item]


def _open(look_again_at: float) -> "Verdict":
    return {"outcome": "", "reason": "", "detail": "", "look_again_at": look_again_at, "deliver": False}
