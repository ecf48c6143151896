"""The warning as an agent reads it, in the real popup page."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.guard import Guard
from tests.browser.harness import Chromium, Screen
from tests.instance import Instance, SimulatedConnect


@pytest.fixture
def acme(new_instance: Callable[[], Instance]) -> Instance:
    """An instance nobody has used before; none of this depends on the version of Streams."""
    return new_instance()


def fail(browser: Chromium, guard: Guard, instance: Instance) -> None:
    """Close a CCP whose server is failing, and wait for the failure."""
    before = len(guard.open_failures(instance))
    instance.knobs.put = "403"
    handle = guard.open_ccp(instance)
    browser.close_tab(handle)
    browser.wait(lambda: len(guard.open_failures(instance)) > before, 15, "a failure")


def test_a_word_while_the_background_starts(browser: Chromium, guard: Guard, beta: Instance) -> None:
    """A button is pressed when the background sleeps: it is obeyed once that has started."""
    beta.knobs.put = "403"
    browser.close_tab(guard.open_ccp(beta))
    guard.wait_failure(beta)
    for _ in range(3):
        guard.stop_background()
        browser.extension_call(
            "const port = chrome.runtime.connect({name: 'popup'}); port.postMessage({type: 'dismiss_all'});"
        )
        browser.wait(lambda: guard.open_failures(beta) == [], 5, "the failure to be dismissed")
        beta.set_state("Available")
        browser.close_tab(guard.open_ccp(beta))
        guard.wait_failure(beta)


def test_nothing_to_say(browser: Chromium, guard: Guard) -> None:
    """With no CCP and no failure the popup says so, honestly."""
    handle = guard.open_popup()
    assert guard.visible("#all-well")
    assert guard.visible("#no-ccp")
    assert not guard.visible("#failures-head")
    assert not guard.visible("#trouble")
    assert not guard.visible("#starting")
    assert browser.driver.title == "CCP Offline Guard"
    guard.close(handle)


def test_open_ccps_are_listed(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """Each protected CCP stands there with its agent's state, and follows it while the popup is open."""
    ccp = guard.open_ccp(acme)
    popup = guard.open_popup()
    assert guard.rows() == [(acme.host, "Available")]
    acme.set_state("Lunch")
    browser.wait(lambda: guard.rows() == [(acme.host, "Lunch")], 10, "the popup to follow the agent's state")
    browser.close_tab(ccp)
    browser.switch(popup)
    browser.wait(lambda: guard.rows() == [], 10, "the popup to forget the closed CCP")
    guard.close(popup)


def test_failures_are_listed_newest_first(browser: Chromium, guard: Guard, acme: Instance, beta: Instance) -> None:
    """What happened, when, where, why and what to do: for each, the newest on top; the badge counts them."""
    fail(browser, guard, acme)
    fail(browser, guard, beta)
    cards = guard.cards()
    assert [card.host for card in cards] == [beta.host, acme.host]
    assert cards[0].title == "You were not set Offline"
    assert cards[0].why == "Amazon Connect did not allow the change to Offline."
    assert cards[0].advice == "Open the CCP and check your state, and tell your administrator."
    assert cards[0].detail.startswith("HTTP 403")
    # Local time, as the browser itself writes it.
    at = guard.open_failures(beta)[0]["at"]
    written = browser.extension_call(
        "return new Intl.DateTimeFormat([], {timeStyle: 'short'}).format(new Date(args[0]));", at
    )
    assert cards[0].time == written
    assert guard.badge() == "2"


