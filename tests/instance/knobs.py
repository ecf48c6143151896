"""What a test can turn on one simulated instance, while it runs."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

StateList = list[tuple[str, str]]

ENGLISH: StateList = [
    ("Available", "routable"),
    ("Offline", "offline"),
    ("Lunch", "not_routable"),
    ("Training", "not_routable"),
]
SPANISH: StateList = [
    ("Disponible", "routable"),
    ("Sin conexión", "offline"),
    ("Almuerzo", "not_routable"),
    ("Formación", "not_routable"),
]
RENAMED: StateList = [
    ("Ready", "routable"),
    ("End of shift", "offline"),
    ("Offline training", "not_routable"),
    ("Break", "not_routable"),
]
NO_OFFLINE: StateList = [
    ("Available", "routable"),
    ("Lunch", "not_routable"),
    ("Training", "not_routable"),
]

PUT_ANSWERS = (
    "ok",
    "500",
    "503",
    "403",
    "401",
    "429",
    "400_throttling",
    "limit",
    "invalid_state",
    "dropped",
    "hanging",
    "page",
)
STREAMS_LOADING = ("normal", "late", "never", "throws")
CONTACTS = (None, "call", "acw", "chat_acw")
ACW_NEXT_STATES = ("keeps", "ends")
MIGRATED = (None, "redirect", "script", "in_place")
STATE_ARNS = ("listed", "null", "null_next", "null_both", "system")
REFUSALS = (None, "origin", "header", "cookies")

# A typing slip in a test must fail there, not look like a passing test.
_ALLOWED: dict[str, tuple[str | None, ...]] = {
    "put": PUT_ANSWERS,
    "streams_loading": STREAMS_LOADING,
    "contact": CONTACTS,
    "acw_next_state": ACW_NEXT_STATES,
    "migrated": MIGRATED,
    "state_arns": STATE_ARNS,
    "refuse_own": REFUSALS,
}


@dataclass
class Knobs:
    """The settings of one instance; each may be assigned at any time, from any thread.

    `latency_ms` holds milliseconds by API method (`"PutAgentState"`, `"authorize"`,
    `"page"`), with `"default"` for the rest; put it in place whole or by key.
    `authorize_page=True` lets `auth/authorize` answer 200 with a page instead of a token.
    `token_seconds` is how long a token lives: an hour, say public reports (Streams' issues 622 and 969).
    `logout_revokes_ms` says how long after the log-out the tokens die with the session; None: never. At once is the
    worst that may be, for what the real server does is not known.
    `logout_sets_offline` is a CCPv2 that sets its agent Offline before it logs out, as AWS's guide has it ("Log out
    agents automatically when they close their CCP").
    `unload_denied=True` has the CCP's page say `Permissions-Policy: unload=()`, by now Chrome's own default, so that no
    `unload` handler runs: Streams says in one that a CCP is gone.
    `state_arns` is which states in a snapshot have an ARN: what is chosen, as "listed"; or it is "null" there, or in
    the next state ("null_next"), or in both, as in the samples of Streams' own tests (`sample-snapshots.js`), though
    the list has it; or the "system" states have one too (Streams' issue 908).
    `page_headers`, if any, are the CCP page's headers instead of `Cache-Control: no-store`.
    `username` is who signs in, and whose the CCPs loaded from now on are; what is open stays whose it was.
    `contact` is what that agent is on: a live contact before others, else the first.
    `put="page"` is a proxy's page with status 200 in place of the answer; `proxy_page=True` the same for the whole API.
    `acw_next_state` says what a next state does to after-contact work where there is no live contact:
    it "ends" it at once, which is what AWS's guide says ("Set your next status"), or "keeps" it until it is cleared.
    `migrated` is what `/ccp` is in an instance that AWS has moved to CCPv2 ("resolves to /ccp-v2", says its guide, and
    not how): a `redirect`, a page whose `script` leads there, or CCPv2 `in_place`.
    `refuse_own` is a server that takes the CCP's requests and not an extension's (`refusal.py` has the ways);
    turn it before the CCP is loaded, for the CCP gets then what it needs.
    `down=True` is a server that is away: it cuts every connection and answers no request, the API's or another.
    """

    streams: str = "1.8.3"
    latency_ms: dict[str, int] = field(default_factory=dict)
    round_trip_ms: int = 0
    cold: bool = False
    put: str = "ok"
    put_first: int | None = None
    states: StateList = field(default_factory=lambda: list(ENGLISH))
    contact: str | None = None
    acw_next_state: str = "ends"
    state_arns: str = "listed"
    migrated: str | None = None
    reject_enqueue_key: bool = False
    streams_loading: str = "normal"
    late_ms: int = 10_000
    leave_dialog: bool = False
    username: str = "alex"
    authorize_page: bool = False
    page_script: str = ""
    page_headers: list[tuple[str, str]] = field(default_factory=list)
    snapshot_poll_ms: int = 30_000
    token_seconds: float = 3600
    logout_revokes_ms: int | None = 0
    logout_sets_offline: bool = False
    unload_denied: bool = False
    refuse_own: str | None = None
    proxy_page: bool = False
    down: bool = False

    def __setattr__(self, name: str, value: object) -> None:
        """Turn a knob; ValueError or AttributeError for what does not exist."""
        allowed = _ALLOWED.get(name)
        if allowed is not None and value not in allowed:
            raise ValueError(f"knob {name}: {value!r} is none of {allowed}")
        if not name.startswith("_") and name not in self.__dataclass_fields__:
            raise AttributeError(f"there is no knob {name!r}")
        object.__setattr__(self, name, value)
        listener: Callable[[str], None] | None = self.__dict__.get("_listener")
        if listener is not None and not name.startswith("_"):
            listener(name)

    def listen(self, listener: Callable[[str], None]) -> None:
        """Have `listener` called with the name of each knob after it was turned."""
        self.__dict__["_listener"] = listener

    def reset(self) -> None:
        """Turn every knob back to its default."""
        for knob in fields(self):
            if knob.default_factory is not MISSING:
                setattr(self, knob.name, knob.default_factory())
            else:
                setattr(self, knob.name, knob.default)

    def latency(self, method: str) -> float:
        """The seconds the server takes over `method`, network not counted."""
        latencies = self.latency_ms
        return latencies.get(method, latencies.get("default", 0)) / 1000
