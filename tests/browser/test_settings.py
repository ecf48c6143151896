"""What the settings change, asked of the server; in CCPs that are open already, where that is possible."""

from collections.abc import Callable

import pytest

from tests.browser.guard import QUICK, Guard
from tests.browser.harness import Chromium
from tests.instance import Instance


@pytest.fixture
def acme(new_instance: Callable[[], Instance]) -> Instance:
    """An instance nobody has used before."""
    return new_instance()


def test_a_state_by_name(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The named state is chosen, counts as Offline does, and takes effect in a CCP that is open."""
    handle = guard.open_ccp(acme)
    guard.set({**QUICK, "targetState": {"name": "Lunch"}})
    browser.wait(lambda: guard.of("watched", acme)[0]["agent"]["target_name"] == "Lunch", 10, "the new target")
    browser.close_tab(handle)
    acme.wait_for(lambda i: i.agent.state.name == "Lunch", what="Lunch at the server")
    guard.wait_confirmed(acme)
    assert guard.cards_of(acme) == []
    # Who is there already has nothing to be asked for.
    asked = len(acme.puts())
    handle = browser.open(acme.ccp_url)
    browser.wait(lambda: guard.statuses(acme) == ["ready"], 10, "the CCP to be known")
    browser.close_tab(handle)
    guard.settle(acme)
    assert len(acme.puts()) == asked


@pytest.mark.parametrize("ending", ["close", "crash"])
def test_a_state_that_is_not_there(browser: Chromium, guard: Guard, acme: Instance, ending: str) -> None:
    """An agent who does not have the named state is set Offline: nobody may ring at an empty chair."""
    guard.set({**QUICK, "targetState": {"name": "End of shift"}})
    handle = guard.open_ccp(acme)
    if ending == "close":
        browser.close_tab(handle)
    else:
        browser.crash_tab(handle)
    guard.offline_confirmed(acme)


def test_a_named_state_after_a_crash(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The background asks for it as the page would, again and again."""
    guard.set({**QUICK, "targetState": {"name": "Lunch"}})
    handle = guard.open_ccp(acme)
    browser.wait(lambda: guard.of("watched", acme)[0]["agent"]["target_name"] == "Lunch", 10, "the new target")
    acme.knobs.put_first = 1
    acme.knobs.put = "500"
    browser.crash_tab(handle)
    acme.wait_for(lambda i: i.agent.state.name == "Lunch", what="Lunch at the server")
    guard.wait_confirmed(acme)


@pytest.mark.parametrize("contact", ["call", "acw"])
@pytest.mark.parametrize("ending", ["close", "crash"])
def test_contacts_are_left_alone(browser: Chromium, guard: Guard, acme: Instance, contact: str, ending: str) -> None:
    """``onContact: skip``: nothing is asked for, and nobody is warned."""
    guard.set({**QUICK, "onContact": "skip"})
    acme.knobs.contact = contact
    handle = browser.open(acme.ccp_url)
    browser.wait(lambda: guard.statuses(acme) == ["ready"], 10, "the CCP to be known")
    if ending == "close":
        browser.close_tab(handle)
    else:
        browser.crash_tab(handle)
    guard.settle(acme)
    assert acme.puts() == []
    assert guard.cards_of(acme) == []


def test_other_instances_are_left_alone(browser: Chromium, guard: Guard, acme: Instance, beta: Instance) -> None:
    """Only what is listed is protected; a CCP that is open is let go, and taken up again, without a reload."""
    ours = guard.open_ccp(acme)
    others = guard.open_ccp(beta)
    guard.set({**QUICK, "instances": [acme.host]})
    browser.wait(lambda: guard.statuses(beta) == [], 10, "the other CCP to be let go")
    guard.settle(beta)
    assert beta.puts() == []
    assert guard.statuses(acme) == ["ready"]
    guard.set({**QUICK, "instances": [acme.host, beta.host]})
    browser.wait(lambda: guard.statuses(beta) == ["ready"], 10, "the other CCP to be taken up again")
    guard.set({**QUICK, "instances": [acme.host]})
    browser.wait(lambda: guard.statuses(beta) == [], 10, "the other CCP to be let go again")
    browser.close_tab(others)
    browser.close_tab(ours)
    guard.offline_confirmed(acme)
    guard.settle(beta)
    assert beta.puts() == []


def test_taken_up_by_a_background_that_slept(browser: Chromium, guard: Guard, acme: Instance, beta: Instance) -> None:
    """Nothing that is open is covered, so the background sleeps; what wakes it is that more is to be covered."""
    guard.set({**QUICK, "instances": [acme.host]})
    browser.open(beta.ccp_url)
    guard.settle(beta)
    assert guard.statuses(beta) == []
    guard.stop_background()
    guard.set({**QUICK, "instances": [acme.host, beta.host]})
    browser.wait(lambda: guard.statuses(beta) == ["ready"], 10, "the open CCP to be taken up")


def test_the_newer_ccp(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """``includeCcpV2``: one that is open is protected at once, the next one from its start; then neither."""
    address = f"{acme.origin}/connect/ccp-v2"
    guard.set({**QUICK, "includeCcpV2": False})
    handle = browser.open(address)
    guard.settle(acme)
    assert guard.statuses(acme) == []
    guard.set(QUICK)
    browser.wait(lambda: guard.statuses(acme) == ["ready"], 10, "the open CCP to be taken up")
    browser.close_tab(handle)
    guard.offline_confirmed(acme)
    acme.set_state("Available")
    handle = browser.open(address)
    guard.wait_known(acme)
    browser.crash_tab(handle)
    guard.offline_confirmed(acme, 2)
    guard.set({**QUICK, "includeCcpV2": False})
    acme.set_state("Available")
    asked = len(acme.puts())
    handle = browser.open(address)
    browser.wait_state("Available")
    browser.close_tab(handle)
    guard.settle(acme)
    assert len(acme.puts()) == asked


def test_the_newer_ccp_that_is_left_alone_counts(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """Who closes the one that is protected works on in the other; when that is closed too, the next is the last."""
    guard.set({**QUICK, "includeCcpV2": False})
    newer = browser.open(f"{acme.origin}/connect/ccp-v2")
    browser.wait_state("Available")
    browser.wait(lambda: [tab["instance"] for tab in guard.view()["left_alone"]] == [acme.origin], 10, "it to be shown")
    assert guard.badge() == "!"
    browser.close_tab(guard.open_ccp(acme))
    browser.wait(lambda: not guard.of("watched", acme), 10, "it to be gone")
    guard.settle(acme)
    assert acme.puts() == []
    browser.close_tab(newer)
    browser.wait(lambda: guard.badge() == "", 10, "the badge to be empty")
    browser.close_tab(guard.open_ccp(acme))
    guard.offline_confirmed(acme)


@pytest.mark.parametrize("where", ["workspace", "frame"])
@pytest.mark.parametrize("asleep", [False, True], ids=["awake", "asleep"])
def test_a_frame_that_is_left_alone_counts(
    browser: Chromium, guard: Guard, beta: Instance, where: str, asleep: bool
) -> None:
    """The CCP is in the agent workspace, or in a company's page, and the settings leave it alone: it is open.

    Nor is its session ended.
    """
    guard.set({**QUICK, "includeCcpV2": False, "signOut": True})
    ccp = f"{beta.origin}/connect/ccp-v2"
    newer = browser.open(
        f"{beta.origin}/connect/agent-app-v2/"
        if where == "workspace"
        else f"https://desk.example.com/embedded?ccp={ccp}&streams={beta.knobs.streams}"
    )
    browser.wait(lambda: [tab["instance"] for tab in guard.view()["left_alone"]] == [beta.origin], 10, "it to be shown")
    assert guard.badge() == "!"
    older = guard.open_ccp(beta)
    if asleep:
        guard.stop_background()
    browser.close_tab(older)
    browser.wait(lambda: not guard.of("watched", beta), 10, "it to be gone")
    guard.settle(beta)
    assert beta.puts() == []
    assert not signed_out(beta)
    browser.close_tab(newer)
    browser.wait(lambda: guard.badge() == "", 10, "the badge to be empty")
    browser.close_tab(guard.open_ccp(beta))
    guard.offline_confirmed(beta)


@pytest.mark.parametrize("last", [True, False], ids=["protected", "left alone"])
def test_two_changes_in_a_row(browser: Chromium, guard: Guard, beta: Instance, last: bool) -> None:
    """A setting is changed and back again, and between the two a CCP opened: it is as the settings say in the end.

    The second change finds that what was last followed is what is wanted, for the first has not been yet.
    """
    guard.set({**QUICK, "includeCcpV2": not last})
    browser.open(f"{beta.origin}/connect/ccp-v2")
    if last:
        browser.wait(lambda: len(guard.view()["left_alone"]) == 1, 15, "it to be left alone")
    else:
        guard.wait_known(beta)
    browser.extension_call("await chrome.storage.session.set({coverage: args[0]});", f"{last} ")
    guard.set({**QUICK, "includeCcpV2": last})
    if last:
        browser.wait(lambda: guard.statuses(beta) == ["ready"], 15, "it to be protected")
        browser.wait(lambda: guard.view()["left_alone"] == [], 10, "nothing to be left alone")
    else:
        browser.wait(lambda: len(guard.view()["left_alone"]) == 1, 15, "it to be left alone")
        browser.wait(lambda: guard.statuses(beta) == [], 10, "nothing to be protected")


def test_a_change_is_heard_of_in_the_middle(browser: Chromium, guard: Guard, beta: Instance) -> None:
    """A CCP speaks when the settings are read and not yet followed: it is left alone, and counts from then on."""
    browser.open(f"{beta.origin}/connect/ccp-v2")
    guard.wait_known(beta)
    browser.extension_call("await chrome.storage.session.set({coverage: 'False '});")
    with browser.background_slow("chrome.permissions.getAll", 3):
        guard.set({**QUICK, "includeCcpV2": False})
        browser.choose_state("Lunch")
        browser.wait(lambda: guard.statuses(beta) == [], 10, "nothing to be protected")
        guard.settle(beta)
    assert [tab["instance"] for tab in guard.view()["left_alone"]] == [beta.origin]


def test_what_was_protected_is_left_alone(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """A setting changes while it is open: from the first moment on it counts as one that is left alone."""
    newer = browser.open(f"{acme.origin}/connect/ccp-v2")
    guard.wait_known(acme)
    older = browser.open(acme.ccp_url)
    browser.wait(lambda: len(guard.of("watched", acme)) == 2, 10, "both to be known")
    guard.set({**QUICK, "includeCcpV2": False})
    browser.wait(lambda: len(guard.of("watched", acme)) == 1, 10, "one to be left alone")
    browser.close_tab(older)
    guard.settle(acme)
    assert acme.puts() == []
    guard.set(QUICK)
    browser.wait(lambda: guard.of("watched", acme), 10, "it to be protected again")
    browser.close_tab(newer)
    guard.offline_confirmed(acme)


def signed_out(instance: Instance) -> bool:
    """Whether the agent's session has been ended."""
    return any(record.path.endswith("/logout") and record.status for record in instance.records)


@pytest.mark.parametrize("ending", ["close", "crash"])
def test_the_session_ends_too(browser: Chromium, guard: Guard, acme: Instance, ending: str) -> None:
    """``signOut``: after Offline, and as if the CCP had asked."""
    guard.set({**QUICK, "signOut": True})
    handle = guard.open_ccp(acme)
    if ending == "close":
        browser.close_tab(handle)
    else:
        browser.crash_tab(handle)
        browser.close_tab_without_unload(handle)
    guard.offline_confirmed(acme)
    acme.wait_for(signed_out, what="the session to be ended")
    assert not acme.signed_in
    assert guard.cards_of(acme) == []


def test_who_is_back_elsewhere_is_not_signed_out(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The tab goes elsewhere, the CCP is opened in another, and then the first tab is closed: the session goes on."""
    guard.set({**QUICK, "signOut": True})
    handle = guard.open_ccp(acme)
    browser.switch(handle)
    browser.navigate("about:blank")
    guard.offline_confirmed(acme)
    browser.open(acme.ccp_url)
    browser.wait(lambda: guard.statuses(acme) == ["ready"], 10, "the second CCP to be known")
    browser.close_tab_without_unload(handle)
    # Longer than it takes to look again.
    guard.settle(acme)
    assert not signed_out(acme)


def test_who_reloads_is_not_signed_out(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The session goes on."""
    guard.set({**QUICK, "signOut": True})
    handle = guard.open_ccp(acme)
    browser.switch(handle)
    browser.reload()
    browser.wait(lambda: guard.statuses(acme) == ["ready"], 10, "the CCP to be known again")
    guard.settle(acme)
    assert not signed_out(acme)


def test_another_agent_is_not_signed_out(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """Somebody else has signed in at this desk since: the first agent is Offline, and that session is not ended."""
    guard.set({**QUICK, "signOut": True})
    handle = guard.open_ccp(acme)
    acme.knobs.username = "blake"
    acme.knobs.streams_loading = "never"
    second = browser.open(acme.ccp_url)
    browser.wait(lambda: len(guard.statuses(acme)) == 2, 10, "the second CCP to be known")
    browser.close_tab(second)
    browser.close_tab(handle)
    acme.wait_for(lambda i: i.agent_of("alex").state.type == "offline", what="the first agent to be Offline")
    acme.wait_for(lambda i: "blake" in [r.username for r in i.requests("GetAgentConfiguration")], what="the question")
    guard.settle(acme)
    assert not signed_out(acme)
    assert acme.agent_of("blake").state.name == "Available"
    assert guard.cards_of(acme) == []


def test_a_contact_is_not_signed_out(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The contact would lose its telephone."""
    guard.set({**QUICK, "signOut": True})
    acme.knobs.contact = "call"
    handle = guard.open_ccp(acme)
    browser.close_tab(handle)
    guard.wait_confirmed(acme)
    guard.settle(acme)
    assert not signed_out(acme)


def notices(browser: Chromium) -> list[str]:
    """The notifications that are shown."""
    found: list[str] = browser.extension_call("return Object.keys(await chrome.notifications.getAll());")
    return found


@pytest.mark.parametrize("wanted", [True, False])
def test_notifications(browser: Chromium, guard: Guard, acme: Instance, wanted: bool) -> None:
    """``notify``: badge and popup tell in any case."""
    guard.set({**QUICK, "notify": wanted})
    acme.knobs.put = "403"
    handle = guard.open_ccp(acme)
    browser.close_tab(handle)
    failure = guard.wait_failure(acme)
    browser.wait(lambda: guard.badge() == "1", 10, "the badge")
    assert len(guard.cards_of(acme)) == 1
    if wanted:
        browser.wait(lambda: failure["id"] in notices(browser), 10, "the notification")
    else:
        assert notices(browser) == []
