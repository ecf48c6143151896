"""One turn of the life of the CCPs: a fact comes in, at a time, under a policy; decisions go out."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from core.records import Decision, Journal, Life, Policy


class Turn:
    """What every rule of the life goes by.

    Attributes:
        journal: all that is known; changed in place.
        now: ms of a clock that never goes back while the background runs.
        wall: ms since 1970, for people.
        policy: the settings in force.
        decisions: what the background is to do, in this order.
    """

    def __init__(self, journal: "Journal", now: float, wall: float, policy: "Policy") -> None:
        self.journal = journal
        self.now = now
        self.wall = wall
        self.policy = policy
        self.decisions: list[Decision] = []

    def decide(self, what: "Any", life: "Life", command: "Any" = None, request: str = "") -> None:
        """Add what the background is to do for a CCP."""
        self.decisions.append({"do": what, "ccp": life["ccp"], "request": request, "command": command, "life": life})

    def drop(self, life: "Life") -> None:
        """Forget a CCP."""
        # Whoever still holds it (a try under way, a loop) sees that it is over.
        life["phase"] = "superseded"
        self.journal["lives"] = [other for other in self.journal["lives"] if other is not life]
