"""What a person would call right: the invariants of the contract, checked after every fact and at the end.

Nothing here asks the code under test what it thinks: the judge knows the world, the contract, and what the code did.
"""

import copy
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.address import is_same_instance
from core.journal import MAX_FAILURES, MAX_LIVES, for_disk

if TYPE_CHECKING:
    from core.records import Agent, Decision, Life
    from tests.model.people import Page, Request
    from tests.model.world import World

OPENING_MS = 10_000
ONE_MOMENT_MS = 500
# A return this late is still one the contract promises to wait for ("about 10 s"); a little is left for the looks.
BACK_MS = 9_000
# Until then no try needs a question first; the contract says "fresh", and gives no number: this is generous.
FRESH_MS = 5_000
RETURN_MS = 60_000
SIGNING_OUT_MS = 30_000
RESTORES_WITHIN_MS = 12_000
WENT = {"gone", "away", "leaving"}
# Ends of a request after which nobody knows whether the server took it.
UNKNOWN = {"", "ok", "cut", "timeout", "no_network", "lost"}


@dataclass
class Owed:
    """The last CCP of an agent is gone, and they are not where they are to be: somebody must hear how it ends."""

    since: float
    ccps: set[str] = field(default_factory=set)


@dataclass
class Was:
    """What a life was before a fact."""

    ccp: str
    key: int
    instance: str
    phase: str
    must: bool
    # Whether the agent was where they are to be, as far as the CCP has told.
    there: bool


