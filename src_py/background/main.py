"""The background's start: every listener at once, then the journal, then what waited for it."""

from typing import TYPE_CHECKING

from background.ccps import Ccps
from background.coverage import Coverage
from background.departures import Departures
from background.hold import Hold
from background.last_window import LastWindow
from background.logins import Logins
from background.options import Options
from background.referrers import Referrers
from background.returns import Returns
from background.settings import Settings
from background.sign_off import SignOff
from background.start import look_back
from background.store import Store
from background.traffic import API_ADDRESSES, watch
from background.views import Views
from background.warning import Warning
from browser.action import on_notice_clicked
from browser.alarms import on_wake
from browser.runtime import on_connect, own_origin, own_page, text
from browser.scripts import put_in_page
from browser.tabs import is_loading, on_tab_replaced, open_tab
from browser.time import go, now
from core.address import instance_of, may_be_ccp, plain_ccp
from core.messages import agent_from, problem_with

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from core.records import Ccp


SIGNS_OF_STAYING = 2


def start() -> None:
    """Register every listener in the first turn, as the browser requires of a service worker."""
    store = Store()
    settings = Settings()
    ccps = Ccps(settings)
    coverage = Coverage(settings, ccps)
    referrers = Referrers(API_ADDRESSES, ccps)
    logins = Logins(referrers)
    sign_off = SignOff(ccps, settings, logins)
    last_window = LastWindow(store, ccps, settings, sign_off)
    warning = Warning(store, settings, last_window)
    views = Views(store, ccps, warning)
    returns = Returns(ccps, settings)
    departures = Departures(store, ccps, logins, returns, settings, warning, last_window, sign_off, lambda: refresh())
    hold = Hold(store, ccps, settings, departures, warning)
    options = Options(store, settings, ccps, coverage)
    # Work that came before the journal was read; after that, None.
    waiting: list[Callable[[], None]] | None = []

    def refresh() -> None:
        views.refresh()
        hold.refresh()

    def when_ready(work: "Callable[[], None]") -> None:
        if waiting is None:
            work()
        else:
            waiting.append(work)

    def on_port(port_name: str, url: str, port: "Any") -> None:
        if port_name == "ccp" and may_be_ccp(url):
            _serve_ccp(url, port, coverage, ccps, referrers, departures, hold, refresh, when_ready)
        elif port_name == "dialog" and may_be_ccp(url):
            when_ready(lambda: hold.serve(port))
        elif port_name == "ccp":
            # The browser puts us into pages at any port, and we ourselves into every frame we may reach.
            port.postMessage({"type": "retire"})
        elif port_name == "popup" and url.startswith(own_origin()):
            when_ready(lambda: views.serve(port))
        elif port_name == "options" and url.startswith(own_origin()):
            when_ready(lambda: options.serve(port))
        else:
            port.disconnect()

    def on_notice(_notice: str) -> None:
        go(open_tab(own_page("popup.html")))

    async def begin() -> None:
        nonlocal waiting
        try:
            await settings.load()
            await last_window.load()
            await returns.load()
            await referrers.load()
            await look_back(store, warning, departures, ccps)
        except:
            # Whatever the disk did to us: the CCPs that are open must not wait for ever.
            store.trouble = text("trouble_reading", [])
            warning.refresh()
        ready = waiting
        waiting = None
        if ready is not None:
            for work in ready:
                work()

    on_connect(on_port)
    on_tab_replaced(lambda before, after: when_ready(lambda: departures.moved(before, after)))
    on_notice_clicked(on_notice)
    on_wake(lambda: when_ready(departures.judge_all))
    watch(departures, hold, ccps, logins, when_ready)
    go(begin())


def _serve_ccp(
    url: str,
    port: "Any",
    coverage: "Coverage",
    ccps: "Ccps",
    referrers: "Referrers",
    departures: "Departures",
    hold: "Hold",
    refresh: "Callable[[], None]",
    when_ready: "Callable[[Callable[[], None]], None]",
) -> None:
    """One open CCP: hear its facts until its port closes. Its instance is the browser's word, not its own.

    The listeners are there at once, for a port that has none loses what is said; what they hear may wait.
    """
    ccp: Ccp | None = None

    def hear(message: "Any") -> None:
        nonlocal ccp
        known = problem_with(message, "content") == ""
        if not coverage.covers(url):
            # By the settings this instance, or this kind of CCP, is not ours.
            port.postMessage({"type": "retire"})
        elif known and message["type"] == "hook_missing":
            go(put_in_page("page.js", port.sender.tab.id, port.sender.frameId))
        elif known and ccp is None:
            ccp = {
                "ccp": message["ccp"],
                "instance": instance_of(url),
                "url": plain_ccp(url),
                "tab": port.sender.tab.id,
                "frame": port.sender.frameId,
                "status": "waiting",
                "opened_at": now(),
                "agent": None,
                "known_at": 0,
                "told_at": 0,
                "asked_at": 0,
                "departed": False,
                "quiet_signs": 0,
                "leaving_at": 0,
                "held": "",
                "let_go": False,
            }
            ccps.add(ccp, port)
            referrers.look()
        elif ccp is not None and problem_with(message, "page") == "":
            _hear(ccp, message, departures, hold)
        refresh()

    def close() -> None:
        if ccp is not None:
            ccps.remove(ccp)
            departures.gone(ccp)
        refresh()

    port.onMessage.addListener(lambda message: when_ready(lambda: hear(message)))
    port.onDisconnect.addListener(lambda: when_ready(close))


def _hear(ccp: "Ccp", fact: "Any", departures: "Departures", hold: "Hold") -> None:
    """One fact of an open CCP, already checked against the table of messages."""
    if fact["type"] == "status":
        ccp["status"] = fact["status"]
    elif fact["type"] == "agent":
        departures.agent_is(ccp, agent_from(fact))
        hold.tell_earlier(ccp)
    elif fact["type"] == "departing":
        departures.announce(ccp, fact)
    elif fact["type"] == "alive":
        go(_hear_alive(ccp, hold))
    elif fact["type"] == "said":
        departures.said(ccp, fact["result"], fact["code"])


async def _hear_alive(ccp: "Ccp", hold: "Hold") -> None:
    """A page that has announced its departure is there still. If its tab is not on its way elsewhere, it stays."""
    if await is_loading(ccp["tab"]):
        ccp["quiet_signs"] = 0
        return
    # One sign of life may come from a page that is just being closed.
    ccp["quiet_signs"] = ccp["quiet_signs"] + 1
    if ccp["quiet_signs"] == SIGNS_OF_STAYING:
        hold.stays(ccp)


start()
