"""CCPv2, the agent workspace, and instances that AWS has moved there: as good as the older CCP."""

from collections.abc import Callable

import pytest

from tests.browser.guard import Guard
from tests.browser.harness import Chromium
from tests.instance import Instance, SimulatedConnect

HOSTS = ["n{}.awsapps.com", "n{}.my.connect.aws", "n{}.govcloud.connect.aws"]
# Where an agent may have the CCP open. The first is the older one's, at its other spelling.
PLACES = ["/ccp/", "/ccp-v2", "/ccp-v2/", "/ccp-v2/softphone", "/agent-app-v2/"]
_numbers = iter(range(1, 1000))


@pytest.fixture(params=HOSTS)
def instance(request: pytest.FixtureRequest, connect: SimulatedConnect, streams: str) -> Instance:
    """An instance nobody has used before, in each family of hosts, with each version of Streams."""
    made = connect.instance(str(request.param).format(next(_numbers)))
    made.knobs.streams = streams
    # The token outlives a log-out for a moment.
    made.knobs.logout_revokes_ms = 300
    return made


def open_at(browser: Chromium, guard: Guard, instance: Instance, place: str) -> str:
    """Open a CCP there, and wait until the extension knows its agent."""
    handle = browser.open(instance.origin + place)
    guard.wait_known(instance)
    return handle


@pytest.mark.parametrize("leave", ["close", "crash", "away", "log-out"])
@pytest.mark.parametrize("place", PLACES)
def test_it_is_protected(browser: Chromium, guard: Guard, instance: Instance, place: str, leave: str) -> None:
    """However it goes, the agent is Offline; no request goes anywhere but where the host has its services."""
    handle = open_at(browser, guard, instance, instance.base + place)
    if leave == "close":
        browser.close_tab(handle)
    elif leave == "crash":
        browser.crash_tab(handle)
    elif leave == "away":
        browser.navigate(f"{instance.origin}/connect/blank")
    else:
        # In the workspace the button is in a frame.
        browser.driver.execute_script(
            "(document.querySelector('iframe')?.contentDocument ?? document).getElementById('log-out').click()"
        )
    guard.offline_confirmed(instance)
    assert [record.path for record in instance.records if record.status == 404] == []


@pytest.mark.parametrize("place", ["/connect/ccp-v2", "/connect/ccp"])
def test_the_base_goes_by_the_host(browser: Chromium, guard: Guard, new_domain: Instance, place: str) -> None:
    """On the newer domain the CCP may be below /connect; its services are not."""
    handle = open_at(browser, guard, new_domain, place)
    new_domain.revoke_tokens()
    browser.crash_tab(handle)
    guard.offline_confirmed(new_domain)
    asked = {record.path for record in new_domain.records if "authorize" in record.path or record.target}
    assert asked == {"/api", "/auth/authorize"}


def test_a_reload_of_the_workspace(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """Nothing is sent."""
    acme.knobs.round_trip_ms = 50
    open_at(browser, guard, acme, f"{acme.base}/agent-app-v2/")
    browser.reload()
    guard.wait_known(acme)
    guard.settle(acme)
    assert acme.puts() == []
    assert guard.cards_of(acme) == []


def test_the_workspace_goes_away_at_once(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """Where its tab goes is seen: nobody waits for a frame that will not be back."""
    open_at(browser, guard, acme, f"{acme.base}/agent-app-v2/")
    browser.navigate(f"{acme.origin}/connect/blank")
    acme.wait_for(lambda i: i.agent.state.type == "offline", timeout=4, what="Offline at the server")


def test_the_task_list_needs_no_protection(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """It has no Streams and no agent: beside the workspace's CCP it is not shown as unprotected."""
    open_at(browser, guard, acme, f"{acme.base}/agent-app-v2/")
    browser.wait(lambda: guard.statuses(acme) == ["ready"], 10, "the CCP alone to be shown")
    guard.settle(acme)
    assert guard.statuses(acme) == ["ready"]


@pytest.mark.parametrize("how", ["redirect", "script", "in_place"])
def test_an_instance_that_was_moved(browser: Chromium, guard: Guard, acme: Instance, how: str) -> None:
    """The agent's old bookmark leads to CCPv2: that is no departure, and what opens is protected."""
    acme.knobs.migrated = how
    handle = open_at(browser, guard, acme, acme.ccp_path)
    guard.settle(acme)
    assert acme.puts() == []
    assert guard.cards_of(acme) == []
    browser.close_tab(handle)
    guard.offline_confirmed(acme)


def test_moved_while_it_is_open(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """AWS moves the instance while the older CCP is open; a reload then leads to the newer one: nothing is sent."""
    acme.knobs.round_trip_ms = 50
    open_at(browser, guard, acme, acme.ccp_path)
    acme.knobs.migrated = "redirect"
    browser.reload()
    browser.wait(lambda: browser.driver.current_url.endswith("/ccp-v2"), 10, "the newer CCP")
    guard.wait_known(acme)
    guard.settle(acme)
    assert acme.puts() == []


@pytest.fixture
def both_domains(connect: SimulatedConnect, streams: str) -> tuple[Instance, Instance]:
    """One instance, whose domain is being changed: under its old and its new one."""
    name = f"m{next(_numbers)}"
    old, new = connect.instance(f"{name}.awsapps.com"), connect.instance(f"{name}.my.connect.aws")
    for instance in (old, new):
        instance.knobs.streams = streams
        instance.knobs.round_trip_ms = 50
    return old, new


def test_one_instance_under_two_domains(
    browser: Chromium, guard: Guard, both_domains: tuple[Instance, Instance]
) -> None:
    """The agent works in the CCP under its new name: closing the one under the old name sends nothing."""
    old, new = both_domains
    older = guard.open_ccp(old)
    newer = guard.open_ccp(new)
    browser.close_tab(older)
    browser.wait(lambda: not guard.of("lives", old), 10, "the older to be gone")
    guard.settle(old)
    assert old.puts() == new.puts() == []
    browser.close_tab(newer)
    guard.offline_confirmed(new)
    assert old.puts() == []


def test_led_to_the_other_domain(browser: Chromium, guard: Guard, both_domains: tuple[Instance, Instance]) -> None:
    """The tab goes from the old name to the new one: nothing is sent, and what opens is protected."""
    old, new = both_domains
    handle = guard.open_ccp(old)
    browser.navigate(new.ccp_url)
    guard.wait_known(new)
    guard.settle(new)
    assert old.puts() == new.puts() == []
    assert guard.of("lives", old) == []
    browser.close_tab(handle)
    guard.offline_confirmed(new)


def test_both_in_one_browser(
    browser: Chromium, guard: Guard, acme: Instance, new_instance: Callable[[], Instance]
) -> None:
    """The older and the newer one of an instance: the first to go is not the last."""
    other = new_instance()
    older = open_at(browser, guard, acme, acme.ccp_path)
    newer = browser.open(f"{acme.origin}{acme.base}/ccp-v2")
    browser.wait(lambda: len(guard.of("watched", acme)) == 2, 10, "both to be known")
    guard.open_ccp(other)
    browser.close_tab(older)
    browser.wait(lambda: len(guard.of("watched", acme)) == 1, 10, "the older to be gone")
    guard.settle(acme)
    assert acme.puts() == []
    browser.close_tab(newer)
    guard.offline_confirmed(acme)
    assert other.puts() == []
