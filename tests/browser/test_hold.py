"""Where delivery is known to be failing, the agent is asked before the CCP goes, and told if they stay.

In a browser with a window. The browser asks only where a person has clicked, so each test clicks.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser.ccp_tab import CcpTab
from tests.browser.dialog import PageDialog
from tests.browser.guard import QUICK, Guard
from tests.browser.harness import Chromium, Screen, wait
from tests.instance import Instance, SimulatedConnect
from tools.paths import IMAGES, OUTPUT

# Tries that go on for longer than a test looks at them.
PATIENT = {"retry": {"attempts": 10, "firstDelayMs": 1000, "withinSeconds": 60}}
ENTER, ESCAPE = ("Enter", 13), ("Escape", 27)


class Held(Guard):
    """The extension in a browser with a window, and the CCPs of one test."""

    def __init__(self, chromium: Chromium) -> None:
        super().__init__(chromium)
        self.tabs: list[CcpTab] = []

    def tab(self, url: str) -> CcpTab:
        """Open an address."""
        self.tabs.append(CcpTab(self.chromium, url))
        return self.tabs[-1]

    def ccp(self, instance: Instance) -> CcpTab:
        """Open an instance's CCP, and wait until the extension knows its agent."""
        tab = self.tab(instance.ccp_url)
        self.wait_known(instance)
        return tab

    def at_lunch(self, instance: Instance) -> CcpTab:
        """A CCP whose agent has chosen another state by a click."""
        tab = self.ccp(instance)
        tab.choose_state("Lunch")
        tab.wait_state("Lunch")
        return tab

    def failing(self, instance: Instance, put: str = "500") -> CcpTab:
        """A CCP whose agent is at lunch, and whose next choice has just failed."""
        tab = self.at_lunch(instance)
        fail_to_choose(self, tab, instance, put)
        return tab


@pytest.fixture(scope="module")
def shown_browser(extension: Path, connect: SimulatedConnect, screen: Screen) -> Iterator[Chromium]:
    """A browser with a window."""
    with Chromium(
        extension, connect.port, headless=False, environment=screen.environment, leave_dialogs=False
    ) as running:
        yield running


@pytest.fixture
def held(shown_browser: Chromium) -> Iterator[Held]:
    """The extension in it, with nothing to show, and no tab left open."""
    held = Held(shown_browser)
    held.set(QUICK)
    yield held
    found = held.tokens_found()
    held.set(QUICK)
    for tab in held.tabs:
        tab.abandon()
    shown_browser.wait(lambda: not held.view()["open"], 10, "every CCP to be gone")
    shown_browser.wait(lambda: not held.journal()["pending"], 20, "every departure to be decided")
    held.dismiss_all()
    assert found == []


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[[CcpTab, str], None]:
    """Keeps a picture of a tab: in ``output/``, or with ``--images`` where the documentation shows it."""
    folder = IMAGES if request.config.getoption("--images") else OUTPUT
    folder.mkdir(exist_ok=True)

    def keep(tab: CcpTab, name: str) -> None:
        for scheme in ("light", "dark"):
            tab.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
            tab.picture(folder / f"{name}-{scheme}.png")

    return keep


def fail_to_choose(
    held: Held, tab: CcpTab, instance: Instance, put: str, said: str = "document.body.dataset.lastSet"
) -> None:
    """Choose a state by a click, in vain."""
    instance.knobs.put = put
    tab.choose_state("Training")
    held.chromium.wait(lambda: tab.run(said).startswith("failure"), 15, "a choice that fails")


def close_and_stay(tab: CcpTab) -> PageDialog:
    """Close the CCP's tab, and answer the browser's leave dialog with "Cancel"."""
    tab.leave()
    tab.wait_asked()
    tab.answer(leave=False)
    return PageDialog(tab)


def close(tab: CcpTab) -> None:
    """Close a tab that does not ask."""
    tab.leave()
    tab.wait_gone()


def wait_quiet(instance: Instance) -> None:
    """Wait until the page itself tries no more; its library does, behind the dialog, a little longer than we."""
    while True:
        seen = len(instance.puts())
        Guard.wait_out(1.5)
        if len(instance.puts()) == seen:
            return


