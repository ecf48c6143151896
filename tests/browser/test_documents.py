"""CCPs in several documents, windows and frames: only the last of an instance to go counts."""

import pytest

from tests.browser.guard import Guard
from tests.browser.harness import Chromium
from tests.instance import Instance


def both_known(browser: Chromium, guard: Guard, instance: Instance) -> None:
    """Wait until the extension knows the agent of two CCPs of an instance."""
    browser.wait(lambda: len(guard.of("sessions", instance)) == 2, 10, "both CCPs to be known")


def one_closed(browser: Chromium, guard: Guard, instance: Instance) -> None:
    """One of two is gone: nothing was sent."""
    browser.wait(lambda: len(guard.of("sessions", instance)) == 1, 10, "one CCP to be gone")
    guard.settle(instance)
    assert instance.puts() == []
    assert instance.agent.state.type != "offline"


@pytest.mark.parametrize("first_to_go", ["tab", "frame"])
def test_a_tab_and_a_frame(browser: Chromium, guard: Guard, acme: Instance, first_to_go: str) -> None:
    """One in a tab, one in a company's page, closed in either order."""
    tab = browser.open(acme.ccp_url)
    frame = browser.open(f"{acme.origin}/connect/framed")
    both_known(browser, guard, acme)
    order = [tab, frame] if first_to_go == "tab" else [frame, tab]
    browser.close_tab(order[0])
    one_closed(browser, guard, acme)
    browser.close_tab(order[1])
    guard.offline_confirmed(acme)


def test_a_crash_beside_another(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """One of two crashes: the agent still has the other."""
    first = browser.open(acme.ccp_url)
    second = browser.open(acme.ccp_url)
    both_known(browser, guard, acme)
    # Tabs that came from nowhere do not share a renderer.
    browser.crash_tab(first)
    browser.wait(lambda: len(guard.view()["ccps"]) < 2, 10, "a CCP to be gone")
    if guard.view()["ccps"]:
        one_closed(browser, guard, acme)
        browser.close_tab(second)
    guard.offline_confirmed(acme)


def test_a_duplicated_tab(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The browser's "Duplicate tab" makes a second CCP."""
    first = guard.open_ccp(acme)
    browser.extension_call(
        "const [tab] = await chrome.tabs.query({url: args[0] + '/*'}); await chrome.tabs.duplicate(tab.id);",
        acme.origin,
    )
    both_known(browser, guard, acme)
    browser.close_tab(first)
    one_closed(browser, guard, acme)
    browser.close_tab(browser.handles()[0])
    guard.offline_confirmed(acme)


def test_a_window_a_company_page_made(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The CCP in a frame of an empty pop-up window that a company's page has opened."""
    desktop = browser.open(f"{acme.origin}/connect/desktop")
    browser.click("#open")
    guard.wait_known(acme)
    window = next(handle for handle in browser.handles() if handle != desktop)
    browser.close_tab(window)
    guard.offline_confirmed(acme)


def test_without_a_network(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The CCP crashes while there is no network: no try is wasted, and it is delivered when the network is back."""
    guard.set({"retry": {"attempts": 1, "withinSeconds": 60}})
    handle = guard.open_ccp(acme)
    with browser.background_offline():
        browser.crash_tab(handle)
        browser.wait(lambda: guard.of("departures", acme), 10, "the departure to be written down")
        guard.wait_out(0.5)
        assert [departure["puts"] for departure in guard.of("departures", acme)] == [[]]
        assert acme.agent.state.name == "Available"
    guard.offline_confirmed(acme)


def test_without_a_network_for_too_long(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The network does not come back within the bound: the agent is told."""
    guard.set({"retry": {"attempts": 1, "withinSeconds": 1}})
    handle = guard.open_ccp(acme)
    with browser.background_offline():
        browser.crash_tab(handle)
        guard.wait_failure(acme)
    assert [card.reason for card in guard.cards_of(acme)] == ["network"]
