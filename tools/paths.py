"""Where things are."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src_py"
EXTENSION = ROOT / "extension"
MANIFEST = ROOT / "manifest.json"
DIST = ROOT / "dist"
VENV = ROOT / ".venv"
NODE_MODULES = ROOT / "node_modules"
# What one run leaves for a person to look at: screenshots, logs.
OUTPUT = ROOT / "output"
# The pictures that the documentation shows.
IMAGES = ROOT / "docs" / "images"

# What the tests and the benchmark ask everything of: the last of the first line, and a recent one.
STREAMS_VERSIONS = ("1.8.3", "2.28.2")
# What is asked of these, too, is that a closing is acted on.
OTHER_STREAMS_VERSIONS = ("1.4.5", "2.18.7")


def streams_libraries() -> dict[str, Path]:
    """The Streams releases the simulated instance serves, by version."""
    return {
        version: NODE_MODULES / f"amazon-connect-streams-{version}" / "release" / "connect-streams.js"
        for version in (*STREAMS_VERSIONS, *OTHER_STREAMS_VERSIONS)
    }
