"""What is published is signed, whole, the same each time, and refused with a reason where it would not work."""

import dataclasses
import hashlib
import json
import os
import shutil
import stat
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from tools.bundle import build
from tools.crx import Key, make_key, read_key
from tools.pack import CHROMIUM, Browser, Manifest, pack
from tools.paths import MANIFEST, NODE_MODULES, ROOT, VENV
from tools.transpile import BuildError
from tools.update_url import beside, check_update_url

UPDATE_URL = "https://example.com/guard/update.xml"
VERSION = json.loads(MANIFEST.read_text("utf-8"))["version"]
PACKAGE = f"ccp-offline-guard-{VERSION}.crx"
STORE = f"ccp-offline-guard-{VERSION}.zip"
# What is not in the repository, or has no part in the build.
NOT_THE_TREE = [".*", "node_modules", "dist", "output", "__pycache__", "*.pem"]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Browser:
    """Chromium, with the extension built once for all tests."""
    built = build(tmp_path_factory.mktemp("built") / "chromium")
    return dataclasses.replace(CHROMIUM, build=lambda: built)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Key:
    """A key to sign with."""
    return make_key(tmp_path_factory.mktemp("key") / "key.pem")


@pytest.fixture
def out(browser: Browser, key: Key, tmp_path: Path) -> Path:
    """A folder with all that is published."""
    pack(key, UPDATE_URL, tmp_path / "packages", browser)
    return tmp_path / "packages"


def fields(message: bytes) -> list[tuple[int, bytes]]:
    """The fields of a protocol buffer that holds nothing but byte strings: number and content."""

    def number(at: int) -> tuple[int, int]:
        value = shift = 0
        while True:
            value |= (message[at] & 0x7F) << shift
            at, shift = at + 1, shift + 7
            if message[at - 1] < 0x80:
                return value, at

    found, at = [], 0
    while at < len(message):
        tag, at = number(at)
        assert tag & 7 == 2
        size, at = number(at)
        found.append((tag >> 3, message[at : at + size]))
        at += size
    return found


def content(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """What each file in a zip holds."""
    return {name: archive.read(name) for name in archive.namelist()}


def built_files(browser: Browser) -> dict[str, bytes]:
    """What each file of the built extension holds."""
    folder = browser.build()
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def run_command(*arguments: str, folder: Path = ROOT, umask: int = 0o022) -> subprocess.CompletedProcess[str]:
    """Run build.py as a person does."""
    command = [sys.executable, "build.py", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, umask=umask, check=False)


def test_the_package_is_signed_and_whole(browser: Browser, key: Key, out: Path) -> None:
    """The CRX holds the extension that was built, under the key's id, and the key's signature over both."""
    data = (out / PACKAGE).read_bytes()
    magic, version, size = struct.unpack("<4sII", data[:12])
    assert (magic, version) == (b"Cr24", 3)
    header, archive = data[12 : 12 + size], data[12 + size :]
    # Field 2 is a signature by RSA, of which there is one; field 10000 is what is signed beside the zip.
    (kind, proof), (signed_kind, signed) = fields(header)
    assert (kind, signed_kind) == (2, 10000)
    (_, public_key), (_, signature) = fields(proof)
    ((_, id_bytes),) = fields(signed)
    assert id_bytes == hashlib.sha256(public_key).digest()[:16]
    assert key.extension_id == "".join(chr(ord("a") + int(digit, 16)) for digit in id_bytes.hex())
    private = serialization.load_pem_private_key(key.file.read_bytes(), None)
    public = serialization.load_der_public_key(public_key)
    assert isinstance(public, rsa.RSAPublicKey)
    assert public == private.public_key()
    message = b"CRX3 SignedData\0" + struct.pack("<I", len(signed)) + signed + archive
    public.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())

    packed, built = content(zipfile.ZipFile(BytesIO(archive))), built_files(browser)
    manifest = json.loads(packed.pop("manifest.json"))
    assert manifest == json.loads(built.pop("manifest.json")) | {"update_url": UPDATE_URL}
    assert packed == built


def test_the_store_gets_what_was_built(browser: Browser, out: Path) -> None:
    """The zip holds the built extension to the byte: no key, no update address."""
    with zipfile.ZipFile(out / STORE) as archive:
        assert content(archive) == built_files(browser)


