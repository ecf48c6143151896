"""When a small window of ours keeps the browser alive, and when it has done so for long enough."""

from typing import TYPE_CHECKING

from core.others import goes_with

if TYPE_CHECKING:
    from core.records import Journal

# From then on the agent may wonder why the browser has not ended.
LONG_MS = 2000
# A window that closes is counted for a moment after its page has gone: tens of milliseconds, on a busy machine.
CLOSING_MS = 1000
MOST_REOPENED = 3


def is_needed(journal: "Journal") -> bool:
    """Whether a CCP is going, or is asked whether it may, and its tab is not bound for anywhere."""
    for life in journal["lives"]:
        if life["phase"] in ["asked", "gone", "leaving"] and life["dialog"] in ["", "asking"] and life["bound"] == "":
            return True
        if life["phase"] == "leaving" and life["dialog"] == "":
            return True
    return False


def may_be_the_end(journal: "Journal") -> bool:
    """Whether several CCPs go in one moment, and none stays: they do when the browser is quit, with all its windows."""
    going = [life for life in journal["lives"] if life["phase"] in ["asked", "gone", "leaving"]]
    staying = [life for life in journal["lives"] if life["phase"] in ["open", "opening", "away"]]
    if len(going) < 2 or len(staying) > 0:
        return False
    for life in going:
        for other in going:
            if life["phase"] == "asked" and other["phase"] == "asked" and not goes_with(life, other):
                return False
    return True


def next_step(journal: "Journal", since: float, others: int, opened_at: float, now: float) -> str:
    """What becomes of our window.

    Args:
        journal: what is pending, and what has failed.
        since: when the closing began, in milliseconds; earlier failures have been told.
        others: how many other windows are open, or still counted as such.
        opened_at: when ours was opened.
        now: all three in ms since 1970.

    Returns:
        "wait"; "show" it while it waits; "close" it; or "hand_over": it is shown and left to the person.
    """
    if len([life for life in journal["lives"] if life["phase"] == "asked" and life["bound"] == ""]) > 0:
        return "show" if now >= opened_at + LONG_MS and others == 0 else "wait"
    going = [life for life in journal["lives"] if life["phase"] in ["gone", "leaving"] and life["dialog"] == ""]
    if len(going) == 0:
        for failure in journal["failures"]:
            if failure["resolved"] == "" and failure["settled_at"] >= since:
                if others == 0:
                    return "hand_over"
                if now < failure["settled_at"] + CLOSING_MS:
                    return "wait"
        return "close"
    if others > 0:
        closing = [life for life in going if now < life["at"] + CLOSING_MS]
        # Gone, and the browser is still there: it does not end, so we can go on without a window.
        return "wait" if len(closing) > 0 else "close"
    return "show" if now >= opened_at + LONG_MS else "wait"


def closed_by_quitting(shown: bool, reopened: int) -> bool:
    """Whether our window was closed by the browser's quitting, which closes every window it finds.

    Not by a person, who closes what they have seen. How long it was open says nothing: on a busy machine quitting
    takes its time.
    """
    return not shown and reopened < MOST_REOPENED
