"""Files into a folder that may hold others: all of them, or none."""

import contextlib
import errno
import tempfile
from pathlib import Path

from tools.transpile import BuildError


def write(folder: Path, files: dict[str, bytes]) -> None:
    """Write files into a folder, in place of those of the same names; leave everything else there alone.

    Args:
        folder: made, if it is missing.
        files: what each holds, by its path below the folder.

    Raises:
        BuildError: if one cannot be written; then everything is as it was.
    """
    try:
        with contextlib.ExitStack() as undo:
            _make(folder, undo)
            # The stage goes last: until then it holds what was there before.
            with tempfile.TemporaryDirectory(prefix=".new-", dir=folder) as stage, contextlib.ExitStack() as undo_files:
                for number, (name, content) in enumerate(files.items()):
                    _replace(folder / name, content, Path(stage, str(number)), undo_files)
                undo_files.pop_all()
            undo.pop_all()
    except OSError as error:
        raise BuildError(f"nothing was written into {folder}: {error.strerror} ({error.filename})") from error


def _make(folder: Path, undo: contextlib.ExitStack) -> None:
    """Make a folder and those it is in, where they are missing."""
    if not folder.is_dir():
        _make(folder.parent, undo)
        folder.mkdir()
        undo.callback(folder.rmdir)


def _replace(target: Path, content: bytes, stage: Path, undo: contextlib.ExitStack) -> None:
    """Put a file in its place, and note how to take it back."""
    _make(target.parent, undo)
    stage.write_bytes(content)
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "it is a folder", str(target))
    if target.exists():
        old = stage.with_suffix(".old")
        target.rename(old)
        undo.callback(old.rename, target)
    undo.callback(target.unlink, missing_ok=True)
    stage.rename(target)
