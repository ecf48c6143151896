"""The page is a guest house: nothing of it is changed, nothing of ours reaches it, and strangers stay strangers."""

import json
from typing import Any

import pytest

from tests.browser.guard import Guard
from tests.browser.harness import Chromium
from tests.instance import Instance, SimulatedConnect

# Every property of the page's world, described: of window, of each global, and of its prototype.
DESCRIBE = """
const source = Function.prototype.toString;
const describe = (owner) => Object.fromEntries(Reflect.ownKeys(owner).map((key) => {
  const found = Reflect.getOwnPropertyDescriptor(owner, key);
  const kind = (value) => typeof value === 'function' ? source.call(value).slice(0, 200) : typeof value;
  return [String(key), [found.enumerable, found.configurable, found.writable ?? null,
    'value' in found ? kind(found.value) : [kind(found.get), kind(found.set)]].join()];
}));
const world = {window: describe(window), document: describe(document)};
for (const name of Object.getOwnPropertyNames(window).sort()) {
  if (/^(event|external|chrome|performance)$/.test(name)) continue;
  let value;
  try { value = window[name]; } catch { continue; }
  if (value === window || value === document || value === null) continue;
  if (typeof value !== 'function' && typeof value !== 'object') continue;
  try { world[name] = describe(value); } catch { continue; }
  if (value.prototype) world[name + '.prototype'] = describe(value.prototype);
}
const walked = [];
for (const key in window) walked.push(key);
const letters = []; for (const key in ['x']) letters.push(key); for (const key in 'x') letters.push(key);
return JSON.stringify({world, walked: walked.sort(), letters, errors: window.errors ?? [],
  attributes: document.documentElement.getAttributeNames(), children: document.documentElement.childElementCount});
"""
COLLECT_ERRORS = (
    "window.errors = [];"
    "addEventListener('error', (event) => errors.push(String(event.message)));"
    "addEventListener('unhandledrejection', (event) => errors.push(String(event.reason)));"
)


def world_of(browser: Chromium, instance: Instance) -> dict[str, Any]:
    """Open the CCP and describe its page's world."""
    handle = browser.open(instance.ccp_url)
    browser.wait_state("Available")
    found: dict[str, Any] = json.loads(browser.driver.execute_script(DESCRIBE))
    browser.close_tab_without_unload(handle)
    return found


def test_the_page_has_the_same_world(browser: Chromium, bare_browser: Chromium, guard: Guard, acme: Instance) -> None:
    """Built-ins and globals are the same with and without us, property by property."""
    acme.knobs.page_script = COLLECT_ERRORS
    without = world_of(bare_browser, acme)
    with_us = world_of(browser, acme)
    assert len(without["world"]) > 500
    for name, properties in without["world"].items():
        assert with_us["world"][name] == properties, name
    assert with_us == without
    assert guard.journal()["version"] == 2


@pytest.mark.parametrize(
    "url",
    [
        "https://stranger.awsapps.com/connect/blank",
        "https://stranger.my.connect.aws/connect/agent-app-v2/",
        "https://stranger.awsapps.com/ccp",
        "https://stranger.awsapps.com/ccp-v2",
        "https://awsapps.com.evil.example/connect/ccp",
        "https://evilawsapps.com/connect/ccp",
        "https://www.example.com/connect/ccp",
    ],
)
def test_strangers_are_left_alone(browser: Chromium, guard: Guard, connect: SimulatedConnect, url: str) -> None:
    """Other paths, other hosts and look-alikes: not a script of ours runs there, nothing is sent or stored."""
    host = url.split("/")[2]
    instance = connect.instance(host)
    instance.reset()
    instance.knobs.page_script = (
        "window.heard = [];"
        "const dispatch = document.dispatchEvent.bind(document);"
        "document.addEventListener('ccp-offline-guard:answer', (event) => heard.push(event.type));"
        "dispatch(new CustomEvent('ccp-offline-guard:ask'));"
    )
    handle = browser.open(url)
    assert browser.driver.execute_script("return window.heard ?? []") == []
    browser.close_tab(handle)
    guard.settle(instance)
    assert instance.puts() == []
    journal = guard.journal()
    for part in ("pending", "failures", "watched", "confirmed"):
        assert [record for record in journal[part] if host in record["instance"]] == []


