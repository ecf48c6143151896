"""Every test of a pure rule runs twice: under CPython, and compiled to JavaScript, in Node.js.

The same file is both. A test named ``test_x`` is collected a second time as ``test_x[js]``; each file
is compiled and bundled once, with the flags of the product, and all its tests run in one Node process.
"""

import json
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.paths import NODE_MODULES, SOURCES
from tools.setup import node
from tools.transpile import TRUTH, BuildError, compile_entry, lay_out, tidy

ASSERTS = "-da"
# Runs each test by name and says what it threw.
_RUNNER = """
import * as tests from './{module}.js';
const results = {{}};
for (const name of {names}) {{
  try {{ tests[name](); results[name] = ''; }}
  catch (error) {{
    const words = error && (error.__args__ || error.message || error);
    results[name] = String(words) + '\\n' + (error && error.stack || '');
  }}
}}
console.log(JSON.stringify(results));
"""


def run_in_node(file: Path, names: list[str]) -> dict[str, str]:
    """Compile a test file and run its tests in Node.js; what each threw, or "" if it passed."""
    with tempfile.TemporaryDirectory() as folder:
        stage, output = Path(folder, "src_py"), Path(folder, "js")
        lay_out(SOURCES, stage)
        (stage / file.name).write_text(file.read_text("utf-8"), "utf-8")
        compile_entry(stage, stage / file.name, output, TRUTH, ASSERTS)
        tidy(output, "tests", needs_runtime=True)
        runner = output / "runner.mjs"
        runner.write_text(_RUNNER.format(module=file.stem, names=json.dumps(names)), "utf-8")
        bundle = output / "bundle.mjs"
        esbuild = [str(node()), str(NODE_MODULES / "esbuild" / "bin" / "esbuild")]
        subprocess.run(
            [*esbuild, str(runner), "--bundle", "--format=esm", "--log-level=error", f"--outfile={bundle}"], check=True
        )
        done = subprocess.run([str(node()), str(bundle)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    results: dict[str, str] = json.loads(done.stdout)
    return results


class JavaScriptFile(pytest.File):
    """A test file, compiled."""

    _results: dict[str, str] | None = None

    def collect(self) -> Iterator[pytest.Item]:
        """One item for each test function of the file."""
        for name in self.names():
            yield JavaScriptTest.from_parent(self, name=f"{name}[js]", test_name=name)

    def names(self) -> list[str]:
        """The names of the file's test functions."""
        lines = self.path.read_text("utf-8").splitlines()
        return [line[4 : line.index("(")] for line in lines if line.startswith("def test_")]

    def result(self, function: str) -> str:
        """What the test threw in Node.js; the file is run at the first question."""
        if self._results is None:
            try:
                self._results = run_in_node(self.path, self.names())
            except (BuildError, RuntimeError) as error:
                self._results = dict.fromkeys(self.names(), str(error))
        return self._results[function]


class JavaScriptTest(pytest.Item):
    """One test, compiled."""

    def __init__(self, *, test_name: str, **rest: object) -> None:
        super().__init__(**rest)  # type: ignore[arg-type]
        self.test_name = test_name

    def runtest(self) -> None:
        """Fail with what the test threw."""
        assert isinstance(self.parent, JavaScriptFile)
        thrown = self.parent.result(self.test_name)
        if thrown:
            pytest.fail(f"in JavaScript: {thrown}", pytrace=False)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the test stands."""
        return self.path, 0, self.name


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> JavaScriptFile | None:
    """Collect each test file of this folder once more, for JavaScript."""
    if file_path.name.startswith("test_") and file_path.suffix == ".py":
        return JavaScriptFile.from_parent(parent, path=file_path)
    return None
