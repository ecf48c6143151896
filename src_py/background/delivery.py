"""Delivery by the background: it outlives the page, so it asks for the target state when the page cannot.

A CCP's requests are made by its SharedWorker, which dies with the last page: a request still on its way
then is cut, and on a cold connection it never left (facts section 1). When to try, and what to ask, is
decided by ``core.delivery``; here is one try.
"""

from typing import TYPE_CHECKING

from browser.network import call
from browser.time import now
from browser.values import random_id
from core.delivery import (
    OWN_ANSWER_MS,
    came_back,
    headers_for,
    needs_token,
    own_tries,
    put_request,
    wants_next_state,
)
from core.departure import put_ended, put_sent

if TYPE_CHECKING:
    from background.logins import Logins
    from core.records import Departure, Login, Put

# Younger than this, no departure can have been overtaken by a new choice on another device.
FRESH_MS = 3000


async def deliver(departure: "Departure", logins: "Logins") -> bool:
    """Try once to make the server record the target state; what becomes of it is written into the departure.

    Returns:
        ``False`` if the agent has chosen another state since: then nothing was sent, and nothing must be.
    """
    # What the try is to be depends on those before it.
    asks = own_tries(departure) > 0 or now() > departure["at"] + FRESH_MS
    renew = needs_token(departure)
    put = put_sent(departure, "own-" + random_id(), True, now())
    if put is None:
        return True
    try:
        return await _try(departure, put, logins, asks, renew)
    except:
        # Whatever the browser refused us: a try that has no end would be the last.
        put_ended(departure, put["request"], now(), 0, "net::ERR_FAILED", "")
        return True


async def _try(departure: "Departure", put: "Put", logins: "Logins", asks: bool, renew: bool) -> bool:
    login = logins.of(departure["instance"])
    if renew or login is None:
        put["renewed"] = True
        renewed = await logins.renew(departure["instance"], departure["url"])
        login = renewed["login"]
        if login is None:
            put_ended(departure, put["request"], now(), renewed["status"], renewed["error"], "")
            return True
    else:
        await logins.dress(departure["instance"], departure["url"])
    if asks and await _came_back(departure, login):
        return False
    if departure["outcome"] != "pending":
        # Meanwhile the agent has come back.
        return True
    put["enqueue"] = wants_next_state(departure)
    body = put_request(departure, login, put["enqueue"])
    answer = await call("POST", login["address"], headers_for(login, "PutAgentState"), body, OWN_ANSWER_MS)
    put_ended(departure, put["request"], now(), answer["status"], answer["error"], answer["code"])
    return True


async def _came_back(departure: "Departure", login: "Login") -> bool:
    """Ask for the agent's state, as a CCP does first of all; what cannot be known is no return."""
    body = {"timeout": 30000, "authentication": {"authToken": login["token"]}}
    answer = await call("POST", login["address"], headers_for(login, "GetAgentSnapshot"), body, OWN_ANSWER_MS)
    try:
        snapshot = answer["body"]["snapshot"]
        state = snapshot["state"]
        age_ms = (snapshot["snapshotTimestamp"] - state["startTimestamp"]) * 1000
        return came_back(departure, state["agentStateARN"], state["type"], age_ms, now())
    except:
        return False
