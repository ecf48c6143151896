"""When the background delivers a departure itself, how it asks, and when it must not.

The page's own request dies with the page, or fails unseen; the background outlives it. Nothing here
touches a browser or a clock.
"""

from typing import TYPE_CHECKING

from core.agent import is_on_contact

if TYPE_CHECKING:
    from typing import Any

    from core.records import Life, Login, Put, Retry

# The browser tells of a request, and of its end, a moment after the page's port is gone (measured: 40 ms).
GRACE_MS = 60
# A request of the page's that is in flight this long after the page is gone is not waited for.
PATIENCE_MS = 1000
# A request in flight this long will not be answered in time for anybody: the SDK would wait 120 s.
ANSWER_MS = 10000
# The longest our own try waits for its answer.
OWN_ANSWER_MS = 5000
LONGEST_WAIT_MS = 15000
# Younger than this, no departure can have been overtaken by work on another device.
FRESH_MS = 3000
MAX_PUTS = 40
# Tries that came to nothing before anything was sent.
NOT_SENT = ["void", "other_agent", "elsewhere", "redirected", "unproven"]
HEX_DIGITS = "0123456789abcdef"
TARGET = "x-amz-target"
BEARER = "x-amz-bearer"
SERVICE = "AmazonConnectCTIService."


def was_cut(error: str) -> bool:
    """Whether the browser's error says that a request went down with its page."""
    return error in ["net::ERR_ABORTED", "NS_BINDING_ABORTED"]


def answered_well(status: int) -> bool:
    """Whether a status says that the server took the state."""
    return 200 <= status and status < 300


def is_taken(put: "Put") -> bool:
    """Whether the server has taken the state that this request asked for."""
    return put["ended_at"] > 0 and put["error"] == "" and answered_well(put["status"])


def may_have_arrived(life: "Life") -> bool:
    """Whether the server may take, or have taken, a request for the target that nobody saw refused."""
    for put in life["puts"]:
        if put["ended_at"] == 0 or (put["status"] == 0 and put["error"] not in NOT_SENT) or is_taken(put):
            return True
    return False


def was_chosen(life: "Life") -> bool:
    """Whether the agent had asked for the target in the CCP before it went: then it is their wish, not our doing."""
    # What a page sends as it goes may be seen a moment before its word that it does.
    before = life["gone_since"] - GRACE_MS if life["sent"] else life["gone_since"]
    for put in life["puts"]:
        if not put["own"] and put["at"] < before:
            return True
    return False


def put_of(life: "Life", request: str) -> "Put | None":
    """The request of this id."""
    for put in life["puts"]:
        if put["request"] == request:
            return put
    return None


def add_put(life: "Life", request: str, own: bool, now: float) -> "Put | None":
    """A request for the target state left: the CCP's, or our own. ``None`` if there is no room."""
    if len(life["puts"]) >= MAX_PUTS and not own:
        return None
    made: Put = {
        "request": request,
        "own": own,
        "enqueue": False,
        "renewed": False,
        "at": now,
        "ended_at": 0,
        "status": 0,
        "error": "",
        "code": "",
    }
    life["puts"].append(made)
    return made


def last_ended(life: "Life") -> "Put | None":
    """The request whose end came last."""
    last: Put | None = None
    for put in life["puts"]:
        if put["ended_at"] > 0 and (last is None or put["ended_at"] >= last["ended_at"]):
            last = put
    return last


def own_tries(life: "Life") -> int:
    """How often the background has tried."""
    return len([put for put in life["puts"] if put["own"]])


def next_try_at(life: "Life", retry: "Retry") -> float:
    """When the background is to send the target state, in ms of the run's clock; 0 = not (or not yet known).

    At once where the page has not asked itself, or its request is over; later tries after a wait that doubles, with
    some jitter so that the agents of a whole centre do not come back all at once.

    Args:
        life: a CCP that is leaving.
        retry: how many tries there may be, and until when.
    """
    since = life["since"]
    if retry["attempts"] == 0:
        return 0
    tries = own_tries(life)
    for put in life["puts"]:
        if put["ended_at"] == 0:
            if put["own"]:
                return 0
            if tries == 0:
                return max(since, put["at"]) + PATIENCE_MS
    last = last_ended(life)
    if last is not None and is_final(life, last):
        return 0
    if tries == 0:
        if life["sent"] and len(life["puts"]) == 0:
            return life["gone_since"] + GRACE_MS
        return since
    if last is None or tries >= retry["attempts"]:
        return 0
    if last["own"] and (last["status"] == 401 or asks_anew(life, last) != last["enqueue"]):
        # Asked with a new token, or in the other way, it may be taken at once.
        return last["ended_at"]
    at = last["ended_at"] + wait_ms(life["id"], tries, retry["first_delay_ms"])
    if at > since + retry["within_ms"]:
        return 0
    return at


