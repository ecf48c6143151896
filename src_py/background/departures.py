"""Departures as they happen: from announcement to outcome.

Each event is written into its departure, and the departure is judged anew (``core.departure``): decided,
looked at again later, or delivered by us (``background.delivery``). When the verdict is a failure the
agent is told.
"""

from typing import TYPE_CHECKING

from background.ccps import must_go_offline, session_from
from background.delivery import deliver
from browser.alarms import wake_regularly
from browser.network import is_online, on_online
from browser.time import go, later, now
from browser.values import random_id
from core.agent import asks_for_target
from core.delivery import answered_well, free_since
from core.departure import (
    announced,
    is_for,
    page_gone,
    page_said,
    put_ended,
    put_sent,
    signed_out,
    troubled,
    vanished,
    verdict,
)
from core.journal import (
    add_pending,
    drop_session,
    fail,
    give_up,
    is_confirmed,
    open_failures,
    pending_of,
    resolve_ccp,
    resolve_instance,
    resolve_return,
    set_session,
    settle,
    supersede,
    was_signing_out,
)
from core.returns import RETURN_MS

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from background.ccps import Ccps
    from background.last_window import LastWindow
    from background.logins import Logins
    from background.returns import Returns
    from background.settings import Settings
    from background.sign_off import SignOff
    from background.store import Store
    from background.warning import Warning
    from core.records import Agent, Ccp, Departing, Departure, PutBody

# Requests seen lately that no departure has claimed: its announcement may still be on the way.
KEEP_MS = 15000
MAX_KEPT = 50
# How often to look whether the network is back.
ONLINE_MS = 1000
# A CCP that has no agent after this long is not waited for.
COMING_MS = 10000
COMING_LOOK_MS = 250
# Tabs of one window are asked one after the other whether they may be closed.
LEAVING_MS = 5000


