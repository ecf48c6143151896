"""The administrators' guide is true: its commands run, its texts are what they write, its links lead somewhere."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tools.paths import ROOT
from tools.policies import command, settings
from tools.policies.rollout import Rollout

GUIDE = ROOT / "docs" / "admin"
PAGES = sorted(GUIDE.glob("*.md"))
# Which file each literal text of a page is, in the order in which they stand there.
TEXTS = {
    "chromeos-google-admin": ["google-admin/ccp-offline-guard.json"],
    "linux": ["linux/chrome/ccp-offline-guard.json"],
    "macos": ["macos/ccp-offline-guard-chrome.mobileconfig"],
    "windows": ["windows/chrome/ccp-offline-guard.reg", "windows/edge/extension-settings.json"],
}


def blocks(page: str, *kinds: str) -> list[str]:
    """The texts between fences of these kinds, in the order of the page."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", (GUIDE / f"{page}.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [text for kind, text in found if kind in kinds]


def lines(*pages: str) -> list[str]:
    """The commands for a shell of these pages."""
    return [line for page in pages for block in blocks(page, "sh") for line in block.splitlines()]


def option(words: list[str], name: str) -> list[str]:
    """What stands behind an option, each time it is given."""
    return [words[place + 1] for place, word in enumerate(words) if word == name]


@pytest.fixture(scope="module")
def generated() -> dict[str, bytes]:
    """What the command of the overview writes."""
    (typed,) = [line for line in lines("README") if "build.py policies" in line]
    words = shlex.split(typed)
    rollout = Rollout(option(words, "--id")[0], option(words, "--update-url")[0], settings.read(option(words, "--set")))
    return command.files(rollout)


@pytest.mark.parametrize("page", TEXTS)
def test_the_texts_are_what_the_command_writes(page: str, generated: dict[str, bytes]) -> None:
    """Line by line, for the id, the address and the settings of the overview's command."""
    found = [text.splitlines() for text in blocks(page, "json", "reg", "xml")]
    wanted = [generated[name].decode("utf-16" if name.endswith(".reg") else "utf-8") for name in TEXTS[page]]
    assert found == [text.strip().splitlines() for text in wanted]


def test_the_way_to_a_linux_machine_works(tmp_path: Path, generated: dict[str, bytes]) -> None:
    """The commands of the overview and of the page for Linux, as typed, except that /etc is a folder of ours.

    What they have put in place is the text of the guide; the last ones take it away again.
    """
    etc = tmp_path / "etc"
    typed = lines("README", "linux")
    removals = [line for line in typed if line.startswith("sudo rm ")]
    assert len(removals) == 3
    run([line for line in typed if line not in removals], tmp_path)
    placed = {file.relative_to(etc).as_posix(): file for file in etc.rglob("*") if file.is_file()}
    for folder, browser in {"opt/chrome": "chrome", "chromium": "chromium", "opt/edge": "edge"}.items():
        file = placed.pop(f"{folder}/policies/managed/ccp-offline-guard.json")
        assert file.read_bytes() == generated[f"linux/{browser}/ccp-offline-guard.json"]
        assert file.stat().st_mode & 0o777 == 0o644
    assert placed == {}
    run(removals, tmp_path)
    assert [file for file in etc.rglob("*") if file.is_file()] == []


def test_the_other_commands_work(tmp_path: Path) -> None:
    """Those of every other page, as typed."""
    other = [page.stem for page in PAGES if page.stem not in ("README", "linux")]
    typed = lines(*other)
    assert typed
    run(typed, tmp_path)


def run(typed: list[str], folder: Path) -> None:
    """Run commands in a folder, until one fails; nothing outside it is written, and nobody needs to be root."""
    script = "\n".join(typed).replace("sudo ", "").replace(" /etc/", f" {folder}/etc/")
    script = script.replace("python3 build.py", shlex.join([sys.executable, str(ROOT / "build.py")]))
    done = subprocess.run(["bash", "-euc", script], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_files_that_are_named_are_written(generated: dict[str, bytes]) -> None:
    """Every file of dist/policies that a page names is one that the command writes."""
    named = {name for page in PAGES for name in re.findall(r"dist/policies/([\w/.-]+\.\w+)", page.read_text("utf-8"))}
    assert named
    assert named <= set(generated)
    on_windows = set(re.findall(r"`([\w-]+\.(?:reg|csv|json))`", (GUIDE / "windows.md").read_text("utf-8")))
    assert on_windows == {Path(name).name for name in generated if name.startswith("windows/edge/")}


def test_the_removal_on_windows_names_all_that_was_written(generated: dict[str, bytes]) -> None:
    """The lines of the guide are those of the README that comes with the files."""
    removals = blocks("windows", "bat")[-1].splitlines()
    readme = generated["windows/README.txt"].decode()
    assert removals == [line.strip() for line in readme.splitlines() if line.strip().startswith("reg delete")]


def parts(part: dict[str, Any], where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every setting of the schema by its name; for those of ``retry``, each on its own."""
    for name, inner in part["properties"].items():
        if name == "retry":
            yield from parts(inner, "retry.")
        else:
            yield where + name, inner


def test_the_table_of_settings_is_the_schema() -> None:
    """Each setting has a row, with the values that the schema allows and the default that its description names."""
    text = (GUIDE / "settings.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `([\w.]+)` \| (.*? \| .*?) \|", text, re.MULTILINE))
    found = dict(parts(settings.schema()))
    assert list(rows) == list(found)
    for name, part in found.items():
        values, default = rows[name].split(" | ")
        words = re.search(r"Without this setting: (.+?)\.$", part["description"])
        if words:
            assert default == f"`{words[1]}`", name
        if "enum" in part:
            assert values == ", ".join(f"`{value}`" for value in part["enum"]), name
        if "minimum" in part:
            assert values == f"{part['minimum']} to {part['maximum']}", name
        if part["type"] == "boolean":
            assert values == "`true`, `false`", name


def test_links_lead_somewhere() -> None:
    """To a file of the repository, and to a heading that is there."""
    for page in PAGES:
        for target in re.findall(r"\]\(([^)]+)\)", page.read_text("utf-8")):
            name, _, heading = target.partition("#")
            file = (page.parent / name).resolve() if name else page
            assert file.is_file(), f"{page.name}: {target}"
            if heading:
                headings = re.findall(r"^#+ (.+)$", file.read_text("utf-8"), re.MULTILINE)
                assert heading in {anchor(text) for text in headings}, f"{page.name}: {target}"


def anchor(heading: str) -> str:
    """A heading as links name it."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def test_the_other_json_of_the_guide_is_json() -> None:
    """What is to be copied into files of the administrator's own can be read."""
    for text in blocks("README", "json"):
        assert isinstance(json.loads(text), dict)
