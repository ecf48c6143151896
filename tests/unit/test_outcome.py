"""What is proven of a departure, and what is to be said of it."""

from core.delivery import ANSWER_MS, GRACE_MS, PATIENCE_MS, add_put
from core.opening import new_life
from core.outcome import QUIET_MS, given_up, judge, reason_so_far

ACME = "https://acme.awsapps.com"
NOW = 100000
RETRY = {"attempts": 3, "first_delay_ms": 250, "within_ms": 30000}
# A background that only observes.
NO_RETRY = {"attempts": 0, "first_delay_ms": 0, "within_ms": 0}


def leaving():
    """A CCP that leaves since 100 000 ms."""
    life = new_life({"ccp": "c1", "instance": ACME, "url": ACME + "/connect/ccp#", "tab": 7, "frame": 0}, NOW)
    life["phase"] = "leaving"
    life["gone_since"] = NOW
    life["way"] = "closed"
    life["agent"] = {"target_arn": "arn:offline", "contacts": "", "live": False}
    return life


def ended(life, own, status, error="", code=""):
    """A request for the target that ended 10 ms after it went."""
    put = add_put(life, "r" + str(len(life["puts"])), own, NOW)
    put["ended_at"] = NOW + 10
    put["status"] = status
    put["error"] = error
    put["code"] = code
    return put


def outcome(life, now, retry):
    """The verdict's outcome and reason in one word."""
    found = judge(life, now, retry)
    return found["outcome"] + ":" + found["reason"]


def test_a_2xx_confirms_at_once():
    """The server took the state: whatever else failed, and whoever asked."""
    for own in [True, False]:
        life = leaving()
        ended(life, own, 200)
        ended(life, True, 403)
        assert outcome(life, NOW + 10, RETRY) == "confirmed:"
        assert not judge(life, NOW + 10, RETRY)["deliver"]


def test_a_2xx_of_somebody_else_s_confirms_nothing():
    """A web page, or what answered in another place, did not take the state."""
    for error in ["not_api", "redirected"]:
        life = leaving()
        ended(life, False, 200, error)
        assert outcome(life, NOW + 60000, NO_RETRY).startswith("failed:")


def test_no_state_to_go_to():
    """There is nothing to wait for."""
    life = leaving()
    life["agent"]["target_arn"] = ""
    assert outcome(life, NOW, RETRY) == "failed:no_offline_state"
    life["agent"] = None
    assert outcome(life, NOW, RETRY) == "failed:no_offline_state"


def test_a_try_that_is_due():
    """It is to be made now, or when its time has come."""
    life = leaving()
    found = judge(life, NOW, RETRY)
    assert found["deliver"]
    assert found["outcome"] == ""
    assert found["reason"] == ""
    assert found["look_again_at"] == 0
    life["sent"] = True
    found = judge(life, NOW, RETRY)
    assert not found["deliver"]
    assert found["look_again_at"] == NOW + GRACE_MS
    assert judge(life, NOW + GRACE_MS, RETRY)["deliver"]


def test_what_is_in_flight_is_waited_for():
    """Until nobody can wait any longer; the newest counts."""
    life = leaving()
    add_put(life, "r1", False, NOW - 400)
    add_put(life, "r2", False, NOW - 300)
    assert judge(life, NOW, RETRY)["look_again_at"] == NOW + PATIENCE_MS
    found = judge(life, NOW, NO_RETRY)
    assert found["outcome"] == ""
    assert found["look_again_at"] == NOW - 300 + ANSWER_MS
    assert outcome(life, NOW - 301 + ANSWER_MS, NO_RETRY) == ":"
    assert outcome(life, NOW - 300 + ANSWER_MS, NO_RETRY) == "failed:no_answer"


def test_a_silence_is_the_end_where_nobody_tries():
    """Two seconds after it went, or after the last request of the page's ended."""
    life = leaving()
    assert judge(life, NOW, NO_RETRY)["look_again_at"] == NOW + QUIET_MS
    assert outcome(life, NOW + QUIET_MS - 1, NO_RETRY) == ":"
    assert outcome(life, NOW + QUIET_MS, NO_RETRY) == "failed:not_sent"
    ended(life, False, 500)
    assert judge(life, NOW + 10, NO_RETRY)["look_again_at"] == NOW + 10 + QUIET_MS
    assert outcome(life, NOW + 10 + QUIET_MS, NO_RETRY) == "failed:server_error"


def test_our_own_last_word_needs_no_silence():
    """Nobody tries any more, and nobody can have asked unseen."""
    life = leaving()
    ended(life, True, 403)
    assert outcome(life, NOW + 10, RETRY) == "failed:forbidden"


