"""The ports of the open CCPs, and what each page was told of its closing."""

from typing import TYPE_CHECKING

from browser.runtime import post
from browser.time import run_clock
from browser.values import same
from core.address import is_same_instance
from core.hold import health
from core.plan import plan_for

if TYPE_CHECKING:
    from typing import Any

    from background.settings import Settings
    from background.store import Store
    from core.records import Health, Life


class Ccps:
    """One port for each CCP whose page is connected."""

    def __init__(self, store: "Store", settings: "Settings") -> None:
        self._store = store
        self._settings = settings
        # Lists of a CCP's id, its port, and the plan it was told.
        self._open: list[Any] = []
        self._health: list[Health] = []

    def add(self, ccp: str, port: "Any") -> None:
        """A CCP says hello. A new port of the same one takes the old one's place."""
        self._open = [entry for entry in self._open if entry[0] != ccp]
        self._open.append([ccp, port, None])

    def remove(self, ccp: str, port: "Any") -> bool:
        """A port closed. Returns whether it was the CCP's newest: then its page is gone."""
        known = len(self._open)
        self._open = [entry for entry in self._open if entry[0] != ccp or entry[1] is not port]
        return len(self._open) < known

    def is_there(self, ccp: str) -> bool:
        """Whether a CCP's page is connected to us."""
        return len([entry for entry in self._open if entry[0] == ccp]) > 0

    def health_of(self, instance: str) -> "Health":
        """What is known of an instance; change it, then call ``tell_plans``."""
        for known in self._health:
            if known["instance"] == instance:
                return known
        made = health(instance)
        self._health.append(made)
        return made

    def all(self) -> "list[Life]":
        """Every open CCP."""
        return [life for life in self._store.journal["lives"] if self.is_there(life["ccp"])]

    def of(self, instance: str) -> "list[Life]":
        """The open CCPs of an instance."""
        return [life for life in self.all() if is_same_instance(life["instance"], instance)]

    def tab_of(self, url: str) -> int:
        """The tab that shows the CCP at this address, or -1."""
        for life in self.all():
            if life["url"] == url:
                return life["tab"]
        return -1

    def tell(self, ccp: str, command: "Any") -> None:
        """Say something to an open CCP's page; one that goes in this moment hears nothing."""
        for entry in self._open:
            if entry[0] == ccp:
                post(entry[1], command)

    def port_of(self, ccp: str) -> "Any":
        """The port of an open CCP; ``None`` if there is none."""
        for entry in self._open:
            if entry[0] == ccp:
                return entry[1]
        return None

    def tell_plans(self) -> None:
        """Each CCP learns what its closing is to be, if that has changed."""
        for entry in self._open:
            for life in self._store.journal["lives"]:
                if life["ccp"] == entry[0]:
                    policy = self._settings.policy
                    known = self.health_of(life["instance"])
                    plan = plan_for(self._store.journal, life, policy, known, run_clock())
                    if not same(plan, entry[2]):
                        entry[2] = plan
                        post(entry[1], plan)
