"""What a look at a set-up has found: one line for each thing, well or not."""

from typing import TYPE_CHECKING

from core.instances import is_covered

if TYPE_CHECKING:
    from core.records import Check, Policy


def found(check: str, subject: str, well: bool) -> "Check":
    """One thing that was looked at."""
    return {"check": check, "subject": subject, "well": well}


def check_of_ccp(host: str, is_v2: bool, policy: "Policy", refusal: str) -> "Check":
    """What is to be said of an open CCP that is not connected to us.

    Args:
        host: its instance.
        is_v2: whether it is the newer CCP.
        policy: the settings in force.
        refusal: why the browser lets no script of ours run there, in its own words; "" if it does, or was not asked.
    """
    if not is_covered(host, policy["instances"]):
        return found("not_covered", host, True)
    if is_v2 and not policy["include_ccp_v2"]:
        return found("v2_not_covered", host, True)
    if refusal != "":
        # An administrator's runtime_blocked_hosts, or a site the agent has switched the extension off for.
        return found("blocked", host + ": " + refusal, False)
    return found("reload", host, False)


def is_by_policy(refusal: str) -> bool:
    """Whether an administrator's policy keeps us out of a page, in Chromium's words (seen in 156).

    "This page cannot be scripted due to an ExtensionsSettings policy." Of such a page we do not even learn the address.
    """
    return refusal.find("ExtensionsSettings policy") != -1
