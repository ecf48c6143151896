"""Our dialog in the CCP as a person meets it: read through the protocol, for its shadow root is closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.browser.devtools import DevToolsError
from tests.browser.harness import wait

if TYPE_CHECKING:
    from tests.browser.ccp_tab import CcpTab

_READ = """function () {
  const shown = (each) => each.checkVisibility({visibilityProperty: true});
  const text = (css) => { const found = this.querySelector(css); return shown(found) ? found.textContent : ''; };
  // The dialog may be in a frame of the tab.
  const around = this.ownerDocument.defaultView.frameElement?.getBoundingClientRect() ?? {x: 0, y: 0};
  const place = (each) => {
    const box = each.getBoundingClientRect();
    return [around.x + box.x, around.y + box.y, box.width, box.height];
  };
  const buttons = [...this.querySelectorAll('button')];
  const active = this.getRootNode().activeElement;
  return {phase: this.dataset.phase, role: this.getAttribute('role'), bar: this.className === 'bar',
    title: text('h2'), why: text('#why'), status: text('.status'),
    live: this.querySelector('.status').getAttribute('role'),
    rows: [...this.querySelectorAll('li')].map((row) => row.textContent), height: this.offsetHeight,
    modal: this.matches(':modal'), focused: active ? active.dataset.command ?? active.localName : '',
    buttons: buttons.filter(shown).map((each) => (
      {command: each.dataset.command, label: each.textContent, still: each.dataset.still === 'yes'})),
    places: Object.fromEntries(
      [['', place(this)], ...buttons.map((each) => [each.dataset.command, place(each)])])};
}"""


@dataclass(frozen=True)
class Shown:
    """What the dialog shows.

    Attributes:
        buttons: those that are there now.
        places: the left and upper edge, width and height of every button, whether it is there now or only keeps its
            place; and, named "", of the dialog.
    """

    phase: str
    role: str
    live: str
    modal: bool
    bar: bool
    title: str
    why: str
    status: str
    rows: list[str]
    height: int
    focused: str
    buttons: list[dict[str, Any]]
    places: dict[str, list[float]]

    def at(self, command: str) -> tuple[float, float]:
        """Where a button is on the screen."""
        assert command in [button["command"] for button in self.buttons], f"no {command!r} in {self}"
        x, y, width, height = self.places[command]
        return x + width / 2, y + height / 2

    def takes(self, command: str) -> bool:
        """Whether a button has stood still for long enough to take a click."""
        return any(button["still"] for button in self.buttons if button["command"] == command)


class PageDialog:
    """The dialog in a tab's CCP."""

    def __init__(self, tab: CcpTab) -> None:
        self._tab = tab

    def read(self) -> Shown | None:
        """What it shows; ``None`` if there is none."""
        value = self.call(_READ)
        return Shown(**value) if value and value["phase"] else None

    def call(self, function: str) -> Any:
        """What a function gives that is called on the dialog; ``None`` if there is no dialog."""
        send = self._tab.send
        node = _find(send("DOM.getDocument", depth=-1, pierce=True)["root"])
        if node is None:
            return None
        try:
            found = send("DOM.resolveNode", backendNodeId=node["backendNodeId"])["object"]["objectId"]
        except DevToolsError:
            # Gone in this moment.
            return None
        answer = send("Runtime.callFunctionOn", objectId=found, functionDeclaration=function, returnByValue=True)
        return answer["result"].get("value")

    def wait(self, *phases: str, timeout: float = 15) -> Shown:
        """Wait until it shows one of these phases."""

        def shown() -> Shown | None:
            found = self.read()
            return found if found is not None and found.phase in phases else None

        found = wait(shown, timeout, f"the dialog to say {' or '.join(phases)}")
        assert found is not None
        return found

    def wait_gone(self) -> None:
        """Wait until there is none."""
        wait(lambda: self.read() is None, 10, "the dialog to be gone")

    def wait_takes(self, command: str) -> Shown:
        """Wait until a button would take a click."""

        def takes() -> Shown | None:
            found = self.read()
            return found if found is not None and found.takes(command) else None

        found = wait(takes, 10, f"the dialog's {command} to take a click")
        assert found is not None
        return found

    def press(self, command: str) -> None:
        """Click a button, where it is on the screen, as soon as it takes a click."""
        self._tab.click_at(*self.wait_takes(command).at(command))


def _find(node: dict[str, Any]) -> dict[str, Any] | None:
    """The dialog below a node, through shadow roots and frames."""
    if node["nodeName"] == "DIALOG":
        return node
    below = [*node.get("children", []), *node.get("shadowRoots", [])]
    if "contentDocument" in node:
        below.append(node["contentDocument"])
    for child in below:
        found = _find(child)
        if found is not None:
            return found
    return None
