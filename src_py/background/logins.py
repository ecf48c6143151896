"""How the CCP last asked: what our own request needs to look the same, the bearer token included.

Only ever in memory, for ten minutes at most, and only for the instance it came from. When the
background has slept and lost it, a token is fetched as Streams itself does: from
``<base>/auth/authorize``, with the agent's own cookies.
"""

from typing import TYPE_CHECKING

from browser.network import as_if_from, call, forget_rules
from browser.time import now
from core.address import api_of, base_of
from core.delivery import OWN_ANSWER_MS, answered_well
from core.traffic import login_from

if TYPE_CHECKING:
    from typing import Any

    from background.referrers import Referrers
    from core.records import Login

# An open CCP asks at least every 30 s, so what is older than this belongs to a CCP long gone.
KEEP_MS = 600000


class Logins:
    """The newest login of each instance."""

    def __init__(self, referrers: "Referrers") -> None:
        self._referrers = referrers
        self._logins: list[Login] = []
        # Their places are the numbers of the rules that dress our requests.
        self._instances: list[str] = []
        self._ready = forget_rules()

    def seen(self, instance: str, address: str, headers: "list[list[str]]") -> None:
        """An API request of the CCP's, whichever it was."""
        login = login_from(instance, address, headers, now())
        if login is not None:
            self._keep(login)

    def of(self, instance: str) -> "Login | None":
        """The newest login of an instance, if there is one."""
        self._forget_old()
        for login in self._logins:
            if login["instance"] == instance:
                return login
        return None

    def forget(self, instance: str) -> None:
        """The last departure of an instance has ended: nothing of it is needed any more."""
        self._logins = [login for login in self._logins if login["instance"] != instance]

    async def renew(self, instance: str, url: str) -> "Any":
        """Fetch a new token as Streams does (facts section 6).

        Args:
            instance: its origin.
            url: the address of its CCP.

        Returns:
            A record: ``login``, or ``None`` and why in ``status`` and ``error``, which never look like a yes:
            what comes from there is no answer to a change of state.
        """
        before = self.of(instance)
        await self.dress(instance, url)
        answer = await call("GET", base_of(url) + "/auth/authorize", [], None, OWN_ANSWER_MS)
        body = answer["body"]
        if body is None or answer["status"] != 200 or not isinstance(body["accessToken"], str):
            if answered_well(answer["status"]):
                # A sign-in page, or half an answer.
                return {"login": None, "status": 0, "error": "redirected"}
            return {"login": None, "status": answer["status"], "error": answer["error"]}
        login: Login
        if before is not None:
            login = before
        else:
            login = {
                "instance": instance,
                "address": api_of(url),
                "headers": [
                    ["X-Amz-Target", ""],
                    ["Content-Type", "application/x-amz-json-1.0"],
                    ["X-Amz-Bearer", ""],
                ],
                "token": "",
                "at": 0,
            }
        login["token"] = body["accessToken"]
        login["at"] = now()
        self._keep(login)
        return {"login": login, "status": 0, "error": ""}

    async def dress(self, instance: str, url: str) -> None:
        """Let our next requests to an instance look as if the worker of the CCP at ``url`` made them."""
        await self._ready
        referrer = self._referrers.of(instance)
        if referrer == "":
            # A CCP's address ends in "#", which no request tells.
            referrer = url[:-1]
        if instance not in self._instances:
            self._instances.append(instance)
        await as_if_from(self._instances.index(instance) + 1, instance, referrer)

    def _keep(self, login: "Login") -> None:
        self._logins = [other for other in self._logins if other["instance"] != login["instance"]]
        self._logins.append(login)

    def _forget_old(self) -> None:
        self._logins = [login for login in self._logins if login["at"] > now() - KEEP_MS]
