"""A bound on how many facts a page may tell in a while, kept for each type of fact.

A flood of one type must not shut out another: the departure always gets through.
"""

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:

    class Bucket(TypedDict):
        """What one type of fact has left, and since when that is true (milliseconds)."""

        type: str
        left: float
        at: float


BURST = 20
PER_SECOND = 5


def admit(buckets: "list[Bucket]", kind: str, now: float) -> bool:
    """Whether one more fact of type ``kind`` may pass at ``now`` (ms); counts it if so."""
    for bucket in buckets:
        if bucket["type"] == kind:
            gained = (now - bucket["at"]) * PER_SECOND / 1000
            # A clock set back must not empty the bucket.
            bucket["left"] = min(BURST, bucket["left"] + max(0, gained))
            bucket["at"] = now
            if bucket["left"] < 1:
                return False
            bucket["left"] = bucket["left"] - 1
            return True
    buckets.append({"type": kind, "left": BURST - 1, "at": now})
    return True
