"""The agent as the server holds them: state, next state, contact."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .knobs import StateList


@dataclass(frozen=True)
class AgentState:
    """One state; a system state such as Busy has no ARN and cannot be chosen."""

    name: str
    type: str
    arn: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The state as the API writes it."""
        answer: dict[str, Any] = {"type": self.type, "name": self.name}
        if self.arn is not None:
            answer["agentStateARN"] = self.arn
        return answer


BUSY = AgentState("Busy", "system")
AFTER_CALL_WORK = AgentState("AfterCallWork", "system")


@dataclass
class Contact:
    """A call or chat: `live`, or in after-contact work."""

    channel: str
    live: bool
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    since: float = field(default_factory=time.time)

    def as_json(self) -> dict[str, Any]:
        """The contact as it stands in a snapshot."""
        inner = "connected" if self.live else "disconnected"

        def connection(kind: str, initial: bool) -> dict[str, Any]:
            return {
                "connectionId": f"{self.id}-{kind}",
                "endpoint": {"type": "phone_number", "phoneNumber": "+15550100"},
                "state": {"type": inner, "timestamp": self.since},
                "type": kind,
                "initial": initial,
            }

        return {
            "contactId": self.id,
            "initialContactId": self.id,
            "type": self.channel,
            "state": {"type": "connected" if self.live else "ended", "timestamp": self.since},
            "queue": {"queueARN": "arn:aws:connect:::queue/simulated", "name": "BasicQueue"},
            "queueTimestamp": self.since,
            "connections": [connection("inbound", True), connection("agent", False)],
            "attributes": {},
            "initiationMethod": "inbound",
            "contactFeatures": {"attachmentsEnabled": False},
        }


class RefusedError(Exception):
    """The agent's rules forbid a change; carries the API's error."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


class Agent:
    """The rules of Connect for one agent. The owning instance holds the lock.

    `state` is what everyone sees (Busy during a call), `chosen` the last state
    somebody chose, `next_state` the one that follows the contact.
    """

    def __init__(self, instance_arn: str, states: StateList) -> None:
        self._instance_arn = instance_arn
        self.states: list[AgentState] = []
        self.contact: Contact | None = None
        self.next_state: AgentState | None = None
        self.history: list[tuple[float, str]] = []
        # Grows with every change, for ever: it is the long poll's token, so an
        # open page must also notice a reset.
        self.version = 1
        self.list_states(states)
        self.state = self._default()
        self.chosen = self.state
        self.since = time.time()

    def list_states(self, states: StateList) -> None:
        """Take a new list of states; a state with the same name keeps its ARN."""
        self.states = [
            AgentState(name, kind, f"{self._instance_arn}/agent-state/{_identifier(name)}") for name, kind in states
        ]

    def restart(self) -> None:
        """Begin again: available, no contact, no history."""
        self.contact = None
        self.next_state = None
        self._show(self._default())
        self.chosen = self.state
        self.history.clear()

    def find(self, name: str) -> AgentState:
        """The listed state of this name."""
        for state in self.states:
            if state.name == name:
                return state
        raise LookupError(f"no state {name!r}; there are {[s.name for s in self.states]}")

    def follow_list(self) -> None:
        """After a new list of states: keep the current one if it is still listed."""
        if self.contact is None and self.state not in self.states:
            same_type = [s for s in self.states if s.type == self.chosen.type]
            self._show(same_type[0] if same_type else self._default())
            self.chosen = self.state
        else:
            self.version += 1

    def choose(self, state: AgentState) -> None:
        """A supervisor or another device sets the state: no contact rules apply."""
        self.contact = None
        self.next_state = None
        self.chosen = state
        self._show(state)

    def put(self, wanted: object, enqueue: bool) -> None:
        """`PutAgentState`, by the rules; raises `RefusedError`."""
        state = self._listed(wanted)
        if self.contact is None:
            self.chosen = state
            self.next_state = None
            self._show(state)
        elif enqueue:
            self.next_state = state
            self.version += 1
        elif self.contact.live:
            raise RefusedError(
                "InvalidStateException",
                "Cannot change agent state: Invalid agent or contact state.",
            )
        else:
            # Choosing a state ends after-contact work, and with it the contact.
            self.choose(state)

    def begin_contact(self, channel: str, live: bool) -> None:
        """A contact arrives, or is found in after-contact work."""
        self.contact = Contact(channel, live)
        self._show(BUSY if live else AFTER_CALL_WORK)

    def end_contact(self) -> None:
        """The customer hangs up: after-contact work begins."""
        if self.contact is not None:
            self.contact.live = False
            self._show(AFTER_CALL_WORK)

    def clear_contact(self) -> None:
        """After-contact work is over: the next state takes effect, else available."""
        if self.contact is None:
            return
        following = self.next_state or self._default()
        self.choose(following)

    def snapshot(self) -> dict[str, Any]:
        """The answer of `GetAgentSnapshot`."""
        snapshot: dict[str, Any] = {
            "state": {**self.state.as_json(), "startTimestamp": self.since},
            "agentAvailabilityState": {
                "state": "AVAILABLE" if self.state.type == "routable" else "OFFLINE",
                "timeStamp": self.since,
            },
            "contacts": [] if self.contact is None else [self.contact.as_json()],
            "snapshotTimestamp": time.time(),
        }
        if self.next_state is not None:
            snapshot["nextState"] = self.next_state.as_json()
        return {"snapshot": snapshot, "nextToken": str(self.version)}

    def _default(self) -> AgentState:
        routable = [s for s in self.states if s.type == "routable"]
        return (routable or self.states)[0]

    def _listed(self, wanted: object) -> AgentState:
        if isinstance(wanted, dict):
            for state in self.states:
                if state.arn == wanted.get("agentStateARN") and state.type == wanted.get("type"):
                    return state
        raise RefusedError("InvalidStateException", "The agent state does not exist.")

    def _show(self, state: AgentState) -> None:
        self.version += 1
        self.since = time.time()
        if getattr(self, "state", None) != state:
            self.state = state
            self.history.append((self.since, state.name))


def _identifier(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))
