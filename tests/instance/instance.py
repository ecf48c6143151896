"""One simulated instance: its agents, its knobs, its records, its tokens."""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
import uuid
from typing import TYPE_CHECKING

from .agent import Agent
from .knobs import Knobs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .records import Record
    from .wire import Connection

# Every bearer token begins so, and nothing else does.
TOKEN_MARK = "simulated-token-"


class Instance:
    """The truth about one Connect instance; safe to use from any thread."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.origin = f"https://{host}"
        identifier = uuid.uuid5(uuid.NAMESPACE_DNS, host)
        self.arn = f"arn:aws:connect:us-east-1:123456789012:instance/{identifier}"
        self.changed = threading.Condition(threading.RLock())
        self.knobs = Knobs()
        self._agents: dict[str, Agent] = {}
        self.records: list[Record] = []
        self.tokens: list[str] = []
        self.signed_in = True
        # Whose each token and each session cookie is.
        self._owners: dict[str, str] = {}
        self._sessions: dict[str, str] = {}
        # Until when each token that was not revoked is good.
        self._valid: dict[str, float] = {}
        self._proof_keys: set[str] = set()
        self._proofs_used: set[str] = set()
        self._connections: set[Connection] = set()
        self._puts_treated = 0
        self._put_turns = 0
        self._agent(self.knobs.username)
        self.knobs.listen(self._turned)

    # Addresses

    @property
    def is_legacy(self) -> bool:
        """Whether this is an `awsapps.com` instance."""
        return self.host.endswith(".awsapps.com")

    @property
    def is_connect(self) -> bool:
        """Whether the host is one of Amazon Connect's, not a look-alike."""
        return self.is_legacy or self.host.endswith((".my.connect.aws", ".govcloud.connect.aws"))

    @property
    def base(self) -> str:
        """The path under which API and sign-in live."""
        return "" if self.is_connect and not self.is_legacy else "/connect"

    @property
    def ccp_path(self) -> str:
        """The CCP's path in this family of hosts."""
        return f"{self.base}/ccp"

    @property
    def ccp_url(self) -> str:
        """The CCP as the agent's bookmark has it."""
        return f"{self.origin}{self.ccp_path}#"

    # What a test asks

    @property
    def agent(self) -> Agent:
        """The agent of `knobs.username`: who loads the CCP now."""
        return self._agent(self.knobs.username)

    def agent_of(self, username: str) -> Agent:
        """The agent of this name; LookupError for one who never signed in."""
        with self.changed:
            if username != self.knobs.username and username not in self._agents:
                raise LookupError(f"no agent {username!r}; there are {[*self._agents]}")
            return self._agent(username)

    def puts(self) -> list[Record]:
        """All `PutAgentState` requests received so far."""
        with self.changed:
            return [r for r in self.records if r.target == "PutAgentState"]

    def requests(self, target: str) -> list[Record]:
        """All requests of one API method received so far."""
        with self.changed:
            return [r for r in self.records if r.target == target]

    def wait_for(
        self,
        condition: Callable[[Instance], object],
        timeout: float = 10,
        what: str = "the condition",
    ) -> None:
        """Wait until `condition(self)` is true; it is asked again at every change."""
        with self.changed:
            if self.changed.wait_for(lambda: bool(condition(self)), timeout):
                return
            last = [str(r) for r in self.records if r.target != "SendClientLogs"][-15:]
            state = self.agent.state
            following = self.agent.next_state
        raise AssertionError(
            f"{self.host}: waited {timeout:g} s for {what}; the agent is {state.name!r}"
            f" (next: {following.name if following else None!r}); last requests:\n  " + "\n  ".join(last or ["none"])
        )

    # What a test does on the server's side

    def set_state(self, name: str) -> None:
        """Set the state from outside, as a supervisor or another device would."""
        with self._changing() as agent:
            agent.choose(agent.find(name))

    def start_call(self) -> None:
        """A call is connected."""
        self.knobs.contact = "call"

    def end_call(self) -> None:
        """The customer hangs up; after-contact work begins."""
        with self._changing() as agent:
            agent.end_contact()

    def clear_contact(self) -> None:
        """After-contact work ends; the next state takes effect."""
        with self._changing() as agent:
            agent.clear_contact()

    def call_elsewhere(self) -> None:
        """A call is connected on another device, beside whatever contact is there."""
        with self._changing() as agent:
            agent.add_contact("voice", "connected")

    def acw_elsewhere(self, channel: str = "chat") -> None:
        """A contact that was on another device is in after-contact work, beside whatever is there."""
        with self._changing() as agent:
            agent.add_contact(channel, "ended")

    def ring(self) -> None:
        """A call begins to ring, on every device of the agent's."""
        with self._changing() as agent:
            agent.add_contact("voice", "connecting")

    def miss_call(self, shown: bool = False) -> None:
        """A call rings and is not taken: the agent is in an error state until they choose another.

        Whether the contact is shown until then is not known of the real server: both are here.
        """
        with self._changing() as agent:
            agent.miss_call(shown)

    def ring_and_abandon(self) -> None:
        """A call rings and the customer gives up: the same routable state, in a new period."""
        with self._changing() as agent:
            agent.ring_and_abandon()

    def revoke_tokens(self) -> None:
        """Let every token issued so far expire; an authorisation issues a new one."""
        with self.changed:
            self._valid.clear()
            self.changed.notify_all()

    def sign_out(self) -> None:
        """End the sign-in: the CCP then redirects to the sign-in page."""
        with self.changed:
            self.signed_in = False
            self._sessions.clear()
            self.changed.notify_all()
        delay = self.knobs.logout_revokes_ms
        if delay == 0:
            self.revoke_tokens()
        elif delay is not None:
            timer = threading.Timer(delay / 1000, self.revoke_tokens)
            timer.daemon = True
            timer.start()

    def sign_in(self) -> None:
        """Sign in again, as the form on the sign-in page does."""
        with self.changed:
            self.signed_in = True
            self.changed.notify_all()

    def reset(self) -> None:
        """Fresh agents, available; no records; default knobs."""
        with self.changed:
            turns = self._put_turns
            self.knobs.reset()
            # What hangs keeps hanging: let go, the browser would send it again,
            # and the fresh agents would obey a page of the past.
            self._put_turns = turns
            self.signed_in = True
            for agent in self._agents.values():
                agent.restart()
            self._mirror_contact()
            self.records.clear()
            self.changed.notify_all()

    # What the server does

    def issue_token(self, username: str) -> str:
        """A new bearer token; recognisable, so that a leak can be searched for."""
        token = f"{TOKEN_MARK}{secrets.token_hex(16)}"
        with self.changed:
            self._agent(username)
            self.tokens.append(token)
            self._owners[token] = username
            self._valid[token] = time.monotonic() + self.knobs.token_seconds
        return token

    def token_is_valid(self, token: str | None) -> bool:
        """Whether the API accepts this token now."""
        with self.changed:
            return self._valid.get(token or "", 0) > time.monotonic()

    def open_session(self, username: str) -> str:
        """A new value for the session cookie."""
        session = f"simulated-session-{secrets.token_hex(16)}"
        with self.changed:
            self._sessions[session] = username
        return session

    def session_user(self, session: str | None) -> str | None:
        """Whose this session cookie is, if the sign-in it belongs to still holds."""
        with self.changed:
            return self._sessions.get(session or "") if self.signed_in else None

    def issue_proof_key(self) -> str:
        """What one worker of the CCP's proves itself with."""
        key = secrets.token_hex(16)
        with self.changed:
            self._proof_keys.add(key)
        return key

    def proof_is_good(self, proof: str) -> bool:
        """Whether a worker of ours made this proof, and no request with it was answered before."""
        key, _, number = proof.partition(".")
        with self.changed:
            return key in self._proof_keys and number.isdigit() and proof not in self._proofs_used

    def use_proof(self, proof: str) -> None:
        """A request with this proof was answered: whoever sends it again has copied it."""
        with self.changed:
            self._proofs_used.add(proof)

    def record(self, record: Record) -> None:
        """A request was received."""
        with self.changed:
            record.username = self._owners.get(record.token or "", "")
            self.records.append(record)
            self.changed.notify_all()

    def answered(self, record: Record, status: int) -> None:
        """A request was answered."""
        with self.changed:
            record.status = status
            record.answered_at = time.time()
            self.changed.notify_all()

    def mutate_agent(self, agent: Agent, change: Callable[[Agent], None]) -> None:
        """Run `change` on an agent under the lock and tell everyone."""
        with self._changing(agent):
            change(agent)

    def put_answer(self) -> tuple[str, int]:
        """How the next `PutAgentState` is treated, and the turn of the knob it fell in."""
        with self.changed:
            first = self.knobs.put_first
            if first is not None and self._puts_treated >= first:
                return "ok", self._put_turns
            self._puts_treated += 1
            return self.knobs.put, self._put_turns

    def put_turn(self) -> int:
        """Grows each time a test turns the `put` knob: lets go what hangs since before."""
        return self._put_turns

    def attach(self, connection: Connection) -> None:
        """A connection to this host was opened."""
        with self.changed:
            self._connections.add(connection)

    def detach(self, connection: Connection) -> None:
        """A connection was closed."""
        with self.changed:
            self._connections.discard(connection)

    def _agent(self, username: str) -> Agent:
        with self.changed:
            found = self._agents.get(username)
            if found is None:
                found = self._agents[username] = Agent(username, self.arn, self.knobs.states)
            return found

    @contextlib.contextmanager
    def _changing(self, agent: Agent | None = None) -> Iterator[Agent]:
        with self.changed:
            yield agent or self.agent
            self._mirror_contact()
            self.changed.notify_all()

    def _turned(self, knob: str) -> None:
        with self.changed:
            if knob in ("put", "put_first"):
                self._puts_treated = 0
                self._put_turns += 1
            elif knob == "states":
                for agent in self._agents.values():
                    agent.list_states(self.knobs.states)
                    agent.follow_list()
            elif knob == "username":
                self._mirror_contact()
            elif knob == "contact":
                self._apply_contact(self.knobs.contact)
            elif knob == "cold" and self.knobs.cold:
                # A connection kept from before would carry one more request.
                for connection in self._connections:
                    if connection.idle:
                        connection.cut()
            elif knob == "down" and self.knobs.down:
                for connection in self._connections:
                    connection.cut()
            self.changed.notify_all()

    def _apply_contact(self, contact: str | None) -> None:
        if contact is None:
            self.agent.clear_contact()
        else:
            channel = "chat" if contact == "chat_acw" else "voice"
            self.agent.begin_contact(channel, "connected" if contact == "call" else "ended")

    def _mirror_contact(self) -> None:
        agent = self.agent
        kind: str | None = None
        if agent.live:
            kind = "call"
        elif agent.contact is not None:
            kind = "chat_acw" if agent.contact.channel == "chat" else "acw"
        # Past the listener: the agent already is what the knob now says.
        self.knobs.__dict__["contact"] = kind
