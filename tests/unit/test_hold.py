"""When a closing is held, and what the dialog in the CCP says."""

from core.departure import announced, put_ended, put_sent
from core.hold import asks, dialog_of, earlier_failures, health, observe
from core.journal import add_pending, confirm, dismiss, empty, fail, give_up, resolve_ccp, resolve_instance
from core.wording import dialog_words

ACME = "https://acme.awsapps.com"
RETRY = {"attempts": 7, "first_delay_ms": 250, "within_ms": 30000}
AGENT = {
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
}


def an_open_ccp(held):
    """An open CCP; before this departure its agent was asked."""
    return {"ccp": "c1", "instance": ACME, "agent": AGENT, "held": held, "let_go": False}


def a_departure(departure_id, ccp):
    """A departure before which the agent was asked, and stayed."""
    session = {"ccp": ccp, "instance": ACME, "url": ACME + "/connect/ccp#", "tab": 7, "frame": 0, "agent": AGENT}
    departure = announced(departure_id, session, {"at": 1000, "trouble": "", "held": True}, 1000)
    departure["held"] = True
    departure["held_at"] = 2000
    return departure


def refused(departure, request):
    """A try of ours that the server refused."""
    put_sent(departure, request, True, 2100)
    put_ended(departure, request, 2200, 500, "", "")


def shown(journal, ccp):
    """What the dialog shows."""
    return dialog_of(journal, ccp, [], RETRY, True)


def test_a_healthy_instance_is_never_held():
    """By default nobody is asked while all is well, or where the browser knows of no network."""
    assert asks("onFailure", health(ACME), False, False) == "offline"
    assert asks("always", health(ACME), False, False) == "always"
    assert asks("never", health(ACME), False, False) == "never"


def test_a_call_that_fails_holds():
    """The last call failed: by the network, by the server, by the session's end. A good one ends it."""
    for bad in [[0, "net::ERR_CONNECTION_REFUSED"], [500, ""], [401, ""], [403, ""], [429, ""], [302, "redirected"]]:
        known = health(ACME)
        observe(known, False, bad[0], bad[1])
        assert asks("onFailure", known, False, False) == "always"
        assert asks("never", known, False, False) == "never"
        # The agent has been told, and wants to leave all the same.
        assert asks("onFailure", known, False, True) == "never"
        assert asks("always", known, False, True) == "never"
        observe(known, False, 200, "")
        assert asks("onFailure", known, False, False) == "offline"


def test_a_session_that_ended_is_asked_about_once():
    """The CCP reloads itself until it may: who has been asked is not asked again."""
    known = health(ACME)
    observe(known, False, 401, "")
    assert asks("onFailure", known, False, False) == "always"
    assert asks("onFailure", known, True, False) == "never"
    assert asks("always", known, True, False) == "never"
    observe(known, False, 500, "")
    assert asks("onFailure", known, True, False) == "always"


def test_what_says_nothing_changes_nothing():
    """A call that was cut with its page; an answer to another question."""
    known = health(ACME)
    observe(known, False, 0, "net::ERR_ABORTED")
    observe(known, True, 0, "net::ERR_ABORTED")
    observe(known, False, 400, "")
    assert asks("onFailure", known, False, False) == "offline"
    observe(known, False, 500, "")
    observe(known, False, 400, "")
    assert asks("onFailure", known, False, False) == "always"


def test_a_change_of_state_that_failed_holds_until_one_is_taken():
    """The polling may go on well all the while."""
    known = health(ACME)
    assert not observe(known, False, 200, "")
    assert observe(known, True, 400, "")
    assert not observe(known, True, 400, "")
    assert not observe(known, False, 200, "")
    assert asks("onFailure", known, False, False) == "always"
    observe(known, True, 200, "")
    assert asks("onFailure", known, False, False) == "offline"


def test_nothing_to_show():
    """No departure, or one whose agent was not asked, or is being asked this moment."""
    journal = empty()
    assert shown(journal, an_open_ccp("")) is None
    departure = a_departure("d1", "c1")
    departure["held_at"] = 0
    add_pending(journal, departure, 1000)
    assert shown(journal, an_open_ccp("d1")) is None


