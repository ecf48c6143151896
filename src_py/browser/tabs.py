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
    """Every tab, a record of ``tab`` and ``url``, which is "" where we may not know it."""
    found: Any = []
    for tab in await chrome.tabs.query({}):
        found.append({"tab": tab.id, "url": tab.url if tab.url else ""})
    return found  # type: ignore[no-any-return]


async def is_loading(tab: int) -> bool:
    """Whether a tab is on its way to another page; ``True`` too if it is gone."""
    try:
        found = await chrome.tabs.get(tab)
    except:
        return True
    return bool(found.status == "loading")
