"""The diagnostics export: what somebody who is asked for help needs to see. No token, and nobody's name, is in it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from core.records import Agent, Check, Journal, Life, Policy, Proof


PARTS = [
    "instance", "tab", "frame", "there", "status", "phase", "since", "opened_at", "way", "bound", "sent", "trouble",
    "said", "at", "gone_since", "puts", "dialog", "reason", "detail", "settled_at", "resolved", "resolved_at",
]  # fmt: skip


def diagnostics(
    about: "Any", now: float, policy: "Policy", checks: "list[Check]", journal: "Journal", proofs: "list[Proof]"
) -> "Any":
    """Everything in one record; its ``settings`` can be imported on another device.

    Args:
        about: the versions of the extension and its browser.
        now: in milliseconds.
        policy: the settings in force.
        checks: what was found in this set-up.
        journal: of it, everything but what tells the agents of one desk apart.
        proofs: what our own calls to each instance came to.
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
        "proofs": proofs,
        "lives": [_plain(life) for life in journal["lives"]],
        "failures": [_plain(failure) for failure in journal["failures"]],
        "confirmed": journal["confirmed"],
    }


def _plain(life: "Life") -> "Any":
    plain: Any = {}
    for part in PARTS:
        plain[part] = life[part]  # type: ignore[literal-required]
    agent = life["agent"]
    plain["agent"] = None if agent is None else _without_key(agent)
    return plain


def _without_key(agent: "Agent") -> "Any":
    plain: Any = {}
    for part in [
        "name",
        "state_type",
        "chosen_name",
        "chosen_type",
        "target_name",
        "target_type",
        "contacts",
        "live",
        "since",
    ]:
        plain[part] = agent[part]  # type: ignore[literal-required]
    return plain
