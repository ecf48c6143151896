"""The sign-off: where the settings want it, the agent's session ends too, once Offline is confirmed.

Not while the agent may be on their way back (a reload would find itself signed out), not while another CCP of the
instance is open, not on a contact, which would lose its telephone, and never another agent's session.
"""

from typing import TYPE_CHECKING

from browser.network import call
from browser.tabs import is_showing
from browser.time import go, later, now
from core.address import base_of
from core.agent import is_on_contact
from core.delivery import OWN_ANSWER_MS
from core.others import is_beside
from core.returns import RETURN_MS

if TYPE_CHECKING:
    from typing import Any

    from background.ccps import Ccps
    from background.logins import Logins
    from background.settings import Settings
    from background.store import Store
    from core.records import Life

SOON_MS = 100
# Each look asks the browser for the tab, and that keeps a worker from falling asleep meanwhile.
LOOK_MS = 1000
# A page whose departure is confirmed is gone by then, or it stays.
LEAVING_MS = 5000


class SignOff:
    """The departures after which a session is to end."""

    def __init__(self, store: "Store", ccps: "Ccps", settings: "Settings", logins: "Logins") -> None:
        self._store = store
        self._ccps = ccps
        self._settings = settings
        self._logins = logins
        # Pairs of a departure and what is waited for: its page, which is "leaving"; its tab, which shows something
        # else while the agent is "away"; or the answer, when we are "asking".
        self._due: list[Any] = []

    def confirmed(self, departure: "Life") -> None:
        """The server took Offline for this departure."""
        wanted = self._settings.policy["sign_out"]
        agent = departure["agent"]
        if wanted and departure["way"] != "signed_out" and agent is not None and not is_on_contact(agent):
            due: Any = [departure, "leaving"]
            self._due.append(due)
            self._look(due)

    def is_busy(self) -> bool:
        """Whether the browser must not end yet."""
        return len([due for due in self._due if due[1] != "away"]) > 0

    def needs(self, instance: str) -> bool:
        """Whether the login of an instance is needed still."""
        return len([due for due in self._due if due[0]["instance"] == instance]) > 0

    def _look(self, due: "Any") -> None:
        go(self._look_now(due))

    async def _look_now(self, due: "Any") -> None:
        departure = due[0]
        still_open = self._ccps.of(departure["instance"])
        own = [ccp for ccp in still_open if ccp["ccp"] == departure["ccp"]]
        is_elsewhere = len(still_open) > len(own) or is_beside(self._store.journal, departure)
        if is_elsewhere or (len(own) > 0 and now() > departure["at"] + LEAVING_MS):
            # They are back, or still there in another window, or have stayed.
            self._drop(due)
        elif len(own) > 0:
            later(lambda: self._look(due), SOON_MS)
        elif now() < departure["at"] + RETURN_MS and await is_showing(departure["tab"], ""):
            due[1] = "away"
            later(lambda: self._look(due), LOOK_MS)
        else:
            due[1] = "asking"
            await self._sign_off(departure)
            self._drop(due)

    def _drop(self, due: "Any") -> None:
        self._due = [other for other in self._due if other is not due]

    async def _sign_off(self, departure: "Life") -> None:
        try:
            if await self._logins.is_signed_in(departure):
                await call("GET", base_of(departure["url"]) + "/logout", [], None, OWN_ANSWER_MS)
        except:
            # The agent is Offline, which is what was promised; the session ends by itself in time.
            pass
