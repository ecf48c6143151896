"""Reading what Streams knows of an agent. Each optional part may be missing: that costs no protection."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

# __pragma__('noalias')


def state_in(states: "Any", arn: str, name: str, kind: str) -> "Any":
    """The state of an agent's list with this ARN, name or type; ``None`` if there is none."""
    for state in states:
        if (arn != "" and state.agentStateARN == arn) or state.name == name or state.type == kind:
            return state
    return None


def write_state(fact: "Any", state: "Any") -> None:
    """The state everybody sees, and since when it is (the server's time)."""
    fact.name = state.name
    fact.state_type = state.type
    fact.since = 0
    try:
        fact.since = state.startTimestamp.getTime() or 0
    except:
        pass


def write_choice(fact: "Any", chosen: "Any", target: "Any") -> None:
    """The state that was last chosen, and the one to go to."""
    fact.chosen_name = chosen.name if chosen else ""
    fact.chosen_arn = (chosen.agentStateARN or "") if chosen else ""
    fact.chosen_type = chosen.type if chosen else ""
    fact.target_name = target.name if target else ""
    fact.target_arn = (target.agentStateARN or "") if target else ""
    fact.target_type = target.type if target else ""


def write_contacts(fact: "Any", contacts: "Any") -> None:
    """The ids of the agent's contacts, and whether one is live: after-contact work is what is left of an ended one."""
    fact.contacts = ""
    fact.live = False
    for contact in contacts:
        fact.contacts += (" " if fact.contacts != "" else "") + contact.getContactId()
        try:
            fact.live = fact.live or contact.getState().type != "ended"
        except:
            fact.live = True


def has_network(window: "Any") -> bool:
    """Whether the page's browser says that it has a network."""
    try:
        return window.navigator.onLine  # type: ignore[no-any-return]
    except:
        return True


def type_of(error: "Any", parse: "Any") -> "Any":
    """The type of an error that Streams calls back with: a text of JSON, of which nothing is certain."""
    try:
        named: Any = "" + parse(error).type
        return named.substring(0, 64)
    except:
        return ""


def asks_before_leaving(window: "Any") -> bool:
    """Whether the browser would ask: only where a person has clicked."""
    try:
        return window.navigator.userActivation.hasBeenActive  # type: ignore[no-any-return]
    except:
        return True
