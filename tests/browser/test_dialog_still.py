"""The dialog's buttons stand still while it is open, and take a click only when they have stood for a moment."""

from typing import Any

import pytest

from tests.browser import test_hold
from tests.browser.ccp_tab import CcpTab
from tests.browser.dialog import PageDialog
from tests.browser.guard import QUICK
from tests.browser.test_hold import ENTER, Held, close_and_stay, fail_to_choose, wait_quiet
from tests.instance import Instance

# The same browser and the same cleaning up as where the dialog is tested for what it does.
shown_browser = test_hold.shown_browser
held = test_hold.held

# Keeps where everything is, whenever anything changes.
_RECORD = """function () {
  const place = (each) => { const box = each.getBoundingClientRect(); return [box.x, box.y, box.width, box.height]; };
  const parts = [this, ...this.querySelectorAll('button, progress, .status')];
  this.record = [];
  const look = () => this.record.push({phase: this.dataset.phase,
    places: JSON.stringify([parts.map(place), document.documentElement.style.marginTop])});
  look();
  new MutationObserver(look).observe(this, {attributes: true, characterData: true, childList: true, subtree: true});
}"""
_RECORDED = "function () { return this.record; }"
# What a language with long words, a long name of a state and a long list would say.
_SAY_MUCH = """function () {
  const much = 'Mittagspausenregelung '.repeat(9);
  for (const each of this.querySelectorAll('h2, #why, .status')) { each.textContent = much; }
  const list = this.querySelector('ul');
  list.hidden = false;
  for (let row = 0; row < 9; row++) { list.append(document.createElement('li')); list.lastChild.textContent = much; }
}"""
# Clicks every button at the moment it appears, and begins to press it; notes when it appeared and when it took a click.
_HURRY = """function () {
  this.clicked = [];
  this.appeared = {};
  this.took = {};
  new MutationObserver((changes) => {
    for (const {target, attributeName} of changes) {
      const command = target.dataset.command;
      if (attributeName === 'disabled' && !target.disabled) {
        this.appeared[command] = performance.now();
        this.clicked.push(command);
        target.click();
        target.dispatchEvent(new PointerEvent('pointerdown'));
      } else if (attributeName === 'data-still' && target.dataset.still) {
        this.took[command] = performance.now();
      }
    }
  }).observe(this, {attributes: true, subtree: true});
}"""


def resize(tab: CcpTab, width: int, height: int, scale: int = 1) -> None:
    """Give the page a size, in its own pixels, of which each is so many of the screen's."""
    tab.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False)


def held_at_failure(held: Held, instance: Instance) -> tuple[CcpTab, PageDialog]:
    """A CCP whose dialog has tried in vain."""
    held.set(QUICK)
    tab = held.failing(instance)
    dialog = close_and_stay(tab)
    dialog.wait("failed")
    wait_quiet(instance)
    return tab, dialog


@pytest.mark.parametrize(
    ("width", "height", "scale"), [(1000, 700, 1), (320, 465, 1), (500, 350, 2)], ids=["wide", "narrow", "zoomed"]
)
@pytest.mark.parametrize("form", ["modal", "bar"])
def test_nothing_moves(held: Held, beta: Instance, form: str, width: int, height: int, scale: int) -> None:
    """From the first try to Offline, whatever is said: every button has its place, and the page below a bar has its."""
    held.set({"retry": {"attempts": 3, "firstDelayMs": 600, "withinSeconds": 20}})
    beta.knobs.latency_ms = {"PutAgentState": 200}
    tab = held.at_lunch(beta)
    resize(tab, width, height, scale)
    if form == "bar":
        beta.start_call()
        held.chromium.wait(lambda: held.of("watched", beta)[0]["agent"]["contacts"], 10, "the call to be known")
    fail_to_choose(held, tab, beta, "500")
    dialog = close_and_stay(tab)
    shown = dialog.wait("trying", "waiting")
    assert shown.bar == (form == "bar")
    assert inside(shown.places, width, height)
    dialog.call(_RECORD)
    dialog.wait("failed", timeout=30)
    wait_quiet(beta)
    beta.knobs.put = "ok"
    dialog.press("try_again")
    dialog.wait("confirmed", timeout=30)
    if form == "bar":
        beta.end_call()
        beta.clear_contact()
        held.chromium.wait(lambda: "You are Offline" in dialog.wait("confirmed").title, 10, "the end of the contact")
    dialog.call(_SAY_MUCH)
    assert dialog.wait("confirmed").places == shown.places
    recorded = dialog.call(_RECORDED)
    assert {look["phase"] for look in recorded} == {"trying", "waiting", "failed", "confirmed"}
    assert len({look["places"] for look in recorded}) == 1
    dialog.press("ok")
    dialog.wait_gone()


def inside(places: dict[str, Any], width: int, height: int) -> bool:
    """Whether all of the dialog is in the window."""
    return all(x >= 0 and y >= 0 and x + wide <= width and y + high <= height for x, y, wide, high in places.values())


def test_a_click_that_was_meant_for_another(held: Held, beta: Instance) -> None:
    """What has just appeared takes no click, and none that began then; what was there before takes them all along."""
    _, dialog = held_at_failure(held, beta)
    dialog.wait_takes("keep_working")
    dialog.call(_HURRY)
    beta.knobs.put = "ok"
    dialog.press("try_again")
    shown = dialog.wait("confirmed")
    # Its meaning and its place are what they were.
    assert shown.takes("keep_working")
    dialog.wait_takes("ok")
    assert dialog.call("function () { return this.clicked; }") == ["ok"]
    waited = dialog.call("function () { return this.took.ok - this.appeared.ok; }")
    # It is seen to appear a little later than it did.
    assert waited > 350
    # The press that began too early ends.
    dialog.call("function () { this.querySelector('[data-command=ok]').click(); }")
    assert dialog.wait("confirmed").takes("ok")
    dialog.press("ok")
    dialog.wait_gone()


def test_a_key_that_is_held_down(held: Held, beta: Instance) -> None:
    """It was pressed for what had the focus before."""
    tab, dialog = held_at_failure(held, beta)
    beta.knobs.put = "ok"
    dialog.wait_takes("try_again")
    tab.key(*ENTER)
    assert dialog.wait("confirmed").focused == "ok"
    dialog.wait_takes("ok")
    tab.send(
        "Input.dispatchKeyEvent",
        type="keyDown",
        key="Enter",
        code="Enter",
        windowsVirtualKeyCode=13,
        text="\r",
        autoRepeat=True,
    )
    assert dialog.wait("confirmed").focused == "ok"
    tab.key(*ENTER)
    dialog.wait_gone()


def test_a_window_that_changes(held: Held, beta: Instance) -> None:
    """Its buttons are somewhere else: they take a click once they have stood there."""
    tab, dialog = held_at_failure(held, beta)
    before = dialog.wait_takes("leave_anyway")
    dialog.call(
        "function () { new MutationObserver((changes) => { this.unmarked ??= changes.some("
        "(change) => !change.target.dataset.still) || undefined; })"
        ".observe(this.querySelector('[data-command=leave_anyway]'), {attributeFilter: ['data-still']}); }"
    )
    resize(tab, 400, 600)
    held.chromium.wait(lambda: dialog.call("function () { return this.unmarked; }"), 5, "the change to be seen")
    after = dialog.wait_takes("leave_anyway")
    assert after.at("leave_anyway") != before.at("leave_anyway")
    dialog.press("leave_anyway")
    dialog.wait("let_go")
