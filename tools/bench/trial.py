"""The trials: several CCPs of one browser that leave in turn, or one CCP with which the browser ends."""

from __future__ import annotations

import shutil
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.browser.devtools import DevToolsError
from tests.browser.harness import HarnessError, wait
from tests.browser.swallower import write_swallower
from tools.bench.browser import CCP, LOOK_SECONDS, STATE, Browser, is_pending, open_failures
from tools.bench.conditions import CONDITIONS, SETTLE_SECONDS, heal
from tools.bench.record import Run, offline_at
from tools.bench.variants import VARIANTS
from tools.bench.ways import WAYS, Leaving, Way, gone_at, leave, open_asking
from tools.paths import STREAMS_VERSIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.instance import Instance, SimulatedConnect
    from tools.bench.variants import Variant

# One leaves after the other, so that none is timed while the next begins.
APART_SECONDS = 0.3
LONGEST_SECONDS = 40.0
GONE_SECONDS = 10.0
AGAIN_SECONDS = 8.0
# What was on its way when the browser ended has arrived by then.
ARRIVED_SECONDS = 0.7
QUIET_SECONDS = 0.3
# What is sent, or told, although the CCP is back, is seen by then.
BACK_SECONDS = 2.5
# Next door to its server a page is gone before it can be told that it reloads: nobody works there.
LEAST_ROUND_TRIP_MS = 50
# A browser that has been used for long is slower than a fresh one.
RUNS_PER_BROWSER = 60
_numbers = count(1)
# Where the CCP is: the older one, the newer one, or in the frames of the agent workspace.
PLACES = {"ccp": "/ccp", "v2": "/ccp-v2", "workspace": "/agent-app-v2/"}


