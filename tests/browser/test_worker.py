"""The background comes and goes: asleep, updated, switched off and on. The CCP stays covered, by one copy of us."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser.guard import QUICK, Guard
from tests.browser.harness import Chromium
from tests.instance import Instance, SimulatedConnect

HEARS_HOOK = """
let heard = false;
document.addEventListener('ccp-offline-guard:answer', () => { heard = true; }, {once: true});
document.dispatchEvent(new CustomEvent('ccp-offline-guard:ask'));
return heard;
"""


def offline_confirmed_once(guard: Guard, instance: Instance) -> None:
    """Offline, and confirmed once: two copies of us would make it two."""
    guard.offline_confirmed(instance)
    guard.settle(instance)
    assert len(guard.of("confirmed", instance)) == 1
    assert {put.state_name for put in instance.puts()} == {"Offline"}


@pytest.fixture
def acme(new_instance: Callable[[], Instance]) -> Instance:
    """An instance nobody has used before; none of this depends on the version of Streams."""
    return new_instance()


@pytest.fixture
def own(extension: Path, connect: SimulatedConnect, tmp_path: Path) -> Iterator[Guard]:
    """A browser, and a copy of the extension that may be reloaded."""
    copy = tmp_path / "extension"
    shutil.copytree(extension, copy)
    with Chromium(copy, connect.port, leave_dialogs=False) as running:
        guard = Guard(running)
        guard.set(QUICK)
        yield guard


@pytest.mark.parametrize("ending", ["close", "crash", "vanish"])
def test_asleep_when_the_ccp_goes(browser: Chromium, guard: Guard, acme: Instance, ending: str) -> None:
    """The background is stopped, and in that moment the CCP goes: the agent is Offline all the same."""
    handle = guard.open_ccp(acme)
    guard.stop_background()
    if ending == "close":
        browser.close_tab(handle)
    elif ending == "crash":
        browser.crash_tab(handle)
    else:
        browser.close_tab_without_unload(handle)
    acme.wait_for(lambda i: i.agent.state.type == "offline", timeout=40, what="Offline at the server")
    guard.wait_confirmed(acme, timeout=40)
    assert guard.cards_of(acme) == []


def test_a_new_background_asks_alike(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The background was stopped, and has seen no request since: its own still comes from where the worker's did."""
    handle = guard.open_ccp(acme)
    browser.choose_state("Lunch")
    browser.wait_state("Lunch")
    guard.stop_background()
    browser.wait(lambda: guard.statuses(acme) == ["ready"], 10, "the background to know the CCP again")
    browser.crash_tab(handle)
    guard.offline_confirmed(acme)
    agents_own, ours = acme.puts()[0], acme.puts()[-1]
    assert ours.headers["referer"] == agents_own.headers["referer"]
    assert ours.headers["origin"] == agents_own.headers["origin"]


def test_asleep_while_the_ccp_is_open(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The background was stopped some time ago: it is back, knows the CCP, and nothing has happened."""
    handle = guard.open_ccp(acme)
    guard.stop_background()
    browser.wait(lambda: guard.statuses(acme) == ["ready"], 10, "the background to know the CCP again")
    guard.settle(acme)
    assert acme.puts() == []
    browser.close_tab(handle)
    offline_confirmed_once(guard, acme)


def test_asleep_between_two_tries(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """Stopped while the server is down: the background goes on where it was, and needs no token to do so."""
    guard.set({"retry": {"attempts": 10, "firstDelayMs": 2000, "withinSeconds": 120}})
    handle = guard.open_ccp(acme)
    acme.knobs.put = "500"
    browser.close_tab(handle)
    acme.wait_for(lambda i: len([put for put in i.puts() if put.status]) >= 2, what="a try of the background's to fail")
    guard.stop_background()
    acme.knobs.put = "ok"
    acme.wait_for(lambda i: i.agent.state.type == "offline", timeout=60, what="Offline at the server")
    guard.wait_confirmed(acme, timeout=40)
    assert guard.cards_of(acme) == []


@pytest.mark.parametrize("framed", [False, True], ids=["tab", "frame"])
def test_switched_off_and_on(own: Guard, acme: Instance, framed: bool) -> None:
    """As after an installation or an update: the open CCP is covered without a reload, by one copy alone."""
    browser = own.chromium
    handle = browser.open(f"{acme.origin}/connect/framed" if framed else acme.ccp_url)
    own.wait_known(acme)
    before = own.of("sessions", acme)[0]["ccp"]
    own.switch(on=False)
    own.switch(on=True)
    browser.wait(
        lambda: [session for session in own.of("sessions", acme) if session["ccp"] != before],
        15,
        "the CCP to be covered again",
    )
    assert own.statuses(acme) == ["ready"]
    assert own.cards_of(acme) == []
    browser.close_tab(handle)
    offline_confirmed_once(own, acme)


def test_switched_off(own: Guard, acme: Instance) -> None:
    """What we leave behind in an open CCP is silent: nothing is sent when it goes."""
    browser = own.chromium
    handle = browser.open(acme.ccp_url)
    own.wait_known(acme)
    own.switch(on=False)
    browser.switch(handle)
    browser.wait(lambda: not browser.driver.execute_script(HEARS_HOOK), 10, "the hook to fall silent")
    # A closing tab might take a request down with it; a page that waits for the next one does not.
    acme.knobs.latency_ms = {"page": 1500}
    browser.navigate(f"{acme.origin}/connect/blank")
    assert acme.puts() == []


def test_asleep_before_the_return(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """Away for longer than the worker stays awake, but back within a minute: the state from before."""
    guard.open_ccp(acme)
    browser.navigate(f"{acme.origin}/connect/blank")
    guard.offline_confirmed(acme)
    guard.stop_background()
    browser.driver.back()
    acme.wait_for(lambda i: i.agent.state.name == "Available", what="the state from before")
    guard.settle(acme)
    assert acme.agent.state.name == "Available"
    assert guard.cards_of(acme) == []
