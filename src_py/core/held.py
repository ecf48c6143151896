"""A departure that was held: the agent was asked, stays, and answers in the dialog of the CCP."""

from typing import TYPE_CHECKING

from core.agent import has_wrap_up
from core.ending import end, go
from core.journal import open_failures
from core.outcome import given_up
from core.returns import restore

if TYPE_CHECKING:
    from core.records import Life
    from core.turn import Turn


def try_again(turn: "Turn", life: "Life") -> None:
    """The agent, who was asked and stays, has it tried before their eyes: at once, as if for the first time."""
    agent = life["agent"]
    if life["phase"] not in ["open", "asked", "leaving"] or agent is None:
        return
    if life["there"] and has_wrap_up(life):
        return
    if life["phase"] != "leaving":
        # Whatever was signed out before: somebody is here, and asks for this.
        life["way"] = ""
        go(turn, life, "closed")
    life["departures"] += 1
    life["id"] = life["ccp"] + "-" + str(life["departures"])
    life["phase"] = "leaving"
    life["since"] = turn.now
    life["dialog"] = "tries"
    life["puts"] = [put for put in life["puts"] if put["ended_at"] == 0]


def leave_anyway(turn: "Turn", life: "Life") -> None:
    """The agent knows that it failed and wants to leave: that is stored, and the next closing is not held."""
    if life["phase"] == "leaving":
        verdict = given_up(life)
        end(turn, life, verdict["outcome"], verdict["reason"], verdict["detail"])
    life["dialog"] = "let_go"


def keep_working(turn: "Turn", life: "Life") -> None:
    """The agent stays: the departure is void, and what it did is taken back."""
    if life["phase"] == "leaving":
        end(turn, life, "superseded", "", "")
    life["since"] = turn.now
    for failure in open_failures(turn.journal):
        if failure["ccp"] == life["ccp"]:
            failure["resolved"] = "returned"
            failure["resolved_at"] = turn.wall
            turn.decide("withdraw", life)
    restore(turn, life)
    life["dialog"] = ""
