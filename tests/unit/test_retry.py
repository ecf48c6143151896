"""How soon a failed call is tried again."""

from core.retry import delay_ms


def test_each_wait_is_twice_the_last():
    """250, 500, 1000 ms."""
    assert delay_ms(1, 250) == 250
    assert delay_ms(2, 250) == 500
    assert delay_ms(3, 250) == 1000
