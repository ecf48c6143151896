"""Private windows: where the extension is allowed there, it works for itself, and leaves nothing behind."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import on_disk
from tests.browser.desktop import Desktop
from tests.browser.guard import QUICK
from tests.browser.harness import Screen, wait
from tests.instance import Instance, SimulatedConnect

# The memory of this run is one for all windows.
PRIVATE_JOURNAL = "return (await chrome.storage.session.get())['journal.private']?.journal"
BADGES = """
  const tabs = await chrome.tabs.query({});
  return Promise.all(tabs.map(({id}) => chrome.action.getBadgeText({tabId: id})));
"""


class Shared(Desktop):
    """A browser whose private windows the extension is allowed in.

    What the ordinary windows know is asked of the popup in their first tab: their background may sleep meanwhile, and
    a look into the private one would stall it while it starts.
    """

    popup = ""

    def start(self) -> None:
        """Start, and remember the first tab."""
        super().start()
        [self.popup] = self.tabs()

    def ask(self, script: str) -> Any:
        """Run an asynchronous function body in that popup."""
        return self.evaluate(self.popup, f"(async () => {{ {script} }})()")

    def on_disk(self, part: str) -> list[Any]:
        """One part of the journal as it is on disk."""
        return list(self.ask(f"return (await chrome.storage.local.get('journal')).journal?.{part} ?? []"))

    def private(self, part: str) -> list[Any]:
        """One part of what is known of private windows."""
        return list(self.ask(f"{PRIVATE_JOURNAL}?.{part} ?? []"))

    def open_privately(self, instance: Instance) -> str:
        """Open an instance's CCP in a private window, and wait until its agent is known; the tab's target id."""
        self.ask(f"await chrome.windows.create({{url: '{instance.ccp_url}', incognito: true}});")
        wait(
            lambda: [life for life in self.private("lives") if life["agent"]],
            20,
            "the extension to know the agent",
            0.2,
        )
        return next(tab for tab in self.tabs() if self.evaluate(tab, "location.origin") == instance.origin)

    def badges(self) -> list[str]:
        """What the button shows on each ordinary tab."""
        return list(self.ask(BADGES))

    def open_private_tab(self) -> None:
        """Open one more private tab."""
        before = len(self.private_badges())
        self.background("await chrome.tabs.create({});", private=True)
        wait(lambda: len(self.private_badges()) > before, 10, "another private tab", 0.2)

    def private_badges(self) -> list[str]:
        """What it shows on each private tab; nothing while their background sleeps."""
        return list(self.background(BADGES, private=True) or [])


@pytest.fixture
def desktop(extension: Path, connect: SimulatedConnect, screen: Screen, tmp_path: Path) -> Iterator[Shared]:
    """Such a browser, with quick tries."""
    desktop = Shared(extension, connect.port, screen, profile=tmp_path / "profile")
    with desktop:
        desktop.close_window()
        desktop.wait_ended()
    desktop.allow_private()
    with desktop:
        desktop.ask(f"await chrome.storage.local.set({{settings: {json.dumps(QUICK)}}});")
        yield desktop


@pytest.fixture
def acme(new_instance: Callable[[], Instance]) -> Instance:
    """An instance nobody has used before."""
    return new_instance()


def test_a_journal_of_its_own(desktop: Shared, acme: Instance) -> None:
    """What a private window does is in the memory of its own background, and never on disk."""
    ccp = desktop.open_privately(acme)
    assert desktop.on_disk("lives") == []
    desktop.command(ccp, "Page.close")
    acme.wait_for(lambda i: i.agent.state.type == "offline", what="Offline at the server")
    wait(lambda: len(desktop.private("confirmed")) == 1, 10, "it to be confirmed", 0.2)
    assert desktop.on_disk("confirmed") == []


def test_nothing_is_left(desktop: Shared, acme: Instance) -> None:
    """A failure, and then the private window is closed: nothing of it is on disk."""
    acme.knobs.put = "403"
    desktop.command(desktop.open_privately(acme), "Page.crash")
    wait(lambda: desktop.private("failures"), 15, "the failure", 0.2)
    desktop.background("for (const {id} of await chrome.windows.getAll()) chrome.windows.remove(id);", private=True)
    wait(lambda: desktop.tabs() == [desktop.popup], 10, "the private windows to be gone")
    assert desktop.on_disk("failures") == []
    desktop.close_window()
    desktop.wait_ended()
    # The browser's own log is not the extension's.
    assert [file for file in on_disk(desktop.profile, acme.host) if file != "chrome_debug.log"] == []


def test_each_shows_its_own_failures(desktop: Shared, acme: Instance, beta: Instance) -> None:
    """The button is one for all windows, but says on each tab what concerns it."""
    acme.knobs.put = "403"
    beta.knobs.put = "403"
    ccp = desktop.open(acme.ccp_url)
    wait(lambda: [life for life in desktop.on_disk("lives") if life["agent"]], 20, "the extension to know the agent")
    desktop.command(ccp, "Page.close")
    wait(lambda: desktop.badges() == ["1"], 15, "the failure in the ordinary window", 0.2)
    ccp = desktop.open_privately(beta)
    desktop.open_private_tab()
    wait(lambda: set(desktop.private_badges()) == {""}, 5, "nothing to be shown in private tabs", 0.2)
    assert desktop.badges() == ["1"]
    desktop.command(ccp, "Page.crash")
    wait(lambda: set(desktop.private_badges()) == {"1"}, 15, "the failure in the private window", 0.2)
    assert desktop.badges() == ["1"]
    assert len(desktop.private("failures")) == len(desktop.on_disk("failures")) == 1
    desktop.ask("chrome.runtime.connect({name: 'popup'}).postMessage({type: 'dismiss_all'});")
    wait(lambda: desktop.badges() == [""], 5, "the ordinary window to have nothing to show")
    desktop.open_private_tab()
    wait(lambda: set(desktop.private_badges()) == {"1"}, 5, "the failure to be shown in every private tab", 0.2)
