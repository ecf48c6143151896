"""An administrator's machine: a policy file and an update server, made by our commands, and nothing else.

The browser is started without the extension. That it comes, obeys, stays current and goes again is the browser's
doing, by what ``build.py pack`` and ``build.py policies`` have written.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import shutil
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.devtools import Page
from tests.browser.guard import Guard
from tests.browser.harness import Chromium, wait
from tests.browser.policies import Policies
from tools.crx import Key, make_key
from tools.pack import CHROMIUM, pack
from tools.policies import command, settings
from tools.policies.rollout import NAME, Rollout

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.instance import Instance, SimulatedConnect

SETTINGS = ["retry.attempts=3", "retry.withinSeconds=4", 'instances=["*.awsapps.com"]']
POLICY = f"{NAME}.json"
# A file is looked at again some ten seconds after it has changed.
TAKEN_UP_SECONDS = 30


@pytest.fixture
def family() -> str:
    """The hosts that the policy names."""
    return ".awsapps.com"


class Files(SimpleHTTPRequestHandler):
    """Serves files, and writes nothing to the screen."""

    def log_message(self, format: str, *_: Any) -> None:  # noqa: A002 (the base class's name for it)
        """Nobody reads it."""


class Fleet:
    """What an administrator has: a key, a server, and a machine with a browser."""

    def __init__(self, extension: Path, scratch: Path, server: str, policies: Policies) -> None:
        self.key: Key = make_key(scratch / "key.pem")
        self.extension = extension
        self.scratch = scratch
        self.update_url = f"{server}/update.xml"
        self.policies = policies
        self.browser: Chromium
        self.page: Page

    def publish(self, version: str = "") -> str:
        """Pack the extension, under a newer version if one is given, into the folder that is served; its version."""
        built = self.scratch / f"built-{version}"
        shutil.copytree(self.extension, built)
        manifest = json.loads((built / "manifest.json").read_text("utf-8"))
        manifest["version"] = version or manifest["version"]
        (built / "manifest.json").write_text(json.dumps(manifest), "utf-8")
        pack(self.key, self.update_url, self.scratch / "served", dataclasses.replace(CHROMIUM, build=lambda: built))
        return str(manifest["version"])

    def roll_out(self, *given: str) -> None:
        """Put the policy file for Linux, as it is generated, where the browser looks."""
        rollout = Rollout(self.key.extension_id, self.update_url, settings.read(given))
        self.policies.write(POLICY, command.files(rollout)[f"linux/chromium/{POLICY}"])

    def installed(self) -> dict[str, Any] | None:
        """What the browser says of the extension; None if it is not there."""
        found: dict[str, Any] | None = self.page.run(
            "return (await chrome.management.getAll()).find((one) => one.id === args[0]) ?? null;",
            self.key.extension_id,
        )
        return found

    def from_policy(self) -> set[str]:
        """The settings that the open options page shows as the administrator's."""
        return self._keys('.setting[data-source="policy"]')

    def problems(self) -> set[str]:
        """The settings that the open options page names as wrong."""
        return self._keys(".problem")

    def is_kept_out(self) -> bool:
        """Whether the browser lets the extension reach no instance."""
        refused: bool = self.browser.extension_call(
            "return await fetch('https://acme.awsapps.com/connect/ccp').then(() => false, () => true);"
        )
        return refused

    def checks_that_fail(self) -> list[str]:
        """What the open options page says is not well."""
        found: list[str] = self.browser.driver.execute_script(
            "return [...document.querySelectorAll('.check[data-well=no]')].map((row) => row.textContent)"
        )
        return found

    def _keys(self, css: str) -> set[str]:
        found = self.browser.driver.execute_script(
            "return [...document.querySelectorAll(arguments[0])].map((row) => row.dataset.key)", css
        )
        return set(found)

    def managed(self) -> Any:
        """The settings that the extension reads."""
        return self.browser.extension_call("return await chrome.storage.managed.get();")


