"""The page hook: runs in the CCP page's own world, before any script of the page.

It watches the agent through the page's own Streams and, when the page is about to go, asks Streams
to set the agent Offline. It tells the content script each fact as it happens, over an event whose
name is random, and it leaves no trace: no global, no changed built-in, no exception.

It is compiled to plain JavaScript without Transcrypt's runtime, because that runtime changes
built-ins. So no dictionary, no class, no ``in``, no ``len``: the build refuses them in this room.
The page may replace any built-in after us, so those we need are taken first.
"""

from typing import TYPE_CHECKING

from core.retry import FIRST_DELAY_MS, TRIES, delay_ms

if TYPE_CHECKING:
    from typing import Any

    from browser.globals import (
        JSON,
        CustomEvent,
        Date,
        Event,
        Object,
        Reflect,
        __new__,
        crypto,
        document,
        performance,
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
STILL_HERE_MS = 500


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
    tick = performance.now
    prevent = Event.prototype.preventDefault

    channel = crypto.randomUUID()
    to_page = channel + ">"

    bus: Any = None
    agent: Any = None
    # The state that was last chosen; on a contact the visible one is the system's.
    chosen: Any = None
    others = 0
    # For how long the unload is delayed: 0 unless it may be the browser's end; and whether this one is.
    unload_delay_ms = 0
    goes = False
    # When to ask for the browser's leave dialog: never, offline, always.
    ask = "never"
    # The state that the settings name; "" = the one of type offline. Whether contacts keep an agent as they are.
    target_name = ""
    skips_contacts = False
    looks = 0
    status = ""
    told = ""
    # Counts departures, so that what belongs to an earlier one can tell that it is over.
    leaving = 0
    retired = False

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

    def state_of_type(kind: str) -> "Any":
        for state in agent.getAgentStates():
            if state.type == kind:
                return state
        return None

    def target_state() -> "Any":
        if target_name != "":
            for state in agent.getAgentStates():
                if state.name == target_name:
                    return state
        # Named but not in this agent's list: Offline keeps them from calls, too.
        return state_of_type("offline")

    def is_target(state: "Any") -> bool:
        return state.type == "offline" or (target_name != "" and state.name == target_name)

    def follow_choice(state: "Any") -> None:
        nonlocal chosen
        following = agent.getNextState() if agent.getNextState else None
        if following and not is_target(following):
            chosen = following
        elif state.agentStateARN:
            chosen = state
        elif not chosen:
            # Opened in the middle of a contact: those come to agents who are routable.
            chosen = state_of_type("routable")

    def say_agent() -> None:
        nonlocal told
        state = agent.getState()
        follow_choice(state)
        target = target_state()
        fact = new_record(None)
        fact.name = state.name
        fact.state_type = state.type
        fact.chosen_name = chosen.name if chosen else ""
        fact.chosen_arn = chosen.agentStateARN if chosen else ""
        fact.chosen_type = chosen.type if chosen else ""
        fact.target_name = target.name if target else ""
        fact.target_arn = target.agentStateARN if target else ""
        fact.target_type = target.type if target else ""
        fact.on_contact = agent.getContacts().length > 0
        # Tells the agents of one desk apart.
        fact.username = "" + agent.getConfiguration().username
        now = stringify(fact)
        if told != now:
            told = now
            say(fact, "agent")

    def on_command(event: "Any") -> None:
        nonlocal others, unload_delay_ms, ask, target_name, skips_contacts, leaving, retired
        try:
            command = parse(event.detail)
            if command.type == "others":
                others = command.count
                unload_delay_ms = command.delay_ms
                ask = command.ask
                skips_contacts = command.skip
                if target_name != command.target:
                    target_name = command.target
                    if agent:
                        say_agent()
            elif command.type == "restore":
                leaving += 1
                for state in agent.getAgentStates():
                    if state.agentStateARN == command.arn:
                        set_state(state, agent.getContacts().length > 0, None, None)
            elif command.type == "retire":
                retired = True
                apply(unlisten, document, [ASK, on_asked])
                apply(unlisten, document, [to_page, on_command])
                apply(unlisten, window, ["beforeunload", on_unload])
                apply(unlisten, window, ["pagehide", on_hide])
        except:
            pass

    def on_asked(event: "Any") -> None:
        nonlocal told
        try:
            apply(unlisten, document, [ASK, on_asked])
            send(ANSWER, channel)
            told = ""
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
                found.onStateChange(on_change)
                # Contacts come and go without a new state.
                found.onRefresh(on_change)
            agent = found
            say_status("ready")
            say_agent()
        except:
            pass

    def on_change() -> None:
        try:
            if not retired:
                say_agent()
        except:
            pass

    def look() -> None:
        nonlocal bus, looks
        if retired:
            return
        looks += 1
        found = "no_streams"
        try:
            streams = window.connect
            if streams and streams.core:
                found = "streams_error"
                new_bus = streams.core.getEventBus()
                if new_bus:
                    streams.agent(on_agent)
                    # Signing out leaves the agent as they are, and the page reloads itself.
                    new_bus.subscribe(streams.EventType.TERMINATE, lambda: leave(False))
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

    def set_state(state: "Any", enqueue: bool, on_success: "Any", on_failure: "Any") -> None:
        callbacks = new_record(None)
        callbacks.success = on_success
        callbacks.failure = on_failure
        if enqueue:
            options = new_record(None)
            options.enqueueNextState = True
            agent.setState(state, callbacks, options)
        else:
            agent.setState(state, callbacks)

    def put(target: "Any", before: str, enqueue: bool, tries: int) -> None:
        departure = leaving

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
                named: Any = "" + parse(error).type
                code = named.substring(0, 64)
            except:
                pass
            final = tries >= TRIES
            heard("failure", code, final)
            if not final:
                # Some hosted bundles reject the key that asks for the next state.
                keeps = enqueue and code.indexOf("Parameter") < 0
                later(lambda: again(keeps), delay_ms(tries, FIRST_DELAY_MS))

        def again(keeps: bool) -> None:
            try:
                # The agent stays, or has chosen another state since, or is Offline by now: the newer wish.
                if departure == leaving and agent.getState().name == before:
                    put(target, before, keeps, tries + 1)
            except:
                heard("failure", "", True)

        set_state(target, enqueue, on_success, on_failure)

    def still_here(departure: int) -> None:
        # A leave dialog stops all timers, and so does the end of the page: whoever gets here may be staying.
        if departure == leaving and not retired:
            try:
                say(new_record(None), "alive")
            except:
                pass
            later(lambda: still_here(departure), STILL_HERE_MS)

    def has_network() -> bool:
        try:
            return window.navigator.onLine  # type: ignore[no-any-return]
        except:
            return True

    def on_unload(event: "Any") -> None:
        if not event.isTrusted:
            return
        nonlocal goes
        before = leaving
        held = others == 0 and (ask == "always" or (ask == "offline" and not has_network()))
        leave(held)
        goes = leaving > before
        if goes and held:
            apply(prevent, event, [])

    def on_hide(event: "Any") -> None:
        # Not before: when the browser quits, what opens while pages are still being asked is closed with them.
        if event.isTrusted and goes:
            # The background sees to it meanwhile that the browser does not end too early.
            until = apply(tick, performance, []) + unload_delay_ms
            while apply(tick, performance, []) < until:
                pass

    def leave(held: bool) -> None:
        nonlocal leaving
        if not agent or retired:
            return
        fact = new_record(None)
        fact.at = clock()
        fact.trouble = ""
        fact.last = others == 0
        fact.held = held
        try:
            state = agent.getState()
            on_contact = agent.getContacts().length > 0
            if is_target(state) or (on_contact and skips_contacts):
                return
            leaving += 1
            departure = leaving
            later(lambda: still_here(departure), STILL_HERE_MS)
            say_agent()
            target = target_state()
            if others > 0:
                # Nothing to do, unless the others go in this same moment; the background sees all of them.
                say(fact, "departing")
                return
            if target:
                # First written down, then tried: the order is the promise.
                say(fact, "departing")
                # On a contact, and in after-contact work, it asks for the next state: nothing is dropped.
                put(target, state.name, on_contact, 1)
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
    apply(listen, window, ["beforeunload", on_unload])
    apply(listen, window, ["pagehide", on_hide])
    send(ANSWER, channel)
    look()


start()
