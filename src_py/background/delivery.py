"""Delivery by the background: it outlives the page, so it asks for the target state when the page cannot.

A CCP's requests are made by its SharedWorker, which dies with the last page: a request still on its way
then is cut, and on a cold connection it never left (facts section 1). When to try, and what to ask, is
decided in ``core``; here is one try. Nothing is set with a login before it is known whose it is.
"""

from typing import TYPE_CHECKING

from browser.network import call
from core.delivery import OWN_ANSWER_MS, answered_well, headers_for, put_of, put_request
from core.elsewhere import works_elsewhere
from core.policy import is_record

if TYPE_CHECKING:
    from typing import Any

    from background.logins import Logins
    from core.records import Life, Login


async def deliver(life: "Life", request: str, command: "Any", logins: "Logins") -> "Any":
    """Try once to make the server record the target state.

    Args:
        life: the CCP that is gone.
        request: the id of this try.
        command: ``ask``: whether the server is to be asked first whether the agent works elsewhere; ``renew``:
            whether a new token is needed.
        logins: how the CCPs asked.

    Returns:
        The fact "tried".
    """
    try:
        return await _try(life, request, command, logins)
    except:
        # Whatever the browser refused us: a try that has no end would be the last.
        return _tried(life, request, 0, "net::ERR_FAILED", "", False)


async def _try(life: "Life", request: str, command: "Any", logins: "Logins") -> "Any":
    agent: Any = life["agent"]
    instance = life["instance"]
    renewed = False
    login: Login | None = None
    if not command["renew"]:
        login = logins.of(instance, agent["key"])
    if login is None:
        renewed = True
        answer = await logins.renew(instance, life["url"])
        login = answer["login"]
        if login is None:
            return _tried(life, request, answer["status"], answer["error"], "", True)
    else:
        await logins.dress(instance, life["url"])
    if login["key"] == 0:
        asked = await logins.ask_owner(login)
        if login["key"] == 0:
            # Whether this instance takes calls of ours is not proven, and whose login it is nobody says.
            word = asked["error"] if asked["error"] != "" else "unproven"
            return _tried(life, request, asked["status"], word, asked["code"], renewed)
    if login["key"] != agent["key"]:
        return _tried(life, request, 0, "other_agent", "", renewed)
    if command["ask"]:
        body = {"timeout": 30000, "authentication": {"authToken": login["token"]}}
        answer = await call("POST", login["address"], headers_for(login, "GetAgentSnapshot"), body, OWN_ANSWER_MS)
        if not answered_well(answer["status"]) or _word_of(answer) != "":
            # Who does not know whether somebody works there changes nothing.
            return _tried(life, request, answer["status"], _word_of(answer), answer["code"], renewed)
        if works_elsewhere(life, answer["body"]["snapshot"]):
            return _tried(life, request, 0, "elsewhere", "", renewed)
    put = put_of(life, request)
    if life["phase"] != "leaving" or put is None:
        # Meanwhile the agent has come back.
        return _tried(life, request, 0, "void", "", renewed)
    body = put_request(life, login, put["enqueue"])
    answer = await call("POST", login["address"], headers_for(login, "PutAgentState"), body, OWN_ANSWER_MS)
    return _tried(life, request, answer["status"], _word_of(answer), answer["code"], renewed)


def _word_of(answer: "Any") -> str:
    """What is wrong with an answer beside its status: a 2xx that is not in the API's own form is a web page."""
    if answer["error"] == "" and answered_well(answer["status"]) and not is_record(answer["body"]):
        return "not_api"
    error: str = answer["error"]
    return error


def _tried(life: "Life", request: str, status: int, error: str, code: str, renewed: bool) -> "Any":
    return {
        "type": "tried",
        "ccp": life["ccp"],
        "request": request,
        "status": status,
        "error": error,
        "code": code,
        "renewed": renewed,
    }
