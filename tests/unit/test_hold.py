"""When a closing is held, and what the dialog in the CCP shows."""

from core.delivery import add_put
from core.hold import MOST_EARLIER, asks, dialog_of, earlier_failures, failure_of, health, observe
from core.journal import dismiss, empty, fail, resolve_agent
from core.opening import new_life

ACME = "https://acme.awsapps.com"
BETA = "https://beta.awsapps.com"
RETRY = {"attempts": 7, "first_delay_ms": 250, "within_ms": 30000}


def a_life(ccp, dialog="", instance=ACME, key=1):
    """A CCP whose agent is Available, on a contact."""
    life = new_life({"ccp": ccp, "instance": instance, "url": instance + "/connect/ccp#", "tab": 7, "frame": 0}, 1000)
    life["id"] = "d-" + ccp
    life["agent"] = {"name": "Available", "contacts": "k1", "key": key}
    life["dialog"] = dialog
    return life


def failed(journal, ccp, reason="network", instance=ACME, key=1):
    """A failure."""
    life = a_life(ccp, "", instance, key)
    life["reason"] = reason
    fail(journal, life, 3000)
    return life


def shown(journal, life):
    """What the dialog shows."""
    return dialog_of(journal, life, [], RETRY, True)


def test_a_healthy_instance_is_never_held():
    """By default nobody is asked while all is well, or where the browser knows of no network."""
    assert asks("onFailure", health(ACME), "") == "offline"
    assert asks("always", health(ACME), "") == "always"
    assert asks("never", health(ACME), "") == "never"


def test_a_call_that_fails_holds():
    """The last call failed: by the network, by the server. A good one ends it."""
    for bad in [[0, "net::ERR_CONNECTION_REFUSED"], [500, ""], [403, ""], [429, ""]]:
        known = health(ACME)
        observe(known, False, bad[0], bad[1])
        assert asks("onFailure", known, "") == "always"
        assert asks("never", known, "") == "never"
        observe(known, False, 200, "")
        assert asks("onFailure", known, "") == "offline"


def test_who_was_let_go_is_not_held():
    """They have been told, and want to leave all the same."""
    known = health(ACME)
    observe(known, False, 500, "")
    for hold in ["onFailure", "always"]:
        assert asks(hold, known, "let_go") == "never"
        assert asks(hold, known, "failed") == "always"


def test_a_session_that_ended_holds_nobody():
    """The CCP leads to where the agent can sign in; where it is held, it never does so again."""
    for bad in [[401, ""], [302, "redirected"]]:
        known = health(ACME)
        observe(known, False, bad[0], bad[1])
        for dialog in ["", "asking", "tries"]:
            assert asks("onFailure", known, dialog) == "never"
            assert asks("always", known, dialog) == "never"
        observe(known, False, 500, "")
        assert asks("onFailure", known, "tries") == "always"


def test_what_says_nothing_changes_nothing():
    """A call that was cut with its page; an answer to another question."""
    known = health(ACME)
    assert not observe(known, False, 0, "net::ERR_ABORTED")
    assert not observe(known, True, 0, "NS_BINDING_ABORTED")
    observe(known, False, 400, "")
    assert asks("onFailure", known, "") == "offline"
    observe(known, False, 500, "")
    observe(known, False, 400, "")
    assert asks("onFailure", known, "") == "always"


def test_a_change_of_state_that_failed_holds_until_one_is_taken():
    """The polling may go on well all the while."""
    known = health(ACME)
    assert not observe(known, False, 200, "")
    assert observe(known, True, 404, "")
    assert not observe(known, True, 404, "")
    assert not observe(known, False, 200, "")
    assert asks("onFailure", known, "") == "always"
    assert observe(known, True, 200, "")
    assert asks("onFailure", known, "") == "offline"
    observe(known, True, 200, "not_api")
    observe(known, False, 200, "")
    assert asks("onFailure", known, "") == "always"


def test_a_contact_that_forbids_a_choice():
    """The server refuses the agent's wish because of a call: it would take Offline as soon as there is none."""
    known = health(ACME)
    assert not observe(known, True, 400, "")
    assert asks("onFailure", known, "") == "offline"
    observe(known, True, 500, "")
    observe(known, True, 400, "")
    observe(known, False, 200, "")
    assert asks("onFailure", known, "") == "always"


def test_the_newest_open_failure_of_a_ccp():
    """Not another's, not one that is resolved."""
    journal = empty()
    failed(journal, "c1", "cut")
    failed(journal, "c2")
    failed(journal, "c1", "network")
    assert failure_of(journal, "c1")["reason"] == "network"
    assert failure_of(journal, "c3") is None
    dismiss(journal, "d-c1", 4000)
    assert failure_of(journal, "c2") is not None


