"""When an agent who went away counts as having come back, and to what."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.records import Agent, Ccp, Departure

# A reload takes seconds, signing in again perhaps a minute; who is away longer has gone.
RETURN_MS = 60000
# What was on its way when the agent came back has arrived by then; later it is the agent's own wish.
IN_DOUBT_MS = 5000


def still_counts(departure: "Departure", now: float) -> bool:
    """Whether a departure is recent enough to be taken back."""
    return departure["at"] > now - RETURN_MS


def newest_of(departures: "list[Departure]", ccp: "Ccp", now: float) -> "Departure | None":
    """The departure that this CCP takes back by being there, in the same tab, with the same agent.

    Another document's; or its own, if it was gone since (the browser had kept it in the back/forward cache).
    Not one by signing out: who signs in again may have been away, and their browser may do it for them.
    """
    found: Departure | None = None
    for departure in departures:
        if (
            departure["instance"] == ccp["instance"]
            and departure["tab"] == ccp["tab"]
            and (departure["ccp"] != ccp["ccp"] or departure["gone_at"] > 0)
            and departure["agent"]["chosen_arn"] != ""
            and departure["kind"] != "signed_out"
            and ccp["agent"] is not None
            and departure["agent"]["key"] == ccp["agent"]["key"]
            and still_counts(departure, now)
        ):
            found = departure
    return found


def has_taken_effect(departure: "Departure", agent: "Agent") -> bool:
    """Whether the agent is in the state that this departure asked for.

    On a contact that cannot be seen: the target is the next state, and the visible one is the system's.
    """
    if agent["on_contact"]:
        return departure["agent"]["on_contact"]
    return agent["chosen_arn"] == departure["agent"]["target_arn"]