def test_each_answer_has_its_reason():
    """Status, browser error and the error's type say why, and the detail says it in short."""
    rows = [
        [500, "", "", "server_error", "HTTP 500"],
        [503, "", "InternalServiceException", "server_error", "HTTP 503 InternalServiceException"],
        [401, "", "", "signed_out", "HTTP 401"],
        [302, "redirected", "", "signed_out", "redirected"],
        [403, "", "", "forbidden", "HTTP 403"],
        [429, "", "", "throttled", "HTTP 429"],
        [400, "", "ThrottlingException", "throttled", "HTTP 400 ThrottlingException"],
        [400, "", "LimitExceededException", "throttled", "HTTP 400 LimitExceededException"],
        [400, "", "InvalidStateException", "on_contact", "HTTP 400 InvalidStateException"],
        [400, "", "", "refused", "HTTP 400"],
        [200, "not_api", "", "not_api", "not_api"],
        [0, "net::ERR_ABORTED", "", "cut", "net::ERR_ABORTED"],
        [0, "NS_BINDING_ABORTED", "", "cut", "NS_BINDING_ABORTED"],
        [0, "timeout", "", "no_answer", "timeout"],
        [0, "other_agent", "", "logged_out", "other_agent"],
        [0, "net::ERR_INTERNET_DISCONNECTED", "", "network", "net::ERR_INTERNET_DISCONNECTED"],
    ]
    for row in rows:
        life = leaving()
        ended(life, True, row[0], row[1], row[2])
        found = judge(life, NOW + 60000, NO_RETRY)
        assert found["outcome"] == "failed"
        assert found["reason"] == row[3]
        assert found["detail"] == row[4]
        assert reason_so_far(life) == row[3]


def test_a_page_s_request_that_was_cut_may_have_been_taken():
    """Calls of ours are not taken there: nobody can tell. Where they are, what ours came to is the last word."""
    life = leaving()
    ended(life, False, 0, "net::ERR_ABORTED")
    ended(life, True, 403)
    assert outcome(life, NOW + 10, RETRY) == "failed:forbidden"
    life["puts"][1]["error"] = "unproven"
    assert outcome(life, NOW + 10, RETRY) == "unconfirmed:cut"
    assert judge(life, NOW + 10, RETRY)["detail"] == "HTTP 403"
    assert given_up(life)["outcome"] == "unconfirmed"
    life["puts"][1]["status"] = 0
    life["puts"][1]["error"] = "timeout"
    assert outcome(life, NOW + 60000, NO_RETRY) == "failed:no_answer"
    life = leaving()
    ended(life, False, 500)
    ended(life, True, 403)
    assert outcome(life, NOW + 10, RETRY) == "failed:forbidden"
    # Another try of ours that was cut is no request of the page's.
    life = leaving()
    ended(life, True, 0, "net::ERR_ABORTED")
    ended(life, True, 403)
    assert outcome(life, NOW + 10, RETRY) == "failed:forbidden"
    # Nor is the page's the last word of ours.
    life = leaving()
    ended(life, False, 0, "net::ERR_ABORTED")
    ended(life, False, 500)
    assert outcome(life, NOW + 60000, NO_RETRY) == "failed:server_error"


def test_what_streams_said_explains_what_the_network_did_not():
    """The error's type that the page heard counts where no answer of ours has one."""
    life = leaving()
    life["said"] = "InvalidStateException"
    ended(life, False, 400)
    assert outcome(life, NOW + 60000, NO_RETRY) == "failed:on_contact"
    ended(life, True, 400, "", "ThrottlingException")
    assert outcome(life, NOW + 60000, NO_RETRY) == "failed:throttled"


def test_signing_out_has_its_own_words():
    """Refused for want of a session that the agent has just ended themselves."""
    life = leaving()
    life["way"] = "signed_out"
    put = ended(life, True, 401)
    put["renewed"] = True
    assert outcome(life, NOW + 10, RETRY) == "failed:logged_out"
    life["puts"] = []
    ended(life, True, 403)
    assert outcome(life, NOW + 10, RETRY) == "failed:forbidden"


def test_where_nothing_was_sent():
    """What the page could not do is the reason; or that it vanished; or what Streams said is in the detail."""
    life = leaving()
    life["said"] = "UnexpectedParameter"
    assert judge(life, NOW + QUIET_MS, NO_RETRY)["detail"] == "UnexpectedParameter"
    life["way"] = "vanished"
    assert outcome(life, NOW + QUIET_MS, NO_RETRY) == "failed:vanished"
    life["trouble"] = "streams_error"
    assert outcome(life, NOW + QUIET_MS, NO_RETRY) == "failed:streams_error"


def test_nothing_is_known_yet():
    """Before any request has ended there is no reason."""
    life = leaving()
    add_put(life, "r1", True, NOW)
    assert reason_so_far(life) == ""


def test_who_gives_up_hears_what_is_known():
    """Taken is taken; in flight is no answer; what was refused is; and what was never sent."""
    life = leaving()
    assert given_up(life)["reason"] == "not_sent"
    add_put(life, "r1", True, NOW)
    assert given_up(life)["reason"] == "no_answer"
    ended(life, True, 500)
    assert given_up(life)["reason"] == "server_error"
    ended(life, False, 200)
    assert given_up(life)["outcome"] == "confirmed"
    assert given_up(life)["reason"] == ""
