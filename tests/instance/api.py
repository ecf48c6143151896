"""The part of the AmazonConnectCTIService that Streams' worker calls."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import pages
from .agent import Agent, RefusedError
from .refusal import refuses
from .wire import Connection, Response, json_response

if TYPE_CHECKING:
    from collections.abc import Callable

    from .instance import Instance
    from .records import Record

SERVICE = "AmazonConnectCTIService."

# How often a waiting answer looks whether anybody still waits for it.
_LOOK = 0.25

# The treatments that are plain error answers: status, type, message.
_PUT_ERRORS: dict[str, tuple[int, str, str]] = {
    "500": (500, "InternalServiceException", "Internal service error."),
    "503": (503, "ServiceUnavailableException", "The service is unavailable."),
    "403": (403, "AccessDeniedException", "Access denied."),
    "401": (401, "UnauthorizedException", "Unauthorized."),
    "429": (429, "TooManyRequestsException", "Too many requests."),
    "400_throttling": (400, "ThrottlingException", "Rate exceeded."),
    "limit": (400, "LimitExceededException", "Limit exceeded."),
    "invalid_state": (400, "InvalidStateException", "Cannot change agent state."),
}


@dataclass
class Call:
    """One API request on its way to an answer."""

    instance: Instance
    connection: Connection
    record: Record


def answer(call: Call) -> Response | None:
    """The answer, or None: close the connection without one."""
    instance, record = call.instance, call.record
    if instance.knobs.proxy_page:
        return _proxy_page()
    if not record.target:
        return _error(400, "UnknownOperationException", "")
    if refuses(instance, record):
        return _error(403, "AccessDeniedException", "Access denied.")
    if record.target == "SendClientLogs":
        return json_response({})
    if not instance.token_is_valid(record.token):
        return _error(401, "UnauthorizedException", "Unauthorized.")
    return _METHODS.get(record.target, _plain)(call)


def _agent(call: Call) -> Agent:
    return call.instance.agent_of(call.record.username)


def _proxy_page() -> Response:
    return Response(200, pages.proxy().encode(), headers=[("Cache-Control", "no-store")])


def _error(status: int, kind: str, message: str) -> Response:
    response = json_response({"__type": kind, "message": message}, status)
    response.headers.append(("x-amzn-ErrorType", kind))
    return response


def _put_agent_state(call: Call) -> Response | None:
    instance, body = call.instance, call.record.body or {}
    treatment, turn = instance.put_answer()
    if treatment in ("dropped", "hanging"):
        if treatment == "hanging":
            _hang(call, turn)
        return None
    if treatment == "page":
        return _proxy_page()
    if treatment in _PUT_ERRORS:
        return _error(*_PUT_ERRORS[treatment])
    if instance.knobs.reject_enqueue_key and body.get("enqueueNextState"):
        return _error(400, "InvalidParameterException", "Unexpected key 'enqueueNextState'.")

    def put(agent: Agent) -> None:
        acw_ends = instance.knobs.acw_next_state == "ends"
        agent.put(body.get("state"), bool(body.get("enqueueNextState")), acw_ends)

    try:
        instance.mutate_agent(_agent(call), put)
    except RefusedError as refusal:
        return _error(400, refusal.kind, refusal.message)
    return json_response({})


def _hang(call: Call, turn: int) -> None:
    instance = call.instance
    with instance.changed:
        while instance.put_turn() == turn and not call.connection.gone():
            instance.changed.wait(_LOOK)


def _get_agent_snapshot(call: Call) -> Response | None:
    instance, agent = call.instance, _agent(call)
    seen = (call.record.body or {}).get("nextToken")
    asked = (call.record.body or {}).get("timeout")
    longest = instance.knobs.snapshot_poll_ms
    if isinstance(asked, int) and asked > 0:
        longest = min(longest, asked)
    end = time.monotonic() + longest / 1000
    with instance.changed:
        while agent.poll_token == seen:
            left = end - time.monotonic()
            if left <= 0:
                break
            if call.connection.gone():
                return None
            instance.changed.wait(min(left, _LOOK))
        return json_response(agent.snapshot(instance.knobs.state_arns))


def _queue(instance: Instance) -> dict[str, Any]:
    return {"queueARN": f"{instance.arn}/queue/basic", "name": "BasicQueue"}


def _configuration(instance: Instance, agent: Agent) -> dict[str, Any]:
    return {
        "name": f"{agent.username.capitalize()} Agent",
        "username": agent.username,
        # Without a softphone the page needs no microphone and no WebRTC.
        "softphoneEnabled": False,
        "softphoneAutoAccept": False,
        "extension": "",
        "routingProfile": {
            "name": "Basic Routing Profile",
            "routingProfileARN": f"{instance.arn}/routing-profile/basic",
            "defaultOutboundQueue": _queue(instance),
            "channelConcurrencyMap": {"VOICE": 1, "CHAT": 2, "TASK": 1},
        },
        "agentPreferences": {},
    }


def _transport(instance: Instance) -> dict[str, Any]:
    return {
        "webSocketTransport": {
            "url": f"wss://{instance.host}/connect/websocket",
            "transportLifeTimeInSeconds": 3540,
            "expiry": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3540)),
        }
    }


# The methods whose answer only depends on the instance and on whose token asks.
_PLAIN: dict[str, Callable[[Instance, Agent], dict[str, Any]]] = {
    "GetAgentConfiguration": lambda instance, agent: {"configuration": _configuration(instance, agent)},
    "GetAgentStates": lambda _, agent: {"states": [state.as_json() for state in agent.states]},
    "GetAgentPermissions": lambda _instance, _agent: {"permissions": ["outboundCall", "agentStateChange"]},
    "GetDialableCountryCodes": lambda _instance, _agent: {"countryCodes": ["us", "gb", "de"]},
    "GetRoutingProfileQueues": lambda instance, _: {"queues": [_queue(instance)]},
    "CreateTransport": lambda instance, _: _transport(instance),
}


def _plain(call: Call) -> Response:
    plain = _PLAIN.get(call.record.target)
    return json_response(plain(call.instance, _agent(call)) if plain is not None else {})


_METHODS: dict[str, Callable[[Call], Response | None]] = {
    "PutAgentState": _put_agent_state,
    "GetAgentSnapshot": _get_agent_snapshot,
}
