"""Tabs: open one, or bring one to the front."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from browser.globals import chrome

# __pragma__('noalias')


async def open_tab(url: str) -> None:
    """Open an address in a new tab of the front window, or in a new window if there is none."""
    try:
        await chrome.tabs.create({"url": url})
    except:
        await chrome.windows.create({"url": url})


async def show_tab(tab: int) -> bool:
    """Bring a tab and its window to the front; ``False`` if it is gone."""
    try:
        shown = await chrome.tabs.update(tab, {"active": True})
        await chrome.windows.update(shown.windowId, {"focused": True})
    except:
        return False
    return True


async def is_showing(tab: int, url: str) -> bool:
    """Whether a tab is still there and shows this CCP.

    ``url`` ends in ``#``, as ``plain_ccp`` makes it; "" for whatever the tab shows.
    """
    try:
        found = await chrome.tabs.get(tab)
    except:
        return False
    if url == "":
        return True
    return bool(found.url) and found.url.startsWith(url[:-1])


def on_tab_replaced(handler: "Callable[[int, int], None]") -> None:
    """Call ``handler`` with a tab's old and new number, which the browser changes when it discards what it shows."""
    chrome.tabs.onReplaced.addListener(lambda after, before: handler(before, after))


async def all_tabs() -> "list[Any]":
    """Every tab that shows something, a record of ``tab`` and ``url``, which is "" where we may not know it."""
    found: Any = []
    for tab in await chrome.tabs.query({"discarded": False}):
        if tab.status != "unloaded":
            found.append({"tab": tab.id, "url": tab.url if tab.url else ""})
    return found  # type: ignore[no-any-return]


async def tab_of(tab: int) -> "Any":
    """What the browser says of a tab (Tab in core/records.py), or ``None`` if there is none."""
    try:
        found = await chrome.tabs.get(tab)
    except:
        return None
    pending = found.pendingUrl if found.pendingUrl else ""
    return {"status": found.status, "url": found.url if found.url else "", "pending": pending}


def on_tab_closed(handler: "Callable[[int], None]") -> None:
    """Call ``handler`` with the number of each tab that has closed."""
    chrome.tabs.onRemoved.addListener(lambda tab, _about: handler(tab))


def on_tab_loaded(handler: "Callable[[int, str], None]") -> None:
    """Call ``handler`` with the number and the address, if known, of each tab that shows something new."""

    def look(tab: int, change: "Any", found: "Any") -> None:
        if change.status and change.status != "loading":
            handler(tab, found.url if found.url else "")

    chrome.tabs.onUpdated.addListener(look)
