"""Storage: on disk, for as long as the browser runs, and what the administrator has set."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from browser.globals import Object, chrome

# __pragma__('noalias')


async def read(key: str) -> "Any":
    """What is stored under a key, or ``None``. Raises the browser's error if the disk cannot be read."""
    found = await chrome.storage.local.get(key)
    if key in found:
        return found[key]
    return None


async def write(key: str, value: "Any") -> str:
    """Store a value; returns "" or, if it could not be stored (full disk, quota), the browser's reason."""
    record: Any = {}
    record[key] = value
    # Not try/except: compiled, a named exception does not catch the browser's errors.
    reason: str = await chrome.storage.local.set(record).then(lambda: "", lambda error: "" + error.message)
    return reason


async def read_for_this_run(key: str) -> "Any":
    """What was stored under a key since the browser started, or ``None``. Never on disk."""
    found = await chrome.storage.session.get(key)
    if key in found:
        return found[key]
    return None


async def write_for_this_run(key: str, value: "Any") -> None:
    """Keep a value until the browser ends. Never on disk."""
    record: Any = {}
    record[key] = value
    await chrome.storage.session.set(record)


def on_changed(key: str, handler: "Callable[[], None]") -> None:
    """Call ``handler`` when what is stored on disk under a key has changed."""

    def look(changes: "Any") -> None:
        if key in changes:
            handler()

    chrome.storage.local.onChanged.addListener(look)


async def read_managed() -> "Any":
    """What the browser's administrator has set for us, or ``None``."""
    try:
        found = await chrome.storage.managed.get()
    except:
        # Firefox, where no policy names us.
        return None
    return found if len(Object.keys(found)) > 0 else None


def on_managed_changed(handler: "Callable[[], None]") -> None:
    """Call ``handler`` when the administrator has set something else."""
    chrome.storage.managed.onChanged.addListener(lambda _changes: handler())


def keys_of(record: "Any") -> "list[str]":
    """The keys of what was stored."""
    return Object.keys(record)
