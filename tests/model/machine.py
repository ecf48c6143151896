"""Stories at random: each rule is something that people, browsers or servers do."""

from typing import TYPE_CHECKING, Any, ClassVar

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.policy import defaults
from tests.model.people import INSTANCES, STATES, TO_WORK, Account, Page
from tests.model.world import OWN_ENDS, PAGE_ENDS, World

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_PAGES = 5
# Which of those there are; taken modulo their number.
WHICH = st.integers(0, 5)
# What happens now and then, and what is rare.
SOMETIMES = st.sampled_from([False, False, True])
RARELY = st.sampled_from([False] * 7 + [True])
# What has a frequency of its own.
RARE = st.sampled_from(["killed", "killed", "updated", "network", "network", "clock", "clock", "moved", "uncovered"])
# How long people, browsers and servers take (ms).
MOMENT = st.sampled_from([0, 1, 4, 30])
WHILE = st.sampled_from([100, 300, 600, 1000, 2500, 4000, 9000, 11_000, 30_000, 61_000])


class Stories(RuleBasedStateMachine):
    """One story. What it tells the background is kept in ``world.log``."""

    # Every story that was told to its end, line by line, for who wants to play it again.
    logs: ClassVar[list[str]] = []
    keeps_logs: ClassVar[bool] = False
    facts: ClassVar[int] = 0
    rules_run: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.world = World(defaults(), "Offline", note)
        self.ends = ["ok"]
        # Whether a rule has begun, and not ended: if it broke off, so has the story.
        self.midway = True

    # The set-up.

    @initialize(
        on_reload=st.sampled_from(["restore"] * 5 + ["offline"]),
        on_contact=st.sampled_from(["enqueue"] * 3 + ["skip"]),
        redelivery=st.sampled_from([True] * 5 + [False]),
        attempts=st.sampled_from([7, 7, 3, 1]),
        wanted=st.sampled_from(["Offline"] * 4 + ["End of shift"]),
        names_only=RARELY,
        ends=st.lists(st.sampled_from(OWN_ENDS), min_size=1, max_size=4),
        framed=SOMETIMES,
    )
    def set_up(
        self,
        on_reload: str,
        on_contact: str,
        redelivery: bool,
        attempts: int,
        wanted: str,
        names_only: bool,
        ends: list[str],
        framed: bool,
    ) -> None:
        """An administrator sets the policy, and somebody comes to work."""
        policy = defaults()
        policy["on_reload"], policy["on_contact"], policy["redelivery"] = on_reload, on_contact, redelivery
        policy["retry"]["attempts"] = attempts if redelivery else 0
        policy["target_name"] = "" if wanted == "Offline" else wanted
        self.world = World(policy, wanted, note)
        self.ends = ends
        for account in self.world.accounts.values():
            account.names_only = names_only
        note(f"policy: {on_reload}, {on_contact}, redelivery {redelivery}, {attempts} tries, to be {wanted}")
        self.world.knows(self.world.opens(INSTANCES[0], 1 if framed else 0))

    @invariant()
    def has_ended(self) -> None:
        """A rule has run to its end."""
        self.midway = False

    def begin(self, story: str, ms: float = 0) -> None:
        """A rule is run: said, so that a failure reads as a story."""
        self.midway = True
        type(self).rules_run += 1
        note(f"{story} ({ms:.0f} ms later)")
        self.world.slow = False
        self.world.settle()
        self.world.pass_by(ms)

    # Coming to work.

    @precondition(lambda self: len(self.world.living()) < MOST_PAGES)
    @rule(instance=st.sampled_from(INSTANCES[:1] * 4 + INSTANCES[1:]), framed=SOMETIMES, at_once=SOMETIMES, ms=MOMENT)
    def opens_another(self, instance: str, framed: bool, at_once: bool, ms: int) -> None:
        """A CCP opens in a new tab; its agent is known at once, or later."""
        self.begin("another CCP opens", ms)
        page = self.world.opens(instance, 1 if framed else 0)
        if at_once:
            self.world.knows(page)
        self.world.settle()

    @precondition(lambda self: len(opening(self.world)) > 0)
    @rule(which=WHICH, ms=MOMENT, broken=RARELY)
    def agent_known(self, which: int, ms: int, broken: bool) -> None:
        """A CCP that opens learns who its agent is; or it turns out to have no Streams."""
        self.begin("a CCP's agent is known", ms)
        page = pick(opening(self.world), which)
        if broken:
            self.world.loaded(page)
            page.status = "no_streams"
            self.world.tell(type="status", ccp=page.ccp, status="no_streams")
        else:
            self.world.knows(page)
        self.world.settle()

    @precondition(lambda self: len(self.world.there()) > 0)
    @rule(which=WHICH, key=st.sampled_from([0, 1, 1, 2]), there=SOMETIMES)
    def signs_in(self, which: int, key: int, there: bool) -> None:
        """Another agent signs in at an instance, or the session ends: the next document has it; or one that is open."""
        page = pick(self.world.there(), which)
        self.begin(f"agent {key} is signed in at {page.instance}")
        self.world.session[page.instance] = key
        if there and key not in {0, page.key} and page.known and page.connected and page.signed_out_at == 0:
            self.world.other_agent(page, key)
            self.world.settle()

    @precondition(lambda self: len(self.world.pages) > 0)
    @rule(which=WHICH, ms=MOMENT, known=SOMETIMES)
    def comes_back(self, which: int, ms: int, known: bool) -> None:
        """Where a CCP was, or reloads, there is one again."""
        places = [
            page
            for page in self.world.pages
            if not page.living
            and page.tab in self.world.browser.tabs
            and page.covered
            and not page.kept
            and free(self.world, page.tab)
        ]
        if not places:
            return
        self.begin("a CCP is back in its place", ms)
        page = pick(places[-2:], which)
        new = self.world.comes_back(page)
        if known:
            self.world.knows(new)
        self.world.settle()

    # Working.

    @precondition(lambda self: len(self.world.working()) > 0)
    @rule(
        which=WHICH,
        name=st.sampled_from(list(STATES)),
        end=st.sampled_from([*PAGE_ENDS, "", ""]),
        heard=st.booleans(),
        ms=MOMENT,
    )
    def chooses(self, which: int, name: str, end: str, heard: bool, ms: int) -> None:
        """An agent chooses a state in a CCP; the server answers at once, or later; the page shows it, or not yet."""
        page = pick(self.world.working(), which)
        if page.holds:
            # Behind our dialog only a company's own page can choose; Offline is what is being asked for anyway.
            name = TO_WORK[0]
        self.begin(f"the agent of {page.ccp} chooses {name}", ms)
        request = self.world.page_asks(page, name)
        if end:
            note(f"it ends: {end}")
            self.world.pass_by(ms)
            self.world.ends(request, end if end != "cut" else "broken")
            if heard:
                self.hear_all(page)

    def hear_all(self, page: Page) -> None:
        """Every page of the agent's that works shows what is."""
        for other in self.world.working():
            if other.key == page.key and other.instance == page.instance:
                self.world.hears_again(other)
        self.world.settle()

    @precondition(lambda self: len(self.world.working()) > 0)
    @rule(which=WHICH, ms=MOMENT)
    def hears(self, which: int, ms: int) -> None:
        """A page shows what the server has."""
        self.begin("a page hears", ms)
        page = pick(self.world.working(), which)
        self.world.hears_again(page)
        self.world.settle()

    @precondition(lambda self: len(self.world.pending(own=False)) > 0)
    @rule(which=WHICH, end=st.sampled_from(PAGE_ENDS), arrived=st.booleans(), ms=MOMENT)
    def put_ends(self, which: int, end: str, arrived: bool, ms: int) -> None:
        """A request of a CCP's ends."""
        self.begin(f"a CCP's request ends: {end}", ms)
        request = pick(self.world.pending(own=False), which)
        self.world.ends(request, "broken" if end == "cut" and request.page.living else end, arrived=arrived)
        self.world.hears_again(request.page)

    @precondition(lambda self: len(self.world.pending(own=True)) > 0)
    @rule(
        which=WHICH,
        end=st.sampled_from(OWN_ENDS),
        arrived=st.booleans(),
        shown=SOMETIMES,
        ms=st.sampled_from([1, 30, 200, 3000]),
    )
    def try_ends(self, which: int, end: str, arrived: bool, shown: bool, ms: int) -> None:
        """A try of the background's ends; a page that is there may show what came of it before."""
        self.begin(f"a try of ours ends: {end}", ms)
        request = pick(self.world.pending(own=True), which)
        self.world.ends(request, end, arrived=arrived, shown=shown)
        self.world.hears_again(request.page)

    @precondition(lambda self: len(self.world.working()) > 0)
    @rule(
        which=WHICH, what=st.sampled_from(["call", "call", "acw", "over", "missed"]), heard=st.sampled_from([1, 1, 0])
    )
    def contact(self, which: int, what: str, heard: int) -> None:
        """A contact begins or ends, or is missed."""
        page = pick(self.world.working(), which)
        self.begin(f"the agent of {page.ccp}: {what}")
        happens(self.world, self.world.account(page), what)
        if heard:
            self.hear_all(page)

    @rule(
        key=st.sampled_from([1, 1, 2]),
        what=st.sampled_from(["call", "acw", "over", *TO_WORK, "Offline"]),
        heard=st.booleans(),
    )
    def elsewhere(self, key: int, what: str, heard: bool) -> None:
        """On another device, an agent chooses a state or takes a contact."""
        self.begin(f"agent {key} on another device: {what}")
        happens(self.world, self.world.accounts[(INSTANCES[0], key)], what)
        if heard:
            for page in self.world.working():
                if page.key == key and page.instance == INSTANCES[0]:
                    self.world.hears_again(page)
            self.world.settle()

    # Going.

    @precondition(lambda self: len(self.world.there()) > 0)
    @rule(
        which=WHICH,
        fate=st.sampled_from(["close", "close", "reload", "reload", "leave", "question"]),
        held=SOMETIMES,
        late=SOMETIMES,
        slow=RARELY,
        swallowed=RARELY,
        ms=MOMENT,
    )
    def asked(self, which: int, fate: str, held: bool, late: bool, slow: bool, swallowed: bool, ms: int) -> None:
        """``beforeunload``: of a page that is to close, reload, show something else; or that stays in the end."""
        self.begin("…", ms)
        page = pick(self.world.there(), which)
        self.alone(page)
        note(f"{page.ccp}: beforeunload, to {fate}{', held' if held else ''}{', swallowed' if swallowed else ''}")
        self.world.slow, page.hears_late = slow, late
        self.world.asks(page, fate, held=held, heard=not swallowed)

    def alone(self, page: Page) -> None:
        """No person asks two pages in one moment, unless the browser does for them."""
        others = [other for other in self.world.living() if other.stage == "asked" and other.instance == page.instance]
        if others and self.world.now - max(other.asked_at for other in others) < 700:
            self.world.advance(750)

    @precondition(lambda self: len(going(self.world)) > 0)
    @rule(which=WHICH, leaves=st.sampled_from([True, True, True, False]), first=SOMETIMES, ms=MOMENT)
    def goes_on(self, which: int, leaves: bool, first: bool, ms: int) -> None:
        """The next thing that happens to a page that goes: pagehide; its tab is removed; its port closes."""
        page = pick(going(self.world), which)
        self.begin(f"{page.ccp} goes on to {page.fate}", ms)
        if page.group:
            # All go, once nobody stays.
            for other in list(going(self.world)):
                if other.group == page.group:
                    self.world.goes_on(other, leaves=leaves, first=first)
        else:
            self.world.goes_on(page, leaves=leaves, first=first)

    @precondition(lambda self: len(self.world.there()) > 0)
    @rule(
        which=WHICH,
        fate=st.sampled_from(["close", "close", "close", "reload", "leave"]),
        asked=st.sampled_from([True, True, True, False]),
        leaves=st.sampled_from([True, True, False]),
        first=SOMETIMES,
        end=st.sampled_from([*PAGE_ENDS, "", ""]),
        ms=MOMENT,
        late=RARELY,
    )
    def goes(
        self, which: int, fate: str, asked: bool, leaves: bool, first: bool, end: str, ms: int, late: bool
    ) -> None:
        """A page goes, from the question to the end of its port; what it asked for ends at once, or later."""
        self.begin("…", ms)
        page = pick(self.world.there(), which)
        self.alone(page)
        note(f"{page.ccp} goes: {fate}{'' if asked else ', without beforeunload'}")
        page.hears_late = late
        self.world.asks(page, fate, heard=asked)
        self.world.pass_by(ms)
        while page.stage != "gone":
            self.world.goes_on(page, leaves=leaves, first=first)
            self.world.pass_by(ms)
        for request in self.world.pending(own=False):
            if request.page is page and end:
                note(f"its request ends: {end}")
                self.world.ends(request, end)

    @precondition(lambda self: len([page for page in self.world.living() if page.stage == "asked" or page.says]) > 0)
    @rule(which=WHICH, ms=st.sampled_from([500, 600, 900]))
    def stays(self, which: int, ms: int) -> None:
        """Some time after beforeunload, a page says that it is there still."""
        page = pick([page for page in self.world.living() if page.stage == "asked" or page.says], which)
        self.begin(f"{page.ccp} is there, still")
        self.world.advance(max(0, page.asked_at + ms - self.world.now))
        self.world.says_it_stays(page)

    @precondition(lambda self: len([page for page in self.world.living() if page.stage == "asked"]) > 0)
    @rule(which=WHICH, alone=st.booleans())
    def cancels(self, which: int, *, alone: bool) -> None:
        """The person decides to stay: in the leave dialog of one page, or of all that were to go together."""
        page = pick([page for page in self.world.living() if page.stage == "asked"], which)
        self.begin(f"{page.ccp} is to stay")
        for other in self.world.living():
            together = not alone and page.group > 0 and other.group == page.group and other.stage == "asked"
            if other is page or together:
                other.fate = "cancelled"
                tab = self.world.browser.tabs[other.tab]
                tab["status"], tab["pending"] = "complete", ""

    @precondition(lambda self: len(self.world.there()) > 1)
    @rule(fate=st.sampled_from(["close", "close", "reload", "question"]), apart=MOMENT, held=RARELY)
    def all_asked(self, fate: str, apart: int, held: bool) -> None:
        """The browser quits, or every CCP reloads: all are asked in one moment."""
        self.begin(f"all are asked: {fate}")
        number = self.world.numbers = self.world.numbers + 1
        pages = [page for page in self.world.there() if page.signed_out_at == 0]
        for page in pages:
            self.alone(page)
        for page in pages:
            page.group = number
        for page in pages:
            page.hears_late = False
            self.world.asks(page, fate, held=held)
            self.world.pass_by(apart)

    @precondition(lambda self: len(self.world.there()) > 0)
    @rule(which=WHICH, ms=MOMENT)
    def crashes(self, which: int, ms: int) -> None:
        """A page's process ends."""
        self.begin("…", ms)
        page = pick(self.world.there(), which)
        note(f"{page.ccp} crashes")
        self.world.crashes(page)

    @precondition(lambda self: len(framed(self.world)) > 0)
    @rule(
        which=WHICH, ms=MOMENT, back=st.sampled_from([0, 500, 3000, 5000]), known=st.sampled_from([True, True, False])
    )
    def frame_again(self, which: int, ms: int, back: int, known: bool) -> None:
        """A company's page removes the frame with the CCP, and perhaps puts it back."""
        page = pick(framed(self.world), which)
        self.begin(f"the frame of {page.ccp} is removed", ms)
        self.world.frame_goes(page)
        if back:
            self.world.advance(back)
            note("and put back")
            new = self.world.comes_back(page)
            if known:
                self.world.advance(600)
                self.world.knows(new)
            self.world.settle()

    @precondition(lambda self: len([page for page in self.world.there() if page.known]) > 0)
    @rule(
        which=WHICH,
        back=st.sampled_from([100, 600, 2600, 5000, 8000]),
        known=st.sampled_from([0, 30, 600, 5000]),
        late=SOMETIMES,
        end=st.sampled_from(["ok", "ok", "cut", "broken"]),
        first=st.sampled_from(["", "", "", "Offline"]),
    )
    def reloads(self, which: int, back: int, known: int, late: bool, end: str, first: str) -> None:
        """F5, from the question to the agent who is back."""
        self.begin("…")
        page = pick([page for page in self.world.there() if page.known], which)
        self.alone(page)
        if first and page.signed_out_at == 0 and page.connected and not page.holds:
            note(f"first its agent chooses {first}, which the page has no time to show")
            self.world.ends(self.world.page_asks(page, first), "ok")
        note(f"{page.ccp} is reloaded, back after {back} ms, its agent known {known} ms later")
        page.hears_late = late
        self.world.asks(page, "reload")
        self.world.pass_by(12)
        self.world.goes_on(page)
        self.world.goes_on(page)
        self.world.pass_by(20)
        for request in self.world.pending(own=False):
            if request.page is page:
                self.world.ends(request, end, arrived=True)
        self.world.advance(back)
        new = self.world.comes_back(page)
        self.world.advance(known)
        self.world.knows(new)
        self.world.settle()

    @precondition(lambda self: len(left(self.world)) > 0)
    @rule(which=WHICH, ms=MOMENT)
    def back_button(self, which: int, ms: int) -> None:
        """The Back button: the very page is there again, out of the cache."""
        page = pick(left(self.world), which)
        self.begin(f"back to {page.ccp}", ms)
        self.world.shows_again(page)

    @rule(which=WHICH, how=st.sampled_from(["closes", "elsewhere", "unloads"]), ms=MOMENT)
    def tab_left(self, which: int, how: str, ms: int) -> None:
        """A tab in which a CCP was is closed, or shows something else at last, or is dropped."""
        tabs = self.world.browser.tabs
        those = [tab for tab in tabs if free(self.world, tab)]
        if not those:
            return
        tab = pick(those, which)
        self.begin(f"tab {tab}, where no CCP is any more: {how}", ms)
        if how == "closes":
            tabs.pop(tab)
            self.world.tell(type="tab_closed", tab=tab)
        else:
            self.world.completes(tab, "")
            if how == "unloads":
                tabs[tab]["status"] = "unloaded"
        for page in self.world.pages:
            if page.tab == tab:
                page.clean = False
        self.world.settle()

    @precondition(lambda self: len(self.world.working()) > 0)
    @rule(which=WHICH, ms=MOMENT, first=st.sampled_from(["", "", "Offline"]))
    def signs_out(self, which: int, ms: int, first: str) -> None:
        """An agent signs out (the newer CCP sets Offline itself), and nobody is signed in: all pages there go."""
        page = pick(self.world.working(), which)
        self.begin(f"the agent signs out at {page.instance}", ms + 1)
        if first:
            self.world.page_asks(page, first)
        self.world.session[page.instance] = 0
        for other in self.world.living():
            if other.instance == page.instance:
                first_time = other.signed_out_at == 0
                other.signed_out_at = self.world.now
                if first_time:
                    self.world.oracle.signed_out(other)
        self.world.tell(type="signs_out", instance=page.instance)
        self.world.settle()

    @precondition(lambda self: len(holding(self.world)) > 0)
    @rule(which=WHICH, what=st.sampled_from(["try_again", "leave_anyway", "keep_working"]), ms=MOMENT)
    def answers(self, which: int, what: str, ms: int) -> None:
        """A button of the dialog in a CCP whose closing was held."""
        page = pick(holding(self.world), which)
        self.begin(f"{page.ccp}: {what}", ms)
        if what == "leave_anyway":
            page.let_go = True
        if what != "try_again":
            page.holds = page.held = False
        self.world.tell(type=what, ccp=page.ccp)
        self.world.settle()

    # The background, the browser, and time.

    @rule(ms=WHILE)
    def time_passes(self, ms: int) -> None:
        """Nothing happens for a while."""
        self.begin(f"{ms} ms pass")
        self.world.advance(ms)

    @rule(ms=st.sampled_from([0, 100, 2000, 12_000, 40_000]), who=st.sampled_from(["all", "all", "some", "none"]))
    def sleeps(self, ms: int, who: str) -> None:
        """The background is put to sleep, and wakes."""
        self.begin(f"the background sleeps for {ms} ms; then {who} say hello again")
        self.world.sleeps(ms)
        for number, page in enumerate(self.world.living()):
            if who == "all" or (who == "some" and number % 2 == 0):
                self.world.reconnects(page)
        self.world.settle()

    @precondition(lambda self: len([page for page in self.world.living() if not page.connected]) > 0)
    @rule(which=WHICH, ms=MOMENT)
    def reconnects(self, which: int, ms: int) -> None:
        """A page that lost its port says hello again."""
        page = pick([page for page in self.world.living() if not page.connected], which)
        self.begin(f"{page.ccp} says hello again", ms)
        self.world.reconnects(page)
        self.world.settle()

    @rule(what=RARE, which=WHICH, ms=st.sampled_from([1000, 60_000, 3_600_000]))
    def rare(self, what: str, which: int, ms: int) -> None:
        """What happens to few people, in one rule, so that it happens in few stories."""
        self.begin(f"rarely: {what}")
        if what == "killed":
            self.world.restarts(ms, [])
        elif what == "updated":
            pages = [page for page in self.world.living() if page.stage in {"", "asked"}]
            self.world.restarts(300, pages)
            for page in pages:
                self.world.reconnects(page)
        elif what == "network":
            self.world.online = not self.world.online
            note(f"there is {'a' if self.world.online else 'no'} network")
            self.world.tell(type="tick")
        elif what == "clock":
            self.world.wall += pick([-86_400_000, -4000, 4000, 86_400_000], which)
        elif what == "moved" and self.world.browser.tabs:
            self.world.moves(pick(list(self.world.browser.tabs), which))
        elif what == "uncovered":
            pages = [page for page in self.world.there() if page.connected and page.signed_out_at == 0]
            for page in pages[:1]:
                page.covered = False
                self.world.tell(type="forget", ccp=page.ccp)
        self.world.settle()

    def teardown(self) -> None:
        """The end of the story: everything that has begun must end as the contract says."""
        if self.midway:
            return
        self.world.drain(self.ends)
        type(self).facts += self.world.facts
        if type(self).keeps_logs:
            self.world.ends_log()
            type(self).logs.extend(self.world.log)


