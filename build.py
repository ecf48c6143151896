#!/usr/bin/env python3
"""The one command of CCP Offline Guard.

    python3 build.py             build the extension into dist/chromium
    python3 build.py --debug     the same, readable, with source maps, into dist/chromium-debug
    python3 build.py demo        watch an agent close the CCP, against a simulated instance
    python3 build.py test        lint, types and all tests
    python3 build.py bench       with and without the extension, in every way to leave: figures into output/bench

Each sets up what it needs first.
"""

import argparse
import sys
import time

from tools import setup
from tools.paths import ROOT, SOURCES


def main() -> int:
    """Read the arguments, set up, and hand over to the command."""
    parser = argparse.ArgumentParser(description="CCP Offline Guard: build, demo, test, bench.")
    parser.add_argument("--debug", action="store_true", help="readable scripts with source maps")
    commands = parser.add_subparsers(dest="command")
    demo = commands.add_parser("demo", help="watch an agent close the CCP, against a simulated instance")
    demo.add_argument("--watch", action="store_true", help="keep a browser window open to play with")
    test = commands.add_parser("test", help="lint, types and all tests")
    test.add_argument("pytest", nargs="*", help="arguments for pytest alone, after --")
    bench = commands.add_parser("bench", help="with and without the extension, in every way to leave")
    bench.add_argument("--runs", type=int, default=3, help="trials per way, condition and variant (3)")
    bench.add_argument("--ways", default="", help="some of the ways to leave, separated by commas")
    bench.add_argument("--conditions", default="", help="some of the conditions")
    bench.add_argument("--variants", default="", help="some of none, snippet, guard")
    bench.add_argument("--jobs", type=int, default=1, help="trials at the same time (1)")
    bench.add_argument("--out", default="", help="the folder to write (output/bench)")
    bench.add_argument("--idle-minutes", type=float, default=0, help="measure the cost of being idle for so long (0)")
    bench.add_argument("--load-runs", type=int, default=None, help="loads to time (twice the runs; 0: none)")
    bench.add_argument("--resume", action="store_true", help="go on with a run that was stopped")
    arguments = parser.parse_args()

    try:
        setup.set_up(with_browser=arguments.command is not None)
    except setup.SetupError as error:
        print(error, file=sys.stderr)
        return 1
    setup.continue_inside()
    # From here on the locked packages are there.
    from tools.transpile import BuildError

    try:
        if arguments.command == "demo":
            # The demo reads the product's own rules, as the tests do.
            sys.path.insert(0, str(SOURCES))
            from tools.demo import run

            return run(watch=arguments.watch)
        if arguments.command == "bench":
            # The harness reads the product's own rules, as the tests do.
            sys.path.insert(0, str(SOURCES))
            from tools.bench import command

            return command.run(arguments)
        if arguments.command == "test":
            from tools.checks import run_all

            return run_all(arguments.pytest)
        return _build(debug=arguments.debug)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1


def _build(*, debug: bool) -> int:
    from tools.bundle import build, sizes

    started = time.monotonic()
    target = build(debug=debug)
    listed = ", ".join(f"{name} {size / 1024:.1f} KB" for name, size in sizes(target).items())
    print(f"{target.relative_to(ROOT)} in {time.monotonic() - started:.1f} s (gzipped: {listed})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
