"""What is played again in JavaScript: the life of a CCP, and what keeps it. Compiled as the rules' tests are."""

from typing import TYPE_CHECKING

from core.ending import next_look_at
from core.journal import begin_run, empty, for_disk
from core.life import step
from core.stored import journal_from

if TYPE_CHECKING:
    from typing import Any

    from core.records import Decision, Journal, Policy


def start() -> "Journal":
    """An empty journal."""
    return empty()


def take(journal: "Journal", fact: "Any", now: float, wall: float, policy: "Policy") -> "list[Decision]":
    """A fact is heard; the decisions."""
    return step(journal, fact, now, wall, policy)


def look_at(journal: "Journal", now: float, policy: "Policy") -> float:
    """When the background is to look at the clock again."""
    return next_look_at(journal, now, policy)


def disk_of(journal: "Journal", policy: "Policy") -> "Journal":
    """What outlasts the browser."""
    return for_disk(journal, policy)


def read(stored: "Any") -> "Journal":
    """The journal from what storage held."""
    return journal_from(stored)


def begin(journal: "Journal", still_there: "list[str]", wall: float) -> "list[Decision]":
    """The browser starts anew; the decisions."""
    return begin_run(journal, still_there, wall)
