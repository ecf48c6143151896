"""The options page: what is in force, where it comes from, what is wrong, and whether the set-up works."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from core.policy import KEYS
from tests.browser.guard import QUICK, Guard
from tests.browser.harness import Chromium
from tests.instance import TOKEN_MARK, Instance
from tools.paths import IMAGES, OUTPUT

# Forty ways to get settings wrong: what is stored, and a key that must be named.
MALFORMED: list[tuple[Any, str]] = [
    ("text", ""), (7, ""), ([], ""), (True, ""),
    ({"x": 1}, "x"), ({"constructor": 1}, "constructor"), ({"__proto__x": 1}, "__proto__x"), ({"": 1}, ""),
    ({"hasOwnProperty": 1}, "hasOwnProperty"), ({"Hold": "never"}, "Hold"),
    ({"hold": None}, "hold"), ({"hold": True}, "hold"), ({"hold": "NEVER"}, "hold"), ({"hold": ["never"]}, "hold"),
    ({"hold": "<img src=x onerror=alert(1)>"}, "hold"), ({"onReload": 1}, "onReload"), ({"onReload": ""}, "onReload"),
    ({"onContact": "drop"}, "onContact"), ({"onContact": {}}, "onContact"),
    ({"unloadDelayMs": "150"}, "unloadDelayMs"), ({"unloadDelayMs": -1}, "unloadDelayMs"),
    ({"unloadDelayMs": 1e9}, "unloadDelayMs"), ({"unloadDelayMs": None}, "unloadDelayMs"),
    ({"redelivery": "yes"}, "redelivery"), ({"redelivery": 0}, "redelivery"), ({"notify": None}, "notify"),
    ({"signOut": "false"}, "signOut"), ({"includeCcpV2": 1}, "includeCcpV2"),
    ({"retry": []}, "retry"), ({"retry": {"attempts": 1000}}, "retry.attempts"),
    ({"retry": {"attempts": 1.5}}, "retry.attempts"), ({"retry": {"withinSeconds": -5}}, "retry.withinSeconds"),
    ({"retry": {"constructor": 5}}, "retry.constructor"),
    ({"instances": "acme.awsapps.com"}, "instances"), ({"instances": ["*"]}, "instances"),
    ({"instances": [None]}, "instances"), ({"instances": ["acme.awsapps.com"] * 10000}, "instances"),
    ({"instances": ["a" * 10000 + ".awsapps.com"]}, "instances"),
    ({"targetState": "Offline"}, "targetState"), ({"targetState": {"name": "x" * 5000}}, "targetState"),
]  # fmt: skip


@pytest.fixture
def acme(new_instance: Callable[[], Instance]) -> Instance:
    """An instance nobody has used before."""
    return new_instance()


@pytest.fixture
def page(browser: Chromium, guard: Guard) -> Iterator[str]:
    """The open options page."""
    yield open_options(browser)
    guard.set(QUICK)


def open_options(browser: Chromium) -> str:
    """Open it and wait until it is drawn."""
    handle = browser.popup_page("options.html")
    browser.wait(lambda: rows(browser), 10, "the options page to be drawn")
    return handle


def rows(browser: Chromium) -> dict[str, str]:
    """Each setting that is shown, and where it comes from."""
    found: list[list[str]] = browser.driver.execute_script(
        "return [...document.querySelectorAll('.setting')].map((row) => [row.dataset.key, row.dataset.source])"
    )
    return {row[0]: row[1] for row in found}


def problems(browser: Chromium) -> list[tuple[str, str]]:
    """The settings that are named as wrong, and why."""
    found: list[list[str]] = browser.driver.execute_script(
        "return [...document.querySelectorAll('.problem')].map("
        "(row) => [row.dataset.key, row.querySelector('.why').textContent])"
    )
    return [(key, why) for key, why in found]


def checks(browser: Chromium) -> dict[str, str]:
    """What was looked at in this set-up, and what is said of it."""
    found: dict[str, str] = browser.driver.execute_script(
        "return Object.fromEntries([...document.querySelectorAll('.check')].map("
        "(row) => [row.dataset.check, row.dataset.well + ' ' + row.querySelector('.what').textContent]))"
    )
    return found


def stored(browser: Chromium) -> dict[str, Any]:
    """The settings of this device."""
    found: dict[str, Any] = browser.extension_call("return (await chrome.storage.local.get('settings')).settings;")
    return found


def wait_stored(browser: Chromium, key: str, expected: object) -> None:
    """Wait until a setting of this device has this value."""
    browser.wait(lambda: stored(browser).get(key) == expected, 5, f"{key} to be stored")


def wait_named(browser: Chromium, key: str, settings: str) -> None:
    """Wait until a setting is named as wrong, with a reason."""
    browser.wait(
        lambda: any(named == key and len(why) > 10 for named, why in problems(browser)),
        5,
        f"{key!r} to be named for {settings}",
    )


def control(browser: Chromium, key: str) -> Any:
    """A setting's control."""
    return browser.driver.find_element(By.CSS_SELECTOR, f'[data-id="{key}"]')


