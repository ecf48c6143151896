"""A document that opens: a new record, or one that is there again."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from core.records import Journal, Life
    from core.turn import Turn


def new_life(fact: "Any", now: float) -> "Life":
    """A CCP that has just opened (the fact "opened")."""
    return {
        "id": fact["ccp"],
        "ccp": fact["ccp"],
        "instance": fact["instance"],
        "url": fact["url"],
        "workspace": "workspace" in fact and fact["workspace"] is True,
        "tab": fact["tab"],
        "frame": fact["frame"],
        "there": True,
        "status": "waiting",
        "phase": "opening",
        "since": now,
        "opened_at": now,
        "agent": None,
        "choosing": "",
        "choosing_name": "",
        "way": "",
        "bound": "",
        "sent": False,
        "slept": False,
        "trouble": "",
        "said": "",
        "at": 0,
        "gone_since": 0,
        "departures": 0,
        "puts": [],
        "dialog": "",
        "reason": "",
        "detail": "",
        "settled_at": 0,
        "resolved": "",
        "resolved_at": 0,
        "shown": False,
    }


def find_life(journal: "Journal", ccp: str) -> "Life | None":
    """The record of a CCP that has not ended."""
    for life in journal["lives"]:
        if life["ccp"] == ccp:
            return life
    return None


def reopen(turn: "Turn", life: "Life") -> None:
    """The very page that had gone is there again. What it sent meanwhile can be taken back."""
    if len(life["puts"]) > 0:
        past = new_life(life, turn.now)
        for part in ["agent", "tab", "sent", "puts", "way", "gone_since"]:
            past[part] = life[part]  # type: ignore[literal-required]
        turn.journal["past"].append(past)
    life["phase"] = "opening" if life["agent"] is None else "open"
    life["since"] = turn.now
    life["bound"] = ""
    life["way"] = ""
    life["sent"] = False
    life["puts"] = []
