"""The end of a CCP's life: who waits for whom, what is delivered, and what it came to."""

from core.delivery import ANSWER_MS, PATIENCE_MS, add_put
from core.ending import GONE_MS, LOOK_MS, SIGNING_OUT_MS, advance, end, go, is_told, leave, may_be_back, next_look_at
from core.journal import empty, open_failures
from core.opening import new_life
from core.others import AWAY_MS, ONE_MOMENT_MS, OPENING_MS
from core.policy import defaults
from core.returns import RETURN_MS
from core.turn import Turn

ACME = "https://acme.awsapps.com"
BETA = "https://beta.awsapps.com"
NOW = 100000
WALL = 1700000000000


def agent(key=1, contacts=""):
    """An agent who is Available."""
    return {
        "name": "Available",
        "state_type": "routable",
        "since": 5000,
        "chosen_name": "Available",
        "chosen_arn": "arn:available",
        "chosen_type": "routable",
        "target_name": "Offline",
        "target_arn": "arn:offline",
        "target_type": "offline",
        "contacts": contacts,
        "live": contacts != "",
        "key": key,
    }


def offline():
    """An agent who is Offline."""
    made = agent()
    made["name"] = "Offline"
    made["state_type"] = "offline"
    return made


def a_life(ccp, phase, there=False, instance=ACME):
    """A CCP in a phase that began at 100 000 ms, as what it is gone for began."""
    fact = {"ccp": ccp, "instance": instance, "url": instance + "/connect/ccp#", "tab": 7, "frame": 0}
    life = new_life(fact, NOW)
    life["phase"] = phase
    life["agent"] = agent()
    life["there"] = there
    life["gone_since"] = NOW
    life["at"] = WALL
    if phase == "leaving":
        # Its tab has told, or has been waited for.
        life["bound"] = "elsewhere"
    return life


def turn_of(lives, later=0):
    """A turn so many milliseconds later."""
    journal = empty()
    journal["lives"] = lives
    return Turn(journal, NOW + later, WALL + later, defaults())


def decided(turn):
    """What was decided, in words."""
    return " ".join([decision["do"] for decision in turn.decisions])


def ended(life, request, own, status, error=""):
    """A request for the target that ended at once."""
    put = add_put(life, request, own, NOW)
    put["ended_at"] = NOW + 1
    put["status"] = status
    put["error"] = error
    return put


# Going.


def test_going_begins_a_departure():
    """The times by both clocks, the way; what was refused before says nothing, what was taken or may be is kept."""
    life = a_life("c1", "open", True)
    life["slept"] = True
    ended(life, "refused", False, 500)
    ended(life, "taken", False, 200)
    add_put(life, "in flight", False, NOW)
    turn = turn_of([life], 500)
    go(turn, life, "vanished")
    assert life["phase"] == "gone"
    assert life["way"] == "vanished"
    assert life["since"] == NOW + 500
    assert life["gone_since"] == NOW + 500
    assert life["at"] == WALL + 500
    assert not life["slept"]
    assert " ".join([put["request"] for put in life["puts"]]) == "taken in flight"


def test_who_was_not_connected_went_nobody_knows_when():
    """Such a departure is not young."""
    life = a_life("c1", "open", False)
    go(turn_of([life]), life, "vanished")
    assert life["slept"]


def test_a_signing_out_that_has_just_begun_is_the_way():
    """Whatever closes its page within half a minute."""
    life = a_life("c1", "open")
    life["way"] = "signed_out"
    go(turn_of([life], SIGNING_OUT_MS), life, "closed")
    assert life["way"] == "signed_out"
    life["gone_since"] = NOW
    go(turn_of([life], SIGNING_OUT_MS + 1), life, "closed")
    assert life["way"] == "closed"


def test_a_failed_signing_out_is_one_story():
    """The same agent's, at this instance, not resolved, and half a minute ago at most."""
    life = a_life("c1", "gone")
    life["way"] = "signed_out"
    failure = a_life("c1", "failed")
    failure["way"] = "signed_out"
    journal = empty()
    assert not is_told(journal, life, NOW)
    journal["failures"].append(failure)
    assert is_told(journal, life, NOW + SIGNING_OUT_MS)
    assert not is_told(journal, life, NOW + SIGNING_OUT_MS + 1)
    for part in [["way", "closed"], ["resolved", "dismissed"], ["instance", BETA], ["agent", agent(2)]]:
        before = failure[part[0]]
        failure[part[0]] = part[1]
        assert not is_told(journal, life, NOW)
        failure[part[0]] = before
    life["way"] = "closed"
    assert not is_told(journal, life, NOW)


