"""The bench's figures are what they say, and its tables and its picture show them."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tools.bench import idle, plot, summary
from tools.bench.record import Run
from tools.bench.run import BenchError, Log, Plan, chosen, items
from tools.bench.summary import Cell, cells, median_difference, percent, percentile, wilson


def trial(number: int, variant: str = "guard", condition: str = "warm", way: str = "tab", **known: object) -> Run:
    """One trial; what is not named is as if nothing had come of it."""
    made = Run(number, way, condition, variant, "1.8.3")
    for name, value in known.items():
        setattr(made, name, value)
    return made


def plan(out: Path, **known: object) -> Plan:
    """A small plan."""
    asked = {"runs": 2, "ways": ["tab", "quit"], "conditions": ["warm", "fail2"], "variants": ["none", "guard"]}
    rest = {"jobs": 1, "out": out, "idle_minutes": 0, "load_runs": 0, "resume": False}
    return Plan(**{**asked, **rest, **known})  # type: ignore[arg-type]


def only(runs: list[Run]) -> Cell:
    """The one cell of these trials."""
    (cell,) = cells(runs)
    return cell


@pytest.mark.parametrize(
    ("values", "part", "expected"),
    [([], 50, None), ([7], 95, 7), ([1, 2], 50, 1.5), ([3, 1, 2], 50, 2), (list(range(101)), 95, 95), ([1, 9], 0, 1)],
)
def test_percentile(values: list[float], part: float, expected: float | None) -> None:
    """Interpolated between the two nearest, whatever the order; nothing of nothing."""
    assert percentile(values, part) == expected


def test_wilson_says_how_little_few_trials_say() -> None:
    """The interval of 3 of 3 goes down to 44 %; of none it is everything; of half of many it is narrow."""
    low, high = wilson(3, 3)
    assert low == pytest.approx(43.85, abs=0.01)
    assert high == 100
    assert wilson(0, 0) == (0, 100)
    low, high = wilson(500, 1000)
    assert low == pytest.approx(46.9, abs=0.1)
    assert high == pytest.approx(53.1, abs=0.1)


def test_the_bootstrap_finds_a_difference_and_says_the_same_each_time() -> None:
    """Equal samples: the interval holds 0; shifted ones: it holds the shift and not 0."""
    sample = [100 + (n * 37 % 11) for n in range(30)]
    difference, low, high = median_difference(sample, sample)
    assert difference == 0
    assert low <= 0 <= high
    shifted = [value + 20 for value in sample]
    difference, low, high = median_difference(sample, shifted)
    assert difference == 20
    assert 10 < low <= 20 <= high < 30
    assert median_difference(sample, shifted) == (difference, low, high)


def test_a_cell_counts() -> None:
    """Shares of the trials that gave a result; told only of those not Offline; early is not negative."""
    cell = only(
        [
            trial(0, right=True, offline=True, ms_gone_to_offline=-40.0, beforeunload_ms=2.0),
            trial(1, right=True, offline=True, ms_gone_to_offline=100.0, beforeunload_ms=4.0, false_warning=True),
            trial(2, told=True),
            trial(3),
            trial(4, error="the browser did not start"),
        ]
    )
    assert (cell.n, cell.errors) == (4, 1)
    assert (cell.right, cell.offline, cell.told, cell.false_warnings) == (50, 50, 50, 1)
    assert (cell.ms_median, cell.ms_p95) == (50, 95)
    assert cell.beforeunload_p95 == pytest.approx(3.9)


def test_a_cell_without_results_claims_nothing() -> None:
    """No share at all of nothing; nobody to be told where all are Offline."""
    cell = only([trial(0, error="broke")])
    assert (cell.n, cell.right, cell.offline, cell.told, cell.ms_median) == (0, None, None, None, None)
    assert only([trial(0, offline=True)]).told is None
    assert only([trial(0, back=True, right=True)]).told is None


def test_a_share_is_never_rounded_to_all_or_nothing() -> None:
    """299 of 300 is not 100 %, and one of 300 is not 0 %."""
    assert [percent(share) for share in (None, 0, 100 / 300, 50, 100 * 299 / 300, 100)] == [
        summary.DASH,
        "0",
        "1",
        "50",
        "99.7",
        "100",
    ]
    assert percent(99.97) == "99.9"


def test_the_tables_hold_every_cell() -> None:
    """One row for each way and condition, with the figures of each variant; what was not tried is a dash."""
    found = cells(
        [
            trial(0, "none"),
            trial(0, "guard", offline=True, right=True, ms_gone_to_offline=12.0),
            trial(0, "guard", "fail2", told=True),
        ]
    )
    terminal = summary.terminal_table(found).splitlines()
    assert len(terminal) == 5
    assert terminal[2].split("│")[2].split() == ["100", "100", "-", "0", "12", "12", "-", "1"]
    assert terminal[3].split("│")[1].split() == ["-"] * 8
    rows = summary.markdown_table(found).splitlines()
    assert len({row.count("|") for row in rows}) == 1
    assert rows[0].startswith("| way to leave | condition | right: none | right: guard | told of the rest: guard |")
    assert rows[2] == "| tab | warm | 0/1 | 1/1 | - | 0 | 12 / 12 |"
    assert rows[3] == "| tab | fail2 | - | 0/1 | 100 % | 0 | - |"


def test_the_picture_is_well_formed_and_shows_every_cell() -> None:
    """Valid XML; a track for each cell, a full bar for Offline, a pale one for told; names escaped."""
    found = cells(
        [
            trial(0, "none", way="quit"),
            trial(0, "guard", way="quit", offline=True, right=True, ms_gone_to_offline=12.0),
            trial(0, "guard", "fail2", told=True),
        ]
    )
    root = ET.fromstring(plot.draw(found, "here & <now>"))  # noqa: S314 - we have just written it
    boxes = [box.get("class", "") for box in root.iter("{http://www.w3.org/2000/svg}rect")]
    assert boxes.count("track") == 3
    assert "v1" in boxes
    assert "v1 told" in boxes
    words = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "here & <now>" in words
    assert "100 % · 12 ms" in words


def test_the_picture_shows_what_is_right_after_a_reload() -> None:
    """Full: back as before; pale: led to no CCP, and told. A false warning is neither."""
    found = cells(
        [
            trial(0, way="reload", right=True, back=True),
            trial(1, way="reload", told=True, back=True, false_warning=True),
            trial(0, way="reload", condition="expired", right=True, told=True),
        ]
    )
    words = [text.text for text in ET.fromstring(plot.draw(found, "")).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314
    assert "50 % · 1 false" in words
    assert "0 % · 100 % told" in words


def test_the_variants_take_turns(tmp_path: Path) -> None:
    """Each trial once; the variants next to each other, another first each time; one CCP where the browser ends."""
    asked = plan(tmp_path)
    taken = items(asked)
    assert [(number, way, variant) for number, way, _, variant in taken[:2]] == [
        (0, "tab", "none"),
        (0, "tab", "guard"),
    ]
    assert [variant for number, way, _, variant in taken if (number, way) == (1, "tab")] == ["guard", "none"]
    assert {tuple(conditions) for _, way, conditions, _ in taken if way == "quit"} == {("warm",), ("fail2",)}
    # Without the extension nothing is sent, whatever the condition: one at a time.
    without = [condition for _, _, condition, variant in asked.keys if variant == "none"]
    assert without == ["warm", "warm", "fail2", "fail2"]
    assert len(asked.keys) == len(set(asked.keys)) == 4 + 2 * 2 * 2
    killed = plan(tmp_path, ways=["kill"], variants=["guard"])
    assert [condition for _, _, condition, _ in killed.keys] == ["warm", "fail2"]


def test_some_variants_are_tried_less(tmp_path: Path) -> None:
    """The others go on without it."""
    fewer = {"snippet": 1}
    asked = plan(tmp_path, ways=["tab"], conditions=["warm"], variants=["snippet", "guard"], runs=3, runs_of=fewer)
    assert [(number, variant) for number, _, _, variant in asked.keys] == [
        (0, "snippet"),
        (0, "guard"),
        (1, "guard"),
        (2, "guard"),
    ]


def test_where_the_ccp_stays_the_server_is_there(tmp_path: Path) -> None:
    """What cannot happen is not tried."""
    asked = plan(tmp_path, ways=["tel", "reload"], conditions=["warm", "expired"], variants=["guard"], runs=1)
    assert [(way, condition) for _, way, condition, _ in asked.keys] == [
        ("tel", "warm"),
        ("reload", "warm"),
        ("reload", "expired"),
    ]
    assert items(plan(tmp_path, ways=["tel"], conditions=["expired"])) == []


def test_names_are_checked() -> None:
    """Some, in our order; all if none is named; a slip is refused and says what there is."""
    assert chosen("b, a", ["a", "b", "c"], "letter") == ["a", "b"]
    assert chosen("", ["a", "b"], "letter") == ["a", "b"]
    with pytest.raises(BenchError, match="no letter d; there are a, b"):
        chosen("a,d", ["a", "b"], "letter")


def test_a_stopped_run_goes_on(tmp_path: Path) -> None:
    """What is written down is not tried again; what broke, or was cut while it was written, is."""
    log = Log(plan(tmp_path))
    log.add([trial(0, "none", offline=True, seconds=2.0), trial(0, "guard", "fail2", error="broke")])
    with (tmp_path / "runs.jsonl").open("a") as file:
        file.write('{"run": 1, "way"')
    again = Log(plan(tmp_path, resume=True))
    assert again.missing((0, "tab", ["warm", "fail2"], "none")) == ["fail2"]
    assert again.missing((0, "tab", ["warm", "fail2"], "guard")) == ["warm", "fail2"]
    assert [run.offline for run in again.runs()] == [True]
    assert Log(plan(tmp_path)).runs() == []


def test_idle_counts_the_whole_tree_and_only_who_was_there_all_the_time() -> None:
    """A child's use counts; a process that came or went is left out and counted as such."""
    child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    try:
        found = idle.tree(os.getpid())
        assert {os.getpid(), child.pid} <= set(found)
        assert found[os.getpid()].cpu_seconds > 0
        assert found[os.getpid()].wakeups > 0
    finally:
        child.communicate()
    used = idle.spent({1: idle.Used(1.0, 10), 2: idle.Used(5.0, 50)}, {1: idle.Used(1.5, 17), 3: idle.Used(9.0, 90)})
    assert used == {"cpu_seconds": 0.5, "wakeups": 7, "processes": 1, "came_or_went": 2}
