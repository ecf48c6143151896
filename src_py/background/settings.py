"""The settings in force: the administrator's policy over this device's own, read again whenever they change.

The browser takes up to two seconds to give the first answer of what its administrator has set (facts section 3),
and nothing at all for some seconds after an installation. So what it last said is kept, and holds until then.
"""

from typing import TYPE_CHECKING

from browser.storage import keys_of, on_changed, on_managed_changed, read, read_managed, write
from browser.time import go
from browser.values import same, words_of
from core.policy import defaults
from core.policy import read as policy_from

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from core.records import Policy, Problem

KEY = "settings"
MANAGED_KEY = "managed"


class Settings:
    """What administrators and agents have set.

    Attributes:
        policy: the newest; never keep it, ask again.
    """

    def __init__(self) -> None:
        self.policy: Policy = defaults()
        self._managed: Any = None
        self._hearers: list[Callable[[], None]] = []
        on_changed(KEY, lambda: go(self._read()))
        on_managed_changed(lambda: go(self._ask_administrator()))

    def on_change(self, hearer: "Callable[[], None]") -> None:
        """Call ``hearer`` whenever the settings were read anew."""
        self._hearers.append(hearer)

    async def load(self) -> None:
        """Read the settings; what the administrator says now follows when the browser knows it."""
        self._managed = await read(MANAGED_KEY)
        await self._read()
        go(self._ask_administrator())

    async def keep(self, own: "Any") -> str:
        """Store the settings of this device; returns "" or why that failed."""
        return await write(KEY, own)

    def problems_of(self, own: "Any") -> "list[Problem]":
        """What could not be followed of a device's settings, before they are stored."""
        return policy_from(None, own, keys_of, words_of)["problems"]

    async def own(self) -> "Any":
        """The settings of this device, as they are stored."""
        return await read(KEY)

    async def _read(self) -> None:
        self.policy = policy_from(self._managed, await read(KEY), keys_of, words_of)
        for hearer in self._hearers:
            hearer()

    async def _ask_administrator(self) -> None:
        managed = await read_managed()
        if not same(managed, self._managed):
            self._managed = managed
            await write(MANAGED_KEY, managed)
            await self._read()
