"""A CCP where no extension may look: in another extension's page, which stands here for its side panel."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.devtools import Page
from tests.browser.guard import QUICK, Guard
from tests.browser.harness import Chromium, unpacked_id, wait
from tests.instance import Instance, SimulatedConnect

MANIFEST = {"manifest_version": 3, "name": "Panel", "version": "1", "permissions": ["offscreen"]}
# To the browser this page, which nobody sees, is what a side panel is.
PANEL = """<iframe allow="microphone" width="400" height="500"></iframe><script src="panel.js"></script>"""
SCRIPT = "document.querySelector('iframe').src = decodeURIComponent(location.search.slice(1));"
SHOW = """await chrome.offscreen.createDocument({
  url: `panel.html?${encodeURIComponent(args[0])}`, reasons: ['IFRAME_SCRIPTING'], justification: 'A CCP'
});"""


class Panel:
    """Another extension, with a CCP in it or none; told by a page of its own."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def show(self, instance: Instance) -> None:
        """Open a CCP there, and wait until it works."""
        known = len(instance.requests("GetAgentStates"))
        self._page.run(SHOW, instance.ccp_url)
        instance.wait_for(lambda i: len(i.requests("GetAgentStates")) > known, what="the panel's CCP to work")

    def close(self) -> None:
        """Take the CCP away, if one is there."""
        self._page.run("if (await chrome.offscreen.hasDocument()) await chrome.offscreen.closeDocument();")


@pytest.fixture(scope="module")
def with_panel(
    extension: Path, connect: SimulatedConnect, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Chromium, Panel]]:
    """A browser in which both extensions are."""
    other = tmp_path_factory.mktemp("panel")
    (other / "manifest.json").write_text(json.dumps(MANIFEST))
    (other / "panel.html").write_text(PANEL)
    (other / "panel.js").write_text(SCRIPT)
    with Chromium(extension, connect.port, leave_dialogs=False, beside=[other]) as running:
        yield running, Panel(Page(running.address, f"chrome-extension://{unpacked_id(other)}/manifest.json"))


@pytest.fixture
def panel(with_panel: tuple[Chromium, Panel]) -> Iterator[Panel]:
    """The other extension, with nothing in it."""
    yield with_panel[1]
    with_panel[1].close()


@pytest.fixture
def guard(with_panel: tuple[Chromium, Panel]) -> Guard:
    """Our own extension, beside it."""
    guard = Guard(with_panel[0])
    guard.set(QUICK)
    return guard


@pytest.fixture
def acme(acme: Instance) -> Instance:
    """Its CCPs ask every second, not every thirty."""
    acme.knobs.snapshot_poll_ms = 1000
    return acme


def is_shown(guard: Guard, instance: Instance) -> bool:
    """Whether the popup shows that a CCP of this instance is open that it does not see."""
    return [other["tab"] for other in guard.view()["uncovered"] if other["instance"] == instance.origin] == [-1]


def test_it_is_shown(guard: Guard, panel: Panel, acme: Instance) -> None:
    """As not protected. Who closes another CCP works on in this one, and is left as they are."""
    panel.show(acme)
    wait(lambda: is_shown(guard, acme), 10, "it to be shown")
    assert guard.badge() == "!"
    handle = guard.open_popup()
    assert (acme.host, "Not protected: no extension can reach it") in guard.rows()
    assert not guard.visible("#all-well")
    guard.close(handle)
    guard.chromium.close_tab(guard.open_ccp(acme))
    guard.settle(acme)
    assert acme.puts() == []
    assert is_shown(guard, acme)


def test_one_opens_beside_a_tab(guard: Guard, panel: Panel, acme: Instance) -> None:
    """Two workers ask where one CCP is known; after a sleep of the background, too."""
    handle = guard.open_ccp(acme)
    panel.show(acme)
    wait(lambda: is_shown(guard, acme), 15, "it to be shown")
    guard.stop_background()
    assert is_shown(guard, acme)
    guard.chromium.close_tab(handle)
    guard.settle(acme)
    assert acme.puts() == []


def test_it_goes(guard: Guard, panel: Panel, acme: Instance) -> None:
    """It asks no more: the agent is told that nobody knows, and the next closing of a CCP counts again."""
    panel.show(acme)
    wait(lambda: is_shown(guard, acme), 10, "it to be shown")
    panel.close()
    with guard.chromium.background_later(70):
        # Anything that has the background look, as twice a minute it does by itself.
        guard.chromium.close_tab(guard.chromium.open(f"{acme.origin}/connect/blank"))
        wait(lambda: not is_shown(guard, acme), 10, "it to be gone")
    assert [card.reason for card in guard.cards_of(acme)] == ["unseen"]
    guard.dismiss_all()
    wait(lambda: guard.badge() == "", 10, "the badge to be empty")
    guard.chromium.close_tab(guard.open_ccp(acme))
    guard.offline_confirmed(acme)


def test_it_is_another_instance(guard: Guard, panel: Panel, acme: Instance, beta: Instance) -> None:
    """Nobody works in this one; nor is it of an instance that is not to be protected."""
    panel.show(acme)
    wait(lambda: is_shown(guard, acme), 10, "it to be shown")
    guard.chromium.close_tab(guard.open_ccp(beta))
    guard.offline_confirmed(beta)
    guard.set({**QUICK, "instances": [beta.host]})
    wait(lambda: not is_shown(guard, acme), 10, "it to be nobody's business")
    assert guard.cards_of(acme) == []


def test_the_workspace_may_ask_by_itself(guard: Guard, panel: Panel, beta: Instance) -> None:
    """Whether its own page has a worker, nobody here knows: while one is open, one that asks is no sign."""
    beta.knobs.snapshot_poll_ms = 1000
    page = guard.chromium.open(f"{beta.origin}{beta.base}/agent-app-v2/customers")
    panel.show(beta)
    guard.wait_out(5)
    assert not is_shown(guard, beta)
    guard.chromium.close_tab(page)
    wait(lambda: is_shown(guard, beta), 15, "it to be shown")


ASK_OF_ITS_OWN = """
const headers = {'x-amz-target': 'AmazonConnectCTIService.GetAgentSnapshot', 'x-amz-bearer': 'of-its-own'};
await fetch(arguments[0], {method: 'POST', headers, body: '{}'});
"""


def test_a_page_that_asks_itself(guard: Guard, beta: Instance) -> None:
    """It is no worker: a tool of the company's, for instance, and no CCP."""
    guard.chromium.open(f"{beta.origin}/connect/blank")
    guard.chromium.driver.execute_script(ASK_OF_ITS_OWN, f"{beta.base}/api")
    beta.wait_for(lambda i: i.requests("GetAgentSnapshot") != [], what="the page to have asked")
    guard.wait_out(4)
    assert not is_shown(guard, beta)