class Departures:
    """All departures that are not decided, and what feeds them."""

    def __init__(
        self,
        store: "Store",
        ccps: "Ccps",
        logins: "Logins",
        returns: "Returns",
        settings: "Settings",
        warning: "Warning",
        last_window: "LastWindow",
        sign_off: "SignOff",
        changed: "Callable[[], None]",
    ) -> None:
        self._store = store
        self._ccps = ccps
        self._logins = logins
        self._returns = returns
        self._settings = settings
        self._warning = warning
        self._last_window = last_window
        self._sign_off = sign_off
        # Called after every change, for the views.
        self._changed = changed
        self._seen: list[Any] = []
        on_online(self.judge_all)

    def announce(self, ccp: "Ccp", fact: "Departing") -> None:
        """The page said in ``beforeunload`` that it goes. Written down before anything else happens."""
        ccp["quiet_signs"] = 0
        ccp["held"] = ""
        if ccp["departed"] and is_confirmed(self._store.journal, ccp["ccp"]):
            # Signing out comes first, then the reload that follows: the agent is Offline already.
            return
        if not fact["last"] and (ccp["departed"] or not self._all_leave(ccp)):
            # Others stay; or it goes with a departure that is another's already, by signing out.
            return
        # Whatever it is, the browser may be going with it.
        self._last_window.departing()
        departure = pending_of(self._store.journal, ccp["ccp"])
        if departure is not None:
            troubled(departure, fact["trouble"])
            self._ask(ccp, departure, fact)
            self._judge(departure)
        elif ccp["agent"] is not None:
            departure = announced(random_id(), session_from(ccp, now()), fact, now())
            if was_signing_out(self._store.journal, ccp["ccp"]):
                # The reload that follows is part of it.
                departure["kind"] = "signed_out"
            self._ask(ccp, departure, fact)
            self._begin(ccp, departure)

    def said(self, ccp: "Ccp", result: str, code: str) -> None:
        """Streams called back in a page that still lives."""
        departure = pending_of(self._store.journal, ccp["ccp"])
        if departure is not None:
            page_said(departure, result, code, now())
            self._judge(departure)

    def agent_is(self, ccp: "Ccp", agent: "Agent") -> None:
        """A CCP told what it knows of its agent: for the first time, or because it changed."""
        before = ccp["agent"]
        ccp["agent"] = agent
        ccp["told_at"] = now()
        if before is None:
            ccp["known_at"] = now()
            self._ccps.tell_others(ccp["instance"])
            self._came_back(ccp)
        elif before["name"] != agent["name"]:
            ccp["departed"] = False
            if ccp["let_go"]:
                # What failed has been overtaken; the next closing is another matter.
                ccp["let_go"] = False
                self._ccps.tell_others(ccp["instance"])
        self._follow(ccp)
        self._returns.restore(ccp)
        self._save()

    def stays(self, ccp: "Ccp") -> None:
        """The page lives on after ``beforeunload``: the departure is void, and the state from before is chosen."""
        for departure in self._store.journal["departures"][:]:
            if departure["instance"] == ccp["instance"]:
                # Its own, or that of another CCP that went at the same time and held that this one goes, too.
                self._take_back(departure, ccp)
        if resolve_ccp(self._store.journal, ccp["ccp"], now()):
            go(self._warning.withdraw())
        ccp["departed"] = False
        ccp["leaving_at"] = 0
        was_held = ccp["held"] != ""
        ccp["held"] = ""
        ccp["let_go"] = False
        self._follow(ccp)
        self._returns.stay(ccp, was_held)
        self._ccps.tell_others(ccp["instance"])
        self._save()

    def hold(self, departure: "Departure") -> None:
        """The agent was asked, and stays for now: we deliver, before their eyes."""
        if departure["held_at"] == 0:
            departure["held_at"] = now()
        self._judge(departure)

    def try_again(self, ccp: "Ccp") -> None:
        """The agent wants another try: at once, and as many after it as if it were the first."""
        departure = pending_of(self._store.journal, ccp["ccp"])
        if departure is not None:
            departure["puts"] = [put for put in departure["puts"] if put["ended_at"] == 0]
            departure["held_at"] = now()
            self._judge(departure)
        elif ccp["agent"] is not None:
            fact: Departing = {"at": now(), "trouble": "", "last": True, "held": True}
            departure = announced(random_id(), session_from(ccp, now()), fact, now())
            departure["held_at"] = now()
            self._ask(ccp, departure, fact)
            self._begin(ccp, departure)

    def let_go(self, ccp: "Ccp") -> None:
        """The agent knows that it failed and wants to leave: that is stored, and the next closing is not held."""
        departure = pending_of(self._store.journal, ccp["ccp"])
        if departure is not None:
            give_up(self._store.journal, departure, now())
            self._settled(departure)
        for failure in open_failures(self._store.journal):
            if failure["ccp"] == ccp["ccp"]:
                failure["held"] = False
        ccp["departed"] = False
        ccp["held"] = ""
        ccp["let_go"] = True
        self._follow(ccp)
        self._ccps.tell_others(ccp["instance"])
        self._save()
        if departure is not None and departure["outcome"] != "confirmed":
            go(self._warning.tell([departure]))

    def gone(self, ccp: "Ccp") -> None:
        """A CCP's page is gone (it is no longer among the open ones)."""
        journal = self._store.journal
        departure = pending_of(journal, ccp["ccp"])
        drop_session(journal, ccp["ccp"])
        self._returns.gone(ccp)
        if departure is not None:
            page_gone(departure, now())
            for other in self._ccps.of(ccp["instance"]):
                if other["agent"] is not None and not _leaves(other):
                    # Opened while the old page was still waiting for the next.
                    self._take_back(departure, other)
            self._judge(departure)
        elif self._must_go(ccp) and self._ccps.count(ccp["instance"]) == 0:
            self._begin(ccp, vanished(random_id(), session_from(ccp, now()), now()))
        self._forget_login(ccp["instance"])
        self._save()

    def moved(self, before: int, after: int) -> None:
        """The browser gave a tab another number: it discards what the tab shows, until somebody looks again."""
        for ccp in self._ccps.all():
            if ccp["tab"] == before:
                ccp["tab"] = after
                self._follow(ccp)
        self._returns.moved(before, after)

    def signs_out(self, instance: str) -> None:
        """The log-out of an instance was asked for: what can still be done must be done now."""
        pending = [other for other in self._store.journal["departures"] if other["instance"] == instance]
        for departure in pending:
            departure["kind"] = "signed_out"
        for ccp in self._ccps.of(instance):
            if self._must_go(ccp):
                if len(pending) == 0:
                    departure = signed_out(random_id(), session_from(ccp, now()), now())
                    pending.append(departure)
                    self._begin(ccp, departure)
                # All of them reload themselves now; that is one departure.
                ccp["departed"] = True

    def request_sent(self, put: "Any") -> None:
        """A PutAgentState left the browser."""
        recent = [seen for seen in self._seen if seen["at"] > put["at"] - KEEP_MS]
        self._seen = recent[-MAX_KEPT:]
        self._seen.append(put)
        for ccp in self._ccps.of(put["instance"]):
            agent = ccp["agent"]
            if agent is None or not asks_for_target(agent, put["body"]):
                ccp["asked_at"] = put["at"]
        for departure in self._store.journal["departures"][:]:
            if is_for(departure, put["instance"], put["body"], put["at"]):
                put_sent(departure, put["request"], False, put["at"])
                self._judge(departure)

    def request_ended(self, request: str, at: float, status: int, error: str) -> bool:
        """A request was answered or cut. Returns whether it is a PutAgentState; if not, it is nothing to us."""
        known = False
        for seen in self._seen:
            if seen["request"] == request and seen["ended_at"] == 0:
                seen["ended_at"] = at
                seen["status"] = status
                seen["error"] = error
                known = True
                for departure in self._store.journal["departures"][:]:
                    if put_ended(departure, request, at, status, error, ""):
                        self._judge(departure)
                if error == "" and answered_well(status):
                    self._state_confirmed(seen["instance"], seen["body"])
        return known

    def judge_all(self) -> None:
        """Judge every pending departure: after we were asleep, or the network is back."""
        for departure in self._store.journal["departures"][:]:
            self._judge(departure)

    def begin_vanished(self, session: "Any") -> None:
        """A CCP that was open before we slept did not come back."""
        departure = vanished(random_id(), session, now())
        add_pending(self._store.journal, departure, now())
        self._returns.remember(departure)
        self._judge(departure)

    def _begin(self, ccp: "Ccp", departure: "Departure") -> None:
        """A new departure: written down, and given what was already seen of it."""
        add_pending(self._store.journal, departure, now())
        ccp["departed"] = True
        self._returns.remember(departure)
        for seen in self._seen:
            if is_for(departure, seen["instance"], seen["body"], seen["at"]):
                put_sent(departure, seen["request"], False, seen["at"])
                if seen["ended_at"] > 0:
                    put_ended(departure, seen["request"], seen["ended_at"], seen["status"], seen["error"], "")
        self._follow(ccp)
        self._judge(departure)

    def _ask(self, ccp: "Ccp", departure: "Departure", fact: "Departing") -> None:
        """Remember whether the agent was asked before this departure."""
        departure["held"] = fact["held"]
        if fact["held"]:
            ccp["held"] = departure["id"]
            self._ccps.tell_others(ccp["instance"])

    def _all_leave(self, ccp: "Ccp") -> bool:
        """Several CCPs of an instance may go at once, and each holds that the others are there: do all of them go?

        Then that is one departure, and this, the latest, announces it.
        """
        ccp["leaving_at"] = now()
        all_of_them = [other for other in self._ccps.of(ccp["instance"]) if other["agent"] is not None]
        if len([other for other in all_of_them if _leaves(other)]) < len(all_of_them):
            return False
        for other in all_of_them:
            if other["ccp"] != ccp["ccp"]:
                other["departed"] = True
                self._follow(other)
        return True

    def _came_back(self, ccp: "Ccp") -> None:
        """A CCP of this instance is there with its agent: what was still to be delivered is void."""
        for departure in self._store.journal["departures"][:]:
            if departure["instance"] == ccp["instance"] and departure["gone_at"] > 0:
                self._take_back(departure, ccp)
        if resolve_return(self._store.journal, ccp, now() - RETURN_MS, now()):
            go(self._warning.withdraw())

    def _take_back(self, departure: "Departure", ccp: "Ccp") -> None:
        """A departure is void, for its agent is at this CCP. Another agent at the same desk ends it for good."""
        agent = ccp["agent"]
        if agent is not None and agent["key"] != departure["agent"]["key"]:
            # The session is the other's now: asking in it would set the wrong one Offline.
            fail(self._store.journal, departure, "failed", "logged_out", "", now())
            go(self._warning.tell([departure]))
            return
        supersede(self._store.journal, departure, now())
        # What is still on its way may arrive here, in whatever tab they are back.
        departure["tab"] = ccp["tab"]

    def _state_confirmed(self, instance: str, body: "PutBody") -> None:
        """The server took a state of the agent's. If it is the target, what failed before needs nobody any more."""
        for ccp in self._ccps.of(instance):
            agent = ccp["agent"]
            if agent is None or not asks_for_target(agent, body):
                continue
            if resolve_instance(self._store.journal, instance, agent["key"], now()):
                self._save()
                go(self._warning.withdraw())

    def _must_go(self, ccp: "Ccp") -> bool:
        return must_go_offline(ccp, self._settings.policy)

    def _judge(self, departure: "Departure") -> None:
        """Decide if it can be decided; deliver if it is time; else look again when there may be more to see."""
        if departure["outcome"] != "pending":
            return
        retry = self._settings.policy["retry"]
        until = free_since(departure) + retry["within_ms"]
        foreseen = verdict(departure, now(), retry)
        if foreseen["deliver"] and self._somebody_comes(departure["instance"]):
            # Perhaps the agent is back, perhaps it is another one: soon we know.
            later(lambda: self._judge(departure), COMING_LOOK_MS)
            self._save()
            return
        if foreseen["deliver"] and not is_online() and now() < until:
            # No try is wasted. When the network is back we are told, but not by every browser.
            later(lambda: self._judge(departure), min(ONLINE_MS, until - now() + 1))
            self._save()
            return
        if foreseen["deliver"]:
            go(self._deliver(departure))
            self._save()
            return
        decided = settle(self._store.journal, departure, now(), retry)
        if decided["outcome"] == "pending" and decided["look_again_at"] > 0:
            later(lambda: self._judge(departure), max(decided["look_again_at"] - now(), 0) + 1)
        if decided["outcome"] != "pending":
            self._settled(departure)
        self._save()
        if decided["outcome"] == "confirmed":
            go(self._warning.withdraw())
        elif decided["outcome"] != "pending":
            go(self._warning.tell([departure]))

    def _somebody_comes(self, instance: str) -> bool:
        """Whether a CCP of this instance is just opening: whose agent it is will show in a moment."""
        for ccp in self._ccps.of(instance):
            if ccp["agent"] is None and ccp["status"] == "waiting" and now() < ccp["opened_at"] + COMING_MS:
                return True
        return False

    async def _deliver(self, departure: "Departure") -> None:
        """One try of ours. Its end is an event like any other."""
        wanted = await deliver(departure, self._logins)
        if not wanted and departure["outcome"] == "pending":
            supersede(self._store.journal, departure, now())
            self._settled(departure)
            self._save()
        self._judge(departure)

    def _settled(self, departure: "Departure") -> None:
        """A departure has ended."""
        self._returns.keep()
        ccp = self._ccps.find(departure["ccp"])
        if ccp is not None:
            self._follow(ccp)
        if departure["outcome"] == "confirmed":
            self._sign_off.confirmed(departure)
        self._forget_login(departure["instance"])

    def _forget_login(self, instance: str) -> None:
        """With the last CCP and the last departure of an instance goes what we know of its login."""
        for departure in self._store.journal["departures"]:
            if departure["instance"] == instance:
                return
        if len(self._ccps.of(instance)) == 0:
            self._logins.forget(instance)

    def _follow(self, ccp: "Ccp") -> None:
        """Keep the journal's open sessions as they are: what would be lost if the browser died now."""
        journal = self._store.journal
        if self._must_go(ccp) and pending_of(journal, ccp["ccp"]) is None:
            set_session(journal, session_from(ccp, now()))
        else:
            drop_session(journal, ccp["ccp"])

    def _save(self) -> None:
        self._changed()
        go(self._write())

    async def _write(self) -> None:
        before = self._store.trouble
        await self._store.save()
        journal = self._store.journal
        # Whatever puts us to sleep, somebody must look after what is open or undecided.
        await wake_regularly(len(journal["departures"]) + len(journal["sessions"]) > 0)
        if self._store.trouble != before:
            # The disk refuses, or takes it again: that must be seen at once.
            self._warning.refresh()
            self._changed()


def _leaves(ccp: "Ccp") -> bool:
    """Whether a CCP has just announced that it goes, while others were open."""
    return ccp["leaving_at"] > now() - LEAVING_MS
