"""When the background delivers, how it asks, and when it must not."""

from core.delivery import (
    FRESH_MS,
    GRACE_MS,
    LONGEST_WAIT_MS,
    MAX_PUTS,
    PATIENCE_MS,
    add_put,
    answered_well,
    asks_anew,
    headers_for,
    is_final,
    is_fresh,
    is_taken,
    last_ended,
    may_have_arrived,
    needs_token,
    next_try_at,
    own_tries,
    put_of,
    put_request,
    wait_ms,
    wants_next_state,
    was_chosen,
    was_cut,
)
from core.opening import new_life

ACME = "https://acme.awsapps.com"
NOW = 100000
WALL = 1700000000000
RETRY = {"attempts": 4, "first_delay_ms": 100, "within_ms": 5000}


def leaving(contacts="", live=False):
    """A CCP that leaves since 100 000 ms."""
    life = new_life({"ccp": "c1", "instance": ACME, "url": ACME + "/connect/ccp#", "tab": 7, "frame": 0}, NOW)
    life["phase"] = "leaving"
    # Its letters are the die for the waits.
    life["id"] = "0000"
    life["gone_since"] = NOW
    life["at"] = WALL
    life["agent"] = {
        "target_name": "Offline",
        "target_arn": "arn:offline",
        "target_type": "offline",
        "contacts": contacts,
        "live": live,
        "key": 1,
    }
    return life


def ended(life, own, at, status, error="", code="", enqueue=False):
    """A request for the target that ended 10 ms after it went."""
    put = add_put(life, "r" + str(len(life["puts"])), own, at)
    put["ended_at"] = at + 10
    put["status"] = status
    put["error"] = error
    put["code"] = code
    put["enqueue"] = enqueue
    return put


# Requests.


def test_what_the_server_takes():
    """Any 2xx, without a word of the browser's against it, once it is there."""
    for row in [[199, False], [200, True], [204, True], [299, True], [300, False], [0, False]]:
        assert answered_well(row[0]) == row[1]
    life = leaving()
    put = add_put(life, "r1", True, NOW)
    put["status"] = 200
    assert not is_taken(put)
    put["ended_at"] = NOW
    assert is_taken(put)
    put["error"] = "not_api"
    assert not is_taken(put)


def test_what_goes_down_with_its_page():
    """Both browsers' words for it, and no others."""
    assert was_cut("net::ERR_ABORTED")
    assert was_cut("NS_BINDING_ABORTED")
    assert not was_cut("net::ERR_FAILED")
    assert not was_cut("")


def test_what_may_have_arrived():
    """In flight, cut, or taken: the server may have the state. Refused, or never sent: it has not."""
    life = leaving()
    assert not may_have_arrived(life)
    put = add_put(life, "r1", False, NOW)
    assert may_have_arrived(life)
    put["ended_at"] = NOW
    for row in [
        [500, "", False],
        [200, "not_api", False],
        [200, "", True],
        [0, "net::ERR_ABORTED", True],
        [0, "timeout", True],
        [0, "void", False],
        [0, "other_agent", False],
        [0, "elsewhere", False],
        [0, "redirected", False],
    ]:
        put["status"] = row[0]
        put["error"] = row[1]
        assert may_have_arrived(life) == row[2]


def test_what_the_agent_had_chosen():
    """A request of the CCP's from before it went; a page that sends one as it goes says so a moment later."""
    life = leaving()
    assert not was_chosen(life)
    put = add_put(life, "r1", True, NOW - 5000)
    assert not was_chosen(life)
    put["own"] = False
    assert was_chosen(life)
    life["sent"] = True
    assert was_chosen(life)
    put["at"] = NOW - GRACE_MS
    assert not was_chosen(life)
    life["sent"] = False
    assert was_chosen(life)
    put["at"] = NOW
    assert not was_chosen(life)


def test_the_record_is_bounded():
    """However often a page asks; ours always finds room."""
    life = leaving()
    for number in range(MAX_PUTS):
        assert add_put(life, "r" + str(number), False, NOW) is not None
    assert add_put(life, "more", False, NOW) is None
    assert add_put(life, "ours", True, NOW) is not None
    assert len(life["puts"]) == MAX_PUTS + 1
    assert own_tries(life) == 1
    ours = put_of(life, "ours")
    assert ours["own"]
    assert ours["at"] == NOW
    assert not ours["enqueue"]
    assert not ours["renewed"]
    assert ours["ended_at"] == 0
    assert ours["status"] == 0
    assert ours["error"] == ""
    assert ours["code"] == ""
    assert put_of(life, "more") is None


def test_the_last_word():
    """Of the requests that ended, the one that did so last, in whatever order they left."""
    life = leaving()
    add_put(life, "in flight", False, NOW)
    assert last_ended(life) is None
    ended(life, True, NOW + 50, 500)
    ended(life, True, NOW + 20, 501)
    assert last_ended(life)["status"] == 500
    ended(life, True, NOW + 50, 502)
    assert last_ended(life)["status"] == 502


