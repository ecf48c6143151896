"""When the background delivers a departure itself, how it asks, and when it must not.

The page's own request dies with the page, or fails unseen; the background outlives it. Nothing here
touches a browser or a clock.
"""

from typing import TYPE_CHECKING

from core.retry import delay_ms

if TYPE_CHECKING:
    from typing import Any

    from core.records import Departure, Login, Put, Retry

# The browser tells of a request, and of its end, a moment after the page's port is gone (measured: 40 ms).
GRACE_MS = 60
# A request of the page's that is in flight this long after the page is gone is not waited for.
PATIENCE_MS = 1000
# A request in flight this long will not be answered in time for anybody: the SDK would wait 120 s.
ANSWER_MS = 10000
# The longest our own try waits for its answer.
OWN_ANSWER_MS = 5000
LONGEST_WAIT_MS = 15000
# What two clocks, and a state that is set while the page goes, may differ by.
AGE_SLACK_MS = 1000
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


def last_ended(departure: "Departure") -> "Put | None":
    """The request whose end came last."""
    last: Put | None = None
    for put in departure["puts"]:
        if put["ended_at"] > 0 and (last is None or put["ended_at"] >= last["ended_at"]):
            last = put
    return last


def free_since(departure: "Departure") -> float:
    """Since when delivery is ours, in ms since 1970: the page is gone, or held; 0 = it is still the page's."""
    if departure["gone_at"] > 0:
        return departure["gone_at"]
    return departure["held_at"]


def own_tries(departure: "Departure") -> int:
    """How often the background has tried."""
    return len([put for put in departure["puts"] if put["own"]])


def next_try_at(departure: "Departure", retry: "Retry") -> float:
    """When the background is to send the target state, in milliseconds since 1970; 0 = not (or not yet known).

    At once when the page is gone, or held, and its own request is not on its way; later tries after a wait that
    doubles, with some jitter so that the agents of a whole centre do not come back all at once.

    Args:
        departure: what is known of it.
        retry: how many tries there may be, and until when.
    """
    since = free_since(departure)
    if since == 0 or departure["agent"]["target_arn"] == "" or retry["attempts"] == 0:
        return 0
    tries = own_tries(departure)
    for put in departure["puts"]:
        if put["ended_at"] == 0:
            if put["own"]:
                return 0
            if tries == 0:
                return max(since, put["at"]) + PATIENCE_MS
    last = last_ended(departure)
    if last is not None and is_final(departure, last):
        return 0
    if tries == 0:
        if departure["kind"] == "signed_out":
            return since
        return since + GRACE_MS
    if last is None or tries >= retry["attempts"]:
        return 0
    if last["own"] and (last["status"] == 401 or asks_anew(last) != last["enqueue"]):
        # Asked with a new token, or in the other way, it may be taken at once.
        return last["ended_at"]
    at = last["ended_at"] + wait_ms(departure["id"], tries, retry["first_delay_ms"])
    if at > since + retry["within_ms"]:
        return 0
    return at


def wait_ms(departure_id: str, tries: int, first_delay_ms: float) -> float:
    """The wait after so many tries, give or take 20 %: the departure's random id is the die."""
    base = min(delay_ms(tries, first_delay_ms), LONGEST_WAIT_MS)
    die = max(HEX_DIGITS.find(departure_id[tries % len(departure_id)]), 0)
    return base * (80 + 40 * die / 15) / 100


def is_final(departure: "Departure", put: "Put") -> bool:
    """Whether an answer will not change, however often we ask."""
    if put["error"] != "":
        return put["error"] == "redirected"
    if put["status"] == 403:
        return True
    if put["status"] == 401:
        # Once with a new token; refused again, the session has ended.
        return put["renewed"]
    if put["status"] != 400 or not put["own"]:
        return put["status"] == 404
    if asks_anew(put) != put["enqueue"]:
        # Refused both ways, there is no third.
        return _refused(departure, asks_anew(put))
    return put["code"] not in ["ThrottlingException", "LimitExceededException", "InvalidStateException"]


def asks_anew(put: "Put") -> bool:
    """Whether the try after this refusal asks for the next state: the key may be needed, or unknown."""
    if put["code"] == "InvalidStateException":
        return True
    if put["code"].find("Parameter") != -1 or put["code"] == "ValidationException":
        return False
    return put["enqueue"]


def _refused(departure: "Departure", enqueue: bool) -> bool:
    for put in departure["puts"]:
        if put["own"] and put["enqueue"] == enqueue and put["status"] == 400:
            return True
    return False


def wants_next_state(departure: "Departure") -> bool:
    """Whether the next try of ours asks for the next state, as the page does on a contact."""
    last: Put | None = None
    for put in departure["puts"]:
        if put["own"] and put["ended_at"] > 0:
            last = put
    if last is not None:
        return asks_anew(last)
    return departure["agent"]["on_contact"]


def needs_token(departure: "Departure") -> bool:
    """Whether the token last used was refused."""
    last = last_ended(departure)
    return last is not None and last["status"] == 401


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


def put_request(departure: "Departure", login: "Login", enqueue: bool) -> "Any":
    """The body of PutAgentState, its keys in the order in which the SDK writes them."""
    agent = departure["agent"]
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


def came_back(departure: "Departure", state_arn: str, state_type: str, age_ms: float, now: float) -> bool:
    """Whether the agent chose a state after this departure, on another device: that is the newer wish.

    On a contact nobody can tell: the state also changes by itself when the contact ends.

    Args:
        departure: the departure that is still to be delivered.
        state_arn: the state that the server has; the target itself is no other wish.
        state_type: its type.
        age_ms: for how long the agent has been in it, by the server's own clock.
        now: our time, in milliseconds.
    """
    if state_arn != "" and state_arn == departure["agent"]["target_arn"]:
        return False
    if departure["agent"]["on_contact"] or state_type not in ["routable", "not_routable"]:
        return False
    return age_ms + AGE_SLACK_MS < now - departure["at"]