def test_a_manifest_s_own_word_on_its_origin_is_not_published() -> None:
    """A key or an update address that stood in the sources goes to no store, and into no package."""
    built: Manifest = {"name": "x", "key": "MIIB", "update_url": "https://elsewhere.example/update.xml"}
    assert CHROMIUM.manifest(built, None) == {"name": "x"}
    assert CHROMIUM.manifest(built, UPDATE_URL) == {"name": "x", "update_url": UPDATE_URL}


@pytest.mark.parametrize("name", [PACKAGE, STORE])
def test_an_archive_says_nothing_of_its_making(out: Path, name: str) -> None:
    """Entries are sorted, stored as they are, and have one date, mode and system, whatever the machine."""
    with zipfile.ZipFile(out / name) as archive:
        assert archive.namelist() == sorted(archive.namelist())
        told = {
            (one.date_time, one.external_attr >> 16, one.create_system, one.compress_type, one.extra)
            for one in archive.infolist()
        }
    assert told == {((1980, 1, 1, 0, 0, 0), 0o100644, 3, zipfile.ZIP_STORED, b"")}


def test_the_update_manifest_leads_to_the_package(key: Key, out: Path) -> None:
    """It names the extension's id, its version, and the package beside it."""
    text = (out / "update.xml").read_text("utf-8")
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n')
    top = ElementTree.fromstring(text)  # noqa: S314 (our own text)
    space = "{http://www.google.com/update2/response}"
    assert (top.tag, top.attrib) == (f"{space}gupdate", {"protocol": "2.0"})
    (app,) = top
    assert (app.tag, app.attrib) == (f"{space}app", {"appid": key.extension_id})
    (check,) = app
    assert (check.tag, check.attrib) == (
        f"{space}updatecheck",
        {"codebase": f"https://example.com/guard/{PACKAGE}", "version": VERSION},
    )


def test_the_sums_are_those_of_every_file(out: Path) -> None:
    """They are what ``sha256sum`` says of the files, which its ``--check`` therefore finds as they were."""
    said = subprocess.run(["sha256sum", PACKAGE, STORE, "update.xml"], cwd=out, capture_output=True, check=True).stdout
    assert (out / "SHA256SUMS").read_bytes() == said


def copy_of_the_tree(target: Path, modified: float) -> Path:
    """The tree as a clone has it, with what set-up installs lent to it, and all files last changed then."""
    shutil.copytree(ROOT, target, ignore=shutil.ignore_patterns(*NOT_THE_TREE))
    for file in target.rglob("*"):
        os.utime(file, (modified, modified))
    for installed in (VENV, NODE_MODULES):
        (target / installed.name).symlink_to(installed)
    return target


def test_same_source_same_packages(key: Key, tmp_path: Path) -> None:
    """Two copies of the tree, in other folders, of other dates and with other rights, give equal files."""
    first = copy_of_the_tree(tmp_path / "one", modified=1_000_000_000)
    second = copy_of_the_tree(tmp_path / "far" / "away" / "two", modified=100_000)
    packed = []
    for folder, umask in ((first, 0o022), (second, 0o077)):
        done = run_command("pack", "--key", str(key.file), "--update-url", UPDATE_URL, folder=folder, umask=umask)
        assert done.returncode == 0, done.stdout + done.stderr
        packed.append({file.name: file.read_bytes() for file in (folder / "dist" / "packages").iterdir()})
        # What the person is told: the id, each file with its size, and what to tell the browsers.
        assert f"Extension id {key.extension_id}\ndist/packages:\n" in done.stdout
        for name, data in packed[-1].items():
            assert f"{len(data) / 1024:.1f} KB  {name}\n" in done.stdout
        assert done.stdout.endswith(f"\n    {key.extension_id};{UPDATE_URL}\n")
    assert set(packed[0]) == {PACKAGE, STORE, "update.xml", "SHA256SUMS"}
    assert packed[0] == packed[1]


def test_packing_again_replaces_its_own_files_alone(browser: Browser, key: Key, out: Path) -> None:
    """What else a folder holds, such as an older version that is still being served, stays."""
    (out / "ccp-offline-guard-0.0.1.crx").write_bytes(b"older")
    files = {file.name: file.read_bytes() for file in out.iterdir()}
    (out / "update.xml").write_bytes(b"old")
    assert pack(key, UPDATE_URL, out, browser) == [out / name for name in (PACKAGE, STORE, "update.xml", "SHA256SUMS")]
    assert {file.name: file.read_bytes() for file in out.iterdir()} == files


