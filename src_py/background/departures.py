"""Departures as they happen: from announcement to outcome.

Each event is written into its departure, and the departure is judged anew (``core.departure``).
A request that was cut is sent again (``background.delivery``). When the verdict is a failure the agent is
told.
"""

from typing import TYPE_CHECKING

from background.ccps import session_from
from background.delivery import repeat
from browser.page import random_id
from browser.time import go, later, now
from core.departure import (
    announced,
    answered_well,
    is_for,
    may_repeat,
    page_gone,
    page_said,
    put_ended,
    put_sent,
    vanished,
    verdict,
    was_cut,
    worth_repeating,
)
from core.journal import (
    add_pending,
    drop_session,
    pending_of,
    resolve_instance,
    set_session,
    settle,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from background.ccps import Ccps
    from background.store import Store
    from background.warning import Warning
    from core.records import Ccp, Departing, Departure

# Requests seen lately that no departure has claimed: its announcement may still be on the way.
KEEP_MS = 15000
MAX_KEPT = 50


class Departures:
    """All departures that are not decided, and what feeds them."""

    def __init__(self, store: "Store", ccps: "Ccps", warning: "Warning", changed: "Callable[[], None]") -> None:
        self._store = store
        self._ccps = ccps
        self._warning = warning
        # Called after every change, for the views.
        self._changed = changed
        self._seen: list[Any] = []

    def announce(self, ccp: "Ccp", fact: "Departing") -> None:
        """The page said in ``beforeunload`` that it goes. Written down before anything else happens."""
        journal = self._store.journal
        departure = pending_of(journal, ccp["ccp"])
        if departure is None:
            departure = announced(random_id(), session_from(ccp, now()), fact, now())
            add_pending(journal, departure, now())
            ccp["departed"] = True
            for seen in self._seen:
                if is_for(departure, seen["instance"], seen["body"], seen["at"]):
                    put_sent(departure, seen["request"], False, seen["at"])
                    if seen["ended_at"] > 0:
                        put_ended(departure, seen["request"], seen["ended_at"], seen["status"], seen["error"], "")
                        self._repeat_if_cut(departure, seen)
        self._follow(ccp)
        self._judge(departure)

    def said(self, ccp: "Ccp", result: str, code: str) -> None:
        """Streams called back in a page that still lives."""
        departure = pending_of(self._store.journal, ccp["ccp"])
        if departure is not None:
            page_said(departure, result, code, now())
            self._judge(departure)

    def agent_is(self, ccp: "Ccp", state_name: str, state_type: str) -> None:
        """A CCP told its agent's state. If that is new, the page lives on after all."""
        if ccp["state_name"] != state_name:
            ccp["departed"] = False
        ccp["state_name"] = state_name
        ccp["state_type"] = state_type
        self._follow(ccp)
        self._save()

    def gone(self, ccp: "Ccp") -> None:
        """A CCP's page is gone (it is no longer among the open ones)."""
        journal = self._store.journal
        departure = pending_of(journal, ccp["ccp"])
        drop_session(journal, ccp["ccp"])
        if departure is not None:
            page_gone(departure, now())
        elif _must_go_offline(ccp) and self._ccps.count(ccp["instance"]) == 0:
            departure = vanished(random_id(), session_from(ccp, now()), now())
            add_pending(journal, departure, now())
        if departure is not None:
            self._judge(departure)
        else:
            self._save()

    def request_sent(self, put: "Any") -> None:
        """A PutAgentState left the browser."""
        recent = [seen for seen in self._seen if seen["at"] > put["at"] - KEEP_MS]
        self._seen = recent[-MAX_KEPT:]
        self._seen.append(put)
        for departure in self._store.journal["departures"][:]:
            if is_for(departure, put["instance"], put["body"], put["at"]):
                put_sent(departure, put["request"], False, put["at"])
                self._judge(departure)

    def request_ended(self, request: str, at: float, status: int, error: str) -> None:
        """A request was answered or cut; if it is not a PutAgentState we saw, it is nothing to us."""
        for seen in self._seen:
            if seen["request"] == request and seen["ended_at"] == 0:
                seen["ended_at"] = at
                seen["status"] = status
                seen["error"] = error
                for departure in self._store.journal["departures"][:]:
                    if put_ended(departure, request, at, status, error, ""):
                        self._judge(departure)
                        self._repeat_if_cut(departure, seen)
                if error == "" and answered_well(status) and seen["body"]["type"] == "offline":
                    self._offline_confirmed(seen["instance"])

    def judge_all(self) -> None:
        """Judge every pending departure: after we were asleep."""
        for departure in self._store.journal["departures"][:]:
            self._judge(departure)

    def _repeat_if_cut(self, departure: "Departure", seen: "Any") -> None:
        """What went down with its page is sent again at once; every moment the agent may get a call."""
        if was_cut(seen["error"]) and may_repeat(departure):
            go(repeat(departure, seen, self._judge, lambda: self._nobody_is_back(departure)))

    def _nobody_is_back(self, departure: "Departure") -> bool:
        """Whether no CCP of the instance is open: an agent who is back is never set Offline by us."""
        return self._ccps.count(departure["instance"]) == 0

    def _delivers_again(self, departure: "Departure", reason: str) -> bool:
        """Before a departure fails: deliver it ourselves, if we have seen the request and it may get better."""
        if not worth_repeating(departure, reason) or not self._nobody_is_back(departure):
            return False
        for seen in self._seen:
            if is_for(departure, seen["instance"], seen["body"], seen["at"]):
                go(repeat(departure, seen, self._judge, lambda: self._nobody_is_back(departure)))
                return True
        return False

    def _offline_confirmed(self, instance: str) -> None:
        """The server took Offline for this instance: what failed before needs nobody any more."""
        if resolve_instance(self._store.journal, instance, now()):
            self._save()
            go(self._warning.withdraw())

    def _judge(self, departure: "Departure") -> None:
        """Decide if it can be decided; else look again when there may be more to see."""
        if departure["outcome"] != "pending":
            return
        foreseen = verdict(departure, now())
        if foreseen["outcome"] == "failed" and self._delivers_again(departure, foreseen["reason"]):
            return
        decided = settle(self._store.journal, departure, now())
        if decided["outcome"] == "pending" and decided["look_again_at"] > 0:
            later(lambda: self._judge(departure), max(decided["look_again_at"] - now(), 0) + 1)
        ccp = self._ccps.find(departure["ccp"])
        if decided["outcome"] != "pending" and ccp is not None:
            self._follow(ccp)
        self._save()
        if decided["outcome"] == "confirmed":
            go(self._warning.withdraw())
        elif decided["outcome"] != "pending":
            go(self._warning.tell([departure]))

    def _follow(self, ccp: "Ccp") -> None:
        """Keep the journal's open sessions as they are: what would be lost if the browser died now."""
        journal = self._store.journal
        if _must_go_offline(ccp) and pending_of(journal, ccp["ccp"]) is None:
            set_session(journal, session_from(ccp, now()))
        else:
            drop_session(journal, ccp["ccp"])

    def _save(self) -> None:
        self._changed()
        go(self._write())

    async def _write(self) -> None:
        before = self._store.trouble
        await self._store.save()
        if self._store.trouble != before:
            # The disk refuses, or takes it again: that must be seen at once.
            self._warning.refresh()
            self._changed()


def _must_go_offline(ccp: "Ccp") -> bool:
    """Whether this CCP's agent is known, not Offline, and not already the matter of a departure."""
    return ccp["state_type"] != "" and ccp["state_type"] != "offline" and not ccp["departed"]
