"""State records as they are: ARNs that are null, or on system states; missed contacts; whatever the list has."""

import pytest

from tests.browser.guard import Guard
from tests.browser.harness import Chromium
from tests.instance import Instance

ARNS = ["null", "null_next", "null_both", "system"]


@pytest.fixture(params=ARNS)
def odd(request: pytest.FixtureRequest, acme: Instance) -> Instance:
    """An instance whose snapshots have ARNs in each way that is known of real ones."""
    acme.knobs.state_arns = str(request.param)
    acme.knobs.round_trip_ms = 20
    return acme


def at_lunch(browser: Chromium, guard: Guard, instance: Instance) -> str:
    """The CCP of an agent who has chosen Lunch."""
    handle = guard.open_ccp(instance)
    browser.choose_state("Lunch")
    browser.wait_state("Lunch")
    browser.wait(lambda: guard.of("watched", instance)[0]["agent"]["name"] == "Lunch", 10, "Lunch to be known")
    return handle


def reload_crashed(browser: Chromium, guard: Guard, instance: Instance, handle: str) -> None:
    """The CCP crashes, Offline is set, and the agent reloads it."""
    browser.crash_tab(handle)
    instance.wait_for(lambda i: i.agent.state.type == "offline" or i.agent.next_state, what="Offline, or to follow")
    guard.wait_over(instance)
    guard.reload_crashed(instance)
    browser.switch(handle)


def test_closing(browser: Chromium, guard: Guard, odd: Instance) -> None:
    """From a state that was chosen."""
    browser.close_tab(at_lunch(browser, guard, odd))
    guard.offline_confirmed(odd)


def test_what_was_chosen_is_restored(browser: Chromium, guard: Guard, odd: Instance) -> None:
    """A crash at Lunch: who is back is at Lunch again, and not Available by a guess."""
    handle = at_lunch(browser, guard, odd)
    reload_crashed(browser, guard, odd, handle)
    odd.wait_for(lambda i: i.agent.state.name == "Lunch", what="Lunch at the server")
    guard.settle(odd)
    assert odd.agent.state.name == "Lunch"
    assert "Available" not in [put.state_name for put in odd.puts()]
    assert guard.open_failures(odd) == []


def test_what_follows_a_call_is_restored(browser: Chromium, guard: Guard, odd: Instance) -> None:
    """A crash on a call, behind which the agent has chosen Lunch: that is what follows it again."""
    handle = guard.open_ccp(odd)
    odd.start_call()
    browser.wait_state("Busy")
    browser.choose_state("Lunch")
    odd.wait_for(lambda i: i.agent.next_state is not None, what="the next state")
    browser.wait(
        lambda: guard.of("watched", odd)[0]["agent"]["chosen_name"] == "Lunch", 10, "the next state to be known"
    )
    reload_crashed(browser, guard, odd, handle)
    odd.wait_for(lambda i: i.puts()[-1].state_name == "Lunch" and i.puts()[-1].status == 200, what="Lunch to follow")
    assert odd.agent.next_state == odd.agent.find("Lunch")
    assert odd.knobs.contact == "call"
    assert "Available" not in [put.state_name for put in odd.puts()]


def test_after_a_call(browser: Chromium, guard: Guard, odd: Instance) -> None:
    """In after-contact work, a state of the system's, with an ARN or none: closing it sets Offline."""
    handle = guard.open_ccp(odd)
    odd.knobs.contact = "acw"
    browser.wait_state("AfterCallWork")
    browser.wait(lambda: guard.of("watched", odd)[0]["agent"]["contacts"], 10, "the contact to be known")
    browser.close_tab(handle)
    guard.offline_confirmed(odd)


def test_a_missed_call_stays(browser: Chromium, guard: Guard, odd: Instance) -> None:
    """A reload after a missed call: the agent is in the error state still, and nothing is sent."""
    odd.knobs.round_trip_ms = 50
    guard.open_ccp(odd)
    odd.miss_call(shown=True)
    browser.wait_state("MissedCallAgent")
    (before,) = guard.of("watched", odd)
    browser.reload()
    guard.wait_another(odd, before["ccp"])
    guard.settle(odd)
    assert odd.puts() == []
    assert odd.agent.state.name == "MissedCallAgent"
