"""The agent as the server holds them: state, next state, contacts."""

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
RINGING = AgentState("PendingBusy", "system")
MISSED_CALL = AgentState("MissedCallAgent", "error")
LIVE = ("connecting", "connected")


@dataclass
class Contact:
    """A call or chat. Its id stays the same through all phases.

    `phase` is the state's name as Streams has it: "connecting" rings, "connected" is taken, "ended" is in after-contact
    work, "missed" nobody took.
    """

    channel: str
    phase: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    began: float = field(default_factory=time.time)
    since: float = field(default_factory=time.time)

    @property
    def live(self) -> bool:
        """Whether it rings or is taken."""
        return self.phase in LIVE

    def move(self, phase: str) -> None:
        """Another phase begins."""
        self.phase = phase
        self.since = time.time()

    def as_json(self) -> dict[str, Any]:
        """The contact as it stands in a snapshot."""
        inner = self.phase if self.live else "disconnected"

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
            "state": {"type": self.phase, "timestamp": self.since},
            "queue": {"queueARN": "arn:aws:connect:::queue/simulated", "name": "BasicQueue"},
            "queueTimestamp": self.began,
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
    somebody chose, `next_state` the one that follows the contacts.
    """

    def __init__(self, username: str, instance_arn: str, states: StateList) -> None:
        self.username = username
        self._instance_arn = instance_arn
        self.states: list[AgentState] = []
        self.contacts: list[Contact] = []
        self.next_state: AgentState | None = None
        self.history: list[tuple[float, str]] = []
        # Grows with every change, for ever: it is in the long poll's token, so an
        # open page must also notice a reset.
        self.version = 1
        self.list_states(states)
        self.state = self._default()
        self.chosen = self.state
        self.since = time.time()
        self.chosen_since = self.since

    @property
    def contact(self) -> Contact | None:
        """The first contact, which mostly is the only one."""
        return self.contacts[0] if self.contacts else None

    @property
    def live(self) -> bool:
        """Whether any contact is live."""
        return any(contact.live for contact in self.contacts)

    @property
    def poll_token(self) -> str:
        """What a long poll waits on; no two agents have the same, for a worker may change from one to another."""
        return f"{self.username}-{self.version}"

    def list_states(self, states: StateList) -> None:
        """Take a new list of states; a state with the same name keeps its ARN."""
        self.states = [
            AgentState(name, kind, f"{self._instance_arn}/agent-state/{_identifier(name)}") for name, kind in states
        ]

    def restart(self) -> None:
        """Begin again: available, no contact, no history."""
        self.choose(self._default())
        self.history.clear()

    def find(self, name: str) -> AgentState:
        """The listed state of this name."""
        for state in self.states:
            if state.name == name:
                return state
        raise LookupError(f"no state {name!r}; there are {[s.name for s in self.states]}")

    def follow_list(self) -> None:
        """After a new list of states: keep the current one if it is still listed."""
        # A state without an ARN is the system's own, and in no list.
        if self.state.arn is not None and self.state not in self.states:
            same_type = [s for s in self.states if s.type == self.chosen.type]
            self.choose(same_type[0] if same_type else self._default())
        else:
            self.version += 1

    def choose(self, state: AgentState) -> None:
        """A supervisor or another device sets the state: no contact rules apply."""
        self.contacts = []
        self.next_state = None
        self.chosen = state
        self._show(state)
        self.chosen_since = self.since

    def put(self, wanted: object, enqueue: bool, acw_ends: bool) -> None:
        """`PutAgentState`, by the rules; raises `RefusedError`.

        Args:
            wanted: the state of the request, as it came.
            enqueue: whether the request asks for the next state.
            acw_ends: whether after-contact work, where there is nothing else, ends with a next state too.
        """
        state = self._listed(wanted)
        if self.live:
            if not enqueue:
                # AWS's documentation of Streams, and public reports, have this answer.
                raise RefusedError(
                    "InvalidStateException",
                    "Cannot change agent state: Invalid agent or contact state.",
                )
            # AWS's guide, "Set your next status", example 2: what is in after-contact work
            # beside a live contact is cleared, and the live one stays.
            self.contacts = [contact for contact in self.contacts if contact.live]
            self.next_state = state
            self.version += 1
        elif self.contacts and enqueue and not acw_ends:
            self.next_state = state
            self.version += 1
        else:
            # The same guide, example 1: with after-contact work alone, the state applies at
            # once, and the contact is cleared. Public reports have a chat closed by it.
            self.choose(state)

    def begin_contact(self, channel: str, phase: str) -> None:
        """A contact, and no other: it arrives, or is found in after-contact work."""
        self.contacts = []
        self.add_contact(channel, phase)

    def add_contact(self, channel: str, phase: str) -> None:
        """One more contact beside those that are there."""
        self.contacts.append(Contact(channel, phase))
        self._follow_contacts()

    def end_contact(self) -> None:
        """A customer hangs up, the first whose contact is live: after-contact work begins."""
        live = [contact for contact in self.contacts if contact.live]
        if live:
            live[0].move("ended")
            self._follow_contacts()

    def clear_contact(self) -> None:
        """Every contact is over: the next state takes effect, else available."""
        if self.contacts:
            self.choose(self.next_state or self._default())

    def miss_call(self, shown: bool) -> None:
        """A call rang and was not taken; the agent stays so, the contact `shown` or not, until they choose a state."""
        self.contacts = [Contact("voice", "missed")] if shown else []
        self.next_state = None
        self._show(MISSED_CALL)

    def ring_and_abandon(self) -> None:
        """A call rang, and the customer gave up: the same state, begun anew."""
        if self.contacts or self.state.type != "routable":
            raise ValueError(f"nobody rings {self.username}, who is {self.state.name!r}")
        self._show(self.state)

    def snapshot(self, state_arns: str = "listed") -> dict[str, Any]:
        """The answer of `GetAgentSnapshot`; all its times are seconds. `state_arns` is the knob of this name."""
        shown = self.state.as_json()
        if self.state.arn is None and state_arns == "system":
            shown["agentStateARN"] = f"{self._instance_arn}/agent-state/{_identifier(self.state.name)}"
        elif self.state.arn is not None and state_arns in ("null", "null_both"):
            shown["agentStateARN"] = None
        snapshot: dict[str, Any] = {
            "state": {**shown, "startTimestamp": self.since},
            # In the samples of Streams' own tests this names the chosen state, a contact or not.
            "agentAvailabilityState": {"state": self.chosen.name, "timeStamp": self.chosen_since},
            "contacts": [contact.as_json() for contact in self.contacts],
            "snapshotTimestamp": time.time(),
        }
        if self.next_state is not None:
            following = self.next_state.as_json()
            if state_arns in ("null_next", "null_both"):
                following["agentStateARN"] = None
            snapshot["nextState"] = following
        return {"snapshot": snapshot, "nextToken": self.poll_token}

    def _default(self) -> AgentState:
        routable = [s for s in self.states if s.type == "routable"]
        return (routable or self.states)[0]

    def _listed(self, wanted: object) -> AgentState:
        if isinstance(wanted, dict):
            for state in self.states:
                if state.arn == wanted.get("agentStateARN") and state.type == wanted.get("type"):
                    return state
        raise RefusedError("InvalidStateException", "The agent state does not exist.")

    def _follow_contacts(self) -> None:
        if any(contact.phase == "connected" for contact in self.contacts):
            state = BUSY
        else:
            state = RINGING if self.live else AFTER_CALL_WORK
        if state == self.state:
            # The same period goes on, with other contacts in it.
            self.version += 1
        else:
            self._show(state)

    def _show(self, state: AgentState) -> None:
        """A new period begins, also if it is one of the same state."""
        self.version += 1
        self.since = time.time()
        if getattr(self, "state", None) != state:
            self.state = state
            self.history.append((self.since, state.name))


def _identifier(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))
