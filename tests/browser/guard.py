"""The extension as a test sees it: its popup page, its journal, its badge."""

import time
from dataclasses import dataclass
from typing import Any

from core.outcome import QUIET_MS
from tests.browser.harness import Chromium, wait
from tests.instance import TOKEN_MARK, Instance

# A verdict comes when the tries are over, or two seconds after the last sign of life.
VERDICT_SECONDS = 15
# Fewer and quicker tries than by default, so that a test need not wait for an end that never changes.
QUICK = {"retry": {"attempts": 3, "firstDelayMs": 100, "withinSeconds": 4}}


@dataclass(frozen=True)
class Card:
    """One failure as the popup shows it."""

    host: str
    title: str
    reason: str
    why: str
    advice: str
    detail: str
    time: str


def with_parts(stored: dict[str, Any] | None) -> dict[str, Any]:
    """A journal, with its lives also by what they are: ``watched`` (open) and ``pending`` (gone, undecided)."""
    journal = stored or {"lives": [], "failures": [], "confirmed": []}
    journal["watched"] = [life for life in journal["lives"] if life["phase"] in ("open", "asked")]
    journal["pending"] = [life for life in journal["lives"] if life["phase"] in ("gone", "away", "leaving")]
    return journal


class Guard:
    """Asks the extension what a person, or its disk, would say."""

    def __init__(self, chromium: Chromium) -> None:
        self.chromium = chromium

    def set(self, settings: dict[str, Any]) -> None:
        """Change the settings of this device."""
        self.chromium.extension_call("await chrome.storage.local.set({settings: args[0]});", settings)

    def journal(self) -> dict[str, Any]:
        """The journal as it is on disk."""
        stored: dict[str, Any] | None = self.chromium.extension_call(
            "return (await chrome.storage.local.get('journal')).journal ?? null;"
        )
        return with_parts(stored)

    def of(self, part: str, instance: Instance) -> list[dict[str, Any]]:
        """One part of the journal, of one instance."""
        return [record for record in self.journal()[part] if record["instance"] == instance.origin]

    def open_failures(self, instance: Instance) -> list[dict[str, Any]]:
        """The failures of one instance that nobody has resolved."""
        return [failure for failure in self.of("failures", instance) if failure["resolved"] == ""]

    def open_ccp(self, instance: Instance) -> str:
        """Open an instance's CCP and wait until the extension knows its agent."""
        handle = self.chromium.open(instance.ccp_url)
        self.wait_known(instance)
        return handle

    def wait_known(self, instance: Instance) -> None:
        """Wait until the extension knows the agent: from now on a closing can be acted on."""
        wait(lambda: self.of("watched", instance), 20, f"the extension to know the agent of {instance.host}")

    def wait_another(self, instance: Instance, before: str) -> None:
        """Wait until the extension knows the agent in another document than before."""
        wait(lambda: [life for life in self.of("watched", instance) if life["ccp"] != before], 20, "the CCP to be back")

    def wait_over(self, instance: Instance) -> None:
        """Wait until nothing of an instance is open or pending, and every request for a state is answered."""
        wait(lambda: not self.of("lives", instance), 15, "every departure to be over")
        instance.wait_for(lambda i: all(put.status for put in i.puts()), what="every request to be answered")

    def reload_crashed(self, instance: Instance) -> None:
        """Reload a tab whose page has crashed; the driver cannot."""
        self.chromium.extension_call(
            "const [tab] = await chrome.tabs.query({url: args[0] + '/*'}); await chrome.tabs.reload(tab.id);",
            instance.origin,
        )

    def wait_unwatched(self, instance: Instance) -> None:
        """Wait until the extension knows that the agent is Offline."""
        wait(lambda: not self.of("watched", instance), 10, f"the extension to know {instance.host} is Offline")

    @staticmethod
    def wait_out(seconds: float) -> None:
        """Let time pass in which nothing must happen."""
        time.sleep(seconds)

    def settle(self, instance: Instance) -> None:
        """Wait until nothing of this instance is on its way to a verdict.

        Longer than a verdict takes from the last event, so that a second, late failure would show.
        """
        time.sleep(QUIET_MS / 1000 + 0.3)
        wait(lambda: not self.of("pending", instance), VERDICT_SECONDS, "every departure to be decided")

    def wait_tried(self, instance: Instance) -> None:
        """Wait until a try of the background's has failed; the page's own, which Streams repeats, do not count."""
        wait(
            lambda: any(
                put["own"] and put["ended_at"] for life in self.of("pending", instance) for put in life["puts"]
            ),
            VERDICT_SECONDS,
            "a try of the background's to fail",
        )

    def wait_confirmed(self, instance: Instance, count: int = 1, timeout: float = VERDICT_SECONDS) -> None:
        """Wait until so many departures of an instance are confirmed, and none is pending."""
        wait(
            lambda: len(self.of("confirmed", instance)) >= count and not self.of("pending", instance),
            timeout,
            f"{count} confirmed departure(s) of {instance.host}",
        )

    def offline_confirmed(self, instance: Instance, departures: int = 1) -> None:
        """The truth is at the server; the background knows it; the popup has nothing to say."""
        instance.wait_for(lambda i: i.agent.state.type == "offline", what="Offline at the server")
        self.wait_confirmed(instance, departures)
        assert self.cards_of(instance) == []

    def wait_failure(self, instance: Instance, timeout: float = VERDICT_SECONDS) -> dict[str, Any]:
        """Wait until an instance has a failure and nothing is pending; the newest."""
        wait(
            lambda: self.open_failures(instance) and not self.of("pending", instance),
            timeout,
            f"a failure of {instance.host}",
        )
        return self.open_failures(instance)[-1]

    def cards(self) -> list[Card]:
        """The failures, read from the real popup page, in the order it shows them."""
        before = self.chromium.driver.current_window_handle
        handle = self.open_popup()
        rows: list[dict[str, str]] = self.chromium.driver.execute_script(
            """
            const text = (card, css) => card.querySelector(css)?.textContent ?? '';
            return [...document.querySelectorAll('article.failure')].map((card) => ({
              host: text(card, '.where'), title: text(card, 'h2'), reason: card.dataset.reason,
              why: text(card, '.why'), advice: text(card, '.advice'), detail: text(card, '.detail'),
              time: text(card, 'time'),
            }));
            """
        )
        self.close(handle)
        self.chromium.switch(before)
        return [Card(**row) for row in rows]

    def cards_of(self, instance: Instance) -> list[Card]:
        """The popup's failures of one instance."""
        return [card for card in self.cards() if card.host == instance.host]

    def open_popup(self) -> str:
        """Open the popup page and wait until it has drawn what the background sent."""
        handle = self.chromium.popup_page()
        wait(
            lambda: self.chromium.driver.execute_script("return document.getElementById('starting').hidden"),
            10,
            "the popup to be drawn",
        )
        return handle

    def rows(self) -> list[tuple[str, str]]:
        """The CCPs that the open popup lists: host and state."""
        found: list[list[str]] = self.chromium.driver.execute_script(
            "return [...document.querySelectorAll('#ccps .ccp')].map("
            "(row) => [...row.children].map((part) => part.textContent))"
        )
        return [(host, state) for host, state in found]

    def view(self) -> dict[str, Any]:
        """What the background tells a popup."""
        view: dict[str, Any] = self.chromium.extension_call(
            "const port = chrome.runtime.connect({name: 'popup'});"
            "const view = await new Promise((done) => port.onMessage.addListener(done));"
            "port.disconnect(); return view;"
        )
        return view

    def statuses(self, instance: Instance) -> list[str]:
        """The status of each open CCP of an instance."""
        return [ccp["status"] for ccp in self.view()["open"] if ccp["instance"] == instance.origin]

    def popup_text(self) -> str:
        """All that the popup page holds, markup included."""
        before = self.chromium.driver.current_window_handle
        handle = self.open_popup()
        source = self.chromium.driver.page_source
        self.close(handle)
        self.chromium.switch(before)
        return source

    def visible(self, css: str) -> bool:
        """Whether an element of the open page is shown."""
        return bool(self.chromium.driver.find_element("css selector", css).is_displayed())

    def text(self, css: str) -> str:
        """The text of an element of the open page."""
        return str(self.chromium.driver.find_element("css selector", css).text)

    def count(self, css: str) -> int:
        """How many elements of the open page match."""
        return len(self.chromium.driver.find_elements("css selector", css))

    def redraw(self) -> None:
        """Have the open popup drawn anew, by a command that changes nothing."""
        self.chromium.driver.execute_script("document.querySelector('article.failure').dataset.old = '1'")
        self.chromium.extension_call(
            "const port = chrome.runtime.connect({name: 'popup'});"
            "port.postMessage({type: 'dismiss', id: 'nobody'});"
            "await new Promise((done) => setTimeout(done, 50)); port.disconnect();"
        )
        wait(
            lambda: self.count("article.failure") > 0 and self.count("article.failure[data-old]") == 0,
            5,
            "the popup to be drawn anew",
        )

    def close(self, handle: str) -> None:
        """Close one of our own pages."""
        self.chromium.close_tab_without_unload(handle)

    def click(self, css: str) -> None:
        """Click in the page that is open."""
        self.chromium.click(css)

    def tokens_found(self) -> list[str]:
        """Where something stands that looks like a token, though it may be in memory only.

        Asked: what is stored, what a popup is told, what the browser's log holds.
        """
        stored = self.chromium.extension_call(
            "return JSON.stringify([await chrome.storage.local.get(), await chrome.storage.session.get()]);"
        )
        log = (self.chromium.profile / "chrome_debug.log").read_text("utf-8", "replace")
        places = {"storage": stored, "view": str(self.view()), "log": log}
        return [place for place, text in places.items() if TOKEN_MARK in text]

    def badge(self) -> str:
        """What stands on the toolbar button."""
        return str(self.chromium.extension_call("return await chrome.action.getBadgeText({});"))

    def stop_background(self) -> None:
        """Stop the service worker, as the browser does with one that has had nothing to do for a while."""
        self.chromium.extension_command("ServiceWorker.enable")
        self.chromium.extension_command("ServiceWorker.stopAllWorkers")

    def switch(self, on: bool) -> None:
        """Switch the extension off or on, in the browser's own page of extensions."""
        self.chromium.switch_extension(on)

    def dismiss_all(self) -> None:
        """What a test leaves must not be another test's."""
        self.chromium.extension_call(
            "const port = chrome.runtime.connect({name: 'popup'});"
            "port.postMessage({type: 'dismiss_all'}); await new Promise((done) => setTimeout(done, 50));"
            "port.disconnect();"
        )