def wait_back(held: Held, tab: CcpTab, instance: Instance, name: str) -> None:
    """The agent works on as before: at the server, in the CCP, and for the extension."""
    instance.wait_for(lambda i: i.agent.state.name == name, what=f"{name} at the server")
    tab.wait_state(name)
    held.chromium.wait(lambda: held.of("watched", instance), 10, "the CCP to be watched again")
    assert held.of("pending", instance) == []
    assert held.open_failures(instance) == []


def test_the_last_choice_failed(held: Held, acme: Instance, picture: Callable[[CcpTab, str], None]) -> None:
    """The agent is asked, stays, sees the tries and their end; another try, and they are Offline."""
    held.set({"retry": {"attempts": 3, "firstDelayMs": 600, "withinSeconds": 10}})
    tab = held.failing(acme)
    dialog = close_and_stay(tab)
    held.chromium.wait(lambda: " of 3" in dialog.wait("trying", "waiting").status, 10, "the first try to be shown")
    shown = dialog.wait("trying", "waiting")
    assert shown.title == "Call failed: you are still Lunch"
    assert "had an error" in shown.why
    assert (shown.role, shown.live, shown.modal) == ("alertdialog", "status", True)
    picture(tab, "hold-trying")
    shown = dialog.wait("failed")
    assert shown.status == "3 tries failed."
    assert shown.focused == "try_again"
    assert [button["label"] for button in shown.buttons] == [
        "Try again",
        "Stay and keep working",
        "Leave anyway",
    ]
    picture(tab, "hold-failed")
    assert held.open_failures(acme)[-1]["reason"] == "server_error"
    wait_quiet(acme)
    acme.knobs.put = "ok"
    dialog.press("try_again")
    shown = dialog.wait("confirmed")
    assert (shown.title, shown.why) == ("You are Offline", "You can close this window.")
    assert shown.focused == "ok"
    picture(tab, "hold-confirmed")
    acme.wait_for(lambda i: i.agent.state.type == "offline", what="Offline at the server")
    assert held.open_failures(acme) == []
    dialog.press("ok")
    dialog.wait_gone()
    tab.wait_state("Offline")
    close(tab)
    held.settle(acme)
    assert held.cards_of(acme) == []


def test_polling_fails(held: Held, acme: Instance) -> None:
    """The server is away: that is known from the CCP's own polling, and it comes back while the dialog is open."""
    held.set(PATIENT)
    acme.knobs.snapshot_poll_ms = 500
    tab = held.at_lunch(acme)
    acme.knobs.down = True
    acme.wait_for(
        lambda i: len([r for r in i.requests("GetAgentSnapshot") if not r.status]) > 1, what="polling to fail"
    )
    dialog = close_and_stay(tab)
    shown = dialog.wait("waiting", "trying")
    held.chromium.wait(lambda: "network" in (dialog.read() or shown).why, 10, "the reason to be shown")
    acme.knobs.down = False
    dialog.wait("confirmed", timeout=30)
    assert acme.agent.state.type == "offline"


def test_no_network(held: Held, acme: Instance) -> None:
    """The browser itself is offline: nothing has failed yet, and nothing can be sent."""
    held.set(PATIENT)
    tab = held.at_lunch(acme)
    page_offline(tab, True)
    acme.knobs.down = True
    with held.chromium.background_offline():
        dialog = close_and_stay(tab)
        assert "network" in dialog.wait("waiting").why
    page_offline(tab, False)
    acme.knobs.down = False
    dialog.wait("confirmed", timeout=30)
    assert acme.agent.state.type == "offline"


def page_offline(tab: CcpTab, offline: bool) -> None:
    """Take the network from the current page, or give it back."""
    tab.send("Network.enable")
    tab.send("Network.emulateNetworkConditions", offline=offline, latency=0, downloadThroughput=-1, uploadThroughput=-1)