def test_what_cannot_be_packed_leaves_nothing(browser: Browser, key: Key, out: Path) -> None:
    """A failure on the way leaves the files of the last time, no half of new ones, and says what was wrong."""

    def fail(_archive: Path, _key: Key, package: Path) -> None:
        package.write_bytes(b"half")
        raise OSError(28, os.strerror(28), str(package))

    files = {file.name: file.read_bytes() for file in out.iterdir()}
    with pytest.raises(BuildError, match=r"packages could not be written: .*No space left on device"):
        pack(key, "https://example.com/other/update.xml", out, dataclasses.replace(browser, seal=fail))
    assert {file.name: file.read_bytes() for file in out.iterdir()} == files


def test_a_file_is_no_folder_to_pack_into(browser: Browser, key: Key, tmp_path: Path) -> None:
    """``--out`` that names a file is an error, and the file stays."""
    (tmp_path / "file").write_text("mine", "utf-8")
    with pytest.raises(BuildError, match=r"packages could not be written: .*/file"):
        pack(key, UPDATE_URL, tmp_path / "file", browser)
    assert (tmp_path / "file").read_text("utf-8") == "mine"


def test_the_command_makes_a_key_once(tmp_path: Path) -> None:
    """A key is RSA with 2048 bits, for its owner alone whatever the umask, and the next one does not replace it."""
    file = tmp_path / "key.pem"
    done = run_command("key", "--out", str(file), umask=0)
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    private = serialization.load_pem_private_key(file.read_bytes(), None)
    assert isinstance(private, rsa.RSAPrivateKey)
    assert private.key_size == 2048
    assert f"the extension's id {read_key(file).extension_id}\n" in done.stdout

    text = file.read_bytes()
    again = run_command("key", "--out", str(file))
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr == f"{file} is there already, and a key is never overwritten. Name another with --out.\n"
    assert file.read_bytes() == text


def test_a_link_to_nowhere_is_not_followed_to_make_a_key(tmp_path: Path) -> None:
    """A link at the key's place counts as a file: the key would land where nobody asked for it."""
    (tmp_path / "key.pem").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BuildError, match="is there already"):
        make_key(tmp_path / "key.pem")
    assert not (tmp_path / "elsewhere").exists()


def test_a_key_that_does_not_fit_on_the_disk_leaves_nothing(tmp_path: Path) -> None:
    """Half a key does not stand in the way of the next try."""
    code = (
        "import resource, signal, sys, pathlib; from tools.crx import make_key\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
        "make_key(pathlib.Path(sys.argv[1]))\n"
    )
    command = [sys.executable, "-B", "-c", code, str(tmp_path / "key.pem")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "BuildError: The key could not be written to" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_key_needs_a_folder(tmp_path: Path) -> None:
    """A key for a folder that is not there is an error that names it."""
    with pytest.raises(BuildError, match=r"could not be written to .*/nowhere/key\.pem: No such file or directory"):
        make_key(tmp_path / "nowhere" / "key.pem")


def pem(
    private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey, passphrase: str = ""
) -> bytes:
    """A private key as a PEM file holds it."""
    encryption = (
        serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    )
    return private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)


def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """A new RSA key."""
    return rsa.generate_private_key(65537, bits)


def public_pem() -> bytes:
    """A public key as a PEM file holds it."""
    encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return rsa_key().public_key().public_bytes(encoding, form)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (public_pem, "is a public key. Packages are signed with the private one."),
        (lambda: pem(rsa_key(), "secret"), "is protected by a passphrase. Sign with a copy that has none:"),
        (lambda: pem(rsa_key(1024)), "has 1024 bits, and 2048 or more are needed."),
        (lambda: pem(ec.generate_private_key(ec.SECP256R1())), "is not an RSA key."),
        (lambda: pem(ed25519.Ed25519PrivateKey.generate()), "is not an RSA key."),
        (lambda: b"", "is not a private key in PEM format"),
        (lambda: pem(rsa_key())[:900], "is not a private key in PEM format"),
        (lambda: b"\x30\x82\x04", "is not a private key in PEM format"),
    ],
)
def test_a_key_that_cannot_sign_is_refused(tmp_path: Path, make: Callable[[], bytes], why: str) -> None:
    """Each kind of wrong key is told apart, by the file's name."""
    file = tmp_path / "key.pem"
    file.write_bytes(make())
    file.chmod(0o600)
    with pytest.raises(BuildError) as caught:
        read_key(file)
    assert str(file) in str(caught.value)
    assert why in str(caught.value)


