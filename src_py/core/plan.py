"""What each open CCP is told of its closing."""

from typing import TYPE_CHECKING

from core.hold import asks
from core.others import is_last

if TYPE_CHECKING:
    from typing import Any

    from core.records import Health, Journal, Life, Policy


def plan_for(
    journal: "Journal", life: "Life", policy: "Policy", health: "Health", delay_ms: float, now: float
) -> "Any":
    """The command "plan" for a CCP (core/messages.py).

    Args:
        journal: all that is known.
        life: the CCP.
        policy: the settings in force.
        health: what is known of its instance.
        delay_ms: for how long the end of its page is to be delayed.
        now: in ms of the run's clock.
    """
    contacts = "leave"
    if policy["on_contact"] == "skip":
        contacts = "skip"
    elif not policy["redelivery"]:
        # The page is alone, with contacts too.
        contacts = "enqueue"
    return {
        "type": "plan",
        "last": is_last(journal, life, now),
        "delay_ms": delay_ms,
        "ask": asks(policy["hold"], health, life["dialog"]),
        "target": policy["target_name"],
        "contacts": contacts,
    }