@pytest.mark.usefixtures("page")
def test_everything_is_shown(browser: Chromium, guard: Guard) -> None:
    """Every setting, in its order, with its source; nothing on the page lacks its text."""
    guard.set({"hold": "never"})
    browser.wait(lambda: rows(browser)["hold"] == "device", 10, "the change to be shown")
    assert list(rows(browser)) == KEYS
    assert [key for key, source in rows(browser).items() if source != "default"] == ["hold"]
    text = browser.driver.find_element(By.TAG_NAME, "body").text
    for key in ("setting_", "help_", "choice_", "source_", "check_", "retry_"):
        assert key not in text
    assert problems(browser) == []


@pytest.mark.usefixtures("page")
def test_settings_are_changed(browser: Chromium, guard: Guard) -> None:
    """Each kind of control, at once and for good; taken back, the default holds."""
    guard.set({})
    browser.wait(lambda: set(rows(browser).values()) == {"default"}, 10, "the defaults")
    Select(control(browser, "hold")).select_by_value("always")
    browser.wait(lambda: stored(browser) == {"hold": "always"}, 5, "the choice to be stored")
    browser.wait(lambda: rows(browser)["hold"] == "device", 5, "its source to be shown")
    control(browser, "notify").click()
    browser.wait(lambda: stored(browser).get("notify") is False, 5, "the flag to be stored")
    for key, typed, expected in [
        ("instances", "acme.awsapps.com\n\n *.my.connect.aws ", ["acme.awsapps.com", "*.my.connect.aws"]),
        ("targetState", "End of shift", {"name": "End of shift"}),
        ("unloadDelayMs", "90", 90),
    ]:
        control(browser, key).send_keys(Keys.CONTROL, "a", Keys.NULL, typed)
        browser.driver.execute_script("document.activeElement.blur()")
        wait_stored(browser, key, expected)
    browser.click('[data-id="back-hold"]')
    browser.wait(lambda: "hold" not in stored(browser), 5, "the default to hold again")
    assert stored(browser)["notify"] is False


@pytest.mark.usefixtures("page")
def test_a_wrong_value_is_refused(browser: Chromium, guard: Guard) -> None:
    """It is said, and what was stored stays."""
    guard.set({"hold": "never"})
    browser.wait(lambda: rows(browser)["hold"] == "device", 10, "the change to be shown")
    control(browser, "instances").send_keys("evil.example")
    browser.driver.execute_script("document.activeElement.blur()")
    browser.wait(lambda: "Not saved" in guard.text("#said"), 5, "the refusal")
    assert stored(browser) == {"hold": "never"}
    assert control(browser, "instances").get_attribute("value") == ""
    # What is wrong already is no reason to refuse what is right.
    browser.extension_call("await chrome.storage.local.set({settings: args[0]});", {"hold": 7})
    browser.wait(lambda: len(problems(browser)) == 1, 5, "the problem")
    control(browser, "notify").click()
    browser.wait(lambda: stored(browser).get("notify") is False, 5, "the flag to be stored")


@pytest.mark.usefixtures("page")
def test_forty_ways_to_get_it_wrong(browser: Chromium, guard: Guard, acme: Instance) -> None:
    """The key and the reason are named each time, and the agent is set Offline all the same."""
    assert len(MALFORMED) == 40
    for settings, key in MALFORMED:
        guard.chromium.extension_call("await chrome.storage.local.set({settings: args[0]});", settings)
        wait_named(browser, key, str(settings)[:80])
        guard.set({})
        browser.wait(lambda: problems(browser) == [], 5, "nothing to be wrong")
    guard.chromium.extension_call(
        "await chrome.storage.local.set({settings: args[0]});", {"hold": 7, "retry": [], "instances": ["*"], "x": None}
    )
    ccp = guard.open_ccp(acme)
    browser.close_tab(ccp)
    guard.offline_confirmed(acme)


