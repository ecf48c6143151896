"""The browser's windows, and a small one of our own."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from browser.globals import chrome

# __pragma__('noalias')

WIDTH = 420
HEIGHT = 420


async def other_windows(ours: int) -> int:
    """How many windows of this profile are open beside ours (-1 for none of ours).

    A profile's last window takes the profile with it, whatever other profiles have open. A picture-in-picture window
    goes with its page; the browser calls it normal, but keeps it on top, which no window can be else.
    """
    found = await chrome.windows.getAll({"windowTypes": ["normal", "popup", "app"]})
    return len([window for window in found if window.id != ours and not window.alwaysOnTop])


def on_windows(changed: "Callable[[], None]", closed: "Callable[[int], None]") -> None:
    """Call ``changed`` when a window was opened or closed, and ``closed`` as soon as one is closing, with its id."""
    chrome.windows.onCreated.addListener(lambda _window: changed())

    def on_removed(window: int) -> None:
        closed(window)
        changed()

    def on_tab_removed(_tab: int, about: "Any") -> None:
        # A moment earlier, and every moment counts when the browser quits.
        if about.isWindowClosing:
            closed(about.windowId)

    chrome.windows.onRemoved.addListener(on_removed)
    chrome.tabs.onRemoved.addListener(on_tab_removed)


async def open_aside(page: str) -> int:
    """Open a page of ours in a small window that takes nobody's attention; its id, or -1 if the browser refuses."""
    wanted: Any = {"url": page, "type": "popup", "state": "minimized"}
    try:
        window = await chrome.windows.create(wanted)
    except:
        return -1
    found: int = window.id
    return found


async def is_window_open(window: int) -> bool:
    """Whether a window is there still."""
    try:
        await chrome.windows.get(window)
    except:
        return False
    return True


async def bring_up(window: int) -> None:
    """Show such a window, large enough to be read."""
    try:
        await chrome.windows.update(window, {"state": "normal", "focused": True, "width": WIDTH, "height": HEIGHT})
    except:
        # A person closed it.
        pass


async def close_window(window: int) -> None:
    """Close a window of ours."""
    try:
        await chrome.windows.remove(window)
    except:
        # A person was quicker.
        pass
