"""The background's start: every listener at once, then the journal, then what waited for it."""

from typing import TYPE_CHECKING

from background.ccps import Ccps
from background.coverage import Coverage
from background.hold import Hold
from background.last_window import LastWindow
from background.lives import Lives
from background.logins import Logins
from background.options import Options
from background.pages import Pages
from background.referrers import Referrers
from background.settings import Settings
from background.sign_off import SignOff
from background.start import begin
from background.store import Store
from background.traffic import API_ADDRESSES, watch
from background.views import Views
from background.warning import Warning
from browser.action import on_notice_clicked
from browser.alarms import on_wake
from browser.network import on_online
from browser.permissions import on_access_changed
from browser.runtime import on_connect, own_origin, own_page, post
from browser.tabs import on_tab_closed, on_tab_loaded, on_tab_replaced, open_tab
from browser.time import go
from core.address import is_ccp

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def start() -> None:
    """Register every listener in the first turn, as the browser requires of a service worker."""
    settings = Settings()
    store = Store(settings)
    ccps = Ccps(store, settings)
    referrers = Referrers(API_ADDRESSES, ccps)
    logins = Logins(referrers)
    sign_off = SignOff(store, ccps, settings, logins)
    last_window = LastWindow(store, sign_off, lambda: when_ready(lives.changed))
    warning = Warning(store, settings, last_window)
    lives = Lives(store, ccps, logins, settings, warning, last_window, sign_off, lambda: refresh())
    coverage = Coverage(store, settings, ccps, lives, warning)
    views = Views(store, settings, ccps, coverage, logins, warning)
    hold = Hold(store, settings, lives, warning)
    options = Options(store, settings, ccps, coverage, logins)
    pages = Pages(coverage, ccps, referrers, lives, hold)
    # Work that came before the journal was read; after that, None.
    waiting: list[Callable[[], None]] | None = []

    def refresh() -> None:
        views.refresh()
        hold.refresh()
        warning.follow()

    def when_ready(work: "Callable[[], None]") -> None:
        if waiting is None:
            work()
        else:
            waiting.append(work)

    def on_port(port_name: str, url: str, port: "Any") -> None:
        if port_name == "ccp" and is_ccp(url):
            pages.serve(url, port, when_ready)
        elif port_name == "dialog" and is_ccp(url):
            hold.serve(port, when_ready)
        elif port_name == "ccp":
            # The browser puts us into pages at any port, and we ourselves into every frame we may reach.
            post(port, {"type": "retire"})
        elif port_name == "popup" and url.startswith(own_origin()):
            views.serve(port, when_ready)
        elif port_name == "options" and url.startswith(own_origin()):
            options.serve(port, when_ready)
        else:
            port.disconnect()

    def on_notice(_notice: str) -> None:
        go(open_tab(own_page("popup.html")))

    def on_closed(tab: int) -> None:
        lives.take({"type": "tab_closed", "tab": tab})
        coverage.tab_changed("")

    def on_loaded(tab: int, url: str) -> None:
        lives.tab_changed(tab)
        coverage.tab_changed(url)

    def on_alarm() -> None:
        lives.tick()
        lives.look_for_silent()
        coverage.tab_changed("")

    def on_settings() -> None:
        if waiting is None:
            go(coverage.follow())
            lives.changed()

    async def on_access() -> None:
        await coverage.look_at_access()
        views.refresh()

    async def run() -> None:
        nonlocal waiting
        await begin(
            store,
            lives,
            coverage,
            warning,
            [settings.load, coverage.follow, last_window.load, referrers.load],
        )
        ready = waiting
        waiting = None
        for work in ready or []:
            try:
                work()
            except:
                # A document that is gone already must not cost the others theirs.
                pass

    on_connect(on_port)
    on_tab_replaced(
        lambda before, after: when_ready(lambda: lives.take({"type": "moved", "before": before, "after": after}))
    )
    on_tab_closed(lambda tab: when_ready(lambda: on_closed(tab)))
    on_tab_loaded(lambda tab, url: when_ready(lambda: on_loaded(tab, url)))
    on_notice_clicked(on_notice)
    on_online(lambda: when_ready(lives.tick))
    on_wake(lambda: when_ready(on_alarm))
    settings.on_change(on_settings)
    on_access_changed(lambda: when_ready(lambda: go(on_access())))
    watch(lives, ccps, logins, coverage, when_ready)
    go(run())


start()
