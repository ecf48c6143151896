"""The browser ends with its last window, and must not take the departure with it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.plan import PAUSE_MS
from tests.browser.ccp_tab import CcpTab
from tests.browser.desktop import Desktop
from tests.browser.guard import Guard
from tests.browser.harness import Screen, wait
from tests.browser.swallower import write_swallower
from tests.instance import Instance, SimulatedConnect
from tools.demo import time_the_hook
from tools.paths import OUTPUT

ENDINGS = {"window": Desktop.close_window, "keys": Desktop.close_tab_by_keys, "quit": Desktop.quit}
SHORT_DELAY_MS = 300
EVENTS = ("beforeunload", "pagehide")
WIDTH = 420
# Another company's page, in a process of its own.
ELSEWHERE = "https://intranet.example.com/connect/blank"
# Longer than any pause that the product makes.
ASKED_SECONDS = 4
# The most windows of ours there have been at one time, and how many in all.
COUNT_OURS = """
  const ours = new Set();
  let most = 0, all = 0;
  const note = () => chrome.storage.local.set({ours: {most, all}});
  chrome.windows.onCreated.addListener(({id, type}) => {
    if (type === 'popup') { ours.add(id); all += 1; most = Math.max(most, ours.size); note(); }
  });
  chrome.windows.onRemoved.addListener((id) => ours.delete(id));
  await note();
"""
# Whether any CCP that opens from now on says that it was asked.
NOTE_ASKED = """
  await chrome.storage.local.set({asked: false});
  chrome.runtime.onConnect.addListener((port) => port.onMessage.addListener(({type}) => {
    if (type === 'asked') chrome.storage.local.set({asked: true});
  }));
"""


class Patient(Desktop):
    """Delays the unload for as long as can be set: what is tested is not how busy this machine is."""

    def start(self) -> None:
        """Start, and set it."""
        super().start()
        self.background("await chrome.storage.local.set({settings: {unloadDelayMs: 1000}});")


@pytest.fixture
def start(extension: Path, connect: SimulatedConnect, screen: Screen, tmp_path: Path) -> Callable[[], Desktop]:
    """Starts the same browser profile again and again."""
    return lambda: Patient(extension, connect.port, screen, profile=tmp_path / "profile")


def slow_down(instance: Instance) -> None:
    """A cold connection and so long a round trip that nothing gets out while the unload is delayed."""
    instance.knobs.round_trip_ms = 800
    instance.knobs.cold = True


def our_windows(desktop: Desktop) -> list[str]:
    """The pages of ours that are open."""
    return [address for address in desktop.addresses() if address.startswith("chrome-extension:")]


def small_window(desktop: Desktop) -> str:
    """Wait until our window is the only one, and is shown; the id of what it shows."""
    # Without a window manager nothing is ever minimized, but what comes up gets its size.
    widths = "return (await chrome.windows.getAll({windowTypes: ['normal', 'popup']})).map((window) => window.width)"
    wait(lambda: desktop.addresses() == our_windows(desktop) != [], 10, "the small window alone")
    wait(lambda: desktop.background(widths) == [WIDTH], 10, "it to come up")
    [ours] = desktop.tabs()
    return ours


def told_at_next_start(start: Callable[[], Desktop], instance: Instance) -> list[str]:
    """The reasons of what the agent is told when the browser is started again."""
    with start() as desktop:
        journal = desktop.journal()
    assert journal["pending"] == []
    return [failure["reason"] for failure in journal["failures"] if failure["instance"] == instance.origin]


def stored(desktop: Desktop, key: str) -> Any:
    """What is on the extension's disk."""
    return desktop.background(f"return (await chrome.storage.local.get('{key}')).{key}")


def close_tab(desktop: Desktop, tab: str) -> None:
    """Close a tab, and wait until nothing of it is pending."""
    desktop.command(tab, "Page.close")
    wait(lambda: tab not in desktop.tabs(), 5, "the tab to be gone")
    wait(lambda: not desktop.journal()["pending"], 10, "nothing to be pending")


def page_elsewhere(desktop: Desktop) -> CcpTab:
    """A tab with another company's page, in which a person has clicked."""
    tab = CcpTab(desktop, ELSEWHERE)
    tab.click("main")
    return tab


