"""From where a CCP's worker says it asks: our own request is to say the same.

The browser tells an extension that header only at a price: while anybody asks for it, every page's requests take
a longer way (docs/measurements.md). So it is asked for until it is known for the instances whose CCPs are open,
and remembered until the browser ends.
"""

from typing import TYPE_CHECKING

from background.store import own_key
from browser.network import referrer_of, watch_referrers
from browser.storage import read_for_this_run, write_for_this_run
from browser.time import go
from core.address import instance_of, is_api

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from background.ccps import Ccps

KEY = "referrers"
# More instances than any agent works for.
MAX_KEPT = 50


class Referrers:
    """The address of each instance's worker."""

    def __init__(self, addresses: "list[str]", ccps: "Ccps") -> None:
        self._addresses = addresses
        self._ccps = ccps
        # Pairs of an instance and the address.
        self._known: list[Any] = []
        # From the first turn on: the first CCP may be what has woken us.
        self._stop: Callable[[], None] | None = watch_referrers(addresses, self._heard)

    async def load(self) -> None:
        """Go on with what was known before we slept."""
        kept = await read_for_this_run(own_key(KEY))
        if kept is not None:
            self._known = kept
            self.look()

    def of(self, instance: str) -> str:
        """The address, or "" if it is not known."""
        for pair in self._known:
            if pair[0] == instance:
                address: str = pair[1]
                return address
        return ""

    def look(self) -> None:
        """A CCP has opened, or something is known: ask the browser, or let it be."""
        unknown = [ccp for ccp in self._ccps.all() if self.of(ccp["instance"]) == ""]
        if len(unknown) > 0 and self._stop is None:
            self._stop = watch_referrers(self._addresses, self._heard)
        elif len(unknown) == 0 and len(self._known) > 0 and self._stop is not None:
            self._stop()
            self._stop = None

    def _heard(self, details: "Any") -> None:
        instance = instance_of(details.url)
        address = referrer_of(details)
        if address == "" or not is_api(details.url) or len(self._ccps.of(instance)) == 0 or self.of(instance) != "":
            return
        self._known.append([instance, address])
        self._known = self._known[-MAX_KEPT:]
        go(write_for_this_run(own_key(KEY), self._known))
        self.look()
