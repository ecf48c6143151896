"""Events on the document: how the two content scripts of one page speak to each other.

Event details are JSON text: the one value that crosses between worlds the same in every browser.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from browser.globals import JSON, CustomEvent, Object, __new__, crypto, document, window

# __pragma__('noalias')

# listen() gives each handler a wrapper that unpacks the event; unlisten() must find it again.
_wrappers = []  # type: ignore[var-annotated]


def address() -> str:
    """The address of this document."""
    href: str = window.location.href
    return href


def claim(is_alive: "Callable[[], bool]", retire: "Callable[[], None]") -> bool:
    """Take this document for this copy of a content script, unless a living one has it.

    The copy of an extension that was updated or switched off since is dead, and is made to fall silent
    first. The mark is in the extension's own world, where the page cannot see it.
    """
    before = window.ccpOfflineGuard
    if before:
        if before[0]():
            return False
        before[1]()
    window.ccpOfflineGuard = [is_alive, retire]
    return True


def random_id() -> str:
    """A name nobody can guess."""
    return crypto.randomUUID()


def listen(name: str, handler: "Callable[[Any], None]") -> None:
    """Call ``handler`` with the detail of each event of this name."""

    def unpack(event: "Any") -> None:
        handler(event.detail)

    _wrappers.append([name, handler, unpack])
    document.addEventListener(name, unpack)


def unlisten(name: str, handler: "Callable[[Any], None]") -> None:
    """Undo ``listen``."""
    for wrapper in _wrappers:
        if wrapper[0] == name and wrapper[1] is handler:
            document.removeEventListener(name, wrapper[2])


def ask(name: str) -> None:
    """Send an event that holds nothing."""
    document.dispatchEvent(__new__(CustomEvent(name)))


def say(name: str, message: "Any") -> None:
    """Send a message as an event."""
    options: Any = {"detail": JSON.stringify(message)}
    document.dispatchEvent(__new__(CustomEvent(name, options)))


def parse(text: "Any", longest: int) -> "Any":
    """The record that a text holds, or ``None``: not a text, too long, not JSON, not a record."""
    if not isinstance(text, str) or len(text) > longest:
        return None
    try:
        value = JSON.parse(text)
    except:
        return None
    if value is None or isinstance(value, (str, int, float, bool, list)):
        return None
    # Compiled, ``in`` asks these of the record itself: a stranger's own would make it throw.
    if Object.hasOwn(value, "indexOf") or Object.hasOwn(value, "hasOwnProperty"):
        return None
    return value
