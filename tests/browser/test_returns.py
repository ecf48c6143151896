"""The agent who stays, or comes back, is as they were: nothing is lost, and nobody is warned."""

import time
from collections.abc import Callable

import pytest

from core.delivery import AGE_SLACK_MS
from tests.browser.guard import QUICK, Guard
from tests.browser.harness import Chromium
from tests.instance import Instance


def back_as_before(guard: Guard, instance: Instance, state: str) -> None:
    """The server has the agent in this state, nothing is pending, and there is nothing to warn of."""
    instance.wait_for(lambda i: i.agent.state.name == state, what=f"{state} at the server")
    guard.settle(instance)
    assert instance.agent.state.name == state
    assert guard.cards_of(instance) == []


def asked_for(instance: Instance) -> list[str | None]:
    """The states the server was asked for, one after the other; what was sent again counts once."""
    names = [put.state_name for put in instance.puts()]
    return [name for number, name in enumerate(names) if number == 0 or names[number - 1] != name]


def test_a_reload(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """Reloaded: Offline went out, and the state from before is back; the next closing counts again."""
    handle = guard.open_ccp(acme)
    browser.choose_state("Lunch")
    browser.wait_state("Lunch")
    browser.reload()
    acme.wait_for(lambda i: len(asked_for(i)) == 3, what="Offline, and Lunch again")
    back_as_before(guard, acme, "Lunch")
    assert asked_for(acme) == ["Lunch", "Offline", "Lunch"]
    browser.close_tab(handle)
    acme.wait_for(lambda i: i.agent.state.type == "offline", what="Offline at the server")
    guard.wait_confirmed(acme, 2)


def test_a_reload_on_a_cold_connection(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The page's request is cut and ours is sent while the CCP loads again: still back as before."""
    guard.open_ccp(acme)
    acme.knobs.round_trip_ms = 100
    acme.knobs.cold = True
    browser.reload()
    guard.wait_known(acme)
    back_as_before(guard, acme, "Available")


def test_a_reload_that_is_to_stay_offline(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The setting says so: the CCP is back, the agent stays Offline, and closing it asks for nothing more."""
    guard.set({**QUICK, "onReload": "offline"})
    handle = guard.open_ccp(acme)
    browser.reload()
    browser.wait_state("Offline")
    guard.settle(acme)
    assert acme.agent.state.name == "Offline"
    sent = len(acme.puts())
    browser.close_tab(handle)
    guard.settle(acme)
    assert len(acme.puts()) == sent
    assert guard.cards_of(acme) == []


def test_back_in_the_same_tab(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """Away to another page and back again: as before."""
    guard.open_ccp(acme)
    browser.navigate(f"{acme.origin}/connect/blank")
    acme.wait_for(lambda i: i.agent.state.type == "offline", what="Offline at the server")
    browser.driver.back()
    back_as_before(guard, acme, "Available")


def test_back_in_another_tab(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """Closed and opened anew: the agent went, and chooses their state themselves."""
    handle = guard.open_ccp(acme)
    browser.close_tab(handle)
    acme.wait_for(lambda i: i.agent.state.type == "offline", what="Offline at the server")
    browser.open(acme.ccp_url)
    browser.wait_state("Offline")
    guard.settle(acme)
    assert acme.agent.state.name == "Offline"


def test_a_reload_on_a_call(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The next state was Offline while the CCP was away; it is the one from before again."""
    acme.knobs.contact = "call"
    guard.open_ccp(acme)
    browser.reload()
    acme.wait_for(lambda i: len(asked_for(i)) == 2, what="Offline next, and the state from before next")
    # A second time the CCP has never seen another state than Busy.
    guard.settle(acme)
    browser.reload()
    acme.wait_for(lambda i: len(asked_for(i)) == 4, what="the same once more")
    guard.settle(acme)
    assert acme.knobs.contact == "call"
    acme.end_call()
    acme.clear_contact()
    assert acme.agent.state.name == "Available"
    assert guard.cards_of(acme) == []


def test_a_pending_delivery_is_cancelled(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The server is down while the agent goes, and they are back before it is up: never set Offline then."""
    guard.set({"retry": {"attempts": 10, "firstDelayMs": 2000, "withinSeconds": 60}})
    handle = guard.open_ccp(acme)
    acme.knobs.put = "500"
    browser.close_tab(handle)
    acme.wait_for(lambda i: len([put for put in i.puts() if put.status]) >= 2, what="a try of the background's to fail")
    browser.open(acme.ccp_url)
    browser.wait(lambda: not guard.of("departures", acme), 10, "the departure to be void")
    acme.knobs.put = "ok"
    tried = len(acme.puts())
    guard.settle(acme)
    guard.settle(acme)
    assert len(acme.puts()) == tried
    assert acme.agent.state.name == "Available"
    assert guard.cards_of(acme) == []


@pytest.mark.parametrize("put", ["ok", "403", "500"])
def test_staying_in_a_leave_dialog(asking_browser: Chromium, acme: Instance, put: str) -> None:
    """The page asks, the agent stays: the earlier state is there again, whatever the server said meanwhile."""
    guard = Guard(asking_browser)
    acme.knobs.leave_dialog = True
    handle = guard.open_ccp(acme)
    asking_browser.choose_state("Lunch")  # a click, so that the browser allows the page its leave dialog
    asking_browser.wait_state("Lunch")
    acme.knobs.put = put
    asking_browser.close_tab(handle, gone=False)
    asking_browser.switch(handle)
    asking_browser.wait(asking_browser.alert_open, 10, "the page's own leave dialog")
    acme.wait_for(lambda i: len(i.puts()) >= 2, what="the request for Offline")
    acme.knobs.put = "ok"
    asking_browser.answer_alert(leave=False)
    acme.wait_for(lambda i: i.puts()[-1].state_name == "Lunch" or put != "ok", what="Lunch to be asked for")
    asking_browser.wait(lambda: guard.of("sessions", acme), 10, "the CCP to be watched again")
    back_as_before(guard, acme, "Lunch")


@pytest.mark.parametrize("link", ["report", "nothing"])
def test_a_link_that_leads_nowhere(browser: Chromium, guard: Guard, acme: Instance, link: str) -> None:
    """A download, or an empty answer: the page asked to leave and stays, so it is as before."""
    handle = guard.open_ccp(acme)
    browser.click(f"#{link}")
    acme.wait_for(lambda i: len(asked_for(i)) == 2, what="Offline, and Available again")
    back_as_before(guard, acme, "Available")
    browser.switch(handle)
    browser.wait_state("Available")
    browser.close_tab(handle)
    acme.wait_for(lambda i: i.agent.state.type == "offline", what="Offline at the server")


def test_available_again_on_another_device(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """While we are trying, the agent chooses a state elsewhere: that is the newer wish, and it stands."""
    guard.set({"retry": {"attempts": 10, "firstDelayMs": 2500, "withinSeconds": 60}})
    handle = guard.open_ccp(acme)
    acme.knobs.put = "500"
    browser.close_tab(handle)
    acme.wait_for(lambda i: len([put for put in i.puts() if put.status]) >= 2, what="a try of the background's to fail")
    # Nearer to the departure, it might be the agent's last choice before it that arrives late.
    closed_at = time.time()
    browser.wait(lambda: time.time() > closed_at + AGE_SLACK_MS / 1000, what="the slack to be over")
    acme.set_state("Lunch")
    acme.knobs.put = "ok"
    browser.wait(lambda: not guard.of("departures", acme), 15, "the departure to be void")
    assert acme.agent.state.name == "Lunch"
    assert guard.cards_of(acme) == []


def test_another_agent_at_the_same_desk(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """While one agent's delivery is pending, another signs in: they are left alone, and the first is told of."""
    guard.set({"retry": {"attempts": 10, "firstDelayMs": 3000, "withinSeconds": 60}})
    handle = guard.open_ccp(acme)
    acme.knobs.put = "500"
    browser.close_tab(handle)
    acme.wait_for(lambda i: len([put for put in i.puts() if put.status]) >= 2, what="a try of the background's to fail")
    acme.knobs.put = "ok"
    acme.knobs.username = "blake"
    browser.open(acme.ccp_url)
    guard.wait_failure(acme)
    tried = len(acme.puts())
    guard.settle(acme)
    assert len(acme.puts()) == tried
    assert [card.reason for card in guard.cards_of(acme)] == ["logged_out"]
    # Nor does the other's Offline settle it.
    browser.choose_state("Offline")
    browser.wait_state("Offline")
    guard.wait_unwatched(acme)
    assert len(guard.open_failures(acme)) == 1


def test_instances_come_back_apart(
    browser: Chromium, guard: Guard, acme: Instance, new_instance: Callable[[], Instance]
) -> None:
    """Another instance's CCP in the same tab is no return."""
    other = new_instance()
    guard.open_ccp(acme)
    browser.navigate(other.ccp_url)
    acme.wait_for(lambda i: i.agent.state.type == "offline", what="Offline at the server")
    guard.wait_known(other)
    guard.settle(acme)
    assert acme.agent.state.type == "offline"
    assert other.puts() == []