class Bench:
    """One worker's browsers and its simulated Connect."""

    def __init__(self, connect: SimulatedConnect, extension: Path, place: str) -> None:
        self._connect = connect
        self._extension = extension
        self._place = place
        self._browsers: dict[str, Browser] = {}

    def stop(self) -> None:
        """End every browser."""
        for browser in self._browsers.values():
            browser.stop()
        self._browsers.clear()

    def run(self, number: int, way: str, conditions: list[str], variant: str) -> list[Run]:
        """One trial of a variant and a way under each of these conditions; what became of each."""
        runs = [
            Run(number, way, condition, variant, STREAMS_VERSIONS[(number + place) % len(STREAMS_VERSIONS)])
            for place, condition in enumerate(CONDITIONS)
            if condition in conditions
        ]
        started = time.monotonic()
        try:
            if WAYS[way].ends:
                for run in runs:
                    self._run_to_the_end(run)
            else:
                self._run_side_by_side(runs)
        except Exception as error:  # one trial that broke must not end a night's run
            self._drop(variant)
            for run in runs:
                run.error = f"{type(error).__name__}: {error}"[:500]
        for run in runs:
            run.seconds = round((time.monotonic() - started) / len(runs), 1)
        return runs

    # Several CCPs in a browser that stays

    def _run_side_by_side(self, runs: list[Run]) -> None:
        way, variant = WAYS[runs[0].way], VARIANTS[runs[0].variant]
        browser = self._browser(variant, len(runs))
        before = browser.wire.tabs()
        leavings = [self._open(browser, way, variant, run) for run in runs]
        browser.wait_known({each.tab: each.instance for each in leavings})
        for each in leavings:
            each.condition.prepare(each.instance)
            if way.returns:
                knobs = each.instance.knobs
                knobs.round_trip_ms = max(knobs.round_trip_ms, LEAST_ROUND_TRIP_MS)
        time.sleep(SETTLE_SECONDS)
        for each in leavings:
            each.condition.strike(each.instance)
            leave(browser, way, each)
            time.sleep(APART_SECONDS)
        self._watch(browser, way, variant, leavings)
        if browser.wire.closed_at is not None:
            raise HarnessError("the browser ended in the middle of a trial")
        journal = browser.journal() if variant.extension else None
        for run, each in zip(runs, leavings, strict=True):
            self._settle(browser, way, run, each, journal)
        for each in leavings:
            heal(each.instance)
            # What is closed now must not set off another departure.
            each.instance.set_state("Offline")
        if way.unloads:
            self._read_beforeunload(browser, runs, leavings)
        time.sleep(QUIET_SECONDS)
        self._tidy(browser, way, variant, before, leavings)

    def _tidy(self, browser: Browser, way: Way, variant: Variant, before: list[str], leavings: list[Leaving]) -> None:
        try:
            if way.name == "crash":
                # Chromium 156 itself crashes when a crashed tab is closed by a program.
                for each in leavings:
                    browser.wire.tell("Page.navigate", browser.wire.session(each.tab), url="about:blank")
                time.sleep(QUIET_SECONDS * 2)
            browser.close_tabs([tab for tab in browser.wire.tabs() if tab not in before])
        except (DevToolsError, AssertionError):
            # What is to be known is known by now; the next trial gets a new browser.
            self._drop(variant.name)

    def _browser(self, variant: Variant, runs: int) -> Browser:
        browser = self._browsers.get(variant.name)
        if browser is not None and browser.runs + runs > RUNS_PER_BROWSER:
            self._drop(variant.name)
            browser = None
        if browser is None:
            browser = Browser(self._extension if variant.extension else None, self._connect.port)
            browser.start()
            self._browsers[variant.name] = browser
            # With only one window, the end of a CCP might be the end of the browser: that is tried elsewhere.
            browser.wire.open("about:blank", window=True)
            if variant.extension:
                browser.journal()
        browser.runs += runs
        return browser

    def _drop(self, variant: str) -> None:
        browser = self._browsers.pop(variant, None)
        if browser is not None:
            browser.stop()

    def _new_instance(self, way: Way, variant: Variant, run: Run) -> Instance:
        # Both families of hosts, with both versions of Streams each.
        newer = self._place != "ccp" and run.run // 2 % 2 == 1
        instance = self._connect.instance(f"b{next(_numbers)}" + (".my.connect.aws" if newer else ".awsapps.com"))
        # What the real server does is not known; nobody could do anything where the token is gone at once.
        instance.knobs.logout_revokes_ms = 1000
        instance.knobs.streams = run.streams
        instance.knobs.page_script = variant.page_script
        instance.knobs.contact = way.contact
        return instance

    def _open(self, browser: Browser, way: Way, variant: Variant, run: Run) -> Leaving:
        instance = self._new_instance(way, variant, run)
        url = self._address(instance)
        window = None
        if way.name == "window":
            tab, window = browser.open_window(url)
        else:
            framed = f"{instance.origin}/connect/framed"
            tab = browser.wire.open(framed if way.name == "frame" else url)
        return Leaving(CONDITIONS[run.condition], instance, tab, window)

    def _address(self, instance: Instance) -> str:
        """Where the agent has the CCP open."""
        return instance.ccp_url if self._place == "ccp" else f"{instance.origin}{instance.base}{PLACES[self._place]}"

    def _watch(self, browser: Browser, way: Way, variant: Variant, leavings: list[Leaving]) -> None:
        """Wait until each is decided, or its time is over."""
        waiting = list(leavings)
        back: dict[str, float] = {}
        while waiting:
            journal = browser.journal() if variant.extension else None
            now = time.time()
            for each in waiting:
                if way.returns and each.tab not in back and _is_back(browser, way, each, now):
                    back[each.tab] = now
            waiting = [
                each for each in waiting if not _decided(browser, way, variant, each, back.get(each.tab), journal, now)
            ]
            time.sleep(LOOK_SECONDS)

    def _settle(self, browser: Browser, way: Way, run: Run, each: Leaving, journal: dict[str, Any] | None) -> None:
        run.back = way.returns and _shows_state(browser, way, each)
        gone = gone_at(browser, way, each)
        if gone is None:
            run.error = "the CCP did not go away"
        _judge(run, way, each, gone, journal)

    def _read_beforeunload(self, browser: Browser, runs: list[Run], leavings: list[Leaving]) -> None:
        tabs = [browser.wire.open(f"{each.instance.origin}/connect/blank") for each in leavings]
        script = "location.pathname === '/connect/blank' ? localStorage.getItem('spent') ?? 'none' : ''"
        for run, tab in zip(runs, tabs, strict=True):
            found = wait(_asking(browser, tab, script), 10, "what the page wrote down")
            run.beforeunload_ms = None if found == "none" else round(float(found), 2)

    # One CCP with which the browser ends

    def _run_to_the_end(self, run: Run) -> None:
        way, variant = WAYS[run.way], VARIANTS[run.variant]
        profile = Path(tempfile.mkdtemp(prefix="ccp-guard-bench-"))
        extension = self._extension if variant.extension else None
        beside = write_swallower(profile, extension) if way.name == "swallowed" else None
        browser = Browser(extension, self._connect.port, profile, beside)
        try:
            browser.start()
            first = browser.wire.tabs()
            if variant.extension:
                browser.journal()
            each = self._open(browser, way, variant, run)
            ccps = [each.tab]
            if way.name == "quit2":
                ccps.append(browser.open_window(self._address(each.instance))[0])
            browser.wait_known(dict.fromkeys(ccps, each.instance))
            if way.name == "asks":
                each.asking = open_asking(browser)
            browser.close_helper()
            browser.close_tabs(first)
            each.condition.prepare(each.instance)
            time.sleep(SETTLE_SECONDS)
            each.condition.strike(each.instance)
            leave(browser, way, each)
            self._wait_ended(browser, each)
            gone = gone_at(browser, way, each) or time.time()
            time.sleep(ARRIVED_SECONDS)
            journal = None
            if variant.extension:
                # Only the next start shows what the agent is told, rightly or wrongly.
                browser.start_again()
                journal = self._told_after_start(browser, each)
            _judge(run, way, each, gone, journal)
        finally:
            browser.stop()
            shutil.rmtree(profile, ignore_errors=True)

    def _wait_ended(self, browser: Browser, each: Leaving) -> None:
        """Until the browser has ended. A warning that comes up instead is read by the agent, and closed."""
        end = time.time() + LONGEST_SECONDS
        again = time.time() + AGAIN_SECONDS
        while browser.desktop.running():
            if time.time() > end:
                raise HarnessError("the browser did not end")
            tabs = browser.desktop.tabs()
            if browser.shows_warning():
                browser.desktop.close_window()
            elif time.time() > again and each.tab in tabs:
                # The menu was closed by a window that came up in that moment: a person quits once more.
                again = end
                browser.desktop.quit()
            elif time.time() > again and not tabs:
                # A notification is all that is left. It has been read.
                browser.desktop.kill()
            time.sleep(LOOK_SECONDS)

    def _told_after_start(self, browser: Browser, each: Leaving) -> dict[str, Any]:
        end = time.time() + LONGEST_SECONDS
        while True:
            journal = browser.journal()
            if not is_pending(journal, each.instance) and (_is_offline(each) or open_failures(journal, each.instance)):
                return journal
            if time.time() > end:
                return journal
            time.sleep(LOOK_SECONDS)


