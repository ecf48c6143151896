"""Firefox: ``policies.json``, the same on every system.

Mozilla's ``policy-templates``: ``ExtensionSettings`` installs and places the button, ``3rdparty.Extensions`` holds the
settings (with a capital E, unlike Chromium's).
"""

import json
from typing import Any

from tools.policies.rollout import TITLE, Rollout


def policies(rollout: Rollout) -> dict[str, Any]:
    """Firefox's policies."""
    found: dict[str, Any] = {
        "ExtensionSettings": {
            rollout.firefox_id: {
                "installation_mode": "force_installed",
                "install_url": rollout.firefox_url,
                "default_area": "navbar",
            }
        }
    }
    if rollout.settings:
        found["3rdparty"] = {"Extensions": {rollout.firefox_id: rollout.settings}}
    return found


def files(rollout: Rollout) -> dict[str, bytes]:
    """The files for Firefox, by their path; none without an address of the add-on, for they would install nothing."""
    if not rollout.firefox_url:
        return {}
    text = json.dumps({"policies": policies(rollout)}, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    return {"firefox/policies.json": text.encode(), "firefox/README.txt": _readme(rollout).encode()}


def _readme(rollout: Rollout) -> str:
    return f"""\
{TITLE} in Firefox
Add-on {rollout.firefox_id}

Where policies.json goes:
  Linux:    /etc/firefox/policies/
  Windows:  the folder distribution beside firefox.exe
  macOS:    Firefox.app/Contents/Resources/distribution/, or the .mobileconfig of the folder macos

There is one policies.json for all: if the machine has one, put our entries into it.

Firefox installs the add-on only if it is signed by Mozilla; Firefox ESR also takes an unsigned one where the preference
xpinstall.signatures.required is locked to false.

To check, start Firefox and open about:policies: it lists ExtensionSettings and 3rdparty, and no errors. about:addons
shows the add-on, which cannot be removed there.

To take it back, remove the entries and set installation_mode to "blocked" once, which removes the add-on.
"""
