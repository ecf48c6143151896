"""What the browser allows us, which a person or an administrator may have taken back."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from browser.globals import chrome

# __pragma__('noalias')


async def missing_hosts(patterns: "list[str]") -> "list[str]":
    """Those of these host patterns that we may not reach."""
    missing = []
    for pattern in patterns:
        wanted: Any = {"origins": [pattern]}
        if not await chrome.permissions.contains(wanted):
            missing.append(pattern)
    return missing


async def granted_hosts() -> "list[str]":
    """The host patterns that we may reach: all we ask for, or those to which a person has restricted us."""
    granted = await chrome.permissions.getAll()
    return granted.origins  # type: ignore[no-any-return]


def on_access_changed(handler: "Callable[[], None]") -> None:
    """Call ``handler`` when a permission was taken back, or given."""
    chrome.permissions.onAdded.addListener(lambda _about: handler())
    chrome.permissions.onRemoved.addListener(lambda _about: handler())
