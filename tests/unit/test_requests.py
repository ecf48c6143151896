"""The requests for a state, as the network shows them: whose they are, and what they prove."""

from core.delivery import add_put
from core.journal import empty, fail, open_failures
from core.opening import new_life
from core.policy import defaults
from core.requests import OWN_CALL_MS, put_ended, put_left, tried
from core.turn import Turn

ACME = "https://acme.awsapps.com"
BETA = "https://beta.awsapps.com"
NOW = 100000
WALL = 1700000000000
OFFLINE = {"name": "Offline", "type": "offline", "arn": "arn:offline"}
LUNCH = {"name": "Lunch", "type": "not_routable", "arn": "arn:lunch"}


def a_life(ccp, phase, key=1, instance=ACME):
    """A CCP whose agent is Available, in a phase that began at 100 000 ms."""
    fact = {"ccp": ccp, "instance": instance, "url": instance + "/connect/ccp#", "tab": 7, "frame": 0}
    life = new_life(fact, NOW)
    life["phase"] = phase
    life["gone_since"] = NOW
    life["agent"] = {
        "name": "Available",
        "state_type": "routable",
        "since": 5000,
        "chosen_name": "Available",
        "chosen_arn": "arn:available",
        "chosen_type": "routable",
        "target_name": "Offline",
        "target_arn": "arn:offline",
        "target_type": "offline",
        "contacts": "",
        "live": False,
        "key": key,
    }
    return life


def turn_of(lives, later=0):
    """A turn so many milliseconds later."""
    journal = empty()
    journal["lives"] = lives
    return Turn(journal, NOW + later, WALL + later, defaults())


def left(turn, body, key=1, request="r1"):
    """A CCP of the instance asks for a state."""
    put_left(turn, {"type": "put", "instance": ACME, "request": request, "body": body, "key": key})


def ended(turn, status, error="", request="r1"):
    """A CCP's request ended."""
    put_ended(turn, {"type": "put_ended", "request": request, "status": status, "error": error})


def tries(turn, status, error=""):
    """A try of ours ended."""
    fact = {"type": "tried", "ccp": "c1", "request": "own", "status": status, "error": error}
    fact["code"] = "SomeException"
    fact["renewed"] = True
    tried(turn, fact)


def requests_of(life):
    """The requests that a record has, in words."""
    return " ".join([put["request"] for put in life["puts"]])


def test_whose_request_it_is():
    """Of the instance, and the agent's whose login it bears; where that is not known, of each."""
    mine = a_life("c1", "open")
    colleague = a_life("c2", "open", 2)
    elsewhere = a_life("c3", "open", 1, BETA)
    nobody = a_life("c4", "opening")
    nobody["agent"] = None
    turn = turn_of([mine, colleague, elsewhere, nobody])
    left(turn, OFFLINE)
    assert requests_of(mine) == "r1"
    assert requests_of(colleague) == ""
    assert requests_of(elsewhere) == ""
    assert requests_of(nobody) == ""
    left(turn, OFFLINE, 0, "r2")
    assert requests_of(mine) == "r2"
    assert requests_of(colleague) == "r2"
    assert requests_of(elsewhere) == ""


def test_the_agent_chooses_the_target():
    """Only the newest request says anything, and whatever else was asked for is over."""
    life = a_life("c1", "open")
    life["choosing"] = "r0"
    add_put(life, "r0", False, NOW)
    left(turn_of([life], 300), OFFLINE)
    assert requests_of(life) == "r1"
    assert not life["puts"][0]["own"]
    assert life["puts"][0]["at"] == NOW + 300
    assert life["choosing"] == ""


def test_what_a_page_that_goes_asks_for_may_be_cut():
    """What the agent had chosen just before may be the truth still."""
    for phase in ["asked", "gone"]:
        life = a_life("c1", phase)
        life["gone_since"] = NOW
        life["choosing"] = "r0"
        left(turn_of([life], 300), OFFLINE)
        assert requests_of(life) == "r1"
        assert life["choosing"] == "r0"


