"""How often, and how soon, a call that failed is tried again.

Shared with the page hook, so it needs no Transcrypt runtime.
"""

# The page's own tries; a page that goes has no time for more.
TRIES = 3
FIRST_DELAY_MS = 250


def delay_ms(tries_done: int, first_delay_ms: float) -> float:
    """Milliseconds to wait after ``tries_done`` (1, 2, …) failed calls: the first delay, then twice the last.

    The SDK inside Streams has itself tried four times by then, in about 0.4 s.
    """
    delay = first_delay_ms
    for _ in range(tries_done - 1):
        delay = delay * 2
    return delay
