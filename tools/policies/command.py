"""``build.py policies``: from arguments to files."""

import argparse
from pathlib import Path

from tools.policies import firefox, google_admin, linux, macos, settings, windows
from tools.policies.output import write
from tools.policies.rollout import Rollout, check


def run(arguments: argparse.Namespace) -> int:
    """Check everything, then write every file.

    Returns:
        0; whatever is wrong is raised.

    Raises:
        BuildError: what is wrong; then nothing was written.
    """
    rollout = Rollout(
        id=arguments.id,
        update_url=arguments.update_url,
        settings=settings.read(arguments.settings),
        firefox_url=arguments.firefox_url,
        firefox_id=arguments.firefox_id,
    )
    check(rollout)
    folder = Path(arguments.out)
    made = files(rollout)
    write(folder, made)
    for name in made:
        print(folder / name)
    if not rollout.firefox_url:
        print("No files for Firefox: they need the address of an add-on (--firefox-url and --firefox-id).")
    return 0


def files(rollout: Rollout) -> dict[str, bytes]:
    """Every file of a rollout, by its path, in the order of the paths."""
    made = {}
    for target in (linux, windows, macos, google_admin, firefox):
        made.update(target.files(rollout))
    return dict(sorted(made.items()))
