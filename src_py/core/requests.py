"""The requests for a state: those of the CCPs, as the network showed them, and the background's own."""

from typing import TYPE_CHECKING

from core.address import is_same_instance
from core.agent import asks_for_target
from core.delivery import add_put, answered_well, is_taken, put_of, was_cut
from core.ending import end
from core.journal import resolve_agent, resolve_choice

if TYPE_CHECKING:
    from typing import Any

    from core.records import Journal, Life
    from core.turn import Turn

# A request of the page's belongs to its departure if it left until then: the two are told by different roads.
OWN_CALL_MS = 1000


def _all_of(journal: "Journal") -> "list[Life]":
    """Those that go on, and those that have just ended."""
    found: list[Life] = []
    found.extend(journal["lives"])
    found.extend(journal["past"])
    return found


def put_left(turn: "Turn", fact: "Any") -> None:
    """A PutAgentState of a CCP's left the browser. Whose it is, is known where its login is (``key``)."""
    taken = False
    for life in turn.journal["lives"]:
        agent = life["agent"]
        if agent is None or not is_same_instance(life["instance"], fact["instance"]):
            continue
        if fact["key"] != 0 and fact["key"] != agent["key"]:
            continue
        going = life["phase"] in ["gone", "away", "leaving"]
        if not asks_for_target(agent, fact["body"]):
            late = fact["key"] != 0 and turn.now > life["gone_since"] + OWN_CALL_MS
            if life["phase"] == "leaving" and (life["there"] or late):
                # Who was asked, and stays, chooses to work: that is the newer wish.
                end(turn, life, "superseded", "", "")
                life["choosing"] = fact["request"]
                life["choosing_name"] = fact["body"]["name"]
            elif going:
                # Made after it by somebody: what the page asked for is no proof any more.
                life["puts"] = [put for put in life["puts"] if put["own"]]
            else:
                life["choosing"] = fact["request"]
                life["choosing_name"] = fact["body"]["name"]
                life["puts"] = []
                if resolve_choice(turn.journal, life, turn.wall):
                    turn.decide("withdraw", life)
        elif not going or turn.now <= life["gone_since"] + OWN_CALL_MS:
            taken = taken or going
            if not going and life["phase"] != "asked":
                # What a page asks for as it goes may be cut: what was chosen before it may be the truth still.
                life["choosing"] = ""
            if not going:
                life["puts"] = []
            add_put(life, fact["request"], False, turn.now)
    if not taken:
        # Somebody chooses in a CCP that is open: the newer wish, which nothing takes back.
        turn.journal["past"] = [
            past
            for past in turn.journal["past"]
            if not is_same_instance(past["instance"], fact["instance"]) or not _has_open(turn.journal, past)
        ]


def _has_open(journal: "Journal", past: "Life") -> bool:
    for life in journal["lives"]:
        if is_same_instance(life["instance"], past["instance"]) and life["phase"] == "open":
            return True
    return False


def put_ended(turn: "Turn", fact: "Any") -> None:
    """A PutAgentState of a CCP's was answered, or cut. ``error`` is "not_api" for an answer not in the API's form."""
    well = fact["error"] == "" and answered_well(fact["status"])
    for life in _all_of(turn.journal):
        # One that was cut with its page may have been taken all the same.
        if life["choosing"] == fact["request"] and not well and not was_cut(fact["error"]):
            life["choosing"] = ""
        put = put_of(life, fact["request"])
        if put is not None and put["ended_at"] == 0:
            put["ended_at"] = turn.now
            put["status"] = fact["status"]
            put["error"] = fact["error"]
            agent = life["agent"]
            if well and agent is not None:
                if resolve_agent(turn.journal, life["instance"], agent["key"], turn.wall):
                    turn.decide("withdraw", life)


def tried(turn: "Turn", fact: "Any") -> None:
    """A try of ours is over. ``error`` is "elsewhere" if the server told that the agent works elsewhere: stop."""
    for life in _all_of(turn.journal):
        put = put_of(life, fact["request"])
        if put is None or put["ended_at"] != 0:
            continue
        put["ended_at"] = turn.now
        put["status"] = fact["status"]
        put["error"] = fact["error"]
        put["code"] = fact["code"]
        put["renewed"] = fact["renewed"]
        agent = life["agent"]
        if is_taken(put) and agent is not None:
            if resolve_agent(turn.journal, life["instance"], agent["key"], turn.wall):
                turn.decide("withdraw", life)
        if fact["error"] == "elsewhere" and life["phase"] == "leaving":
            end(turn, life, "unconfirmed", "elsewhere", "")