def test_another_port_is_no_ccp(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The browser puts us into any port's pages; Connect has none but its own, so there we fall silent."""
    handle = browser.open(acme.ccp_url.replace(acme.host, f"{acme.host}:8443"))
    browser.wait_state("Available")
    # A choice that has reached the server: by now we have long been told that we are not wanted here.
    browser.choose_state("Lunch")
    browser.wait_state("Lunch")
    asked = len(acme.puts())
    browser.close_tab(handle)
    guard.settle(acme)
    assert len(acme.puts()) == asked
    assert guard.statuses(acme) == []
    for part in ("pending", "failures", "watched", "confirmed"):
        assert guard.of(part, acme) == []


def test_streams_that_comes_late(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """Streams loads after ten seconds: until then the CCP waits, after that it is protected."""
    acme.knobs.streams_loading = "late"
    handle = browser.open(acme.ccp_url)
    browser.wait(lambda: guard.statuses(acme) == ["no_streams"], 10, "the CCP to be shown without Streams")
    guard.wait_known(acme)
    browser.wait(lambda: guard.statuses(acme) == ["ready"], 5, "the CCP to be shown as ready")
    # The worker has only just started; it must be able to send before the page goes.
    browser.choose_state("Lunch")
    browser.wait_state("Lunch")
    browser.close_tab(handle)
    acme.wait_for(lambda i: i.agent.state.type == "offline", what="Offline at the server")
    guard.wait_confirmed(acme)


@pytest.mark.parametrize(("loading", "status"), [("never", "no_streams"), ("throws", "streams_error")])
def test_streams_that_never_works(browser: Chromium, guard: Guard, beta: Instance, loading: str, status: str) -> None:
    """Streams is missing, or throws at every call: said in the popup, never thrown into the page."""
    beta.knobs.streams_loading = loading
    beta.knobs.page_script = COLLECT_ERRORS
    handle = browser.open(beta.ccp_url)
    browser.wait(lambda: guard.statuses(beta) == [status], 15, f"the CCP to be shown as {status}")
    browser.wait(lambda: guard.badge() == "!", 5, "the badge to say so")
    errors = browser.driver.execute_script("return window.errors")
    assert [error for error in errors if "connect is not defined" not in error] == []
    browser.close_tab(handle)
    guard.settle(beta)
    assert guard.badge() == ""
    assert guard.cards_of(beta) == []
    assert beta.puts() == []


def test_a_page_that_replaces_built_ins(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """What the page breaks after us does not break us: the natives were taken first."""
    acme.knobs.page_script = (
        "EventTarget.prototype.dispatchEvent = () => { throw new Error('broken'); };"
        "window.CustomEvent = function () { throw new Error('broken'); };"
        "Reflect.apply = () => { throw new Error('broken'); };"
    )
    handle = guard.open_ccp(acme)
    browser.close_tab(handle)
    acme.wait_for(lambda i: i.agent.state.type == "offline", what="Offline at the server")
    guard.wait_confirmed(acme)


def test_a_page_that_forges_facts(guard: Guard, acme: Instance) -> None:
    """A page that answers in the hook's place comes too late, and a made-up fact reaches nobody."""
    acme.knobs.page_script = (
        "const channel = '00000000-0000-0000-0000-000000000000';"
        "const say = (name, detail) => document.dispatchEvent(new CustomEvent(name, {detail}));"
        "say('ccp-offline-guard:answer', channel);"
        "say(channel, JSON.stringify({type: 'agent', name: 'Forged', state_type: 'routable'}));"
        "dispatchEvent(new Event('beforeunload'));"
    )
    guard.open_ccp(acme)
    assert "Forged" not in guard.popup_text()
    assert acme.puts() == []


def test_hostile_names_are_text(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """A state named like markup is shown as it is written, and runs nothing."""
    name = "<img src=x onerror=document.title='hacked'>"
    acme.knobs.states = [(name, "routable"), ("Offline", "offline")]
    acme.set_state(name)
    guard.open_ccp(acme)
    handle = guard.open_popup()
    rows = browser.driver.execute_script(
        "return [...document.querySelectorAll('#ccps .state')].map((row) => row.textContent)"
    )
    assert rows == [name]
    assert browser.driver.title != "hacked"
    assert browser.driver.execute_script("return document.querySelectorAll('#ccps img').length") == 0
    guard.close(handle)


def test_no_token_leaves_memory(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """After a repeated delivery and a failure, no token stands in storage, the popup or its messages."""
    handle = guard.open_ccp(acme)
    acme.knobs.round_trip_ms = 100
    acme.knobs.cold = True
    acme.knobs.put = "500"
    browser.close_tab(handle)
    guard.wait_failure(acme)
    stored = browser.extension_call(
        "return JSON.stringify([await chrome.storage.local.get(), await chrome.storage.session.get()]);"
    )
    told = browser.extension_call(
        "return await new Promise((done) => chrome.runtime.connect({name: 'popup'})"
        ".onMessage.addListener((view) => done(JSON.stringify(view))));"
    )
    assert acme.origin in stored
    assert acme.origin in told
    for token in acme.tokens:
        assert token not in stored + told + guard.popup_text()
