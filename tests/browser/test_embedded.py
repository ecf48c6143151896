"""The CCP in a company's own page, on another site: Streams frames it, replaces it, and logs out through it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser.guard import QUICK, Guard
from tests.browser.harness import Chromium
from tests.instance import Instance, Record, SimulatedConnect

COMPANY = "https://desk.example.com"


@pytest.fixture(params=["{}.awsapps.com", "{}.my.connect.aws"], ids=["awsapps", "newer"])
def instance(
    request: pytest.FixtureRequest, connect: SimulatedConnect, streams: str, new_instance: Callable[[], Instance]
) -> Instance:
    """An instance nobody has used before, of each family of hosts, with each version of Streams."""
    made = connect.instance(str(request.param).format(new_instance().host.partition(".")[0]))
    made.knobs.streams = streams
    return made


@pytest.fixture
def own(request: pytest.FixtureRequest, extension: Path, connect: SimulatedConnect) -> Iterator[Guard]:
    """A browser in which a framed page has its cookies, or none: as the test asks for."""
    with Chromium(extension, connect.port, leave_dialogs=False, framed_cookies=request.param) as running:
        guard = Guard(running)
        guard.set(QUICK)
        yield guard


def embedded(instance: Instance, patience_ms: int = 5000) -> str:
    """The address of the company's page with this instance's CCP in it."""
    ccp = instance.ccp_url.partition("#")[0]
    return f"{COMPANY}/embedded?ccp={ccp}&streams={instance.knobs.streams}&patience={patience_ms}"


def open_embedded(browser: Chromium, guard: Guard, instance: Instance, patience_ms: int = 5000) -> str:
    """Open the company's page, and wait until both it and the extension know the agent."""
    handle = browser.open(embedded(instance, patience_ms))
    guard.wait_known(instance)
    browser.wait_state("Available")
    return handle


@pytest.fixture
def far(connect: SimulatedConnect, instance: Instance) -> Iterator[None]:
    """A network that is one lies before the company's own server, too: a reload waits for that one first."""
    company = connect.instance(COMPANY.removeprefix("https://"))
    company.knobs.round_trip_ms = 100
    instance.knobs.round_trip_ms = 50
    yield
    company.knobs.round_trip_ms = 0


def loads(instance: Instance) -> list[Record]:
    """Each time the CCP's page was asked for."""
    return [record for record in instance.records if record.path == instance.ccp_path]


@pytest.mark.parametrize("leave", ["close", "away", "crash", "vanish"])
def test_it_goes(browser: Chromium, guard: Guard, instance: Instance, leave: str) -> None:
    """However the company's page goes, its agent is Offline.

    Which page a site that is not Amazon Connect's shows next, the browser does not tell: the CCP may be in it.
    """
    handle = open_embedded(browser, guard, instance)
    if leave == "close":
        browser.close_tab(handle)
    elif leave == "away":
        browser.navigate(f"{COMPANY}/blank")
    elif leave == "vanish":
        browser.close_tab_without_unload(handle)
    else:
        # The company's page and the CCP are different processes; the tab is the company's.
        browser.crash_tab(handle)
    instance.wait_for(lambda i: i.agent.state.type == "offline", timeout=15, what="Offline at the server")
    guard.offline_confirmed(instance)


@pytest.mark.usefixtures("far")
def test_it_is_reloaded(browser: Chromium, guard: Guard, instance: Instance) -> None:
    """The company's page is reloaded on a network that is one: nothing is sent."""
    open_embedded(browser, guard, instance)
    (before,) = guard.of("watched", instance)
    browser.reload()
    guard.wait_another(instance, before["ccp"])
    guard.settle(instance)
    assert instance.puts() == []
    assert guard.cards_of(instance) == []


def test_streams_replaces_the_frame(browser: Chromium, guard: Guard, instance: Instance) -> None:
    """The library itself takes the CCP's frame away and puts a new one there, the agent signed in: nothing is sent."""
    instance.knobs.round_trip_ms = 50
    handle = open_embedded(browser, guard, instance)
    for _ in range(3):
        (before,) = guard.of("watched", instance)
        browser.driver.execute_script("replaceFrame()")
        guard.wait_another(instance, before["ccp"])
    guard.settle(instance)
    assert instance.puts() == []
    browser.close_tab(handle)
    guard.offline_confirmed(instance)


