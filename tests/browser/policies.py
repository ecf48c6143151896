"""Policy files for one browser, as an administrator puts them on a machine."""

from __future__ import annotations

import contextlib
import os
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.harness import find_browser

if TYPE_CHECKING:
    from types import TracebackType

# Where Chromium looks for everything that a machine's administrator sets.
_MACHINE = Path("/etc/chromium")
_MANAGED = Path("policies/managed")


class Policies:
    """A folder of policy files, and the program that starts a browser under them.

    Where the system lets us, that browser alone sees them: it is started in a view of the file system of its own,
    with a folder of ours in the place of the machine's. Elsewhere they go into the machine's folder, which
    takes root, and are removed at the end.
    """

    def __init__(self, scratch: Path) -> None:
        self._own = scratch / "chromium"
        self._program = scratch / "browser-with-policies"
        self._undo = contextlib.ExitStack()
        self._alone = [*_unshare(), "sh", "-c", 'mount --bind "$0" "$1" && shift && exec "$@"']
        self._root = self._own if self._is_possible() else _MACHINE

    def __enter__(self) -> Policies:
        """Make the folder, and the program."""
        _make(self._root / _MANAGED, self._undo)
        browser, _ = find_browser()
        command = (
            [str(browser)] if self._root == _MACHINE else [*self._alone, str(self._own), str(_MACHINE), str(browser)]
        )
        self._program.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n', "utf-8")
        self._program.chmod(0o755)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove what was written."""
        self._undo.close()

    @property
    def program(self) -> Path:
        """Starts the browser, with whatever arguments it is given."""
        return self._program

    def write(self, name: str, content: bytes) -> None:
        """Put a file there, or change it."""
        file = self._root / _MANAGED / name
        if not file.exists():
            self._undo.callback(file.unlink, missing_ok=True)
        # In one step, and from elsewhere: the browser reads every file in that folder, whole or half.
        new = self._root / f"{name}.new"
        new.write_bytes(content)
        new.rename(file)

    def read(self, name: str) -> bytes:
        """What a file there holds."""
        return (self._root / _MANAGED / name).read_bytes()

    def remove(self, name: str) -> None:
        """Take a file away."""
        (self._root / _MANAGED / name).unlink()

    def _is_possible(self) -> bool:
        self._own.mkdir(parents=True)
        tried = subprocess.run([*self._alone, str(self._own), str(_MACHINE), "true"], capture_output=True, check=False)
        return tried.returncode == 0


def _unshare() -> list[str]:
    """The command that gives a program a view of the file system of its own."""
    return ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]


def _make(folder: Path, undo: contextlib.ExitStack) -> None:
    """Make a folder and those it is in, where they are missing."""
    if not folder.is_dir():
        _make(folder.parent, undo)
        folder.mkdir()
        undo.callback(folder.rmdir)
