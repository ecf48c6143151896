"""CCPs where no extension may look, in another extension's side panel for instance: what the network tells of them.

No tab shows such a CCP, and no script of ours runs in it. But the worker of each asks for the agent's snapshot again
and again, with a token of its own that no other worker uses (Streams 1.8.3 and 2.28.2; a CCP asks at least every
30 s). Where more workers ask than CCPs are known, one is not seen.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from core.records import Beside, Unseen

# The "tab" of a CCP that is in none.
NO_TAB = -1
# Who has not asked for so long asks no more.
ASKS_MS = 45000
# So long after the last proof it is there still: two rounds, and some.
STILL_MS = 65000
# A CCP that opens has said so by then.
OPENING_MS = 3000
# The worker of a CCP that went may ask once more meanwhile.
LAST_WORDS_MS = 5000


def unseen(instance: str, phase: "Any", now: float) -> "Unseen":
    """What is known of an instance at first: nothing (``phase`` ""); or that one was "there" before we slept."""
    return {
        "instance": instance,
        "phase": phase,
        "documents": [],
        "askers": [],
        "since": now,
        "proven_at": now,
        "deaf_until": 0,
    }


def hear(known: "Unseen", token: float, documents: "list[str]", now: float) -> bool:
    """A worker asks for the agent's snapshot.

    Args:
        known: what is known of its instance; changed in place.
        token: a number for its token.
        documents: the CCPs of the instance that are known to be open, or are just going.
        now: in ms of the run's clock.

    Returns:
        Whether this is a sign of one that is not seen; ``look`` tells in ``OPENING_MS`` whether it is one.
    """
    if len([document for document in known["documents"] if document not in documents]) > 0:
        # One has gone: who of them asked as which of the workers is to be found out anew.
        known["askers"] = []
        known["deaf_until"] = now + LAST_WORDS_MS
        known["proven_at"] = now
    known["documents"] = documents
    if now < known["deaf_until"]:
        return False
    _note(known, token, now)
    if _workers(known, now) <= len(documents):
        return False
    known["proven_at"] = now
    if known["phase"] == "":
        known["phase"] = "perhaps"
        known["since"] = now
    return known["phase"] == "perhaps"


def look(known: "Unseen", documents: "list[str]", now: float) -> None:
    """Time has passed: what was a sign is one that is there, or was none; and one that asks no more is gone."""
    if known["phase"] == "perhaps" and now >= known["since"] + OPENING_MS:
        known["phase"] = "there" if _workers(known, now) > len(documents) else ""
    elif known["phase"] == "there" and now >= known["proven_at"] + STILL_MS:
        known["phase"] = ""


def is_any_unseen(beside: "list[Beside]") -> bool:
    """Whether one of the CCPs beside ours is in no tab: then nothing but time tells that it is gone."""
    return len([other for other in beside if other["tab"] == NO_TAB]) > 0


def _note(known: "Unseen", token: float, now: float) -> None:
    for asker in known["askers"]:
        if asker["token"] == token:
            asker["at"] = now
            return
    known["askers"].append({"token": token, "since": now, "at": now})


def _workers(known: "Unseen", now: float) -> int:
    """How many workers ask, at least.

    One that asks with a new token, because the old one has expired, never asks with that again. So whoever has asked
    since the newest came is another.
    """
    known["askers"] = [asker for asker in known["askers"] if now < asker["at"] + ASKS_MS]
    newest: float = 0
    for asker in known["askers"]:
        newest = max(newest, asker["since"])
    return len([asker for asker in known["askers"] if asker["at"] >= newest])
