"""The small window that keeps the browser alive comes and goes at the right time."""

from core.journal import empty
from core.last_window import (
    CLOSING_MS,
    LONG_MS,
    MOST_REOPENED,
    closed_by_quitting,
    next_step,
)


def journal_with(gone_at):
    """A journal with one pending departure, its page gone at this time (0 = still there)."""
    journal = empty()
    journal["departures"].append({"gone_at": gone_at})
    return journal


def test_it_waits_while_it_keeps_the_browser():
    """The last window is closed, and nothing is confirmed yet."""
    assert next_step(journal_with(1000), 500, 0, 900, 900) == "wait"
    assert next_step(journal_with(1000), 500, 0, 900, 900 + LONG_MS - 1) == "wait"


def test_it_comes_up_when_that_takes_long():
    """An agent who sees the browser go on is told why."""
    assert next_step(journal_with(1000), 500, 0, 900, 900 + LONG_MS) == "show"


def test_it_is_not_needed_beside_another_window():
    """The page has gone, the browser has not: it was a reload, or one tab of several."""
    assert next_step(journal_with(1000), 500, 1, 900, 1000 + CLOSING_MS) == "close"
    # Not yet: the agent may be looking at a leave dialog.
    assert next_step(journal_with(0), 500, 1, 900, 900 + LONG_MS) == "wait"


def test_a_window_that_is_closing_is_no_other_window():
    """Its page has gone, and it is still counted: ours must not go first."""
    assert next_step(journal_with(1000), 500, 1, 900, 1000) == "wait"
    assert next_step(journal_with(1000), 500, 1, 900, 1000 + CLOSING_MS - 1) == "wait"
    journal = empty()
    journal["failures"].append({"resolved": "", "settled_at": 1000})
    assert next_step(journal, 500, 1, 900, 1000 + CLOSING_MS - 1) == "wait"
    assert next_step(journal, 500, 0, 900, 1000 + CLOSING_MS - 1) == "hand_over"


def test_it_goes_when_nothing_is_pending():
    """Confirmed, or the agent is back."""
    assert next_step(empty(), 500, 0, 900, 900) == "close"
    assert next_step(empty(), 500, 1, 900, 900) == "close"


def test_it_stays_with_a_warning():
    """A failure that nobody else shows; beside another window the popup opens there."""
    journal = empty()
    journal["failures"].append({"resolved": "", "settled_at": 500})
    assert next_step(journal, 500, 0, 900, 2000) == "hand_over"
    assert next_step(journal, 500, 1, 900, 2000) == "close"
    # What was told before is not told again whenever the browser ends.
    assert next_step(journal, 501, 0, 900, 2000) == "close"
    journal["failures"][0]["resolved"] = "dismissed"
    assert next_step(journal, 500, 0, 900, 2000) == "close"


def test_who_closed_it():
    """Quitting closes it unseen, a person has seen it first. And there is an end."""
    assert closed_by_quitting(False, 0)
    assert closed_by_quitting(False, MOST_REOPENED - 1)
    assert not closed_by_quitting(True, 0)
    assert not closed_by_quitting(False, MOST_REOPENED)
