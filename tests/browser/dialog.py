"""Our dialog in the CCP as a person meets it: read through the protocol, for its shadow root is closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.browser.devtools import DevToolsError
from tests.browser.harness import wait

if TYPE_CHECKING:
    from tests.browser.ccp_tab import CcpTab

_READ = """function () {
  const shown = (each) => each.checkVisibility();
  const text = (css) => { const found = this.querySelector(css); return shown(found) ? found.textContent : ''; };
  const middle = (each) => {
    const box = each.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
  };
  const active = this.getRootNode().activeElement;
  return {phase: this.dataset.phase, role: this.getAttribute('role'), bar: this.className === 'bar',
    title: text('h2'), why: text('#why'), status: text('.status'),
    live: this.querySelector('.status').getAttribute('role'),
    rows: [...this.querySelectorAll('li')].map((row) => row.textContent), height: this.offsetHeight,
    modal: this.matches(':modal'), focused: active ? active.dataset.command ?? active.localName : '',
    buttons: [...this.querySelectorAll('button')].filter(shown).map(
      (each) => ({command: each.dataset.command, label: each.textContent, at: middle(each)}))};
}"""


@dataclass(frozen=True)
class Shown:
    """What the dialog shows."""

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

    def at(self, command: str) -> tuple[float, float]:
        """Where a button is on the screen."""
        x, y = next(button["at"] for button in self.buttons if button["command"] == command)
        return x, y


class PageDialog:
    """The dialog in a tab's CCP."""

    def __init__(self, tab: CcpTab) -> None:
        self._tab = tab

    def read(self) -> Shown | None:
        """What it shows; ``None`` if there is none."""
        send = self._tab.send
        node = _find(send("DOM.getDocument", depth=-1, pierce=True)["root"])
        if node is None:
            return None
        try:
            found = send("DOM.resolveNode", backendNodeId=node["backendNodeId"])["object"]["objectId"]
        except DevToolsError:
            # Gone in this moment.
            return None
        answer = send("Runtime.callFunctionOn", objectId=found, functionDeclaration=_READ, returnByValue=True)
        value = answer["result"].get("value")
        return Shown(**value) if value and value["phase"] else None

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

    def press(self, command: str) -> None:
        """Click a button, where it is on the screen."""
        shown = self.read()
        assert shown is not None
        self._tab.click_at(*shown.at(command))


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
