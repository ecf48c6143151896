"""The build refuses what would break, leaves nothing half done, and makes the same bytes each time."""

import hashlib
import json
import re
import shutil
import tomllib
from pathlib import Path

import pytest

from tools.bundle import PAGE_LIMIT, TOTAL_LIMIT, build, sizes
from tools.dialect import PLAIN_ROOMS
from tools.erase import erase
from tools.paths import EXTENSION, MANIFEST, ROOT, SOURCES
from tools.transpile import BuildError


def digest(folder: Path) -> dict[str, str]:
    """What each file of a folder holds."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A copy of the sources, to break."""
    return Path(shutil.copytree(SOURCES, tmp_path / "src_py"))


def append(file: Path, text: str) -> None:
    """Add lines to a source file."""
    file.write_text(file.read_text("utf-8") + text, "utf-8")


def test_same_source_same_bytes(tmp_path: Path) -> None:
    """Two builds, in two places, at two times, are equal to the byte; so are two debug builds."""
    assert digest(build(tmp_path / "a" / "chromium")) == digest(build(tmp_path / "b" / "other"))
    first = build(tmp_path / "c" / "debug", debug=True)
    assert digest(first) == digest(build(tmp_path / "d" / "debug", debug=True))


def test_release_has_no_maps_and_debug_has_python_lines(tmp_path: Path) -> None:
    """A release holds no source map; a debug build's name the Python files, with their text."""
    release = build(tmp_path / "release")
    assert list(release.rglob("*.map")) == []
    assert "sourceMappingURL" not in (release / "background.js").read_text("utf-8")
    debug = build(tmp_path / "debug", debug=True)
    for script, source in (
        ("page.js", "src_py/page/main.py"),
        ("background.js", "src_py/core/life.py"),
        ("pages.js", "src_py/popup/view.py"),
    ):
        found = json.loads((debug / f"{script}.map").read_text("utf-8"))
        assert source in found["sources"]
        text = found["sourcesContent"][found["sources"].index(source)]
        # Line for line the file in the repository.
        assert text.splitlines()[-1] == (ROOT / source).read_text("utf-8").splitlines()[-1]


def test_the_scripts_are_small(tmp_path: Path) -> None:
    """The page hook weighs at most 2 KB gzipped, all scripts together at most 54 KB."""
    found = sizes(build(tmp_path / "chromium"))
    assert found["page.js"] <= PAGE_LIMIT == 2048
    assert sum(found.values()) <= TOTAL_LIMIT == 55296


def test_a_refused_construct_fails_with_file_and_line(sources: Path, tmp_path: Path) -> None:
    """What Transcrypt would compile wrongly without a word fails before it, with the place."""
    line = len((sources / "core" / "rate.py").read_text("utf-8").splitlines()) + 2
    append(sources / "core" / "rate.py", "\nLIMIT: int = 5\n")
    with pytest.raises(BuildError, match=rf"src_py/core/rate\.py:{line}:1: "):
        build(tmp_path / "chromium", sources=sources)


@pytest.mark.parametrize("room", sorted(PLAIN_ROOMS))
def test_what_needs_the_runtime_fails_where_there_is_none(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: str
) -> None:
    """Even where the check of the source would let it pass, the compiled code must not need the runtime."""
    monkeypatch.setattr("tools.transpile.check", lambda *_arguments, **_options: [])
    append(sources / room / "main.py", "\n\nwindow.title = str(len(window.title))\n")
    with pytest.raises(BuildError, match=r"without Transcrypt's runtime, but it uses (len, str|str, len)"):
        build(tmp_path / "chromium", sources=sources)


def test_a_shared_rule_keeps_to_what_needs_no_runtime(sources: Path, tmp_path: Path) -> None:
    """A rule that the page hook or the border imports is held to their Python, and so is what it imports itself."""
    append(sources / "core" / "rate.py", "\nfrom core.wording import pad\n")
    append(sources / "core" / "wording.py", "\n\ndef pad(text: str) -> int:\n    return len(text)\n")
    with pytest.raises(BuildError, match=r"core/wording\.py:\d+:\d+: built-in without the runtime"):
        build(tmp_path / "chromium", sources=sources)


@pytest.mark.parametrize(
    ("line", "mark"),
    [
        ("chrome.storage.local.get('x')", "py_get"),
        ("eval('1')", "eval"),
        ("window.Function('return 1')", "Function"),
    ],
)
def test_marks_of_wrong_translation_fail(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, mark: str
) -> None:
    """A renamed browser call, ``eval`` or ``Function`` in the compiled code fails the build."""
    monkeypatch.setattr("tools.transpile.check", lambda *_arguments, **_options: [])
    append(sources / "background" / "main.py", f"\n\n{line}\n")
    with pytest.raises(BuildError, match=mark):
        build(tmp_path / "chromium", sources=sources)


def test_what_transcrypt_itself_refuses_fails(sources: Path, tmp_path: Path) -> None:
    """An import of a module that is not there is an error with the module's name."""
    append(sources / "popup" / "main.py", "\n\nfrom core.nowhere import nothing\n")
    with pytest.raises(BuildError, match="nowhere"):
        build(tmp_path / "chromium", sources=sources)


