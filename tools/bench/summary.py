"""From the trials to figures and tables. Nothing here touches a browser, a file or a clock."""

from __future__ import annotations

import random
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tools.bench.record import Run

RESAMPLES = 2000
DASH = "-"


def percentile(values: Sequence[float], part: float) -> float | None:
    """The value that this many per cent of the values do not exceed, interpolated; None of nothing."""
    return _at(sorted(values), part) if values else None


def _at(ordered: Sequence[float], part: float) -> float:
    place = (len(ordered) - 1) * part / 100
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def wilson(hits: int, total: int) -> tuple[float, float]:
    """The 95 % interval (Wilson's) of a share, in per cent: what so few trials can say at all."""
    if total == 0:
        return 0.0, 100.0
    z = 1.959964
    share = hits / total
    spread = z * (share * (1 - share) / total + z * z / (4 * total * total)) ** 0.5
    middle = share + z * z / (2 * total)
    scale = 1 + z * z / total
    return max(0.0, (middle - spread) / scale * 100), min(100.0, (middle + spread) / scale * 100)


def median_difference(without: Sequence[float], with_it: Sequence[float]) -> tuple[float, float, float]:
    """How much larger the second median is, and the bootstrap's 95 % interval; the same each time."""
    dice = random.Random(0)  # noqa: S311 - nothing secret
    differences = sorted(
        statistics.median(dice.choices(with_it, k=len(with_it)))
        - statistics.median(dice.choices(without, k=len(without)))
        for _ in range(RESAMPLES)
    )
    low, high = (_at(differences, part) for part in (2.5, 97.5))
    return statistics.median(with_it) - statistics.median(without), low, high


@dataclass(frozen=True)
class Cell:
    """One variant in one way to leave under one condition; shares are per cent, None where they mean nothing."""

    way: str
    condition: str
    variant: str
    n: int
    errors: int
    right: float | None
    right_low: float
    right_high: float
    right_by_telling: float
    offline: float | None
    told: float | None
    false_warnings: int
    ms_median: float | None
    ms_p95: float | None
    beforeunload_p95: float | None


def cells(runs: Iterable[Run]) -> list[Cell]:
    """One cell for each way, condition and variant that was tried, in the order of their first trial."""
    groups: dict[tuple[str, str, str], list[Run]] = {}
    for run in runs:
        groups.setdefault((run.way, run.condition, run.variant), []).append(run)
    return [_cell(key, group) for key, group in groups.items()]


def _cell(key: tuple[str, str, str], group: list[Run]) -> Cell:
    good = [run for run in group if not run.error]
    offline = [run for run in good if run.offline]
    # An agent whose CCP is back needs no telling.
    missed = [run for run in good if not run.offline and not run.back]
    # Offline before the page was gone is as good as at once.
    times = [max(0.0, run.ms_gone_to_offline) for run in good if run.ms_gone_to_offline is not None]
    spent = [run.beforeunload_ms for run in good if run.beforeunload_ms is not None]
    right = [run for run in good if run.right]
    low, high = wilson(len(right), len(good))
    return Cell(
        way=key[0],
        condition=key[1],
        variant=key[2],
        n=len(good),
        errors=len(group) - len(good),
        right=_share(len(right), len(good)),
        right_low=low,
        right_high=high,
        right_by_telling=_share(sum(run.told for run in right), len(good)) or 0.0,
        offline=_share(len(offline), len(good)),
        told=_share(sum(run.told for run in missed), len(missed)),
        false_warnings=sum(run.false_warning for run in good),
        ms_median=percentile(times, 50),
        ms_p95=percentile(times, 95),
        beforeunload_p95=percentile(spent, 95),
    )


def _share(hits: int, total: int) -> float | None:
    return 100 * hits / total if total else None


def percent(share: float | None) -> str:
    """A share for a table; never 100 or 0 for what is not all or none."""
    if share is None:
        return DASH
    if 99.5 <= share < 100:
        return f"{min(share, 99.9):.1f}"
    return f"{max(share, 1):.0f}" if share > 0 else "0"


def milliseconds(value: float | None) -> str:
    """A time for a table."""
    if value is None:
        return DASH
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"


