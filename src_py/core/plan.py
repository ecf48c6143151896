"""What each open CCP is told of its closing."""

from typing import TYPE_CHECKING

from core.hold import asks
from core.others import is_last

if TYPE_CHECKING:
    from typing import Any

    from core.records import Health, Journal, Life, Policy


# In so long the background hears that one CCP was asked, and another that it is the last now (measured: 20 ms do).
PAUSE_MS = 50


def plan_for(journal: "Journal", life: "Life", policy: "Policy", health: "Health", now: float) -> "Any":
    """The command "plan" for a CCP (core/messages.py).

    Any closing may be the browser's end: that of a browser with several windows is not to be seen before it is done.
    In the time for which the end of the last CCP's page is delayed, its request gets out (measured: always; without
    it in two of three), and our small window is there.

    Args:
        journal: all that is known.
        life: the CCP.
        policy: the settings in force.
        health: what is known of its instance.
        now: in ms of the run's clock.
    """
    contacts = "leave"
    if policy["on_contact"] == "skip":
        contacts = "skip"
    elif not policy["redelivery"]:
        # The page is alone, with contacts too.
        contacts = "enqueue"
    last = is_last(journal, life, now)
    return {
        "type": "plan",
        "last": last,
        "choosing": life["choosing"] != "",
        "pause_ms": 0 if last else min(policy["unload_delay_ms"], PAUSE_MS),
        "delay_ms": policy["unload_delay_ms"] if last else 0,
        "ask": asks(policy["hold"], health, life["dialog"]),
        "target": policy["target_name"],
        "contacts": contacts,
    }
