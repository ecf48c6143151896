"""How the CCP last asked: what our own request needs to look the same, the bearer token included.

Only ever in memory, for ten minutes at most, and only for the instance it came from. When the
background has slept and lost it, a token is fetched as Streams itself does: from
``<base>/auth/authorize``, with the agent's own cookies.
"""

from typing import TYPE_CHECKING

from browser.network import as_if_from, call, forget_rules
from browser.time import run_clock as now
from core.address import api_of, base_of
from core.delivery import OWN_ANSWER_MS, answered_well, headers_for
from core.messages import key_of
from core.policy import is_record
from core.traffic import login_from

if TYPE_CHECKING:
    from typing import Any

    from background.referrers import Referrers
    from core.records import Life, Login, Proof

# An open CCP asks at least every 30 s, so what is older than this belongs to a CCP long gone.
KEEP_MS = 600000
# More than all agents of a desk have at once.
MAX_KEPT = 50


class Logins:
    """The newest logins of each instance, and what our own calls there came to.

    Attributes:
        proofs: for each instance, whether it takes calls of ours.
    """

    def __init__(self, referrers: "Referrers") -> None:
        self._referrers = referrers
        self._logins: list[Login] = []
        # Their places are the numbers of the rules that dress our requests.
        self._instances: list[str] = []
        self._ready = forget_rules()
        self.proofs: list[Proof] = []

    def seen(self, instance: str, address: str, headers: "list[list[str]]") -> bool:
        """An API request of a CCP's, whichever it was. Returns whether its token is a new one."""
        login = login_from(instance, address, headers, now())
        if login is None:
            return False
        for known in self._logins:
            if known["token"] == login["token"] and known["instance"] == instance:
                known["at"] = login["at"]
                known["headers"] = headers
                return False
        self._keep(login)
        return True

    def key_of(self, instance: str, headers: "list[list[str]]") -> int:
        """Whose token a request carries (Agent); 0 if that is not known."""
        login = login_from(instance, "", headers, now())
        for known in self._logins:
            if login is not None and known["token"] == login["token"]:
                return known["key"]
        return 0

    def of(self, instance: str, key: int) -> "Login | None":
        """The newest login of an agent; else the newest of which nobody knows whose it is."""
        self._forget_old()
        found: Login | None = None
        for login in self._logins:
            if login["instance"] == instance and login["key"] in [key, 0]:
                if found is None or login["key"] == key or found["key"] == 0:
                    found = login
        return found

    def forget(self, instance: str) -> None:
        """The last departure of an instance has ended: nothing of it is needed any more."""
        self._logins = [login for login in self._logins if login["instance"] != instance]

    async def prove(self, instance: str, url: str) -> None:
        """Ask, as we would deliver, whose login this is: so it is known beforehand whether our own way works here."""
        for login in self._logins[:]:
            if login["instance"] == instance and login["key"] == 0:
                await self.dress(instance, url)
                answer = await self.ask_owner(login)
                if login["key"] == 0:
                    detail = answer["error"] if answer["error"] != "" else "HTTP " + str(answer["status"])
                    self._prove(instance, "refused", detail)

    async def ask_owner(self, login: "Login") -> "Any":
        """Ask the server whose login this is (GetAgentConfiguration, read-only), and note it. Returns its answer."""
        body = {"authentication": {"authToken": login["token"]}}
        headers = headers_for(login, "GetAgentConfiguration")
        answer = await call("POST", login["address"], headers, body, OWN_ANSWER_MS)
        try:
            username = answer["body"]["configuration"]["username"]
            if answered_well(answer["status"]) and isinstance(username, str):
                login["key"] = key_of(username)
                self._prove(login["instance"], "taken", "")
        except:
            # No answer, or not the API's.
            pass
        return answer

    def _prove(self, instance: str, result: "Any", detail: str) -> None:
        self.proofs = [proof for proof in self.proofs if proof["instance"] != instance]
        self.proofs.append({"instance": instance, "result": result, "detail": detail})

    async def renew(self, instance: str, url: str) -> "Any":
        """Fetch a new token as Streams does (facts section 6).

        Args:
            instance: its origin.
            url: the address of its CCP.

        Returns:
            A record: ``login``, or ``None`` and why in ``status`` and ``error``, which never look like a yes:
            what comes from there is no answer to a change of state.
        """
        await self.dress(instance, url)
        answer = await call("GET", base_of(url) + "/auth/authorize", [], None, OWN_ANSWER_MS)
        body = answer["body"]
        if not is_record(body) or answer["status"] != 200 or not isinstance(body["accessToken"], str):
            if answered_well(answer["status"]):
                # A sign-in page, or half an answer.
                return {"login": None, "status": 0, "error": "redirected"}
            return {"login": None, "status": answer["status"], "error": answer["error"]}
        before = [login for login in self._logins if login["instance"] == instance]
        headers = [["X-Amz-Target", ""], ["Content-Type", "application/x-amz-json-1.0"], ["X-Amz-Bearer", ""]]
        address = api_of(url)
        if len(before) > 0:
            headers = before[len(before) - 1]["headers"]
            address = before[len(before) - 1]["address"]
        login: Login = {
            "instance": instance,
            "address": address,
            "headers": headers,
            "token": body["accessToken"],
            "key": 0,
            "at": now(),
        }
        for known in before:
            if known["token"] == login["token"]:
                login["key"] = known["key"]
        self._keep(login)
        return {"login": login, "status": 0, "error": ""}

    async def is_signed_in(self, departure: "Life") -> bool:
        """Whether the session that this browser has at an instance is that of the agent who left."""
        agent: Any = departure["agent"]
        renewed = await self.renew(departure["instance"], departure["url"])
        login = renewed["login"]
        if login is not None and login["key"] == 0:
            await self.ask_owner(login)
        return login is not None and login["key"] == agent["key"]

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
        others = [known for known in self._logins if known["token"] != login["token"]]
        self._logins = others[-MAX_KEPT:]
        self._logins.append(login)

    def _forget_old(self) -> None:
        self._logins = [login for login in self._logins if login["at"] > now() - KEEP_MS]
