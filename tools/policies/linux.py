"""Linux: a JSON file in a folder of the browser's.

Chromium's "Configuring Apps and Extensions by Policy" and its ``config_dir_policy_loader.cc``: every file in the
folder is read; where two set the same policy, the last by name counts, whole; settings of extensions are under
``3rdparty``. Microsoft describes Edge's policies for Windows and macOS alone; the folder here is the one in
general use.
"""

import json
from typing import Any

from tools.policies.browsers import CHECK, CHROME, CHROMIUM, EDGE, Browser, extension_settings
from tools.policies.rollout import NAME, TITLE, Rollout

FOLDERS = {
    CHROME: "/etc/opt/chrome/policies/managed/",
    CHROMIUM: "/etc/chromium/policies/managed/",
    EDGE: "/etc/opt/edge/policies/managed/",
}


def files(rollout: Rollout) -> dict[str, bytes]:
    """The files for Linux, by their path."""
    made = {f"linux/{browser.folder}/{NAME}.json": _json(_policies(browser, rollout)).encode() for browser in FOLDERS}
    return {**made, "linux/README.txt": _readme(rollout).encode()}


def _policies(browser: Browser, rollout: Rollout) -> dict[str, Any]:
    policies: dict[str, Any] = {"ExtensionSettings": extension_settings(browser, rollout)}
    if rollout.settings:
        policies["3rdparty"] = {"extensions": {rollout.id: rollout.settings}}
    return policies


def _json(value: object) -> str:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _readme(rollout: Rollout) -> str:
    rows = "\n".join(
        f"  {browser.title + ':':17} {browser.folder}/{NAME}.json  ->  {folder}" for browser, folder in FOLDERS.items()
    )
    return f"""\
{TITLE} on Linux
Extension {rollout.id}

Where the files go (make the folder if it is missing; the file belongs to root and everybody may read it, mode 644):
{rows}

If another file in that folder sets ExtensionSettings too, only one of the two counts, the last by name: put the entry
of this extension into that file, and delete ExtensionSettings from this one.

A running browser takes up a new or a changed file by itself, within a quarter of a minute.

{CHECK}

To take it back, delete the file: the browser removes the extension.
"""
