"""One connection to the whole browser over the DevTools protocol, which also says when a page was gone.

To ask again and again would cost the time that is to be measured. The browser tells of each tab by itself.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from typing import Any

import websocket

from tests.browser.devtools import DevToolsError


@dataclass
class Seen:
    """What the browser told of one tab, with the time of each event in seconds since 1970."""

    address: str = ""
    addresses: list[tuple[float, str]] = field(default_factory=list)
    destroyed: float | None = None
    crashed: float | None = None


class Wire:
    """Commands to the browser and to its tabs, and a log of what became of the tabs."""

    def __init__(self, address: str) -> None:
        with urllib.request.urlopen(f"http://{address}/json/version", timeout=10) as answer:
            about: dict[str, str] = json.load(answer)
        self.version = about["Browser"]
        self.closed_at: float | None = None
        self._socket = websocket.create_connection(about["webSocketDebuggerUrl"], suppress_origin=True)
        self._answers: dict[int, dict[str, Any]] = {}
        self._seen: dict[str, Seen] = {}
        self._sessions: dict[str, str] = {}
        self._number = 0
        self._awaited: set[int] = set()
        self._changed = threading.Condition()
        threading.Thread(target=self._listen, name="bench-wire", daemon=True).start()
        self.send("Target.setDiscoverTargets", discover=True)

    # Commands

    def tell(self, method: str, session: str | None = None, **parameters: object) -> int:
        """Send a command and go on; its number."""
        with self._changed:
            self._number += 1
            number = self._number
            message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
            if session is not None:
                message["sessionId"] = session
            # A browser that is gone is seen by the listener.
            with contextlib.suppress(OSError, websocket.WebSocketException):
                self._socket.send(json.dumps(message))
        return number

    def send(self, method: str, session: str | None = None, timeout: float = 20, **parameters: object) -> Any:
        """Send a command and wait for its answer.

        Raises:
            DevToolsError: the browser refused, is gone, or did not answer in time.
        """
        with self._changed:
            number = self.tell(method, session, **parameters)
            self._awaited.add(number)
            self._changed.wait_for(lambda: number in self._answers or self.closed_at is not None, timeout)
            self._awaited.discard(number)
            answer = self._answers.pop(number, None)
        if answer is None:
            raise DevToolsError(f"{method}: no answer")
        if "error" in answer:
            raise DevToolsError(f"{method}: {answer['error'].get('message')}")
        return answer["result"]

    # Tabs

    def open(self, url: str, *, window: bool = False) -> str:
        """Open an address in a new tab, or in a window of its own; the tab."""
        return str(self.send("Target.createTarget", url=url, newWindow=window)["targetId"])

    def close(self, tab: str) -> None:
        """Close a tab so that its ``beforeunload`` never runs."""
        self.tell("Target.closeTarget", targetId=tab)

    def tabs(self) -> list[str]:
        """All tabs there are."""
        found = self.send("Target.getTargets")["targetInfos"]
        return [str(each["targetId"]) for each in found if each["type"] == "page"]

    def session(self, tab: str) -> str:
        """The session in which a tab takes commands."""
        known = self._sessions.get(tab)
        if known is None:
            known = str(self.send("Target.attachToTarget", targetId=tab, flatten=True)["sessionId"])
            self._sessions[tab] = known
        return known

    def evaluate(self, tab: str, expression: str, timeout: float = 20) -> Any:
        """What an expression is worth in a tab, a promise waited for; ``None`` if it threw."""
        answer = self.send(
            "Runtime.evaluate",
            self.session(tab),
            timeout,
            expression=expression,
            awaitPromise=True,
            returnByValue=True,
        )
        return answer.get("result", {}).get("value")

    def seen(self, tab: str) -> Seen:
        """What is known of a tab by now."""
        with self._changed:
            return self._seen.setdefault(tab, Seen())

    def hang_up(self) -> None:
        """Say no more; the browser goes on."""
        with contextlib.suppress(OSError, websocket.WebSocketException):
            self._socket.close()

    def _listen(self) -> None:
        try:
            while True:
                text = self._socket.recv()
                now = time.time()
                if not text:
                    break
                message: dict[str, Any] = json.loads(text)
                with self._changed:
                    if "id" in message:
                        if message["id"] in self._awaited:
                            self._answers[message["id"]] = message
                    else:
                        self._note(message.get("method", ""), message.get("params", {}), now)
                    self._changed.notify_all()
        except (OSError, ValueError, websocket.WebSocketException):
            pass
        with self._changed:
            self.closed_at = time.time()
            self._changed.notify_all()

    def _note(self, method: str, told: dict[str, Any], now: float) -> None:
        if method in ("Target.targetCreated", "Target.targetInfoChanged"):
            about = told["targetInfo"]
            seen = self._seen.setdefault(about["targetId"], Seen())
            if about["url"] != seen.address:
                seen.address = about["url"]
                seen.addresses.append((now, seen.address))
        elif method == "Target.targetDestroyed":
            self._seen.setdefault(told["targetId"], Seen()).destroyed = now
        elif method == "Target.targetCrashed":
            self._seen.setdefault(told["targetId"], Seen()).crashed = now
