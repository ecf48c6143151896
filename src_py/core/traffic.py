"""Reading the CCP's own API traffic: is this a PutAgentState, and which state does it carry?"""

from typing import TYPE_CHECKING

from core.delivery import BEARER, SERVICE, TARGET

if TYPE_CHECKING:
    from typing import Any

    from core.records import Login, PutBody

# A PutAgentState body is some 400 bytes; anything long is another call, not worth parsing.
MAX_BODY = 16384


def put_body(body: "Any") -> "PutBody | None":
    """What a parsed API request body says, if it is a PutAgentState; else ``None``.

    Of all the API's calls only PutAgentState has a ``state`` with a ``name`` and a ``type``
    (the SDK inside Streams 1.8.3 and 2.28.2 describes them all). Nothing else of the body is kept:
    it also holds the agent's bearer token.
    """
    if "state" not in body or "authentication" not in body:
        return None
    state = body["state"]
    if not _is_record(state) or "name" not in state or "type" not in state:
        return None
    if not isinstance(state["name"], str) or not isinstance(state["type"], str):
        return None
    arn = ""
    if "agentStateARN" in state and isinstance(state["agentStateARN"], str):
        arn = state["agentStateARN"]
    return {"name": state["name"], "type": state["type"], "arn": arn}


def login_from(instance: str, address: str, headers: "list[list[str]]", now: float) -> "Login | None":
    """How the CCP asks its API, from one request's headers; ``None`` if they hold no token.

    Args:
        instance: its origin.
        address: the API's, as it was asked.
        headers: name and value of those that the page gave.
        now: in milliseconds.
    """
    for header in headers:
        if header[0].lower() == BEARER and header[1] != "":
            return {
                "instance": instance,
                "address": address,
                "headers": headers,
                "token": header[1],
                "key": 0,
                "at": now,
            }
    return None


def token_of_poll(headers: "list[list[str]]") -> str:
    """The token with which a CCP's worker asks for the agent's snapshot; "" if a request is another one."""
    token = ""
    target = ""
    for header in headers:
        if header[0].lower() == BEARER:
            token = header[1]
        elif header[0].lower() == TARGET:
            target = header[1]
    return token if target == SERVICE + "GetAgentSnapshot" else ""


def _is_record(value: "Any") -> bool:
    return value is not None and not isinstance(value, (str, int, float, bool, list))
