"""The bench as a whole: what is tried in which order, by how many workers, and what is written down."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import queue
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.instance import SimulatedConnect
from tools.bench import idle, load, plot, summary
from tools.bench.conditions import CONDITIONS
from tools.bench.record import Key, Run
from tools.bench.trial import PLACES, Bench
from tools.bench.variants import VARIANTS
from tools.bench.ways import WAYS
from tools.bundle import build
from tools.paths import MANIFEST, ROOT, STREAMS_VERSIONS, streams_libraries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

SAY_EVERY_SECONDS = 15.0


class BenchError(RuntimeError):
    """The bench cannot do what was asked; the message says what to change."""


@dataclass(frozen=True)
class Plan:
    """What was asked for."""

    runs: int
    ways: list[str]
    conditions: list[str]
    variants: list[str]
    jobs: int
    out: Path
    idle_minutes: float
    load_runs: int
    resume: bool
    place: str = "ccp"
    # Of some variants, fewer or more.
    runs_of: dict[str, int] = field(default_factory=dict)

    def runs_with(self, variant: str) -> int:
        """How often each way and condition is tried with a variant."""
        return self.runs_of.get(variant, self.runs)

    @property
    def keys(self) -> list[Key]:
        """Every trial, in the order of the items."""
        return [
            (number, way, condition, variant)
            for number, way, conditions, variant in items(self)
            for condition in conditions
        ]


Item = tuple[int, str, list[str], str]


def chosen(named: str, known: Iterable[str], what: str) -> list[str]:
    """The names in a list separated by commas, in our order; all if there are none.

    Raises:
        BenchError: one of them is unknown.
    """
    everything = list(known)
    names = [name.strip() for name in named.split(",") if name.strip()]
    unknown = [name for name in names if name not in everything]
    if unknown:
        raise BenchError(f"there is no {what} {', '.join(unknown)}; there are {', '.join(everything)}")
    return [name for name in everything if name in names] if names else everything


def items(plan: Plan) -> list[Item]:
    """What one worker takes at a time: the variants in turn, so that a machine that drifts hits all alike."""
    found: list[Item] = []
    for number in range(max(map(plan.runs_with, plan.variants))):
        turn = number % len(plan.variants)
        variants = plan.variants[turn:] + plan.variants[:turn]
        for way in plan.ways:
            for variant in variants:
                tried = [name for name in plan.conditions if WAYS[way].fits(CONDITIONS[name])]
                if number >= plan.runs_with(variant) or not tried:
                    continue
                if VARIANTS[variant].sends_nothing or WAYS[way].sends_nothing:
                    # No condition can matter there, so they take turns: all are seen, and the time goes elsewhere.
                    tried = [tried[number % len(tried)]]
                # With the browser only one CCP can end.
                groups = [[each] for each in tried] if WAYS[way].ends else [tried]
                found.extend((number, way, group, variant) for group in groups)
    return found


def run(plan: Plan) -> int:
    """Try, write down, sum up.

    Returns:
        0 if every trial gave a result.
    """
    plan.out.mkdir(parents=True, exist_ok=True)
    extension = build()
    log = Log(plan)
    _try_all(plan, log, extension)
    load_cost = idle_cost = None
    if not log.stopped:
        with SimulatedConnect(streams_libraries()) as connect:
            load_cost = _once(
                plan, "load", plan.load_runs, lambda: load.measure(connect, extension, plan.load_runs, say)
            )
            idle_cost = _once(
                plan, "idle", plan.idle_minutes, lambda: idle.measure(connect, extension, plan.idle_minutes, say)
            )
    return _report(plan, log.runs(), load_cost, idle_cost)


def say(words: str) -> None:
    """One line of progress, with the time."""
    print(f"{datetime.now().astimezone():%H:%M:%S}  {words}", flush=True)


class Log:
    """The trials so far, on disk as they come; safe to use from any thread."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._file = plan.out / "runs.jsonl"
        self._lock = threading.Lock()
        self._runs: dict[Key, Run] = {}
        self._said = time.monotonic()
        self.stopped = False
        if plan.resume and self._file.exists():
            for line in self._file.read_text("utf-8").splitlines():
                # A line that was cut when the last run was stopped is tried again, and so is what broke.
                with contextlib.suppress(ValueError, TypeError):
                    done = Run(**json.loads(line))
                    if not done.error:
                        self._runs[done.key] = done
            self._file.write_text("".join(f"{json.dumps(each.as_json())}\n" for each in self._runs.values()), "utf-8")
        else:
            self._file.write_text("", "utf-8")

    def missing(self, item: Item) -> list[str]:
        """The conditions of an item that have no result yet."""
        number, way, conditions, variant = item
        with self._lock:
            return [each for each in conditions if (number, way, each, variant) not in self._runs]

    def add(self, runs: list[Run]) -> None:
        """Write down what has been tried."""
        with self._lock, self._file.open("a", encoding="utf-8") as file:
            for each in runs:
                self._runs[each.key] = each
                file.write(json.dumps(each.as_json()) + "\n")
            total = len(self._plan.keys)
            now = time.monotonic()
            done = len(self._runs.keys() & set(self._plan.keys))
            if now - self._said > SAY_EVERY_SECONDS or done == total:
                self._said = now
                say(f"{done} of {total} trials, about {self._seconds_left() / 60:.0f} min left")
        for each in runs:
            if each.error:
                say(f"{each.way} {each.condition} {each.variant} broke: {each.error.splitlines()[0]}")

    def _seconds_left(self) -> float:
        """By what the trials of each way and variant have taken so far, or all of them where there are none yet."""
        taken: dict[tuple[str, str], list[float]] = {}
        for each in self._runs.values():
            taken.setdefault((each.way, each.variant), []).append(each.seconds)
        everything = [seconds for group in taken.values() for seconds in group]
        left = 0.0
        for key in self._plan.keys:
            if key not in self._runs:
                group = taken.get((key[1], key[3]), everything)
                left += sum(group) / len(group)
        return left / self._plan.jobs

    def runs(self) -> list[Run]:
        """The planned trials that have been made, in the plan's order."""
        with self._lock:
            return [self._runs[key] for key in self._plan.keys if key in self._runs]


