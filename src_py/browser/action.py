"""The toolbar button, its popup, and the system's notifications."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from browser.globals import chrome

# __pragma__('noalias')

ALARM = "#b3261e"


def show_badge(text: str, title: str) -> None:
    """Write on the toolbar button; "" clears it. ``title`` is what hovering shows."""
    chrome.action.setBadgeBackgroundColor({"color": ALARM})
    chrome.action.setBadgeText({"text": text})
    chrome.action.setTitle({"title": title})


async def show_badge_on_own_tabs(text: str, title: str) -> None:
    """The same on the tabs of private windows alone: the button is one for all windows."""
    for tab in await chrome.tabs.query({}):
        try:
            await chrome.action.setBadgeBackgroundColor({"color": ALARM, "tabId": tab.id})
            await chrome.action.setBadgeText({"text": text, "tabId": tab.id})
            await chrome.action.setTitle({"title": title, "tabId": tab.id})
        except:
            # A tab that is just going.
            pass


def on_fresh_tab(handler: "Callable[[], None]") -> None:
    """Call ``handler`` when a tab shows the button as it is for all: a new one, or one with a new page."""
    chrome.tabs.onCreated.addListener(lambda _tab: handler())

    def look(_tab: int, change: "Any") -> None:
        if change.status:
            handler()

    chrome.tabs.onUpdated.addListener(look)


async def open_popup() -> bool:
    """Open the popup by itself; ``False`` where the browser does not allow it (no window in front)."""
    try:
        await chrome.action.openPopup()
    except:
        return False
    return True


async def notify(notice_id: str, title: str, message: str) -> None:
    """Show a notification that stays until it is closed. A system without them is no error."""
    notice: Any = {
        "type": "basic",
        "iconUrl": chrome.runtime.getURL("icons/128.png"),
        "title": title,
        "message": message,
        "requireInteraction": True,
    }
    try:
        await chrome.notifications.create(notice_id, notice)
    except:
        pass


async def withdraw_notice(notice_id: str) -> None:
    """Take a notification back."""
    try:
        await chrome.notifications.clear(notice_id)
    except:
        pass


def on_notice_clicked(handler: "Callable[[str], None]") -> None:
    """Call ``handler`` with the id of a notification that was clicked."""
    chrome.notifications.onClicked.addListener(handler)
