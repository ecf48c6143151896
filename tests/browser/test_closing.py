"""The main job: an agent whose CCP goes away is Offline, and nobody is warned without need."""

import time
from collections.abc import Callable

import pytest

from core.outcome import QUIET_MS
from tests.browser.guard import Guard
from tests.browser.harness import Chromium
from tests.instance import ENGLISH, RENAMED, SPANISH, Instance, SimulatedConnect
from tools.paths import OTHER_STREAMS_VERSIONS


def test_closing_the_tab(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """Tab closed: Offline at the server, confirmed, and nobody is warned."""
    handle = guard.open_ccp(acme)
    browser.close_tab(handle)
    guard.offline_confirmed(acme)


@pytest.mark.parametrize("leave", ["close", "away", "crash", "reload"])
@pytest.mark.parametrize("version", OTHER_STREAMS_VERSIONS)
def test_other_releases_of_streams(
    browser: Chromium, guard: Guard, connect: SimulatedConnect, beta: Instance, version: str, leave: str
) -> None:
    """Older ones, and those between: the same. The oldest knows one family of hosts alone."""
    if version == "1.4.5":
        beta = connect.instance(beta.host.partition(".")[0] + ".awsapps.com")
    beta.knobs.streams = version
    beta.knobs.round_trip_ms = 50
    handle = guard.open_ccp(beta)
    if leave == "reload":
        (before,) = guard.of("watched", beta)
        browser.reload()
        guard.wait_another(beta, before["ccp"])
        guard.settle(beta)
        assert beta.puts() == []
        return
    if leave == "close":
        browser.close_tab(handle)
    elif leave == "away":
        browser.navigate(f"{beta.origin}/connect/blank")
    else:
        browser.crash_tab(handle)
    guard.offline_confirmed(beta)


def test_navigating_away(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """Led to another page in the same tab: the CCP is gone all the same."""
    guard.open_ccp(acme)
    browser.navigate(f"{acme.origin}/connect/blank")
    guard.offline_confirmed(acme)


def test_the_next_page_is_slow(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """Offline is confirmed while the old page still waits for the next: that it then goes is no second departure."""
    acme.knobs.latency_ms = {"GetAgentSnapshot": 1000}
    guard.open_ccp(acme)
    acme.knobs.latency_ms = {"GetAgentSnapshot": 1000, "page": 500}
    browser.navigate(f"{acme.origin}/connect/blank")
    guard.offline_confirmed(acme)
    guard.settle(acme)
    assert guard.of("failures", acme) == []
    assert len(guard.of("confirmed", acme)) == 1
    assert {put.state_name for put in acme.puts()} == {"Offline"}


def test_my_connect_aws(browser: Chromium, guard: Guard, new_domain: Instance) -> None:
    """The same on the newer domain, where the CCP is at /ccp and the API at /api."""
    handle = guard.open_ccp(new_domain)
    browser.close_tab(handle)
    guard.offline_confirmed(new_domain)


@pytest.mark.parametrize("states", [SPANISH, RENAMED], ids=["spanish", "renamed"])
def test_the_offline_state_is_chosen_by_type(
    browser: Chromium, guard: Guard, acme: Instance, states: list[tuple[str, str]]
) -> None:
    """Whatever it is called, the state of type offline is the one."""
    acme.knobs.states = list(states)
    handle = guard.open_ccp(acme)
    browser.close_tab(handle)
    guard.offline_confirmed(acme)
    assert acme.agent.state.name == states[1][0]


def test_any_state_but_offline_is_left(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """An agent at lunch is set Offline too, from the state they chose last."""
    handle = guard.open_ccp(acme)
    browser.choose_state("Lunch")
    browser.wait_state("Lunch")
    browser.close_tab(handle)
    guard.offline_confirmed(acme)


def test_already_offline(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """Already Offline: nothing is sent, nothing is stored."""
    handle = guard.open_ccp(acme)
    browser.choose_state("Offline")
    browser.wait_state("Offline")
    guard.wait_unwatched(acme)
    browser.close_tab(handle)
    guard.settle(acme)
    assert len(acme.puts()) == 1  # the agent's own
    assert guard.of("confirmed", acme) == []
    assert guard.cards_of(acme) == []


@pytest.mark.parametrize("contact", ["call", "acw", "chat_acw"])
def test_on_a_contact_the_next_state_is_asked_for(
    browser: Chromium, guard: Guard, acme: Instance, contact: str
) -> None:
    """A call goes on, and so does after-contact work where the server keeps it: Offline becomes the next state."""
    acme.knobs.acw_next_state = "keeps"
    acme.knobs.contact = contact
    handle = guard.open_ccp(acme)
    browser.close_tab(handle)
    acme.wait_for(lambda i: i.agent.next_state is not None, what="a next state at the server")
    assert acme.agent.next_state is not None
    assert acme.agent.next_state.type == "offline"
    assert acme.knobs.contact == contact
    guard.wait_confirmed(acme)
    assert guard.cards_of(acme) == []


@pytest.mark.parametrize("ending", ["closed", "crashed"])
@pytest.mark.parametrize("contact", ["acw", "chat_acw"])
def test_in_wrap_up(browser: Chromium, guard: Guard, acme: Instance, contact: str, ending: str) -> None:
    """By AWS's guide the next state ends after-contact work alone: whose CCP is gone is Offline at once."""
    acme.knobs.contact = contact
    handle = guard.open_ccp(acme)
    if ending == "closed":
        browser.close_tab(handle)
    else:
        browser.crash_tab(handle)
    guard.offline_confirmed(acme)
    assert acme.knobs.contact is None


def test_only_the_last_ccp_counts(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """Of two CCPs one is closed: the agent stays as they are. The last one sets Offline."""
    first = guard.open_ccp(acme)
    second = browser.open(acme.ccp_url)
    browser.wait_state("Available")
    browser.wait(lambda: len(guard.of("watched", acme)) == 2, 10, "both CCPs to be known")
    browser.close_tab(first)
    browser.wait(lambda: len(guard.of("watched", acme)) == 1, 10, "the first CCP to be gone")
    guard.settle(acme)
    assert acme.puts() == []
    browser.close_tab(second)
    guard.offline_confirmed(acme)


def test_instances_are_independent(
    browser: Chromium, guard: Guard, acme: Instance, new_instance: Callable[[], Instance]
) -> None:
    """Closing one instance's CCP says nothing about another's."""
    other = new_instance()
    first = guard.open_ccp(acme)
    second = guard.open_ccp(other)
    browser.close_tab(first)
    guard.offline_confirmed(acme)
    assert other.puts() == []
    browser.close_tab(second)
    guard.offline_confirmed(other)


def test_a_ccp_in_a_company_page(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """A CCP in a frame of a company's own page is protected as one in a tab."""
    handle = browser.open(f"{acme.origin}/connect/framed")
    guard.wait_known(acme)
    browser.close_tab(handle)
    guard.offline_confirmed(acme)


@pytest.mark.parametrize("round_trip_ms", [100, 300])
def test_a_request_that_is_cut_is_sent_again(
    browser: Chromium, guard: Guard, acme: Instance, round_trip_ms: int
) -> None:
    """On a cold connection the page's request never arrives; the background's does, and looks the same."""
    handle = guard.open_ccp(acme)
    browser.choose_state("Lunch")
    browser.wait_state("Lunch")
    acme.knobs.round_trip_ms = round_trip_ms
    acme.knobs.cold = True
    closed_at = time.time()
    browser.close_tab(handle)
    guard.offline_confirmed(acme)
    # The page's own may have arrived, too: nobody there could know.
    agents_own, ours = acme.puts()[0], acme.puts()[-1]
    # At once, not only when a silence has become suspicious.
    assert ours.at - closed_at < QUIET_MS / 1000
    assert without_length(ours.headers) == without_length(agents_own.headers)
    assert ours.body is not None
    assert agents_own.body is not None
    assert set(ours.body) - {"enqueueNextState"} == set(agents_own.body) - {"enqueueNextState"}


@pytest.mark.parametrize(("put", "first"), [("500", 2), ("503", 1), ("400_throttling", 2), ("dropped", 1)])
def test_a_server_that_comes_back(browser: Chromium, guard: Guard, acme: Instance, put: str, first: int) -> None:
    """The first requests fail and the page is gone by then: the background delivers it, and nobody is warned."""
    handle = guard.open_ccp(acme)
    acme.knobs.put = put
    acme.knobs.put_first = first
    browser.close_tab(handle)
    guard.offline_confirmed(acme)


def test_a_ccp_that_vanishes(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """Closed by automation, so that no page event runs: the port alone tells it, and the background delivers."""
    handle = guard.open_ccp(acme)
    browser.close_tab_without_unload(handle)
    guard.offline_confirmed(acme)


def test_a_crashed_ccp(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The renderer crashes: delivered all the same, in words the server cannot tell from the page's."""
    handle = guard.open_ccp(acme)
    browser.choose_state("Lunch")
    browser.wait_state("Lunch")
    browser.crash_tab(handle)
    guard.offline_confirmed(acme)
    agents_own, ours = acme.puts()[0], acme.puts()[-1]
    assert without_length(ours.headers) == without_length(agents_own.headers)
    assert ours.body is not None
    assert agents_own.body is not None
    assert list(ours.body) == list(agents_own.body)
    assert list(ours.body["state"]) == list(agents_own.body["state"])


@pytest.mark.parametrize("contact", ["call", "acw", "chat_acw"])
def test_a_crash_on_a_contact(browser: Chromium, guard: Guard, acme: Instance, contact: str) -> None:
    """The background, too, asks for the next state: no call is dropped."""
    acme.knobs.acw_next_state = "keeps"
    acme.knobs.contact = contact
    handle = guard.open_ccp(acme)
    browser.crash_tab(handle)
    acme.wait_for(lambda i: i.agent.next_state is not None, what="a next state at the server")
    assert acme.agent.next_state is not None
    assert acme.agent.next_state.type == "offline"
    assert acme.knobs.contact == contact
    guard.wait_confirmed(acme)


def test_available_a_moment_ago(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The agent chooses Available and closes before the page shows it: Offline has the last word."""
    acme.set_state("Offline")
    handle = browser.open(acme.ccp_url)
    browser.wait_state("Offline")
    browser.wait(lambda: guard.statuses(acme) == ["ready"], 10, "the CCP to be known")
    acme.knobs.latency_ms = {"PutAgentState": 300}
    browser.choose_state("Available")
    acme.wait_for(lambda i: i.puts(), what="the request for Available")
    browser.close_tab(handle)
    guard.wait_confirmed(acme)
    acme.wait_for(lambda i: len(i.puts()) > 1 and i.puts()[-1].status, what="Offline to be answered")
    assert acme.agent.state.type == "offline"
    assert guard.cards_of(acme) == []


def test_a_ccp_without_an_agent_does_not_count(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """A second CCP whose Streams never came keeps nobody reachable: the only one that works is the last."""
    handle = guard.open_ccp(acme)
    acme.knobs.streams_loading = "never"
    browser.open(acme.ccp_url)
    browser.wait(lambda: len(guard.statuses(acme)) == 2, 10, "the second CCP to be known")
    browser.close_tab(handle)
    # It is waited for as long as one that opens may take.
    acme.wait_for(lambda i: i.agent.state.type == "offline", timeout=20, what="Offline at the server")
    guard.offline_confirmed(acme)


def test_a_token_that_expired(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The session holds, so a new token is fetched as Streams does, once, and looks like the CCP's own request."""
    handle = guard.open_ccp(acme)
    acme.revoke_tokens()
    browser.crash_tab(handle)
    guard.offline_confirmed(acme)
    renewals = [record for record in acme.records if record.path.endswith("/auth/authorize")]
    assert len(renewals) == 1
    assert "origin" not in renewals[0].headers
    assert renewals[0].headers["sec-fetch-site"] == "same-origin"
    assert renewals[0].headers["referer"].startswith(acme.origin)


def without_length(headers: dict[str, str]) -> dict[str, str]:
    """Headers without the one that only says how long the body is."""
    return {header: value for header, value in headers.items() if header != "content-length"}


@pytest.mark.timeout(300)
def test_a_hundred_closings_warn_nobody(browser: Chromium, guard: Guard, new_instance: Callable[[], Instance]) -> None:
    """100 closings that work: 100 times Offline at the server and confirmed, no warning at all."""
    instance = new_instance()
    for number in range(1, 101):
        # Half with each version, so that a difference between them would show.
        instance.knobs.streams = ("1.8.3", "2.28.2")[number % 2]
        instance.set_state(ENGLISH[0][0])
        instance.knobs.put = "ok"
        handle = guard.open_ccp(instance)
        browser.close_tab(handle)
        instance.wait_for(lambda i: i.agent.state.type == "offline", what="Offline at the server")
        # Over, so that nothing is on its way any more when the agent is Available again.
        guard.wait_over(instance)
        assert guard.of("failures", instance) == []
    assert guard.badge() == ""


@pytest.mark.parametrize("ending", ["closed", "crashed"])
def test_a_server_without_next_states(browser: Chromium, guard: Guard, acme: Instance, ending: str) -> None:
    """It rejects the key that asks for the next state: without it after-contact work ends, and the agent is Offline."""
    acme.knobs.contact = "acw"
    acme.knobs.reject_enqueue_key = True
    handle = guard.open_ccp(acme)
    if ending == "closed":
        browser.close_tab(handle)
    else:
        browser.crash_tab(handle)
    guard.offline_confirmed(acme)


def test_a_server_without_next_states_on_a_call(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """Refused both ways, nothing is dropped, and the agent is told."""
    acme.knobs.contact = "call"
    acme.knobs.reject_enqueue_key = True
    handle = guard.open_ccp(acme)
    browser.close_tab(handle)
    guard.wait_failure(acme)
    assert acme.knobs.contact == "call"
    assert len(guard.cards_of(acme)) == 1


def test_a_next_state_that_was_chosen(browser: Chromium, guard: Guard, beta: Instance) -> None:
    """Lunch was to come after the call. The CCP crashes: Offline is. The CCP is back in its tab: Lunch again."""
    beta.knobs.streams = "2.28.2"
    beta.knobs.contact = "call"
    handle = guard.open_ccp(beta)
    browser.choose_state("Lunch")
    beta.wait_for(
        lambda i: i.agent.next_state and i.agent.next_state == i.agent.find("Lunch"), what="Lunch to come next"
    )
    browser.wait(lambda: guard.of("watched", beta)[0]["agent"]["chosen_name"] == "Lunch", 10, "the CCP to know of it")
    browser.crash_tab(handle)
    guard.wait_confirmed(beta)
    assert beta.agent.next_state == beta.agent.find("Offline")
    guard.reload_crashed(beta)
    beta.wait_for(lambda i: i.agent.next_state == i.agent.find("Lunch"), what="Lunch to come next again")
    assert [put.state_name for put in beta.puts()] == ["Lunch", "Offline", "Lunch"]
    assert beta.knobs.contact == "call"
