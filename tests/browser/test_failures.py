"""Whatever keeps the agent from being Offline, they are told once, and told the right reason."""

import pytest

from tests.browser.guard import Guard
from tests.browser.harness import Chromium
from tests.instance import NO_OFFLINE, Instance

# What the server does with PutAgentState, and the reason the agent must read.
KNOBS = {
    "500": "server_error",
    "503": "server_error",
    "401": "signed_out",
    "403": "forbidden",
    "429": "throttled",
    "400_throttling": "throttled",
    "limit": "throttled",
    "invalid_state": "on_contact",
    "dropped": "network",
    "hanging": "no_answer",
}


def told_once(guard: Guard, instance: Instance, reason: str) -> None:
    """Exactly one failure, in the journal and in the popup, with this reason; not Offline at the server."""
    guard.wait_failure(instance)
    guard.settle(instance)
    cards = guard.cards_of(instance)
    assert len(cards) == 1
    assert cards[0].reason == reason
    assert cards[0].why
    assert cards[0].advice
    assert cards[0].time
    assert guard.badge() == "1"


@pytest.mark.parametrize("put", KNOBS)
def test_each_way_to_fail_is_told(browser: Chromium, guard: Guard, acme: Instance, put: str) -> None:
    """The tab is closed and the server does not take the state: one failure, with the reason."""
    acme.knobs.put = put
    handle = guard.open_ccp(acme)
    browser.close_tab(handle)
    told_once(guard, acme, KNOBS[put])
    assert acme.agent.state.type != "offline"


@pytest.mark.parametrize("put", ["401", "403", "500"])
def test_a_failing_reload_needs_nobody(browser: Chromium, guard: Guard, acme: Instance, put: str) -> None:
    """The CCP is reloaded while the server refuses: the agent is back, as they were, and nobody is warned."""
    guard.open_ccp(acme)
    acme.knobs.put = put
    acme.knobs.put_first = 8
    browser.reload()
    browser.wait_state("Available")
    guard.settle(acme)
    assert guard.cards_of(acme) == []
    assert acme.agent.state.name == "Available"


def test_no_offline_state(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """There is no state of type offline: a clear failure, not a crash, and nothing is sent."""
    acme.knobs.states = list(NO_OFFLINE)
    handle = guard.open_ccp(acme)
    browser.close_tab(handle)
    told_once(guard, acme, "no_offline_state")
    assert acme.puts() == []


def test_a_session_that_expired(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The token and the session have ended by themselves: no renewal, and the agent is told to sign in."""
    handle = guard.open_ccp(acme)
    acme.sign_out()
    acme.revoke_tokens()
    browser.close_tab(handle)
    told_once(guard, acme, "signed_out")
    assert len([record for record in acme.records if record.path.endswith("/auth/authorize")]) == 1


def test_a_renewal_that_is_none(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """Asked for a new token, the server answers 200 with a page: that is no yes to anything."""
    handle = guard.open_ccp(acme)
    acme.knobs.authorize_page = True
    acme.revoke_tokens()
    browser.crash_tab(handle)
    told_once(guard, acme, "signed_out")
    assert guard.of("confirmed", acme) == []


def test_a_crash_nobody_can_help(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The renderer crashes and the server fails: told, with the server's reason."""
    handle = guard.open_ccp(acme)
    acme.knobs.put = "500"
    browser.crash_tab(handle)
    told_once(guard, acme, "server_error")
    assert len(acme.puts()) == 3


def test_offline_later_settles_it(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The agent opens the CCP again and chooses Offline: the warning is settled by the server's word."""
    acme.knobs.put = "500"
    handle = guard.open_ccp(acme)
    browser.close_tab(handle)
    guard.wait_failure(acme)
    acme.knobs.put = "ok"
    guard.open_ccp(acme)
    # Not by a click: our dialog tells of the failure, over the page.
    browser.driver.execute_script("document.querySelector('[data-set-state=Offline]').click()")
    browser.wait_state("Offline")
    browser.wait(lambda: not guard.open_failures(acme), 10, "the failure to be settled")
    assert guard.cards_of(acme) == []
    browser.wait(lambda: guard.badge() == "", 5, "the badge to be empty")


def test_another_instance_does_not_settle_it(browser: Chromium, guard: Guard, acme: Instance, beta: Instance) -> None:
    """Offline elsewhere says nothing about here."""
    acme.knobs.put = "500"
    handle = guard.open_ccp(acme)
    browser.close_tab(handle)
    guard.wait_failure(acme)
    other = guard.open_ccp(beta)
    browser.close_tab(other)
    guard.wait_confirmed(beta)
    assert len(guard.cards_of(acme)) == 1
