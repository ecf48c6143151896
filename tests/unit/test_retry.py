"""How soon a failed call is tried again."""

from core.departure import QUIET_MS
from core.retry import TRIES, delay_ms


def test_each_wait_is_twice_the_last():
    """250, 500, 1000 ms."""
    assert delay_ms(1) == 250
    assert delay_ms(2) == 500
    assert delay_ms(3) == 1000


def test_a_departure_is_not_given_up_between_two_tries():
    """The quiet that ends a departure is longer than any wait between tries, with a second to spare."""
    assert delay_ms(TRIES - 1) + 1000 < QUIET_MS
