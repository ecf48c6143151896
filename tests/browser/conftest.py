"""One build, one simulated Connect and one browser for all browser tests; an instance of its own for each."""

import itertools
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from selenium.common.exceptions import NoSuchWindowException

from tests.browser.guard import QUICK, Guard
from tests.browser.harness import Chromium, Screen
from tests.instance import TOKEN_MARK, Instance, SimulatedConnect
from tools.bundle import build
from tools.paths import STREAMS_VERSIONS, streams_libraries

FAMILIES = (".awsapps.com", ".my.connect.aws")
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def extension(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The extension, built as it is released."""
    return build(tmp_path_factory.mktemp("dist") / "chromium")


@pytest.fixture(scope="session")
def connect() -> Iterator[SimulatedConnect]:
    """Simulated Amazon Connect."""
    with SimulatedConnect(streams_libraries()) as running:
        yield running


@pytest.fixture(scope="session")
def browser(extension: Path, connect: SimulatedConnect) -> Iterator[Chromium]:
    """Chromium with the extension."""
    with Chromium(extension, connect.port, leave_dialogs=False) as running:
        yield running
        assert on_disk(running.profile, TOKEN_MARK) == []


def on_disk(folder: Path, mark: str) -> list[str]:
    """The files in a folder that hold this text."""
    files = [file for file in folder.rglob("*") if file.is_file() and not file.is_symlink()]
    return [str(file.relative_to(folder)) for file in files if mark.encode() in file.read_bytes()]


@pytest.fixture
def asking_browser(extension: Path, connect: SimulatedConnect) -> Iterator[Chromium]:
    """The same, where a leave dialog is left for the test to answer (the driver is slower then)."""
    with Chromium(extension, connect.port) as running:
        yield running


@pytest.fixture(scope="session")
def bare_browser(connect: SimulatedConnect) -> Iterator[Chromium]:
    """Chromium without the extension, to compare with."""
    with Chromium(None, connect.port, leave_dialogs=False) as running:
        yield running


@pytest.fixture(scope="session")
def screen() -> Iterator[Screen]:
    """A screen for browsers with a window."""
    with Screen() as running:
        yield running


@pytest.fixture
def guard(browser: Chromium) -> Iterator[Guard]:
    """The extension in that browser, with nothing to show, and no tab left open."""
    guard = Guard(browser)
    guard.set(QUICK)
    yield guard
    found = guard.tokens_found()
    for handle in browser.handles():
        # The popup, which has opened by itself, may close by itself.
        with suppress(NoSuchWindowException):
            browser.close_tab_without_unload(handle)
    # A CCP that was left open vanishes just now: its failure must not reach the next test.
    browser.wait(lambda: not guard.view()["open"], 10, "every CCP to be gone")
    browser.wait(lambda: not guard.journal()["pending"], 20, "every departure to be decided")
    guard.dismiss_all()
    # In no scenario, however it went.
    assert found == []


@pytest.fixture(params=STREAMS_VERSIONS)
def streams(request: pytest.FixtureRequest) -> str:
    """Each version of Streams that the product is tested with."""
    return str(request.param)


@pytest.fixture
def family(request: pytest.FixtureRequest) -> str:
    """What the hosts of a test's instances end in: of the same test with two versions of Streams, once each.

    Which test begins with which is always the same, and as good as thrown for.
    """
    item: pytest.Function = request.node
    version = item.callspec.params.get("streams", STREAMS_VERSIONS[0]) if hasattr(item, "callspec") else ""
    name = item.nodeid.replace(str(version), "")
    number = zlib.crc32(name.encode()) + (version == STREAMS_VERSIONS[-1])
    return FAMILIES[number % len(FAMILIES)]


@pytest.fixture
def new_instance(connect: SimulatedConnect, family: str) -> Callable[[], Instance]:
    """Makes instances nobody has used before."""
    return lambda: connect.instance(f"t{next(_numbers)}{family}")


@pytest.fixture
def acme(new_instance: Callable[[], Instance], streams: str) -> Instance:
    """An instance nobody has used before, once with each version of Streams."""
    instance = new_instance()
    instance.knobs.streams = streams
    return instance


@pytest.fixture
def beta(new_instance: Callable[[], Instance]) -> Instance:
    """A second instance nobody has used before."""
    return new_instance()


@pytest.fixture
def new_domain(connect: SimulatedConnect, streams: str) -> Instance:
    """An instance on the newer domain."""
    instance = connect.instance(f"t{next(_numbers)}.my.connect.aws")
    instance.knobs.streams = streams
    return instance
