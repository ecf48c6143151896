"""A bound on how many facts a page may tell in a while, kept for each type of fact.

A flood of one type must not shut out another: the departure always gets through. Used by the border, so it
needs no Transcrypt runtime.
"""

# Every type of fact a page may tell (core/messages.py says what each holds).
FACTS = ["status", "agent", "asked", "alive", "hidden", "terminated", "said"]
BURST = 20
PER_SECOND = 5


def refilled(left: float, waited_ms: float) -> float:
    """How many facts of a type may pass now.

    Args:
        left: how many might still have passed at the last one, at most ``BURST``.
        waited_ms: the time since, in milliseconds; a clock set back takes nothing away.
    """
    if waited_ms < 0:
        return left
    now = left + waited_ms * PER_SECOND / 1000
    if now > BURST:
        return BURST
    return now
