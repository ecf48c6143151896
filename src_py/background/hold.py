"""The hold: where delivery is known to be failing, the agent is asked before the CCP goes, and told if they stay.

The page hook asks for the browser's leave dialog; when to, it learns from here. If the agent stays, our dialog
opens in the CCP: what failed and why, the tries as they run, and what the agent can do. The same dialog tells, once,
of failures from before when a CCP opens. Where the browser asks nobody (no click in the page yet) the CCP goes, and
is delivered for and told of like any other.
"""

from typing import TYPE_CHECKING

from browser.network import is_online
from browser.runtime import own_file, post
from browser.scripts import put_beside_page
from browser.time import go, now
from core.hold import dialog_of, earlier_failures
from core.journal import dismiss
from core.messages import problem_with

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from background.lives import Lives
    from background.settings import Settings
    from background.store import Store
    from background.warning import Warning
    from core.records import Life

SCRIPT = "dialog.js"
STYLE = "dialog.css"


class Hold:
    """What each open CCP's dialog shows, and what its buttons do."""

    def __init__(self, store: "Store", settings: "Settings", lives: "Lives", warning: "Warning") -> None:
        self._store = store
        self._settings = settings
        self._lives = lives
        self._warning = warning
        # The ports of the open dialogs.
        self._dialogs: list[Any] = []
        # Pairs of a CCP's id and the failures from before that its dialog shows.
        self._earlier: list[Any] = []

    def tell_earlier(self, life: "Life") -> None:
        """The agent of a CCP is known: what failed before, and was not shown in a CCP yet, is shown now."""
        found = earlier_failures(self._store.journal, life)
        if len(found) > 0 and len(self._earlier_of(life)) == 0:
            self._earlier.append([life["ccp"], found])
            self._open(life)

    def serve(self, port: "Any", when_ready: "Callable[[Callable[[], None]], None]") -> None:
        """A dialog opened. What is pressed while we start is not lost: the listeners are there at once."""

        def on_message(message: "Any") -> None:
            life = self._life_of(port)
            if life is not None and problem_with(message, "dialog") == "":
                self._obey(life, message["type"])

        def on_closed() -> None:
            life = self._life_of(port)
            if life is not None:
                self._forget_earlier(life)
            self._dialogs = [other for other in self._dialogs if other is not port]

        when_ready(lambda: go(self._welcome(port)))
        port.onMessage.addListener(lambda message: when_ready(lambda: on_message(message)))
        port.onDisconnect.addListener(lambda: when_ready(on_closed))

    def refresh(self) -> None:
        """Let every dialog show what is true now; one that has nothing to show closes, one that is missing opens."""
        shown = []
        for port in self._dialogs:
            life = self._life_of(port)
            if life is not None:
                shown.append(life["ccp"])
            self._show(port)
        for life in self._store.journal["lives"]:
            if life["dialog"] in ["offered", "tries"] and life["there"] and life["ccp"] not in shown:
                self._open(life)

    async def _welcome(self, port: "Any") -> None:
        style = await own_file(STYLE)
        post(port, {"type": "style", "text": style})
        self._dialogs.append(port)
        self._show(port)

    def _show(self, port: "Any") -> None:
        life = self._life_of(port)
        view = None if life is None else self._view(life)
        if view is None:
            post(port, {"type": "close"})
        else:
            post(port, view)

    def _open(self, life: "Life") -> None:
        # Where it is open already, the script does nothing.
        go(put_beside_page(SCRIPT, life["tab"], life["frame"]))

    def _view(self, life: "Life") -> "Any":
        retry = self._settings.policy["retry"]
        return dialog_of(self._store.journal, life, self._earlier_of(life), retry, is_online())

    def _life_of(self, port: "Any") -> "Life | None":
        return self._lives.at(port.sender.tab.id, port.sender.frameId)

    def _earlier_of(self, life: "Life") -> "list[Life]":
        for pair in self._earlier:
            if pair[0] == life["ccp"]:
                found: list[Life] = pair[1]
                return found
        return []

    def _forget_earlier(self, life: "Life") -> None:
        self._earlier = [pair for pair in self._earlier if pair[0] != life["ccp"]]

    def _obey(self, life: "Life", command: str) -> None:
        journal = self._store.journal
        earlier = self._earlier_of(life)
        if command == "seen":
            for failure in earlier:
                failure["shown"] = True
            go(self._store.save())
        elif command == "dismiss_seen":
            for failure in earlier:
                dismiss(journal, failure["id"], now())
            go(self._save_dismissed())
        else:
            self._lives.take({"type": command, "ccp": life["ccp"]})
        self.refresh()

    async def _save_dismissed(self) -> None:
        await self._store.save()
        await self._warning.withdraw()
