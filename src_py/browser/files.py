"""Files that a person gives to one of our pages, or takes from it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from browser.globals import URL, Blob, __new__, document

# __pragma__('noalias')


def save_as(name: str, content: str) -> None:
    """Let the browser save a text as a file."""
    kind: Any = {"type": "application/json"}
    address = URL.createObjectURL(__new__(Blob([content], kind)))
    link = document.createElement("a")
    link.href = address
    link.download = name
    link.click()
    URL.revokeObjectURL(address)


def pick(chooser: "Any", longest: int, on_picked: "Callable[[str], None]") -> None:
    """Let a person choose a file, and call ``on_picked`` with its text, at most ``longest`` characters of it.

    Args:
        chooser: the page's file input.
        longest: what is beyond is cut off, so that no file can be too large for us.
        on_picked: called once for each file that was chosen.
    """

    async def read() -> None:
        content = await chooser.files.item(0).slice(0, longest).text()
        chooser.value = ""
        on_picked(content)

    chooser.onchange = read
    chooser.click()
