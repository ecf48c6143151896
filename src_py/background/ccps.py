"""The open CCPs: one port each. A port that closes is a page that is gone."""

from typing import TYPE_CHECKING

from core.agent import is_there
from core.hold import asks, health

if TYPE_CHECKING:
    from typing import Any

    from background.settings import Settings
    from core.records import Ccp, Health, Policy, Session


class Ccps:
    """Every open CCP document of every instance."""

    def __init__(self, settings: "Settings") -> None:
        self._settings = settings
        # Pairs of a CCP's record and its port.
        self._open: list[Any] = []
        # For how long the unload is to be delayed.
        self._delay_ms: float = 0
        # What is known of each instance.
        self._health: list[Health] = []
        settings.on_change(self._tell_all)

    def add(self, ccp: "Ccp", port: "Any") -> None:
        """A CCP said hello; the others of its instance learn that they are not the last."""
        self._open.append([ccp, port])
        self.tell_others(ccp["instance"])

    def remove(self, ccp: "Ccp") -> None:
        """A CCP is gone."""
        self._open = [pair for pair in self._open if pair[0]["ccp"] != ccp["ccp"]]
        self.tell_others(ccp["instance"])

    def set_delay(self, delay_ms: float) -> None:
        """For how long (ms) a CCP that goes is to delay the unload."""
        if self._delay_ms != delay_ms:
            self._delay_ms = delay_ms
            self._tell_all()

    def health_of(self, instance: str) -> "Health":
        """What is known of an instance; change it, then call ``tell_others``."""
        for known in self._health:
            if known["instance"] == instance:
                return known
        made = health(instance)
        self._health.append(made)
        return made

    def at(self, tab: int, frame: int) -> "Ccp | None":
        """The open CCP in this frame, the newest if one is just taking another's place."""
        found: Ccp | None = None
        for pair in self._open:
            if pair[0]["tab"] == tab and pair[0]["frame"] == frame:
                found = pair[0]
        return found

    def all(self) -> "list[Ccp]":
        """Every open CCP."""
        return [pair[0] for pair in self._open]

    def find(self, ccp_id: str) -> "Ccp | None":
        """The open CCP with this id."""
        for pair in self._open:
            if pair[0]["ccp"] == ccp_id:
                found: Ccp = pair[0]
                return found
        return None

    def of(self, instance: str) -> "list[Ccp]":
        """The open CCPs of an instance."""
        return [pair[0] for pair in self._open if pair[0]["instance"] == instance]

    def count(self, instance: str) -> int:
        """How many CCPs of an instance have an agent. One that has none, broken perhaps, keeps nobody reachable."""
        return len([ccp for ccp in self.of(instance) if ccp["agent"] is not None])

    def tab_of(self, url: str) -> int:
        """The tab that shows the CCP at this address, or -1."""
        for pair in self._open:
            if pair[0]["url"] == url:
                tab: int = pair[0]["tab"]
                return tab
        return -1

    def tell(self, ccp: "Ccp", command: "Any") -> None:
        """Say something to an open CCP's page; one that goes in this moment hears nothing."""
        for pair in self._open:
            if pair[0]["ccp"] == ccp["ccp"]:
                pair[1].postMessage(command)

    def retire(self, ccp: "Ccp") -> None:
        """An open CCP is not ours any more: our scripts in it fall silent, and its port closes."""
        self.tell(ccp, {"type": "retire"})

    def tell_others(self, instance: str) -> None:
        """Each CCP of an instance learns how many others there are, and what its closing is to be."""
        policy = self._settings.policy
        known = self.count(instance)
        for pair in self._open:
            ccp = pair[0]
            if ccp["instance"] == instance:
                others = known
                if ccp["agent"] is not None:
                    others = known - 1
                pair[1].postMessage(
                    {
                        "type": "others",
                        "count": others,
                        "delay_ms": self._delay_ms,
                        "ask": asks(policy["hold"], self.health_of(instance), ccp["held"] != "", ccp["let_go"]),
                        "target": policy["target_name"],
                        "skip": policy["on_contact"] == "skip",
                    }
                )

    def _tell_all(self) -> None:
        for pair in self._open:
            self.tell_others(pair[0]["instance"])


def must_go_offline(ccp: "Ccp", policy: "Policy") -> bool:
    """Whether this CCP's agent is known, to be set Offline, and not already the matter of a departure."""
    agent = ccp["agent"]
    if agent is None or ccp["departed"]:
        return False
    if agent["on_contact"] and policy["on_contact"] == "skip":
        return False
    # Asked for a moment ago, another state may be the truth before the page shows it.
    return not is_there(agent) or ccp["asked_at"] > ccp["told_at"]


def session_from(ccp: "Ccp", now: float) -> "Session":
    """What the journal keeps of an open CCP whose agent is known."""
    agent: Any = ccp["agent"]
    return {
        "ccp": ccp["ccp"],
        "instance": ccp["instance"],
        "url": ccp["url"],
        "tab": ccp["tab"],
        "frame": ccp["frame"],
        "agent": agent,
        "at": now,
    }
