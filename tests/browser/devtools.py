"""A second way into the browser: one page over the DevTools protocol, past the driver.

The driver can look at one tab at a time, and switching disturbs what is being tested. This asks a page
of the extension while the driver stays where it is.
"""

import json
import time
import urllib.request
from typing import Any

import websocket


class DevToolsError(RuntimeError):
    """The page could not be asked, or what it was asked to run threw."""


class Target:
    """Anything the protocol can speak to: a page, or a worker."""

    def __init__(self, target: dict[str, str]) -> None:
        self._numbers = 0
        self._events: list[dict[str, Any]] = []
        self._socket = websocket.create_connection(target["webSocketDebuggerUrl"], suppress_origin=True, timeout=30)

    def send(self, method: str, **parameters: object) -> dict[str, Any]:
        """Send one command and wait for its answer."""
        number = self.post(method, **parameters)
        while True:
            message = self._hear()
            if message.get("id") == number:
                if "error" in message:
                    raise DevToolsError(str(message["error"]))
                result: dict[str, Any] = message["result"]
                return result

    def post(self, method: str, **parameters: object) -> int:
        """Send one command, and do not wait; its number."""
        self._numbers += 1
        self._socket.send(json.dumps({"id": self._numbers, "method": method, "params": parameters}))
        return self._numbers

    def wait_event(self, method: str) -> None:
        """Wait for an event, or take one that came before; the connection's own timeout ends it."""
        while not any(event["method"] == method for event in self._events):
            self._hear()
        self._events = [event for event in self._events if event["method"] != method]

    def _hear(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self._socket.recv())
        if "method" in message:
            self._events.append(message)
        return message

    def close(self) -> None:
        """Hang up; what was spoken to goes on."""
        self._socket.close()


class Page(Target):
    """One page, opened for us, that runs what it is told."""

    def __init__(self, address: str, url: str) -> None:
        request = urllib.request.Request(f"http://{address}/json/new?{url}", method="PUT")
        with urllib.request.urlopen(request, timeout=10) as answer:
            target: dict[str, str] = json.load(answer)
        super().__init__(target)
        # Until the page has arrived it is an empty one, which knows nothing of extensions.
        end = time.monotonic() + 10
        while self.send("Runtime.evaluate", expression="location.href")["result"].get("value") != url:
            if time.monotonic() > end:
                raise DevToolsError(f"{url} did not open")
            time.sleep(0.02)

    def run(self, script: str, *args: object) -> Any:
        """Run an asynchronous function body (``await``, ``return``, ``args``) and return what it returns."""
        expression = f"(async (args) => {{ {script} }})({json.dumps(args)})"
        answer = self.send("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise DevToolsError(answer["exceptionDetails"].get("exception", {}).get("description", "it threw"))
        return answer["result"].get("value")

    def close(self) -> None:
        """Close the page."""
        self.send("Page.close")
        super().close()


def targets(address: str) -> list[dict[str, str]]:
    """Everything the protocol can speak to."""
    with urllib.request.urlopen(f"http://{address}/json/list", timeout=10) as answer:
        found: list[dict[str, str]] = json.load(answer)
    return found


def worker(address: str, url: str) -> Target:
    """The running worker of this script."""
    for target in targets(address):
        if target["url"] == url:
            return Target(target)
    raise DevToolsError(f"no worker runs {url}")


def ask_browser(address: str, method: str, **parameters: object) -> dict[str, Any]:
    """Send one command to the browser itself, and return its answer."""
    with urllib.request.urlopen(f"http://{address}/json/version", timeout=10) as answer:
        browser = Target(json.load(answer))
    result = browser.send(method, **parameters)
    browser.close()
    return result


def open_window(address: str, url: str) -> str:
    """Open an address in a window of its own; the id of what it shows."""
    return str(ask_browser(address, "Target.createTarget", url=url, newWindow=True)["targetId"])
