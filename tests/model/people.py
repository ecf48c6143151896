"""Who and what is in a story: agents and their server's truth, browser tabs, pages, requests. Nothing here judges."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.records import Agent, Tab

INSTANCES = ["https://acme.awsapps.com", "https://globex.my.connect.aws"]
PATHS = ["/connect/ccp-v2", "/ccp-v2"]
# The states of every instance, by name, with their types.
STATES = {"Available": "routable", "Lunch": "not_routable", "End of shift": "not_routable", "Offline": "offline"}
TO_WORK = ["Available", "Lunch"]
# How far the server's clock is from the browser's.
SERVER_AHEAD_MS = 3_600_000.0


def arn_of(instance: str, name: str) -> str:
    """The ARN of a state of an instance."""
    return f"arn:{instance[8:12]}:{name}"


@dataclass
class Account:
    """An agent as their instance's server has them: the truth."""

    instance: str
    key: int
    name: str = "Available"
    error: bool = False
    # What will hold when the contact is over.
    following: str = ""
    # Whether each contact is more than after-contact work.
    contacts: dict[str, bool] = field(default_factory=dict)
    since: float = 0
    # Some servers leave the ARNs of states out of a snapshot.
    names_only: bool = False

    def choose(self, name: str, enqueue: bool, at: float) -> bool:
        """A state is asked for; whether the server takes it."""
        if any(self.contacts.values()):
            if not enqueue:
                return False
            self.following = name
            return True
        # Any change of state ends after-contact work.
        self.contacts.clear()
        self.name, self.error, self.following, self.since = name, False, "", at
        return True

    def rest(self, at: float) -> None:
        """The contacts changed: what was to follow holds once there is none."""
        self.since = at
        if not self.contacts and self.following:
            self.name, self.following = self.following, ""

    def seen_as(self) -> tuple[str, str]:
        """The name and the type of the state that everybody sees."""
        if any(self.contacts.values()):
            return "Busy", "system"
        if self.contacts:
            return "AfterCallWork", "system"
        if self.error:
            return "MissedCallAgent", "error"
        return self.name, STATES[self.name]

    def told(self, target: str) -> "Agent":
        """What a CCP tells of this agent."""
        name, state_type = self.seen_as()
        return {
            "name": name,
            "state_type": state_type,
            "since": self.since + SERVER_AHEAD_MS,
            "chosen_name": self.name,
            "chosen_arn": "" if self.names_only else arn_of(self.instance, self.name),
            "chosen_type": STATES[self.name],
            "target_name": target,
            "target_arn": arn_of(self.instance, target),
            "target_type": STATES[target],
            "contacts": " ".join(sorted(self.contacts)),
            "live": any(self.contacts.values()),
            "key": self.key,
        }


@dataclass
class Page:
    """A document in which an agent works, or did."""

    ccp: str
    instance: str
    url: str
    tab: int
    frame: int
    opened_at: float
    # 0 until the page knows its agent.
    key: int = 0
    living: bool = True
    # Whether its port is open.
    connected: bool = True
    # Whether settings still cover it.
    covered: bool = True
    status: str = "waiting"
    # What it last told of its agent.
    told: "Agent | None" = None
    told_at: float = 0
    # A state that it asked for and the server took or may take, not yet told.
    chosen_since: bool = False
    # "" (there), "asked", "hidden", "removed" (its tab is), "gone".
    stage: str = ""
    # What the person wants: "question" (nothing, in the end), "close", "reload", "leave", "frame" (only it goes).
    fate: str = ""
    was_asked: bool = False
    # Whether anybody can tell, when it was asked, that it is to be closed.
    closes: bool = False
    # It says again and again that it is there, until it hears that it stays.
    says: bool = False
    asked_at: float = 0
    gone_at: float = 0
    # It went after the background slept, before it said hello again: only its tab may tell.
    unseen: bool = False
    # What it heard from the background: that it is the last; that its tab reloads (unless that word comes too late).
    told_last: bool = False
    told_reloads: bool = False
    hears_late: bool = False
    # A leave dialog was asked for; the agent stayed in it, and has not decided to work on.
    held: bool = False
    holds: bool = False
    let_go: bool = False
    # When the agent signed out in it, or 0.
    signed_out_at: float = 0
    # Those that go together (the browser quits, or all reload), or 0.
    group: int = 0
    # Whether every look at its tab, since it was asked, said that a CCP may be back.
    clean: bool = False
    # How often the background was to deliver for it, since it last went.
    delivered: int = 0
    departures: int = 0
    # The document that is in its place, if it reloaded.
    kept: bool = False

    @property
    def known(self) -> bool:
        """Whether its agent is known to the background."""
        return self.told is not None

    @property
    def may_be_known(self) -> bool:
        """Whether its agent is not known yet, and may be soon."""
        return self.told is None and self.status in {"waiting", "ready", ""}


@dataclass
class Request:
    """A request for a state: of a CCP's, or of the background's."""

    id: str
    instance: str
    key: int
    name: str
    target: bool
    at: float
    # The CCP that sent it, or for whose departure it is.
    page: Page
    departure: int = 0
    # What the background calls that departure.
    life: str = ""
    own: bool = False
    # Asked for by us: the background's, the page's own in pagehide.
    ours: bool = False
    # A choice of a person in a CCP (a restored state is none).
    choice: bool = False
    enqueue: bool = False
    ask: bool = False
    renew: bool = False
    # What the agent was before, for what we set ourselves.
    before: "Agent | None" = None
    # "" until it has ended; what the server did is its own matter.
    end: str = ""
    ended_at: float = 0
    # Whether the server took it.
    taken: bool = False
    # Whether the background was told that it was answered 2xx, in the API's form.
    proven: bool = False
    # Order among all requests and ends.
    number: int = 0


@dataclass
class Browser:
    """The tabs, and what each shows."""

    tabs: "dict[int, Tab]" = field(default_factory=dict)
    last: int = 0

    def open(self, url: str) -> int:
        """A new tab."""
        self.last += 1
        self.tabs[self.last] = {"status": "loading", "url": url, "pending": ""}
        return self.last
