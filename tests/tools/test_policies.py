"""Every policy file holds the same settings, in the form its reader wants; what is wrong is refused whole."""

import argparse
import csv
import io
import json
import plistlib
import re
import shutil
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest

from core import policy
from tools.paths import EXTENSION, MANIFEST, ROOT
from tools.policies import command, output, settings
from tools.transpile import BuildError

ID = "abcdefghijklmnopabcdefghijklmnop"
URL = "https://updates.example.com/update.xml?a=1&b=2"
FIREFOX = {"firefox_url": "https://updates.example.com/guard.xpi", "firefox_id": "guard@example.com"}
NAME = "ccp-offline-guard"
# Each key of the schema, and in the state's name whatever needs care in one format or another.
GIVEN = [
    'instances=["acme.awsapps.com", "*.my.connect.aws"]',
    'targetState={"name": "Fin de \\"journée\\" <a> & \\\\ 日"}',
    "onReload=offline",
    "onContact=skip",
    "hold=always",
    "unloadDelayMs=0",
    "redelivery=false",
    "retry.attempts=10",
    "retry.firstDelayMs=60000",
    "notify=true",
    "signOut=true",
    "includeCcpV2=false",
]
SETTINGS = {
    "instances": ["acme.awsapps.com", "*.my.connect.aws"],
    "targetState": {"name": 'Fin de "journée" <a> & \\ 日'},
    "onReload": "offline",
    "onContact": "skip",
    "hold": "always",
    "unloadDelayMs": 0,
    "redelivery": False,
    "retry": {"attempts": 10, "firstDelayMs": 60000},
    "notify": True,
    "signOut": True,
    "includeCcpV2": False,
}
PINS = {"toolbar_pin": "force_pinned"}
EDGE_PINS = {"toolbar_state": "force_shown"}
BROWSERS = {
    "chrome": ("Google\\Chrome", "com.google.Chrome", PINS),
    "edge": ("Microsoft\\Edge", "com.microsoft.Edge", EDGE_PINS),
}


def installation(pins: dict[str, str]) -> dict[str, Any]:
    """What installs and pins the extension."""
    forced = {"installation_mode": "force_installed", "update_url": URL, "override_update_url": True}
    return {ID: {**forced, **pins}}


def arguments(out: Path, *given: str, **changed: str) -> argparse.Namespace:
    """What build.py hands over."""
    plain = {"id": ID, "update_url": URL, "firefox_url": "", "firefox_id": ""}
    return argparse.Namespace(**{**plain, **changed}, settings=list(given), out=str(out))


def made(out: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(file.relative_to(out)): file.read_bytes() for file in sorted(out.rglob("*")) if file.is_file()}


@pytest.fixture
def written(tmp_path: Path) -> dict[str, bytes]:
    """The files of a rollout that sets everything, for Firefox too."""
    assert command.run(arguments(tmp_path, *GIVEN, **FIREFOX)) == 0
    return made(tmp_path)


class Registry:
    """A registry that imports .reg files by the format's rules, and is read by Chromium's."""

    def __init__(self) -> None:
        self.keys: dict[str, dict[str, str | int]] = {}

    def take(self, file: bytes) -> None:
        """Import a file."""
        assert file.startswith(b"\xff\xfe")
        text = file[2:].decode("utf-16-le")
        assert text.count("\n") == text.count("\r\n")
        lines = text.split("\r\n")
        assert lines[:2] == ["Windows Registry Editor Version 5.00", ""]
        assert lines[-1] == ""
        key = ""
        for line in filter(None, lines[2:]):
            if line.startswith("[-"):
                gone = line[2:-1]
                self.keys = {path: at for path, at in self.keys.items() if f"{path}\\".find(f"{gone}\\") != 0}
            elif line.startswith("["):
                key = line[1:-1]
                self.keys.setdefault(key, {})
            else:
                found = re.fullmatch(r'"(\w+)"=(?:dword:([0-9a-f]{8})|"((?:[^"\\]|\\["\\])*)")', line)
                assert found, line
                name, number, quoted = found.groups()
                self.keys[key][name] = int(number, 16) if number else re.sub(r"\\(.)", r"\1", quoted)

    def below(self, path: str) -> dict[str, Any]:
        """A key with its values and keys, as nested objects."""
        whole: dict[str, Any] = dict(self.keys[path])
        for key in self.keys:
            parent, _, name = key.rpartition("\\")
            if parent == path:
                whole[name] = self.below(key)
        return whole


