"""The agent who stays, or comes back, is as they were: nothing is lost, and nobody is warned."""

import time
from collections.abc import Callable

import pytest

from core.elsewhere import SLACK_MS
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


@pytest.mark.parametrize("contact", [None, "call", "acw", "chat_acw"])
@pytest.mark.parametrize("cold", [False, True], ids=["warm", "cold"])
def test_a_reload_sends_nothing(
    browser: Chromium, guard: Guard, acme: Instance, cold: bool, contact: str | None
) -> None:
    """Whatever the connection, contact or none: the agent keeps state, place and work; the next closing counts."""
    acme.knobs.contact = contact
    handle = guard.open_ccp(acme)
    acme.knobs.round_trip_ms = 50
    acme.knobs.cold = cold
    since = acme.agent.since
    reload(browser, guard, acme, handle)
    assert acme.puts() == []
    assert acme.agent.since == since
    assert acme.knobs.contact == contact
    assert guard.cards_of(acme) == []
    acme.knobs.round_trip_ms = 0
    acme.knobs.cold = False
    browser.close_tab(handle)
    acme.wait_for(lambda i: i.agent.next_state or i.agent.state.type == "offline", what="Offline at the server")
    guard.wait_confirmed(acme)


def reload(browser: Chromium, guard: Guard, instance: Instance, handle: str) -> None:
    """Reload the CCP, and wait until its new document is known and nothing is pending."""
    browser.switch(handle)
    [before] = [life["ccp"] for life in guard.of("watched", instance)]
    browser.reload()
    guard.wait_another(instance, before)
    guard.settle(instance)


