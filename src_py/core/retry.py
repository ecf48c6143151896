"""How often, and how soon, a call that failed is tried again.

Shared with the page hook, so it needs no Transcrypt runtime.
"""

TRIES = 3
FIRST_DELAY_MS = 250


def delay_ms(tries_done: int) -> int:
    """Milliseconds to wait after ``tries_done`` (1, 2, …) failed calls: 250, 500, 1000.

    The SDK inside Streams has itself tried four times by then, in about 0.4 s.
    """
    delay = FIRST_DELAY_MS
    for _ in range(tries_done - 1):
        delay = delay * 2
    return delay
