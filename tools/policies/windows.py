r"""Windows: values in the registry, as a file for regedit, and as text to paste into Group Policy or Intune.

The names and types are those of Chromium's "Configuring Apps and Extensions by Policy" and "Complex policies on
Windows" (option 3, expanded), and of its ``policy_loader_win.cc`` and ``registry_dict.cc``: an extension's settings
are under ``3rdparty\extensions\ID\policy``; text is REG_SZ, a number or a truth REG_DWORD, an object a subkey, a list
a subkey with values named 1, 2, 3. Microsoft's "Detailed guide to the ExtensionSettings policy" describes the same
subkey for each extension. It is used rather than one JSON text for all, which would wipe out every other extension's
entry.

The .reg format is regedit's own: UTF-16 with a mark, CRLF, and ``[-key]`` to delete a key first, so that nothing of
an older version of the settings stays.
"""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tools.policies.browsers import CHECK, CHROME, EDGE, Browser, extension_settings
from tools.policies.rollout import NAME, TITLE, Rollout

ROOTS = {
    CHROME: r"HKEY_LOCAL_MACHINE\Software\Policies\Google\Chrome",
    EDGE: r"HKEY_LOCAL_MACHINE\Software\Policies\Microsoft\Edge",
}


@dataclass(frozen=True)
class Key:
    """One key of the registry, with the values right under it."""

    path: str
    values: dict[str, str | int]


def files(rollout: Rollout) -> dict[str, bytes]:
    """The files for Windows, by their path."""
    made = {"windows/README.txt": _readme(rollout).encode()}
    for browser in ROOTS:
        folder = f"windows/{browser.folder}"
        made[f"{folder}/{NAME}.reg"] = _reg(_installation(browser, rollout) + _settings(browser, rollout))
        made[f"{folder}/{NAME}-settings.reg"] = _reg(_settings(browser, rollout))
        made[f"{folder}/registry-values.csv"] = _csv(browser, rollout)
        # One line: the field of Group Policy takes no more.
        made[f"{folder}/extension-settings.json"] = json.dumps(extension_settings(browser, rollout)).encode()
    return made


def _installation_path(browser: Browser, rollout: Rollout) -> str:
    return rf"{ROOTS[browser]}\ExtensionSettings\{rollout.id}"


def _settings_path(browser: Browser, rollout: Rollout) -> str:
    return rf"{ROOTS[browser]}\3rdparty\extensions\{rollout.id}\policy"


def _installation(browser: Browser, rollout: Rollout) -> list[Key]:
    return list(_expand(_installation_path(browser, rollout), extension_settings(browser, rollout)[rollout.id]))


def _settings(browser: Browser, rollout: Rollout) -> list[Key]:
    return list(_expand(_settings_path(browser, rollout), rollout.settings))


def _expand(path: str, value: dict[str, Any] | list[Any]) -> Iterator[Key]:
    """A JSON object or list as keys."""
    if isinstance(value, list):
        value = {str(number): item for number, item in enumerate(value, 1)}
    inner = {name: item for name, item in value.items() if isinstance(item, (dict, list))}
    # A truth is a number to Python too; int() makes it one for the writers.
    values = {
        name: item if isinstance(item, str) else int(item) for name, item in sorted(value.items()) if name not in inner
    }
    yield Key(path, values)
    for name, item in sorted(inner.items()):
        yield from _expand(rf"{path}\{name}", item)


def _reg(keys: list[Key]) -> bytes:
    """Keys as a .reg file; those at the top lose first what they have."""
    lines = ["Windows Registry Editor Version 5.00", ""]
    top = ""
    for key in keys:
        if not top or not key.path.startswith(top):
            top = f"{key.path}\\"
            lines += [f"[-{key.path}]", ""]
        lines += [f"[{key.path}]", *(f"{_quoted(name)}={_data(value)}" for name, value in key.values.items()), ""]
    return ("\ufeff" + "".join(f"{line}\r\n" for line in lines)).encode("utf-16-le")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _data(value: str | int) -> str:
    return _quoted(value) if isinstance(value, str) else f"dword:{value:08x}"


def _csv(browser: Browser, rollout: Rollout) -> bytes:
    """One value a row, with a mark that lets spreadsheets read names in any language."""
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(["key", "name", "type", "value"])
    for key in _installation(browser, rollout) + _settings(browser, rollout):
        for name, value in key.values.items():
            writer.writerow([key.path, name, "REG_SZ" if isinstance(value, str) else "REG_DWORD", value])
    return table.getvalue().encode("utf-8-sig")


def _readme(rollout: Rollout) -> str:
    removals = "\n".join(
        f'    reg delete "{path}" /f'
        for browser in ROOTS
        for path in (_installation_path(browser, rollout), rf"{ROOTS[browser]}\3rdparty\extensions\{rollout.id}")
    )
    return f"""\
{TITLE} on Windows
Extension {rollout.id}

Chrome and Edge install an extension from your own server only on a machine that is joined to a domain or to Entra ID,
or enrolled in the management service of the browser's maker. On others the browser blocks the entry, and shows that on
chrome://policy (edge://policy).

One machine, or a software distribution
    reg import {NAME}.reg
from the folder chrome or edge, as administrator. It replaces what an older version of it has set.

Group Policy
    Installation: Administrative Templates > Google > Google Chrome > Extensions > Extension management settings
    (Microsoft Edge > Extensions > Configure extension management settings). Enable it and paste the line of
    extension-settings.json; if there is an entry already, add ours inside its outer braces.
    Settings: Preferences > Windows Settings > Registry, one registry item for each row of registry-values.csv whose key
    contains 3rdparty.

Intune
    Installation: in the settings catalog, the same setting as in Group Policy, with the same line.
    Settings: distribute {NAME}-settings.reg as an app with the install command
    reg import {NAME}-settings.reg

ExtensionSettings, once only
    {NAME}.reg makes a key of that name, Group Policy and Intune make a value of that name. Where a machine
    has both, the browser takes the key and forgets the value, with every other extension in it. So use one way for
    all extensions.

{CHECK}

To take it back, as administrator:
{removals}
"""
