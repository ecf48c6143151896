"""The browser of a trial: a window on a screen of its own, and the extension's journal if it has one."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from tests.browser.desktop import Desktop
from tests.browser.devtools import DevToolsError
from tests.browser.guard import with_parts
from tests.browser.harness import HarnessError, Screen, unpacked_id, wait
from tools.bench.wire import Wire

if TYPE_CHECKING:
    from pathlib import Path

    from tests.instance import Instance

KNOWN_SECONDS = 30
# Often enough for a verdict, which takes seconds; what is timed to the millisecond is told, not asked for.
LOOK_SECONDS = 0.25
# The CCP's document, in a tab or in a company's page.
CCP = "(document.getElementById('ccp')?.contentDocument ?? document)"
STATE = f"{CCP}.body?.dataset.state ?? ''"


class Browser:
    """Chromium with or without the extension, on its own screen so that its windows are the only ones."""

    def __init__(
        self, extension: Path | None, port: int, profile: Path | None = None, beside: Path | None = None
    ) -> None:
        self.extension = extension
        self._beside = beside
        self._screen = Screen()
        self._port = port
        self._profile = profile
        self._desktop: Desktop | None = None
        self._wire: Wire | None = None
        self._helper = ""
        self.runs = 0

    @property
    def desktop(self) -> Desktop:
        """The window on the screen."""
        if self._desktop is None:
            raise HarnessError("the browser is not started")
        return self._desktop

    @property
    def wire(self) -> Wire:
        """The browser's own account of its tabs."""
        if self._wire is None:
            raise HarnessError("the browser is not started")
        return self._wire

    def start(self) -> None:
        """Start with one empty tab."""
        self._screen.__enter__()
        try:
            self._desktop = Desktop(self.extension, self._port, self._screen, self._profile, self._beside)
            self._desktop.start()
            self._wire = Wire(self._desktop.address)
        except BaseException:
            self.stop()
            raise

    def start_again(self) -> None:
        """After its end: the same browser with the same profile."""
        self.wire.hang_up()
        self._helper = ""
        self.desktop.start()
        self._wire = Wire(self.desktop.address)

    def stop(self) -> None:
        """End it, and remove the profile if it is its own."""
        if self._wire is not None:
            self._wire.hang_up()
        if self._desktop is not None:
            self._desktop.stop()
        self._screen.stop()

    # The CCP

    def open_window(self, url: str) -> tuple[str, int]:
        """Open an address in a window of its own; the tab, and the window's number on the screen."""
        before = set(self.desktop.window_numbers())
        tab = self.wire.open(url, window=True)
        new = wait(lambda: set(self.desktop.window_numbers()) - before, 10, "the new window")
        return tab, new.pop()

    def wait_known(self, tabs: dict[str, Instance]) -> None:
        """Wait until these CCPs show their agent's state, and the extension knows each of them."""
        wait(lambda: all(self.ask(tab, STATE) for tab in tabs), KNOWN_SECONDS, "the CCPs to show a state")
        if self.extension is not None:
            expected = Counter(instance.origin for instance in tabs.values())
            wait(lambda: expected <= self._known(), KNOWN_SECONDS, "the extension to know the agents")

    def _known(self) -> Counter[str]:
        return Counter(life["instance"] for life in self.journal()["watched"])

    def ask(self, tab: str, expression: str) -> Any:
        """What an expression is worth in a tab; ``None`` also while the tab is on its way elsewhere."""
        try:
            return self.wire.evaluate(tab, expression, timeout=5)
        except DevToolsError:
            return None

    # The extension

    def journal(self) -> dict[str, Any]:
        """The extension's journal as it is on disk.

        Read by a page of the extension's origin that shows nothing of the product: to ask the background
        itself would keep it awake, and stall it while it starts.
        """
        text = wait(self._stored, 20, "the extension to be there", every=LOOK_SECONDS)
        return with_parts(json.loads(text or "null"))

    def _stored(self) -> str | None:
        if not self._helper:
            if self.extension is None:
                raise HarnessError("this browser was started without an extension")
            self._helper = self.wire.open(f"chrome-extension://{unpacked_id(self.extension)}/manifest.json")
        found = self.ask(
            self._helper,
            "chrome.storage.local.get('journal').then((stored) => JSON.stringify(stored.journal ?? null))",
        )
        if found is None and self.wire.seen(self._helper).destroyed:
            self._helper = ""
        return str(found) if found is not None else None

    def shows_warning(self) -> bool:
        """Whether a page of the extension shows a failure."""
        shown = "document.querySelector('article.failure') !== null"
        pages = zip(self.desktop.tabs(), self.desktop.addresses(), strict=False)
        try:
            return any(
                address.endswith("/popup.html") and self.desktop.evaluate(tab, shown) is True for tab, address in pages
            )
        except DevToolsError:
            # It was closed while we looked.
            return False

    def close_helper(self) -> None:
        """Close the page that reads the journal, for the CCP to be the last tab."""
        helper, self._helper = self._helper, ""
        if helper:
            self.close_tabs([helper])

    def close_tabs(self, tabs: list[str]) -> None:
        """Close tabs without asking them, and wait until they are gone."""
        for tab in tabs:
            self.wire.close(tab)
        wait(lambda: not set(tabs) & set(self.wire.tabs()), 10, "the tabs to be gone")


def open_failures(journal: dict[str, Any], instance: Instance) -> list[dict[str, Any]]:
    """The failures of an instance that the agent is told of."""
    return [each for each in journal["failures"] if each["instance"] == instance.origin and each["resolved"] == ""]


def is_pending(journal: dict[str, Any], instance: Instance) -> bool:
    """Whether the extension still has something to decide about an instance, or has not noticed it yet."""
    return any(each["instance"] == instance.origin for part in ("pending", "watched") for each in journal[part])
