"""What the extension costs while the CCP loads, and in memory: pages with and without it, alternately."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Any

from tests.browser.harness import wait
from tools.bench.browser import Browser
from tools.bench.summary import median_difference

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.instance import Instance, SimulatedConnect

# The page's own `connect.agent` callback draws the state: no timer of ours rounds the time.
_WHEN_KNOWN = """
new MutationObserver((changes, observer) => {
  document.documentElement.dataset.known = performance.now();
  observer.disconnect();
}).observe(document, {subtree: true, attributes: true, attributeFilter: ['data-state']});
"""
_TIMES = """(() => {
  const known = document.documentElement.dataset.known;
  const entry = performance.getEntriesByType('navigation')[0];
  return known && entry.domContentLoadedEventEnd ? [Number(known), entry.domContentLoadedEventEnd] : null;
})()"""
# Fewer would not tell one garbage collection from another.
LEAST_LOADS = 10
REST_SECONDS = 0.3


def measure(connect: SimulatedConnect, extension: Path, loads: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Load the CCP so often (ten times at least) with and without the extension, in two warm browsers."""
    loads = max(loads, LEAST_LOADS)
    browsers = {"without": Browser(None, connect.port), "with": Browser(extension, connect.port)}
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in browsers}
    try:
        for name, browser in browsers.items():
            browser.start()
            if name == "with":
                browser.journal()
        for number in range(-1, loads):
            order = list(browsers) if number % 2 else list(reversed(browsers))
            for name in order:
                instance = connect.instance(f"load-{name}.awsapps.com")
                figures = _load(browsers[name], instance)
                # The first load fills the browser's cache.
                if number >= 0:
                    found[name].append(figures)
            if number >= 0 and number % 10 == 9:
                say(f"load: {number + 1} of {loads}")
    finally:
        for browser in browsers.values():
            browser.stop()
    return {
        "loads": loads,
        "agent_known_ms": _compare(found, 0),
        "dom_content_loaded_ms": _compare(found, 1),
        "heap_bytes": _compare(found, 2),
    }


def _load(browser: Browser, instance: Instance) -> tuple[float, float, float]:
    instance.knobs.page_script = _WHEN_KNOWN
    # As in the morning; and an agent who is Offline is left alone when the page closes.
    if instance.agent.state.type != "offline":
        instance.set_state("Offline")
    tab = browser.wire.open(instance.ccp_url)
    known, loaded = wait(lambda: browser.ask(tab, _TIMES), 30, "the CCP to know its agent", every=0.1)
    time.sleep(REST_SECONDS)
    session = browser.wire.session(tab)
    browser.wire.send("HeapProfiler.collectGarbage", session)
    heap = browser.wire.send("Runtime.getHeapUsage", session)["usedSize"]
    browser.close_tabs([tab])
    time.sleep(REST_SECONDS)
    return float(known), float(loaded), float(heap)


def _compare(found: dict[str, list[tuple[float, float, float]]], place: int) -> dict[str, Any]:
    without = [figures[place] for figures in found["without"]]
    with_it = [figures[place] for figures in found["with"]]
    difference, low, high = median_difference(without, with_it)
    return {
        "without": statistics.median(without),
        "with": statistics.median(with_it),
        "difference": difference,
        "interval": [low, high],
        "all": {"without": without, "with": with_it},
    }


def lines(load: dict[str, Any]) -> list[str]:
    """What was found, for a person."""

    def one(words: str, part: dict[str, Any], unit: str, scale: float) -> str:
        low, high = part["interval"]
        return (
            f"{words}: {part['without'] / scale:.1f} {unit} without, {part['with'] / scale:.1f} {unit} with the "
            f"extension, difference {part['difference'] / scale:+.1f} {unit} "
            f"(95 % interval {low / scale:+.1f} to {high / scale:+.1f})"
        )

    return [
        f"Load of the CCP, medians of {load['loads']} each, alternately, in a warm browser, agent Offline:",
        "- " + one("agent known after", load["agent_known_ms"], "ms", 1),
        "- " + one("DOMContentLoaded after", load["dom_content_loaded_ms"], "ms", 1),
        "- "
        + one(
            "JavaScript heap of the page, the extension's own scripts in it included", load["heap_bytes"], "KB", 1024
        ),
    ]
