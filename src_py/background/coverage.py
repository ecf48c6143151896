"""Coverage: which documents are protected. What the settings change takes effect in open CCPs, without a reload."""

from typing import TYPE_CHECKING

from background.store import own_key
from browser.scripts import put_everywhere, set_extra_scripts
from browser.storage import read_for_this_run, write_for_this_run
from browser.time import go
from core.address import host_of, is_ccp, is_ccp_v2
from core.instances import is_covered

if TYPE_CHECKING:
    from background.ccps import Ccps
    from background.settings import Settings

# What was covered when the settings were last looked at, in one text.
KEY = "coverage"
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
    """Knows which addresses are protected, and sees to it that those are, and no others."""

    def __init__(self, settings: "Settings", ccps: "Ccps") -> None:
        self._settings = settings
        self._ccps = ccps
        settings.on_change(lambda: go(self._follow()))

    def covers(self, url: str) -> bool:
        """Whether the settings in force protect what is at this address."""
        policy = self._settings.policy
        if not is_ccp(url) and not (policy["include_ccp_v2"] is True and is_ccp_v2(url)):
            return False
        return is_covered(host_of(url), policy["instances"])

    async def _follow(self) -> None:
        policy = self._settings.policy
        wanted = str(policy["include_ccp_v2"]) + " " + " ".join(policy["instances"])
        # Not in memory: it is the change of a setting that wakes a background which has nothing to look after.
        before = await read_for_this_run(own_key(KEY))
        if before == wanted:
            return
        await write_for_this_run(own_key(KEY), wanted)
        go(set_extra_scripts(V2_ADDRESSES if policy["include_ccp_v2"] else []))
        for ccp in self._ccps.all():
            if not self.covers(ccp["url"]):
                # It does not go away: nothing of it is to be undone or delivered.
                ccp["agent"] = None
                self._ccps.retire(ccp)
        if before is not None:
            # Some that are open may be covered from now on; where a copy of us is at work, nothing happens.
            go(put_everywhere("content.js"))
