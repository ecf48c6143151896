"""Chromium as it is on a person's desktop: a window on a screen, and no driver.

Under the driver the browser keeps a tab of the driver's own, and ends otherwise than it does for a person.
Here the CCP may be the last tab of the last window, which is closed and quit by the means a person has.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import websocket
from Xlib import XK, X, error
from Xlib.display import Display
from Xlib.ext import xtest
from Xlib.protocol import event

from tests.browser.devtools import DevToolsError, Target
from tests.browser.guard import with_parts
from tests.browser.harness import Screen, arguments, find_browser, unpacked_id, wait

if TYPE_CHECKING:
    from types import TracebackType

    from tests.instance import Instance

# What the driver otherwise sees to.
WITHOUT_A_DRIVER = [
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
    "--disable-background-networking",
    "--no-default-browser-check",
    "--password-store=basic",
]
SMALLEST_WINDOW = 100
# How long a menu takes to be there for the next key.
MENU_SECONDS = 0.5


class Desktop:
    """One browser with a window, a profile of its own unless one is given, and one empty tab.

    `beside` is the folder of another extension, to be loaded too.
    """

    def __init__(
        self,
        extension: Path | None,
        port: int,
        screen: Screen,
        profile: Path | None = None,
        beside: Path | None = None,
    ) -> None:
        self.extension = extension.resolve() if extension is not None else None
        self.beside = beside
        self.port = port
        self.screen = screen
        self._own_profile = profile is None
        self.profile = profile or Path(tempfile.mkdtemp(prefix="ccp-guard-desktop-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._address = ""

    def __enter__(self) -> Desktop:
        """Start."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()

    def start(self) -> None:
        """Start the browser and wait until it can be asked."""
        program, _driver = find_browser()
        self.profile.mkdir(parents=True, exist_ok=True)
        told = self.profile / "DevToolsActivePort"
        told.unlink(missing_ok=True)
        command = [
            str(program),
            *arguments(self.profile, self.port, None, headless=False),
            *self._extensions(),
            *WITHOUT_A_DRIVER,
            "about:blank",
        ]
        self._process = subprocess.Popen(
            command,
            env={**os.environ, **self.screen.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        lines = wait(lambda: told.read_text().splitlines() if told.exists() else [], 30, "the browser to start")
        self._address = f"127.0.0.1:{lines[0]}"
        wait(self._pages, 30, "the first tab")
        if self.extension is not None:
            # A worker that is looked into while it is being installed never starts: let it answer its popup first.
            tab = self.show(f"{self._origin}/popup.html")
            drawn = "document.getElementById('starting')?.hidden"
            wait(lambda: self.evaluate(tab, drawn), 30, "the extension to start", every=0.05)

    def _extensions(self) -> list[str]:
        """The switch for those that are loaded."""
        folders = [str(each) for each in (self.extension, self.beside) if each is not None]
        return [f"--load-extension={','.join(folders)}"] if folders else []

    def stop(self) -> None:
        """End the browser if it still runs, and remove the profile if it is ours."""
        process, self._process = self._process, None
        if process is not None:
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._own_profile:
            shutil.rmtree(self.profile, ignore_errors=True)

    @property
    def pid(self) -> int:
        """The browser's main process."""
        assert self._process is not None
        return self._process.pid

    @property
    def address(self) -> str:
        """Host and port at which the browser speaks the DevTools protocol."""
        return self._address

    def running(self) -> bool:
        """Whether the browser still runs."""
        return self._process is not None and self._process.poll() is None

    def wait_ended(self, timeout: float = 10) -> None:
        """Wait until the browser has ended by itself."""
        wait(lambda: not self.running(), timeout, "the browser to end")

    def kill(self) -> None:
        """Kill the browser's main process, as a power cut would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    @property
    def _origin(self) -> str:
        assert self.extension is not None
        return f"chrome-extension://{unpacked_id(self.extension)}"

    # Tabs

    def show(self, url: str) -> str:
        """Lead the first tab to an address; its target id. What it shows need not be loaded yet."""
        page = self._pages()[-1]
        self._once(page, "Page.navigate", url=url)
        return str(page["id"])

    def open(self, url: str) -> str:
        """Open an address in a new tab; its target id. What it shows need not be loaded yet."""
        request = urllib.request.Request(f"http://{self._address}/json/new?{url}", method="PUT")
        with urllib.request.urlopen(request, timeout=10) as answer:
            return str(json.load(answer)["id"])

    def show_ccp(self, instance: Instance) -> str:
        """Show an instance's CCP in the first tab and wait until a closing can be acted on; its target id."""
        tab = self.show(instance.ccp_url)
        instance.wait_for(lambda i: i.requests("GetAgentSnapshot"), 20, "the CCP to poll")
        if self.extension is not None:
            wait(lambda: self.journal()["watched"], 20, "the extension to know the agent")
        return tab

    def command(self, tab: str, method: str, **parameters: object) -> dict[str, Any]:
        """Send one DevTools command to a tab; nothing comes back from one that ends by it."""
        for target in self._targets():
            if target["id"] == tab:
                return self._once(target, method, **parameters)
        raise DevToolsError(f"there is no tab {tab}")

    def evaluate(self, tab: str, expression: str) -> Any:
        """What an expression is worth in a tab."""
        answer = self.command(tab, "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        return answer.get("result", {}).get("value")

    def tabs(self) -> list[str]:
        """The ids of all tabs."""
        return [str(page["id"]) for page in self._pages()]

    def addresses(self) -> list[str]:
        """What all tabs show."""
        return [page["url"] for page in self._pages()]

    def background(self, script: str, *, private: bool = False) -> Any:
        """Run an asynchronous function body in the extension's background; ``None`` while it sleeps.

        Private windows have a background of their own.
        """
        url = f"{self._origin}/background.js"
        for target in self._targets():
            if target["url"] == url:
                answer = self._once(
                    target,
                    "Runtime.evaluate",
                    expression=f"(async () => {{ if (chrome.extension.inIncognitoContext !== {str(private).lower()}) "
                    f"return 'another'; return {{value: await (async () => {{ {script} }})()}}; }})()",
                    awaitPromise=True,
                    returnByValue=True,
                )
                found = answer.get("result", {}).get("value")
                if isinstance(found, dict):
                    return found.get("value")
        return None

    def stop_background(self, page: str) -> None:
        """Stop the extension's service worker, as the browser does with an idle one; asked of a page of its origin."""
        target = next(target for target in self._targets() if target["id"] == page)
        connection = Target(target)
        connection.send("ServiceWorker.enable")
        connection.send("ServiceWorker.stopAllWorkers")
        connection.close()

    def journal(self) -> dict[str, Any]:
        """The extension's journal as it is on disk."""
        stored: dict[str, Any] | None = self.background("return (await chrome.storage.local.get('journal')).journal")
        return with_parts(stored)

    def allow_private(self) -> None:
        """Allow the extension in private windows from the next start on, as the page of extensions writes it down."""
        assert self.extension is not None
        assert not self.running()
        file = self.profile / "Default" / "Preferences"
        preferences = json.loads(file.read_text("utf-8"))
        preferences["extensions"]["settings"][unpacked_id(self.extension)]["incognito"] = True
        file.write_text(json.dumps(preferences), "utf-8")

    def picture(self, tab: str, path: Path) -> None:
        """Write what a tab shows to a PNG file."""
        path.write_bytes(base64.b64decode(self.command(tab, "Page.captureScreenshot")["data"]))

    def _targets(self) -> list[dict[str, Any]]:
        try:
            with urllib.request.urlopen(f"http://{self._address}/json/list", timeout=5) as answer:
                found: list[dict[str, Any]] = json.load(answer)
        except OSError:
            return []
        return found

    def _pages(self) -> list[dict[str, Any]]:
        return [target for target in self._targets() if target["type"] == "page"]

    def _once(self, target: dict[str, Any], method: str, **parameters: object) -> dict[str, Any]:
        try:
            connection = Target(target)
            answer = connection.send(method, **parameters)
            connection.close()
        except (OSError, websocket.WebSocketException):
            return {}
        return answer

    # What a person does

    def close_window(self, number: int | None = None) -> None:
        """Close a window (the front one) with the button in its frame, as the window manager tells it."""
        display = Display(self.screen.display)
        atom = display.intern_atom
        window = self._front(display) if number is None else display.create_resource_object("window", number)
        message = event.ClientMessage(
            window=window,
            client_type=atom("WM_PROTOCOLS"),
            data=(32, [atom("WM_DELETE_WINDOW"), X.CurrentTime, 0, 0, 0]),
        )
        window.send_event(message)
        display.sync()
        display.close()

    def close_tab_by_keys(self) -> None:
        """Close the tab in front with Ctrl+W."""
        self._type(["Control_L", "w"])

    def quit(self) -> None:
        """Quit the browser: its menu, then Exit."""
        self._type(["Alt_L", "f"])
        time.sleep(MENU_SECONDS)
        self._type(["x"], focus=False)

    def windows(self) -> list[str]:
        """The titles of the browser's windows on the screen, the front one first."""
        display = Display(self.screen.display)
        found = [str(window.get_wm_name() or "") for window in self._windows(display)]
        display.close()
        return found

    def window_numbers(self) -> list[int]:
        """The screen's numbers of the browser's windows, the front one first."""
        display = Display(self.screen.display)
        found = [int(window.id) for window in self._windows(display)]
        display.close()
        return found

    def _type(self, names: list[str], *, focus: bool = True) -> None:
        display = Display(self.screen.display)
        if focus:
            self._front(display).set_input_focus(X.RevertToParent, X.CurrentTime)
            display.sync()
        codes = [display.keysym_to_keycode(XK.string_to_keysym(name)) for name in names]
        for code in codes:
            xtest.fake_input(display, X.KeyPress, code)
        for code in reversed(codes):
            xtest.fake_input(display, X.KeyRelease, code)
        display.sync()
        display.close()

    def _front(self, display: Any) -> Any:
        return wait(lambda: self._windows(display), 10, "a window")[0]

    def _windows(self, display: Any) -> list[Any]:
        """The windows that can be closed, no notifications; without a window manager the newest is in front."""
        closable = display.intern_atom("WM_DELETE_WINDOW")
        found = []
        for window in reversed(display.screen().root.query_tree().children):
            try:
                shown = window.get_attributes().map_state == X.IsViewable
                large = window.get_geometry().width >= SMALLEST_WINDOW
                named = window.get_wm_class() is not None
                if shown and large and named and closable in window.get_wm_protocols():
                    found.append(window)
            except error.XError:
                # It was closed while we looked.
                continue
        return found