def as_chromium_reads(value: Any, part: dict[str, Any]) -> Any:
    """A value of the registry as a schema wants it: numbers are truths, numbered values are lists."""
    if part["type"] == "object":
        return {name: as_chromium_reads(item, part["properties"][name]) for name, item in value.items()}
    if part["type"] == "array":
        return [as_chromium_reads(value[name], part["items"]) for name in sorted(value) if name.isdigit()]
    if part["type"] == "boolean":
        assert type(value) is int
        return value != 0
    assert type(value) is {"integer": int, "string": str}[part["type"]]
    return value


# Each target


@pytest.mark.parametrize(("browser", "pins"), [("chrome", PINS), ("chromium", PINS), ("edge", EDGE_PINS)])
def test_linux(written: dict[str, bytes], browser: str, pins: dict[str, str]) -> None:
    """One JSON file a browser; its README says where it goes."""
    assert json.loads(written[f"linux/{browser}/{NAME}.json"]) == {
        "ExtensionSettings": installation(pins),
        "3rdparty": {"extensions": {ID: SETTINGS}},
    }
    folder = {"chromium": "/etc/chromium"}.get(browser, f"/etc/opt/{browser}")
    rows = written["linux/README.txt"].decode().splitlines()
    assert [row for row in rows if f"{browser}/{NAME}.json" in row and row.endswith(f"{folder}/policies/managed/")]


@pytest.mark.parametrize("browser", BROWSERS)
def test_windows_registry(written: dict[str, bytes], browser: str) -> None:
    """Imported and read by Chromium's rules, the .reg file is the same installation and the same settings."""
    branch, _, pins = BROWSERS[browser]
    root = rf"HKEY_LOCAL_MACHINE\Software\Policies\{branch}"
    registry = Registry()
    registry.take(written[f"windows/{browser}/{NAME}.reg"])
    found = registry.below(rf"{root}\ExtensionSettings\{ID}")
    assert {ID: {**found, "override_update_url": found["override_update_url"] == 1}} == installation(pins)
    found = registry.below(rf"{root}\3rdparty\extensions\{ID}\policy")
    assert as_chromium_reads(found, settings.schema()) == SETTINGS
    alone = Registry()
    alone.take(written[f"windows/{browser}/{NAME}-settings.reg"])
    assert alone.keys == {path: values for path, values in registry.keys.items() if "3rdparty" in path}


def test_windows_registry_again(tmp_path: Path) -> None:
    """A later import leaves nothing of an earlier one, and other extensions alone."""
    root = r"HKEY_LOCAL_MACHINE\Software\Policies\Google\Chrome"
    other = rf"{root}\ExtensionSettings\{ID[::-1]}"
    registry = Registry()
    registry.keys[other] = {"installation_mode": "blocked"}
    command.run(arguments(tmp_path, *GIVEN))
    registry.take((tmp_path / "windows" / "chrome" / f"{NAME}.reg").read_bytes())
    command.run(arguments(tmp_path, 'instances=["one.awsapps.com"]'))
    registry.take((tmp_path / "windows" / "chrome" / f"{NAME}.reg").read_bytes())
    found = registry.below(rf"{root}\3rdparty\extensions\{ID}\policy")
    assert found == {"instances": {"1": "one.awsapps.com"}}
    assert registry.keys[other] == {"installation_mode": "blocked"}


