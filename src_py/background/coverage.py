"""Coverage: which documents are protected. What the settings change takes effect in open CCPs, without a reload."""

from typing import TYPE_CHECKING

from background.store import own_key
from browser.permissions import granted_hosts
from browser.runtime import post
from browser.scripts import put_everywhere, shows_error
from browser.storage import read_for_this_run, write_for_this_run
from browser.tabs import all_tabs
from browser.time import go, later, run_clock
from browser.values import random_id, words_of
from core.address import base_of, host_of, instance_of, is_ccp, is_ccp_v1, is_ccp_v2, is_workspace, plain_ccp
from core.instances import is_covered, is_in, kept_out_of
from core.messages import key_of
from core.unseen import NO_TAB, OPENING_MS, hear, look, unseen

if TYPE_CHECKING:
    from typing import Any

    from background.ccps import Ccps
    from background.lives import Lives
    from background.settings import Settings
    from background.store import Store
    from background.warning import Warning
    from core.records import Beside, Unseen

# What was covered when the settings were last looked at, in one text.
KEY = "coverage"
# A page that can answer has done so by then.
REACHED_MS = 3000


class Coverage:
    """Knows which addresses are protected, and sees to it that those are, and no others.

    Attributes:
        twins: whether a second copy of this extension is at work in the same pages.
        kept_out: the hosts which the browser does not let us reach, though there are instances to protect.
    """

    def __init__(self, store: "Store", settings: "Settings", ccps: "Ccps", lives: "Lives", warning: "Warning") -> None:
        self._store = store
        self._settings = settings
        self._ccps = ccps
        self._lives = lives
        self._warning = warning
        # Lists of a port and the CCP behind it: those that the settings leave alone, wherever in a tab.
        self._resting: list[Any] = []
        self._unseen: list[Unseen] = []
        self._began = run_clock()
        self._looks = 0
        self.twins = False
        self.kept_out: list[str] = []

    def covers(self, url: str) -> bool:
        """Whether the settings in force protect what is at this address, and the browser lets us."""
        policy = self._settings.policy
        host = host_of(url)
        if is_in(host, self.kept_out):
            return False
        if not is_ccp_v1(url) and not (policy["include_ccp_v2"] is True and is_ccp_v2(url)):
            return False
        return is_covered(host, policy["instances"])

    async def follow(self) -> None:
        """The settings were read anew: let what is open be as they say."""
        await self.look_at_access()
        policy = self._settings.policy
        wanted = str(policy["include_ccp_v2"]) + " " + " ".join(policy["instances"])
        # Not in memory: it is the change of a setting that wakes a background which has nothing to look after.
        before = await read_for_this_run(own_key(KEY))
        if before != wanted:
            await write_for_this_run(own_key(KEY), wanted)
        # Two changes in a row may look like none, and a CCP may have opened between them.
        self._leave_uncovered()
        at_rest = [entry for entry in self._resting if self.covers(entry[1]["url"])]
        if before is not None and (before != wanted or len(at_rest) > 0):
            self.reach()

    def _leave_uncovered(self) -> None:
        for life in self._ccps.all():
            if not self.covers(life["url"]):
                self.leave_alone(life["ccp"], life["url"], self._ccps.port_of(life["ccp"]))

    async def look_at_access(self) -> None:
        """What does the browser let us reach?"""
        before = len(self.kept_out)
        self.kept_out = kept_out_of(await granted_hosts(), self._settings.policy["instances"])
        self._warn()
        if len(self.kept_out) > before:
            # Nobody could deliver, nor take back what a page sets that is only reloaded.
            self._leave_uncovered()
        elif len(self.kept_out) < before:
            self.reach()

    def _warn(self) -> None:
        self._warning.unprotected = len(self._store.journal["beside"]) + len(self.kept_out) > 0
        self._warning.refresh()

    def leave_alone(self, ccp: str, url: str, port: "Any") -> None:
        """A CCP that the settings do not protect: it is told so. As long as its port is open, it counts as open.

        ``ccp`` is "" while it has not said its name.
        """
        for entry in self._resting:
            if entry[0] is port:
                return
        there: Beside = {"tab": port.sender.tab.id, "url": plain_ccp(url), "instance": instance_of(url)}
        self._resting.append([port, there])
        post(port, {"type": "rest"})
        # At once, for another may be closed in this moment.
        tabs = [other for other in self._store.journal["beside"] if other["tab"] != there["tab"]]
        tabs.append(there)
        self._are_beside(tabs)
        # It does not go away: nothing of it is to be undone or delivered.
        self._lives.take({"type": "forget", "ccp": ccp})
        go(self.look())

    def closed(self, port: "Any") -> None:
        """The port of a CCP closed: if it was one that is left alone, it counts no more."""
        before = len(self._resting)
        self._resting = [entry for entry in self._resting if entry[0] is not port]
        if len(self._resting) < before:
            go(self.look())

    def reach(self) -> None:
        """Put our scripts into what is open already; where a copy of us is at work, nothing happens."""
        go(put_everywhere("content.js"))
        later(lambda: go(self.look()), REACHED_MS)

    def uncovered(self) -> "list[Beside]":
        """The tabs that show a CCP which is to be protected, and which none of our scripts has reached. Or no tab."""
        beside = self._store.journal["beside"]
        return [other for other in beside if other["tab"] == NO_TAB or self.covers(other["url"])]

    def left_alone(self) -> "list[Beside]":
        """The tabs that show a CCP which the settings do not protect."""
        beside = self._store.journal["beside"]
        return [other for other in beside if other["tab"] != NO_TAB and not self.covers(other["url"])]

    async def look(self) -> None:
        """Which CCPs did we not reach? Those that we did not, and that are gone now, are told of. All count as open."""
        self._looks = self._looks + 1
        number = self._looks
        journal = self._store.journal
        tabs = await all_tabs()
        shown = [tab for tab in tabs if is_ccp(tab["url"])]
        known = [life["tab"] for life in self._ccps.all()]
        known.extend([life["tab"] for life in journal["lives"] if life["phase"] in ["gone", "away"]])
        beside: list[Beside] = []
        for tab in shown:
            # A CCP that could not be loaded is none. One that rests has been.
            is_loaded = len([entry for entry in self._resting if entry[1]["tab"] == tab["tab"]]) > 0
            if tab["tab"] not in known and (is_loaded or not await shows_error(tab["tab"])):
                beside.append({"tab": tab["tab"], "url": tab["url"], "instance": instance_of(tab["url"])})
        if number != self._looks:
            # Another look has begun meanwhile, and knows more.
            return
        known.extend([tab["tab"] for tab in shown])
        rests = [entry[1] for entry in self._resting]
        if run_clock() < self._began + REACHED_MS:
            # Those that were there before we slept are about to connect again.
            there = [tab["tab"] for tab in tabs]
            rests.extend([other for other in journal["beside"] if other["tab"] in there])
        for other in rests:
            if other["tab"] not in known:
                known.append(other["tab"])
                beside.append(other)
        # Nobody here knows whether the page of the agent workspace has a worker of its own.
        workspaces = [instance_of(tab["url"]) for tab in tabs if is_workspace(tab["url"])]
        beside.extend(self._not_seen(beside, workspaces))
        before = self.uncovered()
        now_open = [tab["tab"] for tab in shown]
        self._are_beside(beside)
        for missed in before:
            tab = missed["tab"]
            if tab == NO_TAB:
                # Whoever has another one open works on there.
                asks = self._unseen_at(missed["instance"])["phase"] == "there"
                is_over = not asks and len(self._documents(missed["instance"], beside)) == 0
            else:
                is_over = tab not in now_open and not self._lives.is_known(tab)
            if is_over:
                url = plain_ccp(missed["url"])
                instance = missed["instance"]
                self._lives.take(
                    {"type": "uncovered", "ccp": random_id(), "instance": instance, "url": url, "tab": tab, "frame": 0}
                )

    def heard(self, instance: str, token: str) -> None:
        """A CCP's worker asks for the agent's snapshot. Is it one of those that we know of?"""
        if self._is_ours(instance):
            documents = self._documents(instance, self._store.journal["beside"])
            if hear(self._unseen_at(instance), key_of(token), documents, run_clock()):
                later(lambda: go(self.look()), OPENING_MS + 1)

    def _is_ours(self, instance: str) -> bool:
        return is_covered(host_of(instance + "/"), self._settings.policy["instances"])

    def _unseen_at(self, instance: str) -> "Unseen":
        for known in self._unseen:
            if known["instance"] == instance:
                return known
        before = [other for other in self._store.journal["beside"] if other["tab"] == NO_TAB]
        was_there = len([other for other in before if other["instance"] == instance]) > 0
        made = unseen(instance, "there" if was_there else "", run_clock())
        self._unseen.append(made)
        return made

    def _documents(self, instance: str, beside: "list[Beside]") -> "list[str]":
        """The CCPs of an instance that are open, as far as we know, or are just going."""
        found = [life["ccp"] for life in self._store.journal["lives"] if life["instance"] == instance]
        for other in beside:
            if other["instance"] == instance and other["tab"] != NO_TAB:
                found.append(str(other["tab"]))
        return found

    def _not_seen(self, beside: "list[Beside]", workspaces: "list[str]") -> "list[Beside]":
        """The CCPs that are where no extension may look. Where exactly, nobody knows."""
        for other in self._store.journal["beside"]:
            if other["tab"] == NO_TAB:
                self._unseen_at(other["instance"])
        found: list[Beside] = []
        for known in self._unseen:
            instance = known["instance"]
            documents = self._documents(instance, beside)
            documents.extend([workspace for workspace in workspaces if workspace == instance])
            look(known, documents, run_clock())
            if known["phase"] == "there" and self._is_ours(instance):
                url = plain_ccp(base_of(instance + "/") + "/ccp-v2")
                found.append({"tab": NO_TAB, "url": url, "instance": instance})
        return found

    def _are_beside(self, tabs: "list[Beside]") -> None:
        if words_of(tabs) != words_of(self._store.journal["beside"]):
            self._lives.take({"type": "beside", "tabs": tabs})
            self._warn()

    def tab_changed(self, url: str) -> None:
        """A tab has closed (""), or shows this now, or a script of ours has answered from it after all."""
        if len(self._store.journal["beside"]) > 0 or (is_ccp(url) and not self.covers(url)):
            go(self.look())
