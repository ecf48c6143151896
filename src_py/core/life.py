"""The life of a CCP: one record, one phase. Facts come in, decisions go out; no browser, no clock, no chance.

    opening ─ agent known ─▶ open ◀──── the page stays ────┐
                              │ ─── beforeunload ─▶ asked ─┘
                              └─ pagehide, or the port closes ─▶ gone
    gone ─ its tab is bound for the CCP ─▶ away ─ the CCP is back ─▶ (nothing was sent)
    gone, away ─ nobody comes, and it was the last ─▶ leaving ─▶ confirmed · failed · unconfirmed · superseded

What follows from a fact is decided in ``core.ending``, for every CCP of the instance: one that opens may be the return
of another. A record that has ended is kept in ``past`` for a minute, for what a return takes back.
"""

from typing import TYPE_CHECKING

from core.agent import has_wrap_up, is_there, must_go
from core.ending import advance, end, go, is_told, leave, may_be_back
from core.held import keep_working, leave_anyway, try_again
from core.journal import MAX_LIVES, not_covered, resolve_return
from core.opening import find_life, new_life, reopen
from core.requests import put_ended, put_left, tried
from core.returns import RETURN_MS, not_restored, restore
from core.tab import may_come_back
from core.turn import Turn

if TYPE_CHECKING:
    from typing import Any

    from core.records import Agent, Decision, Journal, Life, Policy

# What of a page's record is its first agent's, when another one signs in there.
SPLIT_PARTS = [
    "id", "phase", "since", "opened_at", "at", "gone_since", "departures", "way", "agent", "choosing", "choosing_name",
    "puts",
]  # fmt: skip


def step(journal: "Journal", fact: "Any", now: float, wall: float, policy: "Policy") -> "list[Decision]":
    """Take a fact in, and decide what follows.

    Args:
        journal: all that is known; changed in place.
        fact: a record with a ``type``; those there are stand in ``_take``.
        now: ms of a clock that never goes back while the background runs.
        wall: ms since 1970, for people.
        policy: the settings in force.

    Returns:
        What the background is to do, in this order.
    """
    turn = Turn(journal, now, wall, policy)
    _take(turn, fact)
    advance(turn)
    return turn.decisions


def _take(turn: "Turn", fact: "Any") -> None:
    kind = fact["type"]
    if kind == "opened":
        _opened(turn, fact)
    elif kind == "put":
        put_left(turn, fact)
    elif kind == "put_ended":
        put_ended(turn, fact)
    elif kind == "signs_out":
        _signs_out(turn, fact["instance"])
    elif kind == "uncovered":
        turn.decisions.append(not_covered(turn.journal, new_life(fact, turn.now), turn.wall))
    elif kind == "beside":
        turn.journal["beside"] = fact["tabs"]
    elif kind == "tab_closed":
        for life in turn.journal["lives"]:
            if life["tab"] == fact["tab"]:
                _tab_shows(turn, life, "gone")
    elif kind == "moved":
        for part in ["lives", "past"]:
            for life in turn.journal[part]:  # type: ignore[literal-required]
                if life["tab"] == fact["before"]:
                    life["tab"] = fact["after"]
    elif kind == "woke":
        for life in turn.journal["lives"]:
            _slept(turn, life)
        for past in turn.journal["past"]:
            past["gone_since"] = min(past["gone_since"], turn.now)
    elif kind == "tick":
        for life in turn.journal["lives"]:
            if life["phase"] == "away" or (life["phase"] == "gone" and life["bound"] == "") or may_be_back(turn, life):
                turn.decide("look", life)
    else:
        _take_of_one(turn, fact)


def _take_of_one(turn: "Turn", fact: "Any") -> None:
    """A fact about one CCP."""
    kind = fact["type"]
    life = find_life(turn.journal, fact["ccp"])
    if kind == "tried":
        tried(turn, fact)
    elif life is None:
        return
    elif kind == "status":
        life["status"] = fact["status"]
    elif kind == "agent":
        _agent_is(turn, life, fact["agent"])
    elif kind == "asked":
        _asked(turn, life, fact["held"])
    elif kind == "stays":
        _stays(turn, life, fact["shows"])
    elif kind == "hidden":
        _hidden(turn, life, fact)
    elif kind == "said" and fact["result"] == "not_restored":
        not_restored(turn, life, fact["code"])
    elif kind == "said":
        life["said"] = fact["code"]
    elif kind == "closed":
        _closed(turn, life)
    elif kind == "tab":
        _tab_shows(turn, life, fact["shows"])
    elif kind == "forget":
        turn.drop(life)
    elif kind == "try_again":
        try_again(turn, life)
    elif kind == "leave_anyway":
        leave_anyway(turn, life)
    elif kind == "keep_working":
        keep_working(turn, life)