def test_streams_loses_patience(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The CCP does not answer, and the library replaces its frame until it does: no departure; then it is protected."""
    acme.knobs.streams_loading = "never"
    handle = browser.open(embedded(acme, patience_ms=1000))
    browser.wait(lambda: len(loads(acme)) > 1, 15, "the frame to be replaced")
    acme.knobs.streams_loading = "normal"
    guard.wait_known(acme)
    guard.settle(acme)
    assert acme.puts() == []
    browser.close_tab(handle)
    guard.offline_confirmed(acme)


@pytest.mark.parametrize("own", [True], ids=["cookies"], indirect=True)
def test_the_company_logs_out(own: Guard, acme: Instance) -> None:
    """By a request of its own, which to us is a stranger's: nothing yet. When the CCP goes, its agent is told."""
    acme.knobs.snapshot_poll_ms = 1000
    browser = own.chromium
    handle = open_embedded(browser, own, acme)
    browser.click("#log-out")
    acme.wait_for(lambda i: any(r.status == 401 for r in i.requests("GetAgentSnapshot")), what="the session to be over")
    assert acme.puts() == []
    browser.close_tab(handle)
    own.wait_failure(acme)
    assert [card.reason for card in own.cards_of(acme)] == ["signed_out"]


def test_the_company_ends_the_ccp(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """It has the CCP's own library signed out: Offline while the token lasts."""
    acme.knobs.logout_revokes_ms = None
    open_embedded(browser, guard, acme)
    browser.driver.execute_script("connect.core.getUpstream().sendUpstream(connect.EventType.TERMINATE)")
    guard.offline_confirmed(acme)


@pytest.mark.parametrize("first_to_go", ["tab", "frame"])
def test_two_workers(browser: Chromium, guard: Guard, instance: Instance, first_to_go: str) -> None:
    """The CCP in a tab and in another site's frame: each has a worker of its own, and the second to go is the last.

    The browser keeps shared workers apart by the site of the tab, so neither CCP knows of the other.
    """
    tab = guard.open_ccp(instance)
    frame = browser.open(embedded(instance))
    browser.wait(lambda: len(guard.of("watched", instance)) == 2, 20, "both CCPs to be known")
    assert len([record for record in instance.requests("GetAgentStates") if record.status]) >= 2
    first, second = (tab, frame) if first_to_go == "tab" else (frame, tab)
    browser.close_tab(first)
    browser.wait(lambda: len(guard.of("watched", instance)) == 1, 10, "the first to be gone")
    guard.settle(instance)
    assert instance.puts() == []
    browser.close_tab(second)
    guard.offline_confirmed(instance)


@pytest.mark.parametrize("own", [False], ids=["blocked"], indirect=True)
@pytest.mark.parametrize("leave", ["close", "crash"])
def test_without_cookies(own: Guard, acme: Instance, leave: str) -> None:
    """A framed CCP's cookies are blocked: its token is enough."""
    browser = own.chromium
    handle = open_embedded(browser, own, acme)
    assert [record.path for record in acme.records if "cookie" in record.headers] == []
    if leave == "close":
        browser.close_tab(handle)
    else:
        browser.crash_tab(handle)
    own.offline_confirmed(acme)


def test_without_unload_handlers(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """`unload` never runs, so Streams' worker hears of no CCP that goes: ours are counted all the same."""
    acme.knobs.unload_denied = True
    first = guard.open_ccp(acme)
    second = browser.open(acme.ccp_url)
    browser.wait(lambda: len(guard.of("watched", acme)) == 2, 10, "both CCPs to be known")
    browser.close_tab(first)
    browser.wait(lambda: len(guard.of("watched", acme)) == 1, 10, "the first to be gone")
    guard.settle(acme)
    assert acme.puts() == []
    browser.close_tab(second)
    guard.offline_confirmed(acme)
