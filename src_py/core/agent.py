"""What an agent's state is to us: the one they are to be in when their CCP goes, or another."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.records import Agent, Life, Policy, PutBody


def is_there(agent: "Agent") -> bool:
    """Whether the agent is where they are to be: Offline, or in the state that the settings name."""
    if agent["state_type"] == "offline":
        return True
    # Names are unique within an instance. A system state has no target's name.
    return agent["target_type"] != "offline" and agent["name"] == agent["target_name"] and agent["name"] != ""


def is_on_contact(agent: "Agent") -> bool:
    """Whether the agent has a contact, after-contact work included."""
    return agent["contacts"] != ""


def has_wrap_up(life: "Life") -> bool:
    """Whether the agent of a CCP has after-contact work and no live contact: any change of state would end it."""
    agent = life["agent"]
    return agent is not None and is_on_contact(agent) and not agent["live"]


def asks_for_target(agent: "Agent", body: "PutBody") -> bool:
    """Whether a change of state is one to where the agent is to be.

    Args:
        agent: whose state is to change.
        body: what the request says.
    """
    if body["type"] == "offline":
        return True
    if agent["target_arn"] == "" or body["arn"] == "":
        # A chosen state may have none: names are unique within an instance, but for the system's.
        return body["name"] == agent["target_name"] and body["type"] == agent["target_type"]
    return body["arn"] == agent["target_arn"]


def must_go(life: "Life", policy: "Policy") -> bool:
    """Whether the agent of a CCP is known, and is to be set Offline when it goes."""
    agent = life["agent"]
    if agent is None:
        return False
    if is_on_contact(agent) and policy["on_contact"] == "skip":
        return False
    # Asked for a moment ago, another state may be the truth before the page shows it.
    return not is_there(agent) or life["choosing"] != ""
