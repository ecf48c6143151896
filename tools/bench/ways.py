"""The ways in which a CCP goes away, and when its page was gone."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.browser.devtools import DevToolsError
from tests.browser.harness import wait
from tools.bench.browser import CCP

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.instance import Instance
    from tools.bench.browser import Browser
    from tools.bench.conditions import Condition

ELSEWHERE = "https://intranet.example.com/connect/blank"
# How long a person thinks before they answer a dialog.
THINKING_SECONDS = 2
OPENING_MS = 3000
_LOADED = "document.readyState === 'complete' && location.href !== 'about:blank'"


@dataclass(frozen=True)
class Way:
    """One way to leave.

    `ends`: the browser ends with it. `unloads`: the page hears of it (`beforeunload`). `returns`: the CCP
    comes back, and the agent with it, or is there all the time (`stays`): nothing is to be sent. `sends_nothing`:
    nobody is left to ask for anything. `signs_out`: the server ends the session. `contact` is what the agent is on.
    """

    name: str
    about: str
    ends: bool = False
    unloads: bool = True
    returns: bool = False
    stays: bool = False
    sends_nothing: bool = False
    signs_out: bool = False
    contact: str | None = None

    def fits(self, condition: Condition) -> bool:
        """Whether this can happen then: to open a CCP meanwhile, or to sign out, takes a server that is there."""
        return not ((self.stays or self.signs_out) and (condition.expired or condition.down_seconds))


WAYS = {
    each.name: each
    for each in (
        Way("tab", "the tab is closed, others stay"),
        Way("window", "the window is closed, another stays"),
        Way("last_window", "the last window with its only tab is closed", ends=True),
        Way("swallowed", "the same, beforeunload stopped by another extension", ends=True),
        Way("asks", "the same, another tab asks, and is answered", ends=True),
        Way("quit", "the browser is quit from its menu", ends=True),
        Way("quit2", "the same, CCPs in two windows", ends=True),
        Way("navigate", "another address in the same tab"),
        Way("reload", "the CCP is reloaded", returns=True),
        Way("reload-acw", "the same in a chat's after-contact work", returns=True, contact="chat_acw"),
        Way("reload-call", "the same on a call", returns=True, contact="call"),
        Way("sign-out", "the agent signs out in it", unloads=False, signs_out=True),
        Way("frame", "its frame is removed and put back", unloads=False, returns=True, stays=True),
        Way("opening", "one of two is closed, the other still opens", returns=True, stays=True),
        Way("tel", "a tel: link is clicked", returns=True, stays=True),
        Way("crash", "the renderer crashes", unloads=False),
        Way("scripted", "closed by a program, without beforeunload", unloads=False),
        Way("kill", "the browser is killed, and started again", ends=True, unloads=False, sends_nothing=True),
    )
}


@dataclass
class Leaving:
    """One CCP on its way out.

    `window` is the number on the screen of a window of its own. `asking` is a tab beside it that asks. `early` counts
    what was sent before that was answered.
    """

    condition: Condition
    instance: Instance
    tab: str
    window: int | None = None
    asking: str = ""
    early: int = 0
    left_at: float = 0.0
    killed_at: float | None = None
    reloaded_again: bool = False


def leave(browser: Browser, way: Way, leaving: Leaving) -> None:
    """Let the CCP go, without waiting until it has gone."""
    browser.wire.session(leaving.tab)
    leaving.left_at = time.time()
    _LEAVE[way.name](browser, leaving)


def _page(browser: Browser, leaving: Leaving, method: str, **parameters: object) -> None:
    browser.wire.tell(method, browser.wire.session(leaving.tab), **parameters)


def _run(browser: Browser, leaving: Leaving, script: str) -> None:
    browser.wire.evaluate(leaving.tab, script)


def _close_window(browser: Browser, leaving: Leaving) -> None:
    browser.desktop.close_window(leaving.window)


def _quit(browser: Browser, _leaving: Leaving) -> None:
    browser.desktop.quit()


def _reload(browser: Browser, leaving: Leaving) -> None:
    _page(browser, leaving, "Page.reload")


def _kill(browser: Browser, leaving: Leaving) -> None:
    browser.desktop.kill()
    leaving.killed_at = leaving.left_at


def _open_another(browser: Browser, leaving: Leaving) -> None:
    """Open a second CCP, which takes its time, and close the first."""
    first, leaving.instance.knobs.streams_loading = leaving.tab, "late"
    leaving.instance.knobs.late_ms = OPENING_MS
    leaving.tab = browser.wire.open(leaving.instance.ccp_url)
    wait(lambda: browser.ask(leaving.tab, _LOADED), 10, "the second CCP to load")
    browser.wire.tell("Page.close", browser.wire.session(first))


def open_asking(browser: Browser) -> str:
    """Open a tab that asks whether to leave it; the browser asks only where a person has clicked."""
    tab = browser.wire.open(ELSEWHERE)
    wait(lambda: browser.ask(tab, _LOADED), 10, "the other page to load")
    session = browser.wire.session(tab)
    browser.wire.send("Page.enable", session)
    browser.wire.evaluate(tab, "addEventListener('beforeunload', (event) => event.preventDefault())")
    for kind in ("mousePressed", "mouseReleased"):
        browser.wire.send("Input.dispatchMouseEvent", session, type=kind, x=200, y=200, button="left", clickCount=1)
    return tab


def _close_and_answer(browser: Browser, leaving: Leaving) -> None:
    """Close the window, and leave in the end: only then the CCP goes."""
    browser.desktop.close_window()
    session = browser.wire.session(leaving.asking)
    thought = time.time() + THINKING_SECONDS
    while True:
        time.sleep(max(thought - time.time(), 0.1))
        leaving.early = len(leaving.instance.puts())
        leaving.left_at = time.time()
        try:
            browser.wire.send("Page.handleJavaScriptDialog", session, accept=True)
            return
        except DevToolsError:
            # It does not ask yet.
            if time.time() > thought + 10:
                raise


_LEAVE: dict[str, Callable[[Browser, Leaving], None]] = {
    "tab": lambda browser, leaving: _page(browser, leaving, "Page.close"),
    "window": _close_window,
    "last_window": _close_window,
    "swallowed": _close_window,
    "asks": _close_and_answer,
    "quit": _quit,
    "quit2": _quit,
    "navigate": lambda browser, leaving: _page(browser, leaving, "Page.navigate", url=ELSEWHERE),
    "reload": _reload,
    "reload-acw": _reload,
    "reload-call": _reload,
    "sign-out": lambda browser, leaving: _run(browser, leaving, f"{CCP}.getElementById('log-out').click()"),
    "frame": lambda browser, leaving: _run(browser, leaving, "replaceFrame()"),
    "opening": _open_another,
    "tel": lambda browser, leaving: _run(browser, leaving, "document.getElementById('tel').click()"),
    "crash": lambda browser, leaving: _page(browser, leaving, "Page.crash"),
    "scripted": lambda browser, leaving: browser.wire.close(leaving.tab),
    "kill": _kill,
}


def gone_at(browser: Browser, way: Way, leaving: Leaving) -> float | None:
    """When the page was gone, in seconds since 1970; None: not yet."""
    seen = browser.wire.seen(leaving.tab)
    if way.returns or way.signs_out:
        # Who signs out is gone when they have clicked, whatever is shown then.
        return leaving.left_at
    if way.name == "navigate":
        moved = [at for at, address in seen.addresses if at > leaving.left_at and address == ELSEWHERE]
        return moved[0] if moved else None
    if way.name == "crash":
        return seen.crashed
    if way.name == "kill":
        return leaving.killed_at
    if seen.destroyed is not None:
        return seen.destroyed
    return browser.wire.closed_at if way.ends else None
