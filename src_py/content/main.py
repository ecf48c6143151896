"""The content script: the border. Every fact from the page is data from a stranger.

It meets the page hook before the page's first script, bounds what the page may say, and relays it to the
background over one port; the background checks every field (core/messages.py). The port is also how the
background knows that the page lives.

Every CCP pays for this script, in frames too. So it is compiled, as the page hook is, to plain JavaScript
without Transcrypt's runtime, which would take more memory than all the rest of us.
"""

from typing import TYPE_CHECKING

from core.rate import BURST, FACTS, refilled

if TYPE_CHECKING:
    from typing import Any

    from browser.globals import JSON, CustomEvent, Date, Object, __new__, chrome, crypto, document, setTimeout, window

# __pragma__('noalias')

ASK = "ccp-offline-guard:ask"
ANSWER = "ccp-offline-guard:answer"
TWIN = "ccp-offline-guard:twin"
# A fact holds five names and two ARNs of at most 512 characters; JSON may escape each to six.
MAX_FACT = 16384
RECONNECT_MS = 100
# The hook answers at once where the browser itself has put both of us there.
HOOK_MS = 300
# The hook names its channel with a random UUID.
CHANNEL_LENGTH = 36


def is_ours_still() -> bool:
    """Whether this script's extension is still the installed one: after an update it has no id."""
    try:
        own_id: str = chrome.runtime.id
        return own_id.length > 0  # type: ignore[attr-defined, no-any-return]
    except:
        return False


def is_text(value: "Any", longest: int) -> bool:
    """Whether a stranger's value is a text of at most ``longest`` characters."""
    try:
        # indexOf() compares strictly: only a text is found among texts.
        texts: Any = ["" + value]
        return texts.indexOf(value) == 0 and value.length <= longest  # type: ignore[no-any-return]
    except:
        return False


def start() -> None:
    """Meet the hook, open the port, relay.

    Where a living copy of us is at work already, nothing happens: after an installation or an update the
    background puts us into every frame it can reach, and says where we are not wanted ("retire").
    """
    ccp = crypto.randomUUID()
    port: Any = None
    channel = ""
    retired = False
    # By the settings this CCP is left alone; that it is open counts all the same.
    resting = False
    is_twin = False
    commands: Any = []
    # The newest of each lasting fact, told again to a background that was asleep.
    status: Any = None
    agent: Any = None
    # For each of FACTS: how many may pass, and since when that is true.
    left: Any = []
    since: Any = []

    def say(command: "Any") -> None:
        options = Object.create(None)
        options.detail = JSON.stringify(command)
        document.dispatchEvent(__new__(CustomEvent(channel + ">", options)))

    def tell_page() -> None:
        nonlocal commands
        # A command that comes before the hook has answered waits for it.
        if channel != "":
            for command in commands:
                say(command)
            commands = []

    def on_command(command: "Any") -> None:
        nonlocal resting
        if command.type == "retire":
            retire()
        elif command.type == "rest":
            if not resting:
                resting = True
                fall_silent()
        else:
            commands.push(command)
            tell_page()

    def open_port() -> None:
        nonlocal port
        # A page that is prepared in case somebody wants it is no CCP yet.
        if port or (retired and not resting) or document.prerendering:
            return
        if not is_ours_still():
            # The extension was updated or removed: a new copy of us, or nobody, is in charge now.
            retire()
            return
        name = Object.create(None)
        name.name = "ccp"
        port = chrome.runtime.connect(name)
        port.onMessage.addListener(on_command)
        port.onDisconnect.addListener(on_closed)
        hello = Object.create(None)
        hello.type = "hello"
        hello.ccp = ccp
        port.postMessage(hello)
        if is_twin:
            say_twin()
        for fact in [status, agent]:
            if fact:
                port.postMessage(fact)

    def say_twin() -> None:
        twin = Object.create(None)
        twin.type = "twin"
        port.postMessage(twin)

    def on_ask() -> None:
        # Only another border asks: a second copy of this extension, which learns of us, too.
        if is_ours_still():
            document.dispatchEvent(__new__(CustomEvent(TWIN)))

    def on_twin() -> None:
        nonlocal is_twin
        if is_ours_still() and not is_twin:
            is_twin = True
            if port:
                say_twin()

    def retire() -> None:
        nonlocal resting, port
        resting = False
        fall_silent()
        if port:
            port.disconnect()
            port = None

    def fall_silent() -> None:
        nonlocal retired
        retired = True
        document.removeEventListener(ASK, on_ask)
        document.removeEventListener(TWIN, on_twin)
        document.removeEventListener("prerenderingchange", open_port)
        document.removeEventListener(ANSWER, on_answer)
        command = Object.create(None)
        command.type = "retire"
        if channel != "":
            document.removeEventListener(channel, on_fact)
            say(command)

    def on_closed() -> None:
        # The background went to sleep, or the page is going. Only the first of them comes back here.
        nonlocal port
        port = None
        setTimeout(open_port, RECONNECT_MS)

    def may_pass(kind: int) -> bool:
        now = Date.now()
        allowed = refilled(left[kind], now - since[kind])
        since[kind] = now
        if allowed < 1:
            left[kind] = allowed
            return False
        left[kind] = allowed - 1
        return True

    def on_fact(event: "Any") -> None:
        nonlocal status, agent, port
        try:
            if not is_text(event.detail, MAX_FACT):
                return
            fact = JSON.parse(event.detail)
            kind = FACTS.indexOf(fact.type)  # type: ignore[attr-defined]
            # The background asks these two of the record itself: a stranger's own would make it throw.
            if kind < 0 or Object.hasOwn(fact, "indexOf") or Object.hasOwn(fact, "hasOwnProperty"):
                return
        except:
            # No JSON, or no record.
            return
        if not may_pass(kind):
            return
        if fact.type == "status":
            status = fact
        elif fact.type == "agent":
            agent = fact
        try:
            open_port()
            if port:
                port.postMessage(fact)
        except:
            # The port of a page that goes may be closed already.
            port = None

    def on_answer(event: "Any") -> None:
        nonlocal channel
        if channel == "" and is_text(event.detail, CHANNEL_LENGTH) and event.detail.length == CHANNEL_LENGTH:
            channel = event.detail
            document.removeEventListener(ANSWER, on_answer)
            document.addEventListener(channel, on_fact)
            tell_page()

    def look_for_hook() -> None:
        if channel == "" and port:
            missing = Object.create(None)
            missing.type = "hook_missing"
            port.postMessage(missing)

    # The mark of a copy is in the extension's own world, where the page cannot see it.
    before = window.ccpOfflineGuard
    if before:
        if before.is_alive():
            return
        # The extension was updated or switched off since: that copy is dead, and falls silent first.
        before.retire()
    mark = Object.create(None)
    mark.is_alive = lambda: is_ours_still() and not retired
    mark.retire = retire
    window.ccpOfflineGuard = mark
    for _ in FACTS:
        left.push(BURST)
        since.push(Date.now())
    document.addEventListener(ANSWER, on_answer)
    open_port()
    document.addEventListener("prerenderingchange", open_port)
    document.addEventListener(TWIN, on_twin)
    document.dispatchEvent(__new__(CustomEvent(ASK)))
    # From now on, whoever asks is another.
    document.addEventListener(ASK, on_ask)
    setTimeout(look_for_hook, HOOK_MS)


start()