@pytest.mark.parametrize("browser", BROWSERS)
def test_windows_text_to_paste(written: dict[str, bytes], browser: str) -> None:
    """The table has a row for each value of the .reg file; the JSON for Group Policy and Intune is one line."""
    registry = Registry()
    registry.take(written[f"windows/{browser}/{NAME}.reg"])
    kinds = {str: "REG_SZ", int: "REG_DWORD"}
    expected = {
        (key, name, kinds[type(value)], str(value))
        for key, values in registry.keys.items()
        for name, value in values.items()
    }
    table = io.StringIO(written[f"windows/{browser}/registry-values.csv"].decode("utf-8-sig"), newline="")
    rows = [tuple(row) for row in csv.reader(table)]
    assert rows[0] == ("key", "name", "type", "value")
    assert set(rows[1:]) == expected
    assert len(rows) == len(expected) + 1
    line = written[f"windows/{browser}/extension-settings.json"].decode()
    assert "\n" not in line
    assert json.loads(line) == installation(BROWSERS[browser][2])


def payloads(file: bytes) -> dict[str, dict[str, Any]]:
    """What a profile manages, by domain, without the keys that every payload has; these are checked."""
    profile = plistlib.loads(file)
    every = [profile, *profile["PayloadContent"]]
    assert len({uuid.UUID(payload["PayloadUUID"]) for payload in every}) == len(every)
    assert len({payload["PayloadIdentifier"] for payload in every}) == len(every)
    assert all(payload["PayloadVersion"] == 1 and payload["PayloadDisplayName"] for payload in every)
    assert (profile["PayloadType"], profile["PayloadScope"]) == ("Configuration", "System")
    return {
        payload["PayloadType"]: {key: value for key, value in payload.items() if not key.startswith("Payload")}
        for payload in profile["PayloadContent"]
    }


@pytest.mark.parametrize("browser", BROWSERS)
def test_macos(written: dict[str, bytes], browser: str) -> None:
    """A profile manages the browser's own domain and that of the extension in it, with true truths and numbers."""
    _, domain, pins = BROWSERS[browser]
    assert payloads(written[f"macos/{NAME}-{browser}.mobileconfig"]) == {
        domain: {"ExtensionSettings": installation(pins)},
        f"{domain}.extensions.{ID}": SETTINGS,
    }
    assert b"<true/>" in written[f"macos/{NAME}-{browser}.mobileconfig"]


def test_a_later_profile_replaces_the_earlier_one(written: dict[str, bytes], tmp_path: Path) -> None:
    """Its identifiers are the same, whatever the settings; another extension's or browser's are others."""
    command.run(arguments(tmp_path, "hold=never"))
    command.run(arguments(tmp_path / "other", "hold=never", id=ID[::-1]))
    first, later, other, edge = (
        plistlib.loads(file)
        for file in (
            written[f"macos/{NAME}-chrome.mobileconfig"],
            (tmp_path / "macos" / f"{NAME}-chrome.mobileconfig").read_bytes(),
            (tmp_path / "other" / "macos" / f"{NAME}-chrome.mobileconfig").read_bytes(),
            written[f"macos/{NAME}-edge.mobileconfig"],
        )
    )
    for key in ("PayloadIdentifier", "PayloadUUID"):
        assert first[key] == later[key]
        assert [payload[key] for payload in first["PayloadContent"]] == [p[key] for p in later["PayloadContent"]]
        assert len({first[key], other[key], edge[key]}) == 3


def test_google_admin(written: dict[str, bytes]) -> None:
    """Each setting is an object with its value; what is chosen on the console's pages stands in the README."""
    file = json.loads(written[f"google-admin/{NAME}.json"])
    assert file == {key: {"Value": value} for key, value in SETTINGS.items()}
    readme = written["google-admin/README.txt"].decode()
    assert ID in readme
    assert URL in readme


def test_firefox(written: dict[str, bytes]) -> None:
    """The same policies in policies.json and in a profile for macOS, where they have to be switched on."""
    policies = json.loads(written["firefox/policies.json"])["policies"]
    assert policies == {
        "ExtensionSettings": {
            FIREFOX["firefox_id"]: {
                "installation_mode": "force_installed",
                "install_url": FIREFOX["firefox_url"],
                "default_area": "navbar",
            }
        },
        "3rdparty": {"Extensions": {FIREFOX["firefox_id"]: SETTINGS}},
    }
    profile = payloads(written[f"macos/{NAME}-firefox.mobileconfig"])
    assert profile == {"org.mozilla.firefox": {"EnterprisePoliciesEnabled": True, **policies}}


