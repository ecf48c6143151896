"""The trials as a picture: one panel for each way to leave, a bar for each condition and variant.

Written by hand, so that no plotting library is needed. Colours follow the reader's light or dark theme.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from tools.bench.summary import milliseconds
from tools.bench.ways import WAYS

if TYPE_CHECKING:
    from tools.bench.summary import Cell

_COLUMNS = 3
_PANEL = 344
_GAP = 24
_MARGIN = 24
_LABEL = 62
_TRACK = 140
_BAR = 8
_BETWEEN = 3
_ROW_GAP = 9
_HEAD = 104
_TITLE = 46

_STYLE = """
text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328 }
.page { fill: #ffffff } .big { font-size: 18px; font-weight: 600 } .way { font-size: 14px; font-weight: 600 }
.soft { fill: #59636e } .small { font-size: 10px; font-variant-numeric: tabular-nums }
.track { fill: #eaeef2 } .tick { stroke: #d1d9e0; stroke-width: 1 }
.v0 { fill: #818b98 } .v1 { fill: #c96a00 } .v2 { fill: #0969da } .v3 { fill: #8250df } .told { opacity: .35 }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc } .page { fill: #0d1117 } .soft { fill: #9198a1 }
  .track { fill: #262c36 } .tick { stroke: #3d444d }
  .v0 { fill: #9198a1 } .v1 { fill: #e3912f } .v2 { fill: #58a6ff } .v3 { fill: #ab7df8 } .told { opacity: .4 }
}
"""


def draw(cells: list[Cell], where: str) -> str:
    """The whole picture as SVG; ``where`` says on what it was measured."""
    ways = list(dict.fromkeys(cell.way for cell in cells))
    conditions = list(dict.fromkeys(cell.condition for cell in cells))
    variants = list(dict.fromkeys(cell.variant for cell in cells))
    by_key = {(cell.way, cell.condition, cell.variant): cell for cell in cells}
    row = len(variants) * (_BAR + _BETWEEN) + _ROW_GAP
    panel_height = _TITLE + len(conditions) * row + _GAP
    columns = max(1, min(_COLUMNS, len(ways)))
    width = 2 * _MARGIN + columns * _PANEL + (columns - 1) * _GAP
    # The heading needs room even if few ways were tried.
    width = max(width, 2 * _MARGIN + 2 * _PANEL + _GAP)
    height = _HEAD + -(-len(ways) // _COLUMNS) * panel_height
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'role="img" aria-label="Share of departures that end Offline, by way to leave, condition and variant">',
        f"<style>{_STYLE}</style>",
        f'<rect class="page" width="{width}" height="{height}"/>',
        _text(_MARGIN, 36, "Offline after the CCP went away", "big"),
        _text(_MARGIN, 56, where, "soft"),
        *_legend(variants),
    ]
    for number, way in enumerate(ways):
        left = _MARGIN + number % _COLUMNS * (_PANEL + _GAP)
        top = _HEAD + number // _COLUMNS * panel_height
        parts.extend(_panel(left, top, way, conditions, variants, by_key))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _legend(variants: list[str]) -> list[str]:
    parts = []
    left = _MARGIN
    for place, variant in enumerate(variants):
        parts.append(f'<rect class="v{place % 4}" x="{left}" y="71" width="12" height="12" rx="2"/>')
        parts.append(_text(left + 18, 81, variant))
        left += 36 + 7 * len(variant)
    parts.append(
        _text(
            left + 8,
            81,
            "full: Offline at the server (*: nothing sent, no warning) · pale: not Offline, but told · "
            "number: median from page gone to Offline",
            "soft",
        )
    )
    return parts


def _panel(
    left: int,
    top: int,
    way: str,
    conditions: list[str],
    variants: list[str],
    by_key: dict[tuple[str, str, str], Cell],
) -> list[str]:
    row = len(variants) * (_BAR + _BETWEEN) + _ROW_GAP
    about = WAYS[way].about + (" *" if WAYS[way].returns else "")
    parts = [_text(left, top + 14, way, "way"), _text(left, top + 30, about, "soft")]
    start = left + _LABEL
    bottom = top + _TITLE + len(conditions) * row - 6
    for percent in (0, 50, 100):
        x = start + _TRACK * percent / 100
        parts.append(f'<line class="tick" x1="{x}" y1="{top + _TITLE - 7}" x2="{x}" y2="{bottom}"/>')
    for number, condition in enumerate(conditions):
        y = top + _TITLE + number * row
        middle = y + (len(variants) * (_BAR + _BETWEEN) - _BETWEEN) / 2 + 4
        parts.append(_text(left, middle, condition))
        for place, variant in enumerate(variants):
            cell = by_key.get((way, condition, variant))
            if cell is not None:
                parts.extend(_bar(start, y + place * (_BAR + _BETWEEN), place, cell, returns=WAYS[way].returns))
    return parts


def _bar(x: float, y: float, place: int, cell: Cell, *, returns: bool) -> list[str]:
    full = (cell.right if returns else cell.offline) or 0.0
    pale = 0.0
    if not returns and cell.told is not None:
        pale = (100 - full) * cell.told / 100
    elif returns and cell.right:
        # After a reload that leads to no CCP, to be told is what is right.
        full, pale = cell.right - cell.right_by_telling, cell.right_by_telling
    parts = [f'<rect class="track" x="{x}" y="{y}" width="{_TRACK}" height="{_BAR}" rx="2"/>']
    for kind, begin, share in (("", 0.0, full), (" told", full, pale)):
        if share > 0:
            parts.append(
                f'<rect class="v{place % 4}{kind}" x="{x + _TRACK * begin / 100:.1f}" y="{y}" '
                f'width="{_TRACK * share / 100:.1f}" height="{_BAR}" rx="2"/>'
            )
    words = f"{full:.0f} %"
    if cell.ms_median is not None:
        words += f" · {_time(cell.ms_median)}"
    if cell.false_warnings:
        words += f" · {cell.false_warnings} false"
    if pale > 0:
        words += f" · {pale:.0f} % told"
    if cell.n == 0:
        words = "no result"
    parts.append(_text(x + _TRACK + 6, y + _BAR - 0.5, words, "small soft"))
    return parts


def _time(value: float) -> str:
    return f"{value / 1000:.1f} s" if value >= 1000 else f"{milliseconds(value)} ms"


def _text(x: float, y: float, words: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x}" y="{y}">{escape(words)}</text>'
