"""What proves what about a departure."""

from core.departure import (
    ANSWER_MS,
    QUIET_MS,
    announced,
    is_final,
    is_for,
    may_repeat,
    page_gone,
    page_said,
    put_ended,
    put_sent,
    vanished,
    verdict,
    worth_repeating,
)

SESSION = {
    "ccp": "c1",
    "instance": "https://acme.awsapps.com",
    "url": "https://acme.awsapps.com/connect/ccp#",
    "state_name": "Available",
    "at": 1000,
}
FACT = {
    "at": 100000,
    "from_name": "Available",
    "target_name": "Offline",
    "target_arn": "arn:offline",
    "trouble": "",
}
BODY = {"name": "Offline", "type": "offline", "arn": "arn:offline"}


def departing():
    """A departure announced at 100 000 ms."""
    return announced("d1", SESSION, FACT, 100000)


def outcome_at(departure, now):
    """The verdict's outcome and reason in one word."""
    found = verdict(departure, now)
    return found["outcome"] + ":" + found["reason"]


def test_a_2xx_confirms_at_once():
    """The server took the state: no need to wait for anything."""
    departure = departing()
    put_sent(departure, "r1", False, 100001)
    put_ended(departure, "r1", 100030, 200, "", "")
    assert outcome_at(departure, 100030) == "confirmed:"


def test_no_answer_is_not_yet_a_failure():
    """While a request is in flight nothing is decided, until nobody can wait any longer."""
    departure = departing()
    put_sent(departure, "r1", False, 100001)
    page_gone(departure, 100020)
    assert outcome_at(departure, 100020) == "pending:"
    assert verdict(departure, 100020)["look_again_at"] == 100001 + ANSWER_MS
    assert outcome_at(departure, 100001 + ANSWER_MS - 1) == "pending:"
    assert outcome_at(departure, 100001 + ANSWER_MS) == "failed:no_answer"


def test_an_error_is_a_failure_only_after_the_quiet():
    """The SDK and the hook try again: the last word counts, when there is no more."""
    departure = departing()
    put_sent(departure, "r1", False, 100001)
    put_ended(departure, "r1", 100010, 500, "", "")
    assert outcome_at(departure, 100010) == "pending:"
    assert verdict(departure, 100010)["look_again_at"] == 100010 + QUIET_MS
    assert outcome_at(departure, 100010 + QUIET_MS - 1) == "pending:"
    assert outcome_at(departure, 100010 + QUIET_MS) == "failed:server_error"
    put_sent(departure, "r2", False, 100200)
    put_ended(departure, "r2", 100210, 200, "", "")
    assert outcome_at(departure, 100210) == "confirmed:"


def test_each_answer_has_its_reason():
    """Status and browser error say why, and what Streams said tells two meanings of 400 apart."""
    cases = [
        [500, "", "", "server_error"],
        [503, "", "", "server_error"],
        [401, "", "", "signed_out"],
        [302, "redirected", "", "signed_out"],
        [403, "", "", "forbidden"],
        [429, "", "", "throttled"],
        [400, "", "ThrottlingException", "throttled"],
        [400, "", "LimitExceededException", "throttled"],
        [400, "", "InvalidStateException", "on_contact"],
        [400, "", "", "refused"],
        [0, "net::ERR_ABORTED", "", "cut"],
        [0, "NS_BINDING_ABORTED", "", "cut"],
        [0, "net::ERR_INTERNET_DISCONNECTED", "", "network"],
        [0, "net::ERR_EMPTY_RESPONSE", "", "network"],
    ]
    for row in cases:
        departure = departing()
        put_sent(departure, "r1", False, 100001)
        if row[2] != "":
            page_said(departure, "failure", row[2], 100012)
        put_ended(departure, "r1", 100010, row[0], row[1], "")
        page_gone(departure, 100020)
        assert outcome_at(departure, 110000) == "failed:" + row[3]


def test_a_redirect_never_confirms():
    """What answers elsewhere, even with 200, did not take the state."""
    departure = departing()
    put_sent(departure, "r1", False, 100001)
    put_ended(departure, "r1", 100010, 200, "redirected", "")
    page_gone(departure, 100020)
    assert outcome_at(departure, 110000) == "failed:signed_out"


def test_nothing_sent_after_the_page_is_gone():
    """A gone page sends nothing more: two seconds later that is a failure."""
    departure = departing()
    page_gone(departure, 100020)
    assert outcome_at(departure, 100020 + QUIET_MS - 1) == "pending:"
    assert outcome_at(departure, 100020 + QUIET_MS) == "failed:not_sent"


def test_a_living_page_is_not_judged_by_silence():
    """The agent may still be looking at a leave dialog: only an event can tell."""
    departure = departing()
    assert outcome_at(departure, 9000000) == "pending:"
    assert verdict(departure, 9000000)["look_again_at"] == 0


def test_an_error_in_a_living_page_is_a_failure_too():
    """A 403 calls nobody back in the page; the network saw it."""
    departure = departing()
    put_sent(departure, "r1", False, 100001)
    put_ended(departure, "r1", 100010, 403, "", "")
    assert outcome_at(departure, 100010 + QUIET_MS) == "failed:forbidden"


