"""``build.py demo``: an agent closes the CCP, and the server's own record says what became of it."""

import contextlib
import json
import os
import statistics
import time
from datetime import datetime
from pathlib import Path

from tests.browser.guard import Guard
from tests.browser.harness import Chromium, Screen
from tests.instance import Instance, SimulatedConnect
from tools.bundle import build
from tools.paths import OUTPUT, ROOT, streams_libraries

CLOSINGS_TIMED = 30
# All tries by the default settings, and their jitter, and time to spare on a busy machine.
ALL_TRIES_SECONDS = 60
WATCHED = "acme.awsapps.com"
# Listeners at the window run in the order in which they came, capturing ones too, and ours is the first: what has
# passed since the event was made is what ours took.
_TIME_THE_HOOK = """
addEventListener(EVENT, (event) => {
  const took = performance.now() - event.timeStamp;
  const spent = JSON.parse(localStorage.getItem(EVENT) ?? '[]');
  localStorage.setItem(EVENT, JSON.stringify([...spent, took]));
});
"""


def time_the_hook(event: str) -> str:
    """A script for the CCP's page: the milliseconds our listener takes at each such event go to ``localStorage``."""
    return _TIME_THE_HOOK.replace("EVENT", f"'{event}'")


def run(*, watch: bool) -> int:
    """Build, show a closing that works and one whose server fails; with ``watch``, let a person play.

    Returns:
        0 if both ended as promised.
    """
    extension = build()
    OUTPUT.mkdir(exist_ok=True)
    with SimulatedConnect(streams_libraries()) as connect:
        if watch:
            return _watch(connect, extension)
        with Chromium(extension, connect.port, leave_dialogs=False) as browser:
            guard = Guard(browser)
            good = _closing_that_works(browser, guard, connect.instance("works.awsapps.com"))
            cold = _closing_on_a_cold_connection(browser, guard, connect.instance("cold.awsapps.com"))
            bad = _closing_that_fails(browser, guard, connect.instance("fails.awsapps.com"))
            _time_the_hook(browser, guard, connect.instance("timed.awsapps.com"))
    return 0 if good and cold and bad else 1


class Timeline:
    """Lines with the time since the CCP was closed."""

    def __init__(self, title: str) -> None:
        print(f"\n── {title}")
        self._zero: float | None = None

    def zero(self) -> None:
        """The CCP closes now."""
        self._zero = time.time()

    def say(self, words: str, at: float | None = None) -> None:
        """One line; ``at`` is when it happened, in seconds since 1970, if not now."""
        at = time.time() if at is None else at
        since = f"{(at - self._zero) * 1000:+8.0f} ms" if self._zero is not None else " " * 11
        print(f"  {datetime.fromtimestamp(at).astimezone():%H:%M:%S} {since}  {words}", flush=True)


def _go_available(browser: Chromium, guard: Guard, instance: Instance, timeline: Timeline) -> str:
    handle = guard.open_ccp(instance)
    browser.choose_state("Available")
    instance.wait_for(lambda i: i.puts() and i.puts()[-1].status, what="Available at the server")
    timeline.say(f"the agent is Available in the CCP of {instance.host}")
    return handle


def _close(browser: Chromium, handle: str, timeline: Timeline) -> None:
    timeline.zero()
    timeline.say("the agent closes the CCP")
    browser.close_tab(handle)
    timeline.say("the page is gone")


def _report_server(instance: Instance, timeline: Timeline, since: float) -> None:
    for put in instance.puts():
        if put.at >= since:
            timeline.say(f"the server received PutAgentState {put.state_name!r}, answered {put.status}", put.at)


def _closing_that_works(browser: Chromium, guard: Guard, instance: Instance) -> bool:
    timeline = Timeline("A closing with a healthy server")
    handle = _go_available(browser, guard, instance, timeline)
    return _offline(browser, guard, instance, timeline, handle)


def _closing_on_a_cold_connection(browser: Chromium, guard: Guard, instance: Instance) -> bool:
    timeline = Timeline("A closing on a cold connection, 100 ms round trip: the page alone would lose it")
    handle = _go_available(browser, guard, instance, timeline)
    instance.knobs.round_trip_ms = 100
    instance.knobs.cold = True
    return _offline(browser, guard, instance, timeline, handle)