def test_leaving_names_the_departure():
    """Each departure of a CCP has an id of its own."""
    life = a_life("c1", "gone")
    leave(turn_of([life], 700), life, "closed")
    assert life["phase"] == "leaving"
    assert life["id"] == "c1-1"
    assert life["since"] == NOW + 700
    assert life["gone_since"] == NOW
    life["phase"] = "away"
    leave(turn_of([life], 900), life, "closed")
    assert life["id"] == "c1-2"
    assert life["gone_since"] == NOW


def test_an_open_ccp_that_leaves_goes_first():
    """As in signing out, which begins while the page is there."""
    life = a_life("c1", "open", True)
    leave(turn_of([life], 700), life, "signed_out")
    assert life["gone_since"] == NOW + 700
    assert life["way"] == "signed_out"
    life = a_life("c2", "gone")
    leave(turn_of([life]), life, "signed_out")
    assert life["way"] == "signed_out"


def test_several_that_go_at_once_are_one_departure():
    """One is delivered; what another's page has on its way belongs to it. A page that is there goes on."""
    first = a_life("c1", "leaving")
    second = a_life("c2", "gone")
    add_put(second, "in flight", False, NOW)
    ended(second, "refused", False, 500)
    third = a_life("c3", "gone", True)
    turn = turn_of([first, second, third])
    leave(turn, second, "closed")
    leave(turn, third, "closed")
    assert " ".join([life["ccp"] for life in turn.journal["lives"]]) == "c1 c3"
    assert " ".join([put["request"] for put in first["puts"]]) == "in flight"
    assert third["phase"] == "open"


def test_another_agent_s_departure_is_another():
    """Nor is another instance's the same."""
    for other in [a_life("c1", "leaving"), a_life("c1", "leaving", False, BETA), a_life("c1", "gone")]:
        if other["instance"] == ACME and other["phase"] == "leaving":
            other["agent"] = agent(2)
        life = a_life("c2", "gone")
        leave(turn_of([other, life]), life, "closed")
        assert life["phase"] == "leaving"


# The end.


def test_a_confirmed_end():
    """It is remembered, what had failed is withdrawn, and whoever shows the agent elsewhere believes the server."""
    life = a_life("c1", "leaving")
    other = a_life("c2", "open", True)
    other["choosing"] = "r7"
    shared = other["agent"]
    busy = a_life("c3", "open", True)
    busy["agent"] = agent(1, "k1")
    stranger = a_life("c4", "open", True)
    stranger["agent"] = agent(2)
    far = a_life("c5", "open", True, BETA)
    turn = turn_of([life, other, busy, stranger, far], 900)
    end(turn, life, "confirmed", "", "")
    assert decided(turn) == "withdraw"
    assert turn.decisions[0]["life"]["phase"] == "confirmed"
    assert len(turn.journal["lives"]) == 4
    assert turn.journal["confirmed"][0]["ccp"] == "c1"
    assert turn.journal["past"][0]["settled_at"] == WALL + 900
    assert other["agent"]["name"] == "Offline"
    assert other["agent"]["state_type"] == "offline"
    assert other["agent"]["chosen_name"] == "Available"
    assert other["choosing"] == ""
    # What the past remembers is as it was.
    assert shared["name"] == "Available"
    assert busy["agent"]["name"] == "Available"
    assert stranger["agent"]["name"] == "Available"
    assert far["agent"]["name"] == "Available"


def test_a_failed_end():
    """It is a failure with its reason, and is told; nobody is taken to be Offline."""
    life = a_life("c1", "leaving")
    life["dialog"] = "let_go"
    other = a_life("c2", "open", True)
    turn = turn_of([life, other], 900)
    end(turn, life, "failed", "server_error", "HTTP 500")
    assert decided(turn) == "tell"
    failure = open_failures(turn.journal)[0]
    assert failure["phase"] == "failed"
    assert failure["reason"] == "server_error"
    assert failure["detail"] == "HTTP 500"
    assert failure["settled_at"] == WALL + 900
    assert failure["dialog"] == ""
    assert other["agent"]["name"] == "Available"
    assert len(turn.journal["lives"]) == 1


