"""``build.py test``: lint, types, all tests; one summary at the end."""

import subprocess
import sys
import time

from tools.paths import ROOT

CODE = ["src_py", "tools", "tests", "build.py"]
# Most of a browser test is waiting, so two at a time; a file's tests stay together, for what they share.
AT_A_TIME = ["-n", "2", "--dist", "loadfile"]


def run_all(pytest_arguments: list[str]) -> int:
    """Run every check, even after one failed, and say at the end how each went.

    Args:
        pytest_arguments: for pytest alone, to run some of the tests.

    Returns:
        0 if all passed.
    """
    python = [sys.executable, "-m"]
    # Its stories are made of the constants in whatever modules are loaded, too: alone, they are always the same.
    model = {} if pytest_arguments else {"model": [*python, "pytest", "tests/model"]}
    others = pytest_arguments or ["--ignore=tests/model"]
    checks = {
        "format": [*python, "ruff", "format", "--check", *CODE],
        "lint": [*python, "ruff", "check", *CODE],
        "types": [*python, "mypy", *CODE],
        "tests": [*python, "pytest", *AT_A_TIME, *others],
        **model,
    }
    results = {}
    for name, command in checks.items():
        print(f"── {name}", flush=True)
        started = time.monotonic()
        code = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=False).returncode
        results[name] = (code, time.monotonic() - started)
    print("── summary")
    for name, (code, seconds) in results.items():
        print(f"{name:8} {'passed' if code == 0 else 'FAILED'}  {seconds:.0f} s")
    return 0 if all(code == 0 for code, _ in results.values()) else 1
