"""A departure that was held: what the buttons of the dialog do."""

from core.delivery import add_put
from core.held import keep_working, leave_anyway, try_again
from core.journal import empty, fail, open_failures
from core.opening import new_life
from core.policy import defaults
from core.turn import Turn

ACME = "https://acme.awsapps.com"
NOW = 100000
WALL = 1700000000000


def a_life(ccp, phase):
    """A CCP that is there, its agent Available."""
    life = new_life({"ccp": ccp, "instance": ACME, "url": ACME + "/connect/ccp#", "tab": 7, "frame": 0}, NOW)
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
        "key": 1,
    }
    return life


def turn_of(life, later=0):
    """A turn so many milliseconds later."""
    journal = empty()
    journal["lives"].append(life)
    return Turn(journal, NOW + later, WALL + later, defaults())


def ended(life, request, status):
    """A try of ours that ended."""
    put = add_put(life, request, True, NOW)
    put["ended_at"] = NOW + 5
    put["status"] = status


def test_it_is_tried_again():
    """From an open page, or one that is asked: a departure of its own, before the agent's eyes."""
    for phase in ["open", "asked"]:
        life = a_life("c1", phase)
        try_again(turn_of(life, 900), life)
        assert life["phase"] == "leaving"
        assert life["dialog"] == "tries"
        assert life["way"] == "closed"
        assert life["id"] == "c1-1"
        assert life["departures"] == 1
        assert life["since"] == NOW + 900
        assert life["gone_since"] == NOW + 900


def test_who_signed_out_before_asks_for_something_else_now():
    """The page is there, and somebody in it: what is tried is no log-out."""
    life = a_life("c1", "open")
    life["there"] = True
    life["way"] = "signed_out"
    try_again(turn_of(life), life)
    assert life["way"] == "closed"


def test_tries_that_run_begin_anew():
    """As if for the first time: what has ended is not counted, what is on its way is waited for."""
    life = a_life("c1", "leaving")
    life["id"] = "c1-1"
    ended(life, "own-0", 500)
    add_put(life, "own-1", True, NOW)
    try_again(turn_of(life, 900), life)
    assert life["id"] == "c1-1"
    assert life["since"] == NOW + 900
    assert life["gone_since"] == NOW
    assert " ".join([put["request"] for put in life["puts"]]) == "own-1"


def test_what_has_gone_is_not_tried_again():
    """Nobody is there to see it."""
    for phase in ["opening", "gone", "away"]:
        life = a_life("c1", phase)
        try_again(turn_of(life), life)
        assert life["phase"] == phase
        assert life["dialog"] == ""


def test_who_leaves_anyway():
    """The failure is stored with what is known so far, and the next closing is not held."""
    life = a_life("c1", "leaving")
    life["dialog"] = "tries"
    ended(life, "own-0", 500)
    turn = turn_of(life)
    leave_anyway(turn, life)
    assert life["phase"] == "open"
    assert life["dialog"] == "let_go"
    assert open_failures(turn.journal)[0]["reason"] == "server_error"
    assert turn.decisions[0]["do"] == "tell"


def test_who_leaves_after_the_tries():
    """It has been told: only the way is free now."""
    life = a_life("c1", "open")
    life["dialog"] = "failed"
    turn = turn_of(life)
    leave_anyway(turn, life)
    assert life["dialog"] == "let_go"
    assert len(turn.decisions) == 0


def test_who_keeps_working():
    """The departure is void, nobody is told, and what failed of this CCP is withdrawn; of another it stays."""
    life = a_life("c1", "leaving")
    life["dialog"] = "tries"
    turn = turn_of(life, 900)
    fail(turn.journal, a_life("c1", "failed"), WALL)
    fail(turn.journal, a_life("c2", "failed"), WALL)
    keep_working(turn, life)
    assert life["phase"] == "open"
    assert life["dialog"] == ""
    assert life["since"] == NOW + 900
    assert turn.journal["past"][0]["phase"] == "superseded"
    assert " ".join([decision["do"] for decision in turn.decisions]) == "withdraw"
    assert turn.journal["failures"][0]["resolved"] == "returned"
    assert turn.journal["failures"][0]["resolved_at"] == WALL + 900
    assert turn.journal["failures"][1]["resolved"] == ""


def test_what_it_did_is_taken_back():
    """The server had confirmed it, and the agent stays: their state from before is chosen again, however late."""
    life = a_life("c1", "open")
    life["dialog"] = "confirmed"
    past = a_life("c1", "confirmed")
    ended(past, "own-0", 200)
    life["agent"]["name"] = "Offline"
    life["agent"]["state_type"] = "offline"
    turn = turn_of(life, 300000)
    turn.journal["past"].append(past)
    keep_working(turn, life)
    assert turn.decisions[0]["do"] == "page"
    assert turn.decisions[0]["command"]["name"] == "Available"
    assert life["dialog"] == ""
