"""One simulated instance: its agent, its knobs, its records, its tokens."""

from __future__ import annotations

import secrets
import threading
import time
import uuid
from typing import TYPE_CHECKING

from .agent import Agent
from .knobs import Knobs

if TYPE_CHECKING:
    from collections.abc import Callable

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
        self.agent = Agent(self.arn, self.knobs.states)
        self.records: list[Record] = []
        self.tokens: list[str] = []
        self.signed_in = True
        self._valid: set[str] = set()
        self._sessions: set[str] = set()
        self._connections: set[Connection] = set()
        self._puts_treated = 0
        self._put_turns = 0
        self.knobs.listen(self._turned)

    # Addresses

    @property
    def is_legacy(self) -> bool:
        """Whether this is an `awsapps.com` instance."""
        return self.host.endswith(".awsapps.com")

    @property
    def is_connect(self) -> bool:
        """Whether the host is one of Amazon Connect's, not a look-alike."""
        return self.is_legacy or self.host.endswith(".my.connect.aws")

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
        with self.changed:
            self.agent.choose(self.agent.find(name))
            self._mirror_contact()
            self.changed.notify_all()

    def start_call(self) -> None:
        """A call is connected."""
        self.knobs.contact = "call"

    def end_call(self) -> None:
        """The customer hangs up; after-contact work begins."""
        with self.changed:
            self.agent.end_contact()
            self._mirror_contact()
            self.changed.notify_all()

    def clear_contact(self) -> None:
        """After-contact work ends; the next state takes effect."""
        with self.changed:
            self.agent.clear_contact()
            self._mirror_contact()
            self.changed.notify_all()

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
        """A fresh agent, available; no records; default knobs."""
        with self.changed:
            turns = self._put_turns
            self.knobs.reset()
            # What hangs keeps hanging: let go, the browser would send it again,
            # and the fresh agent would obey a page of the past.
            self._put_turns = turns
            self.signed_in = True
            self.agent.restart()
            self.records.clear()
            self.changed.notify_all()

    # What the server does

    def issue_token(self) -> str:
        """A new bearer token; recognisable, so that a leak can be searched for."""
        token = f"{TOKEN_MARK}{secrets.token_hex(16)}"
        with self.changed:
            self.tokens.append(token)
            self._valid.add(token)
        return token

    def token_is_valid(self, token: str | None) -> bool:
        """Whether the API accepts this token now."""
        with self.changed:
            return token in self._valid

    def open_session(self) -> str:
        """A new value for the session cookie."""
        session = f"simulated-session-{secrets.token_hex(16)}"
        with self.changed:
            self._sessions.add(session)
        return session

    def session_is_valid(self, session: str | None) -> bool:
        """Whether this session cookie belongs to a sign-in that still holds."""
        with self.changed:
            return self.signed_in and session in self._sessions

    def record(self, record: Record) -> None:
        """A request was received."""
        with self.changed:
            self.records.append(record)
            self.changed.notify_all()

    def answered(self, record: Record, status: int) -> None:
        """A request was answered."""
        with self.changed:
            record.status = status
            record.answered_at = time.time()
            self.changed.notify_all()

    def mutate_agent(self, change: Callable[[Agent], None]) -> None:
        """Run `change` on the agent under the lock and tell everyone."""
        with self.changed:
            change(self.agent)
            self._mirror_contact()
            self.changed.notify_all()

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

    def _turned(self, knob: str) -> None:
        with self.changed:
            if knob in ("put", "put_first"):
                self._puts_treated = 0
                self._put_turns += 1
            elif knob == "states":
                self.agent.list_states(self.knobs.states)
                self.agent.follow_list()
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
            self.agent.begin_contact(channel, live=contact == "call")

    def _mirror_contact(self) -> None:
        contact = self.agent.contact
        kind: str | None = None
        if contact is not None:
            kind = "call" if contact.live else "acw"
            if contact.channel == "chat":
                kind = "chat_acw"
        # Past the listener: the agent already is what the knob now says.
        self.knobs.__dict__["contact"] = kind