def test_the_agent_chooses_another_state():
    """What was asked for before is no proof any more."""
    life = a_life("c1", "open")
    add_put(life, "r0", False, NOW)
    left(turn_of([life]), LUNCH)
    assert requests_of(life) == ""
    assert life["choosing"] == "r1"


def test_a_page_that_goes_asks_for_the_target():
    """It is the departure's until a second after it went; later it is somebody else's."""
    for phase in ["gone", "away", "leaving"]:
        life = a_life("c1", phase)
        add_put(life, "own", True, NOW)
        left(turn_of([life], OWN_CALL_MS), OFFLINE)
        assert requests_of(life) == "own r1"
        left(turn_of([life], OWN_CALL_MS + 1), OFFLINE, 1, "r2")
        assert requests_of(life) == "own r1"


def test_another_state_after_the_departure():
    """Somebody chose it since: what the page asked for is no proof any more; what we ask for still is."""
    for phase in ["gone", "away", "leaving"]:
        life = a_life("c1", phase)
        life["there"] = False
        life["gone_since"] = NOW
        add_put(life, "page", False, NOW)
        add_put(life, "own", True, NOW)
        left(turn_of([life]), LUNCH)
        assert requests_of(life) == "own"
        assert life["choosing"] == ""


def test_another_state_long_after_the_departure():
    """Whoever chose it, in a CCP that we see, is the agent: the departure is void."""
    life = a_life("c1", "leaving")
    life["there"] = False
    life["gone_since"] = NOW - 2000
    add_put(life, "own", True, NOW)
    turn = turn_of([life])
    left(turn, LUNCH)
    assert len(turn.journal["lives"]) == 0
    assert turn.journal["past"][0]["phase"] == "superseded"


def test_who_sees_the_tries_and_chooses_to_work():
    """They stay, and that is the newer wish: the departure is void, and nothing of it is taken back."""
    life = a_life("c1", "leaving")
    life["there"] = True
    life["dialog"] = "tries"
    add_put(life, "own", True, NOW)
    turn = turn_of([life])
    left(turn, LUNCH)
    assert life["phase"] == "open"
    assert life["choosing"] == "r1"
    assert life["dialog"] == ""
    assert requests_of(life) == ""
    assert len(turn.journal["past"]) == 0
    assert len(turn.decisions) == 0


def test_a_newer_wish_is_taken_back_by_nobody():
    """Somebody chooses in an open CCP: what an earlier departure set is not undone any more, at this instance."""
    for body in [LUNCH, OFFLINE]:
        turn = turn_of([a_life("c1", "open"), a_life("c2", "open", 1, BETA)])
        turn.journal["past"] = [a_life("c0", "confirmed"), a_life("c9", "confirmed", 1, BETA)]
        left(turn, body)
        assert " ".join([past["ccp"] for past in turn.journal["past"]]) == "c9"


def test_a_page_s_last_request_is_nobody_s_newer_wish():
    """It is part of a departure, or nobody has opened a CCP since."""
    for key in [1, 2]:
        turn = turn_of([a_life("c1", "gone"), a_life("c2", "open", key)])
        turn.journal["past"] = [a_life("c0", "confirmed")]
        left(turn, OFFLINE)
        assert len(turn.journal["past"]) == 1
    turn = turn_of([a_life("c1", "asked"), a_life("c2", "open", 1, BETA)])
    turn.journal["past"] = [a_life("c0", "confirmed")]
    left(turn, OFFLINE)
    assert len(turn.journal["past"]) == 1


