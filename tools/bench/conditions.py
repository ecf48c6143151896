"""What network and server are like while the agent leaves."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.instance import Instance

# The simulated server closes what the browser opened ahead of need within half a second.
SETTLE_SECONDS = 0.7


@dataclass(frozen=True)
class Condition:
    """One kind of bad luck, or none.

    `round_trip_ms` other than 0: the connections are cold, too. `down_seconds`: the server is away that long.
    """

    name: str
    about: str
    round_trip_ms: int = 0
    failing_puts: int = 0
    down_seconds: float = 0
    expired: bool = False

    def prepare(self, instance: Instance) -> None:
        """Bring about what takes a moment; wait `SETTLE_SECONDS` afterwards."""
        if self.round_trip_ms:
            instance.knobs.round_trip_ms = self.round_trip_ms
            instance.knobs.cold = True

    def strike(self, instance: Instance) -> None:
        """Bring about the rest: the agent leaves right now."""
        if self.failing_puts:
            instance.knobs.put = "500"
            instance.knobs.put_first = self.failing_puts
        if self.expired:
            instance.revoke_tokens()
            instance.sign_out()
        if self.down_seconds:
            instance.knobs.down = True
            healing = threading.Timer(self.down_seconds, setattr, (instance.knobs, "down", False))
            healing.daemon = True
            healing.start()


def heal(instance: Instance) -> None:
    """A quick, healthy network again, to look at what became of the page."""
    instance.knobs.cold = False
    instance.knobs.round_trip_ms = 0
    instance.knobs.down = False


CONDITIONS = {
    each.name: each
    for each in (
        Condition("warm", "connections open, no latency"),
        Condition("cold100", "no open connection, round trip 100 ms", round_trip_ms=100),
        Condition("cold300", "no open connection, round trip 300 ms", round_trip_ms=300),
        Condition("fail2", "the first two PutAgentState answered 500", failing_puts=2),
        Condition("down5", "the server away for 5 s from the moment of leaving", down_seconds=5),
        Condition("expired", "token and session ended: Offline is impossible", expired=True),
    )
}
