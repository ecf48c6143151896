"""The world around ``core.life.step``: it behaves as people, browsers and servers do, and does what it is told.

Every fact goes through ``World.tell``, which has the oracle judge what follows, and keeps a log that can be played
again elsewhere.
"""

import copy
import json
from typing import TYPE_CHECKING, Any

from core.ending import next_look_at
from core.journal import begin_run, empty, for_disk
from core.life import step
from core.others import is_last
from core.stored import journal_from
from tests.model.oracle import Oracle
from tests.model.people import INSTANCES, PATHS, STATES, Account, Browser, Page, Request, arn_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.records import Agent, Decision, Journal, Life, Policy

# How soon after it woke the background looks after those that have not said hello again; and how often anyway.
SILENT_MS = 3_000
ALARM_MS = 60_000
# So long the background waits for the answer to a try.
OWN_ANSWER_MS = 5_000
OPENING_MS = 10_000
# How the server, or what stands before it, may answer: an end, a status, an error, a code.
ENDS: dict[str, tuple[int, str, str]] = {
    "ok": (200, "", ""),
    "invalid": (400, "", "InvalidStateException"),
    "limit": (400, "", "LimitExceededException"),
    "unknown_key": (400, "", "SerializationException"),
    "throttled": (400, "", "ThrottlingException"),
    "expired": (401, "", ""),
    "denied": (403, "", "AccessDeniedException"),
    "too_many": (429, "", ""),
    "broken": (500, "", ""),
    "unavailable": (503, "", ""),
    "cut": (0, "net::ERR_ABORTED", ""),
    "no_network": (0, "net::ERR_FAILED", ""),
    "not_api": (200, "not_api", ""),
    "timeout": (0, "timeout", ""),
    "redirected": (0, "redirected", ""),
    "elsewhere": (0, "elsewhere", ""),
    "other_agent": (0, "other_agent", ""),
}
# What may happen to a request of a CCP's, and to one of ours. Of those at the end of each list nobody knows the truth.
PAGE_ENDS = ["ok", "ok", "ok", "ok", "broken", "expired", "too_many", "invalid", "denied", "not_api", "not_api", "cut"]
OWN_ENDS = [
    *["ok", "ok", "ok", "ok", "broken", "expired", "throttled", "unknown_key", "invalid", "denied", "too_many"],
    *["not_api", "not_api", "redirected", "no_network", "timeout"],
]
IN_DOUBT = ["cut", "timeout", "no_network"]