def test_the_session_has_ended(held: Held, acme: Instance) -> None:
    """The CCP leads to where the agent signs in, and is not stopped, whatever the settings; that it failed is told."""
    held.set({**QUICK, "hold": "always"})
    tab = held.at_lunch(acme)
    acme.revoke_tokens()
    acme.sign_out()
    tab.choose_state("Training")
    acme.wait_for(lambda i: [record for record in i.records if record.path.endswith("/login")], 40, "the sign-in page")
    assert held.wait_failure(acme)["reason"] == "signed_out"
    assert [card.reason for card in held.cards_of(acme)] == ["signed_out"]
    wait(lambda: tab.run("document.getElementById('sign-in') !== null"), 10, "the sign-in page to show")
    tab.click("#sign-in")
    tab.wait_state("Lunch")


def test_stay_and_keep_working(held: Held, acme: Instance) -> None:
    """The tries end, the state is what it was, and there is nothing to warn of."""
    held.set(PATIENT)
    tab = held.failing(acme)
    dialog = close_and_stay(tab)
    dialog.wait("trying", "waiting")
    dialog.press("keep_working")
    dialog.wait_gone()
    held.settle(acme)
    tried = len(acme.puts())
    acme.knobs.put = "ok"
    held.settle(acme)
    assert len(acme.puts()) == tried
    wait_back(held, tab, acme, "Lunch")


@pytest.mark.parametrize("phase", ["failed", "confirmed"])
def test_keep_working_after_the_end(held: Held, beta: Instance, phase: str) -> None:
    """It failed, and nothing needs to be warned of; it worked, and the state from before is chosen again."""
    tab = held.failing(beta)
    dialog = close_and_stay(tab)
    dialog.wait("failed")
    wait_quiet(beta)
    if phase == "confirmed":
        beta.knobs.put = "ok"
        dialog.press("try_again")
    dialog.wait(phase)
    beta.knobs.put = "ok"
    dialog.press("keep_working")
    dialog.wait_gone()
    wait_back(held, tab, beta, "Lunch")


def test_leave_anyway(held: Held, acme: Instance, picture: Callable[[CcpTab, str], None]) -> None:
    """The failure is stored and told; the next closing is not held, and is delivered like any other."""
    held.set(PATIENT)
    tab = held.failing(acme)
    dialog = close_and_stay(tab)
    dialog.wait("trying", "waiting")
    dialog.press("leave_anyway")
    shown = dialog.wait("let_go")
    assert "You are still Lunch" in shown.why
    picture(tab, "hold-leave")
    assert held.wait_failure(acme)["reason"] == "server_error"
    acme.knobs.put = "ok"
    close(tab)
    held.offline_confirmed(acme)


@pytest.mark.parametrize("put", ["ok", "500"])
def test_leaving_by_the_browsers_dialog(held: Held, acme: Instance, put: str) -> None:
    """Who leaves is delivered for, and told if that fails."""
    tab = held.failing(acme)
    tab.leave()
    tab.wait_asked()
    acme.knobs.put = put
    tab.answer(leave=True)
    if put == "ok":
        held.offline_confirmed(acme)
    else:
        assert held.wait_failure(acme)["reason"] == "server_error"
        assert [card.reason for card in held.cards_of(acme)] == ["server_error"]


def test_policy_never(held: Held, acme: Instance) -> None:
    """Silent, whatever fails."""
    held.set({**QUICK, "hold": "never"})
    tab = held.failing(acme)
    close(tab)
    assert held.wait_failure(acme)["reason"] == "server_error"


def test_policy_always(held: Held, acme: Instance) -> None:
    """Nothing fails, and the agent is asked all the same until Offline is confirmed; then the window closes."""
    held.set({**QUICK, "hold": "always"})
    tab = held.at_lunch(acme)
    dialog = close_and_stay(tab)
    assert dialog.wait("confirmed").title == "You are Offline"
    dialog.press("ok")
    dialog.wait_gone()
    tab.wait_state("Offline")
    close(tab)
    assert acme.agent.state.type == "offline"


