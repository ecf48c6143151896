"""The small window that keeps the browser alive comes and goes at the right time."""

from core.journal import empty
from core.last_window import (
    CLOSING_MS,
    LONG_MS,
    MOST_REOPENED,
    closed_by_quitting,
    is_needed,
    may_be_the_end,
    next_step,
)
from core.opening import new_life
from core.others import ONE_MOMENT_MS

ACME = "https://acme.awsapps.com"
# By the clock on the wall.
BEGAN = 500
OPENED = 900
WENT = 1000


def a_life(phase, dialog="", bound=""):
    """A CCP that went at 1000, if it has gone."""
    life = new_life({"ccp": "c1", "instance": ACME, "url": ACME + "/connect/ccp#", "tab": 7, "frame": 0}, 0)
    life["phase"] = phase
    life["dialog"] = dialog
    life["bound"] = bound
    life["at"] = WENT
    return life


def journal_with(lives):
    """A journal with these CCPs."""
    journal = empty()
    journal["lives"] = lives
    return journal


def step(journal, others, now):
    """What becomes of the window, beside so many others."""
    return next_step(journal, BEGAN, others, OPENED, now)


def failed_at(settled_at):
    """A journal with one failure."""
    journal = empty()
    journal["failures"].append({"resolved": "", "settled_at": settled_at})
    return journal


# Whether it is needed.


def test_it_is_needed_while_somebody_goes():
    """Asked, gone, or being delivered, as long as its tab is bound for nowhere."""
    for phase in ["asked", "gone", "leaving"]:
        assert is_needed(journal_with([a_life("open"), a_life(phase)]))
        assert is_needed(journal_with([a_life(phase, "asking")]))
    for phase in ["opening", "open", "away"]:
        assert not is_needed(journal_with([a_life(phase)]))
    assert not is_needed(empty())


def test_a_tab_that_goes_elsewhere_keeps_the_browser():
    """Unless the departure is being delivered already: then it is the end that counts."""
    for bound in ["ccp", "elsewhere"]:
        assert not is_needed(journal_with([a_life("asked", "", bound)]))
        assert not is_needed(journal_with([a_life("gone", "", bound)]))
        assert is_needed(journal_with([a_life("leaving", "", bound)]))


def test_an_agent_who_looks_at_the_dialog_is_there():
    """And so is their window."""
    for dialog in ["tries", "failed", "confirmed", "let_go"]:
        assert not is_needed(journal_with([a_life("leaving", dialog)]))


# Whether the browser quits.


def test_all_that_go_in_one_moment():
    """Two at least, none stays; those that are asked are so within half a second."""
    assert may_be_the_end(journal_with([a_life("asked"), a_life("asked")]))
    assert may_be_the_end(journal_with([a_life("gone"), a_life("leaving"), a_life("asked")]))
    assert not may_be_the_end(journal_with([a_life("asked")]))
    assert not may_be_the_end(empty())
    for phase in ["open", "opening", "away"]:
        assert not may_be_the_end(journal_with([a_life("asked"), a_life("gone"), a_life(phase)]))
    late = a_life("asked")
    late["since"] = ONE_MOMENT_MS
    assert may_be_the_end(journal_with([a_life("asked"), late]))
    late["since"] = ONE_MOMENT_MS + 1
    assert not may_be_the_end(journal_with([a_life("asked"), late]))
    # What has gone is not asked any more.
    late["phase"] = "gone"
    assert may_be_the_end(journal_with([a_life("asked"), late]))


# What becomes of it.


def test_it_waits_while_it_keeps_the_browser():
    """The last window is closed, and nothing is confirmed yet; when that takes long, the agent is told why."""
    for phase in ["gone", "leaving"]:
        assert step(journal_with([a_life(phase)]), 0, OPENED) == "wait"
        assert step(journal_with([a_life(phase)]), 0, OPENED + LONG_MS - 1) == "wait"
        assert step(journal_with([a_life(phase)]), 0, OPENED + LONG_MS) == "show"


def test_it_waits_for_the_answer():
    """The agent may be looking at a leave dialog, in another window or in none; one that is answered does not count."""
    assert step(journal_with([a_life("asked")]), 1, OPENED + LONG_MS) == "wait"
    assert step(journal_with([a_life("asked")]), 0, OPENED + LONG_MS - 1) == "wait"
    assert step(journal_with([a_life("asked")]), 0, OPENED + LONG_MS) == "show"
    assert step(journal_with([a_life("asked", "", "ccp")]), 1, OPENED) == "close"


def test_it_is_not_needed_beside_another_window():
    """The page has gone, the browser has not; but a window that closes is counted for a moment."""
    assert step(journal_with([a_life("leaving")]), 1, WENT) == "wait"
    assert step(journal_with([a_life("leaving")]), 1, WENT + CLOSING_MS - 1) == "wait"
    assert step(journal_with([a_life("leaving")]), 1, WENT + CLOSING_MS) == "close"


def test_it_goes_when_nothing_is_pending():
    """Confirmed, or the agent is back, or looks at the dialog."""
    for others in [0, 1]:
        assert step(empty(), others, OPENED) == "close"
        assert step(journal_with([a_life("open"), a_life("away")]), others, OPENED) == "close"
        assert step(journal_with([a_life("leaving", "tries")]), others, OPENED) == "close"


def test_it_stays_with_a_warning():
    """A failure that nobody else shows; beside another window the popup opens there."""
    journal = failed_at(1500)
    assert step(journal, 0, 2000) == "hand_over"
    assert step(journal, 1, 1500 + CLOSING_MS - 1) == "wait"
    assert step(journal, 1, 1500 + CLOSING_MS) == "close"


def test_what_was_told_is_not_told_again():
    """A failure from before this closing, or one that is resolved."""
    assert step(failed_at(BEGAN), 0, 2000) == "hand_over"
    assert step(failed_at(BEGAN - 1), 0, 2000) == "close"
    journal = failed_at(BEGAN)
    journal["failures"][0]["resolved"] = "dismissed"
    assert step(journal, 0, 2000) == "close"


def test_who_closed_it():
    """Quitting closes it unseen, a person has seen it first. And there is an end."""
    assert closed_by_quitting(False, 0)
    assert closed_by_quitting(False, MOST_REOPENED - 1)
    assert not closed_by_quitting(True, 0)
    assert not closed_by_quitting(False, MOST_REOPENED)