def test_no_firefox_unless_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Files that would install nothing are not written, and the output says so; all others are named."""
    command.run(arguments(tmp_path, "hold=always"))
    said = capsys.readouterr().out
    assert "No files for Firefox" in said
    assert not [name for name in made(tmp_path) if "firefox" in name]
    assert said.splitlines()[:-1] == [str(tmp_path / name) for name in made(tmp_path)]
    command.run(arguments(tmp_path, "hold=always", **FIREFOX))
    assert "No files for Firefox" not in capsys.readouterr().out


def test_each_folder_says_what_to_do(written: dict[str, bytes]) -> None:
    """A README in each names the extension, every kind of file beside it, and the page to check on."""
    folders = {name.split("/")[0] for name in written}
    assert folders == {"linux", "windows", "macos", "google-admin", "firefox"}
    for folder in folders:
        readme = written[f"{folder}/README.txt"].decode()
        assert (FIREFOX["firefox_id"] if folder == "firefox" else ID) in readme
        assert ("about:policies" if folder == "firefox" else "chrome://policy") in readme
        assert "{" not in readme
        for name in written:
            file = Path(name)
            if file.parts[0] == folder and file.name != "README.txt":
                assert file.name in readme or file.suffix in readme, name


def test_without_settings(tmp_path: Path) -> None:
    """Installed with the product's defaults: no file sets anything, and the .reg file clears what was set."""
    command.run(arguments(tmp_path, **FIREFOX))
    files = made(tmp_path)
    assert list(json.loads(files[f"linux/chromium/{NAME}.json"])) == ["ExtensionSettings"]
    assert list(json.loads(files["firefox/policies.json"])["policies"]) == ["ExtensionSettings"]
    assert list(payloads(files[f"macos/{NAME}-edge.mobileconfig"])) == ["com.microsoft.Edge"]
    assert json.loads(files[f"google-admin/{NAME}.json"]) == {}
    registry = Registry()
    path = rf"HKEY_LOCAL_MACHINE\Software\Policies\Google\Chrome\3rdparty\extensions\{ID}\policy"
    registry.keys[rf"{path}\instances"] = {"1": "old.awsapps.com"}
    registry.take(files[f"windows/chrome/{NAME}.reg"])
    assert registry.below(path) == {}


def test_the_same_request_makes_the_same_bytes(written: dict[str, bytes], tmp_path: Path) -> None:
    """Wherever it is written, and in whatever order the settings are given."""
    command.run(arguments(tmp_path / "elsewhere", *reversed(GIVEN), **FIREFOX))
    assert made(tmp_path / "elsewhere") == written


