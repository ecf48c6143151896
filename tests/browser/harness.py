"""Chromium under Selenium, against the simulated instances: plain classes, no pytest."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from selenium import webdriver
from selenium.common.exceptions import (
    NoAlertPresentException,
    NoSuchWindowException,
    TimeoutException,
    UnexpectedAlertPresentException,
    WebDriverException,
)
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from websocket import WebSocketException

from tests.browser.devtools import Page, open_window, worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import TracebackType

T = TypeVar("T")

BROWSER_NAMES = ("chromium", "google-chrome", "chromium-browser")
DRIVER_NAMES = ("chromedriver",)
STARTS = 5
FIRST_ANSWER_SECONDS = 5


class HarnessError(RuntimeError):
    """The harness cannot do what was asked; the message says what to change."""


def find_browser() -> tuple[Path, Path]:
    """The browser and its driver.

    `CCP_GUARD_BROWSER` and `CCP_GUARD_DRIVER` name them; else they are searched
    for in the path.
    """
    return (
        _find("CCP_GUARD_BROWSER", BROWSER_NAMES, "a Chromium or Chrome"),
        _find("CCP_GUARD_DRIVER", DRIVER_NAMES, "its driver"),
    )


def _find(variable: str, names: tuple[str, ...], what: str) -> Path:
    named = os.environ.get(variable)
    if named:
        found = shutil.which(named)
        if found is None:
            raise HarnessError(f"{variable} is {named!r}, which is not a program")
        return Path(found)
    for name in names:
        found = shutil.which(name)
        if found is not None:
            return Path(found)
    raise HarnessError(f"found no {what} ({', '.join(names)}); install it or set {variable}")


def unpacked_id(path: Path) -> str:
    """The id Chromium gives the unpacked extension in this folder."""
    digest = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:32]
    return "".join(chr(ord("a") + int(digit, 16)) for digit in digest)


def wait(condition: Callable[[], T], timeout: float = 10, what: str = "the condition", every: float = 0.02) -> T:
    """The first true value of `condition()`; AssertionError after `timeout` seconds."""
    end = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {timeout:g} s for {what}; last seen: {value!r}")
        time.sleep(every)


def arguments(
    profile: Path, port: int, extension: Path | None, *, headless: bool, beside: Sequence[Path] = ()
) -> list[str]:
    """What the browser is started with: a profile, and a network in which every host is the simulated one."""
    switches = [
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-component-update",
        "--disable-sync",
        "--ignore-certificate-errors",
        "--window-size=1000,800",
        f"--user-data-dir={profile}",
        f"--host-resolver-rules=MAP * 127.0.0.1:{port}, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    ]
    # The address bar's own pages: two renderers more for each window, and a third of a start's work.
    switches.append("--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup")
    # What our background logs is to be searched.
    switches.append("--enable-logging")
    if headless:
        switches.append("--headless=new")
    if os.geteuid() == 0:
        switches.append("--no-sandbox")
    if extension is not None:
        switches.append("--load-extension=" + ",".join(str(each) for each in [extension, *beside]))
    return switches


class Chromium:
    """One browser with a profile of its own.

    A spare tab and a spare window stay open throughout, so that closing the last CCP
    does not end the browser. After each closing the spare tab is the current one. With
    `leave_dialogs=False` the driver accepts every leave dialog by itself, which is
    a little faster. `program` starts the browser in place of the one that is found,
    `installs` is the id of an extension that the browser installs by itself, and `beside` are
    more extensions to load. `framed_cookies` says whether a framed page of another site has its cookies; None is as
    the browser comes, which some systems' packages change.
    """

    def __init__(
        self,
        extension: Path | None,
        port: int,
        headless: bool = True,
        profile: Path | None = None,
        extra_args: list[str] | None = None,
        environment: dict[str, str] | None = None,
        leave_dialogs: bool = True,
        program: Path | None = None,
        installs: str = "",
        beside: list[Path] | None = None,
        framed_cookies: bool | None = None,
    ) -> None:
        self.extension = extension.resolve() if extension is not None else None
        self.beside = list(beside or [])
        self.framed_cookies = framed_cookies
        self.port = port
        self.headless = headless
        self.extra_args = list(extra_args or [])
        self.environment = environment
        self.leave_dialogs = leave_dialogs
        self.program = program
        self.installs = installs
        self._given_profile = profile
        self._own_profile: tempfile.TemporaryDirectory[str] | None = None
        self._driver: webdriver.Chrome | None = None
        self._service: Service | None = None
        self._spare = ""
        self._spare_window = ""
        self._helper: Page | None = None
        self._helper_handle = ""
        self.browser_pid = 0

    # Life

    def __enter__(self) -> Chromium:
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
        """Start the browser; once more if the driver loses the first tab over it, as it does on a busy machine."""
        for left in reversed(range(STARTS)):
            self._start_once()
            try:
                self.driver.set_page_load_timeout(FIRST_ANSWER_SECONDS)
                self.driver.get("about:blank")
                break
            except TimeoutException:
                # Neither waiting nor asking helps: whatever it is asked, it goes on waiting for that tab.
                self.kill()
                self.stop()
                if left == 0:
                    raise
        self.driver.set_page_load_timeout(30)
        self.driver.set_script_timeout(30)
        self._spare = self.driver.current_window_handle
        # Past the driver, which sometimes waits for ever for a window it has opened itself.
        self._spare_window = open_window(self.address, "about:blank")

    def _start_once(self) -> None:
        browser, driver = find_browser()
        if self._given_profile is None:
            self._own_profile = tempfile.TemporaryDirectory(prefix="ccp-guard-profile-", ignore_cleanup_errors=True)
        options = Options()
        options.binary_location = str(self.program or browser)
        switches = arguments(self.profile, self.port, self.extension, headless=self.headless, beside=self.beside)
        for switch in switches + self.extra_args:
            options.add_argument(switch)
        if self.framed_cookies is not None:
            blocked = 0 if self.framed_cookies else 1
            options.add_experimental_option("prefs", {"profile.cookie_controls_mode": blocked})
        if self.installs:
            # The driver's own switch, which keeps the browser from installing what a policy wants.
            options.add_experimental_option("excludeSwitches", ["disable-background-networking"])
        # A leave dialog is something to test, not to be answered by the driver, which
        # lets go of it only in a session that also speaks WebDriver BiDi.
        if self.leave_dialogs:
            options.set_capability("webSocketUrl", True)
        options.set_capability("unhandledPromptBehavior", {"default": "ignore", "beforeUnload": "ignore"})
        environment = {**os.environ, **(self.environment or {})}
        self._service = Service(str(driver), log_output=subprocess.DEVNULL, env=environment)
        try:
            self._driver = webdriver.Chrome(options=options, service=self._service)
        except BaseException:
            self.stop()
            raise
        self.browser_pid = int(self._driver.capabilities.get("goog:processID", 0))

    def stop(self) -> None:
        """End the browser and the driver, and remove the profile if it is ours."""
        driver, self._driver = self._driver, None
        if driver is not None:
            # A browser that a test killed makes the driver wait: not for long.
            quitting = threading.Thread(target=_quietly, args=(driver.quit,), daemon=True)
            quitting.start()
            quitting.join(10)
        service, self._service = self._service, None
        if service is not None:
            _quietly(service.stop)
        self.kill()
        if self._own_profile is not None:
            self._own_profile.cleanup()
            self._own_profile = None

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to this browser's main process, if it still runs."""
        if self.running():
            os.kill(self.browser_pid, how)

    def running(self) -> bool:
        """Whether this browser's main process still runs."""
        if not self.browser_pid:
            return False
        try:
            os.kill(self.browser_pid, 0)
        except ProcessLookupError:
            return False
        return not _is_zombie(self.browser_pid)

    @property
    def profile(self) -> Path:
        """The profile's folder."""
        if self._given_profile is not None:
            return self._given_profile
        if self._own_profile is None:
            raise HarnessError("the browser is not started")
        return Path(self._own_profile.name)

    @property
    def driver(self) -> webdriver.Chrome:
        """Selenium's driver."""
        if self._driver is None:
            raise HarnessError("the browser is not started")
        return self._driver

    @property
    def address(self) -> str:
        """Where the browser speaks the DevTools protocol."""
        return str(self.driver.capabilities["goog:chromeOptions"]["debuggerAddress"])

    @property
    def extension_id(self) -> str:
        """The id of the extension under test."""
        if self.installs:
            return self.installs
        if self.extension is None:
            raise HarnessError("this browser was started without an extension")
        return unpacked_id(self.extension)

    # Tabs

    @property
    def spare(self) -> str:
        """The handle of the tab that stays open."""
        return self._spare

    def handles(self) -> list[str]:
        """The handles of all tabs, the spare ones left out."""
        spare = (self._spare, self._spare_window, self._helper_handle)
        return [handle for handle in self.driver.window_handles if handle not in spare]

    def open(self, url: str) -> str:
        """Open `url` in a new tab, wait until it is loaded, and stay there."""
        self._rest()
        if not url.startswith("https:"):
            # The driver loses a tab that is born as an extension's page.
            self.driver.switch_to.new_window("tab")
            self.driver.get(url)
            return self.driver.current_window_handle
        # Straight to the address: a blank tab first would cost one more renderer.
        made = self.driver.execute_cdp_cmd("Target.createTarget", {"url": url})
        handle = str(made["targetId"])
        self.switch(handle)
        where = wait(self._loaded_address, 30, f"{url} to load", every=0.005)
        if where.startswith("chrome-error:"):
            raise HarnessError(f"{url} could not be loaded")
        return handle

    def switch(self, handle: str) -> None:
        """Make this tab the current one for the driver."""
        self.driver.switch_to.window(handle)

    def close_tab(self, handle: str, gone: bool = True) -> None:
        """Close a tab as a person does, `beforeunload` included.

        Waits until the tab is gone; with `gone=False` it does not, for a page that
        asks back with a leave dialog.
        """
        self.switch(handle)
        self._command("Page.close")
        if gone:
            wait(lambda: not self._is_open(handle), 10, "the tab to be gone", every=0.005)
        self._rest()

    def close_tab_without_unload(self, handle: str) -> None:
        """Close a tab so that its `beforeunload` never runs."""
        self.switch(handle)
        self.driver.close()
        self._rest()

    def crash_tab(self, handle: str) -> None:
        """Crash the tab's renderer; the tab stays, showing the crash page."""
        self.switch(handle)
        self._command("Page.crash")
        self._rest()

    def navigate(self, url: str) -> None:
        """Lead the current tab elsewhere."""
        self.driver.get(url)

    def reload(self) -> None:
        """Reload the current tab."""
        self.driver.refresh()

    def popup_page(self, page: str = "popup.html") -> str:
        """Open the extension's popup in a tab of its own."""
        return self.open(f"chrome-extension://{self.extension_id}/{page}")

    def extension_call(self, script: str, *args: Any) -> Any:
        """Run an asynchronous function body in the extension's origin.

        `script` may use `await` and `args`; what it returns comes back. It runs in
        a page of its own that shows no page of the product and that the driver does
        not know: the current tab stays current.
        """
        return self._help(lambda page: page.run(script, *args))

    def extension_command(self, command: str) -> None:
        """Send a DevTools command to that page of the extension's origin."""
        self._help(lambda page: page.send(command))

    @contextlib.contextmanager
    def background_offline(self) -> Iterator[None]:
        """Take the network from the extension's background, for as long as this lasts."""
        background = worker(self.address, f"chrome-extension://{self.extension_id}/background.js")
        conditions: dict[str, Any] = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        background.send("Network.enable")
        background.send("Network.emulateNetworkConditions", offline=True, **conditions)
        try:
            yield
        finally:
            background.send("Network.emulateNetworkConditions", offline=False, **conditions)

    @contextlib.contextmanager
    def background_slow(self, function: str, seconds: float) -> Iterator[None]:
        """Let one function of the browser's take longer to answer the extension's background, while this lasts."""
        background = worker(self.address, f"chrome-extension://{self.extension_id}/background.js")
        home = function.rpartition(".")[0]
        delay = f"new Promise((done) => setTimeout(done, {seconds * 1000}))"
        slow = f"{home}.quick = {function}; {function} = (...asked) => {delay}.then(() => {home}.quick(...asked))"
        background.send("Runtime.evaluate", expression=slow)
        try:
            yield
        finally:
            background.send("Runtime.evaluate", expression=f"{function} = {home}.quick; delete {home}.quick")

    @contextlib.contextmanager
    def background_later(self, seconds: float) -> Iterator[None]:
        """Let the clock of the extension's background be so much ahead, while this lasts."""
        background = worker(self.address, f"chrome-extension://{self.extension_id}/background.js")
        ahead = f"performance.now = () => Performance.prototype.now.call(performance) + {seconds * 1000}"
        background.send("Runtime.evaluate", expression=ahead)
        try:
            yield
        finally:
            background.send("Runtime.evaluate", expression="delete performance.now")

    def switch_extension(self, on: bool) -> None:
        """Switch the extension off or on, as a person does in the browser's own page of extensions."""
        page = Page(self.address, "chrome://extensions/")
        page.run("await chrome.management.setEnabled(args[0], args[1]);", self.extension_id, on)
        page.close()
        # Our page of the extension's origin goes with the extension.
        self._helper = None
        self._helper_handle = ""

    def _help(self, use: Callable[[Page], T]) -> T:
        """Use our own page of the extension's origin, opened at its first use."""
        if self._helper is None:
            known = set(self.driver.window_handles)
            self._helper = Page(self.address, f"chrome-extension://{self.extension_id}/manifest.json")
            self._helper_handle = next(iter(set(self.driver.window_handles) - known), "")
        try:
            return use(self._helper)
        except (WebSocketException, OSError):
            # The page went with the extension when that was reloaded.
            self._helper = None
            raise

    def screenshot(self, path: Path, css: str = "body") -> None:
        """Write a picture of one element of the current tab: a popup's body is as large as the popup."""
        if not self.driver.find_element("css selector", css).screenshot(str(path)):
            raise HarnessError(f"no screenshot could be written to {path}")

    def alert_open(self) -> bool:
        """Whether the current tab shows a dialog (alert, or the leave dialog)."""
        try:
            self.driver.switch_to.alert  # noqa: B018 - asking is the test
        except NoAlertPresentException:
            return False
        return True

    def answer_alert(self, leave: bool) -> None:
        """Answer the current tab's dialog: leave (or OK), or stay (or Cancel)."""
        alert = self.driver.switch_to.alert
        if leave:
            alert.accept()
        else:
            alert.dismiss()

    def wait(self, condition: Callable[[], T], timeout: float = 10, what: str = "the condition") -> T:
        """The first true value of `condition()`."""
        return wait(condition, timeout, what)

    def wait_state(self, name: str, timeout: float = 10) -> None:
        """Wait until the CCP in the current tab shows this state."""
        self.wait(lambda: self.state() == name, timeout, f"the CCP to show {name!r}")

    def state(self) -> str:
        """The state the CCP in the current tab shows."""
        found = self.driver.execute_script("return document.body.dataset.state || '';")
        return str(found)

    def choose_state(self, name: str) -> None:
        """Click the CCP's button of this state; a real click, so a user gesture too."""
        self.driver.find_element("css selector", f'button[data-set-state="{name}"]').click()

    def click(self, css: str) -> None:
        """Click an element of the current tab."""
        self.driver.find_element("css selector", css).click()

    def _loaded_address(self) -> str:
        """The current tab's address once its document is complete, else nothing."""
        found = self.driver.execute_script(
            "return document.readyState === 'complete' && location.href !== 'about:blank' ? location.href : '';"
        )
        return str(found)

    def _is_open(self, handle: str) -> bool:
        return handle in self.driver.window_handles

    def _rest(self) -> None:
        self.driver.switch_to.window(self._spare)

    def _command(self, command: str) -> None:
        # The driver reports the tab's end as an error: that is what was wanted.
        try:
            self.driver.execute_cdp_cmd(command, {})
        except (NoSuchWindowException, UnexpectedAlertPresentException):
            pass
        except WebDriverException as error:
            text = str(error.msg)
            if not any(word in text for word in ("crash", "closed", "detached", "disconnected")):
                raise


class Screen:
    """A virtual screen (Xvfb) on a free display, for a browser with a window."""

    def __init__(self, width: int = 1280, height: int = 900) -> None:
        self.width = width
        self.height = height
        self.display = ""
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Screen:
        """Start."""
        program = shutil.which("Xvfb")
        if program is None:
            raise HarnessError("found no Xvfb; install it, or run headless")
        reading, writing = os.pipe()
        try:
            self._process = subprocess.Popen(
                [
                    program,
                    "-displayfd",
                    str(writing),
                    "-screen",
                    "0",
                    f"{self.width}x{self.height}x24",
                    "-nolisten",
                    "tcp",
                ],
                pass_fds=[writing],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        finally:
            os.close(writing)
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        if not number:
            self.stop()
            raise HarnessError("Xvfb did not start")
        self.display = f":{number}"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()

    @property
    def environment(self) -> dict[str, str]:
        """What `Chromium(environment=…)` needs to show itself here."""
        return {"DISPLAY": self.display}

    def stop(self) -> None:
        """End the screen."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _quietly(action: Callable[[], object]) -> None:
    # The end of a test must not hide its result.
    with contextlib.suppress(Exception):
        action()


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (OSError, IndexError):
        return False
