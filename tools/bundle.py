"""From JavaScript modules to an extension a browser can load, in ``dist/``."""

import gzip
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tools.paths import DIST, EXTENSION, MANIFEST, NODE_MODULES, SOURCES
from tools.setup import node
from tools.transpile import ENTRIES, TRUTH, BuildError, Entry, check_sources, compile_entry, lay_out, tidy

# In bytes gzipped. The first is what a CCP pays for us on every load; the border is another kilobyte.
PAGE_LIMIT = 2 * 1024
# With the dialog and the options page, which are loaded only where they are shown.
TOTAL_LIMIT = 54 * 1024
TARGETS = "chrome120,firefox128"


def bundle(module: Path, script: Path, *, debug: bool) -> None:
    """Bundle a compiled entry and all it imports into one classic script.

    Raises:
        BuildError: with the bundler's own words.
    """
    options = ["--sourcemap=linked", "--sources-content=true"] if debug else ["--minify"]
    done = subprocess.run(
        [
            str(node()),
            str(NODE_MODULES / "esbuild" / "bin" / "esbuild"),
            module.name,
            "--bundle",
            "--format=iife",
            "--charset=utf8",
            "--legal-comments=none",
            "--log-level=warning",
            f"--target={TARGETS}",
            f"--outfile={script}",
            *options,
        ],
        # From here, so that the comments that name each module hold no path of this machine.
        cwd=module.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BuildError(f"{script.name} could not be bundled:\n{done.stderr}")


def _name_sources(source_map: Path) -> None:
    """Let a source map name the Python files as the repository does, not as the build laid them out."""
    data = json.loads(source_map.read_text("utf-8"))
    named = []
    for source in data["sources"]:
        file = Path(source).name
        # Transcrypt flattens packages: core.journal.py is core/journal.py, main.py is the entry itself.
        parts = Path(file).stem.split(".") if file.endswith(".py") else []
        if file == "main.py":
            named.append(f"src_py/{source_map.name.removesuffix('.js.map')}/main.py")
        elif parts and (SOURCES / Path(*parts)).with_suffix(".py").exists():
            named.append(f"src_py/{'/'.join(parts)}.py")
        else:
            named.append(f"transcrypt/{file}")
    data["sources"] = named
    source_map.write_text(json.dumps(data, sort_keys=True), "utf-8")


def _script(entry: Entry, stage: Path, target: Path, *, debug: bool) -> None:
    """Compile, check and bundle one entry of the sources that were laid out in ``stage``."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder)
        compile_entry(stage, stage / entry.room / "main.py", output, *([TRUTH] if entry.needs_runtime else []))
        tidy(output, entry.room, needs_runtime=entry.needs_runtime)
        bundle(output / "main.js", target / entry.script, debug=debug)
    if debug:
        _name_sources(target / f"{entry.script}.map")


def sizes(target: Path) -> dict[str, int]:
    """The gzipped size of each script, in bytes."""
    return {entry.script: len(gzip.compress((target / entry.script).read_bytes(), mtime=0)) for entry in ENTRIES}


def _check_sizes(target: Path) -> None:
    found = sizes(target)
    if found["page.js"] > PAGE_LIMIT:
        raise BuildError(f"page.js is {found['page.js']} bytes gzipped, more than {PAGE_LIMIT}")
    if sum(found.values()) > TOTAL_LIMIT:
        raise BuildError(f"all scripts are {sum(found.values())} bytes gzipped, more than {TOTAL_LIMIT}: {found}")


def _files_named_by(manifest: object) -> Iterator[str]:
    """Every file a manifest names, wherever it stands."""
    if isinstance(manifest, dict):
        for value in manifest.values():
            yield from _files_named_by(value)
    elif isinstance(manifest, list):
        for value in manifest:
            yield from _files_named_by(value)
    elif isinstance(manifest, str) and manifest.endswith((".js", ".html", ".png", ".json")):
        yield manifest


def as_text(manifest: object) -> str:
    """A manifest as it stands in a file."""
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


@contextmanager
def _replacing(target: Path) -> Iterator[Path]:
    """A new folder that takes the place of ``target`` only if all went well."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=target.parent))
    try:
        yield fresh
        fresh.chmod(0o755)
        if target.exists():
            old = Path(tempfile.mkdtemp(prefix=".old-", dir=target.parent))
            target.replace(old / target.name)
            fresh.replace(target)
            shutil.rmtree(old)
        else:
            fresh.replace(target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def build(target: Path | None = None, *, sources: Path = SOURCES, debug: bool = False) -> Path:
    """Build the extension for Chromium.

    Args:
        target: the folder to write; by default ``dist/chromium``, or ``dist/chromium-debug``.
        sources: the Python sources.
        debug: readable scripts with source maps to the Python lines, in place of small ones without.

    Returns:
        The folder, ready to be loaded unpacked. A build that fails leaves it as it was.

    Raises:
        BuildError: what is wrong, for a person to read.
    """
    if target is None:
        target = DIST / ("chromium-debug" if debug else "chromium")
    check_sources(sources)
    with _replacing(target) as fresh:
        shutil.copytree(EXTENSION, fresh, dirs_exist_ok=True)
        manifest = json.loads(MANIFEST.read_text("utf-8"))
        (fresh / "manifest.json").write_text(as_text(manifest), "utf-8")
        with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor() as pool:
            # Before any thread: Python's parser (seen with 3.11.7) fails now and then in several at once.
            lay_out(sources, Path(folder, "src_py"))
            for done in [pool.submit(_script, entry, Path(folder, "src_py"), fresh, debug=debug) for entry in ENTRIES]:
                done.result()
        missing = [name for name in _files_named_by(manifest) if not (fresh / name).exists()]
        if missing:
            raise BuildError(f"manifest.json names files that are not there: {', '.join(missing)}")
        if not debug:
            _check_sizes(fresh)
    return target