def test_an_answer_is_written_down_once():
    """The first word of a request's end counts; another request's is not this one's."""
    life = a_life("c1", "leaving")
    add_put(life, "r1", False, NOW)
    ended(turn_of([life], 10), 500, "", "r2")
    assert life["puts"][0]["ended_at"] == 0
    ended(turn_of([life], 20), 200, "not_api")
    assert life["puts"][0]["ended_at"] == NOW + 20
    assert life["puts"][0]["status"] == 200
    assert life["puts"][0]["error"] == "not_api"
    ended(turn_of([life], 30), 200)
    assert life["puts"][0]["error"] == "not_api"


def test_a_choice_that_was_refused_is_over():
    """Not one that was taken, which has to show; nor one that was cut, which may have been."""
    for row in [
        [500, "", ""],
        [200, "not_api", ""],
        [0, "net::ERR_FAILED", ""],
        [200, "", "r1"],
        [0, "net::ERR_ABORTED", "r1"],
        [0, "NS_BINDING_ABORTED", "r1"],
    ]:
        life = a_life("c1", "open")
        life["choosing"] = "r1"
        ended(turn_of([life]), 500, "", "r2")
        assert life["choosing"] == "r1"
        ended(turn_of([life]), row[0], row[1])
        assert life["choosing"] == row[2]


def test_the_server_s_word_settles_what_failed():
    """Offline was taken: the failures of this agent are withdrawn, in a 2xx of the API's own alone."""
    for row in [[200, "", "withdraw"], [204, "", "withdraw"], [200, "not_api", ""], [500, "", ""], [302, "", ""]]:
        life = a_life("c1", "open")
        add_put(life, "r1", False, NOW)
        turn = turn_of([life], 50)
        fail(turn.journal, a_life("c0", "failed"), WALL)
        fail(turn.journal, a_life("c9", "failed", 2), WALL)
        ended(turn, row[0], row[1])
        assert " ".join([decision["do"] for decision in turn.decisions]) == row[2]
        assert len(open_failures(turn.journal)) == (1 if row[2] == "withdraw" else 2)
        assert turn.journal["failures"][1]["resolved"] == ""


def test_an_answer_after_the_end():
    """The page's request is answered when we have given up: that settles it."""
    past = a_life("c1", "failed")
    add_put(past, "r1", False, NOW)
    turn = turn_of([])
    turn.journal["past"].append(past)
    fail(turn.journal, past, WALL)
    ended(turn, 200)
    assert past["puts"][0]["status"] == 200
    assert past["resolved"] == "offline"


def test_nothing_to_withdraw():
    """An answer that settles nothing is told to nobody."""
    life = a_life("c1", "open")
    add_put(life, "r1", False, NOW)
    turn = turn_of([life])
    ended(turn, 200)
    assert len(turn.decisions) == 0


def test_a_try_of_ours_ends():
    """All that it came to is written down, once, after the end of the departure too."""
    for part in ["lives", "past"]:
        life = a_life("c1", "leaving")
        put = add_put(life, "own", True, NOW)
        turn = turn_of([], 80)
        turn.journal[part].append(life)
        tries(turn, 400, "timeout")
        assert put["ended_at"] == NOW + 80
        assert put["status"] == 400
        assert put["error"] == "timeout"
        assert put["code"] == "SomeException"
        assert put["renewed"]
        tries(turn, 200, "")
        assert put["status"] == 400


def test_who_works_elsewhere_is_let_alone():
    """Nothing more is tried, and that nobody can be sure is said."""
    life = a_life("c1", "leaving")
    add_put(life, "own", True, NOW)
    turn = turn_of([life])
    tries(turn, 0, "elsewhere")
    assert turn.decisions[0]["do"] == "tell"
    failure = open_failures(turn.journal)[0]
    assert failure["phase"] == "unconfirmed"
    assert failure["reason"] == "elsewhere"
    assert failure["detail"] == ""
    # What has ended ends once.
    past = a_life("c1", "superseded")
    add_put(past, "own", True, NOW)
    turn = turn_of([])
    turn.journal["past"].append(past)
    tries(turn, 0, "elsewhere")
    assert len(turn.decisions) == 0