def _opened(turn: "Turn", fact: "Any") -> None:
    """A document says hello: for the first time; or again, after the background slept or the browser kept its page."""
    life = find_life(turn.journal, fact["ccp"])
    if life is not None:
        life["there"] = True
        life["tab"] = fact["tab"]
        life["frame"] = fact["frame"]
        if life["phase"] in ["gone", "away"]:
            reopen(turn, life)
        elif life["phase"] == "leaving" and life["dialog"] == "" and life["way"] != "signed_out":
            end(turn, life, "superseded", "", "")
        return
    for other in turn.journal["lives"][:]:
        if other["tab"] == fact["tab"] and other["frame"] == fact["frame"]:
            # Where a frame shows a new document, the old one is gone, whoever says so first.
            _closed(turn, other)
            other["there"] = False
            if other["phase"] in ["gone", "leaving"]:
                other["bound"] = "ccp"
    made = new_life(fact, turn.now)
    for part in ["past", "failures"]:
        for known in turn.journal[part]:  # type: ignore[literal-required]
            if known["ccp"] == made["ccp"]:
                # A page that is there again, after all: no departure of it may bear another's name.
                made["departures"] = max(made["departures"], known["departures"])
    turn.journal["lives"].append(made)
    if len(turn.journal["lives"]) > MAX_LIVES:
        spare = [other for other in turn.journal["lives"] if other["phase"] == "opening"]
        turn.journal["lives"] = [other for other in turn.journal["lives"] if len(spare) == 0 or other is not spare[0]]


def _agent_is(turn: "Turn", life: "Life", agent: "Agent") -> None:
    """A CCP told what it knows of its agent: for the first time, or because it changed."""
    before = life["agent"]
    # Who looks at our dialog, or has said in it that they leave, says whether what we set is taken back.
    is_asked = life["dialog"] not in ["", "offered"]
    if before is not None and before["key"] != agent["key"]:
        if life["phase"] in ["gone", "away"]:
            # Whoever speaks from a page that has gone, its departure is the first one's.
            return
        # Another agent in the same page: the first one has signed out there.
        _split(turn, life)
    if life["phase"] == "leaving" and before is not None and before["key"] == agent["key"] and is_there(agent):
        # What we asked for shows before we hear that it was taken. What they had chosen is what they go back to, if
        # they stay; from an error nobody goes back.
        for part in ["chosen_name", "chosen_arn", "chosen_type"]:
            agent[part] = "" if before["state_type"] == "error" else before[part]  # type: ignore[literal-required]
    life["agent"] = agent
    if not is_there(agent):
        # It shows what it asked for. And what it asked before is no proof any more.
        life["choosing"] = ""
        if life["phase"] == "open" or life["phase"] == "asked":
            life["puts"] = [put for put in life["puts"] if put["ended_at"] == 0]
    if life["dialog"] in ["let_go", "offered"] and before is not None and before["name"] != agent["name"]:
        # What failed has been overtaken; the next closing is another matter.
        life["dialog"] = ""
    if life["phase"] == "opening":
        life["phase"] = "open"
        life["since"] = turn.now
        # Those that waited for this one are over now, and may be what is taken back.
        advance(turn)
        if resolve_return(turn.journal, life, turn.wall - RETURN_MS, turn.wall):
            turn.decide("withdraw", life)
    if life["phase"] == "open" and not is_asked:
        restore(turn, life)


def _split(turn: "Turn", life: "Life") -> None:
    """The departure of a page's first agent goes on as a record of its own; the page is the second one's."""
    life["departures"] += 1
    first = new_life(life, turn.now)
    for part in SPLIT_PARTS:
        first[part] = life[part]  # type: ignore[literal-required]
    first["ccp"] = life["ccp"] + "-before-" + str(life["departures"])
    first["there"] = False
    first["bound"] = "elsewhere"
    if life["phase"] == "leaving" or must_go(life, turn.policy):
        turn.journal["lives"].append(first)
        if life["phase"] != "leaving":
            go(turn, first, "signed_out")
    life["phase"] = "open"
    life["since"] = turn.now
    # Who speaks from now on sits here anew, be it the first one again.
    life["opened_at"] = turn.now
    life["way"] = ""
    life["dialog"] = ""
    life["choosing"] = ""
    life["puts"] = []


def _asked(turn: "Turn", life: "Life", held: bool) -> None:
    """``beforeunload``: a question. Where the tab is bound for is asked at once, so that the page may know."""
    if life["phase"] != "open" and life["phase"] != "asked":
        return
    life["phase"] = "asked"
    life["since"] = turn.now
    life["slept"] = False
    life["bound"] = ""
    if held and must_go(life, turn.policy):
        life["dialog"] = "asking"
    elif life["dialog"] == "asking" or life["dialog"] == "offered":
        # That was an earlier question, and nobody has heard the answer.
        life["dialog"] = ""
    turn.decide("look", life)