# What is wrong


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("hold=sometimes", 'hold is "sometimes", but must be "never" or "onFailure" or "always"'),
        ("onReload=Offline", 'onReload is "Offline", but must be "restore" or "offline"'),
        ("onContact=null", 'onContact is null, but must be "enqueue" or "skip"'),
        ("holdd=always", "holdd: there is no such setting; there are instances, "),
        ("retry.tries=3", "retry.tries: there is no such setting; there are attempts, "),
        ('retry={"attempts": 3, "x": 1}', "retry.x: there is no such setting"),
        ("retry.attempts=11", "retry.attempts is 11, but must be a whole number from 1 to 10"),
        ("retry.attempts=0", "retry.attempts is 0, but must be a whole number from 1 to 10"),
        ("retry.firstDelayMs=60001", "retry.firstDelayMs is 60001, but must be a whole number from 1 to 60000"),
        ("retry.withinSeconds=601", "retry.withinSeconds is 601, but must be a whole number from 1 to 600"),
        ("retry=3", "retry is 3, but must be an object with attempts or firstDelayMs or withinSeconds"),
        ("unloadDelayMs=1001", "unloadDelayMs is 1001, but must be a whole number from 0 to 1000"),
        ("unloadDelayMs=-1", "unloadDelayMs is -1, but"),
        # Chromium drops all of these without a word.
        ("unloadDelayMs=150.5", "unloadDelayMs is 150.5, but"),
        ("unloadDelayMs=150.0", "unloadDelayMs is 150.0, but"),
        ("unloadDelayMs=true", "unloadDelayMs is true, but"),
        ("unloadDelayMs=NaN", 'unloadDelayMs is "NaN", but'),
        ("redelivery=no", 'redelivery is "no", but must be true or false'),
        ("notify=1", "notify is 1, but must be true or false"),
        ("signOut=True", 'signOut is "True", but must be true or false'),
        ("includeCcpV2=[true]", "includeCcpV2 is [true], but must be true or false"),
        ("instances=acme.awsapps.com", 'instances is "acme.awsapps.com", but must be a list'),
        ("instances=[5]", "instances[0] is 5, but must be text"),
        (
            'instances=["a.awsapps.com", "https://b.awsapps.com"]',
            'instances[1] is "https://b.awsapps.com", but must be',
        ),
        ('instances=["acme.awsapps.com.evil.example"]', "instances[0] is"),
        ('instances=["evilawsapps.com"]', "instances[0] is"),
        ('instances=["ACME.awsapps.com"]', "instances[0] is"),
        ('instances=["acme.awsapps.com/connect"]', "instances[0] is"),
        ("targetState=Offline", 'targetState is "Offline", but must be an object with type or name'),
        ("targetState.type=busy", 'targetState.type is "busy", but must be "offline"'),
        ("targetState={}", "targetState is {}, but must have either type or name"),
        ('targetState={"type": "offline", "name": "x"}', "but must have either type or name"),
        ("targetState.name=5", "targetState.name is 5, but must be text (in double quotes, if it looks like JSON)"),
        ("targetState.name= ", 'targetState.name is " ", but must be the name of a state'),
        ('targetState.name="a\\nb"', 'targetState.name is "a\\nb", but must be the name of a state, in one line'),
        ('targetState.name="\\u0000"', "targetState.name is"),
        ('targetState.name="\\ud800"', "targetState.name is"),
        ("hold", "--set 'hold': write it as key=value"),
        ("hold.x=1", "hold is {"),
        pytest.param("retry=" + "[" * 100_000, "retry is", id="deep"),
    ],
)
def test_a_wrong_setting_is_named_and_nothing_written(tmp_path: Path, given: str, words: str) -> None:
    """The error says which key, what it is, and what is allowed."""
    with pytest.raises(BuildError) as refused:
        command.run(
            arguments(tmp_path / "out", "signOut=true" if not given.startswith("signOut") else "hold=never", given)
        )
    (line,) = str(refused.value).splitlines()
    assert words in line
    assert len(line) < 300
    assert not (tmp_path / "out").exists()


def test_everything_wrong_is_named_at_once(tmp_path: Path) -> None:
    """One line a problem; the same key twice is one, and so is a part of what is no object."""
    given = ["hold=x", "hold=always", "retry.attempts=1", 'retry={"attempts": 2}', "a=1", "notify=2", "notify.x=1"]
    with pytest.raises(BuildError) as refused:
        command.run(arguments(tmp_path, *given))
    lines = str(refused.value).splitlines()
    assert [line.split()[0].rstrip(":") for line in lines] == ["hold", "retry", "notify.x", "a", "hold", "notify"]
    assert lines[0] == "hold is set twice"
    assert made(tmp_path) == {}


