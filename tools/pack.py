"""``build.py key`` and ``build.py pack``: the extension as files to publish, the same bytes each time.

An administrator serves a signed package and its update manifest from an address of theirs; a store is given a zip,
and signs that itself. Both hold what ``dist/`` holds, but for the manifest's word on where updates come from.
"""

import argparse
import hashlib
import json
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from tools.bundle import as_text, build
from tools.crx import Key, make_key, read_key, sign
from tools.paths import DIST, ROOT
from tools.transpile import BuildError
from tools.update_url import UPDATE_MANIFEST, beside, check_update_url

NAME = "ccp-offline-guard"
PACKAGES = DIST / "packages"
SUMS = "SHA256SUMS"
# The first day a zip can name, and a plain file that anybody may read: of the time and the machine, nothing is left.
_DAY = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_MODE = 0o100644

Manifest = dict[str, Any]


@dataclass(frozen=True)
class Browser:
    """What differs from browser to browser when an extension is published.

    Attributes:
        build: builds the extension, and says where it is.
        manifest: the manifest as it is published, to be updated from an address, or (None) by the store.
        store: how the name of the store's package ends.
        package: how the name of the package to serve ends.
        seal: makes that package of a zip.
        update_manifest: the file that tells browsers of the newest version.
        updates: the text of that file, for an extension's id, its version, and the package's address.
    """

    build: Callable[[], Path]
    manifest: Callable[[Manifest, str | None], Manifest]
    store: str
    package: str
    seal: Callable[[Path, Key, Path], None]
    update_manifest: str
    updates: Callable[[str, str, str], str]


def _manifest(built: Manifest, update_url: str | None) -> Manifest:
    """The manifest with the address of its updates; for the store without it, and without a key: it refuses both."""
    kept = {name: value for name, value in built.items() if name not in {"key", "update_url"}}
    return kept if update_url is None else kept | {"update_url": update_url}


def _update_xml(extension_id: str, version: str, codebase: str) -> str:
    """The update manifest of Chromium-based browsers."""
    top = ElementTree.Element("gupdate", {"xmlns": "http://www.google.com/update2/response", "protocol": "2.0"})
    app = ElementTree.SubElement(top, "app", {"appid": extension_id})
    ElementTree.SubElement(app, "updatecheck", {"codebase": codebase, "version": version})
    ElementTree.indent(top)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(top, "unicode")}\n'


CHROMIUM = Browser(
    build=build,
    manifest=_manifest,
    store=".zip",
    package=".crx",
    seal=sign,
    update_manifest=UPDATE_MANIFEST,
    updates=_update_xml,
)


def pack(key: Key, update_url: str, out: Path, browser: Browser = CHROMIUM) -> list[Path]:
    """Build the extension, and write what is needed to publish it.

    Args:
        key: what to sign with.
        update_url: where the update manifest will be served; the package is expected beside it.
        out: the folder to write. What else it holds is left alone.
        browser: for which browser.

    Returns:
        The files: the package to serve, the store's, the update manifest, and the sums of them all.

    Raises:
        BuildError: what is wrong; nothing is written then.
    """
    check_update_url(update_url)
    extension = browser.build()
    manifest: Manifest = json.loads((extension / "manifest.json").read_text("utf-8"))
    package = f"{NAME}-{manifest['version']}{browser.package}"
    store = f"{NAME}-{manifest['version']}{browser.store}"
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".new-", dir=out) as folder:
            stage = Path(folder)
            _archive(stage / store, extension, browser.manifest(manifest, None))
            _archive(stage / "unsigned", extension, browser.manifest(manifest, update_url))
            browser.seal(stage / "unsigned", key, stage / package)
            updates = browser.updates(key.extension_id, manifest["version"], beside(update_url, package))
            (stage / browser.update_manifest).write_bytes(updates.encode())
            names = [package, store, browser.update_manifest]
            (stage / SUMS).write_bytes("".join(_sum(stage / name) for name in sorted(names)).encode())
            # The update manifest after what it names: the folder may be one that is being served.
            return [(stage / name).replace(out / name) for name in [*names, SUMS]]
    except OSError as error:
        raise BuildError(f"The packages could not be written: {error}.") from None


def _archive(target: Path, extension: Path, manifest: Manifest) -> None:
    """Write an extension, with this manifest in place of its own, as a zip that depends on nothing else.

    Nothing in it is compressed: what comes out of that depends on the machine's zlib.
    """
    names = sorted(file.relative_to(extension).as_posix() for file in extension.rglob("*") if file.is_file())
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            entry = zipfile.ZipInfo(name, _DAY)
            entry.compress_type = zipfile.ZIP_STORED
            entry.create_system = _UNIX
            entry.external_attr = _MODE << 16
            own = name == "manifest.json"
            archive.writestr(entry, as_text(manifest) if own else (extension / name).read_bytes())


def _sum(file: Path) -> str:
    """A line as ``sha256sum --check`` reads it."""
    return f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n"


def run_key(arguments: argparse.Namespace) -> int:
    """Make a key, and say what it is."""
    key = make_key(Path(arguments.out))
    print(f"{key.file}: a new key. It stands for the extension's id {key.extension_id}")
    print("Keep it, and keep it secret: without it there are no updates, and whoever has it can sign them.")
    return 0


def run_pack(arguments: argparse.Namespace) -> int:
    """Pack, and say what is there and what to do with it."""
    key = read_key(Path(arguments.key))
    out = Path(arguments.out) if arguments.out else PACKAGES
    files = pack(key, arguments.update_url, out)
    print(f"Extension id {key.extension_id}")
    print(f"{out.relative_to(ROOT) if out.is_relative_to(ROOT) else out}:")
    for file in files:
        print(f"{file.stat().st_size / 1024:8.1f} KB  {file.name}")
    served = f"{files[0].name} and {CHROMIUM.update_manifest}"
    print(f"Next: serve {served} at {beside(arguments.update_url, '')}")
    print("and have browsers install the extension by their policy ExtensionInstallForcelist:")
    print(f"    {key.extension_id};{arguments.update_url}")
    return 0