def test_a_superseded_end():
    """Nobody is told, nothing is kept but what can be taken back."""
    life = a_life("c1", "leaving")
    turn = turn_of([life])
    end(turn, life, "superseded", "", "")
    assert decided(turn) == ""
    assert len(turn.journal["failures"]) == 0
    assert len(turn.journal["confirmed"]) == 0
    assert turn.journal["past"][0]["phase"] == "superseded"
    assert turn.journal["past"][0]["reason"] == ""


def test_a_page_that_is_there_goes_on():
    """Open as before, with nothing of the departure; one that signs out is still on its way to that."""
    life = a_life("c1", "leaving", True)
    life["bound"] = "elsewhere"
    life["sent"] = True
    life["way"] = "closed"
    ended(life, "r1", True, 500)
    turn = turn_of([life], 300)
    end(turn, life, "failed", "server_error", "")
    assert life["phase"] == "open"
    assert life["since"] == NOW + 300
    assert life["bound"] == ""
    assert not life["sent"]
    assert life["way"] == ""
    assert len(life["puts"]) == 0
    assert len(turn.journal["past"][0]["puts"]) == 1
    assert not turn.journal["past"][0]["there"]
    life["phase"] = "leaving"
    life["way"] = "signed_out"
    end(turn, life, "failed", "server_error", "")
    assert life["way"] == "signed_out"
    life["phase"] = "leaving"
    life["agent"] = None
    end(turn, life, "superseded", "", "")
    assert life["phase"] == "opening"


def test_the_dialog_says_how_it_ended():
    """Only one in which the tries are shown."""
    for row in [["confirmed", "confirmed"], ["failed", "failed"], ["unconfirmed", "failed"], ["superseded", ""]]:
        life = a_life("c1", "leaving", True)
        life["dialog"] = "tries"
        end(turn_of([life]), life, row[0], "", "")
        assert life["dialog"] == row[1]
        life["phase"] = "leaving"
        life["dialog"] = "let_go"
        end(turn_of([life]), life, row[0], "", "")
        assert life["dialog"] == "let_go"


# Whoever has gone.


def test_a_tab_nobody_tells_of():
    """The browser tells of a tab at once: two seconds later it is delivered without its word."""
    life = a_life("c1", "gone")
    advance(turn_of([life], GONE_MS - 1))
    assert life["phase"] == "gone"
    turn = turn_of([life], GONE_MS)
    advance(turn)
    assert life["phase"] == "leaving"
    assert decided(turn) == "deliver"


def test_a_ccp_that_is_away_is_waited_for():
    """Ten seconds from when it was known to come back."""
    life = a_life("c1", "gone")
    life["bound"] = "ccp"
    advance(turn_of([life], 1500))
    assert life["phase"] == "away"
    assert life["since"] == NOW + 1500
    advance(turn_of([life], 1500 + AWAY_MS - 1))
    assert life["phase"] == "away"
    advance(turn_of([life], 1500 + AWAY_MS))
    assert life["phase"] == "leaving"


def test_a_page_whose_port_is_late_has_gone_all_the_same():
    """What is delivered for it ends it."""
    life = a_life("c1", "gone", True)
    life["bound"] = "elsewhere"
    advance(turn_of([life]))
    assert life["phase"] == "leaving"
    assert not life["there"]


def test_who_need_not_go_is_forgotten():
    """Offline by now, or left alone with a contact, or its failed signing out was told."""
    life = a_life("c1", "away")
    life["agent"] = offline()
    turn = turn_of([life])
    advance(turn)
    assert len(turn.journal["lives"]) == 0
    life = a_life("c1", "gone")
    life["agent"] = agent(1, "k1")
    turn = turn_of([life])
    turn.policy["on_contact"] = "skip"
    advance(turn)
    assert len(turn.journal["lives"]) == 0
    life = a_life("c1", "gone")
    life["way"] = "signed_out"
    failure = a_life("c1", "failed")
    failure["way"] = "signed_out"
    turn = turn_of([life])
    turn.journal["failures"].append(failure)
    advance(turn)
    assert len(turn.journal["lives"]) == 0


