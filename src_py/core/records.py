"""The shapes of everything that is stored or sent. For the type checker only: never compiled.

Every record is plain JSON: it survives storage, messages and a dump as it is. Times are
milliseconds since 1970 (``Date.now()``); a time of 0 means "not yet". Texts that do not apply are "".
"""

from typing import Any, Literal, TypedDict

# The life of a CCP (core/life.py). A record that has ended has one of the last four.
Phase = Literal[
    "opening", "open", "asked", "gone", "away", "leaving", "confirmed", "failed", "unconfirmed", "superseded"
]
# How a CCP went: its page said so; it did not; or the agent signed out.
Way = Literal["", "closed", "vanished", "signed_out"]
# Where the tab of a CCP that goes is bound for: nowhere, or not known; the CCP again; no CCP (there may be no tab any
# more); or somewhere, and it is not to be seen yet where.
Bound = Literal["", "ccp", "elsewhere", "unknown"]
# What the dialog in a CCP is about: the browser asks; tries are offered; tries before the agent's eyes; their end;
# leaving all the same.
Dialog = Literal["", "asking", "offered", "tries", "failed", "confirmed", "let_go"]
# What a dialog shows: a departure that may be tried, that is tried, that failed, is confirmed, may go on although it
# failed; or failures from before.
DialogPhase = Literal["offered", "trying", "waiting", "failed", "confirmed", "let_go", "earlier"]


class Agent(TypedDict):
    """What a CCP knows of its agent. ARNs are "" where there is none.

    ``name`` and ``state_type`` are what everybody sees, a system state such as Busy included, and ``since`` when that
    began (ms, the server's clock; 0: not known). ``chosen_…`` is the state that was last chosen, to go back to;
    ``target_…`` the one to go to. ``contacts`` are the ids of the contacts, with blanks between; ``live``: one of
    them is more than after-contact work. ``key`` tells the agents of one desk apart without naming them.
    """

    name: str
    state_type: str
    since: float
    chosen_name: str
    chosen_arn: str
    chosen_type: str
    target_name: str
    target_arn: str
    target_type: str
    contacts: str
    live: bool
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


class Life(TypedDict):
    """One CCP, from its opening to the outcome of its departure; a failure is one that ended badly.

    Times are of the run's clock (ms; waits are measured by it), but those for people: ``at`` (when it went),
    ``settled_at`` and ``resolved_at``, by the clock on the wall.

    ``id`` names the departure, ``ccp`` the document. ``there``: its page is connected to us. ``since``: when the phase
    began. ``gone_since``: when it went. ``choosing``: the request by which the CCP asked for another state than the
    target, not yet shown; ``choosing_name``: which state. ``sent``: the page itself asked for the target when it went.
    ``slept``: the background did, since. ``trouble``: why the page could not ask. ``said``: what Streams told the page
    that asked. ``shown``: a failure that the CCP itself has shown when it was next opened.
    """

    id: str
    ccp: str
    instance: str
    url: str
    workspace: bool
    tab: int
    frame: int
    there: bool
    status: str
    phase: Phase
    since: float
    opened_at: float
    agent: Agent | None
    choosing: str
    choosing_name: str
    way: Way
    bound: Bound
    sent: bool
    slept: bool
    trouble: str
    said: str
    at: float
    gone_since: float
    departures: int
    puts: list[Put]
    dialog: Dialog
    reason: str
    detail: str
    settled_at: float
    resolved: Literal["", "dismissed", "offline", "repeated", "returned"]
    resolved_at: float
    shown: bool


class Confirmed(TypedDict):
    """What is kept of a departure that was confirmed."""

    id: str
    ccp: str
    instance: str
    at: float
    confirmed_at: float
    target_name: str


class Beside(TypedDict):
    """A tab with a CCP of an instance, of which we know nothing but that it is open; in no tab: -1 (core/unseen.py)."""

    tab: int
    url: str
    instance: str


class Asker(TypedDict):
    """A worker that asks an instance: a number for its token, and when, in ms, it asked first and last."""

    token: float
    since: float
    at: float


class Unseen(TypedDict):
    """What the network tells of CCPs of an instance that we do not see (core/unseen.py).

    ``documents``: those that we do; ``since``: the first sign, ``proven_at``: the newest, in ms of the run's clock;
    ``deaf_until``: what is heard before means nothing.
    """

    instance: str
    phase: Literal["", "perhaps", "there"]
    documents: list[str]
    askers: list[Asker]
    since: float
    proven_at: float
    deaf_until: float


class Journal(TypedDict):
    """All that is known of CCPs: ``lives`` that go on, ``past`` ones of the last minute, failures, successes.

    ``online``: whether the browser says that it has a network, which may be wrong. ``beside``: open CCPs that are none
    of ours: not reached, or left alone by the settings.

    What must outlast the browser is on disk (core/journal.py), the whole in the memory of this run.
    """

    version: int
    online: bool
    lives: list[Life]
    past: list[Life]
    failures: list[Life]
    confirmed: list[Confirmed]
    beside: list[Beside]


class Tab(TypedDict):
    """What the browser says of a tab: its status (loading, complete, unloaded), where it is, and where it goes to."""

    status: str
    url: str
    pending: str


class Decision(TypedDict):
    """What the background is to do for a CCP.

    ``do``: "look" at its tab, and tell; "deliver" the put named ``request``; say ``command`` to the "page"; "tell" the
    agent of a failure (``life``); or "withdraw" what is settled.
    """

    do: Literal["look", "deliver", "page", "tell", "withdraw"]
    ccp: str
    request: str
    command: Any
    life: Life | None


class Verdict(TypedDict):
    """What is known of a departure now: decided, or when to look again (0 = only after an event).

    ``outcome``: "" while it is open. ``deliver``: the background is to send the target state now.
    """

    outcome: Literal["", "confirmed", "failed", "unconfirmed"]
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
    """What the CCP's last API request said of how to ask: only ever in memory, for it holds the token.

    ``key``: whose token it is (Agent); 0: not asked yet.
    """

    instance: str
    address: str
    headers: list[list[str]]
    token: str
    key: int
    at: float


class Proof(TypedDict):
    """What the background's own read-only call to an instance came to: "" (not made), "taken" or "refused"."""

    instance: str
    result: Literal["", "taken", "refused"]
    detail: str


class PutBody(TypedDict):
    """What the body of a PutAgentState request says."""

    name: str
    arn: str
    type: str


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
    phase: DialogPhase
    state_name: str
    on_contact: bool
    reason: str
    tries: int
    most: int
    failures: list[Life]


class Words(TypedDict):
    """The keys of what a dialog says ("" = nothing), and the names of its buttons."""

    title: str
    why: str
    status: str
    buttons: list[str]


class View(TypedDict):
    """Everything the popup shows. ``pending``: those that go; ``open``: those that are there.

    ``uncovered``: open CCPs that we did not reach; ``left_alone``: those that the settings do not protect.
    ``kept_out``: hosts that the browser does not let us reach. ``redelivers``: whether the settings let the background
    deliver.
    """

    type: Literal["view"]
    failures: list[Life]
    pending: list[Life]
    open: list[Life]
    uncovered: list[Beside]
    left_alone: list[Beside]
    kept_out: list[str]
    last: list[Confirmed]
    proofs: list[Proof]
    redelivers: bool
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
