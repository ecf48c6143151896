"""Signing out leaves the agent Available, too, so it is a departure: Offline goes out while the session lasts."""

import pytest

from tests.browser.guard import Guard
from tests.browser.harness import Chromium
from tests.instance import Instance


@pytest.mark.parametrize("revokes_ms", [None, 300])
def test_signing_out(browser: Chromium, guard: Guard, acme: Instance, revokes_ms: int | None) -> None:
    """The token outlives the session, for ever or for a moment: the agent is Offline, and nobody is warned."""
    acme.knobs.logout_revokes_ms = revokes_ms
    guard.open_ccp(acme)
    browser.click("#log-out")
    acme.wait_for(lambda i: i.agent.state.type == "offline", what="Offline at the server")
    guard.wait_confirmed(acme)
    guard.settle(acme)
    assert guard.cards_of(acme) == []


def test_a_token_that_ends_with_the_session(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The server refuses from the first moment on, as it may: the agent is told."""
    acme.knobs.logout_revokes_ms = 0
    guard.open_ccp(acme)
    browser.click("#log-out")
    guard.wait_failure(acme)
    guard.settle(acme)
    cards = guard.cards_of(acme)
    assert [card.reason for card in cards] == ["logged_out"]
    assert cards[0].why == "You signed out before Amazon Connect had set you Offline."
    assert cards[0].advice == "Open the CCP, sign in, and set yourself Offline."
    assert acme.agent.state.name == "Available"


@pytest.mark.parametrize("put", ["ok", "500"])
def test_a_ccp_that_sets_offline_itself(browser: Chromium, guard: Guard, acme: Instance, put: str) -> None:
    """As CCPv2 does before it logs out: that is left to it. Where it fails, the agent is told."""
    acme.knobs.logout_sets_offline = True
    browser.open(f"{acme.origin}{acme.base}/ccp-v2")
    guard.wait_known(acme)
    acme.knobs.put = put
    browser.click("#log-out")
    acme.wait_for(lambda i: any(r.path == f"{acme.base}/logout" and r.status for r in i.records), what="the log-out")
    browser.wait(lambda: not guard.view()["open"], 10, "the CCP to be gone")
    guard.settle(acme)
    if put == "ok":
        assert [record.username for record in acme.puts()] == ["alex"]
        assert acme.agent.state.type == "offline"
        assert guard.cards_of(acme) == []
    else:
        assert [card.reason for card in guard.cards_of(acme)] == ["logged_out"]


def test_signing_out_when_offline(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """Already Offline: nothing is sent."""
    guard.open_ccp(acme)
    browser.choose_state("Offline")
    browser.wait_state("Offline")
    guard.wait_unwatched(acme)
    browser.click("#log-out")
    browser.wait(lambda: not guard.view()["open"], 10, "the CCP to be gone")
    guard.settle(acme)
    assert len(acme.puts()) == 1
    assert guard.cards_of(acme) == []


@pytest.mark.parametrize("revokes_ms", [None, 300])
def test_signing_out_of_two(browser: Chromium, guard: Guard, acme: Instance, revokes_ms: int | None) -> None:
    """All CCPs of the instance reload themselves: that is one departure, confirmed once, and no second story."""
    acme.knobs.logout_revokes_ms = revokes_ms
    guard.open_ccp(acme)
    browser.open(acme.ccp_url)
    browser.wait(lambda: len(guard.of("watched", acme)) == 2, 10, "both CCPs to be known")
    browser.click("#log-out")
    guard.offline_confirmed(acme)
    guard.settle(acme)
    assert guard.of("failures", acme) == []
    assert len(guard.of("confirmed", acme)) == 1
