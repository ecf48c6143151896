"""What the popup is shown, and what it may ask for."""

from typing import TYPE_CHECKING

from browser.runtime import post
from browser.tabs import open_tab, show_tab
from browser.time import go, now
from core.address import is_ccp, plain_ccp
from core.journal import dismiss, open_failures
from core.messages import problem_with
from core.others import is_on_its_way, is_shown

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from background.ccps import Ccps
    from background.coverage import Coverage
    from background.logins import Logins
    from background.settings import Settings
    from background.store import Store
    from background.warning import Warning
    from core.records import View


class Views:
    """The open popups: each gets all there is to show after every change."""

    def __init__(
        self,
        store: "Store",
        settings: "Settings",
        ccps: "Ccps",
        coverage: "Coverage",
        logins: "Logins",
        warning: "Warning",
    ) -> None:
        self._store = store
        self._settings = settings
        self._coverage = coverage
        self._logins = logins
        self._ccps = ccps
        self._warning = warning
        self._ports: list[Any] = []

    def serve(self, port: "Any", when_ready: "Callable[[Callable[[], None]], None]") -> None:
        """A popup opened. What it asks for while we start is not lost: the listeners are there at once."""

        def on_opened() -> None:
            self._ports.append(port)
            post(port, self._view())

        def on_message(message: "Any") -> None:
            if problem_with(message, "popup") == "":
                self._obey(message)

        def on_closed() -> None:
            self._ports = [other for other in self._ports if other is not port]

        when_ready(on_opened)
        port.onMessage.addListener(lambda message: when_ready(lambda: on_message(message)))
        port.onDisconnect.addListener(lambda: when_ready(on_closed))

    def refresh(self) -> None:
        """Show every popup what is true now."""
        for port in self._ports:
            post(port, self._view())

    def _view(self) -> "View":
        journal = self._store.journal
        return {
            "type": "view",
            "failures": open_failures(journal),
            "pending": [life for life in journal["lives"] if is_on_its_way(life)],
            "open": [life for life in self._ccps.all() if is_shown(journal, life)],
            "uncovered": self._coverage.uncovered(),
            "left_alone": self._coverage.left_alone(),
            "last": journal["confirmed"][-1:],
            "kept_out": self._coverage.kept_out,
            "proofs": self._logins.proofs,
            "redelivers": self._settings.policy["redelivery"],
            "trouble": self._store.trouble,
        }

    def _obey(self, command: "Any") -> None:
        if command["type"] == "dismiss":
            dismiss(self._store.journal, command["id"], now())
        elif command["type"] == "dismiss_all":
            for failure in open_failures(self._store.journal):
                dismiss(self._store.journal, failure["id"], now())
        elif command["type"] == "open" and is_ccp(command["url"]):
            go(self._open(plain_ccp(command["url"])))
            return
        self.refresh()
        go(self._write())

    async def _write(self) -> None:
        await self._store.save()
        await self._warning.withdraw()
        self.refresh()

    async def _open(self, url: str) -> None:
        """Bring the CCP to the front, or open it."""
        tab = self._ccps.tab_of(url)
        if tab == -1 or not await show_tab(tab):
            await open_tab(url)