def test_an_agent_who_is_at_another_ccp_has_not_gone():
    """The record is forgotten; what may have arrived all the same can be taken back."""
    for phase in ["gone", "away"]:
        turn = turn_of([a_life("c1", phase, True), a_life("c2", "open", True)])
        advance(turn)
        assert len(turn.journal["lives"]) == 1
        assert len(turn.journal["past"]) == 0
        life = a_life("c1", phase, True)
        ended(life, "r1", False, 200)
        turn = turn_of([life, a_life("c2", "open", True)])
        advance(turn)
        assert turn.journal["lives"][0]["ccp"] == "c2"
        assert turn.journal["past"][0]["phase"] == "superseded"
        assert decided(turn) == ""


def test_another_agent_s_ccp_keeps_nobody():
    """Nor does one of another instance."""
    for other in [a_life("c2", "open", True), a_life("c2", "open", True, BETA)]:
        if other["instance"] == ACME:
            other["agent"] = agent(2)
        life = a_life("c1", "gone")
        life["bound"] = "elsewhere"
        advance(turn_of([life, other]))
        assert life["phase"] == "leaving"


def test_who_is_opening_may_be_the_return():
    """Ten seconds are waited for its agent, though the tab is gone."""
    life = a_life("c1", "gone")
    life["bound"] = "elsewhere"
    other = a_life("c2", "opening", True)
    other["agent"] = None
    advance(turn_of([life, other], OPENING_MS - 1))
    assert life["phase"] == "gone"
    advance(turn_of([life, other], OPENING_MS))
    assert life["phase"] == "leaving"


# Delivery.


def test_the_first_try():
    """At once, without a question, in the plain way; and the record knows of it."""
    life = a_life("c1", "leaving")
    life["id"] = "c1-1"
    turn = turn_of([life])
    advance(turn)
    assert decided(turn) == "deliver"
    decision = turn.decisions[0]
    assert decision["ccp"] == "c1"
    assert decision["request"] == "c1-1-0"
    assert not decision["command"]["ask"]
    assert not decision["command"]["renew"]
    put = life["puts"][0]
    assert put["request"] == "c1-1-0"
    assert put["own"]
    assert put["at"] == NOW
    assert not put["enqueue"]


def test_a_later_try_asks_first():
    """And with a new token where the last was refused, for the next state on a contact."""
    life = a_life("c1", "leaving")
    life["agent"] = agent(1, "k1")
    put = ended(life, "own", True, 401)
    put["enqueue"] = True
    turn = turn_of([life], 5)
    advance(turn)
    assert turn.decisions[0]["command"]["ask"]
    assert turn.decisions[0]["command"]["renew"]
    assert life["puts"][1]["enqueue"]


def test_a_try_is_put_off_while_somebody_comes():
    """Perhaps the agent is back in a moment; not in signing out, which nobody takes back."""
    other = a_life("c2", "opening", True)
    other["agent"] = None
    life = a_life("c1", "leaving")
    turn = turn_of([life, other])
    advance(turn)
    assert decided(turn) == ""
    assert len(life["puts"]) == 0
    life["way"] = "signed_out"
    turn = turn_of([life, other])
    advance(turn)
    assert decided(turn) == "deliver"


def test_without_a_network_the_next_try_is_put_off():
    """The first is made whatever the browser says, and so is the last, when time is up."""
    life = a_life("c1", "leaving")
    turn = turn_of([life])
    turn.journal["online"] = False
    advance(turn)
    assert decided(turn) == "deliver"
    life["puts"] = []
    ended(life, "own", True, 0, "net::ERR_FAILED")
    for row in [[1000, False, ""], [1000, True, "deliver"]]:
        turn = turn_of([life], row[0])
        turn.journal["online"] = row[1]
        advance(turn)
        assert decided(turn) == row[2]
    life["puts"] = []
    put = ended(life, "own", True, 0, "net::ERR_FAILED")
    put["ended_at"] = NOW + 29700
    turn = turn_of([life], 30000)
    turn.journal["online"] = False
    advance(turn)
    assert decided(turn) == "deliver"


def test_a_departure_is_void_when_the_agent_is_at_another_ccp():
    """Nothing more is tried; signing out goes on, unless they have signed in again since."""
    other = a_life("c2", "open", True)
    other["opened_at"] = NOW - 5000
    turn = turn_of([a_life("c1", "leaving"), other])
    advance(turn)
    assert decided(turn) == ""
    assert turn.journal["past"][0]["phase"] == "superseded"
    for row in [[1, "deliver"], [0, ""]]:
        life = a_life("c1", "leaving")
        life["way"] = "signed_out"
        other = a_life("c2", "open", True)
        other["opened_at"] = NOW - row[0]
        turn = turn_of([life, other])
        advance(turn)
        assert decided(turn) == row[1]


