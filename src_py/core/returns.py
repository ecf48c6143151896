"""When an agent who is back has the state from before again: only what we ourselves have set, and nobody since."""

from typing import TYPE_CHECKING

from core.address import is_same_instance
from core.agent import is_on_contact, is_there
from core.delivery import ANSWER_MS, may_have_arrived, was_chosen
from core.journal import fail
from core.opening import new_life
from core.others import is_same_agent

if TYPE_CHECKING:
    from typing import Any

    from core.records import Journal, Life
    from core.turn import Turn

# A reload takes seconds, signing in again perhaps a minute; who is away longer has gone.
RETURN_MS = 60000
# What was on its way when the agent came back has arrived by then; later it is somebody's own wish.
IN_DOUBT_MS = 5000


def left_behind(journal: "Journal", life: "Life", now: float) -> "Life | None":
    """The newest departure that this CCP takes back by being there: from the same tab, by the same agent.

    Or from any tab, if it was void: then the agent was at a CCP here, and what was set meanwhile was ours. Not one by
    signing out: who signs in again may have been away, and their browser may do it for them. Nor one from an error
    state: nobody is made available by us who was not.
    """
    found: Life | None = None
    for past in journal["past"]:
        if not is_same_instance(past["instance"], life["instance"]) or not is_same_agent(past, life):
            continue
        is_here = past["tab"] == life["tab"]
        if (is_here or past["phase"] == "superseded") and _may_be_taken_back(past, life, now):
            found = past
        elif not is_here and found is not None and found["tab"] != life["tab"]:
            # What was void before a departure that ended says nothing any more.
            found = None
    return found


def _may_be_taken_back(past: "Life", life: "Life", now: float) -> bool:
    agent = past["agent"]
    return (
        past["way"] != "signed_out"
        and not was_chosen(past)
        and agent is not None
        and agent["state_type"] != "error"
        and agent["chosen_name"] != ""
        and (now < past["gone_since"] + RETURN_MS or life["dialog"] == "confirmed")
    )


def is_to_be_restored(past: "Life", life: "Life", now: float) -> bool:
    """Whether the agent is in the state that this departure set, so that nobody has chosen since.

    Args:
        past: the departure.
        life: the CCP that is open; its phase began when its agent was known, or when they chose to stay.
        now: in ms of the run's clock.
    """
    agent = life["agent"]
    left = past["agent"]
    if agent is None or left is None or not may_have_arrived(past):
        return False
    if now > life["since"] + IN_DOUBT_MS and not _came_later(past, life, now):
        return False
    if is_on_contact(agent):
        # There the target is the next state, which cannot be seen; it was set if the contact is the one from before.
        # After-contact work that is there still shows that nothing was set, and any choice would end it.
        if not agent["live"]:
            return False
        return agent["contacts"] == left["contacts"]
    return is_there(agent)


def _came_later(past: "Life", life: "Life", now: float) -> bool:
    """Whether a request of a departure was answered after the agent was back, and has just arrived."""
    for put in past["puts"]:
        # Of one whose end nobody heard, nobody waits for an answer any longer than this.
        ended_at = put["ended_at"] if put["ended_at"] > 0 else put["at"] + ANSWER_MS
        if ended_at > life["since"] and now <= ended_at + IN_DOUBT_MS:
            return True
    return False


def not_restored(turn: "Turn", life: "Life", code: str) -> None:
    """The page was asked to choose the state from before, and could not: somebody who works is Offline, and is told."""
    life["departures"] += 1
    failure = new_life(life, turn.now)
    failure["id"] = life["ccp"] + "-" + str(life["departures"])
    failure["departures"] = life["departures"]
    failure["there"] = False
    failure["agent"] = life["agent"]
    failure["phase"] = "failed"
    failure["reason"] = "not_restored"
    failure["detail"] = code
    failure["at"] = turn.wall
    failure["settled_at"] = turn.wall
    fail(turn.journal, failure, turn.wall)
    turn.decide("tell", failure)


def restore(turn: "Turn", life: "Life") -> None:
    """Have the state from before chosen again, where that is due."""
    past = left_behind(turn.journal, life, turn.now)
    if past is None or turn.policy["on_reload"] != "restore":
        return
    if is_to_be_restored(past, life, turn.now):
        agent: Any = past["agent"]
        turn.journal["past"] = [other for other in turn.journal["past"] if other is not past]
        command = {"type": "restore", "arn": agent["chosen_arn"], "name": agent["chosen_name"]}
        turn.decide("page", life, command)