def test_success_from_streams_confirms_only_without_contradiction():
    """Streams' success counts where the network showed nothing; a status it contradicts wins."""
    departure = departing()
    page_said(departure, "success", "", 100020)
    page_gone(departure, 100030)
    assert outcome_at(departure, 100030) == "pending:"
    assert outcome_at(departure, 110000) == "confirmed:"
    departure = departing()
    put_sent(departure, "r1", False, 100001)
    put_ended(departure, "r1", 100010, 500, "", "")
    page_said(departure, "success", "", 100020)
    assert outcome_at(departure, 110000) == "failed:server_error"


def test_failure_from_streams_without_a_request():
    """Streams refused before anything reached the network."""
    departure = departing()
    page_said(departure, "failure", "UnexpectedParameter", 100020)
    assert outcome_at(departure, 110000) == "failed:refused"
    assert verdict(departure, 110000)["detail"] == "UnexpectedParameter"


def test_no_offline_state_fails_at_once():
    """With no state to go to there is nothing to wait for."""
    fact = {"at": 100000, "from_name": "Available", "target_name": "", "target_arn": "", "trouble": "no_offline_state"}
    departure = announced("d1", SESSION, fact, 100000)
    assert outcome_at(departure, 100000) == "failed:no_offline_state"


def test_an_unannounced_departure():
    """A CCP that vanished is a failure with that reason, unless Offline is seen to be set."""
    departure = vanished("d1", SESSION, 100000)
    assert departure["from_name"] == "Available"
    assert outcome_at(departure, 100000) == "pending:"
    assert outcome_at(departure, 100000 + QUIET_MS) == "failed:vanished"
    assert is_for(departure, "https://acme.awsapps.com", BODY, 100100)
    put_sent(departure, "r1", False, 100100)
    put_ended(departure, "r1", 100110, 200, "", "")
    assert outcome_at(departure, 100110) == "confirmed:"


def test_which_request_belongs_to_which_departure():
    """Same instance, same target state, not before the announcement."""
    departure = departing()
    assert is_for(departure, "https://acme.awsapps.com", BODY, 100001)
    assert is_for(departure, "https://acme.awsapps.com", BODY, 99990)
    assert not is_for(departure, "https://acme.awsapps.com", BODY, 99000)
    assert not is_for(departure, "https://beta.awsapps.com", BODY, 100001)
    other = {"name": "Lunch", "type": "not_routable", "arn": "arn:lunch"}
    assert not is_for(departure, "https://acme.awsapps.com", other, 100001)


def test_a_request_is_counted_once():
    """The browser may tell of a request twice; it is one."""
    departure = departing()
    put_sent(departure, "r1", False, 100001)
    put_sent(departure, "r1", False, 100002)
    assert len(departure["puts"]) == 1
    assert not put_ended(departure, "r2", 100003, 200, "", "")


def test_the_page_cannot_choose_its_time():
    """A page's clock is believed within seconds only."""
    fact = {"at": 5, "from_name": "A", "target_name": "O", "target_arn": "x", "trouble": ""}
    assert announced("d1", SESSION, fact, 100000)["at"] == 100000
    fact["at"] = 999999999
    assert announced("d1", SESSION, fact, 100000)["at"] == 100000
    fact["at"] = 99900
    assert announced("d1", SESSION, fact, 100000)["at"] == 99900


def test_an_endless_retry_does_not_fill_the_record():
    """The record of a departure is bounded however often something is tried."""
    departure = departing()
    for number in range(500):
        put_sent(departure, "r" + str(number), False, 100001 + number)
    assert len(departure["puts"]) <= 40


def test_what_the_answer_to_us_says_counts_more():
    """An error's type that we read ourselves explains a 400, whatever the page had heard."""
    departure = departing()
    page_gone(departure, 100020)
    put_sent(departure, "own-1", True, 100030)
    put_ended(departure, "own-1", 100040, 400, "", "InvalidStateException")
    assert outcome_at(departure, 110000) == "failed:on_contact"
    assert verdict(departure, 110000)["detail"] == "HTTP 400 InvalidStateException"


def test_when_sending_again_can_help():
    """Only while nothing is decided, nothing on its way, and nothing taken by the server."""
    departure = departing()
    assert may_repeat(departure)
    put_sent(departure, "r1", False, 100001)
    assert not may_repeat(departure)
    put_ended(departure, "r1", 100010, 0, "net::ERR_ABORTED", "")
    assert may_repeat(departure)
    put_sent(departure, "r2", False, 100020)
    put_ended(departure, "r2", 100030, 200, "", "")
    assert not may_repeat(departure)
    departure = departing()
    departure["outcome"] = "failed"
    assert not may_repeat(departure)


def test_what_is_worth_sending_again():
    """Once, when the page is gone, and only what may get better: not for want of rights or a session."""
    departure = departing()
    assert not worth_repeating(departure, "server_error")
    page_gone(departure, 100020)
    for reason in ["cut", "network", "server_error", "throttled", "refused", "on_contact"]:
        assert worth_repeating(departure, reason)
    for reason in ["signed_out", "forbidden", "no_offline_state", "vanished", "not_sent", "no_answer"]:
        assert not worth_repeating(departure, reason)
    put_sent(departure, "own-1", True, 100030)
    assert not worth_repeating(departure, "server_error")


def test_which_answers_are_final():
    """A yes and a no are; an error of the server's own, haste, and silence are not."""
    assert is_final(200, "", "")
    assert is_final(401, "", "")
    assert is_final(400, "", "InvalidStateException")
    assert not is_final(500, "", "")
    assert not is_final(429, "", "")
    assert not is_final(400, "", "ThrottlingException")
    assert not is_final(0, "net::ERR_FAILED", "")
