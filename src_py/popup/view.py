"""State in, elements out."""

from typing import TYPE_CHECKING

from browser.dom import button, element, local_time, mark
from browser.runtime import text
from core.address import host_of
from core.instances import is_in
from core.unseen import NO_TAB
from core.wording import advice_key, reason_key, status_key, title_key, when_style

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from core.records import Beside, Life, View


def failure_cards(failures: "list[Life]", now: float, send: "Callable[[Any], None]") -> "list[Any]":
    """One card for each failure: what happened, when, where, why, and what to do now."""
    return [_failure_card(failure, now, send) for failure in failures]


def _failure_card(failure: "Life", now: float, send: "Callable[[Any], None]") -> "Any":
    card = element("article", "card failure", "")
    mark(card, "reason", failure["reason"])
    head = element("header", "", "")
    head.append(element("h2", "", text(title_key(failure["phase"], failure["reason"]), [])))
    head.append(element("time", "", local_time(failure["at"], when_style(failure["at"], now))))
    card.append(head)
    card.append(element("p", "where", host_of(failure["url"])))
    card.append(element("p", "why", text(reason_key(failure["reason"]), [])))
    card.append(element("p", "advice", text(advice_key(failure["reason"]), [])))
    if failure["detail"] != "":
        card.append(element("p", "detail", failure["detail"]))
    actions = element("p", "actions", "")
    open_it = button("primary", text("open_ccp", []), lambda: send({"type": "open", "url": failure["url"]}))
    mark(open_it, "id", "open-" + failure["id"])
    dismiss = button("quiet", text("dismiss", []), lambda: send({"type": "dismiss", "id": failure["id"]}))
    mark(dismiss, "id", "dismiss-" + failure["id"])
    actions.append(open_it)
    actions.append(dismiss)
    card.append(actions)
    return card


def pending_cards(departures: "list[Life]") -> "list[Any]":
    """One line for each departure that is not decided yet."""
    return [element("p", "card waiting", text("pending", [host_of(departure["url"])])) for departure in departures]


def ccp_rows(view: "View") -> "list[Any]":
    """One row for each open CCP: its instance, its agent's state, and what keeps us from promising more."""
    rows = [_ccp_row(life) for life in view["open"]]
    for tab in view["uncovered"]:
        if tab["tab"] == NO_TAB:
            rows.append(_bare_row(tab, "unseen", text("status_unseen", [])))
        else:
            rows.append(_bare_row(tab, "uncovered", text("status_uncovered", [])))
    for tab in view["left_alone"]:
        if is_in(host_of(tab["url"]), view["kept_out"]):
            rows.append(_bare_row(tab, "kept_out", text("status_kept_out", [])))
        else:
            rows.append(_bare_row(tab, "left_alone", text("status_left_alone", [])))
    for words in _limits(view):
        rows.append(element("li", "limits", words))
    return rows


def _limits(view: "View") -> "list[str]":
    """Why there may be CCPs that are not protected, or the open ones' own calls are all there is."""
    if len(view["kept_out"]) > 0:
        return [text("limits_access", [", ".join(view["kept_out"])])]
    if not view["redelivers"]:
        return [text("limits_settings", [])] if len(view["open"]) > 0 else []
    limits = []
    for proof in view["proofs"]:
        here = [life for life in view["open"] if life["instance"] == proof["instance"]]
        if proof["result"] == "refused" and len(here) > 0:
            limits.append(text("limits_refused", [host_of(proof["instance"] + "/")]))
    return limits


def _bare_row(tab: "Beside", status: str, words: str) -> "Any":
    """A CCP that is open and not protected."""
    row = element("li", "ccp", "")
    mark(row, "status", status)
    row.append(element("span", "where", host_of(tab["url"])))
    row.append(element("span", "state", words))
    return row


def is_well(view: "View") -> bool:
    """Whether it can be promised that closing a CCP sets the agent Offline."""
    bare = len(view["uncovered"]) + len(view["left_alone"])
    bad = len([life for life in view["open"] if life["status"] != "ready" and life["status"] != "waiting"])
    return len(view["failures"]) + len(view["pending"]) + len(_limits(view)) + bare + bad == 0


def _ccp_row(life: "Life") -> "Any":
    row = element("li", "ccp", "")
    mark(row, "status", life["status"])
    row.append(element("span", "where", host_of(life["url"])))
    agent = life["agent"]
    state = text(status_key(life["status"]), [])
    state_type = ""
    if agent is not None and life["status"] == "ready":
        state = agent["name"]
        state_type = agent["state_type"]
    badge = element("span", "state", state)
    mark(badge, "type", state_type)
    row.append(badge)
    return row
