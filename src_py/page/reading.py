"""Reading what Streams knows of an agent. Each optional part may be missing: that costs no protection."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

# __pragma__('noalias')

# From the begin of a navigation to its question.
BEGINNING_MS = 1000


def state_in(states: "Any", arn: str, name: str, kind: str) -> "Any":
    """The state of an agent's list with this ARN, name or type; ``None`` if there is none. None is called ""."""
    for state in states:
        if state.agentStateARN == arn or state.name == name or state.type == kind:
            return state
    return None


def target_in(states: "Any", wanted: str) -> "Any":
    """The state of an agent's list to go to: the one that is named, or the one of type offline."""
    for state in states:
        if is_named(state, wanted):
            return state
    # Not in this agent's list, or one for calls: Offline keeps them from calls.
    return state_in(states, "", "", "offline")


def is_named(state: "Any", wanted: str) -> bool:
    """Whether a state is the one that the settings name, and none for calls."""
    return state.name == wanted and state.type != "routable"  # type: ignore[no-any-return]


def is_wanted(state: "Any", wanted: str) -> bool:
    """Whether a state is one to go to."""
    return state.type == "offline" or is_named(state, wanted)


def choice_of(agent: "Any", state: "Any", wanted: str) -> "Any":
    """The state of an agent's list that they are to be in by their own choice; ``None`` if that cannot be told.

    The list alone says what can be chosen: a chosen state may have no ARN, and a system's may have one. During a
    contact it is the next state, if that is another choice than to go, or the availability that Streams tells.
    """
    states = agent.getAgentStates()
    try:
        following = agent.getNextState()
        if following and not is_wanted(following, wanted):
            return state_in(states, following.agentStateARN or "", following.name, "")
    except:
        pass
    found = state_in(states, state.agentStateARN or "", state.name, "")
    if found:
        return found
    try:
        available = state_in(states, "", agent.getAvailabilityState().state, "")
        return None if is_wanted(available, wanted) else available
    except:
        return None


def write_agent(fact: "Any", state: "Any", chosen: "Any", target: "Any", contacts: "Any") -> None:
    """Write down what is known of an agent.

    Args:
        fact: where to.
        state: the one that everybody sees; since when it is, is the server's time.
        chosen: the one that was last chosen.
        target: the one to go to.
        contacts: theirs. One is live if there is more to it than after-contact work, or its having been missed.
    """
    fact.name = state.name
    fact.state_type = state.type
    fact.since = 0
    try:
        fact.since = state.startTimestamp.getTime() or 0
    except:
        pass
    fact.chosen_name = chosen.name if chosen else ""
    fact.chosen_arn = (chosen.agentStateARN or "") if chosen else ""
    fact.chosen_type = chosen.type if chosen else ""
    fact.target_name = target.name if target else ""
    fact.target_arn = (target.agentStateARN or "") if target else ""
    fact.target_type = target.type if target else ""
    fact.contacts = ""
    fact.live = False
    for contact in contacts:
        fact.contacts += (" " if fact.contacts != "" else "") + contact.getContactId()
        try:
            phase = contact.getState().type
            fact.live = fact.live or (phase != "ended" and phase != "missed")
        except:
            fact.live = True


def is_held(window: "Any", plan: "Any", led_ms: float) -> bool:
    """Whether the browser is to ask before the page goes, and would: only where a person has clicked.

    Args:
        window: the page's.
        plan: what its closing is to be.
        led_ms: how long ago the page itself led anywhere: to sign in, for one, which is not to be stopped; or by a
            link, which may be a call's or a download's, and then the page stays.
    """
    try:
        if not plan.last or plan.ask == "never" or led_ms < BEGINNING_MS:
            return False
        if plan.ask == "offline" and window.navigator.onLine:
            return False
    except:
        return False
    try:
        return window.navigator.userActivation.hasBeenActive  # type: ignore[no-any-return]
    except:
        return True


def type_of(error: "Any", parse: "Any") -> "Any":
    """The type of an error that Streams calls back with: a text of JSON, of which nothing is certain."""
    try:
        named: Any = "" + parse(error).type
        return named.substring(0, 64)
    except:
        return ""
