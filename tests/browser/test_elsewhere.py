"""No working agent is ever touched: who works on another device, in another CCP, or in a page that cannot answer."""

from pathlib import Path

import pytest

from tests.browser.ccp_tab import CcpTab
from tests.browser.guard import Guard
from tests.browser.harness import Chromium, wait
from tests.instance import Instance, SimulatedConnect

# A wait between the first try and the second in which somebody can begin to work.
SLOW = {"retry": {"attempts": 3, "firstDelayMs": 2500, "withinSeconds": 60}}


def leave_in_vain(browser: Chromium, guard: Guard, instance: Instance) -> None:
    """Close the CCP while the server fails, and wait until a try of the background's has failed."""
    guard.set(SLOW)
    handle = guard.open_ccp(instance)
    instance.knobs.put = "500"
    browser.close_tab(handle)
    guard.wait_tried(instance)


def left_alone_and_told(guard: Guard, instance: Instance, asked: int) -> None:
    """Nothing more was asked for, and the agent is told that nobody knows."""
    failure = guard.wait_failure(instance, 20)
    assert (failure["phase"], failure["reason"]) == ("unconfirmed", "elsewhere")
    assert len(instance.puts()) == asked
    assert [card.reason for card in guard.cards_of(instance)] == ["elsewhere"]


