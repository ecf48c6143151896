"""What the last run of the browser left: the agent is told at once, and only of what is not known."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.guard import Guard
from tests.browser.harness import Chromium, unpacked_id
from tests.instance import Instance, SimulatedConnect


@pytest.fixture
def start(extension: Path, connect: SimulatedConnect, tmp_path: Path) -> Callable[[], Chromium]:
    """Starts the same browser profile again and again."""
    return lambda: Chromium(extension, connect.port, profile=tmp_path / "profile")


@pytest.mark.parametrize("ccps", [1, 2], ids=["one", "two"])
def test_a_killed_browser_is_told(start: Callable[[], Chromium], beta: Instance, ccps: int) -> None:
    """The browser is killed with the CCP open, or two of them: at the next start there is one unconfirmed failure."""
    with start() as browser:
        guard = Guard(browser)
        for _ in range(ccps):
            guard.open_ccp(beta)
        browser.wait(lambda: len(guard.of("watched", beta)) == ccps, 10, "all to be known")
        browser.kill()
    with start() as browser:
        guard = Guard(browser)
        failure = guard.wait_failure(beta)
        assert failure["phase"] == "unconfirmed"
        cards = guard.cards()
        assert [card.reason for card in cards] == ["browser_ended"]
        assert cards[0].title == "You may not be Offline"
        assert guard.badge() == "1"


def test_a_departure_cut_short_is_told_once(start: Callable[[], Chromium], beta: Instance) -> None:
    """The browser is killed while a departure is pending: one failure, not two."""
    with start() as browser:
        guard = Guard(browser)
        handle = guard.open_ccp(beta)
        beta.knobs.put = "hanging"
        browser.close_tab(handle)
        browser.wait(lambda: guard.of("pending", beta), 10, "the departure to be written down")
        browser.kill()
    with start() as browser:
        guard = Guard(browser)
        guard.wait_failure(beta)
        assert [card.reason for card in guard.cards()] == ["browser_ended"]


def test_a_clean_end_is_not_told(start: Callable[[], Chromium], beta: Instance) -> None:
    """The CCP was closed and confirmed, then the browser ended: nothing to say at the next start."""
    with start() as browser:
        guard = Guard(browser)
        handle = guard.open_ccp(beta)
        browser.close_tab(handle)
        guard.wait_confirmed(beta)
    with start() as browser:
        guard = Guard(browser)
        assert guard.cards() == []
        assert len(guard.of("confirmed", beta)) == 1


def test_failures_survive_a_restart(start: Callable[[], Chromium], beta: Instance) -> None:
    """A failure nobody dismissed is still there after a restart, badge included."""
    with start() as browser:
        guard = Guard(browser)
        beta.knobs.put = "403"
        handle = guard.open_ccp(beta)
        browser.close_tab(handle)
        guard.wait_failure(beta)
    with start() as browser:
        guard = Guard(browser)
        assert [card.reason for card in guard.cards()] == ["forbidden"]
        browser.wait(lambda: guard.badge() == "1", 5, "the badge to be back")


@pytest.fixture
def mend(start: Callable[[], Chromium], extension: Path, beta: Instance) -> Callable[[], None]:
    """A failure is on disk, and then the store cannot be opened, until this is called."""
    with start() as browser:
        guard = Guard(browser)
        beta.knobs.put = "403"
        handle = guard.open_ccp(beta)
        browser.close_tab(handle)
        guard.wait_failure(beta)
        store = browser.profile / "Default" / "Local Extension Settings" / unpacked_id(extension)
    aside = store.rename(store.parent.parent / "aside")
    store.write_text("no store", "utf-8")

    def put_back() -> None:
        assert store.read_text("utf-8") == "no store"
        store.unlink()
        aside.rename(store)

    return put_back


def test_a_store_that_cannot_be_opened(
    start: Callable[[], Chromium], mend: Callable[[], None], beta: Instance, new_instance: Callable[[], Instance]
) -> None:
    """For one run the disk holds no store: the rest works, it is said, and what was on disk is not written over."""
    other = new_instance()
    with start() as browser:
        guard = Guard(browser)
        browser.wait(lambda: guard.badge() == "!", 10, "the badge to say so")
        guard.open_popup()
        assert guard.visible("#trouble")
        handle = browser.open(other.ccp_url)
        browser.wait(lambda: guard.statuses(other) == ["ready"], 10, "the CCP to be known")
        browser.close_tab(handle)
        other.wait_for(lambda i: i.agent.state.type == "offline", what="Offline at the server")
        # The disk is mended while the browser runs: the next time something is written, it is read first.
        mend()
        guard.open_ccp(new_instance())
        browser.wait(lambda: guard.badge() == "1", 10, "the failure from before")
        assert [card.reason for card in guard.cards_of(beta)] == ["forbidden"]
        assert len(guard.of("confirmed", other)) == 1
        browser.kill()
    with start() as browser:
        guard = Guard(browser)
        assert [card.reason for card in guard.cards_of(beta)] == ["forbidden"]


def test_a_store_that_stays_shut(start: Callable[[], Chromium], mend: Callable[[], None], beta: Instance) -> None:
    """The same, mended when the browser has ended: nothing was written over."""
    with start() as browser:
        guard = Guard(browser)
        browser.wait(lambda: guard.badge() == "!", 10, "the badge to say so")
    mend()
    with start() as browser:
        assert [card.reason for card in Guard(browser).cards_of(beta)] == ["forbidden"]