def test_the_tries_are_shown():
    """In flight, between two, and after the last."""
    journal = empty()
    departure = a_departure("d1", "c1")
    add_pending(journal, departure, 1000)
    assert shown(journal, an_open_ccp("d1"))["phase"] == "waiting"
    assert shown(journal, an_open_ccp("d1"))["reason"] == ""
    assert dialog_of(journal, an_open_ccp("d1"), [], RETRY, False)["reason"] == "network"
    put_sent(departure, "own-1", True, 2100)
    assert shown(journal, an_open_ccp("d1"))["phase"] == "trying"
    assert shown(journal, an_open_ccp("d1"))["tries"] == 1
    put_ended(departure, "own-1", 2200, 500, "", "")
    assert shown(journal, an_open_ccp("d1"))["phase"] == "waiting"
    assert shown(journal, an_open_ccp("d1"))["reason"] == "server_error"
    put_sent(departure, "own-2", True, 2300)
    assert shown(journal, an_open_ccp("d1"))["phase"] == "trying"
    assert shown(journal, an_open_ccp("d1"))["reason"] == "server_error"
    fail(journal, departure, "failed", "server_error", "HTTP 500", 3000)
    assert shown(journal, an_open_ccp("d1"))["phase"] == "failed"
    # After the background has slept, the journal alone knows.
    assert shown(journal, an_open_ccp(""))["phase"] == "failed"


def test_confirmed_is_said_of_this_departure_alone():
    """An earlier one of the same CCP says nothing about this one."""
    journal = empty()
    earlier = a_departure("d1", "c1")
    add_pending(journal, earlier, 1000)
    confirm(journal, earlier, 3000)
    assert shown(journal, an_open_ccp("d1"))["phase"] == "confirmed"
    assert shown(journal, an_open_ccp("d2")) is None
    assert shown(journal, an_open_ccp("")) is None


def test_what_failed_may_be_confirmed_later():
    """The page goes on trying when we have given up."""
    journal = empty()
    fail(journal, a_departure("d1", "c1"), "failed", "server_error", "HTTP 500", 3000)
    resolve_instance(journal, ACME, 1, 4000)
    assert shown(journal, an_open_ccp("d1"))["phase"] == "confirmed"
    assert shown(journal, an_open_ccp("")) is None
    journal["failures"][0]["resolved"] = "dismissed"
    assert shown(journal, an_open_ccp("d1")) is None


def test_who_leaves_anyway():
    """The failure is stored with what was known, and the dialog says that the way is free."""
    journal = empty()
    departure = a_departure("d1", "c1")
    add_pending(journal, departure, 1000)
    refused(departure, "own-1")
    give_up(journal, departure, 3000)
    assert len(journal["departures"]) == 0
    assert journal["failures"][0]["reason"] == "server_error"
    journal["failures"][0]["held"] = False
    ccp = an_open_ccp("")
    ccp["let_go"] = True
    assert shown(journal, ccp)["phase"] == "let_go"


def test_who_stays_needs_no_warning():
    """The failures of this CCP are over, those of others are not."""
    journal = empty()
    fail(journal, a_departure("d1", "c1"), "failed", "network", "", 3000)
    fail(journal, a_departure("d2", "c2"), "failed", "network", "", 3000)
    assert resolve_ccp(journal, "c1", 4000)
    assert not resolve_ccp(journal, "c1", 4000)
    assert journal["failures"][0]["resolved"] == "returned"
    assert journal["failures"][1]["resolved"] == ""


def test_what_failed_before_is_told_once():
    """To the agent whose failure it is, in another document, as long as it is open."""
    journal = empty()
    fail(journal, a_departure("d1", "c0"), "failed", "network", "", 3000)
    ccp = an_open_ccp("")
    found = earlier_failures(journal, ccp)
    assert len(found) == 1
    view = dialog_of(journal, ccp, found, RETRY, True)
    assert view["phase"] == "earlier"
    assert view["failures"][0]["id"] == "d1"
    ccp["agent"] = dict(AGENT)
    ccp["agent"]["key"] = 2
    assert len(earlier_failures(journal, ccp)) == 0
    ccp["agent"] = None
    assert len(earlier_failures(journal, ccp)) == 0
    found[0]["shown"] = True
    assert len(earlier_failures(journal, an_open_ccp(""))) == 0
    dismiss(journal, "d1", 4000)
    assert dialog_of(journal, an_open_ccp(""), found, RETRY, True) is None


def test_the_words():
    """The safe button comes first; on a contact nothing more is promised than is true."""
    view = {"phase": "failed", "reason": "network", "tries": 7, "on_contact": False}
    assert dialog_words(view)["title"] == "dialog_title_failed"
    assert dialog_words(view)["why"] == "reason_network"
    assert dialog_words(view)["buttons"][0] == "try_again"
    view["phase"] = "trying"
    view["reason"] = ""
    assert dialog_words(view)["title"] == "dialog_title_asking"
    assert dialog_words(view)["status"] == "dialog_trying"
    view["tries"] = 0
    assert dialog_words(view)["status"] == ""
    view["phase"] = "confirmed"
    assert dialog_words(view)["title"] == "dialog_title_confirmed"
    assert dialog_words(view)["buttons"][0] == "ok"
    view["on_contact"] = True
    assert dialog_words(view)["title"] == "dialog_title_next"
    for phase in ["let_go", "earlier"]:
        view["phase"] = phase
        assert dialog_words(view)["buttons"][0] == "ok"