def test_what_is_proven_ends_it():
    """An answer, good or bad, is judged at once, and with its reason."""
    life = a_life("c1", "leaving")
    ended(life, "own", True, 200)
    turn = turn_of([life])
    advance(turn)
    assert decided(turn) == "withdraw"
    life = a_life("c1", "leaving")
    ended(life, "own", True, 403)
    turn = turn_of([life])
    advance(turn)
    assert decided(turn) == "tell"
    assert turn.decisions[0]["life"]["reason"] == "forbidden"
    assert turn.decisions[0]["life"]["detail"] == "HTTP 403"


def test_the_past_is_a_minute_long():
    """Longer while a dialog offers to take it back."""
    turn = turn_of([], RETURN_MS - 1)
    turn.journal["past"].append(a_life("c1", "confirmed"))
    advance(turn)
    assert len(turn.journal["past"]) == 1
    turn = turn_of([], RETURN_MS)
    turn.journal["past"].append(a_life("c1", "confirmed"))
    advance(turn)
    assert len(turn.journal["past"]) == 0
    for row in [["c1", "confirmed", 1], ["c1", "failed", 0], ["c2", "confirmed", 0]]:
        shown = a_life(row[0], "open", True)
        shown["dialog"] = row[1]
        turn = turn_of([shown], RETURN_MS)
        turn.journal["past"].append(a_life("c1", "confirmed"))
        advance(turn)
        assert len(turn.journal["past"]) == row[2]


# When to look again.


def look_of(lives, later):
    """In how many milliseconds to look again; -1: not at all."""
    turn = turn_of(lives, later)
    at = next_look_at(turn.journal, turn.now, turn.policy)
    return -1 if at == 0 else at - turn.now


def test_nobody_waits():
    """What is open, and what has been opening for too long, needs no look."""
    assert look_of([], 0) == -1
    assert look_of([a_life("c1", "open", True)], 0) == -1
    assert look_of([a_life("c1", "opening", True)], OPENING_MS) == -1


def test_who_waits_looks_again():
    """When an opening one counts no more; soon for one that has gone; when a request is overdue; or a try is due."""
    assert look_of([a_life("c1", "opening", True)], 3000) == OPENING_MS - 3000
    # What other CCPs were told because of the question holds for a moment.
    assert look_of([a_life("c1", "asked", True)], 100) == ONE_MOMENT_MS - 100 + 1
    assert look_of([a_life("c1", "asked", True)], ONE_MOMENT_MS + 1) == -1
    assert look_of([a_life("c1", "gone")], 0) == LOOK_MS
    assert look_of([a_life("c1", "away")], 0) == LOOK_MS
    life = a_life("c1", "leaving")
    # A try is due, and put off.
    assert look_of([life], 0) == LOOK_MS
    put = add_put(life, "r1", False, NOW)
    assert look_of([life], 0) == PATIENCE_MS
    put["own"] = True
    assert look_of([life], 0) == ANSWER_MS


def test_the_page_goes_while_it_is_tried():
    """Perhaps it is reloaded: no try until its tab has told, or has had its time; a log-out waits for nobody."""
    for row in [["", GONE_MS], ["ccp", AWAY_MS], ["elsewhere", 0]]:
        life = a_life("c1", "leaving")
        life["bound"] = row[0]
        if row[1] > 0:
            turn = turn_of([life], row[1] - 1)
            advance(turn)
            assert decided(turn) == ""
            life["way"] = "signed_out"
            assert not may_be_back(turn, life)
            life["way"] = "closed"
            life["there"] = True
            assert not may_be_back(turn, life)
            life["there"] = False
        turn = turn_of([life], row[1])
        advance(turn)
        assert decided(turn) == "deliver"


def test_the_soonest_look_counts():
    """Whichever comes first, in whatever order they stand."""
    slow = a_life("c1", "opening", True)
    assert look_of([slow, a_life("c2", "gone")], 0) == LOOK_MS
    assert look_of([a_life("c2", "gone"), slow], 0) == LOOK_MS
    assert look_of([a_life("c2", "gone"), a_life("c3", "open", True)], 0) == LOOK_MS