def test_a_policy_that_changes(held: Held, beta: Instance) -> None:
    """It holds in the CCPs that are open."""
    tab = held.at_lunch(beta)
    held.set({**QUICK, "hold": "always"})
    # What the page tells after the change is heard after it.
    tab.choose_state("Training")
    held.chromium.wait(lambda: held.of("watched", beta)[0]["agent"]["name"] == "Training", 10, "the change to be heard")
    close_and_stay(tab).wait("confirmed")


@pytest.mark.timeout(300)
def test_a_healthy_server_holds_nobody(held: Held, acme: Instance) -> None:
    """100 closings after a click, with each version of Streams 50: no dialog, and Offline each time."""
    for number in range(1, 51):
        tab = held.ccp(acme)
        name = "Lunch" if number % 2 else "Training"
        tab.choose_state(name)
        tab.wait_state(name)
        close(tab)
        acme.wait_for(lambda i: i.agent.state.type == "offline", what=f"Offline at the server, closing {number}")
        # Over, so that nothing is on its way any more when the agent is Available again.
        held.wait_over(acme)
        acme.set_state("Available")
    assert held.cards_of(acme) == []


def test_nobody_has_clicked(held: Held, acme: Instance) -> None:
    """Without a click the browser asks nobody: the CCP goes, and what fails is told as ever."""
    acme.knobs.put = "500"
    tab = held.ccp(acme)
    tab.run("document.querySelector('[data-set-state=Lunch]').click()")
    acme.wait_for(lambda i: i.puts() and i.puts()[-1].status == 500, what="a choice that fails")
    close(tab)
    assert held.wait_failure(acme)["reason"] == "server_error"


@pytest.mark.parametrize("clicked", [True, False])
def test_a_framed_ccp(held: Held, acme: Instance, clicked: bool) -> None:
    """In a company's page the browser asks too, if the agent has clicked in the CCP; the dialog opens in its frame.

    Whether its page was to be closed is not known there, so tries are offered.
    """
    tab = held.tab(f"{acme.origin}/connect/framed")
    held.wait_known(acme)
    if clicked:
        tab.choose_state("Lunch")
        tab.wait_state("Lunch")
    acme.knobs.put = "500"
    tab.run("frames[0].document.querySelector('[data-set-state=Training]').click()")
    held.chromium.wait(
        lambda: tab.run("frames[0].document.body.dataset.lastSet").startswith("failure"), 15, "a choice that fails"
    )
    if not clicked:
        close(tab)
        assert held.wait_failure(acme)["reason"] == "server_error"
        return
    dialog = close_and_stay(tab)
    shown = dialog.wait("offered")
    assert shown.modal
    assert shown.title == "You are still Lunch"
    assert shown.focused == "keep_working"
    dialog.press("try_again")
    dialog.wait("trying", "waiting", "failed")


def untouched(held: Held, instance: Instance) -> None:
    """The agent works on: nobody has asked for Offline, and nothing is pending or failed.

    What they chose in vain, Streams itself asks for again now and then.
    """
    instance.knobs.put = "ok"
    held.settle(instance)
    assert "Offline" not in [put.state_name for put in instance.puts()]
    assert held.of("watched", instance)
    assert held.of("pending", instance) == []
    assert held.open_failures(instance) == []


@pytest.mark.parametrize("link", ["report", "tel", "mail"])
def test_a_link_is_not_held(held: Held, acme: Instance, link: str) -> None:
    """One that starts a download or a call: the agent is asked nothing, and works on."""
    tab = held.failing(acme)
    tab.click(f"#{link}")
    untouched(held, acme)


@pytest.mark.parametrize("leave", [True, False], ids=["leave", "cancel"])
def test_a_link_in_the_company_page(held: Held, acme: Instance, leave: bool) -> None:
    """What starts a call there asks the framed CCP, too: whatever is answered, its page stays, and nothing is sent."""
    tab = held.tab(f"{acme.origin}/connect/framed")
    held.wait_known(acme)
    tab.choose_state("Lunch")
    tab.wait_state("Lunch")
    fail_to_choose(held, tab, acme, "500", "frames[0].document.body.dataset.lastSet")
    # By the page itself: a click that opens a dialog does not end before it.
    tab.run("void setTimeout(() => document.querySelector('body > p #tel').click(), 50)")
    tab.wait_asked()
    tab.answer(leave=leave)
    dialog = PageDialog(tab)
    dialog.wait("offered")
    untouched(held, acme)
    if not leave:
        # After the other answer the browser asks on its own which program is to call, before everything else.
        dialog.press("keep_working")
        dialog.wait_gone()
        untouched(held, acme)


