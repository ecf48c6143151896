"""Proven before needed: one read-only call tells beforehand whether an instance takes ours, and whose login it is."""

from collections.abc import Callable

import pytest

from tests.browser.guard import QUICK, Guard
from tests.browser.harness import Chromium
from tests.instance import Instance


def proof_of(guard: Guard, instance: Instance) -> str:
    """What the background's own call to an instance came to."""
    found = [proof["result"] for proof in guard.view()["proofs"] if proof["instance"] == instance.origin]
    return found[0] if found else ""


def checks(guard: Guard) -> str:
    """What the options page says of this set-up."""
    handle = guard.chromium.popup_page("options.html")
    guard.chromium.wait(lambda: guard.count("#checks li") > 0, 10, "the checks")
    found = guard.text("#checks")
    guard.close(handle)
    return found


def test_an_instance_that_takes_it(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """One question when the agent is known, with the CCP's own login; it changes nothing."""
    guard.open_ccp(acme)
    browser.wait(lambda: proof_of(guard, acme) == "taken", 10, "the proof")
    guard.settle(acme)
    assert len(acme.requests("GetAgentConfiguration")) == 2  # the CCP's, and ours
    assert acme.puts() == []
    assert acme.host not in checks(guard).replace(f"{acme.host}: a CCP is open and protected", "")


@pytest.mark.parametrize("how", ["header", "cookies"])
def test_an_instance_that_refuses_it(browser: Chromium, guard: Guard, acme: Instance, how: str) -> None:
    """Then the CCP's own call is all there is: as good as AWS's snippet, and options page and popup say so."""
    acme.knobs.refuse_own = how
    handle = guard.open_ccp(acme)
    browser.wait(lambda: proof_of(guard, acme) == "refused", 10, "the proof")
    assert "Amazon Connect does not take" in checks(guard)
    popup = guard.open_popup()
    assert "own call alone" in guard.text("#ccps")
    assert not guard.visible("#all-well")
    guard.close(popup)
    browser.close_tab(handle)
    browser.wait(lambda: not guard.of("lives", acme), 15, "the departure to be over")
    # The page's call may go down with it, unseen: then nobody says that the agent is Offline, nor that they are not.
    reasons = [failure["reason"] for failure in guard.open_failures(acme)]
    assert reasons == ["cut"] or (reasons == [] and acme.agent.state.type == "offline")


@pytest.mark.parametrize("how", ["header", "cookies"])
def test_a_crash_where_it_is_refused(browser: Chromium, guard: Guard, acme: Instance, how: str) -> None:
    """Nobody can act, and that is told."""
    acme.knobs.refuse_own = how
    handle = guard.open_ccp(acme)
    browser.crash_tab(handle)
    assert guard.wait_failure(acme)["reason"] in ("forbidden", "signed_out")
    assert acme.agent.state.name == "Available"


def test_an_instance_that_looks_at_the_origin(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """In the CCP's own dress it is taken."""
    acme.knobs.refuse_own = "origin"
    handle = guard.open_ccp(acme)
    browser.wait(lambda: proof_of(guard, acme) == "taken", 10, "the proof")
    browser.crash_tab(handle)
    guard.offline_confirmed(acme)


def test_without_redelivery(browser: Chromium, guard: Guard, new_instance: Callable[[], Instance]) -> None:
    """``redelivery: false``: no call of ours at all; the page's own is confirmed."""
    instance = new_instance()
    guard.set({**QUICK, "redelivery": False})
    handle = guard.open_ccp(instance)
    guard.settle(instance)
    assert len(instance.requests("GetAgentConfiguration")) == 1
    popup = guard.open_popup()
    assert "only the CCP itself" in guard.text("#ccps")
    assert not guard.visible("#all-well")
    guard.close(popup)
    browser.close_tab(handle)
    browser.wait(lambda: not guard.of("lives", instance), 15, "the departure to be over")
    # The page's own, which may go down with it.
    assert len(instance.puts()) <= 1
    assert len(guard.of("confirmed", instance)) + len(guard.open_failures(instance)) == 1


def test_a_proxys_page_confirms_nothing(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """Something in between answers 200 with a page, to the CCP and to us: that is no yes, and told."""
    handle = guard.open_ccp(acme)
    acme.knobs.put = "page"
    browser.close_tab(handle)
    assert guard.wait_failure(acme)["reason"] == "not_api"
    assert guard.of("confirmed", acme) == []
    assert acme.agent.state.name == "Available"


def test_whose_token_it_is(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The token expired, and another agent has signed in since: nothing is set for either, and the first is told."""
    handle = guard.open_ccp(acme)
    browser.wait(lambda: proof_of(guard, acme) == "taken", 10, "the proof")
    acme.revoke_tokens()
    acme.knobs.username = "blake"
    acme.knobs.streams_loading = "never"
    other = browser.open(acme.ccp_url)
    browser.close_tab_without_unload(other)
    browser.crash_tab(handle)
    assert guard.wait_failure(acme, 25)["reason"] == "logged_out"
    assert [put.username for put in acme.puts() if put.status != 401] == []
    assert acme.agent_of("blake").state.name == "Available"
