"""What is kept of one trial."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.instance import Instance

Key = tuple[int, str, str, str]


@dataclass
class Run:
    """One CCP that went away, once.

    `right` is what a person wants: Offline; where the CCP is there again, or still, nothing sent, the contact as
    before, no warning; where Offline is impossible, to be told. Times that could not be measured are None. `error`
    says why a trial gave no result at all.
    """

    run: int
    way: str
    condition: str
    variant: str
    streams: str
    right: bool = False
    offline: bool = False
    told: bool = False
    false_warning: bool = False
    back: bool = False
    ms_gone_to_offline: float | None = None
    ms_left_to_gone: float | None = None
    beforeunload_ms: float | None = None
    puts: int = 0
    seconds: float = 0.0
    reason: str = ""
    error: str = ""

    @property
    def key(self) -> Key:
        """Which trial this is."""
        return self.run, self.way, self.condition, self.variant

    def as_json(self) -> dict[str, Any]:
        """The record as it is written."""
        return asdict(self)


def offline_at(instance: Instance, since: float) -> float | None:
    """When the server recorded Offline after the agent left, in seconds since 1970; None: never."""
    with instance.changed:
        offline = {state.name for state in instance.agent.states if state.type == "offline"}
        for at, name in instance.agent.history:
            if at >= since and name in offline:
                return at
    return None