def test_a_reload_that_is_cancelled(held: Held, acme: Instance) -> None:
    """The browser asks, the agent thinks better of it, and works on: nothing is sent."""
    tab = held.failing(acme)
    held.reload_crashed(acme)
    tab.wait_asked()
    # Before any person can answer, the browser has said what its tab is bound for.
    held.chromium.wait(lambda: held.view()["open"][0]["bound"] == "ccp", 5, "the reload to be known")
    tab.answer(leave=False)
    untouched(held, acme)


def test_a_call_that_ends_meanwhile(held: Held, beta: Instance) -> None:
    """The agent stays, and it is tried; the call ends, and the next try would end the after-contact work: it is not."""
    held.set(PATIENT)
    tab = held.at_lunch(beta)
    beta.start_call()
    tab.wait_state("Busy")
    fail_to_choose(held, tab, beta, "500")
    dialog = close_and_stay(tab)
    dialog.wait("trying", "waiting")
    beta.end_call()
    tab.wait_state("AfterCallWork")
    beta.knobs.put = "ok"
    held.settle(beta)
    assert beta.knobs.contact == "acw"
    assert beta.agent.state.name == "AfterCallWork"


def test_keys(held: Held, beta: Instance) -> None:
    """Focus goes to the safe button, Enter presses it, Escape stays, and the focus is back where it was."""
    beta.knobs.page_script = "addEventListener('keydown', (event) => { (window.pressed ??= []).push(event.key); });"
    tab = held.failing(beta)
    tab.run("document.querySelector('#log-out').focus()")
    dialog = close_and_stay(tab)
    shown = dialog.wait("failed")
    assert shown.focused == "try_again"
    wait_quiet(beta)
    tried = len(beta.puts())
    tab.key(*ENTER)
    beta.wait_for(lambda i: len(i.puts()) > tried, what="another try")
    dialog.wait("failed")
    tab.key(*ESCAPE)
    dialog.wait_gone()
    assert tab.run("document.activeElement.id") == "log-out"
    assert tab.run("window.pressed ?? []") == []
    beta.knobs.put = "ok"
    wait_back(held, tab, beta, "Lunch")


def test_the_page_cannot_reach_it(held: Held, beta: Instance) -> None:
    """The page's styles and scripts end at the dialog's border; when it is gone, nothing of it is left."""
    held.set(PATIENT)
    beta.knobs.page_script = (
        "addEventListener('DOMContentLoaded', () => {"
        "const sheet = new CSSStyleSheet();"
        "sheet.replaceSync('* { display: none !important; color: red !important }');"
        "window.hide = () => { document.adoptedStyleSheets = [sheet]; };"
        "window.show = () => { document.adoptedStyleSheets = []; }; });"
    )
    tab = held.failing(beta)
    before = tab.run("document.documentElement.outerHTML.replace(/<body[^>]*>/, '')")
    dialog = close_and_stay(tab)
    dialog.wait("trying", "waiting")
    assert tab.run("document.documentElement.lastElementChild.shadowRoot") is None
    height = dialog.wait("trying", "waiting").height
    tab.run("hide(); document.documentElement.style.setProperty('display', 'block', 'important')")
    assert dialog.wait("trying", "waiting").height == height
    tab.run("show(); document.documentElement.removeAttribute('style')")
    dialog.press("keep_working")
    dialog.wait_gone()
    after = tab.run("document.documentElement.outerHTML.replace(/<body[^>]*>/, '')")
    assert after == before


