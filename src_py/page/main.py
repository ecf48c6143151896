"""The page hook: runs in the CCP page's own world, before any script of the page.

It watches the agent through the page's own Streams and, when the page goes, asks Streams to set the agent
Offline: not before, for ``beforeunload`` is only a question. It tells the content script each fact as it happens,
over an event whose name is random, and it leaves no trace: no global, no changed built-in, no exception.

It is compiled to plain JavaScript without Transcrypt's runtime, because that runtime changes
built-ins. So no dictionary, no class, no ``in``, no ``len``: the build refuses them in this room.
The page may replace any built-in after us, so those we need are taken first.
"""

from typing import TYPE_CHECKING

from page.reading import BEGINNING_MS, choice_of, is_held, is_wanted, state_in, target_in, type_of, write_agent

if TYPE_CHECKING:
    from typing import Any

    from browser.globals import (
        JSON,
        CustomEvent,
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

# These two names exist only until both halves have met, before the page's first script.
ASK = "ccp-offline-guard:ask"
ANSWER = "ccp-offline-guard:answer"

LOOK_SOON_MS = 50
LOOK_LATER_MS = 1000
# Looks in quick succession before saying that Streams is not there (5 s); then slower: a page may begin anew.
SOON_LOOKS = 100
ALIVE_MS = 500


def start() -> None:
    """Meet the content script, wait for Streams, follow the agent, and ask for Offline when the page goes."""
    apply = Reflect.apply
    dispatch = document.dispatchEvent
    listen = document.addEventListener
    unlisten = document.removeEventListener
    make_event = CustomEvent
    stringify = JSON.stringify
    parse = JSON.parse
    later = setTimeout
    new_record = Object.create
    tick = performance.now
    prevent = Event.prototype.preventDefault
    top = window.top

    channel = crypto.randomUUID()
    to_page = channel + ">"

    bus: Any = None
    agent: Any = None
    # The state that was last chosen; on a contact the visible one is the system's.
    chosen: Any = None
    # What the closing is to be (the command "plan"). Without it nothing is sent: whose hook is this?
    plan: Any = None
    # What is known of this going: "", "asked" in beforeunload, "reloads" (the tab is bound for the CCP), "left".
    going = ""
    # When the page itself last began to reload, or its frame to show something else.
    began_at = -BEGINNING_MS
    # When the page itself last led anywhere.
    led_at = -BEGINNING_MS
    # Counts what was asked in beforeunload, so that the signs of life of an earlier one can tell that it is over.
    questions = 0
    looks = 0
    status = ""
    told = ""
    retired = False

    def send(name: str, detail: str) -> None:
        options = new_record(None)
        options.detail = detail
        apply(dispatch, document, [__new__(make_event(name, options))])

    def say(fact: "Any", kind: str) -> None:
        try:
            fact.type = kind
            send(channel, stringify(fact))
        except:
            pass

    def say_status(now: str) -> None:
        nonlocal status
        if status != now:
            status = now
            fact = new_record(None)
            fact.status = now
            say(fact, "status")

    def is_target(state: "Any") -> bool:
        return is_wanted(state, plan.target if plan else "")

    def say_agent() -> None:
        nonlocal told, chosen
        state = agent.getState()
        chosen = choice_of(agent, state, plan.target if plan else "") or chosen
        fact = new_record(None)
        target = target_in(agent.getAgentStates(), plan.target if plan else "")
        write_agent(fact, state, chosen, target, agent.getContacts())
        # Tells the agents of one desk apart.
        fact.username = "" + agent.getConfiguration().username
        now = stringify(fact)
        if told != now:
            told = now
            say(fact, "agent")

    def on_command(event: "Any") -> None:
        nonlocal plan, going, retired
        try:
            command = parse(event.detail)
            if command.type == "plan":
                plan = command
                if agent:
                    say_agent()
            elif command.type == "reloads":
                if going == "asked":
                    going = "reloads"
            elif command.type == "stays":
                if going != "left":
                    going = ""
            elif command.type == "restore":
                try:
                    state = state_in(agent.getAgentStates(), command.arn, command.name, "")
                    choose(state, agent.getContacts().length > 0, "again")
                except:
                    heard("not_restored", "")
            elif command.type == "retire":
                retired = True
                apply(unlisten, document, [ASK, on_asked])
                apply(unlisten, document, [to_page, on_command])
                apply(unlisten, window, ["beforeunload", on_unload])
                apply(unlisten, window, ["pagehide", on_hide])
                apply(unlisten, window, ["pageshow", on_show])
                if window.navigation:
                    apply(unlisten, window.navigation, ["navigate", on_navigate])
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
        nonlocal going
        try:
            if not retired:
                # Signed out, and there still.
                going = "" if going == "left" else going
                say_agent()
        except:
            pass

    def look() -> None:
        nonlocal bus, agent, chosen, looks
        if retired:
            return
        looks += 1
        found = "no_streams"
        try:
            streams = window.connect
            if streams and streams.core:
                found = "streams_error"
                new_bus = streams.core.getEventBus()
                if new_bus and new_bus != bus:
                    # The first; or the page has begun anew, and nothing is heard of the one before.
                    agent = chosen = None
                    streams.agent(on_agent)
                    new_bus.subscribe(streams.EventType.TERMINATE, on_terminate)
                    bus = new_bus
                found = "waiting"
        except:
            pass
        if bus:
            say_status("ready" if agent else "waiting")
        elif looks >= SOON_LOOKS:
            say_status(found)
        later(look, LOOK_LATER_MS if bus or looks >= SOON_LOOKS else LOOK_SOON_MS)

    def choose(state: "Any", enqueue: bool, failed: str) -> None:
        def on_failure(error: "Any") -> None:
            if failed == "again":
                # Once more the other way: a contact may have come, or gone, meanwhile.
                choose(state, not enqueue, "not_restored")
            else:
                heard(failed, error)

        callbacks = new_record(None)
        callbacks.success = lambda: heard("success", "")
        callbacks.failure = on_failure
        if enqueue:
            options = new_record(None)
            options.enqueueNextState = True
            agent.setState(state, callbacks, options)
        else:
            agent.setState(state, callbacks)

    def heard(result: str, error: "Any") -> None:
        fact = new_record(None)
        fact.result = result
        fact.code = type_of(error, parse)
        say(fact, "said")

    def alive(question: int) -> None:
        # A leave dialog stops all timers, and so does the page's end: whoever gets here may be staying.
        if question == questions and going != "" and not retired:
            say(new_record(None), "alive")
            later(lambda: alive(question), ALIVE_MS)

    def on_navigate(event: "Any") -> None:
        # What the page itself begins, of which a frame's tab says nothing: the library reloads if its token is refused.
        nonlocal began_at, led_at
        try:
            led_at = apply(tick, performance, [])
            if event.navigationType == "reload" or window != top:
                began_at = led_at
        except:
            pass

    def pause(delay_ms: float) -> None:
        until = apply(tick, performance, []) + delay_ms
        while apply(tick, performance, []) < until:
            pass

    def on_unload(event: "Any") -> None:
        # A question: the page may stay. Nothing is sent.
        nonlocal going, questions
        try:
            if not event.isTrusted or not agent or not plan or (is_target(agent.getState()) and not plan.choosing):
                return
            going = "reloads" if apply(tick, performance, []) < began_at + BEGINNING_MS else "asked"
            questions += 1
            question = questions
            fact = new_record(None)
            fact.held = is_held(window, plan, apply(tick, performance, []) - led_at)
            say(fact, "asked")
            later(lambda: alive(question), ALIVE_MS)
            if fact.held:
                apply(prevent, event, [])
            # If the browser is being quit, another CCP is to know that it is the last, before it goes.
            pause(plan.pause_ms)
        except:
            pass

    def on_hide(event: "Any") -> None:
        # The answer: the page goes.
        try:
            if event.isTrusted and agent and plan:
                if leave(going):
                    # What was sent gets out, and the background sees to it that the browser does not end too early.
                    pause(plan.delay_ms)
        except:
            pass

    def on_show(event: "Any") -> None:
        nonlocal going
        going = ""

    def on_terminate() -> None:
        # Signing out leaves the agent as they are, and the page reloads itself.
        try:
            if agent and plan and not retired:
                say(new_record(None), "terminated")
                leave("asked")
        except:
            pass

    def leave(asked: str) -> bool:
        # The documented call, where nobody comes back: it outlives what the background could not. Whether there is
        # something to be done, by whomever.
        nonlocal going
        fact = new_record(None)
        fact.sent = False
        fact.trouble = ""
        due = asked != "reloads"
        target: Any = None
        on_contact = False
        try:
            on_contact = agent.getContacts().length > 0
            if is_target(agent.getState()) and not plan.choosing:
                due = False
            # Not where the tab is bound for the CCP; nor in a frame that its page takes away, which nobody asks.
            is_back = asked == "" and window != top
            if plan.last and due and not is_back and (not on_contact or plan.contacts == "enqueue"):
                target = target_in(agent.getAgentStates(), plan.target)
                fact.sent = True if target else False
        except:
            fact.trouble = "streams_error"
        if going != "left":
            going = "left"
            say(fact, "hidden")
            if fact.sent:
                choose(target, on_contact, "failure")
        return due

    apply(listen, document, [ASK, on_asked])
    apply(listen, document, [to_page, on_command])
    apply(listen, window, ["beforeunload", on_unload])
    apply(listen, window, ["pagehide", on_hide])
    apply(listen, window, ["pageshow", on_show])
    if window.navigation:
        apply(listen, window.navigation, ["navigate", on_navigate])
    send(ANSWER, channel)
    look()


start()
