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
def test_a_failing_reload_is_told_once(browser: Chromium, guard: Guard, acme: Instance, put: str) -> None:
    """The CCP is reloaded (after a 401 it even reloads itself): one departure, one failure."""
    acme.knobs.put = put
    acme.knobs.put_first = 8
    guard.open_ccp(acme)
    browser.reload()
    told_once(guard, acme, KNOBS[put])


@pytest.mark.parametrize("put", ["401", "403", "500"])
def test_a_failure_in_a_page_that_stays_is_told(asking_browser: Chromium, acme: Instance, put: str) -> None:
    """The agent stays in the page's own leave dialog, and Streams calls nobody back: told all the same."""
    guard = Guard(asking_browser)
    acme.knobs.leave_dialog = True
    handle = guard.open_ccp(acme)
    asking_browser.choose_state("Available")
    acme.wait_for(lambda i: len(i.puts()) >= 1, what="the agent's own choice")
    acme.knobs.put = put
    asking_browser.close_tab(handle, gone=False)
    asking_browser.switch(handle)
    asking_browser.wait(asking_browser.alert_open, 10, "the page's own leave dialog")
    acme.knobs.leave_dialog = False
    asking_browser.answer_alert(leave=False)
    told_once(guard, acme, KNOBS[put])


def test_no_offline_state(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """There is no state of type offline: a clear failure, not a crash, and nothing is sent."""
    acme.knobs.states = list(NO_OFFLINE)
    handle = guard.open_ccp(acme)
    browser.close_tab(handle)
    told_once(guard, acme, "no_offline_state")
    assert acme.puts() == []


def test_a_ccp_that_vanishes(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """Closed by automation, so that no page event runs: the port alone tells it."""
    handle = guard.open_ccp(acme)
    browser.close_tab_without_unload(handle)
    told_once(guard, acme, "vanished")
    assert acme.puts() == []


def test_a_crashed_ccp(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The renderer crashes: told."""
    handle = guard.open_ccp(acme)
    browser.crash_tab(handle)
    told_once(guard, acme, "vanished")


def test_offline_later_settles_it(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The agent opens the CCP again and chooses Offline: the warning is settled by the server's word."""
    acme.knobs.put = "500"
    handle = guard.open_ccp(acme)
    browser.close_tab(handle)
    guard.wait_failure(acme)
    acme.knobs.put = "ok"
    guard.open_ccp(acme)
    browser.choose_state("Offline")
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
