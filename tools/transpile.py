"""From Python to JavaScript modules: check, erase, Transcrypt, check again.

Transcrypt exits 0 with wrong output for much of Python, so nothing goes in that ``tools.dialect``
refuses, and nothing comes out with the marks of a wrong translation.
"""

import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tools.dialect import PLAIN_ROOMS, check
from tools.erase import erase

RUNTIME = "org.transcrypt.__runtime__.js"
# -b rebuilds all (without it edits can be missed), -n leaves minifying to the bundler, -m writes source maps.
FLAGS = ["-b", "-n", "-m"]
# -t gives empty lists and texts Python's truth. It needs the runtime.
TRUTH = "-t"

_RUNTIME_IMPORT = re.compile(r"^import \{(?P<names>[^}]*)\} from '\./org\.transcrypt\.__runtime__\.js';$", re.M)
_STRING_OR_COMMENT = re.compile(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|//[^\n]*|/\*.*?\*/", re.S)
_FORBIDDEN = {
    r"\bpy_(?!typeof\b|TypeError\b|metatype\b)\w+": "a name that Transcrypt renamed, which the browser does not know",
    r"\beval\s*\(": "eval, which an extension must not contain",
    r"\bFunction\s*\(": "Function(…), which an extension must not contain",
}


class BuildError(Exception):
    """The build cannot go on; its text says why, one problem a line."""


@dataclass(frozen=True)
class Entry:
    """One script of the extension: its room, and the file the browser loads."""

    room: str
    script: str

    @property
    def needs_runtime(self) -> bool:
        """Whether it is compiled with Transcrypt's runtime."""
        return self.room not in PLAIN_ROOMS


ENTRIES = [
    Entry("page", "page.js"),
    Entry("content", "content.js"),
    Entry("background", "background.js"),
    Entry("pages", "pages.js"),
    Entry("dialog", "dialog.js"),
]


def check_sources(sources: Path) -> None:
    """Refuse every construct that Transcrypt would compile wrongly.

    Raises:
        BuildError: with each problem as ``file:line:column: …``.
    """
    problems = []
    plain = _plain_modules(sources)
    for file in sorted(sources.rglob("*.py")):
        room = file.relative_to(sources).parts[0]
        rooms = {room, min(PLAIN_ROOMS)} if file in plain else {room}
        for one in sorted(rooms):
            problems += check(file.read_text("utf-8"), str(file.relative_to(sources.parent)), room=one)
    if problems:
        raise BuildError("\n".join(dict.fromkeys(str(problem) for problem in problems)))


def _plain_modules(sources: Path) -> set[Path]:
    """The modules that are compiled without the runtime because one that has none imports them."""
    found: set[Path] = set()
    waiting = [file for room in PLAIN_ROOMS for file in (sources / room).glob("*.py")]
    while waiting:
        for name in re.findall(r"^from ([\w.]+) import", waiting.pop().read_text("utf-8"), re.M):
            module = sources.joinpath(*name.split(".")).with_suffix(".py")
            if module.exists() and module not in found:
                found.add(module)
                waiting.append(module)
    return found


def lay_out(sources: Path, stage: Path) -> None:
    """Copy the sources into ``stage`` without what only the type checker needs."""
    for file in sorted(sources.rglob("*.py")):
        copy = stage / file.relative_to(sources)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(erase(file.read_text("utf-8")), "utf-8")


def compile_entry(stage: Path, module: Path, output: Path, *flags: str) -> None:
    """Compile one module, and what it imports, into ``output``.

    Args:
        stage: the folder imports are looked up in, as ``lay_out`` left it.
        module: the entry's Python file, below ``stage``.
        output: a folder for the JavaScript modules.
        flags: more of Transcrypt's own.

    Raises:
        BuildError: with Transcrypt's own words.
    """
    with tempfile.TemporaryDirectory() as elsewhere:
        # Transcrypt writes its cache into the folder it runs in.
        done = subprocess.run(
            [sys.executable, "-m", "transcrypt", *FLAGS, *flags, "-od", str(output), "-xp", str(stage), str(module)],
            cwd=elsewhere,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    compiled = output / f"{module.stem}.js"
    if done.returncode != 0 or not compiled.exists() or "Error" in done.stdout:
        raise BuildError(f"Transcrypt could not compile {module.relative_to(stage)}:\n{done.stdout}{done.stderr}")


def tidy(output: Path, room: str, *, needs_runtime: bool) -> None:
    """Check the compiled modules and make them the same at every build.

    The time of day goes from the first line, and of the runtime's names only those used are
    imported. Lines stay where they are, for the source maps.

    Raises:
        BuildError: for a mark of wrong translation, or code that would need the runtime where there is none.
    """
    for file in sorted(output.glob("*.js")):
        if file.name == RUNTIME:
            continue
        where = f"{room}: "
        text = re.sub(r"\A// Transcrypt'ed[^\n]*", "//", file.read_text("utf-8"))
        header = _RUNTIME_IMPORT.search(text)
        if header is None:
            # A module that Transcrypt itself brings along for its runtime.
            continue
        code = _STRING_OR_COMMENT.sub("''", text.replace(header.group(0), ""))
        names = [name.strip() for name in header.group("names").split(",")]
        used = [name for name in names if re.search(rf"(?<![.\w$]){re.escape(name)}(?![\w$])(?!\s*:)", code)]
        if used and not needs_runtime:
            raise BuildError(
                f"{where}{file.stem}: this must compile to code without Transcrypt's runtime, "
                f"but it uses {', '.join(used)}"
            )
        for pattern, meaning in _FORBIDDEN.items():
            found = re.search(pattern, code)
            if found:
                raise BuildError(f"{where}{file.stem}: the compiled code contains {found.group(0)!r}: {meaning}")
        kept = f"import {{{', '.join(used)}}} from './{RUNTIME}';" if used else "//"
        file.write_text(text.replace(header.group(0), kept), "utf-8")
