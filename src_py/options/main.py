"""The options page's start: it shows what the background sends, and sends back what is chosen."""

from typing import TYPE_CHECKING

from browser.dom import by_id, fill, focus_id, focused_id, translate
from browser.files import pick, save_as
from browser.runtime import connect, text
from browser.time import later
from browser.values import parse, words_of
from options.view import check_rows, problem_rows, setting_rows

if TYPE_CHECKING:
    from typing import Any

    from core.records import OptionsView

RECONNECT_MS = 200
# More than any diagnostics can be.
MAX_FILE = 4194304


def start() -> None:
    """Translate the page, open the port, draw."""
    port: Any = None

    def send(command: "Any") -> None:
        if port is not None:
            port.postMessage(command)

    def change(key: str, value: "Any") -> None:
        send({"type": "set", "key": key, "value": "" if value is None else words_of(value)})

    def draw(view: "OptionsView") -> None:
        focus = focused_id()
        fill(by_id("problems"), problem_rows(view["problems"]))
        by_id("problems-section").hidden = len(view["problems"]) == 0
        by_id("managed").hidden = not view["managed"]
        fill(by_id("settings"), setting_rows(view["settings"], change))
        fill(by_id("checks"), check_rows(view["checks"]))
        by_id("said").textContent = "" if view["said"] == "" else text(view["said"], [])
        by_id("said").hidden = view["said"] == ""
        by_id("trouble").hidden = view["trouble"] == ""
        by_id("trouble").textContent = view["trouble"]
        by_id("starting").hidden = True
        focus_id(focus)

    def on_message(message: "Any") -> None:
        if message["type"] == "diagnostics":
            save_as("ccp-offline-guard-diagnostics.json", message["text"])
        else:
            draw(message)

    def on_closed() -> None:
        nonlocal port
        port = None
        later(open_port, RECONNECT_MS)

    def open_port() -> None:
        nonlocal port
        port = connect("options", on_message, on_closed)

    def on_picked(content: str) -> None:
        record = parse(content, MAX_FILE)
        if record is not None and "settings" in record:
            # A diagnostics export.
            record = record["settings"]
        send({"type": "import", "text": words_of(record)})

    translate(lambda key: text(key, []))
    by_id("export").addEventListener("click", lambda: send({"type": "export"}))
    by_id("import").addEventListener("click", lambda: pick(by_id("file"), MAX_FILE, on_picked))
    by_id("check").addEventListener("click", lambda: send({"type": "check"}))
    open_port()