def test_the_set_up_is_checked(browser: Chromium, guard: Guard, acme: Instance, page: str) -> None:
    """Access, and each open CCP: protected, or why not."""
    assert set(checks(browser)) == {"hosts", "no_ccp_open"}
    ccp = guard.open_ccp(acme)
    browser.switch(page)
    browser.click("#check")
    browser.wait(lambda: "ready" in checks(browser), 5, "the CCP to be found")
    assert checks(browser)["ready"] == f"yes {acme.host}: a CCP is open and protected."
    guard.set({"targetState": {"name": "End of shift"}})
    browser.click("#check")
    browser.wait(lambda: "no_such_state" in checks(browser), 5, "the missing state to be named")
    guard.set({"instances": ["other.awsapps.com"]})
    browser.wait(lambda: guard.statuses(acme) == [], 10, "the CCP to be let go")
    browser.click("#check")
    browser.wait(lambda: "not_covered" in checks(browser), 5, "the settings to be named as the reason")
    browser.close_tab(ccp)
    browser.switch(page)


def test_two_changes_at_once(browser: Chromium, guard: Guard) -> None:
    """Neither is lost: each changes what the one before has stored."""
    browser.extension_call(
        "const port = chrome.runtime.connect({name: 'options'});"
        "port.postMessage({type: 'set', key: 'notify', value: 'false'});"
        "port.postMessage({type: 'set', key: 'hold', value: '\"never\"'});"
        "port.postMessage({type: 'set', key: 'unloadDelayMs', value: '200'});"
    )

    def stored() -> dict[str, Any]:
        found: dict[str, Any] = browser.extension_call("return (await chrome.storage.local.get('settings')).settings;")
        return {key: found.get(key) for key in ("notify", "hold", "unloadDelayMs")}

    browser.wait(lambda: stored() == {"notify": False, "hold": "never", "unloadDelayMs": 200}, 10, "all three")
    guard.set(QUICK)


def test_diagnostics(browser: Chromium, guard: Guard, acme: Instance, tmp_path: Path, page: str) -> None:
    """What is exported holds no token and nobody's name, and its settings can be imported elsewhere."""
    guard.set({**QUICK, "hold": "never"})
    acme.knobs.put = "403"
    browser.close_tab(guard.open_ccp(acme))
    guard.wait_failure(acme)
    handle = guard.open_ccp(acme)
    browser.switch(page)
    # What the page saves: taken on its way to the disk.
    browser.driver.execute_script(
        "const make = URL.createObjectURL;"
        "URL.createObjectURL = (blob) => { blob.text().then((text) => { window.saved = text; }); return make(blob); };"
    )
    browser.click("#export")
    text = browser.wait(lambda: browser.driver.execute_script("return window.saved"), 10, "the export")
    exported = json.loads(text)
    assert TOKEN_MARK not in text
    assert acme.knobs.username not in text
    assert exported["settings"]["hold"] == "never"
    assert exported["failures"][-1]["reason"] == "forbidden"
    assert exported["lives"][0]["instance"] == acme.origin
    assert exported["about"]["version"]
    browser.close_tab_without_unload(handle)
    browser.switch(page)
    guard.set({})
    file = tmp_path / "settings.json"
    file.write_text(text, "utf-8")
    imported(browser, file)
    browser.wait(lambda: "imported" in guard.text("#said"), 5, "the import")
    assert stored(browser)["hold"] == "never"
    assert stored(browser)["retry"] == QUICK["retry"]
    for wrong in ('{"settings": {"hold": 7}}', '{"hold": "never", "x": 1}', "no JSON", "[]"):
        file.write_text(wrong, "utf-8")
        imported(browser, file)
        browser.wait(lambda: "Nothing was imported" in guard.text("#said"), 5, "the refusal")
    assert stored(browser)["hold"] == "never"


def imported(browser: Chromium, file: Path) -> None:
    """Choose a file as a person does: the browser's own dialog is what the driver replaces."""
    browser.driver.execute_script("document.getElementById('said').textContent = ''")
    browser.driver.execute_script("document.getElementById('file').click = () => {};")
    browser.click("#import")
    browser.driver.find_element(By.ID, "file").send_keys(str(file))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.usefixtures("page")
def test_a_picture(browser: Chromium, guard: Guard, request: pytest.FixtureRequest, scheme: str) -> None:
    """Kept in ``output/``, or with ``--images`` where the guide shows it."""
    guard.chromium.extension_call(
        "await chrome.storage.local.set({settings: args[0]});", {"hold": "always", "retry": {"attempts": 99}}
    )
    browser.wait(lambda: len(problems(browser)) == 1, 5, "the problem")
    folder = IMAGES if request.config.getoption("--images") else OUTPUT
    folder.mkdir(exist_ok=True)
    browser.driver.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    browser.screenshot(folder / f"options-{scheme}.png")