def test_a_failed_build_leaves_the_last_good_one(sources: Path, tmp_path: Path) -> None:
    """A build that fails leaves ``dist`` as it was, or absent, and no rubbish beside it."""
    target = tmp_path / "dist" / "chromium"
    append(sources / "popup" / "main.py", "\n\nfrom core.nowhere import nothing\n")
    with pytest.raises(BuildError):
        build(target, sources=sources)
    assert list((tmp_path / "dist").iterdir()) == []
    good = digest(build(target))
    with pytest.raises(BuildError):
        build(target, sources=sources)
    assert digest(target) == good
    assert [entry.name for entry in (tmp_path / "dist").iterdir()] == ["chromium"]


def test_a_new_build_replaces_the_old_one_whole(tmp_path: Path) -> None:
    """A file of an older build does not stay behind."""
    target = build(tmp_path / "chromium")
    (target / "left-over.js").write_text("old", "utf-8")
    assert not (build(target) / "left-over.js").exists()


def test_every_reason_and_status_has_a_text() -> None:
    """Each message key that the code or a page asks for is there, and none is left over."""
    from core.policy import CHOICES, KEYS, RETRY_BOUNDS
    from core.wording import REASONS, STATUSES

    texts = json.loads((EXTENSION / "_locales" / "en" / "messages.json").read_text("utf-8"))
    asked = {f"reason_{reason}" for reason in REASONS} | {f"status_{status}" for status in STATUSES}
    code = "\n".join(file.read_text("utf-8") for file in SOURCES.rglob("*.py"))
    # A name that ends in "_" is the beginning of one that is put together.
    asked |= set(re.findall(r'text\("(\w+[^_])"', code)) | set(re.findall(r'"((?:advice|title|dialog)_\w+)"', code))
    asked |= set(re.findall(r'"(said_\w+)"', code)) - {"said_at"}
    asked |= {f"dialog_{button}" for button in re.findall(r'_button\("(\w+)"', code)}
    asked |= {f"{part}_{key}" for part in ("setting", "help") for key in KEYS}
    asked |= {f"choice_{key}_{choice}" for key, choices in CHOICES.items() for choice in choices}
    asked |= {f"retry_{part}" for part in RETRY_BOUNDS} | {f"source_{name}" for name in ("policy", "device", "default")}
    asked |= {f"check_{check}" for check in re.findall(r'found\(\s*"(\w+)"', code)} | {"check_ready", "check_no_agent"}
    for page in ("popup.html", "options.html"):
        asked |= set(re.findall(r'data-i18n="(\w+)"', (EXTENSION / page).read_text("utf-8")))
    asked |= set(re.findall(r"__MSG_(\w+)__", MANIFEST.read_text("utf-8")))
    assert asked == set(texts)


def test_every_permission_is_explained() -> None:
    """The manifest asks for nothing that docs/permissions.md does not justify, and the other way round."""
    manifest = json.loads(MANIFEST.read_text("utf-8"))
    headings = re.findall(r"^## (.+)$", (ROOT / "docs" / "permissions.md").read_text("utf-8"), re.MULTILINE)
    explained = {name for heading in headings for name in re.findall(r"`([^`]+)`", heading)}
    assert explained == set(manifest["permissions"]) | set(manifest["host_permissions"])


def test_the_version_stands_in_one_place() -> None:
    """The manifest has it, for browsers read it there; the project's other files say nothing of it."""
    assert re.fullmatch(r"\d+(\.\d+){1,3}", json.loads(MANIFEST.read_text("utf-8"))["version"])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert "version" not in project
    assert project["dynamic"] == ["version"]
    assert "version" not in json.loads((ROOT / "package.json").read_text("utf-8"))


def test_erasing_keeps_every_line_in_its_place() -> None:
    """What only the type checker needs becomes empty lines; the rest stays where it was."""
    source = (
        "from typing import TYPE_CHECKING, TypedDict\n"
        "if TYPE_CHECKING:\n"
        "    from core.records import Put\n"
        "class Shape(TypedDict):\n"
        "    at: float\n"
        "def rule(put: 'Put') -> int:\n"
        "    return 1\n"
    )
    assert erase(source).splitlines() == ["", "", "", "", "", "def rule(put: 'Put') -> int:", "    return 1"]


def test_the_rooms_keep_apart() -> None:
    """Only ``browser/`` and the two scripts without a runtime know the browser; pure rules import pure rules alone."""
    for file in SOURCES.rglob("*.py"):
        room = file.relative_to(SOURCES).parts[0]
        text = file.read_text("utf-8")
        if room not in {"browser", *PLAIN_ROOMS}:
            assert not re.search(r"\b(chrome|document|window)\.\w", text), file
        imported = set(re.findall(r"^from (\w+)[.\s]", text, re.MULTILINE)) - {"typing"}
        if room == "core":
            assert imported <= {"core"}, file
        elif room == "pages":
            # One script for all pages of our own.
            assert imported <= {"popup", "options", "browser"}, file
        else:
            assert imported <= {room, "core", "browser"}, file
