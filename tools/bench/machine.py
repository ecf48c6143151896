"""On what the bench ran."""

import re
import subprocess
from pathlib import Path


def processor() -> str:
    """The processor's name."""
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return found[1] if found else "unknown processor"


def memory_gb() -> float | None:
    """The machine's memory."""
    try:
        found = re.search(r"^MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return round(int(found[1]) / 1024 / 1024, 1) if found else None


def browser_version(program: Path) -> str:
    """The browser's own words."""
    done = subprocess.run(
        [str(program), "--version"], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    found = re.search(r"\S+ [\d.]+", done.stdout)
    return found[0] if found else "unknown browser"
