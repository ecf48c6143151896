"""What proves what about a departure."""

from core.delivery import ANSWER_MS, GRACE_MS
from core.departure import (
    QUIET_MS,
    announced,
    is_for,
    may_have_arrived,
    page_gone,
    page_said,
    put_ended,
    put_sent,
    signed_out,
    vanished,
    verdict,
)

SESSION = {
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
        "on_contact": False,
        "key": 1,
    },
    "at": 1000,
}
FACT = {"at": 100000, "trouble": ""}
# The rules below are those of a background that only observes; core.delivery has its own tests.
NO_RETRY = {"attempts": 0, "first_delay_ms": 0, "within_ms": 0}
BODY = {"name": "Offline", "type": "offline", "arn": "arn:offline"}


def departing():
    """A departure announced at 100 000 ms."""
    return announced("d1", SESSION, FACT, 100000)


def outcome_at(departure, now):
    """The verdict's outcome and reason in one word."""
    found = verdict(departure, now, NO_RETRY)
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
    assert verdict(departure, 100020, NO_RETRY)["look_again_at"] == 100001 + ANSWER_MS
    assert outcome_at(departure, 100001 + ANSWER_MS - 1) == "pending:"
    assert outcome_at(departure, 100001 + ANSWER_MS) == "failed:no_answer"


def test_an_error_is_a_failure_only_after_the_quiet():
    """The page may have sent another request just before it went: the last word counts, when there is no more."""
    departure = departing()
    put_sent(departure, "r1", False, 100001)
    put_ended(departure, "r1", 100010, 500, "", "")
    page_gone(departure, 100005)
    assert outcome_at(departure, 100010) == "pending:"
    assert verdict(departure, 100010, NO_RETRY)["look_again_at"] == 100010 + QUIET_MS
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


def test_a_living_page_is_not_judged():
    """The agent may be looking at a leave dialog, and the page may try again: nothing is decided before it is gone."""
    departure = departing()
    assert outcome_at(departure, 9000000) == "pending:"
    assert verdict(departure, 9000000, NO_RETRY)["look_again_at"] == 0
    put_sent(departure, "r1", False, 100001)
    put_ended(departure, "r1", 100010, 403, "", "")
    assert outcome_at(departure, 9000000) == "pending:"
    page_gone(departure, 9000000)
    assert outcome_at(departure, 9000000 + QUIET_MS) == "failed:forbidden"


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
    page_gone(departure, 100030)
    assert outcome_at(departure, 110000) == "failed:server_error"


def test_failure_from_streams_without_a_request():
    """Streams refused before anything reached the network."""
    departure = departing()
    page_said(departure, "failure", "UnexpectedParameter", 100020)
    page_gone(departure, 100030)
    assert outcome_at(departure, 110000) == "failed:refused"
    assert verdict(departure, 110000, NO_RETRY)["detail"] == "UnexpectedParameter"


def test_no_offline_state_fails_at_once():
    """With no state to go to there is nothing to wait for."""
    agent = dict(SESSION["agent"])
    agent["target_arn"] = ""
    session = dict(SESSION)
    session["agent"] = agent
    departure = announced("d1", session, {"at": 100000, "trouble": "no_offline_state"}, 100000)
    assert outcome_at(departure, 100000) == "failed:no_offline_state"


def test_trouble_in_the_page_is_not_the_end():
    """Streams threw, but the state to go to is known: it is for the background to deliver."""
    departure = announced("d1", SESSION, {"at": 100000, "trouble": "streams_error"}, 100000)
    page_gone(departure, 100020)
    found = verdict(departure, 100020 + GRACE_MS, {"attempts": 3, "first_delay_ms": 100, "within_ms": 5000})
    assert found["deliver"]
    assert outcome_at(departure, 100020 + QUIET_MS) == "failed:streams_error"


def test_an_unannounced_departure():
    """A CCP that vanished is a failure with that reason, unless Offline is seen to be set."""
    departure = vanished("d1", SESSION, 100000)
    assert departure["agent"]["name"] == "Available"
    assert outcome_at(departure, 100000) == "pending:"
    assert outcome_at(departure, 100000 + QUIET_MS) == "failed:vanished"
    assert is_for(departure, "https://acme.awsapps.com", BODY, 100100)
    put_sent(departure, "r1", False, 100100)
    put_ended(departure, "r1", 100110, 200, "", "")
    assert outcome_at(departure, 100110) == "confirmed:"


def test_signing_out_has_its_own_words():
    """Refused for want of a session that the agent has just ended themselves."""
    departure = signed_out("d1", SESSION, 100000)
    put_sent(departure, "own-1", True, 100001)
    put_ended(departure, "own-1", 100010, 401, "", "")
    assert outcome_at(departure, 110000) == "failed:logged_out"


def test_what_may_have_arrived():
    """In flight, cut, or taken: the server may have the state. Refused, or never sent: it has not."""
    departure = departing()
    assert not may_have_arrived(departure)
    put_sent(departure, "r1", False, 100001)
    assert may_have_arrived(departure)
    put_ended(departure, "r1", 100010, 500, "", "")
    assert not may_have_arrived(departure)
    put_sent(departure, "r2", False, 100020)
    put_ended(departure, "r2", 100030, 0, "net::ERR_ABORTED", "")
    assert may_have_arrived(departure)


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
    assert announced("d1", SESSION, {"at": 5, "trouble": ""}, 100000)["at"] == 100000
    assert announced("d1", SESSION, {"at": 999999999, "trouble": ""}, 100000)["at"] == 100000
    assert announced("d1", SESSION, {"at": 99900, "trouble": ""}, 100000)["at"] == 99900


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
    assert verdict(departure, 110000, NO_RETRY)["detail"] == "HTTP 400 InvalidStateException"