@pytest.mark.parametrize("how", ENDINGS)
def test_the_last_window_goes(start: Callable[[], Desktop], acme: Instance, how: str) -> None:
    """However it is closed, and however slow the network: Offline, then the browser ends by itself."""
    with start() as desktop:
        desktop.show_ccp(acme)
        slow_down(acme)
        ENDINGS[how](desktop)
        acme.wait_for(lambda i: i.agent.state.type == "offline", what="Offline at the server")
        desktop.wait_ended()
    assert told_at_next_start(start, acme) == []


def test_two_ccps_in_the_last_window(start: Callable[[], Desktop], acme: Instance) -> None:
    """Each holds that the other is open: together they are one departure."""
    with start() as desktop:
        desktop.show_ccp(acme)
        desktop.open(acme.ccp_url)
        wait(lambda: len(desktop.journal()["watched"]) == 2, 10, "both CCPs to be known")
        slow_down(acme)
        desktop.close_window()
        acme.wait_for(lambda i: i.agent.state.type == "offline", what="Offline at the server")
        desktop.wait_ended()
    assert told_at_next_start(start, acme) == []


def test_available_a_moment_ago(start: Callable[[], Desktop], acme: Instance) -> None:
    """The page shows Offline still, and the browser ends with it: Offline has the last word."""
    acme.set_state("Offline")
    lives = "(await chrome.storage.session.get()).journal.journal.lives"
    known = f"return {lives}.map((life) => life.phase + life.choosing)"
    with start() as desktop:
        tab = desktop.show(acme.ccp_url)
        wait(lambda: desktop.background(known) == ["open"], 20, "the CCP to be known")
        acme.knobs.latency_ms = {"PutAgentState": 300}
        desktop.evaluate(tab, "document.querySelector('button[data-set-state=Available]').click()")
        wait(lambda: desktop.background(known) != ["open"], 10, "the choice to be seen", every=0.005)
        desktop.close_window()
        desktop.wait_ended()
    assert len(acme.puts()) >= 2
    assert acme.agent.state.type == "offline"
    assert told_at_next_start(start, acme) == []


def test_a_server_that_is_down(start: Callable[[], Desktop], acme: Instance) -> None:
    """While it takes long the small window is to be seen; the browser ends when the agent is Offline."""
    with start() as desktop:
        desktop.show_ccp(acme)
        acme.knobs.put = "dropped"
        desktop.close_window()
        ours = small_window(desktop)
        assert acme.host in desktop.evaluate(ours, "document.querySelector('#pending').textContent")
        OUTPUT.mkdir(exist_ok=True)
        desktop.picture(ours, OUTPUT / "last-window-waiting.png")
        acme.knobs.put = "ok"
        acme.wait_for(lambda i: i.agent.state.type == "offline", what="Offline at the server")
        desktop.wait_ended()


def test_a_failure_is_told_at_once(start: Callable[[], Desktop], acme: Instance) -> None:
    """Nothing can be done: the small window says so, and stays until the agent closes it."""
    with start() as desktop:
        desktop.show_ccp(acme)
        acme.knobs.put = "403"
        desktop.close_window()
        ours = small_window(desktop)
        reason = "document.querySelector('article.failure')?.dataset.reason"
        wait(lambda: desktop.evaluate(ours, reason) == "forbidden", 10, "the warning")
        desktop.picture(ours, OUTPUT / "last-window-warning.png")
        assert desktop.running()
        desktop.close_window()
        desktop.wait_ended()
    assert told_at_next_start(start, acme) == ["forbidden"]


def test_the_agent_closes_it(start: Callable[[], Desktop], acme: Instance) -> None:
    """Who ends the browser although it is not done yet, is told at the next start; no second window keeps them."""
    with start() as desktop:
        desktop.show_ccp(acme)
        desktop.background(COUNT_OURS)
        acme.knobs.put = "hanging"
        desktop.close_window()
        small_window(desktop)
        desktop.close_window()
        desktop.wait_ended()
    with start() as desktop:
        assert stored(desktop, "ours") == {"most": 1, "all": 1}
        assert [failure["reason"] for failure in desktop.journal()["failures"]] == ["browser_ended"]