def test_a_key_of_one_s_own_will_do(tmp_path: Path) -> None:
    """A longer RSA key in OpenSSL's older format, from another tool, is as good as one of ours."""
    file = tmp_path / "key.pem"
    form = serialization.PrivateFormat.TraditionalOpenSSL
    file.write_bytes(rsa_key(3072).private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    file.chmod(0o600)
    assert read_key(file).file == file


def test_the_advice_for_a_passphrase_works(tmp_path: Path) -> None:
    """The command that the error names makes a key that can sign, for its owner alone."""
    file = tmp_path / "a key.pem"
    file.write_bytes(pem(rsa_key(), "secret"))
    file.chmod(0o600)
    with pytest.raises(BuildError) as caught:
        read_key(file)
    command = str(caught.value).splitlines()[-1].replace("openssl pkey", "openssl pkey -passin pass:secret")
    subprocess.run(["bash", "-c", command], check=True, capture_output=True)
    read_key(tmp_path / "a key-plain.pem")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_key_that_others_may_use_is_refused(key: Key, tmp_path: Path, mode: int) -> None:
    """A key that is not its owner's alone is refused, with the command that makes it so."""
    file = Path(shutil.copyfile(key.file, tmp_path / "a key.pem"))
    file.chmod(mode)
    with pytest.raises(BuildError, match="whoever has it can sign updates in your name") as caught:
        read_key(file)
    subprocess.run(["bash", "-c", str(caught.value).splitlines()[-1]], check=True)
    assert read_key(file).extension_id == key.extension_id


def test_a_key_that_is_not_there(tmp_path: Path) -> None:
    """A missing key, and a folder in its place, are errors that say so; the first says how to make one."""
    with pytest.raises(BuildError, match=r"There is no key .*key\.pem\. Make one, once: python3 build\.py key --out"):
        read_key(tmp_path / "key.pem")
    with pytest.raises(BuildError, match="could not be read: Is a directory"):
        read_key(tmp_path)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://example.com/update.xml", "must begin with https://"),
        ("http://127.0.0.1.example.com/update.xml", "must begin with https://"),
        ("http://10.0.0.1/update.xml", "must begin with https://"),
        ("ftp://127.0.0.1/update.xml", "must begin with https://"),
        ("example.com/update.xml", "is no address"),
        ("https:///update.xml", "is no address"),
        ("https://example.com:99999/update.xml", "is no address"),
        ("https://[::1/update.xml", "is no address"),
        ("https://example.com/a b/update.xml", "is no address"),
        ("https://example.com/\n/update.xml", "is no address"),
        ("https://example.com\\guard\\/update.xml", "is no address"),
        ("https://exämple.com/update.xml", "is no address"),
        ("", "is no address"),
        ("https://example.com/update.xml?channel=1", "must have no query"),
        ("https://example.com/update.xml?", "must have no query"),
        ("https://example.com/update.xml#top", "must have no query"),
        ("https://me:secret@example.com/update.xml", "must have no query, fragment or password"),
        ("https://example.com", "must end in /update.xml"),
        ("https://example.com/guard/", "must end in /update.xml"),
        ("https://example.com/guard/updates.json", "must end in /update.xml"),
        ("https://example.com/my-update.xml", "must end in /update.xml"),
    ],
)
def test_an_update_url_that_would_not_work_is_refused(key: Key, tmp_path: Path, url: str, why: str) -> None:
    """Each is refused before anything is built or written, with the reason."""

    def never() -> Path:
        raise AssertionError("built for an address that is refused")

    with pytest.raises(BuildError, match=why):
        pack(key, url, tmp_path / "packages", dataclasses.replace(CHROMIUM, build=never))
    assert not (tmp_path / "packages").exists()


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/update.xml",
        "https://example.com:8443/a/b%20c/update.xml",
        "http://127.0.0.1:8080/update.xml",
        "http://localhost:8080/update.xml",
        "http://[::1]:8080/update.xml",
    ],
)
def test_an_update_url_that_works(url: str) -> None:
    """Encrypted, or this machine itself: it passes, and the package is beside it."""
    check_update_url(url)
    assert beside(url, "x.crx") == url.replace("update.xml", "x.crx")
