"""Which message of ``_locales`` says what: one sentence for each reason, and one for what to do."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.records import DialogView, Words

REASONS = [
    "cut",
    "not_sent",
    "vanished",
    "signed_out",
    "logged_out",
    "forbidden",
    "throttled",
    "on_contact",
    "server_error",
    "refused",
    "network",
    "no_answer",
    "no_offline_state",
    "streams_error",
    "browser_ended",
    "not_api",
    "elsewhere",
    "not_covered",
    "unseen",
    "not_restored",
]
STATUSES = ["waiting", "no_streams", "streams_error", "ready"]


def reason_key(reason: str) -> str:
    """The message that says why: what a stranger or an old version wrote is "refused", never blank."""
    if reason in REASONS:
        return "reason_" + reason
    return "reason_refused"


def advice_key(reason: str) -> str:
    """The message that says what to do now."""
    if reason == "signed_out" or reason == "logged_out":
        return "advice_sign_in"
    if reason in ["no_offline_state", "forbidden", "not_api"]:
        return "advice_administrator"
    if reason == "not_restored":
        return "advice_choose"
    return "advice_open"


def title_key(outcome: str, reason: str) -> str:
    """The headline: the agent is known to be in the old state, or nobody can tell; or they are Offline and work."""
    if reason == "not_restored":
        return "title_not_restored"
    if outcome == "unconfirmed":
        return "title_unconfirmed"
    return "title_failed"


def status_key(status: str) -> str:
    """The message for a CCP of which no agent state is known."""
    if status in STATUSES:
        return "status_" + status
    return "status_waiting"


def when_style(at: float, now: float) -> str:
    """How to write a time: the hour alone if it is less than twelve hours ago, else the day too."""
    if now - at < 12 * 60 * 60 * 1000:
        return "hour"
    return "day"


def dialog_words(view: "DialogView") -> "Words":
    """What the dialog in the CCP says in each phase, and which of its buttons there are, the safe one first."""
    phase = view["phase"]
    if phase == "confirmed":
        title = "dialog_title_next" if view["on_contact"] else "dialog_title_confirmed"
        return _words(title, "dialog_confirmed", "", ["ok", "keep_working"])
    if phase == "offered":
        return _words("dialog_title_offered", "dialog_offered", "", ["keep_working", "try_again"])
    if phase == "let_go":
        return _words("dialog_title_let_go", "dialog_let_go", "", ["ok"])
    if phase == "earlier":
        return _words("dialog_title_earlier", "dialog_earlier", "", ["ok", "dismiss_seen"])
    why = "dialog_asking"
    title = "dialog_title_asking"
    if view["reason"] != "":
        title = "dialog_title_failed"
        why = reason_key(view["reason"])
    status = "dialog_failed"
    if phase == "trying":
        status = "dialog_trying"
    elif phase == "waiting":
        status = "dialog_waiting"
    if view["tries"] == 0:
        # The page's own request; ours are not counted yet.
        status = ""
    return _words(title, why, status, ["try_again", "leave_anyway", "keep_working"])


def _words(title: str, why: str, status: str, buttons: "list[str]") -> "Words":
    return {"title": title, "why": why, "status": status, "buttons": buttons}
