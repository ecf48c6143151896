"""CCPs in several documents, windows and frames: only the last of an instance to go counts."""

from pathlib import Path

import pytest

from tests.browser.desktop import Desktop
from tests.browser.guard import Guard
from tests.browser.harness import Chromium, Screen, wait
from tests.instance import Instance, SimulatedConnect


def both_known(browser: Chromium, guard: Guard, instance: Instance) -> None:
    """Wait until the extension knows the agent of two CCPs of an instance."""
    browser.wait(lambda: len(guard.of("watched", instance)) == 2, 10, "both CCPs to be known")


def one_closed(browser: Chromium, guard: Guard, instance: Instance) -> None:
    """One of two is gone: nothing was sent."""
    browser.wait(lambda: len(guard.of("watched", instance)) == 1, 10, "one CCP to be gone")
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
    browser.wait(lambda: len(guard.view()["open"]) < 2, 10, "a CCP to be gone")
    if guard.view()["open"]:
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
    """The CCP crashes while there is no network: one try whatever the browser says, no other until it is back."""
    guard.set({"retry": {"attempts": 2, "firstDelayMs": 100, "withinSeconds": 60}})
    handle = guard.open_ccp(acme)
    with browser.background_offline():
        browser.crash_tab(handle)
        browser.wait(lambda: [life for life in guard.of("pending", acme) if life["puts"]], 10, "the first try")
        guard.wait_out(1)
        assert [len(life["puts"]) for life in guard.of("pending", acme)] == [1]
        assert acme.agent.state.name == "Available"
    guard.offline_confirmed(acme)


def test_without_a_network_for_too_long(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The network does not come back within the bound: the agent is told."""
    guard.set({"retry": {"attempts": 2, "firstDelayMs": 100, "withinSeconds": 1}})
    handle = guard.open_ccp(acme)
    with browser.background_offline():
        browser.crash_tab(handle)
        guard.wait_failure(acme)
    assert [card.reason for card in guard.cards_of(acme)] == ["network"]


def test_a_tab_the_browser_discards(extension: Path, connect: SimulatedConnect, screen: Screen, acme: Instance) -> None:
    """To save memory the browser drops a tab that nobody looks at: the agent is Offline, until they look again."""
    with Desktop(extension, connect.port, screen) as desktop:
        desktop.show_ccp(acme)
        desktop.open("about:blank")
        desktop.background(
            f"const [tab] = await chrome.tabs.query({{url: '{acme.origin}/*'}}); await chrome.tabs.discard(tab.id);"
        )
        acme.wait_for(lambda i: i.agent.state.type == "offline", what="Offline at the server")
        desktop.background(
            f"const [tab] = await chrome.tabs.query({{url: '{acme.origin}/*'}});"
            "await chrome.tabs.update(tab.id, {active: true});"
        )
        acme.wait_for(lambda i: i.agent.state.name == "Available", what="the state from before")
        assert [failure for failure in desktop.journal()["failures"] if failure["resolved"] == ""] == []


def test_the_back_forward_cache(extension: Path, connect: SimulatedConnect, screen: Screen, acme: Instance) -> None:
    """A page that the browser keeps, its worker alive, is gone all the same; whoever goes back has the state back."""
    # Streams' own handler keeps pages out of that cache, unless it is not allowed to have one.
    acme.knobs.page_headers = [("Cache-Control", "no-cache"), ("Permissions-Policy", "unload=()")]
    acme.knobs.page_script = "addEventListener('pagehide', (event) => { localStorage.kept = event.persisted; });"
    with Desktop(extension, connect.port, screen) as desktop:
        tab = desktop.show_ccp(acme)
        desktop.show(f"{acme.origin}/connect/blank")
        acme.wait_for(lambda i: i.agent.state.type == "offline", what="Offline at the server")
        wait(lambda: desktop.evaluate(tab, "localStorage.kept") == "true", 10, "the page to be kept")
        wait(lambda: not desktop.journal()["pending"], 10, "the departure to be confirmed")
        desktop.evaluate(tab, "history.back()")
        acme.wait_for(lambda i: i.agent.state.name == "Available", what="the state from before")
        wait(lambda: desktop.journal()["watched"], 10, "the CCP to be followed again")
        desktop.command(tab, "Page.close")
        acme.wait_for(lambda i: i.agent.state.type == "offline", what="Offline at the server again")
        assert [failure for failure in desktop.journal()["failures"] if failure["resolved"] == ""] == []