def pick(those: "Sequence[Any]", which: int) -> Any:
    """One of those there are."""
    return those[which % len(those)]


def free(world: World, tab: int) -> bool:
    """Whether no CCP is in a tab, or just on its way out of it."""
    return not any(page.tab == tab and (page.living or page.stage in {"hidden", "removed"}) for page in world.pages)


def opening(world: World) -> list[Page]:
    """The pages that can be heard, whose agent is not known yet."""
    return [page for page in world.there() if page.may_be_known and page.connected and page.signed_out_at == 0]


def going(world: World) -> list[Page]:
    """The pages to which something happens next, on their way out."""
    found = [
        page
        for page in world.pages
        if (page.living and page.stage == "asked" and page.fate not in {"question", "cancelled"})
        or page.stage in {"hidden", "removed"}
    ]
    return [page for page in found if page.covered]


def framed(world: World) -> list[Page]:
    """The pages in frames that can be removed."""
    return [page for page in world.there() if page.frame > 0]


def left(world: World) -> list[Page]:
    """The pages that were left by a link, whose tabs show something else now."""
    return [
        page
        for page in world.pages
        if page.fate == "leave"
        and page.stage == "gone"
        and page.tab in world.browser.tabs
        and page.frame == 0
        and page.covered
        and page.signed_out_at == 0
        and not page.kept
        and world.now < page.gone_at + 100_000
        and free(world, page.tab)
    ]


def holding(world: World) -> list[Page]:
    """The pages in which the agent stayed, and our dialog is open."""
    return [page for page in world.living() if page.holds and page.connected and page.stage == ""]


def happens(world: World, account: Account, what: str) -> None:
    """Something happens to an agent, at the server."""
    if what == "call":
        world.numbers += 1
        account.contacts[f"contact{world.numbers}"] = True
        account.error = False
        account.rest(world.true)
    elif what == "acw":
        account.contacts.update(dict.fromkeys(account.contacts, False))
        account.since = world.true
    elif what == "over":
        account.contacts.clear()
        account.rest(world.true)
    elif what == "missed":
        if not account.contacts:
            account.error = True
            account.since = world.true
    else:
        account.choose(what, True, world.true)
