"""The ways in which a CCP goes away, and when its page was gone."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.instance import Instance
    from tools.bench.browser import Browser
    from tools.bench.conditions import Condition

ELSEWHERE = "https://intranet.example.com/connect/blank"


@dataclass(frozen=True)
class Way:
    """One way to leave.

    `ends`: the browser ends with it. `unloads`: the page hears of it (`beforeunload`). `returns`: the CCP
    comes back, and the agent with it. `sends_nothing`: nobody is left to ask for anything.
    """

    name: str
    about: str
    ends: bool = False
    unloads: bool = True
    returns: bool = False
    sends_nothing: bool = False


WAYS = {
    each.name: each
    for each in (
        Way("tab", "the tab is closed, others stay"),
        Way("window", "the window is closed, another stays"),
        Way("last_window", "the last window with its only tab is closed", ends=True),
        Way("quit", "the browser is quit from its menu", ends=True),
        Way("navigate", "another address in the same tab"),
        Way("reload", "the CCP is reloaded", returns=True),
        Way("crash", "the renderer crashes", unloads=False),
        Way("scripted", "closed by a program, without beforeunload", unloads=False),
        Way("kill", "the browser is killed, and started again", ends=True, unloads=False, sends_nothing=True),
    )
}


@dataclass
class Leaving:
    """One CCP on its way out; `window` is the number on the screen of a window of its own."""

    condition: Condition
    instance: Instance
    tab: str
    window: int | None = None
    left_at: float = 0.0
    killed_at: float | None = None
    reloaded_again: bool = False


def leave(browser: Browser, way: Way, leaving: Leaving) -> None:
    """Let the CCP go, without waiting until it has gone."""
    wire, tab = browser.wire, leaving.tab
    session = wire.session(tab)
    leaving.left_at = time.time()
    if way.name == "tab":
        wire.tell("Page.close", session)
    elif way.name in ("window", "last_window"):
        browser.desktop.close_window(leaving.window)
    elif way.name == "quit":
        browser.desktop.quit()
    elif way.name == "navigate":
        wire.tell("Page.navigate", session, url=ELSEWHERE)
    elif way.name == "reload":
        wire.tell("Page.reload", session)
    elif way.name == "crash":
        wire.tell("Page.crash", session)
    elif way.name == "scripted":
        wire.close(tab)
    else:
        browser.desktop.kill()
        leaving.killed_at = leaving.left_at


def gone_at(browser: Browser, way: Way, leaving: Leaving) -> float | None:
    """When the page was gone, in seconds since 1970; None: not yet."""
    seen = browser.wire.seen(leaving.tab)
    if way.returns:
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