def test_on_a_contact(held: Held, beta: Instance, picture: Callable[[CcpTab, str], None]) -> None:
    """A call is live: the dialog is a bar above the CCP, every control can be clicked, and the call goes on."""
    held.set(PATIENT)
    tab = held.at_lunch(beta)
    beta.start_call()
    held.chromium.wait(
        lambda: tab.run("document.getElementById('contact').textContent") != "No contact", 10, "the call"
    )
    fail_to_choose(held, tab, beta, "500")
    dialog = close_and_stay(tab)
    shown = dialog.wait("trying", "waiting")
    assert shown.bar
    assert not shown.modal
    picture(tab, "hold-on-a-contact")
    covered = tab.run(
        "[...document.querySelectorAll('button, a')].filter((each) => {"
        "each.scrollIntoView({block: 'center'}); const box = each.getBoundingClientRect();"
        "return !each.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)); })"
        ".map((each) => each.textContent)"
    )
    assert covered == []
    beta.knobs.put = "ok"
    shown = dialog.wait("confirmed", timeout=30)
    assert shown.title == "You will be Offline after this contact"
    assert beta.knobs.contact == "call"
    dialog.press("ok")
    dialog.wait_gone()
    assert tab.run("document.documentElement.getAttribute('style')") is None


def fail_once(held: Held, instance: Instance) -> None:
    """A closing that fails."""
    instance.knobs.put = "403"
    close(held.ccp(instance))
    held.wait_failure(instance)
    instance.knobs.put = "ok"


@pytest.mark.parametrize("answer", ["ok", "dismiss_seen"])
def test_what_failed_before(held: Held, acme: Instance, answer: str, picture: Callable[[CcpTab, str], None]) -> None:
    """The next CCP tells so, once; the warning stays until it is dismissed."""
    fail_once(held, acme)
    tab = held.ccp(acme)
    dialog = PageDialog(tab)
    shown = dialog.wait("earlier")
    assert len(shown.rows) == 1
    assert "did not allow" in shown.rows[0]
    assert shown.focused == "ok"
    picture(tab, "hold-earlier")
    dialog.press(answer)
    dialog.wait_gone()
    held.chromium.wait(lambda: len(held.open_failures(acme)) == (1 if answer == "ok" else 0), 5, "the answer to count")
    dialog = PageDialog(held.tab(acme.ccp_url))
    held.chromium.wait(lambda: len(held.of("watched", acme)) == 2, 10, "the second CCP to be known")
    held.settle(acme)
    assert dialog.read() is None


def test_another_agents_failure(held: Held, beta: Instance) -> None:
    """It is in the popup, but no other agent is told that they were not set Offline."""
    fail_once(held, beta)
    beta.knobs.username = "robin"
    dialog = PageDialog(held.ccp(beta))
    held.settle(beta)
    assert dialog.read() is None
    assert len(held.open_failures(beta)) == 1


def test_the_background_stops_meanwhile(held: Held, beta: Instance) -> None:
    """The dialog finds the next background, which knows from the journal what it was about."""
    tab = held.failing(beta)
    dialog = close_and_stay(tab)
    dialog.wait("failed")
    wait_quiet(beta)
    held.stop_background()
    beta.knobs.put = "ok"
    held.chromium.wait(lambda: held.view()["open"], 10, "the next background to know the CCP")

    def pressed() -> bool:
        shown = dialog.read()
        if shown is not None and shown.phase == "failed":
            tab.click_at(*shown.at("try_again"))
        return shown is not None and shown.phase == "confirmed"

    held.chromium.wait(pressed, 20, "the dialog to work on")
    assert beta.agent.state.type == "offline"


def test_the_background_stops_while_it_is_tried(held: Held, beta: Instance) -> None:
    """The dialog stays, the next background goes on with the tries, and they end before the agent's eyes."""
    held.set(PATIENT)
    tab = held.failing(beta)
    dialog = close_and_stay(tab)
    dialog.wait("trying", "waiting")
    held.stop_background()
    beta.knobs.put = "ok"
    dialog.wait("confirmed", timeout=30)
    assert beta.agent.state.type == "offline"
    dialog.press("keep_working")
    dialog.wait_gone()
    wait_back(held, tab, beta, "Lunch")
