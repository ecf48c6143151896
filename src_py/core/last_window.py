"""When a small window of ours keeps the browser alive, and when it has done so for long enough."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.records import Journal

# From then on the agent may wonder why the browser has not ended.
LONG_MS = 2000
# A window that closes is counted for a moment after its page has gone: tens of milliseconds, on a busy machine.
CLOSING_MS = 1000
MOST_REOPENED = 3


def next_step(journal: "Journal", since: float, others: int, opened_at: float, now: float) -> str:
    """What becomes of our window.

    Args:
        journal: what is pending, and what has failed.
        since: when the closing began, in milliseconds; earlier failures have been told.
        others: how many other windows are open, or still counted as such.
        opened_at: when ours was opened.
        now: all three by the same clock.

    Returns:
        "wait"; "show" it while it waits; "close" it; or "hand_over": it is shown and left to the person.
    """
    pending = journal["departures"]
    if len(pending) == 0:
        for failure in journal["failures"]:
            if failure["resolved"] == "" and failure["settled_at"] >= since:
                if others == 0:
                    return "hand_over"
                if now < failure["settled_at"] + CLOSING_MS:
                    return "wait"
        return "close"
    if others > 0:
        going = [one for one in pending if one["gone_at"] == 0 or now < one["gone_at"] + CLOSING_MS]
        # Gone, and the browser is still there: it does not end, so we can go on without a window.
        return "wait" if len(going) > 0 else "close"
    return "show" if now >= opened_at + LONG_MS else "wait"


def closed_by_quitting(shown: bool, reopened: int) -> bool:
    """Whether our window was closed by the browser's quitting, which closes every window it finds.

    Not by a person, who closes what they have seen. How long it was open says nothing: on a busy machine quitting
    takes its time.
    """
    return not shown and reopened < MOST_REOPENED
