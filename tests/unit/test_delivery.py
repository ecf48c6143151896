"""When the background delivers, how it asks, and when it must not."""

from core.delivery import (
    GRACE_MS,
    LONGEST_WAIT_MS,
    PATIENCE_MS,
    came_back,
    headers_for,
    needs_token,
    next_try_at,
    put_request,
    wait_ms,
    wants_next_state,
)
from core.departure import page_gone, put_ended, put_sent, signed_out, vanished, we_slept

RETRY = {"attempts": 4, "first_delay_ms": 100, "within_ms": 5000}


def session(on_contact):
    """An open CCP."""
    return {
        "ccp": "c1",
        "instance": "https://acme.awsapps.com",
        "url": "https://acme.awsapps.com/connect/ccp#",
        "tab": 7,
        "frame": 0,
        "agent": {
            "name": "Available",
            "state_type": "routable",
            "chosen_name": "Available",
            "chosen_arn": "arn:available",
            "chosen_type": "routable",
            "target_name": "Offline",
            "target_arn": "arn:offline",
            "target_type": "offline",
            "on_contact": on_contact,
            "key": 1,
        },
        "at": 1000,
    }


def departing(on_contact=False):
    """A departure whose page is gone at 100 000 ms."""
    return vanished("5d1e-aaaa", session(on_contact), 100000)


def own(departure, number, at, status, error, code, enqueue=False):
    """A try of ours that ended."""
    put = put_sent(departure, "own-" + str(number), True, at)
    put["enqueue"] = enqueue
    put_ended(departure, "own-" + str(number), at + 10, status, error, code)
    return put


def test_at_once_when_the_page_is_gone():
    """Nothing is on its way: after the moment in which the browser may still tell of a request."""
    assert next_try_at(departing(), RETRY) == 100000 + GRACE_MS
    assert next_try_at(signed_out("d", session(False), 100000), RETRY) == 100000


def test_a_living_page_tries_by_itself():
    """Before the page is gone, the background keeps still."""
    departure = departing()
    departure["gone_at"] = 0
    assert next_try_at(departure, RETRY) == 0
    page_gone(departure, 100500)
    assert next_try_at(departure, RETRY) == 100500 + GRACE_MS


def test_what_is_in_flight_is_waited_for_a_second():
    """The page's request may still be answered; cut, it is sent again at once."""
    departure = departing()
    put_sent(departure, "r1", False, 99990)
    assert next_try_at(departure, RETRY) == 100000 + PATIENCE_MS
    put_ended(departure, "r1", 100030, 0, "net::ERR_ABORTED", "")
    assert next_try_at(departure, RETRY) == 100000 + GRACE_MS


def test_our_own_is_waited_for():
    """Never two of ours at a time."""
    departure = departing()
    put_sent(departure, "own-1", True, 100060)
    assert next_try_at(departure, RETRY) == 0


def test_what_we_asked_before_we_slept_is_asked_again():
    """Nobody heard the answer; the page's own is still told by the browser."""
    departure = departing()
    put_sent(departure, "own-1", True, 100060)
    we_slept(departure, 101000)
    assert next_try_at(departure, RETRY) > 101000
    departure = departing()
    put_sent(departure, "r1", False, 99990)
    we_slept(departure, 100010)
    assert departure["puts"][0]["ended_at"] == 0


def test_the_waits_double_within_their_bounds():
    """Each wait is twice the last, a fifth more or less; there is a longest."""
    for tries in range(1, 4):
        base = 100 * 2 ** (tries - 1)
        for letter in ["0", "7", "f", "-"]:
            wait = wait_ms(letter + letter + letter + letter, tries, 100)
            assert wait >= base * 0.8
            assert wait <= base * 1.2
    assert wait_ms("0000", 1, 100) != wait_ms("ffff", 1, 100)
    assert wait_ms("ffff", 30, 100) <= LONGEST_WAIT_MS * 1.2


def test_what_may_get_better_is_tried_again():
    """The server's own failures, haste, silence, and a call that may end."""
    cases = [
        [500, "", ""],
        [503, "", ""],
        [429, "", ""],
        [400, "", "ThrottlingException"],
        [400, "", "LimitExceededException"],
        [0, "net::ERR_FAILED", ""],
        [0, "timeout", ""],
    ]
    for row in cases:
        departure = departing()
        own(departure, 1, 100060, row[0], row[1], row[2])
        assert next_try_at(departure, RETRY) > 100070