class World:
    """One browser, the people at it, and the servers it talks to."""

    def __init__(self, policy: "Policy", target: str, note: "Callable[[str], None]") -> None:
        self.policy = policy
        self.target = target
        self.note = note
        self.journal: Journal = empty()
        self.now = 1_000_000.0
        self.wall = 1_800_000_000_000.0
        # The truth's clock, which nobody sees: it never stops.
        self.true = 5_000_000.0
        self.browser = Browser()
        self.pages: list[Page] = []
        self.accounts = {(instance, key): Account(instance, key) for instance in INSTANCES for key in (1, 2)}
        # Who is signed in at each instance; 0: nobody.
        self.session = dict.fromkeys(INSTANCES, 1)
        self.requests: list[Request] = []
        self.looks: list[str] = []
        # Whether the browser takes its time to answer looks, in this moment.
        self.slow = False
        # When the background looks after the silent ones, and when its alarm rings; 0: not.
        self.silent_at = 0.0
        self.woke_at = self.now
        self.alarm_at = self.now + ALARM_MS
        self.numbers = 0
        self.facts = 0
        # What can be played again in JavaScript (tests/model/replay.py), a line each.
        self.log: list[str] = []
        self._write({"op": "begin", "policy": policy})
        # Whether there is a network, and the browser says so.
        self.online = True
        self.oracle = Oracle(self)

    def _write(self, entry: Any) -> None:
        self.log.append(json.dumps(entry))

    def ends_log(self) -> None:
        """The story is over: what the journal holds then, word for word."""
        self._write({"op": "end", "journal": self.journal})

    # What the background hears.

    def tell(self, **fact: Any) -> None:
        """A fact is heard: what follows is judged, and done."""
        self.facts += 1
        before = self.oracle.before()
        self.journal["online"] = self.online
        decisions = step(self.journal, fact, self.now, self.wall, self.policy)
        self._write(
            {
                "op": "step",
                "online": self.online,
                "fact": fact,
                "now": self.now,
                "wall": self.wall,
                "decisions": [outlined(decision) for decision in decisions],
                "is": self.oracle.outline(),
                "next": next_look_at(self.journal, self.now, self.policy),
            }
        )
        if fact["type"] != "tick":
            self.note(f"   {self.now:.0f}: {fact} → {[said(decision) for decision in decisions]}")
        elif decisions:
            self.note(f"   {self.now:.0f}: tick → {[said(decision) for decision in decisions]}")
        self._adopt()
        self.oracle.after(fact, decisions, before)
        for decision in decisions:
            self._obey(decision)
        self._tell_last()

    def _adopt(self) -> None:
        """Who was in a page before another agent has a record of their own by now: under which name?"""
        for page in self.pages:
            if page.ccp == "":
                for life in [*self.journal["lives"], *self.journal["past"]]:
                    agent = life["agent"]
                    if self.page_of(life["ccp"]) is None and agent is not None and agent["key"] == page.key:
                        page.ccp = life["ccp"]

    def settle(self) -> None:
        """The browser answers what it was asked, unless it takes its time."""
        rounds = 0
        while self.looks and not self.slow:
            rounds += 1
            assert rounds < 50, "it looks again and again without a moment's rest"
            self._answer(self.looks.pop(0))

    def _answer(self, ccp: str) -> None:
        life = self.life_of(ccp)
        if life is None:
            return
        page = self.page_of(ccp)
        assert page is not None
        answer = self.shows(page)
        if answer not in {"ccp", "loading"} and not (page.frame > 0 and answer == "here"):
            page.clean = False
        self.tell(type="tab", ccp=ccp, shows=answer)

    def shows(self, page: Page) -> str:
        """What the browser says of a page's tab, in the contract's words."""
        tab = self.browser.tabs.get(page.tab)
        if tab is None:
            return "gone"
        if tab["status"] == "unloaded":
            return "unloaded"
        loads = tab["status"] == "loading"
        if page.frame > 0:
            return "loading" if loads else "here"
        # Until the old page has gone, its address is still the tab's; the one it goes to may be hidden from us.
        is_asked = loads and page.living and page.stage == "asked"
        if is_asked and tab["pending"] == "":
            return "hidden"
        address = tab["pending"] if is_asked else tab["url"]
        if address == page.url:
            return "ccp" if loads else "here"
        return "leading" if loads else "elsewhere"

    def _obey(self, decision: "Decision") -> None:
        page = self.page_of(decision["ccp"])
        if decision["do"] == "look":
            self.looks.append(decision["ccp"])
        elif decision["do"] == "deliver":
            assert page is not None
            life = self.life_of(decision["ccp"])
            assert life is not None
            assert life["agent"] is not None
            agent: Agent = copy.deepcopy(life["agent"])
            put = next(put for put in life["puts"] if put["request"] == decision["request"])
            request = self._request(decision["request"], page, agent["key"], self.target)
            request.own = request.ours = True
            request.life = life["id"]
            request.before = agent
            request.enqueue = put["enqueue"]
            request.ask = decision["command"]["ask"]
            request.renew = decision["command"]["renew"]
            page.delivered += 1
        elif decision["do"] == "page" and page is not None and page.living and page.connected:
            if decision["command"]["type"] == "reloads":
                page.told_reloads = not page.hears_late
            elif decision["command"]["type"] == "stays":
                page.says = False
            elif decision["command"]["type"] == "restore":
                self.page_asks(page, self._named(page.instance, decision["command"]), choice=False)

    def _named(self, instance: str, command: Any) -> str:
        """The state that a command means: by ARN, else by name."""
        for name in STATES:
            if command["arn"] == arn_of(instance, name):
                return name
        name = command["name"]
        assert name in STATES, f"no such state to restore: {command}"
        return str(name)

    def _tell_last(self) -> None:
        """Every page that is connected hears at once whether it is the last."""
        for life in self.journal["lives"]:
            page = self.page_of(life["ccp"])
            if page is not None and page.living and page.connected:
                page.told_last = is_last(self.journal, life, self.now)

    # Looking things up.

    def life_of(self, ccp: str) -> "Life | None":
        """The record of a CCP that has not ended."""
        for life in self.journal["lives"]:
            if life["ccp"] == ccp:
                return life
        return None

    def page_of(self, ccp: str) -> Page | None:
        """The page with this id."""
        for page in self.pages:
            if page.ccp == ccp:
                return page
        return None

    def account(self, page: Page) -> Account:
        """The agent of a page, as the server has them."""
        return self.accounts[(page.instance, page.key)]

    def living(self) -> list[Page]:
        """The pages that are there, and covered."""
        return [page for page in self.pages if page.living and page.covered]

    def there(self) -> list[Page]:
        """The living pages that nothing has asked to go."""
        return [page for page in self.living() if page.stage == ""]

    def working(self) -> list[Page]:
        """The living pages with an agent, not about to go, whose agent can do something."""
        return [page for page in self.there() if page.known and page.signed_out_at == 0]

    def pending(self, own: bool) -> list[Request]:
        """The requests that have not ended."""
        return [request for request in self.requests if request.end == "" and request.own == own]

    def _number(self) -> int:
        self.numbers += 1
        return self.numbers

    # Time.

    def advance(self, ms: float) -> None:
        """Time passes, and the background looks at the clock when it said that it would; now and then in any case."""
        if ms > 500:
            self.hurry()
        end = self.now + ms
        while True:
            at = next_look_at(self.journal, self.now, self.policy)
            due = [max(at, self.now) + 1] if at > 0 else []
            due += [max(when, self.now + 1) for when in (self.silent_at, self.alarm_at) if when > 0]
            due += [max(request.at + OWN_ANSWER_MS, self.now) for request in self.pending(own=True)]
            if not due or min(due) > end:
                break
            self.pass_by(min(due) - self.now)
            self.slow = False
            self.settle()
            for request in self.pending(own=True):
                if self.now >= request.at + OWN_ANSWER_MS:
                    self.ends(request, "timeout", arrived=request.number % 2 == 0)
            if self.alarm_at > 0 and self.now >= self.alarm_at:
                self.alarm_at = self.now + ALARM_MS
                self.silent_at = self.now
            if self.silent_at > 0 and self.now >= self.silent_at:
                self.silent_at = 0
                self.looks += [life["ccp"] for life in self.journal["lives"] if not life["there"]]
            self.tell(type="tick")
            self.settle()
        self.pass_by(end - self.now)

    def hurry(self) -> None:
        """What has begun to go is gone within a moment: its tab, its port."""
        for page in self.pages:
            while page.stage in {"hidden", "removed"}:
                self.goes_on(page)

    def pass_by(self, ms: float) -> None:
        """Time passes, and nobody looks."""
        self.now += ms
        self.wall += ms
        self.true += ms

    # Pages.

    def opens(self, instance: str, frame: int, tab: int = 0) -> Page:
        """A CCP document says hello."""
        self.pass_by(1)
        number = self._number()
        url = instance + PATHS[INSTANCES.index(instance)]
        if tab == 0:
            tab = self.browser.open("https://desk.example/" if frame else url)
        page = Page(f"ccp{number}", instance, url, tab, frame, self.now)
        self.browser.tabs[tab] = {"status": "loading", "url": "" if frame else url, "pending": ""}
        self.pages.append(page)
        self._hello(page)
        return page

    def _hello(self, page: Page) -> None:
        page.connected = True
        self.tell(type="opened", ccp=page.ccp, instance=page.instance, url=page.url, tab=page.tab, frame=page.frame)

    def loaded(self, page: Page) -> None:
        """The tab of a page has loaded."""
        tab = self.browser.tabs.get(page.tab)
        if tab is not None and page.living and page.stage == "":
            self.completes(page.tab, tab["url"])

    def completes(self, number: int, url: str) -> None:
        """A tab has loaded what is at this address; the background looks where it waits for that."""
        tab = self.browser.tabs[number]
        tab["status"], tab["url"], tab["pending"] = "complete", url, ""
        for life in self.journal["lives"]:
            if life["tab"] == number and (life["phase"] == "away" or not life["there"]):
                self.looks.append(life["ccp"])
        self.settle()

    def knows(self, page: Page) -> None:
        """A page learns who its agent is: whoever is signed in."""
        self.loaded(page)
        key = self.session[page.instance]
        if key == 0:
            return
        page.key = key
        page.status = "ready"
        self.tell(type="status", ccp=page.ccp, status="ready")
        self.hears(page)

    def hears(self, page: Page) -> None:
        """A page tells what the server has of its agent."""
        agent = self.account(page).told(self.target)
        page.told, page.told_at = agent, self.now
        page.chosen_since = False
        self.oracle.agent_seen(page)
        self.tell(type="agent", ccp=page.ccp, agent=copy.deepcopy(agent))

    def hears_again(self, page: Page) -> None:
        """A page that works tells what is new, if it can be heard."""
        if page.living and page.covered and page.connected and page.known and page.signed_out_at == 0:
            self.hears(page)

    def reconnects(self, page: Page) -> None:
        """A page that lost its port says hello again, and who its agent is."""
        self._hello(page)
        self.tell(type="status", ccp=page.ccp, status=page.status)
        if page.known and page.signed_out_at == 0:
            self.hears(page)

    def other_agent(self, page: Page, key: int) -> None:
        """In the same document, somebody else signs in."""
        self.session[page.instance] = key
        self.oracle.page_lost(page)
        # Who was here before is gone, as if with a page of their own.
        before = copy.copy(page)
        before.ccp, before.living, before.connected, before.stage, before.fate = "", False, False, "gone", "signed_out"
        before.gone_at = before.signed_out_at = self.now
        before.delivered = 0
        self.pages.append(before)
        page.key = key
        page.departures += 1
        page.delivered = 0
        page.holds = page.held = page.let_go = False
        self.hears(page)

    # Going.

    def asks(self, page: Page, fate: str, *, held: bool = False, heard: bool = True) -> None:
        """``beforeunload`` runs; another script may have swallowed it."""
        self._calms(page)
        page.fate, page.stage = fate, "asked"
        page.told_reloads = False
        page.clean = True
        # Of a frame nobody knows; and where the browser answers late, nobody knows yet.
        page.closes = page.frame == 0 and (fate not in {"reload", "leave"} or self.slow)
        page.asked_at = self.now
        page.departures += 1
        page.delivered = 0
        tab = self.browser.tabs[page.tab]
        if fate in {"reload", "leave"}:
            tab["status"] = "loading"
            if page.frame == 0:
                tab["pending"] = page.url if fate == "reload" else ""
        if heard:
            page.was_asked = page.says = True
            if page.connected:
                # Only of somebody who would be set Offline; where the dialog is open already, it stays so.
                held = held and page.told is not None and not at_target(page.told) and page.signed_out_at == 0
                page.held = held or page.holds
                self.tell(type="asked", ccp=page.ccp, held=held)
                self.settle()

    def _calms(self, page: Page) -> None:
        """No person chooses a state and leaves in one moment."""
        if any(request.page is page and request.choice and self.now < request.at + 100 for request in self.requests):
            self.pass_by(200)

    def says_it_stays(self, page: Page) -> None:
        """The page is there some time after ``beforeunload``. If nothing will come of it, its person has decided."""
        if page.fate in {"question", "cancelled"}:
            page.stage = ""
            page.group = 0
            tab = self.browser.tabs[page.tab]
            tab["status"], tab["pending"] = "complete", ""
            page.was_asked = False
        life = self.life_of(page.ccp)
        if life is not None and page.connected:
            answer = self.shows(page)
            if answer not in {"ccp", "loading"}:
                page.clean = False
            if answer in {"here", "elsewhere"}:
                # As far as anybody can know: who is asked in one window may wait for another's dialog.
                page.holds = page.holds or (page.held and page.closes)
            self.tell(type="stays", ccp=page.ccp, shows=answer)
            self.settle()

    def goes_on(self, page: Page, *, leaves: bool = True, first: bool = False) -> None:
        """The next thing that happens to a page that goes.

        Args:
            page: it.
            leaves: whether a request of the page's own leaves the browser, if it makes one.
            first: whether that is seen before ``pagehide`` is heard.
        """
        if page.stage in {"", "asked"}:
            self._hides(page, leaves=leaves, first=first)
        elif page.stage == "hidden" and page.fate == "close":
            page.stage = "removed"
            self.browser.tabs.pop(page.tab, None)
            self.tell(type="tab_closed", tab=page.tab)
        else:
            page.stage = "gone"
            if page.connected:
                page.connected = False
                self.tell(type="closed", ccp=page.ccp)
            elif not page.known:
                page.unseen = True
        self.settle()

    def _hides(self, page: Page, *, leaves: bool, first: bool) -> None:
        tab = self.browser.tabs[page.tab]
        if page.fate == "reload":
            tab["pending"] = ""
        elif page.fate == "leave" and page.frame == 0:
            tab["url"], tab["pending"] = "", ""
        sent = self._sends(page)
        if sent:
            self.oracle.page_calls(page)
        self._dies(page)
        request = self._last_call(page) if sent and leaves else None
        if request is not None and first:
            self._leaves(request)
        if page.connected:
            self.tell(type="hidden", ccp=page.ccp, sent=sent, trouble="")
        if request is not None and not first:
            self._leaves(request)

    def _sends(self, page: Page) -> bool:
        """Whether a page asks for the target itself, by the contract."""
        told = page.told
        if told is None or page.signed_out_at > 0 or at_target(told):
            return False
        if told["contacts"] and (self.policy["redelivery"] or self.policy["on_contact"] == "skip"):
            return False
        if page.frame > 0 and not page.was_asked:
            return False
        # What it was told before the background slept says nothing any more; it has its port again within milliseconds.
        return page.connected and page.told_last and not page.told_reloads and not page.let_go

    def _last_call(self, page: Page) -> Request:
        request = self._request(f"put{self._number()}", page, page.key, self.target)
        request.ours = True
        request.enqueue = self.account(page).told(self.target)["live"]
        request.before = copy.deepcopy(page.told)
        return request

    def _dies(self, page: Page) -> None:
        if page.stage in {"", "asked", "hidden"} and page.living:
            page.stage = "hidden"
        page.living = False
        page.unseen = not page.connected
        page.gone_at = self.now
        page.holds = False
        self.oracle.page_lost(page)

    def crashes(self, page: Page) -> None:
        """The page's process ends: no event of its own, only its port closes."""
        tab = self.browser.tabs[page.tab]
        tab["status"], tab["pending"] = "unloaded", ""
        self._calms(page)
        page.departures += 1
        self._dies(page)
        page.fate, page.stage = "crash", "gone"
        page.clean = False
        if page.connected:
            page.connected = False
            self.tell(type="closed", ccp=page.ccp)
        self.settle()

    def frame_goes(self, page: Page) -> None:
        """The company's page removes the frame: no ``beforeunload``."""
        self._calms(page)
        page.fate = "frame"
        page.clean = True
        page.departures += 1
        page.delivered = 0
        self.goes_on(page)
        self.goes_on(page)

    def comes_back(self, page: Page) -> Page:
        """Another CCP document is in the place of one that went."""
        new = self.opens(page.instance, page.frame and page.frame + self._number(), page.tab)
        page.kept = True
        return new

    def shows_again(self, page: Page) -> None:
        """The very page is back, out of the back/forward cache."""
        self.browser.tabs[page.tab] = {"status": "complete", "url": page.url, "pending": ""}
        page.living, page.stage, page.fate = True, "", ""
        page.was_asked = page.held = False
        known, page.told = page.known, None
        self._hello(page)
        if known:
            self.hears(page)
        self.settle()

    def moves(self, tab: int) -> None:
        """The browser gives a tab another number."""
        self.browser.last += 1
        after = self.browser.last
        self.browser.tabs[after] = self.browser.tabs.pop(tab)
        for page in self.pages:
            if page.tab == tab:
                page.tab = after
        self.tell(type="moved", before=tab, after=after)

    # Requests.

    def _request(self, request_id: str, page: Page, key: int, name: str) -> Request:
        target = name in {self.target, "Offline"}
        request = Request(request_id, page.instance, key, name, target, self.now, page, page.departures)
        request.number = self._number()
        self.requests.append(request)
        return request

    def page_asks(self, page: Page, name: str, *, choice: bool = True) -> Request:
        """An agent chooses a state in a CCP; or the page does, that was told to restore it."""
        request = self._request(f"put{self._number()}", page, page.key, name)
        request.choice = choice
        request.enqueue = self.account(page).told("Offline")["live"]
        if choice:
            page.holds = False
            self.oracle.chosen(page)
        self._leaves(request)
        return request

    def _leaves(self, request: Request) -> None:
        body = {"name": request.name, "arn": arn_of(request.instance, request.name), "type": STATES[request.name]}
        self.tell(type="put", instance=request.instance, request=request.id, body=body, key=request.key)
        self.settle()

    def ends(self, request: Request, end: str, *, arrived: bool = False, shown: bool = False) -> None:
        """A request ends. One in doubt may have ``arrived`` at the server all the same.

        ``shown``: a page that is there shows what the server has before the end is heard of.
        """
        account = self.accounts[(request.instance, request.key)]
        if not self.online:
            end, arrived = "no_network" if request.own or request.page.living else "cut", False
        if request.own:
            end = self._own_end(request, end)
        if end == "ok" or (arrived and end in IN_DOUBT):
            request.taken = account.choose(request.name, request.enqueue, self.true)
            if not request.taken:
                end = "invalid" if end == "ok" else end
        request.end, request.ended_at = end, self.now
        if shown:
            self.hears_again(request.page)
        request.proven = end == "ok"
        status, error, code = ENDS[end]
        if not request.target and end not in {"ok", *IN_DOUBT}:
            # Refused: nothing was chosen.
            pass
        elif not request.target:
            request.page.chosen_since = True
        if request.own:
            self.tell(
                type="tried",
                ccp=request.page.ccp,
                request=request.id,
                status=status,
                error=error,
                code=code,
                renewed=request.renew and end not in {"redirected"},
            )
        else:
            self.tell(type="put_ended", request=request.id, status=status, error=error)
        self.settle()

    def _own_end(self, request: Request, end: str) -> str:
        """What can only come of a try of ours, in this moment."""
        if request.ask and self._works_elsewhere(request):
            return "elsewhere"
        if request.renew and self.session[request.instance] == 0:
            return "redirected"
        if request.renew and self.session[request.instance] != request.key:
            return "other_agent"
        return end

    def _works_elsewhere(self, request: Request) -> bool:
        """Whether, since the CCP last told, work began or a state was chosen, as the server sees it."""
        before = request.before
        assert before is not None
        agent = self.accounts[(request.instance, request.key)].told(self.target)
        if [contact for contact in agent["contacts"].split() if contact not in before["contacts"].split()]:
            return True
        later = agent["since"] > before["since"] + 1000
        return later and agent["state_type"] in {"routable", "not_routable"} and not at_target(agent)

    # The background and the browser.

    def sleeps(self, ms: float) -> None:
        """The background sleeps for a while: its ports are gone, and what it asked is not heard of."""
        if ms > 500:
            self.hurry()
        self.journal = json.loads(json.dumps(self.journal))
        self._write({"op": "sleep"})
        self.pass_by(ms)
        self.looks.clear()
        for request in self.pending(own=True):
            request.end, request.ended_at = "lost", self.now
            if request.number % 2 == 0:
                account = self.accounts[(request.instance, request.key)]
                request.taken = account.choose(request.name, request.enqueue, self.true)
        for page in self.pages:
            page.connected = False
        self.silent_at = self.now + SILENT_MS
        self.alarm_at = self.now + ALARM_MS
        self.woke_at = self.now
        self.tell(type="woke")
        for page in self.living():
            if page.holds and self.life_of(page.ccp) is None:
                # It has failed, and is told; the dialog is no more.
                page.holds = page.held = False
        self.settle()

    def restarts(self, later: float, still_there: list[Page]) -> None:
        """The browser is killed and started anew, or (with pages that are still there) we are updated."""
        disk = json.loads(json.dumps(for_disk(self.journal, self.policy)))
        self.looks.clear()
        for request in self.requests:
            if request.end == "" and (request.own or not request.page.living or request.page not in still_there):
                request.end, request.ended_at = "lost", self.now
        for page in self.pages:
            page.connected = False
            if page.living and page not in still_there:
                page.living, page.stage, page.fate = False, "gone", "killed"
                page.gone_at = self.now
                page.clean = False
                self.oracle.page_lost(page)
        if not still_there:
            self.browser.tabs.clear()
        self.pass_by(later)
        if not still_there:
            # Another run has another clock, which may be behind the last one's.
            self.now = 2_000_000.0 if later > 60_000 else 900_000.0
        self.silent_at = self.now + SILENT_MS
        self.alarm_at = self.now + ALARM_MS
        self.woke_at = self.now
        ids = [page.ccp for page in still_there]
        self.journal = journal_from(disk)
        decisions = begin_run(self.journal, ids, self.wall)
        self._write(
            {
                "op": "restart",
                "still_there": ids,
                "wall": self.wall,
                "decisions": [outlined(decision) for decision in decisions],
                "is": self.oracle.outline(),
            }
        )
        self.note(f"   begin_run({ids}) → {[said(decision) for decision in decisions]}")
        self.oracle.new_run(decisions)

    def _answer_dialogs(self) -> None:
        """Whoever still looks at a dialog of ours answers it."""
        for page in self.living():
            life = self.life_of(page.ccp)
            if (
                page.connected
                and page.stage == ""
                and life is not None
                and life["dialog"] not in {"", "asking", "let_go"}
            ):
                page.holds = page.held = False
                self.tell(type="keep_working" if len(self.pages) % 2 else "leave_anyway", ccp=page.ccp)
                self.settle()

    def _everybody_decides(self) -> None:
        """Who was to go goes; who signed out, too; everybody else is heard again."""
        for page in self.living():
            if page.stage == "asked" and page.fate not in {"question", "cancelled"}:
                while page.stage != "gone":
                    self.goes_on(page)
            elif page.signed_out_at > 0:
                page.fate = "leave"
                while page.stage != "gone":
                    self.goes_on(page)
            elif not page.connected:
                self.reconnects(page)

    def _all_tabs_load(self) -> None:
        """No tab loads for ever: it shows the page that is in it, or something else."""
        for number, tab in self.browser.tabs.items():
            if tab["status"] == "loading":
                lives = [page for page in self.pages if page.living and page.tab == number]
                self.completes(number, tab["url"] if lives else "")

    def drain(self, ends: list[str]) -> None:
        """Let everything that has begun come to its end, with these ends of requests, then let time pass."""
        self.note("drain: everything comes to its end")
        self.slow, self.online = False, True
        self.settle()
        self.hurry()
        self._everybody_decides()
        waited, turn = 0.0, 0
        while waited < 150_000:
            for request in [*self.pending(own=False), *self.pending(own=True)]:
                turn += 1
                self.ends(request, "cut" if not request.own and not request.page.living else ends[turn % len(ends)])
                self.hears_again(request.page)
            if waited > 5000:
                self._all_tabs_load()
            for page in self.living() if waited >= 500 else []:
                if page.stage == "asked" or page.says:
                    self.says_it_stays(page)
            part = 300 if waited < 30_000 else 10_000
            self.advance(part)
            waited += part
            if waited > 40_000:
                self._answer_dialogs()
        self.oracle.at_the_end()


def at_target(agent: "Agent") -> bool:
    """Whether an agent is where they are to be."""
    return agent["state_type"] == "offline" or (
        agent["target_type"] != "offline" and agent["name"] == agent["target_name"]
    )


def outlined(decision: "Decision") -> list[Any]:
    """What both dialects must agree on of a decision."""
    life = decision["life"]
    about = [life["id"], life["phase"], life["reason"], life["detail"]] if life is not None else []
    command = decision["command"]
    words = [str(command.get(part)) for part in ("type", "arn", "name", "ask", "renew")] if command else []
    return [decision["do"], decision["ccp"], decision["request"], words, about]


def said(decision: "Decision") -> str:
    """A decision in a few words, for the story."""
    words = f"{decision['do']} {decision['ccp']}"
    if decision["do"] == "deliver":
        words += f" {decision['request']} {decision['command']}"
    elif decision["do"] == "page":
        words += f" {decision['command']}"
    elif decision["do"] == "tell" and decision["life"] is not None:
        words += f" {decision['life']['phase']} {decision['life']['reason']}"
    return words