def test_a_slow_reload_in_wrap_up(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The CCP takes longer than others to know its agent: their after-contact work is not ended meanwhile."""
    acme.knobs.round_trip_ms = 50
    guard.open_ccp(acme)
    acme.knobs.contact = "acw"
    browser.wait_state("AfterCallWork")
    (before,) = guard.of("watched", acme)
    acme.knobs.streams_loading, acme.knobs.late_ms = "late", 12_000
    browser.reload()
    guard.wait_another(acme, before["ccp"])
    guard.settle(acme)
    assert acme.puts() == []
    assert acme.knobs.contact == "acw"


def test_a_reload_on_a_server_without_next_states(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """In after-contact work, where the key is refused: the contact is not closed."""
    acme.knobs.contact = "chat_acw"
    acme.knobs.reject_enqueue_key = True
    handle = guard.open_ccp(acme)
    acme.knobs.round_trip_ms = 50
    reload(browser, guard, acme, handle)
    assert acme.puts() == []
    assert acme.knobs.contact == "chat_acw"


def test_a_reload_on_loopback(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """So near a server, our word may come after the page's call: then what was set is taken back."""
    handle = guard.open_ccp(acme)
    browser.choose_state("Lunch")
    browser.wait_state("Lunch")
    for _ in range(5):
        reload(browser, guard, acme, handle)
        acme.wait_for(lambda i: i.agent.state.name == "Lunch", what="Lunch at the server")
    browser.wait_state("Lunch")
    back_as_before(guard, acme, "Lunch")


def test_offline_right_after_a_reload(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The newer wish: what the agent chooses in the CCP that is back is never undone."""
    handle = guard.open_ccp(acme)
    acme.knobs.round_trip_ms = 50
    browser.switch(handle)
    browser.reload()
    browser.wait_state("Available")
    browser.choose_state("Offline")
    browser.wait_state("Offline")
    guard.settle(acme)
    assert acme.agent.state.name == "Offline"
    assert asked_for(acme) == ["Offline"]


@pytest.mark.parametrize("contact", [None, "call"])
def test_a_crash_is_taken_back(browser: Chromium, guard: Guard, acme: Instance, contact: str | None) -> None:
    """What we set after a crash: the CCP is back in its tab within a minute, and so is the state from before."""
    acme.knobs.contact = contact
    handle = guard.open_ccp(acme)
    browser.crash_tab(handle)
    guard.wait_confirmed(acme)
    guard.reload_crashed(acme)
    acme.wait_for(lambda i: asked_for(i) == ["Offline", "Available"], what="the state from before")
    guard.settle(acme)
    assert asked_for(acme) == ["Offline", "Available"]
    assert acme.knobs.contact == contact


def test_what_cannot_be_taken_back_is_told(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """Refused, tried once the other way, refused again: the agent hears that they are Offline still."""
    handle = guard.open_ccp(acme)
    browser.crash_tab(handle)
    guard.wait_confirmed(acme)
    acme.knobs.put = "invalid_state"
    guard.reload_crashed(acme)
    browser.wait(lambda: guard.open_failures(acme), 10, "the failure to be told")
    asked = [(put.body["state"]["name"], "enqueueNextState" in put.body) for put in acme.puts() if put.body]
    assert asked == [("Offline", False), ("Available", False), ("Available", True)]
    card = guard.cards_of(acme)[0]
    assert (card.title, card.reason) == ("You are still Offline", "not_restored")


def test_a_missed_contact_is_not_taken_back(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """In an error state the agent is not reachable: a reload leaves it, and after a crash nobody makes them so."""
    handle = guard.open_ccp(acme)
    acme.miss_call()
    browser.wait(lambda: guard.of("watched", acme)[0]["agent"]["state_type"] == "error", 10, "the CCP to know")
    acme.knobs.round_trip_ms = 50
    reload(browser, guard, acme, handle)
    assert acme.puts() == []
    assert acme.agent.state.type == "error"
    browser.crash_tab(handle)
    guard.wait_confirmed(acme)
    guard.reload_crashed(acme)
    browser.wait(lambda: guard.statuses(acme) == ["ready"], 10, "the CCP to be back")
    guard.settle(acme)
    assert acme.agent.state.name == "Offline"
    assert asked_for(acme) == ["Offline"]


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


def test_a_pending_delivery_is_cancelled(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The server is down while the agent goes, and they are back before it is up: never set Offline then."""
    guard.set({"retry": {"attempts": 10, "firstDelayMs": 2000, "withinSeconds": 60}})
    handle = guard.open_ccp(acme)
    acme.knobs.put = "500"
    browser.close_tab(handle)
    guard.wait_tried(acme)
    browser.open(acme.ccp_url)
    browser.wait(lambda: not guard.of("pending", acme), 10, "the departure to be void")
    acme.knobs.put = "ok"
    tried = len(acme.puts())
    guard.settle(acme)
    guard.settle(acme)
    assert len(acme.puts()) == tried
    assert acme.agent.state.name == "Available"
    assert guard.cards_of(acme) == []


def test_staying_in_a_leave_dialog(asking_browser: Chromium, acme: Instance) -> None:
    """The page asks, the agent stays: that was a question, and nothing was sent."""
    guard = Guard(asking_browser)
    acme.knobs.leave_dialog = True
    handle = guard.open_ccp(acme)
    asking_browser.choose_state("Lunch")  # a click, so that the browser allows the page its leave dialog
    asking_browser.wait_state("Lunch")
    asking_browser.close_tab(handle, gone=False)
    asking_browser.switch(handle)
    asking_browser.wait(asking_browser.alert_open, 10, "the page's own leave dialog")
    guard.wait_out(1)
    asking_browser.answer_alert(leave=False)
    back_as_before(guard, acme, "Lunch")
    assert asked_for(acme) == ["Lunch"]
    asking_browser.close_tab_without_unload(handle)
    guard.offline_confirmed(acme)


@pytest.mark.parametrize("link", ["report", "nothing", "mail", "tel"])
def test_a_link_that_leads_nowhere(browser: Chromium, guard: Guard, acme: Instance, link: str) -> None:
    """A download, an empty answer, a mail, a call: the page was asked and stays. Nothing was sent."""
    handle = guard.open_ccp(acme)
    browser.switch(handle)
    browser.click(f"#{link}")
    back_as_before(guard, acme, "Available")
    assert acme.puts() == []
    browser.switch(handle)
    browser.close_tab(handle)
    guard.offline_confirmed(acme)


@pytest.mark.parametrize("link", ["download", "mail", "tel"])
def test_a_link_in_the_company_page(browser: Chromium, guard: Guard, acme: Instance, link: str) -> None:
    """The same where the CCP is in a frame of that page."""
    handle = browser.open(f"{acme.origin}/connect/framed")
    guard.wait_known(acme)
    browser.switch(handle)
    browser.click(f"#{link}")
    back_as_before(guard, acme, "Available")
    assert acme.puts() == []
    browser.close_tab(handle)
    guard.offline_confirmed(acme)


def test_available_again_on_another_device(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """While we are trying, the agent chooses a state elsewhere: that is the newer wish, it stands, and we say so."""
    guard.set({"retry": {"attempts": 10, "firstDelayMs": 2500, "withinSeconds": 60}})
    handle = guard.open_ccp(acme)
    acme.knobs.put = "500"
    browser.close_tab(handle)
    guard.wait_tried(acme)
    # Two of the server's own times of one change may differ by so much.
    closed_at = time.time()
    browser.wait(lambda: time.time() > closed_at + SLACK_MS / 1000, what="the slack to be over")
    acme.set_state("Lunch")
    acme.knobs.put = "ok"
    assert guard.wait_failure(acme)["phase"] == "unconfirmed"
    assert acme.agent.state.name == "Lunch"
    assert [card.reason for card in guard.cards_of(acme)] == ["elsewhere"]


def test_another_agent_at_the_same_desk(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """While one agent's delivery is pending, another signs in: each has their own login, and their own state."""
    guard.set({"retry": {"attempts": 10, "firstDelayMs": 3000, "withinSeconds": 60}})
    handle = guard.open_ccp(acme)
    acme.knobs.put = "500"
    browser.close_tab(handle)
    guard.wait_tried(acme)
    acme.knobs.username = "blake"
    browser.open(acme.ccp_url)
    browser.wait(lambda: guard.of("watched", acme), 10, "the second agent to be known")
    acme.knobs.put = "ok"
    acme.wait_for(lambda i: i.agent_of("alex").state.type == "offline", what="the first agent to be Offline")
    guard.wait_confirmed(acme)
    assert acme.agent_of("blake").state.name == "Available"
    assert [put.username for put in acme.puts() if put.status == 200] == ["alex"]


@pytest.mark.parametrize("slow", [False, True], ids=["known", "slow"])
def test_a_login_that_has_become_anothers(browser: Chromium, guard: Guard, acme: Instance, slow: bool) -> None:
    """The first agent's token is refused; the renewed one is the second's: nothing is set, and the first is told."""
    guard.set({"retry": {"attempts": 10, "firstDelayMs": 5000, "withinSeconds": 60}})
    handle = guard.open_ccp(acme)
    acme.knobs.put = "500"
    browser.close_tab(handle)
    guard.wait_tried(acme)
    acme.revoke_tokens()
    acme.knobs.username = "blake"
    acme.knobs.put = "ok"
    if slow:
        # Longer than a CCP that opens is waited for.
        acme.knobs.streams_loading = "late"
        acme.knobs.late_ms = 13000
    browser.open(acme.ccp_url)
    assert guard.wait_failure(acme, 40)["reason"] == "logged_out"
    assert acme.agent_of("blake").state.name == "Available"
    assert [put for put in acme.puts() if put.username == "blake"] == []
    assert [card.reason for card in guard.cards_of(acme)] == ["logged_out"]


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