_Column = tuple[str, "Callable[[Cell], str]"]
_COLUMNS: list[_Column] = [
    ("right", lambda cell: percent(cell.right)),
    ("offl", lambda cell: percent(cell.offline)),
    ("told", lambda cell: percent(cell.told)),
    ("false", lambda cell: str(cell.false_warnings)),
    ("med", lambda cell: milliseconds(cell.ms_median)),
    ("p95", lambda cell: milliseconds(cell.ms_p95)),
    ("unld", lambda cell: milliseconds(cell.beforeunload_p95)),
    ("N", lambda cell: str(cell.n) + (f"+{cell.errors}!" if cell.errors else "")),
]
LEGEND = (
    "right: as a person wants it, % (where the CCP is there again, or still: nothing sent; expired: told; else "
    "Offline). "
    "offl: Offline at the server, %. told: % of those neither Offline nor back whose agent is told. "
    "false: warnings although all is well. med, p95: ms from the page gone to Offline. "
    "unld: 95th percentile of ms in beforeunload. N: trials (+ those that broke)."
)


def _order(found: list[Cell]) -> tuple[list[tuple[str, str]], list[str], dict[tuple[str, str, str], Cell]]:
    rows = list(dict.fromkeys((cell.way, cell.condition) for cell in found))
    variants = list(dict.fromkeys(cell.variant for cell in found))
    return rows, variants, {(cell.way, cell.condition, cell.variant): cell for cell in found}


def terminal_table(found: list[Cell]) -> str:
    """All figures, for a wide terminal."""
    rows, variants, by_key = _order(found)
    width = 6
    head = " " * 21 + "".join(f"│ {variant:<{width * len(_COLUMNS)}}" for variant in variants)
    names = "".join(f"{name:>{width}}" for name, _ in _COLUMNS)
    lines = [head, " " * 21 + "".join(f"│{names} " for _ in variants)]
    last = ""
    for way, condition in rows:
        parts = []
        for variant in variants:
            cell = by_key.get((way, condition, variant))
            values = [show(cell) if cell else DASH for _, show in _COLUMNS]
            parts.append("│" + "".join(f"{value:>{width}}" for value in values) + " ")
        lines.append(f"{way if way != last else '':<12}{condition:<9}" + "".join(parts))
        last = way
    return "\n".join([*lines, LEGEND])


def markdown_table(found: list[Cell]) -> str:
    """The figures a reader wants, for the page of measurements."""
    rows, variants, by_key = _order(found)
    speaking = [variant for variant in variants if any(by_key[key].told for key in by_key if key[2] == variant)]
    timed = [
        variant for variant in variants if any(by_key[key].ms_median is not None for key in by_key if key[2] == variant)
    ]
    unloading = [
        variant
        for variant in variants
        if any(by_key[key].beforeunload_p95 is not None for key in by_key if key[2] == variant)
    ]
    columns: list[tuple[str, str, Callable[[Cell], str]]] = [
        *((f"right: {variant}", variant, _n_and_share) for variant in variants),
        *((f"told of the rest: {variant}", variant, lambda cell: _unit(percent(cell.told))) for variant in speaking),
        *((f"false warnings: {variant}", variant, lambda cell: str(cell.false_warnings)) for variant in speaking),
        *((f"gone → Offline, ms: {variant}", variant, _median_and_p95) for variant in timed),
        *(
            (f"beforeunload p95, ms: {variant}", variant, lambda cell: milliseconds(cell.beforeunload_p95))
            for variant in unloading
        ),
    ]
    lines = [
        "| way to leave | condition | " + " | ".join(title for title, _, _ in columns) + " |",
        "| --- | --- |" + " ---: |" * len(columns),
    ]
    for way, condition in rows:
        values = []
        for _, variant, show in columns:
            cell = by_key.get((way, condition, variant))
            values.append(show(cell) if cell else DASH)
        lines.append(f"| {way} | {condition} | " + " | ".join(values) + " |")
    return "\n".join(lines) + "\n"


def _n_and_share(cell: Cell) -> str:
    if cell.right is None:
        return DASH
    return f"{round(cell.right * cell.n / 100)}/{cell.n}"


def _median_and_p95(cell: Cell) -> str:
    if cell.ms_median is None:
        return DASH
    return f"{milliseconds(cell.ms_median)} / {milliseconds(cell.ms_p95)}"


def _unit(share: str) -> str:
    return share if share == DASH else f"{share} %"


def as_json(found: list[Cell]) -> list[dict[str, Any]]:
    """The cells as they are written."""
    return [dict(vars(cell)) for cell in found]