# A document that was born after the leaving.
_NEW = f"{CCP}.defaultView.performance.timeOrigin > %f"


def _shows_state(browser: Browser, way: Way, each: Leaving) -> bool:
    """Whether the CCP that is there now, a new one unless a page stays, shows the agent's state."""
    new = "true" if way.name == "tel" else _NEW % (each.left_at * 1000)
    return bool(browser.ask(each.tab, f"{new} && ({STATE}) !== ''"))


def _is_back(browser: Browser, way: Way, each: Leaving, now: float) -> bool:
    if _shows_state(browser, way, each):
        return True
    away = each.condition.down_seconds
    if away and not each.reloaded_again and now > each.left_at + away + 0.5:
        # The server is back: a person who sees the browser's error page tries again.
        each.reloaded_again = True
        browser.wire.tell("Page.reload", browser.wire.session(each.tab))
    return False


def _is_offline(each: Leaving) -> bool:
    return each.instance.agent.state.type == "offline"


def _decided(
    browser: Browser,
    way: Way,
    variant: Variant,
    each: Leaving,
    back: float | None,
    journal: dict[str, Any] | None,
    now: float,
) -> bool:
    """Whether nothing more will come of a CCP that left."""
    since = gone_at(browser, way, each)
    if since is None or now > each.left_at + LONGEST_SECONDS:
        return now > each.left_at + GONE_SECONDS
    comes_back = way.returns and not each.condition.expired
    if comes_back:
        if back is None:
            return False
        since = back
    if journal is None:
        return now > since + variant.seconds_to_wait
    if comes_back:
        departed = any(departure["instance"] == each.instance.origin for departure in journal["pending"])
        return not departed and now > since + BACK_SECONDS
    told = bool(open_failures(journal, each.instance))
    return not is_pending(journal, each.instance) and (_is_offline(each) or told)


def _judge(run: Run, way: Way, each: Leaving, gone: float | None, journal: dict[str, Any] | None) -> None:
    """Fill in what became of a CCP, by the server's record and the extension's journal."""
    instance = each.instance
    run.offline = _is_offline(each)
    failures = open_failures(journal, instance) if journal is not None else []
    run.told = bool(failures)
    run.reason = str(failures[-1]["reason"]) if failures else ""
    run.puts = len([put for put in instance.puts() if put.at >= each.left_at])
    if run.back:
        run.false_warning = run.told
        run.right = not run.puts and not run.told and instance.knobs.contact == way.contact
        return
    run.false_warning = run.told and run.offline
    if each.condition.expired:
        run.right = run.told
    else:
        # A session that has ended may be quicker than anybody: then the agent is told.
        run.right = (run.offline or (way.signs_out and run.told)) and not each.early and not way.returns
    at = offline_at(instance, each.left_at)
    if gone is not None and not way.returns:
        run.ms_left_to_gone = round((gone - each.left_at) * 1000, 1)
        if at is not None:
            run.ms_gone_to_offline = round((at - gone) * 1000, 1)


def _asking(browser: Browser, tab: str, script: str) -> Callable[[], Any]:
    return lambda: browser.ask(tab, script)