@pytest.mark.parametrize(
    ("changed", "option"),
    [
        ({"id": ID[:-1]}, "--id"),
        ({"id": ID.upper()}, "--id"),
        ({"id": ID[:-1] + "q"}, "--id"),
        ({"id": ID + "\n"}, "--id"),
        ({"update_url": "http://updates.example.com/u.xml"}, "--update-url"),
        ({"update_url": "http://localhost.example.com/u.xml"}, "--update-url"),
        ({"update_url": "http://10.0.0.1/u.xml"}, "--update-url"),
        ({"update_url": "ftp://updates.example.com/u.xml"}, "--update-url"),
        ({"update_url": "file:///u.xml"}, "--update-url"),
        ({"update_url": "updates.example.com/u.xml"}, "--update-url"),
        ({"update_url": "https:///u.xml"}, "--update-url"),
        ({"update_url": "https://updates.example.com:x/u.xml"}, "--update-url"),
        ({"update_url": "https://[::1/u.xml"}, "--update-url"),
        ({"update_url": "https://a:b@updates.example.com/u.xml"}, "--update-url"),
        ({"update_url": "https://updates.example.com/u.xml#x"}, "--update-url"),
        ({"update_url": "https://updates.example.com/u .xml"}, "--update-url"),
        ({"update_url": "https://updates.example.com/u\n.xml"}, "--update-url"),
        ({**FIREFOX, "firefox_url": "http://updates.example.com/guard.xpi"}, "--firefox-url"),
        ({**FIREFOX, "firefox_url": "file:///"}, "--firefox-url"),
        ({**FIREFOX, "firefox_id": ""}, "--firefox-id"),
        ({**FIREFOX, "firefox_id": "guard"}, "--firefox-id"),
        ({**FIREFOX, "firefox_url": ""}, "--firefox-url"),
    ],
)
def test_a_wrong_id_or_address_is_named_and_nothing_written(
    tmp_path: Path, changed: dict[str, str], option: str
) -> None:
    """What no browser would take, and what would fetch the extension in the clear from elsewhere."""
    with pytest.raises(BuildError, match=option):
        command.run(arguments(tmp_path / "out", **changed))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"update_url": "https://updates.example.com:8443/u.xml?x=%20y"},
        {"update_url": "http://127.0.0.1:8000/u.xml"},
        {"update_url": "http://localhost/u.xml"},
        {"update_url": "http://[::1]:8000/u.xml"},
        {**FIREFOX, "firefox_url": "file:///opt/guard.xpi"},
        {**FIREFOX, "firefox_id": "{12345678-1234-1234-1234-1234567890ab}"},
    ],
)
def test_what_a_browser_takes_is_taken(tmp_path: Path, changed: dict[str, str]) -> None:
    """Any https address, http on this machine, and for Firefox a file."""
    assert command.run(arguments(tmp_path, **changed)) == 0


@pytest.mark.parametrize("given", ["targetState.type=offline", 'targetState={"type": "offline"}', "instances=[]"])
def test_right_settings_are_taken(given: str) -> None:
    """Those that the other tests do not use."""
    assert settings.read([given]) in ({"targetState": {"type": "offline"}}, {"instances": []})


# The folder


def test_other_files_stay(tmp_path: Path) -> None:
    """What else is in the folder is left alone; our own files are replaced."""
    theirs = tmp_path / "linux" / "chrome" / "theirs.json"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("theirs", "utf-8")
    command.run(arguments(tmp_path, "hold=never"))
    before = made(tmp_path)
    command.run(arguments(tmp_path, "hold=always"))
    after = made(tmp_path)
    assert theirs.read_text("utf-8") == "theirs"
    assert set(before) == set(after)
    assert json.loads(after[f"google-admin/{NAME}.json"]) == {"hold": {"Value": "always"}}


@pytest.mark.parametrize("blocked", [f"windows/edge/{NAME}.reg/x", "windows"])
def test_all_files_or_none(tmp_path: Path, blocked: str) -> None:
    """Where one cannot be written, the others are as they were, and no rubbish stays."""
    out = tmp_path / "out"
    command.run(arguments(out, "hold=never"))
    shutil.rmtree(out / "windows")
    (out / blocked).parent.mkdir(parents=True, exist_ok=True)
    (out / blocked).write_text("theirs", "utf-8")
    before = made(out)
    folders = {folder for folder in out.rglob("*") if folder.is_dir()}
    with pytest.raises(BuildError, match="nothing was written"):
        command.run(arguments(out, "hold=always"))
    assert made(out) == before
    assert {folder for folder in out.rglob("*") if folder.is_dir()} == folders


