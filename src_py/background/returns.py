"""Returns: an agent who stays, or is back in the same tab within a minute, has the state from before.

A reload, a sign-in again, a leave dialog answered "Stay", a download that looked like a departure: each
sets the agent Offline first and finds out later that they never went.
"""

from typing import TYPE_CHECKING

from background.store import own_key
from browser.storage import read_for_this_run, write_for_this_run
from browser.time import go, now
from core.departure import may_have_arrived, page_gone
from core.returns import IN_DOUBT_MS, has_taken_effect, newest_of, still_counts

if TYPE_CHECKING:
    from background.ccps import Ccps
    from background.settings import Settings
    from core.records import Ccp, Departure

MAX_KEPT = 20
# A worker may sleep within the minute in which an agent may be back.
KEY = "left"


class Returns:
    """The departures of the last minute, and where they can be taken back."""

    def __init__(self, ccps: "Ccps", settings: "Settings") -> None:
        self._ccps = ccps
        self._settings = settings
        self._left: list[Departure] = []

    async def load(self) -> None:
        """Go on with what was known before we slept. Never on disk: the browser's end is no return."""
        kept = await read_for_this_run(own_key(KEY))
        if kept is not None:
            self._left = [left for left in kept if still_counts(left, now())]

    def keep(self) -> None:
        """Something has happened to a departure."""
        if len(self._left) > 0:
            go(write_for_this_run(own_key(KEY), self._left))

    def remember(self, departure: "Departure") -> None:
        """A CCP goes."""
        self._left = [left for left in self._left if still_counts(left, now())]
        self._left.append(departure)
        self._left = self._left[-MAX_KEPT:]
        self.keep()

    def gone(self, ccp: "Ccp") -> None:
        """A CCP's page is gone, whatever became of its departure before."""
        for left in self._left:
            if left["ccp"] == ccp["ccp"]:
                page_gone(left, now())
                self.keep()

    def moved(self, before: int, after: int) -> None:
        """A tab has another number now."""
        for left in self._left:
            if left["tab"] == before:
                left["tab"] = after
                self.keep()

    def restore(self, ccp: "Ccp") -> None:
        """A CCP has told its agent's state: if that is what its own departure did, take it back."""
        agent = ccp["agent"]
        left = newest_of(self._left, ccp, now())
        if agent is None or left is None:
            return
        in_doubt = now() < ccp["known_at"] + IN_DOUBT_MS
        if in_doubt and self._settings.policy["on_reload"] == "restore" and has_taken_effect(left, agent):
            self._forget(left)
            ccp["departed"] = False
            self._ccps.tell(ccp, {"type": "restore", "arn": left["agent"]["chosen_arn"]})
        elif not in_doubt or not (left["held"] or may_have_arrived(left)):
            # Nothing of ours is on its way any more: what comes next is the agent's own wish.
            self._forget(left)

    def stay(self, ccp: "Ccp", was_held: bool) -> None:
        """The page never went. If it was held, several have asked for Offline, and one may be on its way still."""
        arn = ""
        for left in self._left[:]:
            if left["ccp"] == ccp["ccp"]:
                if was_held or may_have_arrived(left):
                    arn = left["agent"]["chosen_arn"]
                if was_held:
                    # Looked at again for a moment, as if the agent were just back.
                    page_gone(left, now())
                    ccp["known_at"] = now()
                else:
                    self._forget(left)
        self._ccps.tell(ccp, {"type": "restore", "arn": arn})

    def _forget(self, departure: "Departure") -> None:
        self._left = [left for left in self._left if left["id"] != departure["id"]]
        go(write_for_this_run(own_key(KEY), self._left))
