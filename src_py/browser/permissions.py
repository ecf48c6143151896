"""What the browser allows us, which a person or an administrator may have taken back."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