def _try_all(plan: Plan, log: Log, extension: Path) -> None:
    waiting: queue.SimpleQueue[Item] = queue.SimpleQueue()
    for item in items(plan):
        if log.missing(item):
            waiting.put(item)
    workers = [
        threading.Thread(target=_work, args=(waiting, log, extension, plan.place), name=f"bench-{number}")
        for number in range(plan.jobs)
    ]
    for worker in workers:
        worker.start()
    try:
        while any(worker.is_alive() for worker in workers):
            workers[-1].join(0.5)
            time.sleep(0.1)
    except KeyboardInterrupt:
        log.stopped = True
        say("stopping after the trials that are under way; --resume goes on from there")
        for worker in workers:
            worker.join()


def _work(waiting: queue.SimpleQueue[Item], log: Log, extension: Path, place: str) -> None:
    with SimulatedConnect(streams_libraries()) as connect:
        bench = Bench(connect, extension, place)
        try:
            while not log.stopped:
                try:
                    number, way, conditions, variant = waiting.get_nowait()
                except queue.Empty:
                    return
                log.add(bench.run(number, way, log.missing((number, way, conditions, variant)), variant))
        finally:
            bench.stop()


def _once(plan: Plan, name: str, amount: float, measure: Callable[[], dict[str, Any]]) -> dict[str, Any] | None:
    """A measurement that is made once, unless it is not wanted or was made before the run was stopped."""
    file = plan.out / f"{name}.json"
    if plan.resume and file.exists():
        found: dict[str, Any] = json.loads(file.read_text("utf-8"))
        return found
    file.unlink(missing_ok=True)
    if not amount:
        return None
    found = measure()
    file.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    return found


def _report(plan: Plan, runs: list[Run], load_cost: dict[str, Any] | None, idle_cost: dict[str, Any] | None) -> int:
    cells = summary.cells(runs)
    about = _about(plan)
    results = {
        **about,
        "summary": summary.as_json(cells),
        "load": load_cost,
        "idle": idle_cost,
        "runs": [each.as_json() for each in runs],
    }
    costs = [*(load.lines(load_cost) if load_cost else []), *(idle.lines(idle_cost) if idle_cost else [])]
    (plan.out / "results.json").write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    where = (
        f"{about['date'][:10]}, {about['machine']['processor']}, {about['machine']['cores']} cores, "
        f"{about['versions']['browser']}, extension {about['versions']['extension']}, "
        f"Streams {' and '.join(STREAMS_VERSIONS)}, trials per cell: "
        f"{'' if len(runs) == len(plan.keys) else 'at most '}{_how_many(plan)}, {plan.jobs} at a time"
        + ("" if plan.place == "ccp" else f", the CCP at {PLACES[plan.place]}")
    )
    table = [where, "", summary.markdown_table(cells), *costs]
    (plan.out / "table.md").write_text("\n".join(table).rstrip() + "\n", "utf-8")
    (plan.out / "plot.svg").write_text(plot.draw(cells, where), "utf-8")
    print()
    print(summary.terminal_table(cells))
    for line in costs:
        print(line)
    shown = plan.out.relative_to(ROOT) if plan.out.is_relative_to(ROOT) else plan.out
    print(f"written to {shown}: results.json, table.md, plot.svg, runs.jsonl")
    broken = sum(1 for each in runs if each.error)
    if broken:
        print(f"{broken} trial(s) broke and count nowhere; --resume tries them again")
    return 1 if broken or len(runs) < len(plan.keys) else 0


def _how_many(plan: Plan) -> str:
    others = [f"{plan.runs_of[name]} of {name}" for name in plan.variants if name in plan.runs_of]
    return " and ".join([str(plan.runs), *others])


def _about(plan: Plan) -> dict[str, Any]:
    from tests.browser.harness import find_browser
    from tools.bench.machine import browser_version, memory_gb, processor

    manifest = json.loads(MANIFEST.read_text("utf-8"))
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "system": platform.platform(),
            "processor": processor(),
            "cores": os.cpu_count(),
            "memory_gb": memory_gb(),
            "python": platform.python_version(),
        },
        "versions": {
            "browser": browser_version(find_browser()[0]),
            "extension": manifest["version"],
            "streams": list(STREAMS_VERSIONS),
        },
        "parameters": {
            "runs": {name: plan.runs_with(name) for name in plan.variants},
            "ways": {name: WAYS[name].about for name in plan.ways},
            "conditions": {name: CONDITIONS[name].about for name in plan.conditions},
            "variants": {name: VARIANTS[name].about for name in plan.variants},
            "place": plan.place,
            "jobs": plan.jobs,
            "load_runs": plan.load_runs,
            "idle_minutes": plan.idle_minutes,
        },
    }
