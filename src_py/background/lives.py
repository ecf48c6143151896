"""The lives of the CCPs as they happen: events of the browser become facts, decisions become calls.

What follows from what is decided in ``core.life`` alone.
"""

from typing import TYPE_CHECKING

from background.delivery import deliver
from browser.alarms import wake_regularly
from browser.network import is_online
from browser.scripts import is_frame_gone
from browser.tabs import tab_of
from browser.time import go, later, now, run_clock
from browser.values import words_of
from core.ending import next_look_at
from core.journal import begin_run, for_disk
from core.life import step
from core.opening import find_life
from core.tab import shows
from core.unseen import is_any_unseen

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from background.ccps import Ccps
    from background.last_window import LastWindow
    from background.logins import Logins
    from background.settings import Settings
    from background.sign_off import SignOff
    from background.store import Store
    from background.warning import Warning
    from core.records import Decision, Life


class Lives:
    """All CCPs, and what feeds them."""

    def __init__(
        self,
        store: "Store",
        ccps: "Ccps",
        logins: "Logins",
        settings: "Settings",
        warning: "Warning",
        last_window: "LastWindow",
        sign_off: "SignOff",
        changed: "Callable[[], None]",
    ) -> None:
        self._store = store
        self._ccps = ccps
        self._logins = logins
        self._settings = settings
        self._warning = warning
        self._last_window = last_window
        self._sign_off = sign_off
        # Called after every change, for the views.
        self._changed = changed
        self._looks = 0
        self._next_look: float = 0

    def take(self, fact: "Any") -> None:
        """Take a fact in (core/life.py), and do what is decided. Nothing of that stops the rest."""
        known = self._known()
        self._store.journal["online"] = is_online()
        decisions = step(self._store.journal, fact, run_clock(), now(), self._settings.policy)
        for decision in decisions:
            try:
                self._do(decision)
            except:
                # A port or a tab that is just going.
                pass
        self.changed()
        for life in self._store.journal["lives"]:
            if life["agent"] is not None and life["ccp"] not in known:
                go(self.prove(life))

    def _known(self) -> "list[str]":
        """The CCPs whose agent is known."""
        return [life["ccp"] for life in self._store.journal["lives"] if life["agent"] is not None]

    def tick(self) -> None:
        """Time has passed."""
        self.take({"type": "tick"})

    def begin_run(self, still_there: "list[str]") -> None:
        """The browser has started since we last ran, or we were updated."""
        for decision in begin_run(self._store.journal, still_there, now()):
            self._do(decision)
        self.changed()

    def changed(self) -> None:
        """Whatever depends on the CCPs follows: their pages, our window, the views, the disk, the next look."""
        journal = self._store.journal
        self._last_window.look()
        self._ccps.tell_plans()
        for life in journal["past"]:
            self._forget_login(life["instance"])
        self._changed()
        go(self._write())
        self._look_again()

    def find(self, ccp: str) -> "Life | None":
        """The CCP with this id."""
        return find_life(self._store.journal, ccp)

    def at(self, tab: int, frame: int) -> "Life | None":
        """The CCP in this frame, the newest if one is just taking another's place."""
        found: Life | None = None
        for life in self._store.journal["lives"]:
            if life["tab"] == tab and life["frame"] == frame and life["phase"] not in ["gone", "away"]:
                found = life
        return found

    def is_known(self, tab: int) -> bool:
        """Whether we know, or have just known, a CCP in this tab: then its departure is ours, whoever reaches it."""
        journal = self._store.journal
        known = [life for life in journal["lives"] if life["tab"] == tab]
        return len(known) + len([life for life in journal["past"] if life["tab"] == tab]) > 0

    def look_for_silent(self) -> None:
        """CCPs that were there before we slept and have not answered: their tabs tell whether they are."""
        for life in self._store.journal["lives"]:
            if not life["there"]:
                go(self._look(life))

    def tab_changed(self, tab: int) -> None:
        """A tab shows something new: perhaps somebody waits for that, or nobody has told us."""
        for life in self._store.journal["lives"]:
            if life["tab"] == tab and (life["phase"] == "away" or not life["there"]):
                go(self._look(life))

    async def prove(self, life: "Life") -> None:
        """Find out beforehand whether this instance takes our own calls, and whose login it is."""
        if self._settings.policy["redelivery"]:
            before = words_of(self._logins.proofs)
            await self._logins.prove(life["instance"], life["url"])
            if words_of(self._logins.proofs) != before:
                self._changed()

    async def alive(self, life: "Life") -> None:
        """A page that was asked whether it may go is there still. If its tab is not on its way elsewhere, it stays."""
        found = await tab_of(life["tab"])
        self.take({"type": "stays", "ccp": life["ccp"], "shows": shows(found, life, True)})

    def _do(self, decision: "Decision") -> None:
        what = decision["do"]
        life = decision["life"]
        if life is None:
            return
        if what == "look":
            go(self._look(life))
        elif what == "deliver":
            go(self._deliver(life, decision["request"], decision["command"]))
        elif what == "page":
            self._ccps.tell(decision["ccp"], decision["command"])
        elif what == "tell":
            go(self._warning.tell([life]))
        else:
            if life["phase"] == "confirmed":
                self._sign_off.confirmed(life)
            go(self._warning.withdraw())

    async def _look(self, life: "Life") -> None:
        asked = life["phase"] == "asked"
        silent = life["phase"] in ["opening", "open", "asked"] and not life["there"]
        found = await tab_of(life["tab"])
        answer = shows(found, life, asked)
        if silent and life["frame"] != 0 and await is_frame_gone(life["tab"], life["frame"]):
            answer = "gone"
        if asked and life["phase"] != "asked" and answer != "gone":
            # It has gone meanwhile, and its tab is looked at again.
            return
        self.take({"type": "tab", "ccp": life["ccp"], "shows": answer})

    async def _deliver(self, life: "Life", request: str, command: "Any") -> None:
        """One try of ours. Its end is a fact like any other."""
        self.take(await deliver(life, request, command, self._logins))

    def _forget_login(self, instance: str) -> None:
        """With the last CCP and the last departure of an instance goes what we know of its login."""
        if not self._sign_off.needs(instance):
            if len([life for life in self._store.journal["lives"] if life["instance"] == instance]) == 0:
                self._logins.forget(instance)

    def _look_again(self) -> None:
        at = next_look_at(self._store.journal, run_clock(), self._settings.policy)
        if at == 0 or (self._next_look != 0 and self._next_look <= at):
            return
        self._looks = self._looks + 1
        number = self._looks
        self._next_look = at
        later(lambda: self._look_now(number), max(at - run_clock(), 0) + 1)

    def _look_now(self, number: int) -> None:
        # An earlier one that was overtaken changes nothing.
        if number == self._looks:
            self._next_look = 0
            self.tick()

    async def _write(self) -> None:
        before = self._store.trouble
        await self._store.save()
        late = self._store.late
        self._store.late = []
        for decision in late:
            self._do(decision)
        # Whatever puts us to sleep, somebody must look after what is open or undecided.
        undecided = len(for_disk(self._store.journal, self._settings.policy)["lives"]) > 0
        await wake_regularly(undecided or is_any_unseen(self._store.journal["beside"]))
        if self._store.trouble != before:
            # The disk refuses, or takes it again: that must be seen at once.
            self._warning.refresh()
            self._changed()
