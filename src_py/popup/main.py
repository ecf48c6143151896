"""The popup's start: it shows what the background sends, and asks for what is clicked."""

from typing import TYPE_CHECKING

from browser.dom import by_id, fill, focus_id, focused_id, translate
from browser.runtime import connect, text
from browser.time import later, now
from popup.view import ccp_rows, failure_cards, is_well, pending_cards

if TYPE_CHECKING:
    from typing import Any

    from core.records import View

RECONNECT_MS = 200


def start() -> None:
    """Translate the page, open the port, draw."""
    port: Any = None

    def send(command: "Any") -> None:
        if port is not None:
            port.postMessage(command)

    def draw(view: "View") -> None:
        focus = focused_id()
        failures = view["failures"]
        fill(by_id("failures"), failure_cards(failures, now(), send))
        by_id("failures-head").hidden = len(failures) == 0
        # Who came back and is Offline still gets no calls.
        calls = [failure for failure in failures if failure["reason"] != "not_restored"]
        by_id("failures-title").hidden = len(calls) == 0
        by_id("dismiss-all").hidden = len(failures) < 2
        fill(by_id("pending"), pending_cards(view["pending"]))
        fill(by_id("ccps"), ccp_rows(view))
        by_id("no-ccp").hidden = len(view["open"]) + len(view["uncovered"]) + len(view["left_alone"]) > 0
        by_id("all-well").hidden = not is_well(view)
        by_id("trouble").hidden = view["trouble"] == ""
        by_id("trouble-detail").textContent = view["trouble"]
        by_id("starting").hidden = True
        focus_id(focus)

    def on_closed() -> None:
        nonlocal port
        port = None
        later(open_port, RECONNECT_MS)

    def open_port() -> None:
        nonlocal port
        port = connect("popup", draw, on_closed)

    translate(lambda key: text(key, []))
    by_id("dismiss-all").addEventListener("click", lambda: send({"type": "dismiss_all"}))
    open_port()