def wait_ms(departure_id: str, tries: int, first_delay_ms: float) -> float:
    """The wait after so many tries, give or take 20 %: the departure's random id is the die."""
    base = first_delay_ms
    for _ in range(tries - 1):
        base = min(base * 2, LONGEST_WAIT_MS)
    base = min(base, LONGEST_WAIT_MS)
    die = max(HEX_DIGITS.find(departure_id[tries % len(departure_id)]), 0)
    return base * (80 + 40 * die / 15) / 100


def is_final(life: "Life", put: "Put") -> bool:
    """Whether an answer will not change, however often we ask."""
    if put["error"] != "":
        return put["error"] in ["redirected", "other_agent"] or (put["error"] == "unproven" and put["status"] == 403)
    if put["status"] == 403:
        return True
    if put["status"] == 401:
        # Once with a new token; refused again, the session has ended.
        return put["renewed"]
    if put["status"] != 400 or not put["own"]:
        return put["status"] == 404
    if asks_anew(life, put) != put["enqueue"]:
        # Refused both ways, there is no third.
        return _refused(life, asks_anew(life, put))
    if put["code"] == "InvalidStateException":
        # With the key for the next state: asking again is of no use while the contact is there, and it may go.
        return False
    return put["code"] not in ["ThrottlingException", "LimitExceededException"]


def asks_anew(life: "Life", put: "Put") -> bool:
    """Whether the try after this refusal asks for the next state.

    On a live contact always: a change of state without the key would be refused, or worse. After-contact work alone is
    ended by any change of state (AWS's guide), so a server that does not know the key may be asked without it.
    """
    agent = life["agent"]
    if agent is None or not is_on_contact(agent):
        return put["enqueue"]
    if agent["live"]:
        # It may have begun since, in a CCP whose closing was held.
        return True
    if put["code"].find("Parameter") != -1 or put["code"] == "ValidationException":
        return False
    return put["enqueue"]


def _refused(life: "Life", enqueue: bool) -> bool:
    for put in life["puts"]:
        if put["own"] and put["enqueue"] == enqueue and put["status"] == 400:
            return True
    return False


def wants_next_state(life: "Life") -> bool:
    """Whether the next try of ours asks for the next state: where the agent has a contact."""
    last: Put | None = None
    for put in life["puts"]:
        if put["own"] and put["ended_at"] > 0:
            last = put
    if last is not None:
        return asks_anew(life, last)
    agent = life["agent"]
    return agent is not None and is_on_contact(agent)


def needs_token(life: "Life") -> bool:
    """Whether the token last used was refused."""
    last = last_ended(life)
    return last is not None and last["status"] == 401


def is_fresh(life: "Life", now: float, wall: float) -> bool:
    """Whether a departure is so young, by either clock, that a try needs no question first.

    A computer that slept may have stopped one clock, and somebody may have set the other.
    """
    if life["slept"] or own_tries(life) > 0:
        return False
    return now - life["gone_since"] <= FRESH_MS and abs(wall - life["at"]) <= FRESH_MS


def headers_for(login: "Login", method: str) -> "list[list[str]]":
    """The headers of the CCP's last request, as they would be for another call."""
    headers = []
    for header in login["headers"]:
        lower = header[0].lower()
        if lower == TARGET:
            headers.append([header[0], SERVICE + method])
        elif lower == BEARER:
            headers.append([header[0], login["token"]])
        else:
            headers.append([header[0], header[1]])
    return headers


def put_request(life: "Life", login: "Login", enqueue: bool) -> "Any":
    """The body of PutAgentState, its keys in the order in which the SDK writes them."""
    agent: Any = life["agent"]
    body: Any = {
        "state": {
            "agentStateARN": agent["target_arn"],
            "type": agent["target_type"],
            "name": agent["target_name"],
        }
    }
    if enqueue:
        body["enqueueNextState"] = True
    body["authentication"] = {"authToken": login["token"]}
    return body