@pytest.fixture
def fleet(extension: Path, connect: SimulatedConnect, tmp_path: Path) -> Iterator[Fleet]:
    """A machine whose browser was started with the policy file, and has installed the extension."""
    (tmp_path / "served").mkdir()
    handler = functools.partial(Files, directory=str(tmp_path / "served"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, Policies(tmp_path) as policies:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        fleet = Fleet(extension, tmp_path, f"http://127.0.0.1:{server.server_port}", policies)
        fleet.publish()
        fleet.roll_out(*SETTINGS)
        # For us alone: without it, nobody looks into what a policy has installed.
        policies.write("tests.json", b'{"DeveloperToolsAvailability": 1}')
        with Chromium(
            None, connect.port, leave_dialogs=False, program=policies.program, installs=fleet.key.extension_id
        ) as fleet.browser:
            address = fleet.browser.driver.capabilities["goog:chromeOptions"]["debuggerAddress"]
            fleet.page = Page(address, "chrome://extensions/")
            wait(fleet.installed, TAKEN_UP_SECONDS, "the extension to be installed")
            yield fleet
        server.shutdown()


def test_it_installs_itself_and_does_its_work(fleet: Fleet, beta: Instance) -> None:
    """It is there, pinned and not to be switched off; it has its settings; the agent who closes the CCP is Offline."""
    found = fleet.installed()
    assert found is not None
    assert (found["installType"], found["enabled"], found["mayDisable"]) == ("admin", True, False)
    wait(lambda: fleet.managed() == settings.read(SETTINGS), TAKEN_UP_SECONDS, "the settings to be there")
    pinned = fleet.browser.extension_call("return (await chrome.action.getUserSettings()).isOnToolbar;")
    assert pinned is True
    # Any of them is shown as the administrator's, and cannot be changed here.
    fleet.browser.popup_page("options.html")
    wait(lambda: fleet.from_policy() == {"instances", "retry"}, TAKEN_UP_SECONDS, "the options page to show them")
    assert not fleet.browser.driver.find_element("css selector", '[data-id="retryattempts"]').is_enabled()
    assert fleet.browser.driver.find_element("css selector", '[data-id="hold"]').is_enabled()
    guard = Guard(fleet.browser)
    handle = guard.open_ccp(beta)
    fleet.browser.close_tab(handle)
    guard.offline_confirmed(beta)


def test_a_new_version_is_taken_up(fleet: Fleet, beta: Instance) -> None:
    """What is published next is installed when a person presses "Update"; a CCP that is open stays covered."""
    found = fleet.installed()
    assert found is not None
    handle = fleet.browser.open(beta.ccp_url)
    fleet.browser.wait_state("Available")
    newer = fleet.publish(f"{found['version']}.1")
    fleet.page.run("await chrome.developerPrivate.autoUpdate();")
    wait(lambda: (fleet.installed() or {}).get("version") == newer, TAKEN_UP_SECONDS, f"version {newer}")
    updated = fleet.installed()
    assert updated is not None
    assert (updated["installType"], updated["enabled"]) == ("admin", True)
    guard = Guard(fleet.browser)
    wait(lambda: guard.statuses(beta) == ["ready"], 20, "the new version to know the CCP")
    fleet.browser.close_tab(handle)
    guard.offline_confirmed(beta)


def test_a_changed_policy_file_takes_effect(fleet: Fleet) -> None:
    """Settings that are changed, or are no longer set, reach the extension in the running browser."""
    wait(lambda: fleet.managed() == settings.read(SETTINGS), TAKEN_UP_SECONDS, "the first settings")
    fleet.roll_out("retry.attempts=5", "notify=false")
    changed = {"retry": {"attempts": 5}, "notify": False}
    wait(lambda: fleet.managed() == changed, TAKEN_UP_SECONDS, "the changed settings")
    fleet.browser.popup_page("options.html")
    wait(lambda: fleet.from_policy() == {"notify", "retry"}, TAKEN_UP_SECONDS, "the options page to show them")
    # A word that is none, and a number that is too large: by hand, for the command refuses them.
    written = json.loads(fleet.policies.read(POLICY))
    written["3rdparty"]["extensions"][fleet.key.extension_id] = {"hold": "sometimes", "retry": {"attempts": 99}}
    fleet.policies.write(POLICY, json.dumps(written).encode())
    wait(lambda: fleet.problems() == {"hold", "retry.attempts"}, TAKEN_UP_SECONDS, "the problems to be named")


def test_an_administrator_keeps_it_out(fleet: Fleet, beta: Instance) -> None:
    """``runtime_blocked_hosts``: the options page says so, and whom to ask."""
    written = json.loads(fleet.policies.read(POLICY))
    written["ExtensionSettings"][fleet.key.extension_id]["runtime_blocked_hosts"] = ["*://*.awsapps.com"]
    fleet.policies.write(POLICY, json.dumps(written).encode())
    wait(fleet.is_kept_out, TAKEN_UP_SECONDS, "the browser to obey")
    fleet.browser.open(beta.ccp_url)
    fleet.browser.popup_page("options.html")
    found = wait(fleet.checks_that_fail, TAKEN_UP_SECONDS, "the options page to say so")
    assert any("runtime_blocked_hosts" in said for said in found)


def test_without_the_policy_file_it_goes(fleet: Fleet) -> None:
    """The file is deleted: the running browser removes the extension."""
    fleet.policies.remove(POLICY)
    wait(lambda: fleet.installed() is None, TAKEN_UP_SECONDS, "the extension to be gone")