# When.


def test_at_once_where_the_page_has_not_asked():
    """If it said that it has, the browser's word of that is waited for, a moment."""
    life = leaving()
    life["since"] = NOW + 5
    assert next_try_at(life, RETRY) == NOW + 5
    life["sent"] = True
    assert next_try_at(life, RETRY) == NOW + GRACE_MS


def test_the_page_s_request_is_waited_for_a_second():
    """It may still be answered; cut, it is sent again at once."""
    life = leaving()
    put = add_put(life, "r1", False, NOW - 30)
    assert next_try_at(life, RETRY) == NOW + PATIENCE_MS
    put["at"] = NOW + 30
    assert next_try_at(life, RETRY) == NOW + 30 + PATIENCE_MS
    put["ended_at"] = NOW + 40
    put["error"] = "net::ERR_ABORTED"
    life["sent"] = True
    assert next_try_at(life, RETRY) == NOW


def test_never_two_of_ours_at_a_time():
    """Our own answer is waited for; the page's is not, once we have begun."""
    life = leaving()
    ended(life, True, NOW, 500)
    add_put(life, "page", False, NOW)
    assert next_try_at(life, RETRY) > 0
    add_put(life, "own", True, NOW)
    assert next_try_at(life, RETRY) == 0


def test_the_waits_double_within_their_bounds():
    """Each wait is twice the last, a fifth more or less as the id's letter for it says; there is a longest."""
    assert wait_ms("00000", 1, 100) == 80
    assert wait_ms("fffff", 1, 100) == 120
    assert wait_ms("-----", 1, 100) == 80
    assert wait_ms("00000", 2, 100) == 160
    assert wait_ms("00000", 3, 100) == 320
    assert wait_ms("0f", 1, 100) == 120
    assert wait_ms("0f", 2, 100) == 160
    assert wait_ms("fffff", 30, 100) == LONGEST_WAIT_MS * 1.2


def test_what_may_get_better_is_tried_again():
    """After a wait: the server's own failures, haste, silence, somebody's web page, and a contact that may end."""
    for row in [
        [500, "", ""],
        [503, "", ""],
        [429, "", ""],
        [400, "", "ThrottlingException"],
        [400, "", "LimitExceededException"],
        [400, "", "InvalidStateException"],
        [200, "not_api", ""],
        [0, "net::ERR_FAILED", ""],
        [0, "timeout", ""],
    ]:
        life = leaving()
        put = ended(life, True, NOW, row[0], row[1], row[2])
        assert not is_final(life, put)
        assert next_try_at(life, RETRY) == NOW + 10 + 80


def test_what_cannot_get_better_is_not():
    """A refusal for want of rights, or of the request; a way elsewhere; another agent's login; the page's too."""
    for row in [
        [403, "", "", True],
        [404, "", "", True],
        [400, "", "ResourceNotFoundException", True],
        [0, "redirected", "", True],
        [0, "other_agent", "", True],
        [403, "", "", False],
        [404, "", "", False],
        [302, "redirected", "", False],
    ]:
        life = leaving()
        put = ended(life, row[3], NOW, row[0], row[1], row[2])
        assert is_final(life, put)
        assert next_try_at(life, RETRY) == 0


def test_what_the_page_was_refused_we_try():
    """Its request may have been another; ours is the proof."""
    for status in [400, 401, 500]:
        life = leaving()
        ended(life, False, NOW - 20, status)
        assert next_try_at(life, RETRY) == NOW


def test_there_is_an_end():
    """After so many tries, and after so long; and none is made where none may be."""
    life = leaving()
    for number in range(3):
        ended(life, True, NOW + number * 20, 500)
    assert next_try_at(life, RETRY) > 0
    ended(life, True, NOW + 60, 500)
    assert next_try_at(life, RETRY) == 0
    life = leaving()
    put = ended(life, True, NOW, 500)
    put["ended_at"] = NOW + 5000 - 80
    assert next_try_at(life, RETRY) == NOW + 5000
    put["ended_at"] = NOW + 5001 - 80
    assert next_try_at(life, RETRY) == 0
    assert next_try_at(leaving(), {"attempts": 0, "first_delay_ms": 100, "within_ms": 5000}) == 0


def test_a_refused_token_is_renewed_once():
    """401: again at once with a new token; refused again, the session has ended."""
    life = leaving()
    assert not needs_token(life)
    put = ended(life, True, NOW, 401)
    assert needs_token(life)
    assert next_try_at(life, RETRY) == NOW + 10
    put["renewed"] = True
    assert next_try_at(life, RETRY) == 0
    ended(life, True, NOW + 20, 500)
    assert not needs_token(life)
    # The page's word is no reason to ask at once.
    ended(life, False, NOW + 40, 401)
    assert next_try_at(life, RETRY) == NOW + 50 + 160


