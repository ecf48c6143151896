"""The diagnostics export: what somebody who is asked for help needs to see. No token, and nobody's name, is in it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from core.records import Agent, Ccp, Check, Departure, Journal, Policy


def diagnostics(
    about: "Any", now: float, policy: "Policy", checks: "list[Check]", journal: "Journal", ccps: "list[Ccp]"
) -> "Any":
    """Everything in one record; its ``settings`` can be imported on another device.

    Args:
        about: the versions of the extension and its browser.
        now: in milliseconds.
        policy: the settings in force.
        checks: what was found in this set-up.
        journal: of it, everything but what tells the agents of one desk apart.
        ccps: the open ones.
    """
    settings: Any = {}
    sources: Any = {}
    for setting in policy["settings"]:
        sources[setting["key"]] = setting["source"]
        if setting["source"] != "default":
            settings[setting["key"]] = setting["value"]
    return {
        "product": "CCP Offline Guard",
        "about": about,
        "at": now,
        "settings": settings,
        "sources": sources,
        "problems": policy["problems"],
        "checks": checks,
        "ccps": [
            {
                "instance": ccp["instance"],
                "status": ccp["status"],
                "opened_at": ccp["opened_at"],
                "agent": None if ccp["agent"] is None else _without_key(ccp["agent"]),
            }
            for ccp in ccps
        ],
        "departures": [_plain(departure) for departure in journal["departures"]],
        "failures": [_plain(failure) for failure in journal["failures"]],
        "confirmed": journal["confirmed"],
    }


def _plain(departure: "Departure") -> "Any":
    plain: Any = {}
    for part in ["instance", "kind", "at", "gone_at", "said", "trouble", "held", "outcome", "reason", "detail"]:
        plain[part] = departure[part]  # type: ignore[literal-required]
    for part in ["settled_at", "resolved", "resolved_at", "puts"]:
        plain[part] = departure[part]  # type: ignore[literal-required]
    plain["agent"] = _without_key(departure["agent"])
    return plain


def _without_key(agent: "Agent") -> "Any":
    plain: Any = {}
    for part in ["name", "state_type", "chosen_name", "chosen_type", "target_name", "target_type", "on_contact"]:
        plain[part] = agent[part]  # type: ignore[literal-required]
    return plain
