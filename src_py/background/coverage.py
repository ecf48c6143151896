"""Coverage: which documents are protected. What the settings change takes effect in open CCPs, without a reload."""

from typing import TYPE_CHECKING

from background.store import own_key
from browser.scripts import put_everywhere, set_extra_scripts
from browser.storage import read_for_this_run, write_for_this_run
from browser.tabs import all_tabs
from browser.time import go, later
from browser.values import random_id, words_of
from core.address import host_of, instance_of, is_ccp, is_ccp_v2, may_be_ccp, plain_ccp
from core.instances import is_covered

if TYPE_CHECKING:
    from typing import Any

    from background.ccps import Ccps
    from background.lives import Lives
    from background.settings import Settings
    from background.warning import Warning
    from core.records import Uncovered

# What was covered when the settings were last looked at, in one text.
KEY = "coverage"
UNCOVERED_KEY = "uncovered"
# A page that can answer has done so by then.
REACHED_MS = 3000
# The manifest names the CCPv1; these come and go with the setting ``includeCcpV2``.
V2_ADDRESSES = [
    "https://*.awsapps.com/connect/ccp-v2",
    "https://*.awsapps.com/connect/ccp-v2?*",
    "https://*.awsapps.com/connect/ccp-v2/*",
    "https://*.my.connect.aws/ccp-v2",
    "https://*.my.connect.aws/ccp-v2?*",
    "https://*.my.connect.aws/ccp-v2/*",
    "https://*.my.connect.aws/connect/ccp-v2",
    "https://*.my.connect.aws/connect/ccp-v2?*",
    "https://*.my.connect.aws/connect/ccp-v2/*",
]


class Coverage:
    """Knows which addresses are protected, and sees to it that those are, and no others.

    Attributes:
        uncovered: tabs that show a CCP which none of our scripts has reached.
        twins: whether a second copy of this extension is at work in the same pages.
    """

    def __init__(self, settings: "Settings", ccps: "Ccps", lives: "Lives", warning: "Warning") -> None:
        self._settings = settings
        self._ccps = ccps
        self._lives = lives
        self._warning = warning
        self.uncovered: list[Uncovered] = []
        self.twins = False

    def covers(self, url: str) -> bool:
        """Whether the settings in force protect what is at this address."""
        policy = self._settings.policy
        if not is_ccp(url) and not (policy["include_ccp_v2"] is True and is_ccp_v2(url)):
            return False
        return is_covered(host_of(url), policy["instances"])

    async def follow(self) -> None:
        """The settings were read anew: let what is open be as they say."""
        policy = self._settings.policy
        wanted = str(policy["include_ccp_v2"]) + " " + " ".join(policy["instances"])
        # Not in memory: it is the change of a setting that wakes a background which has nothing to look after.
        before = await read_for_this_run(own_key(KEY))
        if before == wanted:
            return
        await write_for_this_run(own_key(KEY), wanted)
        go(set_extra_scripts(V2_ADDRESSES if policy["include_ccp_v2"] else []))
        for life in self._ccps.all():
            if not self.covers(life["url"]):
                # It does not go away: nothing of it is to be undone or delivered.
                self._ccps.tell(life["ccp"], {"type": "retire"})
                self._lives.take({"type": "forget", "ccp": life["ccp"]})
        if before is not None:
            self.reach()

    def reach(self) -> None:
        """Put our scripts into what is open already; where a copy of us is at work, nothing happens."""
        go(put_everywhere("content.js"))
        later(lambda: go(self.look()), REACHED_MS)

    async def load(self) -> None:
        """Go on with what was known before we slept."""
        kept = await read_for_this_run(own_key(UNCOVERED_KEY))
        if kept is not None:
            self.uncovered = kept

    async def look(self) -> None:
        """Which CCPs did we not reach? Those that we did not, and that are gone now, are told of."""
        reached = [life["tab"] for life in self._ccps.all()]
        tabs = await all_tabs()
        shown = [tab for tab in tabs if may_be_ccp(tab["url"])]
        found: list[Uncovered] = [tab for tab in shown if self.covers(tab["url"]) and tab["tab"] not in reached]
        now_open = [tab["tab"] for tab in shown]
        for before in self.uncovered:
            tab = before["tab"]
            if tab not in now_open and not self._lives.is_known(tab):
                url = before["url"]
                gone: Any = {
                    "type": "uncovered",
                    "ccp": random_id(),
                    "instance": instance_of(url),
                    "url": plain_ccp(url),
                }
                gone["tab"] = tab
                gone["frame"] = 0
                self._lives.take(gone)
        if words_of(found) != words_of(self.uncovered):
            self.uncovered = found
            await write_for_this_run(own_key(UNCOVERED_KEY), found)
            self._warning.unprotected = len(found) > 0
            self._warning.refresh()
            self._lives.changed()

    def tab_changed(self) -> None:
        """A tab has closed, or shows something new, or a script of ours has answered from it after all."""
        if len(self.uncovered) > 0:
            go(self.look())