def _stays(turn: "Turn", life: "Life", shows: str) -> None:
    """The page says, some time after ``beforeunload``, that it is there; its tab shows this."""
    if life["phase"] != "asked" or may_come_back(shows) or shows in ["gone", "leading", "hidden"]:
        return
    # Reloading, or led elsewhere (by a link that starts a download or a call, too), nobody has asked to go Offline.
    closes = life["bound"] == ""
    life["bound"] = ""
    life["since"] = turn.now
    life["phase"] = "open"
    turn.decide("page", life, {"type": "stays"})
    if life["dialog"] == "asking":
        # Who wanted to close it, was asked because delivery is failing, and has stayed, sees the tries. In a company's
        # page it may have been a link that starts a call, and its tab says the same: there they are offered.
        due = closes and must_go(life, turn.policy) and not has_wrap_up(life)
        life["dialog"] = "offered" if due and life["frame"] != 0 else ""
        if due and life["frame"] == 0:
            try_again(turn, life)
            return
    # One that went in the same moment, as if all did, was not the last.
    advance(turn)
    restore(turn, life)


def _hidden(turn: "Turn", life: "Life", fact: "Any") -> None:
    """``pagehide``: the answer. ``sent``: the page itself has asked for the target."""
    if life["phase"] == "open" or life["phase"] == "asked":
        go(turn, life, "closed")
        turn.decide("look", life)
    elif life["phase"] == "leaving":
        _goes_meanwhile(turn, life)
    else:
        return
    life["sent"] = fact["sent"]
    life["trouble"] = fact["trouble"]


def _closed(turn: "Turn", life: "Life") -> None:
    """The port of a CCP closed, or another document is in its place: its page is gone, whatever it said."""
    if life["phase"] == "opening":
        turn.drop(life)
    elif life["phase"] == "open" or life["phase"] == "asked":
        go(turn, life, "vanished")
        turn.decide("look", life)
    elif life["phase"] == "gone":
        turn.decide("look", life)
    elif life["phase"] == "leaving":
        _goes_meanwhile(turn, life)
    life["there"] = False


def _goes_meanwhile(turn: "Turn", life: "Life") -> None:
    """A page that stayed while it was tried goes now: closed; or reloaded, and no further try is due."""
    life["dialog"] = ""
    if life["there"]:
        life["there"] = False
        life["bound"] = ""
        life["gone_since"] = turn.now
        life["at"] = turn.wall
        turn.decide("look", life)


def _tab_shows(turn: "Turn", life: "Life", shows: str) -> None:
    """What the browser says of a CCP's tab (core/tab.py), in answer to a look, or because it closed."""
    is_over = shows == "gone" or shows == "unloaded" or shows == "elsewhere"
    waits = may_come_back(shows) and turn.policy["on_reload"] == "restore"
    if life["phase"] == "asked" and life["there"]:
        if waits:
            life["bound"] = "ccp"
            turn.decide("page", life, {"type": "reloads"})
        elif shows == "leading":
            life["bound"] = "elsewhere"
        elif shows == "hidden":
            life["bound"] = "unknown"
    elif life["phase"] in ["opening", "open", "asked"]:
        # Silence is no departure; this is one.
        if is_over and not life["there"]:
            go(turn, life, "vanished")
            life["bound"] = "elsewhere"
    elif life["phase"] == "gone" or life["phase"] == "away" or may_be_back(turn, life):
        if is_over or turn.policy["on_reload"] == "offline":
            life["bound"] = "elsewhere"
        elif may_come_back(shows) or (shows == "here" and not life["there"] and life["bound"] == ""):
            life["bound"] = "ccp"
        elif shows == "leading" and life["bound"] == "":
            life["bound"] = "elsewhere"


def _slept(turn: "Turn", life: "Life") -> None:
    """The background starts anew: nobody is connected yet, and nobody hears how its own requests ended."""
    life["there"] = False
    life["slept"] = True
    # A clock that was set back meanwhile makes no wait longer.
    life["since"] = min(life["since"], turn.now)
    if life["phase"] == "asked":
        # Its page has from now on to say that it is there.
        life["since"] = turn.now
    life["gone_since"] = min(life["gone_since"], turn.now)
    life["opened_at"] = min(life["opened_at"], turn.now)
    for put in life["puts"]:
        put["at"] = min(put["at"], turn.now)
        if put["own"] and put["ended_at"] == 0:
            put["ended_at"] = turn.now
            put["error"] = "net::ERR_ABORTED"


def _signs_out(turn: "Turn", instance: str) -> None:
    """The log-out of an instance was asked for: what can still be done must be done now."""
    for life in turn.journal["lives"][:]:
        if life["instance"] == instance and life["phase"] in ["open", "asked", "gone", "away"]:
            if must_go(life, turn.policy) and not is_told(turn.journal, life, turn.now):
                leave(turn, life, "signed_out")
        elif life["instance"] == instance and life["phase"] == "leaving" and life["there"]:
            # One whose page is gone left before, and may have been another agent's.
            life["way"] = "signed_out"
