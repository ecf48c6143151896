"""Checks: does this set-up protect the agent? Looked at when somebody asks, on the options page."""

from typing import TYPE_CHECKING

from browser.permissions import missing_hosts
from browser.scripts import refusal_of
from browser.tabs import all_tabs
from core.address import HOSTS, host_of, is_ccp, is_ccp_v2
from core.checks import check_of_ccp, found, is_by_policy

if TYPE_CHECKING:
    from background.ccps import Ccps
    from background.coverage import Coverage
    from core.records import Check, Policy, Proof


async def look_around(
    policy: "Policy", ccps: "Ccps", coverage: "Coverage", proofs: "list[Proof]", twins: bool
) -> "list[Check]":
    """What was looked at, and whether it is well: access to Connect's hosts, and every CCP that is open in a tab.

    Args:
        policy: the settings in force.
        ccps: the CCPs that are connected to us.
        coverage: which addresses the settings cover.
        proofs: what our own calls to each instance came to.
        twins: whether a second copy of this extension is at work.
    """
    missing = await missing_hosts(HOSTS)
    checks = [found("hosts_missing", host, False) for host in missing]
    if len(checks) == 0:
        checks.append(found("hosts", "", True))
    connected = [ccp["tab"] for ccp in ccps.all()]
    kept_out = False
    for tab in await all_tabs():
        if tab["url"] == "":
            refusal = await refusal_of(tab["tab"])
            kept_out = kept_out or is_by_policy(refusal)
        elif is_ccp(tab["url"]) and tab["tab"] not in connected:
            refusal = ""
            if coverage.covers(tab["url"]):
                refusal = await refusal_of(tab["tab"])
            checks.append(check_of_ccp(host_of(tab["url"]), is_ccp_v2(tab["url"]), policy, refusal))
    if kept_out:
        checks.append(found("blocked_by_policy", "", False))
    for ccp in ccps.all():
        checks.append(
            found("ready" if ccp["status"] == "ready" else "no_agent", host_of(ccp["url"]), ccp["status"] == "ready")
        )
        agent = ccp["agent"]
        if agent is not None and policy["target_name"] != "" and agent["target_name"] != policy["target_name"]:
            checks.append(found("no_such_state", host_of(ccp["url"]), False))
    for proof in proofs:
        if proof["result"] == "refused" and len(ccps.of(proof["instance"])) > 0:
            checks.append(found("refused", host_of(proof["instance"] + "/") + " (" + proof["detail"] + ")", False))
    if twins:
        checks.append(found("twins", "", False))
    if len(checks) == 1:
        checks.append(found("no_ccp_open", "", True))
    return checks
