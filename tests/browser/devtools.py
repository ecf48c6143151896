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
        self._socket = websocket.create_connection(target["webSocketDebuggerUrl"], suppress_origin=True, timeout=30)

    def send(self, method: str, **parameters: object) -> dict[str, Any]:
        """Send one command and wait for its answer."""
        self._numbers += 1
        self._socket.send(json.dumps({"id": self._numbers, "method": method, "params": parameters}))
        while True:
            message: dict[str, Any] = json.loads(self._socket.recv())
            if message.get("id") == self._numbers:
                if "error" in message:
                    raise DevToolsError(str(message["error"]))
                result: dict[str, Any] = message["result"]
                return result

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


def worker(address: str, url: str) -> Target:
    """The running worker of this script."""
    with urllib.request.urlopen(f"http://{address}/json/list", timeout=10) as answer:
        for target in json.load(answer):
            if target["url"] == url:
                return Target(target)
    raise DevToolsError(f"no worker runs {url}")


def open_window(address: str, url: str) -> str:
    """Open an address in a window of its own; the id of what it shows."""
    with urllib.request.urlopen(f"http://{address}/json/version", timeout=10) as answer:
        browser = Target(json.load(answer))
    made = browser.send("Target.createTarget", url=url, newWindow=True)
    browser.close()
    return str(made["targetId"])
