"""The shapes of everything that is stored or sent. For the type checker only: never compiled.

Every record is plain JSON: it survives storage, messages and a dump as it is. Times are
milliseconds since 1970 (``Date.now()``); a time of 0 means "not yet". Texts that do not apply are "".
"""

from typing import Literal, TypedDict

Outcome = Literal["pending", "confirmed", "failed", "unconfirmed"]
Kind = Literal["announced", "vanished"]


class Put(TypedDict):
    """One PutAgentState request for the target state, as the browser saw it on the network.

    ``own``: the background sent it, and so could read the error's type (``code``) in the answer.
    """

    request: str
    own: bool
    at: float
    ended_at: float
    status: int
    error: str
    code: str


class Departure(TypedDict):
    """One CCP going away, from its announcement to its outcome; a failure is one that ended badly."""

    id: str
    ccp: str
    instance: str
    url: str
    kind: Kind
    at: float
    gone_at: float
    from_name: str
    target_name: str
    target_arn: str
    puts: list[Put]
    said: str
    said_at: float
    trouble: str
    outcome: Outcome
    reason: str
    detail: str
    settled_at: float
    resolved: Literal["", "dismissed", "offline", "repeated"]
    resolved_at: float


class Departing(TypedDict):
    """The page's announcement of a departure (the message "departing")."""

    at: float
    from_name: str
    target_name: str
    target_arn: str
    trouble: str


class Session(TypedDict):
    """An open CCP whose agent is not Offline: what is lost if the browser is killed now."""

    ccp: str
    instance: str
    url: str
    state_name: str
    tab: int
    at: float


class Confirmed(TypedDict):
    """What is kept of a departure that was confirmed."""

    id: str
    instance: str
    at: float
    confirmed_at: float
    target_name: str


class Journal(TypedDict):
    """All that is stored: one value under one key, so that one write is one truth."""

    version: int
    departures: list[Departure]
    failures: list[Departure]
    sessions: list[Session]
    confirmed: list[Confirmed]


class Verdict(TypedDict):
    """What is known of a departure now: decided, or when to look again (0 = only after an event)."""

    outcome: Outcome
    reason: str
    detail: str
    look_again_at: float


class PutBody(TypedDict):
    """What the body of a PutAgentState request says."""

    name: str
    arn: str
    type: str


class Ccp(TypedDict):
    """An open CCP. ``departed``: it has announced that it goes, and its agent's state has not changed since."""

    ccp: str
    instance: str
    url: str
    status: str
    state_name: str
    state_type: str
    departed: bool
    tab: int


class View(TypedDict):
    """Everything the popup shows."""

    type: Literal["view"]
    failures: list[Departure]
    pending: list[Departure]
    ccps: list[Ccp]
    last: list[Confirmed]
    trouble: str