def test_what_cannot_get_better_is_not():
    """A refusal for want of rights, of the request, or a way elsewhere, ends it; the page's own 403 too."""
    for row in [[403, "", ""], [404, "", ""], [400, "", "ResourceNotFoundException"], [0, "redirected", ""]]:
        departure = departing()
        own(departure, 1, 100060, row[0], row[1], row[2])
        assert next_try_at(departure, RETRY) == 0
    departure = departing()
    put_sent(departure, "r1", False, 99990)
    put_ended(departure, "r1", 99999, 403, "", "")
    assert next_try_at(departure, RETRY) == 0


def test_there_is_an_end():
    """After so many tries, and after so long."""
    departure = departing()
    for number in range(4):
        own(departure, number, 100060 + number * 20, 500, "", "")
    assert next_try_at(departure, RETRY) == 0
    departure = departing()
    own(departure, 1, 104980, 500, "", "")
    assert next_try_at(departure, RETRY) == 0
    assert next_try_at(departing(), {"attempts": 0, "first_delay_ms": 100, "within_ms": 5000}) == 0


def test_a_refused_token_is_renewed_once():
    """401: again at once with a new token; refused again, the session has ended."""
    departure = departing()
    put_sent(departure, "r1", False, 99990)
    put_ended(departure, "r1", 99999, 401, "", "")
    assert needs_token(departure)
    assert next_try_at(departure, RETRY) == 100000 + GRACE_MS
    departure = departing()
    put = own(departure, 1, 100060, 401, "", "")
    assert next_try_at(departure, RETRY) == 100070
    put["renewed"] = True
    assert next_try_at(departure, RETRY) == 0


def test_on_a_contact_the_next_state_is_asked_for():
    """As the page does; and otherwise when the server says so, or rejects the key."""
    assert wants_next_state(departing(True))
    assert not wants_next_state(departing())
    departure = departing()
    own(departure, 1, 100060, 400, "", "InvalidStateException")
    assert wants_next_state(departure)
    assert next_try_at(departure, RETRY) == 100070
    departure = departing(True)
    own(departure, 1, 100060, 400, "", "InvalidParameterException", True)
    assert not wants_next_state(departure)
    assert next_try_at(departure, RETRY) == 100070
    # Refused both ways: there is no third.
    own(departure, 2, 100080, 400, "", "InvalidStateException", False)
    assert next_try_at(departure, RETRY) == 0


def test_no_state_to_go_to():
    """Without a target there is nothing to send."""
    departure = departing()
    departure["agent"]["target_arn"] = ""
    assert next_try_at(departure, RETRY) == 0


def test_the_request_looks_like_the_page_s():
    """The CCP's own headers, whichever call they were seen on; the keys in the SDK's order."""
    login = {
        "instance": "https://acme.awsapps.com",
        "address": "https://acme.awsapps.com/connect/api",
        "headers": [["X-Amz-Target", "AmazonConnectCTIService.GetAgentSnapshot"], ["X-Amz-Bearer", "old"], ["A", "b"]],
        "token": "new",
        "at": 0,
    }
    headers = headers_for(login, "PutAgentState")
    assert headers[0][1] == "AmazonConnectCTIService.PutAgentState"
    assert headers[1][1] == "new"
    assert headers[2][1] == "b"
    # What was seen stays as it was.
    assert login["headers"][1][1] == "old"
    body = put_request(departing(), login, False)
    assert "enqueueNextState" not in body
    assert body["state"]["agentStateARN"] == "arn:offline"
    assert body["state"]["type"] == "offline"
    assert body["authentication"]["authToken"] == "new"
    assert put_request(departing(), login, True)["enqueueNextState"] is True


def test_an_agent_who_is_back_elsewhere():
    """A state that is younger than the departure is the newer wish; an older one is what we are to change."""
    departure = departing()
    assert came_back(departure, "arn:other", "routable", 500, 110000)
    assert came_back(departure, "arn:other", "not_routable", 500, 110000)
    assert not came_back(departure, "arn:other", "routable", 60000, 110000)
    assert not came_back(departure, "arn:other", "routable", 9500, 110000)
    assert not came_back(departure, "arn:other", "offline", 500, 110000)
    assert not came_back(departure, "arn:other", "system", 500, 110000)
    # The target itself, which an answer nobody heard has set a moment ago.
    assert not came_back(departure, departure["agent"]["target_arn"], "not_routable", 500, 110000)
    # On a contact the state changes by itself.
    assert not came_back(departing(True), "arn:other", "routable", 500, 110000)
