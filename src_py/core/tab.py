"""What the browser says of a tab, and what that means for the CCP in it (measured: docs/architecture.md)."""

from typing import TYPE_CHECKING

from core.address import instance_of, is_ccp, is_same_instance, is_workspace

if TYPE_CHECKING:
    from core.records import Life, Tab


def shows(tab: "Tab | None", life: "Life", asked: bool) -> str:
    """What the tab of a CCP shows, or will show.

    Args:
        tab: what the browser says of it; ``None``: there is no such tab. Of pages that we may not reach it tells no
            address.
        life: the CCP.
        asked: whether it is only asked whether it may go: then what it will show may be hidden from us.

    Returns:
        "gone": there is no tab. "unloaded": its page crashed, or was dropped to save memory. "ccp": it loads a CCP of
        this instance. "loading": it loads something, in which a framed CCP may be again. "leading": it loads
        something else. "hidden": a stranger's page, or one that has just come, and may be this CCP's. "elsewhere": it
        shows something else. "here": it rests where it was.
    """
    if tab is None:
        return "gone"
    if tab["status"] == "unloaded":
        return "unloaded"
    loads = tab["status"] == "loading"
    if life["frame"] != 0 and not life["workspace"]:
        # What is in a company's page is not to be seen from outside.
        return "loading" if loads else "here"
    address = tab["pending"] if loads and tab["pending"] != "" else tab["url"]
    # The agent workspace changes its address as the agent works, and keeps its frames.
    is_its_own = is_workspace(address) if life["workspace"] else is_ccp(address)
    if is_its_own and is_same_instance(instance_of(address), life["instance"]):
        if loads and asked and tab["pending"] == "":
            # A moment before a stranger's page comes the tab says the same as a moment after a reload has failed.
            return "hidden"
        return "ccp" if loads else "here"
    return "leading" if loads else "elsewhere"


def may_come_back(answer: str) -> bool:
    """Whether the CCP may be there again when its tab, which shows this, has loaded."""
    return answer == "ccp" or answer == "loading"
