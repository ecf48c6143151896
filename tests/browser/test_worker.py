"""The background comes and goes: asleep, updated, switched off and on. The CCP stays covered, by one copy of us."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser.ccp_tab import CcpTab
from tests.browser.devtools import Page
from tests.browser.guard import QUICK, Guard
from tests.browser.harness import Chromium, wait
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
    guard.wait_tried(acme)
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
    before = own.of("watched", acme)[0]["ccp"]
    own.switch(on=False)
    own.switch(on=True)
    browser.wait(
        lambda: [session for session in own.of("watched", acme) if session["ccp"] != before],
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


class Busy(Guard):
    """The extension in a browser in which a CCP is busy with itself for long: no script is put into it."""

    def __init__(self, chromium: Chromium, instance: Instance) -> None:
        super().__init__(chromium)
        self.ccp = CcpTab(chromium, instance.ccp_url)
        self.wait_known(instance)
        self.ccp.post("Runtime.evaluate", expression="const end = Date.now() + 60000; while (Date.now() < end);")

    def switch_off_and_on(self) -> None:
        """As after an update."""
        self.switch(on=False)
        self.switch(on=True)

    def uncovered(self) -> list[str]:
        """The addresses of what the extension says that it does not reach."""
        return [tab["url"] for tab in self.view()["uncovered"]]


@pytest.fixture
def busy(extension: Path, connect: SimulatedConnect, tmp_path: Path, acme: Instance) -> Iterator[Busy]:
    """Such a browser, and a copy of the extension."""
    copy = tmp_path / "extension"
    shutil.copytree(extension, copy)
    with Chromium(copy, connect.port, leave_dialogs=False) as browser:
        yield Busy(browser, acme)


def test_a_ccp_that_no_script_reaches(busy: Busy, acme: Instance, beta: Instance) -> None:
    """It is shown as not protected and holds nobody else up; when it goes it is delivered for, as was known of it."""
    busy.switch_off_and_on()
    wait(lambda: busy.uncovered() == [acme.ccp_url], 15, "it to be shown")
    wait(lambda: busy.badge() == "!", 5, "the badge to say so")
    # Others are covered meanwhile.
    other = busy.open_ccp(beta)
    busy.chromium.close_tab(other)
    busy.offline_confirmed(beta)
    assert acme.puts() == []
    busy.ccp.abandon()
    acme.wait_for(lambda i: i.agent.state.type == "offline", 20, "Offline at the server")
    wait(lambda: busy.uncovered() == [], 10, "it to be gone")
    wait(lambda: busy.badge() == "", 5, "the badge to be empty")


def test_access_that_is_taken_back(busy: Busy, beta: Instance) -> None:
    """The person lets the extension in on a click only: not protected, and said; a reload sends nothing. Then again."""
    busy.ccp.abandon()
    browser = busy.chromium
    beta.knobs.round_trip_ms = 50
    handle = busy.open_ccp(beta)
    set_access(browser, "ON_CLICK")
    wait(lambda: busy.badge() == "!", 10, "the badge to say so")
    wait(lambda: busy.statuses(beta) == [], 10, "it to be left alone")
    popup = busy.open_popup()
    assert "does not let this extension reach *.awsapps.com, *.my" in busy.text("#ccps")
    assert busy.rows() == [(beta.host, "Not protected: no access to this site")]
    assert not busy.visible("#all-well")
    busy.close(popup)
    browser.switch(handle)
    browser.reload()
    browser.wait_state("Available")
    busy.settle(beta)
    assert beta.puts() == []
    assert busy.open_failures(beta) == []
    set_access(browser, "ON_ALL_SITES")
    wait(lambda: busy.statuses(beta) == ["ready"], 15, "it to be protected again")
    wait(lambda: busy.badge() == "", 5, "the badge to be empty")
    browser.close_tab(handle)
    busy.offline_confirmed(beta)


def set_access(browser: Chromium, access: str) -> None:
    """What the person chooses in the extension's details."""
    page = Page(browser.address, "chrome://extensions/")
    configuration = "{extensionId: args[0], hostAccess: args[1]}"
    page.run(
        f"await chrome.developerPrivate.updateExtensionConfiguration({configuration});", browser.extension_id, access
    )
    page.close()


def test_an_error_page_is_no_ccp(busy: Busy, acme: Instance, beta: Instance) -> None:
    """A tab in which the CCP could not be loaded: the agent opens it in another, and closes that: Offline."""
    browser = busy.chromium
    busy.ccp.abandon()
    beta.knobs.down = True
    browser.extension_call("await chrome.tabs.create({url: args[0]});", beta.ccp_url)
    beta.wait_for(lambda i: i.records, what="the CCP to be asked for")
    busy.switch_off_and_on()
    beta.knobs.down = False
    handle = busy.open_ccp(beta)
    # When all that is open has been looked at.
    busy.settle(acme)
    busy.settle(acme)
    assert busy.view()["uncovered"] == []
    browser.close_tab(handle)
    busy.offline_confirmed(beta)


def test_a_ccp_that_was_never_reached(busy: Busy, acme: Instance) -> None:
    """Nothing is known of it, as after a first installation: when it goes, the agent is told that nobody knows."""
    busy.chromium.extension_call("await chrome.storage.local.remove('journal');")
    busy.switch_off_and_on()
    wait(lambda: busy.uncovered() == [acme.ccp_url], 15, "it to be shown")
    busy.ccp.abandon()
    assert busy.wait_failure(acme)["reason"] == "not_covered"
    assert [card.reason for card in busy.cards_of(acme)] == ["not_covered"]
    assert acme.agent.state.name == "Available"


def test_two_copies(extension: Path, connect: SimulatedConnect, tmp_path: Path, acme: Instance) -> None:
    """Installed by hand and by policy: one of two CCPs is closed, nothing is sent, and the options page says so."""
    copy = tmp_path / "copy"
    shutil.copytree(extension, copy)
    with Chromium(extension, connect.port, leave_dialogs=False, beside=[copy]) as browser:
        guard = Guard(browser)
        first = guard.open_ccp(acme)
        second = browser.open(acme.ccp_url)
        wait(lambda: len(guard.of("watched", acme)) == 2, 10, "both CCPs to be known")
        browser.close_tab(first)
        wait(lambda: len(guard.of("watched", acme)) == 1, 10, "the first to be gone")
        guard.settle(acme)
        assert acme.puts() == []
        page = browser.popup_page("options.html")
        wait(lambda: guard.count("#checks [data-check=twins]") == 1, 10, "the second copy to be named")
        guard.close(page)
        browser.close_tab(second)
        guard.offline_confirmed(acme)


def test_a_document_that_is_gone_at_once(browser: Chromium, guard: Guard, acme: Instance, beta: Instance) -> None:
    """A CCP that leads elsewhere while the worker starts: its dead port costs no other CCP its protection."""
    for _ in range(5):
        acme.knobs.page_script = f"location.replace('{acme.origin}/connect/blank')"
        guard.stop_background()
        handle = browser.open(acme.ccp_url)
        other = guard.open_ccp(beta)
        acme.knobs.page_script = ""
        acme.set_state("Available")
        browser.switch(handle)
        browser.navigate(acme.ccp_url)
        guard.wait_known(acme)
        browser.close_tab(handle)
        acme.wait_for(lambda i: i.agent.state.type == "offline", what="Offline at the server")
        browser.close_tab(other)
        beta.wait_for(lambda i: i.agent.state.type == "offline", what="Offline at the server")
        browser.wait(lambda: not guard.of("lives", acme) and not guard.of("lives", beta), 10, "both to be over")
        beta.set_state("Available")
