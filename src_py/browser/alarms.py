"""The alarm that wakes a background which has fallen asleep."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from browser.globals import chrome

# __pragma__('noalias')

ALARM = "watch"
# The shortest that browsers allow.
EVERY_MINUTES = 0.5


def on_wake(handler: "Callable[[], None]") -> None:
    """Call ``handler`` at each alarm."""
    chrome.alarms.onAlarm.addListener(lambda _alarm: handler())


async def wake_regularly(wanted: bool) -> None:
    """Be woken twice a minute from now on, or no longer."""
    if not wanted:
        await chrome.alarms.clear(ALARM)
        return
    # Setting it anew would put off the next one.
    if not await chrome.alarms.get(ALARM):
        period: Any = {"periodInMinutes": EVERY_MINUTES}
        await chrome.alarms.create(ALARM, period)