def test_a_reload_in_the_only_window(start: Callable[[], Desktop], acme: Instance) -> None:
    """The browser does not end, so no window of ours opens; the CCP is back, and nothing was sent."""
    with start() as desktop:
        tab = desktop.show_ccp(acme)
        acme.knobs.round_trip_ms = 50
        desktop.background(COUNT_OURS)
        [before] = [life["ccp"] for life in desktop.journal()["watched"]]
        desktop.command(tab, "Page.reload")
        wait(lambda: [life for life in desktop.journal()["watched"] if life["ccp"] != before], 10, "the CCP to be back")
        assert stored(desktop, "ours") == {"most": 0, "all": 0}
        assert acme.puts() == []
        assert acme.agent.state.name == "Available"
        assert desktop.running()
        assert len(desktop.windows()) == 1


def test_only_the_last_ccp_is_delayed(start: Callable[[], Desktop], beta: Instance) -> None:
    """Any closing may be the browser's end: the last CCP's is delayed, another's for a moment, a reload not."""
    beta.knobs.page_script = "".join(time_the_hook(event) for event in EVENTS)
    beta.knobs.round_trip_ms = 50
    with start() as desktop:
        # The browser itself waits for half a second, and then ends the page before it can tell.
        desktop.background(f"await chrome.storage.local.set({{settings: {{unloadDelayMs: {SHORT_DELAY_MS}}}}});")
        tab = desktop.show_ccp(beta)
        [before] = [life["ccp"] for life in desktop.journal()["watched"]]
        desktop.command(tab, "Page.reload")
        wait(lambda: [life for life in desktop.journal()["watched"] if life["ccp"] != before], 10, "the CCP to be back")
        second = desktop.open(beta.ccp_url)
        wait(lambda: len(desktop.journal()["watched"]) == 2, 10, "both CCPs to be known")
        blank = desktop.open(f"{beta.origin}/connect/blank")
        close_tab(desktop, second)
        close_tab(desktop, tab)
        asked, hidden = (json.loads(desktop.evaluate(blank, f"localStorage.{event}")) for event in EVENTS)
    assert len(asked) == len(hidden) == 3
    assert max(hidden[:2]) < SHORT_DELAY_MS <= hidden[2]
    assert PAUSE_MS <= asked[1] < SHORT_DELAY_MS
    assert max(asked[0], asked[2]) < SHORT_DELAY_MS


def test_a_worker_that_stops_meanwhile(start: Callable[[], Desktop], beta: Instance) -> None:
    """A window that a stopped worker has left open is looked after by the next: the browser ends."""
    with start() as desktop:
        desktop.show_ccp(beta)
        beta.knobs.put = "hanging"
        desktop.close_window()
        ours = small_window(desktop)
        desktop.stop_background(ours)
        beta.knobs.put = "ok"
        beta.wait_for(lambda i: i.agent.state.type == "offline", 30, "Offline at the server")
        desktop.wait_ended()


@pytest.mark.parametrize("leave", [True, False], ids=["leave", "stay"])
def test_another_tab_asks(start: Callable[[], Desktop], beta: Instance, leave: bool) -> None:
    """The window's other tab asks "Leave site?": while that stands, and if the agent stays, nothing is sent."""
    with start() as desktop:
        desktop.show_ccp(beta)
        other = page_elsewhere(desktop)
        other.run("addEventListener('beforeunload', (event) => event.preventDefault())")
        slow_down(beta)
        desktop.close_window()
        other.wait_asked()
        Guard.wait_out(ASKED_SECONDS)
        assert beta.puts() == []
        assert beta.agent.state.name == "Available"
        other.answer(leave=leave)
        if leave:
            beta.wait_for(lambda i: i.agent.state.type == "offline", what="Offline at the server")
            desktop.wait_ended()
        else:
            wait(lambda: desktop.journal()["watched"][0]["phase"] == "open", 10, "the CCP to be known to stay")
            wait(lambda: not our_windows(desktop), 10, "the small window to be gone")
            Guard.wait_out(ASKED_SECONDS)
            assert beta.puts() == []
            assert len(desktop.journal()["watched"]) == 1
            return
    assert told_at_next_start(start, beta) == []