# How, on a contact.


def test_on_a_contact_the_next_state_is_asked_for():
    """With after-contact work too, at first; without a contact never."""
    assert not wants_next_state(leaving())
    assert wants_next_state(leaving("k1", True))
    assert wants_next_state(leaving("k1", False))
    life = leaving()
    life["agent"] = None
    assert not wants_next_state(life)


def test_a_live_contact_is_never_asked_of_otherwise():
    """A server that refuses the key is told nothing else while the contact is there."""
    for code in ["InvalidParameterException", "ValidationException", "InvalidStateException"]:
        life = leaving("k1", True)
        put = ended(life, True, NOW, 400, "", code, True)
        assert asks_anew(life, put)
        assert wants_next_state(life)
    assert not is_final(life, put)
    assert next_try_at(life, RETRY) == NOW + 90


def test_after_contact_work_may_end():
    """A server that does not know the key is asked without it, at once; refused both ways, there is no third."""
    for code in ["InvalidParameterException", "ValidationException"]:
        life = leaving("k1", False)
        put = ended(life, True, NOW, 400, "", code, True)
        assert not asks_anew(life, put)
        assert not wants_next_state(life)
        assert not is_final(life, put)
        assert next_try_at(life, RETRY) == NOW + 10
        put = ended(life, True, NOW + 20, 400, "", code, False)
        assert is_final(life, put)
        assert next_try_at(life, RETRY) == 0
        # The other way round, too.
        life["puts"][0]["ended_at"] = NOW + 100
        assert next_try_at(life, RETRY) == 0


def test_what_is_no_refusal_of_the_key():
    """Then after-contact work is asked of in the same way again."""
    for code in ["InvalidStateException", "ThrottlingException", ""]:
        life = leaving("k1", False)
        assert asks_anew(life, ended(life, True, NOW, 400, "", code, True))
    # Nor is a refusal without a contact a reason to ask for the next state, or the other way.
    life = leaving()
    assert not asks_anew(life, ended(life, True, NOW, 400, "", "ValidationException", False))
    assert asks_anew(life, ended(life, True, NOW, 400, "", "ValidationException", True))


def test_the_page_s_way_is_not_ours():
    """What the CCP asked for says nothing of how we ask."""
    life = leaving("k1", False)
    ended(life, False, NOW, 400, "", "ValidationException", False)
    assert wants_next_state(life)
    # Nor is its refusal one of ours, nor is an answer that refused nothing.
    ended(life, True, NOW, 500, "", "", False)
    put = ended(life, True, NOW, 400, "", "ValidationException", True)
    assert not is_final(life, put)


# A question first.


def test_what_is_young_needs_no_question():
    """Three seconds, by either clock: one may have stopped, and somebody may have set the other."""
    life = leaving()
    assert is_fresh(life, NOW, WALL)
    assert is_fresh(life, NOW + FRESH_MS, WALL + FRESH_MS)
    assert not is_fresh(life, NOW + FRESH_MS + 1, WALL)
    assert not is_fresh(life, NOW, WALL + FRESH_MS + 1)
    assert not is_fresh(life, NOW, WALL - FRESH_MS - 1)


def test_what_is_not_young_any_more():
    """After a try of ours, or after we slept; the page's request makes nobody older."""
    life = leaving()
    life["slept"] = True
    assert not is_fresh(life, NOW, WALL)
    life = leaving()
    ended(life, False, NOW, 500)
    assert is_fresh(life, NOW, WALL)
    ended(life, True, NOW, 500)
    assert not is_fresh(life, NOW, WALL)


# What is sent.


def test_the_request_looks_like_the_page_s():
    """The CCP's own headers, whichever call they were seen on; the keys of the body as the SDK names them."""
    login = {
        "instance": ACME,
        "address": ACME + "/connect/api",
        "headers": [["X-Amz-Target", "AmazonConnectCTIService.GetAgentSnapshot"], ["X-Amz-Bearer", "old"], ["A", "b"]],
        "token": "new",
        "key": 1,
        "at": 0,
    }
    headers = headers_for(login, "PutAgentState")
    assert len(headers) == 3
    assert headers[0][0] == "X-Amz-Target"
    assert headers[0][1] == "AmazonConnectCTIService.PutAgentState"
    assert headers[1][0] == "X-Amz-Bearer"
    assert headers[1][1] == "new"
    assert headers[2][0] == "A"
    assert headers[2][1] == "b"
    # What was seen stays as it was.
    assert login["headers"][1][1] == "old"
    body = put_request(leaving(), login, False)
    assert "enqueueNextState" not in body
    assert body["state"]["agentStateARN"] == "arn:offline"
    assert body["state"]["type"] == "offline"
    assert body["state"]["name"] == "Offline"
    assert body["authentication"]["authToken"] == "new"
    assert put_request(leaving(), login, True)["enqueueNextState"] is True
