"""The settings in force: read at start, and again whenever they change."""

from typing import TYPE_CHECKING

from browser.storage import keys_of, on_changed, read
from browser.time import go
from core.policy import defaults
from core.policy import read as policy_from

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.records import Policy

KEY = "settings"


class Settings:
    """What administrators and agents have set.

    Attributes:
        policy: the newest; never keep it, ask again.
    """

    def __init__(self) -> None:
        self.policy: Policy = defaults()
        self._hearers: list[Callable[[], None]] = []
        on_changed(KEY, lambda: go(self.load()))

    def on_change(self, hearer: "Callable[[], None]") -> None:
        """Call ``hearer`` whenever the settings were read anew."""
        self._hearers.append(hearer)

    async def load(self) -> None:
        """Read the settings."""
        self.policy = policy_from(await read(KEY), keys_of)
        for hearer in self._hearers:
            hearer()