class Oracle:
    """The judge of one story."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.owed: dict[tuple[str, int], Owed] = {}
        self.ended: set[str] = set()
        self.told: set[str] = set()
        self.failures: dict[str, str] = {}
        self.confirmed: set[str] = set()
        # When a departure of an agent's last was confirmed, or failed.
        self.settled: dict[tuple[str, int], float] = {}
        # When it was last confirmed.
        self.taken: dict[tuple[str, int], float] = {}
        # Pages that must soon get back what a request of ours took, and until when.
        self.awaits: dict[str, float] = {}
        self.restored: set[tuple[str, int]] = set()
        self.calls = 0

    # What the world reports.

    def agent_seen(self, page: "Page") -> None:
        """A page tells of its agent: they are here."""
        self.owed.pop((page.instance, page.key), None)
        assert page.told is not None
        if not is_there(page.told):
            self.awaits.pop(page.ccp, None)
        for old in self.world.pages:
            if old.kept and old.tab == page.tab and old.ccp != page.ccp and old.instance == page.instance:
                self._is_back(old, page)

    def _is_back(self, old: "Page", page: "Page") -> None:
        """A page reloaded, and its agent is known again: nothing was sent for it; what it sent itself is restored."""
        old.kept = False
        if old.key != page.key or old.signed_out_at > 0 or self.world.policy["on_reload"] != "restore":
            return
        in_time = page.opened_at - old.gone_at < BACK_MS and self.world.now - page.opened_at < BACK_MS
        if in_time and old.clean and old.fate in {"reload", "frame"}:
            assert old.delivered == 0, f"{old.ccp} only reloaded, and is {page.ccp} now: something was delivered"
        requests = self.world.requests
        for request in requests:
            certain = request.ours and not request.own and request.page is old and request.proven
            if not certain or request.departure != old.departures or not in_time:
                continue
            before, told = request.before, page.told
            if any(
                other.choice and other.target and other.page is old and other.at >= old.told_at for other in requests
            ):
                # They had chosen it themselves.
                continue
            if before is None or told is None or not is_there(told) or before["state_type"] == "error":
                continue
            if before["chosen_name"] and not is_target(before["chosen_name"], before) and not self._newer(request):
                self.awaits[page.ccp] = self.world.now + RESTORES_WITHIN_MS

    def page_lost(self, page: "Page") -> None:
        """A page is truly gone, or its agent is."""
        self.awaits.pop(page.ccp, None)
        if not page.covered or not self._is_to_go(page):
            return
        if page.signed_out_at > 0:
            # That departure began when they signed out.
            return
        others = [other for other in self._known(page.instance, page.key) if other is not page and other.living]
        if not others and not self._ghosts(page):
            owed = self.owed.setdefault((page.instance, page.key), Owed(self.world.now))
            owed.ccps.add(page.ccp)

    def _ghosts(self, page: "Page") -> "list[Page]":
        """Pages of the same agent that nobody could see go, and that are there as far as anybody can tell."""
        lives = {life["ccp"] for life in self.world.journal["lives"]}
        return [
            other
            for other in self.world.pages
            if other is not page and other.unseen and other.ccp in lives and other.key == page.key
        ]

    def signed_out(self, page: "Page") -> None:
        """An agent signs out in a page: that is a departure, although the page lives for a moment."""
        if self._is_to_go(page):
            owed = self.owed.setdefault((page.instance, page.key), Owed(self.world.now))
            owed.ccps.add(page.ccp)

    def chosen(self, page: "Page") -> None:
        """An agent chooses a state: from now on that is what they want."""
        for other in self._known(page.instance, page.key):
            self.awaits.pop(other.ccp, None)

    def page_calls(self, page: "Page") -> None:
        """The page itself asks for the target, because it was told that it is the last."""
        for other in self.world.living():
            # Several that are asked in one moment are taken to go together; one that stays gets its state back.
            at_once = other.stage == "asked" and self.world.now <= other.asked_at + ONE_MOMENT_MS
            together = other is page or at_once or (other.group > 0 and other.group == page.group)
            if together or other.instance != page.instance:
                continue
            known = other.known and other.key == page.key
            assert not known, f"{page.ccp} set its agent Offline, who is at {other.ccp}, too"
            opening = other.may_be_known and self.world.now < other.opened_at + OPENING_MS
            assert not opening, f"{page.ccp} set its agent Offline while {other.ccp} is opening"

    # What the code did.

    def before(self) -> list[Was]:
        """The lives before a fact."""
        return [
            Was(
                life["ccp"],
                life["agent"]["key"] if life["agent"] is not None else 0,
                life["instance"],
                life["phase"],
                life["agent"] is not None and (self._must_go(life["agent"]) or life["choosing"] != ""),
                life["agent"] is not None and is_there(life["agent"]),
            )
            for life in self.world.journal["lives"]
        ]

    def outline(self) -> Any:
        """What both dialects must agree on after every fact."""
        journal = self.world.journal
        return [
            [
                [life["id"], life["ccp"], life["phase"], life["bound"], life["way"], life["dialog"], len(life["puts"])]
                for life in journal["lives"]
            ],
            [[life["id"], life["phase"], life["reason"]] for life in journal["past"]],
            [[life["id"], life["phase"], life["reason"], life["resolved"]] for life in journal["failures"]],
            [one["id"] for one in journal["confirmed"]],
        ]

    def after(self, fact: Any, decisions: "list[Decision]", before: list[Was]) -> None:
        """Everything that must hold after a fact."""
        for decision in decisions:
            if decision["do"] == "deliver":
                self._delivers(decision)
            elif decision["do"] == "page" and decision["command"]["type"] == "restore":
                self._restores(decision, asked_for=fact["type"] == "keep_working")
        self._endings(decisions)
        self._nothing_silent(before, fact)
        for ccp, until in self.awaits.items():
            assert self.world.now <= until, f"{ccp} did not get back the state that we took"
        if fact["type"] != "tick" or decisions:
            self._bounds()
            self._on_disk()

    def new_run(self, decisions: "list[Decision]") -> None:
        """What the last run left open or undecided is told at the start."""
        self._endings(decisions)
        self.awaits.clear()
        for (instance, key), owed in self.owed.items():
            raise AssertionError(f"agent {key} of {instance} left at {owed.since:.0f}; the new run does not tell of it")
        self._bounds()
        self._on_disk()

    def at_the_end(self) -> None:
        """When nothing moves any more."""
        hidden = {page.ccp for page in self.world.pages if page.unseen and self.world.shows(page) == "here"}
        for (instance, key), owed in self.owed.items():
            # Of one that nobody could see go only its tab could tell, and that looks as before.
            told = owed.ccps & hidden
            assert told, f"the departure of agent {key} of {instance} at {owed.since:.0f} never ended: {owed.ccps}"
        for life in self.world.journal["lives"]:
            page = self.world.page_of(life["ccp"])
            assert page is not None
            if page.ccp in hidden:
                continue
            assert page.living, f"{life['ccp']} is gone, and its record is still {life['phase']}"
            wanted = {"opening"} if not page.known else {"open"} if not page.held else {"open", "asked"}
            assert life["phase"] in wanted, f"{life['ccp']} is there, and its record says {life['phase']}"
        lives = {life["ccp"] for life in self.world.journal["lives"]}
        for page in self.world.living():
            assert page.ccp in lives or not page.connected, f"{page.ccp} is there, and has no record"
        assert not self.world.journal["past"], "what is past is kept for a minute, not for ever"

    def _delivers(self, decision: "Decision") -> None:
        world = self.world
        life = world.life_of(decision["ccp"])
        page = world.page_of(decision["ccp"])
        assert life is not None, f"delivered for {decision['ccp']}, which has no record"
        assert page is not None
        agent = life["agent"]
        assert agent is not None, f"delivered for {decision['ccp']}, whose agent nobody knows"
        puts = [put for put in life["puts"] if put["request"] == decision["request"]]
        assert len(puts) == 1, "a delivery that is not written down"
        same = [request for request in world.requests if request.id == decision["request"]]
        assert not same, f"two requests are named {decision['request']}: nobody can tell their ends apart"
        assert puts[0]["own"]
        assert not [other for other in world.pending(own=True) if other.life == life["id"]], "two tries at once"
        assert world.policy["redelivery"], "delivered although the page alone is to"
        assert not (agent["contacts"] and world.policy["on_contact"] == "skip"), "delivered on a contact"
        assert puts[0]["enqueue"] or not agent["live"], "told to change the state at once, on a live contact"
        signed_out = [
            other.signed_out_at
            for other in world.pages
            if other.instance == page.instance and other.signed_out_at > world.now - SIGNING_OUT_MS - 30_000
        ]
        for other in world.living():
            if other.instance != life["instance"]:
                continue
            record = world.life_of(other.ccp)
            silent = not other.connected and world.now >= world.woke_at + OPENING_MS
            if silent and record is not None and record["phase"] == "asked":
                # It was asked whether it may go, and has not been heard of since: it is not seen any more.
                continue
            if other.known and other.key == agent["key"]:
                asked_for = other.signed_out_at > 0 or other.holds
                assert asked_for, f"delivered for {page.ccp} while its agent is at {other.ccp}"
            opening = other.may_be_known and world.now < other.opened_at + OPENING_MS
            assert not opening or signed_out or page.holds, f"delivered for {page.ccp} while {other.ccp} is opening"
        if page.living:
            assert page.holds or page.signed_out_at > 0 or page.key != agent["key"], (
                f"{page.ccp} stays: delivered for it"
            )
        elif world.now > max([page.gone_at, *signed_out]) + FRESH_MS:
            assert decision["command"]["ask"], "delivered late, without asking whether somebody works elsewhere"

    def _restores(self, decision: "Decision", *, asked_for: bool) -> None:
        world = self.world
        page = world.page_of(decision["ccp"])
        assert page is not None
        if not page.living:
            # Nobody hears it.
            return
        assert page.told is not None, f"{page.ccp} is to restore a state, and nobody knows its agent"
        assert not page.holds, f"{page.ccp} is to restore a state, while its agent is asked whether they stay"
        # On a contact the target is what follows, and nobody sees that.
        on_contact = page.told["contacts"]
        taken = self.taken.get((page.instance, page.key), -1) >= page.told_at
        assert is_there(page.told) or on_contact or taken, f"{page.ccp} is to restore a state from {page.told['name']}"
        problems = []
        for request in reversed(world.requests):
            if request.ours and request.target and request.instance == page.instance:
                problem = self._may_restore(request, page, decision["command"], asked_for=asked_for)
                if problem == "":
                    self.restored.add((request.page.ccp, request.departure))
                    self.awaits.pop(page.ccp, None)
                    return
                problems.append(f"{request.id}: {problem}")
        raise AssertionError(f"{page.ccp} restores {decision['command']}: {problems or 'we set nothing'}")

    def _may_restore(self, request: "Request", page: "Page", command: Any, *, asked_for: bool) -> str:
        """Why what this request took may not be given back; "" if it may."""
        before, told = request.before, page.told
        if before is None or told is None or request.key != page.key:
            return "another agent's"
        last = max(request.at, request.ended_at, request.page.gone_at)
        reasons = {
            "the server refused it": request.end not in UNKNOWN and not request.taken,
            # Of a departure that ended: one that was void left an agent who was at a CCP here all the while.
            "another tab's": request.page.tab != page.tab
            and self.settled.get((page.instance, page.key), -1) >= request.page.gone_at,
            # Who asks for it themselves, before whose eyes it was tried, knows which contact they are on.
            "on another contact": not asked_for
            and not is_there(told)
            and told["contacts"] != ""
            and told["contacts"] != before["contacts"],
            "long ago": not asked_for and self.world.now > last + RETURN_MS + 1000,
            "another state was chosen since": self._newer(request),
            "the agent wants to go": page.let_go and request.page is page and request.departure == page.departures,
            "restored already": (request.page.ccp, request.departure) in self.restored,
            "not the state from before": command["arn"] != before["chosen_arn"]
            or (command["arn"] == "" and command["name"] != before["chosen_name"]),
            "from an error": before["state_type"] == "error" and before["chosen_type"] == "routable",
        }
        return next((reason for reason, holds in reasons.items() if holds), "")

    def _newer(self, request: "Request") -> bool:
        """Whether the agent asked for any state after it, in a CCP here."""
        return any(
            other.choice
            and other.number > request.number
            and other.key == request.key
            and other.instance == request.instance
            and other.end in UNKNOWN
            for other in self.world.requests
        )

    def _is_told_by_another(self, failure: "Life", told: set[str]) -> bool:
        """Whether the browser ended, and the agent is told of another CCP of theirs that was open in it."""
        agent = failure["agent"]
        return failure["reason"] == "browser_ended" and any(
            other["id"] in told
            and other["reason"] == "browser_ended"
            and is_same_instance(other["instance"], failure["instance"])
            and other["agent"] is not None
            and agent is not None
            and other["agent"]["key"] == agent["key"]
            for other in self.world.journal["failures"]
        )

    def _endings(self, decisions: "list[Decision]") -> None:
        """What ended just now: told, proven, and settled."""
        journal = self.world.journal
        told = {decision["life"]["id"] for decision in decisions if decision["do"] == "tell" and decision["life"]}
        now: dict[str, str] = {failure["id"]: failure["resolved"] for failure in journal["failures"]}
        for failure in journal["failures"]:
            if failure["id"] in self.failures:
                continue
            assert failure["phase"] in {"failed", "unconfirmed"}, f"a failure that is {failure['phase']}"
            assert failure["reason"], "a failure without a reason"
            is_told = failure["id"] in told or self._is_told_by_another(failure, told)
            assert is_told, f"{failure['ccp']} {failure['phase']}, and nobody is told"
            agent = failure["agent"]
            if agent is not None:
                self._settle(failure["instance"], agent["key"])
        self._left(now)
        self.failures = now
        for one in journal["confirmed"]:
            if one["id"] not in self.confirmed:
                self._is_proven(one["id"], one["ccp"])
        self.confirmed = {one["id"] for one in journal["confirmed"]}

    def _left(self, now: dict[str, str]) -> None:
        """A failure leaves, or is resolved, for a reason only."""
        newer = {failure["ccp"] for failure in self.world.journal["failures"] if failure["id"] not in self.failures}
        gone = [one for one, resolved in self.failures.items() if one not in now and resolved == ""]
        if gone and len(now) < MAX_FAILURES:
            assert newer, f"failures nobody has resolved are gone: {gone}"
        for failure in self.world.journal["failures"]:
            agent = failure["agent"]
            if failure["resolved"] == "" or self.failures.get(failure["id"], "resolved") != "" or agent is None:
                continue
            if failure["resolved"] == "offline":
                proofs = [
                    request
                    for request in self.world.requests
                    if request.proven
                    and request.target
                    and request.key == agent["key"]
                    and request.instance == failure["instance"]
                ]
                assert proofs, f"the failure of {failure['ccp']} is resolved without the server's word"
            elif failure["resolved"] == "returned":
                assert self._known(failure["instance"], agent["key"]), "resolved, and the agent is not back"

    def _is_proven(self, departure: str, ccp: str) -> None:
        """``confirmed``: the server said so, to a request for this agent's target, and nothing was chosen after it."""
        lives = [
            life for life in [*self.world.journal["past"], *self.world.journal["lives"]] if life["id"] == departure
        ]
        page = self.world.page_of(ccp)
        assert page is not None
        key = lives[0]["agent"]["key"] if lives and lives[0]["agent"] is not None else page.key
        proofs = [
            request
            for request in self.world.requests
            if request.proven
            and request.target
            and request.key == key
            and request.instance == page.instance
            and not self._replaced(request)
        ]
        assert proofs, f"{ccp} is confirmed, and the server never said so"
        self._settle(page.instance, key)
        self.taken[(page.instance, key)] = self.world.now

    def _settle(self, instance: str, key: int) -> None:
        self.owed.pop((instance, key), None)
        self.settled[(instance, key)] = self.world.now

    def _replaced(self, request: "Request") -> bool:
        """Whether a CCP asked for another state after it, or is told to be in another since."""
        for other in self.world.requests:
            same = other.key == request.key and other.instance == request.instance
            if same and not other.target and other.number > request.number and other.end in UNKNOWN:
                return True
        page, told = request.page, request.page.told
        late = told is not None and page.told_at > request.ended_at and not is_there(told) and not told["contacts"]
        return late and page.key == request.key

    def _nothing_silent(self, before: list[Was], fact: Any) -> None:
        """A departure that is no more has ended as the contract allows."""
        journal = self.world.journal
        after = {(life["ccp"], life["agent"]["key"] if life["agent"] else 0) for life in journal["lives"]}
        for was in before:
            if was.key == 0 or not was.must or (was.ccp, was.key) in after:
                continue
            ends = [
                life
                for life in [*journal["past"], *journal["failures"]]
                if life["ccp"] == was.ccp and life["agent"] is not None and life["agent"]["key"] == was.key
            ]
            if any(end["phase"] in {"failed", "unconfirmed"} for end in ends):
                continue
            if any(one["ccp"] == was.ccp for one in journal["confirmed"]):
                continue
            if fact["type"] == "put_ended" and fact["status"] != 0 and was.there:
                # What it had chosen was refused: they are where they are to be.
                continue
            if fact["type"] == "forget" and fact["ccp"] == was.ccp:
                continue
            together = [
                life
                for life in journal["lives"]
                if life["instance"] == was.instance and life["agent"] is not None and life["agent"]["key"] == was.key
            ]
            if any(life["phase"] in WENT for life in together):
                # Several that go at once are one departure.
                continue
            settled = self.settled.get((was.instance, was.key), -1)
            page = self.world.page_of(was.ccp)
            if settled == self.world.now or (page is not None and 0 < page.signed_out_at <= settled):
                # The end of one departure of an agent's is that of all that go; after signing out pages only reload.
                continue
            # Superseded, or not the last: then the agent is to be seen.
            assert self._known(was.instance, was.key) or was.phase not in WENT, (
                f"{was.ccp} was {was.phase}; its departure is no more, and its agent is nowhere"
            )

    def _known(self, instance: str, key: int) -> "list[Page]":
        """The pages of an agent that are there, as far as the background can know."""
        return [
            page
            for page in self.world.pages
            if page.instance == instance
            and page.key == key
            and page.known
            and page.covered
            and (page.living or page.connected)
        ]

    def _bounds(self) -> None:
        journal = self.world.journal
        assert len(journal["failures"]) <= MAX_FAILURES
        assert len(journal["lives"]) + len(journal["past"]) <= 2 * MAX_LIVES
        json.dumps(journal, allow_nan=False)

    def _on_disk(self) -> None:
        """From the moment an agent is known until their departure has ended, the disk knows."""
        self.calls += 1
        disk = for_disk(self.world.journal, self.world.policy)
        lives = {life["ccp"] for life in disk["lives"]}
        agents = {
            (life["instance"], life["agent"]["key"])
            for life in [*disk["lives"], *disk["failures"]]
            if life["agent"] is not None
        }
        for (instance, key), owed in self.owed.items():
            assert (instance, key) in agents, f"the departure of agent {key} at {owed.since:.0f} is not on disk"
        for page in self.world.living():
            busy = page.holds or page.held or page.signed_out_at > 0
            if self._is_to_go(page) and not busy and page.told_at < self.world.now:
                assert page.ccp in lives, f"{page.ccp} has an agent who is not Offline, and is not on disk"

    def _is_to_go(self, page: "Page") -> bool:
        """Whether the agent of a page is known, and not where they are to be. The server's word may precede it."""
        if page.told is None or self.taken.get((page.instance, page.key), -1) >= page.told_at:
            return False
        return self._must_go(page.told)

    def _must_go(self, agent: "Agent") -> bool:
        if agent["contacts"] and self.world.policy["on_contact"] == "skip":
            return False
        return not is_there(agent)


def is_there(agent: "Agent") -> bool:
    """Whether an agent is where they are to be: Offline, or in the state that the settings name."""
    named = agent["target_type"] != "offline" and agent["name"] == agent["target_name"]
    return agent["state_type"] == "offline" or named


def is_target(name: str, agent: "Agent") -> bool:
    """Whether a state of this name is where the agent is to be."""
    return name in {agent["target_name"], "Offline"}


def life_of(lives: "list[Life]", ccp: str) -> "Life | None":
    """The record of a CCP."""
    return copy.copy(next((life for life in lives if life["ccp"] == ccp), None))
