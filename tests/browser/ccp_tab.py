"""A tab that may ask whether to leave: opened, clicked and answered over the DevTools protocol alone.

The driver knows nothing of it: while a page asks, or reloads itself again and again, the driver waits, whatever it is
asked, of any tab.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from tests.browser.devtools import Target, ask_browser, targets
from tests.browser.harness import wait

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.desktop import Desktop
    from tests.browser.harness import Chromium

# The middle of an element of the page, or of the frame in it.
_MIDDLE = """(() => {
  const css = CSS_TEXT;
  const frame = document.querySelector('iframe');
  const outer = document.querySelector(css);
  const found = outer ?? frame.contentDocument.querySelector(css);
  found.scrollIntoView({block: 'center'});
  const box = found.getBoundingClientRect();
  const around = outer ? {x: 0, y: 0} : frame.getBoundingClientRect();
  return [around.x + box.x + box.width / 2, around.y + box.y + box.height / 2];
})()"""


class CcpTab(Target):
    """One open tab."""

    def __init__(self, browser: Chromium | Desktop, url: str) -> None:
        self._address = browser.address
        self._id = str(ask_browser(self._address, "Target.createTarget", url=url)["targetId"])
        super().__init__(next(target for target in targets(self._address) if target["id"] == self._id))
        self.send("Page.enable")
        ready = "document.readyState === 'complete' && location.href !== 'about:blank'"
        wait(lambda: self.run(ready), 30, f"{url} to load")

    def run(self, script: str) -> Any:
        """What an expression in the page gives."""
        return self.send("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def click(self, css: str) -> None:
        """Click an element where it is on the screen: a person's gesture."""
        x, y = self.run(_MIDDLE.replace("CSS_TEXT", repr(css)))
        self.click_at(x, y)

    def click_at(self, x: float, y: float) -> None:
        """Click at a place of the page."""
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def key(self, key: str, code: int) -> None:
        """Press a key."""
        written = "\r" if key == "Enter" else ""
        for kind in ("keyDown", "keyUp"):
            self.send("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, text=written)

    def choose_state(self, name: str) -> None:
        """Click the CCP's button of this state."""
        self.click(f"button[data-set-state={name}]")

    def wait_state(self, name: str) -> None:
        """Wait until the CCP shows this state."""
        shown = "(document.querySelector('iframe')?.contentDocument ?? document).body.dataset.state"
        wait(lambda: self.run(shown) == name, 10, f"the CCP to show {name!r}")

    def leave(self) -> None:
        """Close the tab as a person does, and do not wait: it may ask."""
        self.post("Page.close")

    def wait_asked(self) -> None:
        """Wait for the browser's leave dialog."""
        self.wait_event("Page.javascriptDialogOpening")

    def answer(self, *, leave: bool) -> None:
        """Answer that dialog."""
        self.send("Page.handleJavaScriptDialog", accept=leave)

    def is_open(self) -> bool:
        """Whether the tab is there."""
        return any(target["id"] == self._id for target in targets(self._address))

    def wait_gone(self) -> None:
        """Wait until the tab is gone."""
        wait(lambda: not self.is_open(), 10, "the tab to be gone")

    def abandon(self) -> None:
        """Close the tab without asking its page."""
        if self.is_open():
            ask_browser(self._address, "Target.closeTarget", targetId=self._id)
        self.close()

    def picture(self, path: Path) -> None:
        """Write a picture of what the tab shows."""
        path.write_bytes(base64.b64decode(self.send("Page.captureScreenshot")["data"]))