def test_a_new_folder_goes_again(tmp_path: Path) -> None:
    """A folder that was made for files that could not be written is not left behind."""
    with pytest.raises(BuildError, match="nothing was written"):
        output.write(tmp_path / "a" / "b", {"file": b"1", "file/below": b"2"})
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "a").write_text("theirs", "utf-8")
    with pytest.raises(BuildError, match="nothing was written"):
        output.write(tmp_path / "a", {"file": b"1"})


def test_the_command(tmp_path: Path) -> None:
    """As it is typed: the files are there, and a wrong value ends with its line and no trace."""
    typed = [sys.executable, "build.py", "policies", "--id", ID, "--update-url", URL, "--out"]
    good = [*typed, str(tmp_path / "good"), "--set", "hold=always", "--set", "retry.attempts=3"]
    done = subprocess.run(good, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "good" / "linux" / "edge" / f"{NAME}.json").read_text("utf-8"))
    assert found["3rdparty"]["extensions"][ID] == {"hold": "always", "retry": {"attempts": 3}}
    bad = [*typed, str(tmp_path / "bad"), "--set", "hold=maybe"]
    done = subprocess.run(bad, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == 'hold is "maybe", but must be "never" or "onFailure" or "always"\n'
    assert not (tmp_path / "bad").exists()


# The schema

# What Chromium's schema.cc takes for each type; tried in Chromium 156: a schema with anything else that it knows
# (limits of a "number", truths as "enum", no type, several types) keeps the extension from loading.
_ALWAYS = {"type", "title", "description"}
_TAKEN = {
    "object": {"properties"},
    "array": {"items"},
    "string": {"enum"},
    "integer": {"minimum", "maximum"},
    "number": set(),
    "boolean": set(),
}


def parts(part: dict[str, Any], where: str = "") -> dict[str, dict[str, Any]]:
    """Every part of a schema, by its name."""
    found = {where: part}
    for name, inner in part.get("properties", {}).items():
        found.update(parts(inner, f"{where}.{name}".removeprefix(".")))
    if "items" in part:
        found.update(parts(part["items"], f"{where}[]"))
    return found


def test_the_schema_is_one_that_chromium_takes() -> None:
    """An invalid one keeps the extension from loading, so only what is known to work is used."""
    whole = settings.shipped()
    assert whole["type"] == "object"
    for name, part in parts(whole).items():
        assert set(part) <= _ALWAYS | _TAKEN[part["type"]], name
        assert part["type"] != "array" or "items" in part
        for allowed in part.get("enum", []):
            assert isinstance(allowed, str)
    manifest = json.loads(MANIFEST.read_text("utf-8"))
    assert (EXTENSION / manifest["storage"]["managed_schema"]).samefile(settings.SCHEMA)


def test_the_schema_has_every_key_and_explains_it() -> None:
    """The keys of the product's policy; each with a title and a description for administrators."""
    whole = settings.schema()
    assert set(whole["properties"]) == set(SETTINGS)
    for name, part in parts(whole).items():
        if name and not name.endswith("[]"):
            assert part["title"]
            assert part["description"].endswith(".")
            for word in part.get("enum", []):
                assert word in part["description"]


def test_the_schema_says_no_more_than_types() -> None:
    """What breaks a limit reaches the extension, whose options page names it; the browser would drop it unseen."""
    for part in parts(settings.shipped()).values():
        assert set(part) <= {"type", "title", "description", "properties", "items"}
        assert part["type"] != "integer"


def test_the_descriptions_name_the_defaults() -> None:
    """What holds where nothing is set."""
    found = parts(settings.schema())
    for key in ("onReload", "onContact", "hold", "unloadDelayMs", "redelivery", "notify", "signOut", "includeCcpV2"):
        value = policy.default_of(key)
        shown = value if isinstance(value, str) else json.dumps(value)
        assert found[key]["description"].endswith(f"Without this setting: {shown}."), key
    for key, value in policy.default_of("retry").items():
        assert found[f"retry.{key}"]["description"].endswith(f"Without this setting: {value}."), key
