"""The content script: the border. Every fact from the page is data from a stranger.

It meets the page hook before the page's first script, checks and bounds each fact, and relays it to
the background over one port. The port is also how the background knows that the page lives.
"""

from typing import TYPE_CHECKING

from browser.page import address, ask, claim, listen, parse, random_id, say, unlisten
from browser.runtime import connect, is_ours_still
from browser.time import later, now
from core.address import is_ccp
from core.messages import only_known_fields, problem_with
from core.rate import admit

if TYPE_CHECKING:
    from typing import Any

    from core.rate import Bucket

ASK = "ccp-offline-guard:ask"
ANSWER = "ccp-offline-guard:answer"
# A fact holds five names and two ARNs of at most 512 characters; JSON may escape each to six.
MAX_FACT = 16384
RECONNECT_MS = 100
# The hook answers at once where the browser itself has put both of us there.
HOOK_MS = 300


def start() -> None:
    """Meet the hook, open the port, relay.

    Where a living copy of us is at work already, or the document is no CCP, nothing happens: after an
    installation or an update the background puts us into every frame it can reach.
    """
    ccp = random_id()
    buckets: list[Bucket] = []
    # The newest fact of each lasting type, told again when the background was asleep.
    known: dict[str, Any] = {}
    port: Any = None
    channel = ""
    waiting: list[Any] = []

    def on_command(message: "Any") -> None:
        if problem_with(message, "background") == "":
            # A command that comes before the hook has answered waits for it.
            waiting.append(message)
            tell_page()

    def tell_page() -> None:
        nonlocal waiting
        if channel != "":
            for command in waiting:
                say(channel + ">", command)
            waiting = []

    def open_port() -> None:
        nonlocal port
        if port is not None:
            return
        if not is_ours_still():
            # The extension was updated or removed: a new copy of us, or nobody, is in charge now.
            retire()
            return
        port = connect("ccp", on_command, on_closed)
        port.postMessage({"type": "hello", "ccp": ccp})
        for kind in ["status", "agent"]:
            if kind in known:
                port.postMessage(known[kind])

    def retire() -> None:
        unlisten(ANSWER, on_answer)
        unlisten(channel, on_fact)
        say(channel + ">", {"type": "retire"})

    def on_closed() -> None:
        # The background went to sleep, or the page is going. Only the first of them comes back here.
        nonlocal port
        port = None
        later(open_port, RECONNECT_MS)

    def on_fact(detail: "Any") -> None:
        fact = parse(detail, MAX_FACT)
        if fact is None or problem_with(fact, "page") != "":
            return
        if not admit(buckets, fact["type"], now()):
            return
        fact = only_known_fields(fact, "page")
        if fact["type"] == "status" or fact["type"] == "agent":
            known[fact["type"]] = fact
        open_port()
        if port is not None:
            port.postMessage(fact)

    def on_answer(detail: "Any") -> None:
        nonlocal channel
        if channel == "" and isinstance(detail, str) and len(detail) == 36:
            channel = detail
            unlisten(ANSWER, on_answer)
            listen(channel, on_fact)
            tell_page()

    def look_for_hook() -> None:
        if channel == "" and port is not None:
            port.postMessage({"type": "hook_missing"})

    if not is_ccp(address()) or not claim(is_ours_still, retire):
        return
    listen(ANSWER, on_answer)
    open_port()
    ask(ASK)
    later(look_for_hook, HOOK_MS)


start()