def test_dismissing(browser: Chromium, guard: Guard, acme: Instance, beta: Instance) -> None:
    """Dismiss takes one away, dismiss all the rest; the badge follows, and it stays so on disk."""
    fail(browser, guard, acme)
    fail(browser, guard, beta)
    fail(browser, guard, beta)
    handle = guard.open_popup()
    guard.click("article.failure .quiet")
    browser.wait(lambda: guard.count("article.failure") == 2, 5, "one failure to go")
    assert len(guard.open_failures(beta)) == 1
    assert guard.badge() == "2"
    guard.click("#dismiss-all")
    browser.wait(lambda: guard.count("article.failure") == 0, 5, "all failures to go")
    assert guard.visible("#all-well")
    guard.close(handle)
    assert guard.open_failures(acme) + guard.open_failures(beta) == []
    browser.wait(lambda: guard.badge() == "", 5, "the badge to be empty")


def test_opening_the_ccp(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The card's first button opens that instance's CCP; if one is open it comes to the front instead."""
    fail(browser, guard, acme)
    acme.knobs.put = "ok"
    handle = guard.open_popup()
    guard.click("article.failure .primary")
    guard.wait_known(acme)
    browser.switch(handle)
    guard.click("article.failure .primary")
    guard.settle(acme)
    urls = browser.extension_call("return (await chrome.tabs.query({})).map((tab) => tab.url);")
    assert [url for url in urls if url == acme.ccp_url] == [acme.ccp_url]


def test_the_popup_works_by_keyboard(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """Every control is a real button with a name; focus stays on it when the popup is drawn anew."""
    fail(browser, guard, acme)
    handle = guard.open_popup()
    names = browser.driver.execute_script(
        "return [...document.querySelectorAll('button:not([hidden])')].map((button) => button.textContent.trim())"
    )
    assert names == ["Open the CCP", "Dismiss"]
    browser.driver.execute_script("document.querySelector('article.failure .quiet').focus()")
    guard.redraw()
    focused = browser.driver.execute_script("return document.activeElement.textContent")
    assert focused == "Dismiss"
    guard.close(handle)


def test_a_full_disk_is_told(extension: Path, connect: SimulatedConnect, beta: Instance) -> None:
    """Storage takes no more: the failure is still shown, and so is that it cannot be stored, until it can."""
    with Chromium(extension, connect.port, leave_dialogs=False) as browser:
        guard = Guard(browser)
        browser.wait(lambda: guard.journal().get("version"), 10, "the first journal to be written")
        browser.extension_call(
            "const used = await chrome.storage.local.getBytesInUse();"
            "const left = chrome.storage.local.QUOTA_BYTES - used - 'filler'.length - 2;"
            "await chrome.storage.local.set({filler: 'x'.repeat(left)});"
        )
        beta.knobs.put = "403"
        handle = browser.open(beta.ccp_url)
        browser.wait(lambda: guard.statuses(beta) == ["ready"], 10, "the CCP to be ready")
        browser.close_tab(handle)
        browser.wait(lambda: len(guard.cards_of(beta)) == 1, 15, "the failure to be shown")
        assert guard.of("failures", beta) == []
        popup = guard.open_popup()
        assert guard.visible("#trouble")
        assert "quota" in guard.text("#trouble-detail").lower()
        browser.extension_call("await chrome.storage.local.remove('filler');")
        guard.click("article.failure .quiet")
        browser.wait(lambda: not guard.visible("#trouble"), 5, "the trouble to be over")
        guard.close(popup)


def test_the_popup_opens_by_itself(extension: Path, connect: SimulatedConnect, beta: Instance) -> None:
    """With a browser window in front, a failure opens the popup; nobody has to notice a badge."""
    beta.knobs.put = "403"
    with (
        Screen() as screen,
        Chromium(
            extension, connect.port, headless=False, environment=screen.environment, leave_dialogs=False
        ) as browser,
    ):
        guard = Guard(browser)
        handle = guard.open_ccp(beta)
        browser.close_tab(handle)
        guard.wait_failure(beta)
        script = (
            "return chrome.extension.getViews({type: 'popup'})[0]?.document.querySelector('article')?.dataset.reason"
        )
        browser.wait(
            lambda: browser.extension_call(script) == "forbidden",
            10,
            "the popup to open by itself and show the failure",
        )