def test_nothing_to_show():
    """A CCP that goes, or is asked this moment, or is simply open."""
    assert shown(empty(), a_life("c1")) is None
    assert shown(empty(), a_life("c1", "asking")) is None
    journal = empty()
    failed(journal, "c1")
    assert shown(journal, a_life("c1")) is None


def test_the_tries_are_shown():
    """In flight, and between two, with why the last one failed; before the first, whether there is a network."""
    life = a_life("c1", "tries")
    assert shown(empty(), life)["phase"] == "waiting"
    assert shown(empty(), life)["reason"] == ""
    assert dialog_of(empty(), life, [], RETRY, False)["reason"] == "network"
    put = add_put(life, "own-1", True, 2100)
    view = shown(empty(), life)
    assert view["type"] == "dialog"
    assert view["phase"] == "trying"
    assert view["tries"] == 1
    assert view["most"] == 7
    assert view["state_name"] == "Available"
    assert view["on_contact"] is True
    assert len(view["failures"]) == 0
    put["ended_at"] = 2200
    put["status"] = 500
    assert shown(empty(), life)["phase"] == "waiting"
    assert dialog_of(empty(), life, [], RETRY, False)["reason"] == "server_error"
    add_put(life, "own-2", True, 2300)
    assert shown(empty(), life)["phase"] == "trying"
    assert shown(empty(), life)["reason"] == "server_error"
    assert shown(empty(), life)["tries"] == 2


def test_the_failure_is_shown():
    """With its reason, and how often was tried."""
    journal = empty()
    failure = failed(journal, "c1", "server_error")
    add_put(failure, "own-1", True, 2100)
    add_put(failure, "page", False, 2100)
    view = shown(journal, a_life("c1", "failed"))
    assert view["phase"] == "failed"
    assert view["reason"] == "server_error"
    assert view["tries"] == 1


def test_what_failed_may_be_confirmed_later():
    """By the server's word, when we have given up; that a person dismissed it confirms nothing."""
    journal = empty()
    failed(journal, "c1", "server_error")
    resolve_agent(journal, ACME, 1, 4000)
    assert shown(journal, a_life("c1", "failed"))["phase"] == "confirmed"
    assert shown(journal, a_life("c1")) is None
    for how in ["dismissed", "returned", "repeated"]:
        journal["failures"][0]["resolved"] = how
        assert shown(journal, a_life("c1", "failed")) is None
    # The newest counts, of this CCP.
    journal["failures"][0]["resolved"] = "offline"
    failed(journal, "c2")
    assert shown(journal, a_life("c1", "failed"))["phase"] == "confirmed"
    failed(journal, "c1")
    dismiss(journal, "d-c1", 5000)
    journal["failures"][2]["resolved"] = "dismissed"
    assert shown(journal, a_life("c1", "failed")) is None


def test_the_end_is_shown():
    """Confirmed; or the way is free although it failed."""
    for dialog in ["confirmed", "let_go"]:
        view = shown(empty(), a_life("c1", dialog))
        assert view["phase"] == dialog
        assert view["tries"] == 0
        assert view["reason"] == ""


def test_what_failed_before_is_told_once():
    """To the agent whose failure it is, at this instance, in another document."""
    journal = empty()
    failed(journal, "c0")
    failed(journal, "c1")
    failed(journal, "c8", "network", BETA)
    failed(journal, "c9", "network", ACME, 2)
    life = a_life("c1")
    found = earlier_failures(journal, life)
    assert len(found) == 1
    assert found[0]["ccp"] == "c0"
    unknown = a_life("c1")
    unknown["agent"] = None
    assert len(earlier_failures(journal, unknown)) == 0
    found[0]["shown"] = True
    assert len(earlier_failures(journal, life)) == 0


def test_what_failed_before_is_shown_as_long_as_it_is_open():
    """A few are named; those that are resolved meanwhile are not."""
    journal = empty()
    for number in range(MOST_EARLIER + 2):
        failed(journal, "e" + str(number))
    life = a_life("c1")
    found = earlier_failures(journal, life)
    view = dialog_of(journal, life, found, RETRY, True)
    assert view["phase"] == "earlier"
    assert view["reason"] == ""
    assert view["tries"] == 0
    assert len(view["failures"]) == MOST_EARLIER
    assert view["failures"][0]["ccp"] == "e" + str(MOST_EARLIER + 1)
    dismiss(journal, "d-e" + str(MOST_EARLIER + 1), 4000)
    assert dialog_of(journal, life, found, RETRY, True)["failures"][0]["ccp"] == "e" + str(MOST_EARLIER)
    resolve_agent(journal, ACME, 1, 5000)
    assert dialog_of(journal, life, found, RETRY, True) is None


def test_an_agent_who_is_not_known():
    """Nothing is promised of their state."""
    life = a_life("c1", "let_go")
    life["agent"] = None
    assert shown(empty(), life)["state_name"] == ""
    assert shown(empty(), life)["on_contact"] is False
