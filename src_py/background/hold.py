"""The hold: where delivery is known to be failing, the agent is asked before the CCP goes, and told if they stay.

The page hook asks for the browser's leave dialog; when to, it learns from here. If the agent stays, our dialog
opens in the CCP: what failed and why, the tries as they run, and what the agent can do. The same dialog tells, once,
of failures from before when a CCP opens. Where the browser asks nobody (no click in the page yet) the CCP goes, and
is delivered for and told of like any other.
"""

from typing import TYPE_CHECKING

from browser.network import is_online
from browser.runtime import own_file
from browser.scripts import put_beside_page
from browser.time import go, now
from core.hold import dialog_of, earlier_failures, observe
from core.journal import dismiss, pending_of
from core.messages import problem_with

if TYPE_CHECKING:
    from typing import Any

    from background.ccps import Ccps
    from background.departures import Departures
    from background.settings import Settings
    from background.store import Store
    from background.warning import Warning
    from core.records import Ccp, Departure

SCRIPT = "dialog.js"
STYLE = "dialog.css"


class Hold:
    """What each open CCP's dialog shows, and what its buttons do."""

    def __init__(
        self, store: "Store", ccps: "Ccps", settings: "Settings", departures: "Departures", warning: "Warning"
    ) -> None:
        self._store = store
        self._ccps = ccps
        self._settings = settings
        self._departures = departures
        self._warning = warning
        # The ports of the open dialogs.
        self._dialogs: list[Any] = []
        # Pairs of a CCP's id and the failures from before that its dialog shows.
        self._earlier: list[Any] = []

    def observe(self, instance: str, put: bool, status: int, error: str) -> None:
        """A call of a CCP ended; ``put``: it was PutAgentState."""
        if len(self._ccps.of(instance)) == 0:
            return
        known = self._ccps.health_of(instance)
        if observe(known, put, status, error):
            self._ccps.tell_others(instance)

    def stays(self, ccp: "Ccp") -> None:
        """The page lives on after ``beforeunload``. Who was asked because it is failing is told what became of it."""
        journal = self._store.journal
        departure = pending_of(journal, ccp["ccp"])
        if ccp["held"] != "" and departure is not None:
            self._departures.hold(departure)
        view = self._view(ccp)
        if ccp["held"] != "" and view is not None and view["phase"] != "earlier":
            self._open(ccp)
        else:
            self._departures.stays(ccp)

    def tell_earlier(self, ccp: "Ccp") -> None:
        """The agent of a CCP is known: what failed before, and was not shown in a CCP yet, is shown now."""
        found = earlier_failures(self._store.journal, ccp)
        if len(found) > 0 and len(self._earlier_of(ccp)) == 0:
            self._earlier.append([ccp["ccp"], found])
            self._open(ccp)

    def serve(self, port: "Any") -> None:
        """A dialog opened."""

        def on_message(message: "Any") -> None:
            ccp = self._ccp_of(port)
            if ccp is not None and problem_with(message, "dialog") == "":
                self._obey(ccp, message["type"])

        def on_closed() -> None:
            ccp = self._ccp_of(port)
            if ccp is not None:
                self._forget_earlier(ccp)
            self._dialogs = [other for other in self._dialogs if other is not port]

        port.onMessage.addListener(on_message)
        port.onDisconnect.addListener(on_closed)
        go(self._welcome(port))

    def refresh(self) -> None:
        """Let every dialog show what is true now; one that has nothing to show closes."""
        for port in self._dialogs:
            self._show(port)

    async def _welcome(self, port: "Any") -> None:
        style = await own_file(STYLE)
        port.postMessage({"type": "style", "text": style})
        self._dialogs.append(port)
        self._show(port)

    def _show(self, port: "Any") -> None:
        ccp = self._ccp_of(port)
        view = None
        if ccp is not None:
            view = self._view(ccp)
        if view is None:
            port.postMessage({"type": "close"})
        else:
            port.postMessage(view)

    def _open(self, ccp: "Ccp") -> None:
        # Where it is open already, the script does nothing.
        go(put_beside_page(SCRIPT, ccp["tab"], ccp["frame"]))

    def _view(self, ccp: "Ccp") -> "Any":
        retry = self._settings.policy["retry"]
        return dialog_of(self._store.journal, ccp, self._earlier_of(ccp), retry, is_online())

    def _ccp_of(self, port: "Any") -> "Ccp | None":
        return self._ccps.at(port.sender.tab.id, port.sender.frameId)

    def _earlier_of(self, ccp: "Ccp") -> "list[Departure]":
        for pair in self._earlier:
            if pair[0] == ccp["ccp"]:
                found: list[Departure] = pair[1]
                return found
        return []

    def _forget_earlier(self, ccp: "Ccp") -> None:
        self._earlier = [pair for pair in self._earlier if pair[0] != ccp["ccp"]]

    def _obey(self, ccp: "Ccp", command: str) -> None:
        journal = self._store.journal
        earlier = self._earlier_of(ccp)
        if command == "try_again":
            self._departures.try_again(ccp)
        elif command == "leave_anyway":
            self._departures.let_go(ccp)
        elif command == "keep_working":
            self._departures.stays(ccp)
        elif command == "seen":
            for failure in earlier:
                failure["shown"] = True
            go(self._store.save())
        elif command == "dismiss_seen":
            for failure in earlier:
                dismiss(journal, failure["id"], now())
            go(self._save_dismissed())
        self.refresh()

    async def _save_dismissed(self) -> None:
        await self._store.save()
        await self._warning.withdraw()
