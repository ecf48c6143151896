"""What the pages say: each CCP's port, its messages checked against the table, and made facts of."""

from typing import TYPE_CHECKING

from browser.scripts import put_in_page
from browser.time import go
from core.address import instance_of, is_workspace, plain_ccp
from core.messages import agent_from, problem_with

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from background.ccps import Ccps
    from background.coverage import Coverage
    from background.hold import Hold
    from background.lives import Lives
    from background.referrers import Referrers


class Pages:
    """The border's other side: an open CCP is heard until its port closes."""

    def __init__(
        self, coverage: "Coverage", ccps: "Ccps", referrers: "Referrers", lives: "Lives", hold: "Hold"
    ) -> None:
        self._coverage = coverage
        self._ccps = ccps
        self._referrers = referrers
        self._lives = lives
        self._hold = hold

    def serve(self, url: str, port: "Any", when_ready: "Callable[[Callable[[], None]], None]") -> None:
        """Hear one CCP. Its instance is the browser's word, not its own.

        The listeners are there at once, for a port that has none loses what is said; what they hear may wait.
        """
        ccp = ""

        def hear(message: "Any") -> None:
            nonlocal ccp
            known = problem_with(message, "content") == ""
            if not self._coverage.covers(url):
                # By the settings this instance, or this kind of CCP, is not ours.
                self._coverage.leave_alone(ccp, url, port)
            elif known and message["type"] == "hook_missing":
                go(put_in_page("page.js", port.sender.tab.id, port.sender.frameId))
            elif known and message["type"] == "twin":
                self._coverage.twins = True
            elif known and ccp == "":
                ccp = message["ccp"]
                self._open(ccp, url, port)
            elif ccp != "" and problem_with(message, "page") == "":
                if message["type"] == "agent" and self._lives.find(ccp) is None:
                    # It was over (signed out, for instance), and is there still.
                    self._open(ccp, url, port)
                self._hear(ccp, message)

        def close() -> None:
            self._coverage.closed(port)
            if ccp != "" and self._ccps.remove(ccp, port):
                self._lives.take({"type": "closed", "ccp": ccp})

        port.onMessage.addListener(lambda message: when_ready(lambda: hear(message)))
        port.onDisconnect.addListener(lambda: when_ready(close))

    def _open(self, ccp: str, url: str, port: "Any") -> None:
        self._ccps.add(ccp, port)
        self._lives.take(
            {
                "type": "opened",
                "ccp": ccp,
                "instance": instance_of(url),
                "url": plain_ccp(url),
                "workspace": bool(port.sender.tab.url) and is_workspace(port.sender.tab.url),
                "tab": port.sender.tab.id,
                "frame": port.sender.frameId,
            }
        )
        self._referrers.look()
        self._coverage.tab_changed("")

    def _hear(self, ccp: str, fact: "Any") -> None:
        """One message of an open CCP, already checked against the table."""
        fact["ccp"] = ccp
        kind = fact["type"]
        life = self._lives.find(ccp)
        if life is None:
            return
        if kind == "alive":
            go(self._lives.alive(life))
        elif kind == "terminated":
            self._lives.take({"type": "signs_out", "instance": life["instance"]})
        elif kind == "agent":
            self._lives.take({"type": "agent", "ccp": ccp, "agent": agent_from(fact)})
            self._hold.tell_earlier(life)
        else:
            self._lives.take(fact)