def test_a_call_on_another_device(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The agent takes a call elsewhere while we are trying: nothing is queued behind it."""
    leave_in_vain(browser, guard, acme)
    acme.call_elsewhere()
    acme.knobs.put = "ok"
    left_alone_and_told(guard, acme, len(acme.puts()))
    assert acme.agent.next_state is None
    assert acme.knobs.contact == "call"


def test_work_on_another_device(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The agent writes up a chat elsewhere: the contact is not closed."""
    leave_in_vain(browser, guard, acme)
    acme.acw_elsewhere("chat")
    acme.knobs.put = "ok"
    left_alone_and_told(guard, acme, len(acme.puts()))
    assert acme.agent.next_state is None
    assert acme.knobs.contact == "chat_acw"


def test_a_call_that_was_abandoned(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """A call rings at the empty chair and ends: a newer period of Available is not ours to judge, but ours to tell."""
    leave_in_vain(browser, guard, acme)
    guard.wait_out(1.2)  # the server's own times of one change may differ by a second
    acme.ring_and_abandon()
    acme.knobs.put = "ok"
    left_alone_and_told(guard, acme, len(acme.puts()))


def test_a_missed_call(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """A call rings at the empty chair and is missed: that is nobody's work, so Offline it is."""
    leave_in_vain(browser, guard, acme)
    acme.miss_call()
    acme.knobs.put = "ok"
    guard.offline_confirmed(acme)


def test_a_call_that_rings(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """It rings at the empty chair while we are trying: that is no work, and it goes on, with the missed call shown."""
    leave_in_vain(browser, guard, acme)
    acme.ring()
    acme.knobs.put = "ok"
    acme.wait_for(lambda i: i.puts()[-1].status == 400, what="a try while it rings")
    acme.miss_call(shown=True)
    guard.offline_confirmed(acme)
    assert acme.agent.contacts == []


def test_a_missed_call_is_shown(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The CCP shows a contact that was missed, and is closed: Offline, on a server without next states, too."""
    acme.knobs.reject_enqueue_key = True
    handle = guard.open_ccp(acme)
    acme.miss_call(shown=True)
    browser.wait_state("MissedCallAgent")
    browser.wait(lambda: guard.of("watched", acme)[0]["agent"]["contacts"], 10, "the contact to be known")
    browser.close_tab(handle)
    guard.offline_confirmed(acme)


def test_the_two_closed_together(asking_browser: Chromium, acme: Instance) -> None:
    """Two tabs are closed in one gesture; the page in one asks, and its agent stays: they are as they were."""
    browser, guard = asking_browser, Guard(asking_browser)
    acme.knobs.leave_dialog = True
    stays = guard.open_ccp(acme)
    browser.choose_state("Lunch")
    browser.wait_state("Lunch")
    acme.knobs.leave_dialog = False
    browser.open(acme.ccp_url)
    wait(lambda: len(guard.of("watched", acme)) == 2, 10, "both to be known")
    browser.extension_call(
        "const tabs = await chrome.tabs.query({url: args[0] + '/*'}); chrome.tabs.remove(tabs.map(({id}) => id));",
        acme.origin,
    )
    browser.switch(stays)
    wait(browser.alert_open, 10, "the page to ask")
    wait(lambda: len(guard.of("lives", acme)) == 2, 10, "one to be on its way")
    browser.answer_alert(leave=False)
    guard.settle(acme)
    acme.wait_for(lambda i: i.agent.state.name == "Lunch", what="the state from before")
    assert guard.of("pending", acme) == []
    assert guard.open_failures(acme) == []
    browser.switch(stays)
    browser.wait_state("Lunch")


def test_a_try_on_its_way(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The agent opens the CCP in another tab while our try is on its way: what it sets is taken back there."""
    handle = guard.open_ccp(acme)
    acme.knobs.latency_ms = {"PutAgentState": 3000}
    browser.crash_tab(handle)
    acme.wait_for(lambda i: i.puts(), what="a try")
    acme.knobs.latency_ms = {}
    browser.open(acme.ccp_url)
    guard.wait_known(acme)
    acme.wait_for(lambda i: [put.state_name for put in i.puts() if put.status] == ["Offline", "Available"], 10, "both")
    browser.wait_state("Available")
    assert guard.open_failures(acme) == []


@pytest.mark.parametrize("late", [False, True], ids=["comes", "never"])
def test_a_second_ccp_that_is_opening(browser: Chromium, guard: Guard, acme: Instance, late: bool) -> None:
    """The first is closed while the second has no agent yet: nothing is sent; if it never has one, Offline follows."""
    first = guard.open_ccp(acme)
    acme.knobs.streams_loading = "never" if late else "late"
    acme.knobs.late_ms = 4000
    browser.open(acme.ccp_url)
    browser.wait(lambda: len(guard.view()["open"]) == 2, 10, "the second CCP to say hello")
    browser.close_tab(first)
    guard.wait_out(2)
    assert acme.puts() == []
    if late:
        acme.wait_for(lambda i: i.agent.state.type == "offline", 20, "Offline at the server")
        guard.offline_confirmed(acme)
        return
    browser.wait(lambda: guard.statuses(acme) == ["ready"], 15, "the second CCP to have its agent")
    guard.settle(acme)
    assert acme.puts() == []
    assert acme.agent.state.name == "Available"


def test_a_frame_that_is_put_back(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """A company's page takes its CCP away and puts it back, again and again: nothing is sent."""
    handle = browser.open(f"{acme.origin}/connect/framed")
    guard.wait_known(acme)
    browser.switch(handle)
    for _ in range(3):
        [before] = [life["ccp"] for life in guard.of("watched", acme)]
        browser.driver.execute_script("replaceFrame()")
        guard.wait_another(acme, before)
    guard.settle(acme)
    assert acme.puts() == []
    browser.close_tab(handle)
    guard.offline_confirmed(acme)


def test_a_frame_that_is_taken_away(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """It is waited for, and does not come: Offline."""
    handle = browser.open(f"{acme.origin}/connect/framed")
    guard.wait_known(acme)
    browser.switch(handle)
    browser.driver.execute_script("removeFrame()")
    guard.wait_out(2)
    assert acme.puts() == []
    acme.wait_for(lambda i: i.agent.state.type == "offline", 15, "Offline at the server")
    guard.offline_confirmed(acme)


def test_a_stranger_asks_for_the_log_out(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """Any site may frame that address, plainly, sandboxed or credentialless: nobody signs out, and nothing is sent."""
    guard.open_ccp(acme)
    browser.open(f"https://shop.example.com/frame-logout?url={acme.origin}{acme.base}/logout")
    acme.wait_for(
        lambda i: len([r for r in i.records if r.path.endswith("/logout")]) >= 3, what="the address asked for"
    )
    guard.settle(acme)
    assert acme.puts() == []
    assert acme.agent.state.name == "Available"


def test_a_page_that_cannot_answer(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The background is stopped while the page has a long task: silence is no departure."""
    handle = guard.open_ccp(acme)
    browser.switch(handle)
    # Longer than the background waits before it asks the browser for the tab.
    browser.driver.execute_script(
        "setTimeout(() => { const end = Date.now() + 6000; while (Date.now() < end); document.title = 'awake' }, 0)"
    )
    guard.stop_background()
    guard.wait_out(5)
    assert acme.puts() == []
    browser.wait(lambda: browser.driver.execute_script("return document.title") == "awake", 20, "the page to be awake")
    browser.wait(lambda: guard.statuses(acme) == ["ready"], 10, "the CCP to answer")
    guard.settle(acme)
    assert acme.puts() == []
    assert guard.cards_of(acme) == []
    browser.close_tab(handle)
    guard.offline_confirmed(acme)


def test_an_alert_that_stands(asking_browser: Chromium, acme: Instance) -> None:
    """The same with an alert, which nobody answers for a while."""
    guard = Guard(asking_browser)
    handle = guard.open_ccp(acme)
    asking_browser.switch(handle)
    asking_browser.driver.execute_script("setTimeout(() => alert('Hello'), 0)")
    asking_browser.wait(asking_browser.alert_open, 10, "the alert")
    asking_browser.switch(asking_browser.spare)
    guard.stop_background()
    guard.wait_out(5)
    assert acme.puts() == []
    asking_browser.switch(handle)
    asking_browser.answer_alert(leave=True)
    asking_browser.wait(lambda: guard.statuses(acme) == ["ready"], 10, "the CCP to answer")
    guard.settle(acme)
    assert acme.puts() == []
    assert acme.agent.state.name == "Available"


def test_streams_begins_anew(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The page ends its library and starts it again: what the hook knows is of the new one."""
    handle = guard.open_ccp(acme)
    browser.switch(handle)
    browser.driver.execute_script("document.dispatchEvent(new CustomEvent('begin-anew'))")
    guard.settle(acme)
    acme.set_state("Lunch")
    browser.wait(lambda: guard.of("watched", acme)[0]["agent"]["name"] == "Lunch", 15, "the new state to be known")
    browser.close_tab(handle)
    guard.offline_confirmed(acme)


def test_another_agents_failure_stays(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The first agent's departure failed; another agent signs in, in the same tab: that settles nothing."""
    guard.open_ccp(acme)
    acme.knobs.put = "403"
    browser.navigate(f"{acme.origin}/connect/blank")
    guard.wait_failure(acme)
    acme.knobs.put = "ok"
    acme.knobs.username = "blake"
    browser.navigate(acme.ccp_url)
    browser.wait(lambda: guard.of("watched", acme), 10, "the second agent to be known")
    guard.settle(acme)
    assert [card.reason for card in guard.cards_of(acme)] == ["forbidden"]


def test_a_prerendered_ccp(extension: Path, connect: SimulatedConnect, acme: Instance) -> None:
    """A CCP that is prepared and never shown keeps nobody reachable; one that is shown is protected."""
    with Chromium(extension, connect.port, leave_dialogs=False) as browser:
        guard = Guard(browser)
        handle = guard.open_ccp(acme)
        # Past the driver, which takes a page that is prepared for one of its windows.
        other = CcpTab(browser, f"{acme.origin}/connect/speculate?url={acme.ccp_url[:-1]}")
        acme.wait_for(lambda i: len([r for r in i.records if r.path == acme.ccp_path]) >= 2, what="it to be prepared")
        guard.wait_out(1)
        assert len(guard.statuses(acme)) == 1
        browser.close_tab(handle)
        acme.wait_for(lambda i: i.agent.state.type == "offline", 5, "Offline at the server")
        wait(lambda: len(guard.of("confirmed", acme)) == 1, 10, "it to be confirmed")
        acme.set_state("Available")
        other.click("#go")
        wait(lambda: guard.of("watched", acme), 10, "the CCP that is shown to be known")
        assert guard.of("watched", acme)[0]["frame"] == 0
        other.leave()
        acme.wait_for(lambda i: i.agent.state.type == "offline", what="Offline at the server")
        wait(lambda: len(guard.of("confirmed", acme)) == 2, 10, "it to be confirmed")
        other.close()
