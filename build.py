#!/usr/bin/env python3
"""The one command of CCP Offline Guard.

    python3 build.py             build the extension into dist/chromium
    python3 build.py --debug     the same, readable, with source maps, into dist/chromium-debug
    python3 build.py demo        watch an agent close the CCP, against a simulated instance
    python3 build.py test        lint, types and all tests
    python3 build.py bench       with and without the extension, in every way to leave: figures into output/bench
    python3 build.py key         make the key that packages are signed with: extension-key.pem
    python3 build.py pack        what an administrator serves, and what a store takes: into dist/packages
    python3 build.py policies    files that bring the extension, and its settings, to a fleet of browsers

Each sets up what it needs first.
"""

import argparse
import sys
import time

from tools import setup
from tools.paths import ROOT, SOURCES


def _add_bench(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    bench = commands.add_parser("bench", help="with and without the extension, in every way to leave")
    bench.set_defaults(run=_bench, with_browser=True)
    bench.add_argument("--runs", type=int, default=3, help="trials per way, condition and variant (3)")
    bench.add_argument("--runs-of", default="", help="more or fewer for some variants: none=5,snippet=5")
    bench.add_argument("--ways", default="", help="some of the ways to leave, separated by commas")
    bench.add_argument("--conditions", default="", help="some of the conditions")
    bench.add_argument("--variants", default="", help="some of none, snippet, guard")
    bench.add_argument("--jobs", type=int, default=1, help="trials at the same time (1)")
    bench.add_argument("--out", default="", help="the folder to write (output/bench)")
    bench.add_argument("--place", choices=["ccp", "v2", "workspace"], default="ccp", help="where the CCP is (ccp)")
    bench.add_argument("--idle-minutes", type=float, default=0, help="measure the cost of being idle for so long (0)")
    bench.add_argument("--load-runs", type=int, default=None, help="loads to time (twice the runs; 0: none)")
    bench.add_argument("--resume", action="store_true", help="go on with a run that was stopped")


def main() -> int:
    """Read the arguments, set up, and hand over to the command."""
    parser = argparse.ArgumentParser(description="CCP Offline Guard: build, demo, test, bench, key, pack, policies.")
    parser.add_argument("--debug", action="store_true", help="readable scripts with source maps")
    parser.set_defaults(run=_build, with_browser=False)
    commands = parser.add_subparsers(dest="command")
    demo = commands.add_parser("demo", help="watch an agent close the CCP, against a simulated instance")
    demo.set_defaults(run=_demo, with_browser=True)
    demo.add_argument("--watch", action="store_true", help="keep a browser window open to play with")
    test = commands.add_parser("test", help="lint, types and all tests")
    test.set_defaults(run=_test, with_browser=True)
    test.add_argument("pytest", nargs="*", help="arguments for pytest alone, after --")
    _add_bench(commands)
    key = commands.add_parser("key", help="make the key that packages are signed with")
    key.set_defaults(run=_key)
    key.add_argument("--out", default="extension-key.pem", help="the file to write (extension-key.pem)")
    pack = commands.add_parser("pack", help="what an administrator serves, and what a store takes")
    pack.set_defaults(run=_pack)
    pack.add_argument("--key", required=True, help="the key to sign with, in PEM")
    pack.add_argument("--update-url", required=True, help="where update.xml will be served")
    pack.add_argument("--out", default="", help="the folder to write (dist/packages)")
    policies = commands.add_parser("policies", help="files that bring the extension, and its settings, to a fleet")
    policies.set_defaults(run=_policies)
    policies.add_argument("--id", required=True, help="the extension's id: 32 letters from a to p")
    policies.add_argument("--update-url", required=True, metavar="URL", help="where browsers find the update manifest")
    policies.add_argument(
        "--set",
        action="append",
        default=[],
        dest="settings",
        metavar="KEY=VALUE",
        help="one setting, as often as needed: hold=always, retry.attempts=3, 'instances=[\"acme.awsapps.com\"]'",
    )
    policies.add_argument(
        "--firefox-url", default="", metavar="URL", help="the add-on's address, for Firefox files too"
    )
    policies.add_argument("--firefox-id", default="", metavar="ID", help="the add-on's id in Firefox")
    policies.add_argument("--out", required=True, metavar="DIR", help="the folder to write; other files in it stay")
    arguments = parser.parse_args()

    try:
        setup.set_up(with_browser=arguments.with_browser)
    except setup.SetupError as error:
        print(error, file=sys.stderr)
        return 1
    setup.continue_inside()
    # From here on the locked packages are there.
    from tools.transpile import BuildError

    try:
        code: int = arguments.run(arguments)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    return code


def _build(arguments: argparse.Namespace) -> int:
    from tools.bundle import build, sizes

    started = time.monotonic()
    target = build(debug=arguments.debug)
    listed = ", ".join(f"{name} {size / 1024:.1f} KB" for name, size in sizes(target).items())
    print(f"{target.relative_to(ROOT)} in {time.monotonic() - started:.1f} s (gzipped: {listed})")
    return 0


def _demo(arguments: argparse.Namespace) -> int:
    # The demo reads the product's own rules, as the tests do.
    sys.path.insert(0, str(SOURCES))
    from tools.demo import run

    return run(watch=arguments.watch)


def _test(arguments: argparse.Namespace) -> int:
    from tools.checks import run_all

    return run_all(arguments.pytest)


def _bench(arguments: argparse.Namespace) -> int:
    # The harness reads the product's own rules, as the tests do.
    sys.path.insert(0, str(SOURCES))
    from tools.bench import command

    return command.run(arguments)


def _key(arguments: argparse.Namespace) -> int:
    from tools.pack import run_key

    return run_key(arguments)


def _policies(arguments: argparse.Namespace) -> int:
    # They are held to the product's own rules.
    sys.path.insert(0, str(SOURCES))
    from tools.policies import command

    return command.run(arguments)


def _pack(arguments: argparse.Namespace) -> int:
    from tools.pack import run_pack

    return run_pack(arguments)


if __name__ == "__main__":
    sys.exit(main())
