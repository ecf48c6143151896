"""What the extension costs while nothing happens: two browsers side by side, each with one open CCP."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.bench.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.instance import SimulatedConnect

# What a start and a first page leave to be done.
SETTLE_SECONDS = 20
_PROC = Path("/proc")


@dataclass(frozen=True)
class Used:
    """What one process has used since its start."""

    cpu_seconds: float
    wakeups: int


def measure(connect: SimulatedConnect, extension: Path, minutes: float, say: Callable[[str], None]) -> dict[str, Any]:
    """CPU time and wake-ups of each browser's processes over so many minutes."""
    browsers = {"without": Browser(None, connect.port), "with": Browser(extension, connect.port)}
    try:
        for name, browser in browsers.items():
            browser.start()
            instance = connect.instance(f"idle-{name}.awsapps.com")
            browser.wait_known({browser.wire.open(instance.ccp_url): instance})
            browser.close_helper()
            browser.wire.hang_up()
        time.sleep(SETTLE_SECONDS)
        before = {name: tree(browser.desktop.pid) for name, browser in browsers.items()}
        started = time.monotonic()
        while (left := minutes * 60 - (time.monotonic() - started)) > 0:
            time.sleep(min(left, 60))
            say(f"idle: {(time.monotonic() - started) / 60:.0f} of {minutes:g} min")
        seconds = time.monotonic() - started
        after = {name: tree(browser.desktop.pid) for name, browser in browsers.items()}
    finally:
        for browser in browsers.values():
            browser.stop()
    return {"seconds": seconds, **{name: spent(before[name], after[name]) for name in browsers}}


def tree(root: int) -> dict[int, Used]:
    """All processes below this one, itself included, with what they have used."""
    parents: dict[int, int] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            parent = _stat(int(entry.name))
            if parent is not None:
                parents[int(entry.name)] = int(parent[1])
    found = {root}
    while True:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        if not more:
            break
        found |= more
    return {pid: used for pid in found if (used := _used(pid)) is not None}


def spent(before: dict[int, Used], after: dict[int, Used]) -> dict[str, Any]:
    """What the processes that lived all the time have used between the two looks."""
    same = set(before) & set(after)
    return {
        "cpu_seconds": round(sum(after[pid].cpu_seconds - before[pid].cpu_seconds for pid in same), 2),
        "wakeups": sum(after[pid].wakeups - before[pid].wakeups for pid in same),
        "processes": len(same),
        "came_or_went": len(set(before) ^ set(after)),
    }


def lines(idle: dict[str, Any]) -> list[str]:
    """What was found, for a person."""
    minutes = idle["seconds"] / 60
    found = [f"Idle, one open CCP, {minutes:.0f} min, both browsers side by side:"]
    for name in ("without", "with"):
        part = idle[name]
        found.append(
            f"- {name} the extension: {part['cpu_seconds'] / minutes:.2f} CPU seconds and "
            f"{part['wakeups'] / minutes:.0f} wake-ups per minute in {part['processes']} processes "
            f"({part['came_or_went']} came or went and are left out)"
        )
    return found


def _stat(pid: int) -> list[str] | None:
    """The fields of a process after its name: state, parent and so on."""
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def _used(pid: int) -> Used | None:
    fields = _stat(pid)
    if fields is None:
        return None
    ticks = int(fields[11]) + int(fields[12])
    wakeups = 0
    for status in (_PROC / str(pid) / "task").glob("*/status"):
        try:
            text = status.read_text()
        except OSError:
            continue
        wakeups += sum(int(line.split()[1]) for line in text.splitlines() if "voluntary_ctxt_switches" in line)
    return Used(ticks / os.sysconf("SC_CLK_TCK"), wakeups)
