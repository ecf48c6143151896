"""How many facts a page may tell."""

from core.messages import MESSAGES
from core.rate import BURST, FACTS, PER_SECOND, refilled


def test_time_lets_facts_pass_again():
    """A second later so many more pass as the rate says."""
    assert refilled(0, 1000) == PER_SECOND
    assert refilled(3, 1000 / PER_SECOND) == 4


def test_no_time_lets_nothing_pass():
    """In the same moment nothing is gained."""
    assert refilled(0.5, 0) == 0.5


def test_a_long_silence_saves_up_no_more_than_a_burst():
    """After an hour a burst may pass, and no more."""
    assert refilled(1, 3600000) == BURST


def test_a_clock_set_back_takes_nothing_away():
    """A clock set back an hour leaves what was left."""
    assert refilled(7, -3600000) == 7


def test_every_fact_has_a_bound_of_its_own():
    """What the border lets pass is what the table of messages has from the page."""
    told = []
    for row in MESSAGES:
        if row["sender"] == "page":
            told.append(row["type"])
    assert ",".join(told) == ",".join(FACTS)
