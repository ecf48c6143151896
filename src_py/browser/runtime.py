"""The extension itself: its id, its ports, its pages, its texts."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from browser.globals import chrome, fetch, navigator

# __pragma__('noalias')


def connect(name: str, on_message: "Callable[[Any], None]", on_closed: "Callable[[], None]") -> "Any":
    """A port to the background; its ``postMessage`` sends."""
    port = chrome.runtime.connect({"name": name})
    port.onMessage.addListener(on_message)
    port.onDisconnect.addListener(on_closed)
    return port


def post(port: "Any", message: "Any") -> None:
    """Say something to the other end of a port. One that closed meanwhile hears nothing, and is no error."""
    try:
        port.postMessage(message)
    except:
        pass


def on_connect(handler: "Callable[[str, str, Any], None]") -> None:
    """Call ``handler`` with each port that opens: its name, the address of the page behind it, and itself."""
    chrome.runtime.onConnect.addListener(lambda port: handler(port.name, port.sender.url, port))


def own_origin() -> str:
    """The origin of the extension's own pages."""
    origin: str = chrome.runtime.getURL("")
    return origin


def own_page(name: str) -> str:
    """The address of one of the extension's own pages."""
    address: str = chrome.runtime.getURL(name)
    return address


async def own_file(name: str) -> str:
    """What one of the extension's own files holds."""
    answer = await fetch(own_page(name), {})
    content: str = await answer.text()
    return content


def about() -> "Any":
    """Which version of us runs in which browser."""
    return {"version": chrome.runtime.getManifest().version, "browser": navigator.userAgent}


def text(key: str, values: "list[str]") -> str:
    """A text in the agent's language with its values filled in; a missing one shows its key."""
    found: str = chrome.i18n.getMessage(key, values)
    if found == "":
        return key
    return found


def in_private_window() -> bool:
    """Whether this background serves private windows (each kind has its own)."""
    return bool(chrome.extension.inIncognitoContext)
