"""The dialog's start: it shows what the background sends, and asks for what is clicked.

Put into a CCP only when there is something to show, in our own world, beside the border.
"""

from typing import TYPE_CHECKING

from browser.overlay import Overlay, claim_overlay, release_overlay
from browser.runtime import connect
from browser.time import later
from dialog.view import DialogParts

if TYPE_CHECKING:
    from typing import Any

RECONNECT_MS = 200


def start() -> None:
    """Open the port, draw, until there is nothing to show."""
    port: Any = None
    overlay: Any = None
    parts: Any = None
    gone = False

    def send(kind: str) -> None:
        if port is not None:
            port.postMessage({"type": kind})

    def close() -> None:
        nonlocal gone
        gone = True
        if overlay is not None:
            overlay.remove()
        release_overlay()
        if port is not None:
            port.disconnect()

    def on_escape() -> None:
        parts.escape()

    def on_moved() -> None:
        parts.look()

    def on_message(message: "Any") -> None:
        nonlocal overlay, parts
        if gone:
            return
        if message["type"] == "close":
            close()
        elif message["type"] == "style" and overlay is None:
            overlay = Overlay(message["text"], on_escape, on_moved)
            parts = DialogParts(overlay, send, close)
        elif message["type"] == "dialog":
            parts.draw(message)

    def on_closed() -> None:
        nonlocal port
        port = None
        if not gone:
            later(open_port, RECONNECT_MS)

    def open_port() -> None:
        nonlocal port
        try:
            port = connect("dialog", on_message, on_closed)
        except:
            # The extension was updated or switched off: nobody is there to say what is true.
            close()

    open_port()


if claim_overlay():
    start()
