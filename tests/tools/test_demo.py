"""The README's first command does what it says."""

import subprocess
import sys

from tools.paths import OUTPUT, ROOT


def test_the_demo() -> None:
    """A closing that works, one on a cold connection, and one that fails and is told; the picture is there."""
    picture = OUTPUT / "demo-warning.png"
    picture.unlink(missing_ok=True)
    done = subprocess.run(
        [sys.executable, "build.py", "demo"], cwd=ROOT, capture_output=True, text=True, timeout=110, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("the server has the agent Offline") == 2
    assert "the popup warns: " in done.stdout
    assert str(picture.relative_to(ROOT)) in done.stdout
    assert picture.exists()