def test_another_tab_asks_while_delivery_fails(start: Callable[[], Desktop], beta: Instance) -> None:
    """The CCP would have the browser ask, but nobody has clicked in it, so it does not: nothing is sent."""
    beta.knobs.snapshot_poll_ms = 500
    with start() as desktop:
        desktop.show_ccp(beta)
        other = page_elsewhere(desktop)
        other.run("addEventListener('beforeunload', (event) => event.preventDefault())")
        beta.knobs.down = True
        beta.wait_for(
            lambda i: len([r for r in i.requests("GetAgentSnapshot") if not r.status]) > 1, what="polling to fail"
        )
        desktop.close_window()
        other.wait_asked()
        Guard.wait_out(ASKED_SECONDS)
        other.answer(leave=False)
        wait(lambda: desktop.journal()["watched"][0]["phase"] == "open", 10, "the CCP to be known to stay")
        assert beta.puts() == []


@pytest.mark.parametrize("round_trip_ms", [0, 50, 150])
def test_ccps_in_two_windows(start: Callable[[], Desktop], acme: Instance, round_trip_ms: int) -> None:
    """The browser is quit, and closes the windows one after the other: Offline, and nothing to tell."""
    with start() as desktop:
        desktop.show_ccp(acme)
        desktop.background(f"await chrome.windows.create({{url: '{acme.ccp_url}'}});")
        wait(lambda: len(desktop.journal()["watched"]) == 2, 20, "both CCPs to be known")
        acme.knobs.round_trip_ms = round_trip_ms
        desktop.quit()
        acme.wait_for(lambda i: i.agent.state.type == "offline", what="Offline at the server")
        desktop.wait_ended()
    assert told_at_next_start(start, acme) == []


@pytest.mark.parametrize("round_trip_ms", [0, 50, 150])
def test_a_ccp_in_one_of_two_windows(start: Callable[[], Desktop], acme: Instance, round_trip_ms: int) -> None:
    """The browser is quit: that it ends is not to be seen in time, but the page's own request arrives."""
    with start() as desktop:
        desktop.show_ccp(acme)
        desktop.background("await chrome.windows.create({url: 'about:blank'});")
        wait(lambda: len(desktop.windows()) == 2, 10, "the second window")
        acme.knobs.round_trip_ms = round_trip_ms
        desktop.quit()
        acme.wait_for(lambda i: i.agent.state.type == "offline", what="Offline at the server")
        desktop.wait_ended()


def test_beforeunload_is_swallowed(
    start: Callable[[], Desktop], extension: Path, tmp_path: Path, beta: Instance
) -> None:
    """Another extension keeps it from our hook: the page's end tells all the same."""
    first = start()
    first.beside = write_swallower(tmp_path, extension)
    with first as desktop:
        desktop.background(NOTE_ASKED)
        desktop.show_ccp(beta)
        slow_down(beta)
        desktop.close_window()
        beta.wait_for(lambda i: i.agent.state.type == "offline", what="Offline at the server")
        desktop.wait_ended()
    with start() as desktop:
        assert stored(desktop, "asked") is False
        assert desktop.journal()["failures"] == []


def test_a_picture_in_picture_window(start: Callable[[], Desktop], beta: Instance) -> None:
    """It goes with the page that opened it, and is no window: with the last one the browser ends."""
    with start() as desktop:
        desktop.show_ccp(beta)
        other = page_elsewhere(desktop)
        [number] = desktop.window_numbers()
        other.send("Runtime.evaluate", expression="documentPictureInPicture.requestWindow()", userGesture=True)
        wait(lambda: len(desktop.windows()) == 2, 10, "the picture-in-picture window")
        slow_down(beta)
        desktop.close_window(number)
        beta.wait_for(lambda i: i.agent.state.type == "offline", what="Offline at the server")
        desktop.wait_ended()
    assert told_at_next_start(start, beta) == []


def test_a_telephone_link(start: Callable[[], Desktop], beta: Instance) -> None:
    """The CCP is asked, and stays: nothing is sent, and our window does not stay."""
    with start() as desktop:
        desktop.background(NOTE_ASKED)
        tab = desktop.show_ccp(beta)
        desktop.evaluate(tab, "document.getElementById('tel').click()")
        wait(lambda: stored(desktop, "asked"), 10, "the CCP to be asked")
        wait(lambda: desktop.journal()["watched"][0]["phase"] == "open", 10, "the CCP to be known to stay")
        wait(lambda: not our_windows(desktop), 10, "the small window to be gone")
        Guard.wait_out(ASKED_SECONDS)
        assert beta.puts() == []
        assert our_windows(desktop) == []
        assert desktop.running()
