"""The shapes of everything that is stored or sent. For the type checker only: never compiled.

Every record is plain JSON: it survives storage, messages and a dump as it is. Times are
milliseconds since 1970 (``Date.now()``); a time of 0 means "not yet". Texts that do not apply are "".
"""

from typing import Any, Literal, TypedDict

Outcome = Literal["pending", "confirmed", "superseded", "failed", "unconfirmed"]
Kind = Literal["announced", "vanished", "signed_out"]
# What our dialog in the CCP is about: a departure that is tried, that failed, is confirmed, may go on although it
# failed; or failures from before.
Phase = Literal["trying", "waiting", "failed", "confirmed", "let_go", "earlier"]


class Agent(TypedDict):
    """What a CCP knows of its agent. ARNs are ""  where there is none.

    ``name`` and ``state_type`` are what everybody sees, a system state such as Busy included;
    ``chosen_…`` is the state that was last chosen, to go back to; ``target_…`` the one to go to. ``key``
    tells the agents of one desk apart without naming them.
    """

    name: str
    state_type: str
    chosen_name: str
    chosen_arn: str
    chosen_type: str
    target_name: str
    target_arn: str
    target_type: str
    on_contact: bool
    key: int


class Put(TypedDict):
    """One PutAgentState request for the target state, as the browser saw it on the network.

    ``own``: the background sent it, and so could read the error's type (``code``) in the answer.
    ``enqueue``: it asked for the next state. ``renewed``: with a token fetched for it.
    """

    request: str
    own: bool
    enqueue: bool
    renewed: bool
    at: float
    ended_at: float
    status: int
    error: str
    code: str


class Departure(TypedDict):
    """One CCP going away, from its announcement to its outcome; a failure is one that ended badly.

    ``held``: the agent was asked by a leave dialog whether to go. ``held_at``: they stayed, so the background
    delivers while the page is there. ``shown``: a failure that the CCP itself has shown when it was next opened.
    """

    id: str
    ccp: str
    instance: str
    url: str
    kind: Kind
    at: float
    gone_at: float
    tab: int
    agent: Agent
    puts: list[Put]
    said: str
    said_at: float
    trouble: str
    held: bool
    held_at: float
    shown: bool
    outcome: Outcome
    reason: str
    detail: str
    settled_at: float
    resolved: Literal["", "dismissed", "offline", "repeated", "returned"]
    resolved_at: float


class Departing(TypedDict):
    """The page's announcement of a departure (the message "departing")."""

    at: float
    trouble: str
    last: bool
    held: bool


class Session(TypedDict):
    """An open CCP whose agent is not Offline: what is lost if the browser is killed now."""

    ccp: str
    instance: str
    url: str
    tab: int
    frame: int
    agent: Agent
    at: float


class Confirmed(TypedDict):
    """What is kept of a departure that was confirmed."""

    id: str
    ccp: str
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
    """What is known of a departure now: decided, or when to look again (0 = only after an event).

    ``deliver``: the background is to send the target state now.
    """

    outcome: Outcome
    reason: str
    detail: str
    look_again_at: float
    deliver: bool


class Retry(TypedDict):
    """How the background delivers: at most ``attempts`` tries, each wait twice the last, and an end."""

    attempts: int
    first_delay_ms: float
    within_ms: float


class Problem(TypedDict):
    """A setting that cannot be followed, who set it (policy or device), and why not, in plain words."""

    key: str
    value: str
    source: str
    reason: str


class Setting(TypedDict):
    """One setting in force, as it is stored, and where it comes from: policy, device, default."""

    key: str
    value: Any
    source: str


class Policy(TypedDict):
    """The settings in force. ``target_name``: of the state to choose; "" = the one of type offline."""

    instances: list[str]
    target_name: str
    on_reload: str
    on_contact: str
    hold: str
    unload_delay_ms: float
    redelivery: bool
    retry: Retry
    notify: bool
    sign_out: bool
    include_ccp_v2: bool
    settings: list[Setting]
    problems: list[Problem]


class Login(TypedDict):
    """What the CCP's last API request said of how to ask: only ever in memory, for it holds the token."""

    instance: str
    address: str
    headers: list[list[str]]
    token: str
    at: float


class PutBody(TypedDict):
    """What the body of a PutAgentState request says."""

    name: str
    arn: str
    type: str


class Ccp(TypedDict):
    """An open CCP. ``agent`` is None until it is known (``known_at``).

    ``told_at``, ``asked_at``: when it last told of its agent, and when another state than the target was
    last asked for. ``departed``: it has announced that it goes, and its agent's state has not changed since.
    ``quiet_signs``: how often in a row its page was there still, going nowhere. ``leaving_at``: when it
    announced that it goes, while others of its instance were open. ``held``: the departure before which the
    agent was asked. ``let_go``: the agent knows that it failed and wants to leave all the same.
    """

    ccp: str
    instance: str
    url: str
    tab: int
    frame: int
    status: str
    opened_at: float
    agent: Agent | None
    known_at: float
    told_at: float
    asked_at: float
    departed: bool
    quiet_signs: int
    leaving_at: float
    held: str
    let_go: bool


class Health(TypedDict):
    """Whether what the CCPs of an instance last asked failed: any call, and the last change of state.

    ``session_ended``: the last call was refused for want of a session, and the CCP is about to reload itself.
    """

    instance: str
    calls_fail: bool
    puts_fail: bool
    session_ended: bool


class DialogView(TypedDict):
    """Everything our dialog in the CCP shows."""

    type: Literal["dialog"]
    phase: Phase
    state_name: str
    on_contact: bool
    reason: str
    tries: int
    most: int
    failures: list[Departure]


class Words(TypedDict):
    """The keys of what a dialog says ("" = nothing), and the names of its buttons."""

    title: str
    why: str
    status: str
    buttons: list[str]


class View(TypedDict):
    """Everything the popup shows."""

    type: Literal["view"]
    failures: list[Departure]
    pending: list[Departure]
    ccps: list[Ccp]
    last: list[Confirmed]
    trouble: str


class Check(TypedDict):
    """One thing of this set-up that was looked at: what (a key of the texts), of whom, and whether it is well."""

    check: str
    subject: str
    well: bool


class OptionsView(TypedDict):
    """Everything the options page shows. ``said``: the key of what became of the last command."""

    type: Literal["options"]
    settings: list[Setting]
    problems: list[Problem]
    managed: bool
    checks: list[Check]
    said: str
    trouble: str
