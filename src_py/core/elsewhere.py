"""Whether the agent works elsewhere, on another device: asked of the server before any try that is not fresh."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from core.records import Life

# What the server's own times of one change may differ by in two of its answers.
SLACK_MS = 1000
CHOSEN = ["routable", "not_routable"]
# What Streams calls a contact that nobody has taken: it rings, perhaps at an empty chair, or has been missed there.
NOT_TAKEN = ["incoming", "pending", "connecting", "missed", "rejected", "error"]


def works_elsewhere(life: "Life", snapshot: "Any") -> bool:
    """Whether the server tells of work that began, or of a state that was chosen, since the CCP knew of its agent.

    The server's times are compared with the server's alone. A contact that the CCP did not know, live or not, is
    somebody's work if somebody took it. A state of the system's (a missed call, for instance) is nobody's choice.

    Args:
        life: the CCP that is gone, with what it last knew of its agent.
        snapshot: the server's (GetAgentSnapshot), a stranger's record.
    """
    agent = life["agent"]
    if agent is None:
        return False
    known = " " + agent["contacts"] + " "
    for contact in snapshot["contacts"]:
        is_taken = contact["state"]["type"] not in NOT_TAKEN
        if is_taken and known.find(" " + contact["contactId"] + " ") == -1:
            return True
    state = snapshot["state"]
    if state["type"] not in CHOSEN or state["name"] == agent["target_name"]:
        return False
    if life["choosing"] != "" and state["name"] == life["choosing_name"]:
        # The CCP itself had just asked for another state.
        return False
    if agent["since"] == 0:
        return bool(state["name"] != agent["name"])
    return bool(state["startTimestamp"] * 1000 > agent["since"] + SLACK_MS)
