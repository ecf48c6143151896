"""What the options page is shown, and what it may ask for."""

from typing import TYPE_CHECKING

from background.checks import look_around
from browser.runtime import about, post
from browser.time import go, now, pause
from browser.values import parse, written
from core.diagnostics import diagnostics
from core.messages import problem_with
from core.policy import changed, set_by

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from background.ccps import Ccps
    from background.coverage import Coverage
    from background.logins import Logins
    from background.settings import Settings
    from background.store import Store
    from core.records import Check, OptionsView

# More than all settings can be.
MAX_SETTINGS = 65536
TURN_MS = 5


class Options:
    """The open options pages: each gets all there is to show after every change."""

    def __init__(
        self, store: "Store", settings: "Settings", ccps: "Ccps", coverage: "Coverage", logins: "Logins"
    ) -> None:
        self._store = store
        self._settings = settings
        self._ccps = ccps
        self._coverage = coverage
        self._logins = logins
        # Commands are obeyed one after the other: each changes what the one before has stored.
        self._busy = False
        self._ports: list[Any] = []
        self._checks: list[Check] = []
        # What became of the last command (a key of the texts).
        self._said = ""
        settings.on_change(self.refresh)

    def serve(self, port: "Any", when_ready: "Callable[[Callable[[], None]], None]") -> None:
        """An options page opened. What it asks for while we start is not lost: the listeners are there at once."""

        def on_opened() -> None:
            self._said = ""
            self._ports.append(port)
            go(self._check())

        def on_message(message: "Any") -> None:
            if problem_with(message, "options") == "":
                go(self._obey(message, port))

        def on_closed() -> None:
            self._ports = [other for other in self._ports if other is not port]

        when_ready(on_opened)
        port.onMessage.addListener(lambda message: when_ready(lambda: on_message(message)))
        port.onDisconnect.addListener(lambda: when_ready(on_closed))

    def refresh(self) -> None:
        """Show every options page what is true now."""
        for port in self._ports:
            post(port, self._view())

    def _view(self) -> "OptionsView":
        policy = self._settings.policy
        return {
            "type": "options",
            "settings": policy["settings"],
            "problems": policy["problems"],
            "managed": set_by(policy, "policy"),
            "checks": self._checks,
            "said": self._said,
            "trouble": self._store.trouble,
        }

    async def _obey(self, command: "Any", port: "Any") -> None:
        while self._busy:
            await pause(TURN_MS)
        self._busy = True
        try:
            await self._obey_now(command, port)
        except:
            self._say("said_not_stored")
        self._busy = False

    async def _obey_now(self, command: "Any", port: "Any") -> None:
        kind = command["type"]
        self._said = ""
        if kind == "check":
            await self._check()
        elif kind == "export":
            post(port, {"type": "diagnostics", "text": await self._diagnostics()})
        elif kind == "import":
            await self._import(command["text"])
        else:
            await self._set(command["key"], command["value"])

    async def _check(self) -> None:
        self._checks = await look_around(
            self._settings.policy, self._ccps, self._coverage, self._logins.proofs, self._coverage.twins
        )
        self.refresh()

    async def _diagnostics(self) -> str:
        journal = self._store.journal
        found = diagnostics(about(), now(), self._settings.policy, self._checks, journal, self._logins.proofs)
        return written(found)

    async def _set(self, key: str, value: str) -> None:
        """Change one setting of this device; the value is JSON, "" takes the setting back."""
        change = parse('{"value": ' + value + "}", MAX_SETTINGS)
        # Alone: what else may be wrong on this device is no reason.
        if len(self._settings.problems_of(changed(None, key, change))) > 0:
            self._say("said_refused")
            return
        await self._keep(changed(await self._settings.own(), key, change), "said_saved")

    async def _import(self, text: str) -> None:
        """Settings from a file: all of them are right, or none counts."""
        record = parse(text, MAX_SETTINGS)
        if record is None or len(self._settings.problems_of(record)) > 0:
            self._say("said_import_refused")
            return
        await self._keep(record, "said_imported")

    async def _keep(self, own: "Any", said: str) -> None:
        trouble = await self._settings.keep(own)
        self._say(said if trouble == "" else "said_not_stored")

    def _say(self, said: str) -> None:
        self._said = said
        self.refresh()
