"""Another extension, whose script stops ``beforeunload`` in every page."""

import json
from pathlib import Path

from tests.browser.harness import unpacked_id

_SCRIPT = "addEventListener('beforeunload', (event) => event.stopImmediatePropagation(), true);"


def write_swallower(folder: Path, extension: Path | None) -> Path:
    """Write it below a folder, so that its script runs before that of this extension; where it is."""
    # The browser takes scripts in the order of their extensions' ids, and those of folders are a matter of chance.
    places = (folder / f"swallower-{number}" for number in range(1000))
    place = next(each for each in places if extension is None or unpacked_id(each) < unpacked_id(extension))
    place.mkdir()
    script = {"matches": ["<all_urls>"], "js": ["swallow.js"], "run_at": "document_start", "world": "MAIN"}
    about = {"manifest_version": 3, "name": "Swallower", "version": "1", "content_scripts": [script]}
    (place / "manifest.json").write_text(json.dumps(about), "utf-8")
    (place / "swallow.js").write_text(_SCRIPT, "utf-8")
    return place
