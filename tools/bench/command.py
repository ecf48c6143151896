"""``build.py bench``: from arguments to a plan."""

import argparse
import sys
from pathlib import Path

from tools.bench import run as bench
from tools.bench.conditions import CONDITIONS
from tools.bench.variants import VARIANTS
from tools.bench.ways import WAYS
from tools.paths import OUTPUT


def run(arguments: argparse.Namespace) -> int:
    """Check what was asked for, and do it.

    Returns:
        0 if every trial gave a result, 2 if the arguments are wrong.
    """
    try:
        return bench.run(_plan(arguments))
    except bench.BenchError as error:
        print(error, file=sys.stderr)
        return 2


def _plan(arguments: argparse.Namespace) -> bench.Plan:
    if arguments.runs < 1 or arguments.jobs < 1 or arguments.idle_minutes < 0 or (arguments.load_runs or 0) < 0:
        raise bench.BenchError("--runs and --jobs are at least 1, --idle-minutes and --load-runs at least 0")
    return bench.Plan(
        runs=arguments.runs,
        ways=bench.chosen(arguments.ways, WAYS, "way to leave"),
        conditions=bench.chosen(arguments.conditions, CONDITIONS, "condition"),
        variants=bench.chosen(arguments.variants, VARIANTS, "variant"),
        jobs=arguments.jobs,
        out=Path(arguments.out).resolve() if arguments.out else OUTPUT / "bench",
        idle_minutes=arguments.idle_minutes,
        load_runs=2 * arguments.runs if arguments.load_runs is None else arguments.load_runs,
        resume=arguments.resume,
        place=arguments.place,
        runs_of=_runs_of(arguments.runs_of),
    )


def _runs_of(text: str) -> dict[str, int]:
    """The numbers of runs in a list such as ``none=5,snippet=5``."""
    found = {}
    for each in filter(None, text.split(",")):
        name, _, number = each.partition("=")
        if not number.isdigit() or int(number) < 1:
            raise bench.BenchError(f"--runs-of {each}: a variant, =, and a number of at least 1")
        found[bench.chosen(name, VARIANTS, "variant")[0]] = int(number)
    return found
