"""The page hook: runs in the CCP page's own world, before any script of the page.

It watches the agent through the page's own Streams and, when the page is about to go, asks Streams
to set the agent Offline. It tells the content script each fact as it happens, over an event whose
name is random, and it leaves no trace: no global, no changed built-in, no exception.

It is compiled to plain JavaScript without Transcrypt's runtime, because that runtime changes
built-ins. So no dictionary, no class, no ``in``, no ``len``: the build refuses them in this room.
The page may replace any built-in after us, so those we need are taken first.
"""

from typing import TYPE_CHECKING

from core.retry import TRIES, delay_ms

if TYPE_CHECKING:
    from typing import Any

    from browser.globals import (
        JSON,
        CustomEvent,
        Date,
        Object,
        Reflect,
        __new__,
        crypto,
        document,
        setTimeout,
        window,
    )

# __pragma__('noalias')

# The two fixed names exist only until both halves have met, before the page's first script.
ASK = "ccp-offline-guard:ask"
ANSWER = "ccp-offline-guard:answer"

LOOK_SOON_MS = 50
LOOK_LATER_MS = 500
# Looks in quick succession before saying that Streams is not there (5 s), then slower, for ever.
SOON_LOOKS = 100


def start() -> None:
    """Meet the content script, wait for Streams, follow the agent, and act when the page goes."""
    apply = Reflect.apply
    dispatch = document.dispatchEvent
    listen = document.addEventListener
    unlisten = document.removeEventListener
    make_event = CustomEvent
    stringify = JSON.stringify
    parse = JSON.parse
    later = setTimeout
    clock = Date.now
    new_record = Object.create

    channel = crypto.randomUUID()
    to_page = channel + ">"

    bus: Any = None
    agent: Any = None
    others = 0
    looks = 0
    status = ""

    def send(name: str, detail: str) -> None:
        options = new_record(None)
        options.detail = detail
        apply(dispatch, document, [__new__(make_event(name, options))])

    def say(fact: "Any", kind: str) -> None:
        fact.type = kind
        send(channel, stringify(fact))

    def say_status(now: str) -> None:
        nonlocal status
        if status != now:
            status = now
            fact = new_record(None)
            fact.status = now
            say(fact, "status")

    def say_agent() -> None:
        state = agent.getState()
        fact = new_record(None)
        fact.name = state.name
        fact.state_type = state.type
        say(fact, "agent")

    def on_command(event: "Any") -> None:
        nonlocal others
        try:
            others = parse(event.detail).count
        except:
            pass

    def on_asked(event: "Any") -> None:
        try:
            apply(unlisten, document, [ASK, on_asked])
            send(ANSWER, channel)
            if status != "":
                fact = new_record(None)
                fact.status = status
                say(fact, "status")
                if agent:
                    say_agent()
        except:
            pass

    def on_agent(found: "Any") -> None:
        nonlocal agent
        try:
            if not agent:
                found.onStateChange(on_state)
            agent = found
            say_status("ready")
            say_agent()
        except:
            pass

    def on_state() -> None:
        try:
            say_agent()
        except:
            pass

    def look() -> None:
        nonlocal bus, looks
        looks += 1
        found = "no_streams"
        try:
            streams = window.connect
            if streams and streams.core:
                found = "streams_error"
                new_bus = streams.core.getEventBus()
                if new_bus:
                    streams.agent(on_agent)
                    bus = new_bus
                # Streams is there but the CCP has not started it, or has and the agent is on the way.
                found = "waiting"
        except:
            pass
        if bus:
            say_status("ready" if agent else "waiting")
            return
        if looks >= SOON_LOOKS:
            say_status(found)
        later(look, LOOK_SOON_MS if looks < SOON_LOOKS else LOOK_LATER_MS)

    def offline_state() -> "Any":
        for state in agent.getAgentStates():
            if state.type == "offline":
                return state
        return None

    def put(target: "Any", before: str, enqueue: bool, tries: int) -> None:
        def heard(result: str, code: str, final: bool) -> None:
            try:
                fact = new_record(None)
                fact.result = result
                fact.code = code
                fact.final = final
                say(fact, "said")
            except:
                pass

        def on_success() -> None:
            heard("success", "", True)

        def on_failure(error: "Any") -> None:
            code: Any = ""
            try:
                told: Any = "" + parse(error).type
                code = told.substring(0, 64)
            except:
                pass
            final = tries >= TRIES
            heard("failure", code, final)
            if not final:
                # Some hosted bundles reject the key that asks for the next state.
                keeps = enqueue and code.indexOf("Parameter") < 0
                later(lambda: again(keeps), delay_ms(tries))

        def again(keeps: bool) -> None:
            try:
                # The agent has chosen another state since, or is Offline by now: that is the newer wish.
                if agent.getState().name == before:
                    put(target, before, keeps, tries + 1)
            except:
                heard("failure", "", True)

        callbacks = new_record(None)
        callbacks.success = on_success
        callbacks.failure = on_failure
        if enqueue:
            options = new_record(None)
            options.enqueueNextState = True
            agent.setState(target, callbacks, options)
        else:
            agent.setState(target, callbacks)

    def on_leave(event: "Any") -> None:
        if not event.isTrusted or not agent:
            return
        fact = new_record(None)
        fact.at = clock()
        fact.from_name = ""
        fact.target_name = ""
        fact.target_arn = ""
        fact.trouble = ""
        try:
            state = agent.getState()
            if state.type == "offline" or others > 0:
                return
            fact.from_name = state.name
            target = offline_state()
            if target:
                fact.target_name = target.name
                fact.target_arn = target.agentStateARN
                # First written down, then tried: the order is the promise.
                say(fact, "departing")
                # On a contact, and in after-contact work, it asks for the next state: nothing is dropped.
                put(target, state.name, agent.getContacts().length > 0, 1)
                return
            fact.trouble = "no_offline_state"
        except:
            fact.trouble = "streams_error"
        try:
            say(fact, "departing")
        except:
            pass

    apply(listen, document, [ASK, on_asked])
    apply(listen, document, [to_page, on_command])
    apply(listen, window, ["beforeunload", on_leave])
    send(ANSWER, channel)
    look()


start()