def _offline(browser: Chromium, guard: Guard, instance: Instance, timeline: Timeline, handle: str) -> bool:
    started = time.time()
    _close(browser, handle, timeline)
    instance.wait_for(lambda i: i.agent.state.type == "offline", what="Offline at the server")
    guard.wait_confirmed(instance)
    _report_server(instance, timeline, started)
    at, _state = instance.agent.history[-1]
    timeline.say("the server has the agent Offline", at)
    confirmed = guard.of("confirmed", instance)[-1]["confirmed_at"] / 1000
    warnings = len(guard.cards_of(instance))
    timeline.say(f"the extension has it confirmed; warnings: {warnings}", confirmed)
    return warnings == 0


def _closing_that_fails(browser: Chromium, guard: Guard, instance: Instance) -> bool:
    timeline = Timeline("A closing with a failing server (HTTP 500)")
    handle = _go_available(browser, guard, instance, timeline)
    instance.knobs.put = "500"
    started = time.time()
    _close(browser, handle, timeline)
    timeline.say("the extension tries again itself, seven times in some 16 s, before it gives up")
    guard.wait_failure(instance, ALL_TRIES_SECONDS)
    _report_server(instance, timeline, started)
    timeline.say(f"the server still has the agent {instance.agent.state.name}")
    card = guard.cards_of(instance)[0]
    timeline.say(f"the popup warns: {card.title}. {card.why} {card.advice}")
    picture = OUTPUT / "demo-warning.png"
    handle = guard.open_popup()
    browser.screenshot(picture)
    guard.close(handle)
    print(f"  picture of the popup: {picture.relative_to(ROOT)}")
    return card.reason == "server_error" and instance.agent.state.type != "offline"


def _time_the_hook(browser: Chromium, guard: Guard, instance: Instance) -> None:
    """Say how long the hook keeps a closing page, as the page itself can tell."""
    print(f"\n── The hook's own time in beforeunload, {CLOSINGS_TIMED} closings")
    instance.knobs.page_script = time_the_hook("beforeunload")
    for _ in range(CLOSINGS_TIMED):
        instance.set_state("Available")
        handle = guard.open_ccp(instance)
        browser.close_tab(handle)
        guard.wait_over(instance)
    browser.open(f"{instance.origin}/connect/blank")
    spent: list[float] = json.loads(browser.driver.execute_script("return localStorage.beforeunload"))
    print(
        f"  median {statistics.median(spent):.1f} ms, 95th percentile {_percentile(spent, 95):.1f} ms, "
        f"longest {max(spent):.1f} ms (N={len(spent)}; the aim is 5 ms at the 95th percentile)"
    )


def _percentile(values: list[float], part: int) -> float:
    """The value that this many per cent of the values do not exceed."""
    return statistics.quantiles(values, n=100, method="inclusive")[part - 1]


def _watch(connect: SimulatedConnect, extension: Path) -> int:
    """Keep a browser window open with a CCP in it, and print what the server sees."""
    instance = connect.instance(WATCHED)
    with contextlib.ExitStack() as stack:
        environment = {}
        if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
            screen = stack.enter_context(Screen())
            environment = screen.environment
            print(f"There is no screen here, so the browser is on the virtual display {screen.display}.")
        browser = stack.enter_context(Chromium(extension, connect.port, headless=False, environment=environment))
        browser.open(instance.ccp_url)
        print(
            f"The CCP of {WATCHED} is open. Choose Available, close the tab, open {instance.ccp_url} again.\n"
            "What the server sees stands here. Close the browser, or press Ctrl+C, to end."
        )
        shown = 0
        try:
            while browser.running():
                for at, state in instance.agent.history[shown:]:
                    print(f"  {datetime.fromtimestamp(at).astimezone():%H:%M:%S}  the agent is {state}", flush=True)
                    shown += 1
                time.sleep(0.2)
        except KeyboardInterrupt:
            print()
    return 0
