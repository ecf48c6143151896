"""The end of a CCP's life: who comes back, who was not the last, what is delivered, and what it came to."""

from typing import TYPE_CHECKING

from core.address import is_same_instance
from core.agent import has_wrap_up, is_on_contact, must_go
from core.delivery import add_put, is_fresh, is_taken, may_have_arrived, needs_token, own_tries, wants_next_state
from core.journal import confirm, fail
from core.others import (
    AWAY_MS,
    ONE_MOMENT_MS,
    OPENING_MS,
    is_at_another,
    is_beside,
    is_in_again,
    is_opening,
    is_same_agent,
    is_under_another_name,
    opens_slowly,
    others_of,
    somebody_comes,
)
from core.outcome import judge
from core.returns import RETURN_MS

if TYPE_CHECKING:
    from typing import Any

    from core.records import Journal, Life, Policy
    from core.turn import Turn

# The browser tells of a tab at once; if it does not, nobody waits longer for it.
GONE_MS = 2000
# Signing out, its end, and the reload that follows.
SIGNING_OUT_MS = 30000
# How often a tab is looked at, or a network, while somebody waits for it.
LOOK_MS = 250
LIFE_PARTS = [
    "id", "ccp", "instance", "url", "workspace", "tab", "frame", "there", "status", "phase", "since", "opened_at",
    "agent", "choosing", "choosing_name", "way", "bound", "sent", "slept", "trouble", "said", "at", "gone_since",
    "departures", "puts", "dialog", "reason", "detail", "settled_at", "resolved", "resolved_at", "shown",
]  # fmt: skip
AGENT_PARTS = [
    "name", "state_type", "since", "chosen_name", "chosen_arn", "chosen_type", "target_name", "target_arn",
    "target_type", "contacts", "live", "key",
]  # fmt: skip


def go(turn: "Turn", life: "Life", way: "Any") -> None:
    """A CCP has gone. A log-out that it has just begun is the way, whatever follows."""
    if life["way"] != "signed_out" or turn.now > life["gone_since"] + SIGNING_OUT_MS:
        life["way"] = way
    life["phase"] = "gone"
    life["since"] = turn.now
    life["gone_since"] = turn.now
    life["at"] = turn.wall
    # Where nobody was connected, nobody knows since when.
    life["slept"] = not life["there"]
    if life["bound"] == "unknown":
        # It is to be seen now.
        life["bound"] = ""
    if life["dialog"] == "asking" or life["dialog"] == "offered":
        # It was answered.
        life["dialog"] = ""
    # What was asked for and refused before says nothing now.
    life["puts"] = [put for put in life["puts"] if put["ended_at"] == 0 or is_taken(put)]


def is_told(journal: "Journal", life: "Life", now: float) -> bool:
    """Whether this CCP has just signed out, and that failed: the reload that follows is part of that story."""
    if life["way"] != "signed_out":
        return False
    for failure in journal["failures"]:
        if (
            is_same_instance(failure["instance"], life["instance"])
            and failure["way"] == "signed_out"
            and failure["resolved"] == ""
            and failure["gone_since"] <= now
            and now <= failure["gone_since"] + SIGNING_OUT_MS
            and life["opened_at"] <= failure["gone_since"]
            and is_same_agent(failure, life)
        ):
            return True
    return False


def leave(turn: "Turn", life: "Life", way: "Any") -> None:
    """Nobody comes, and it was the last: from now on it is delivered. Several that go at once are one departure."""
    if life["phase"] != "gone" and life["phase"] != "away":
        go(turn, life, way)
    if way == "signed_out":
        life["way"] = "signed_out"
    for other in others_of(turn.journal, life):
        agent: Any = life["agent"]
        if other["phase"] == "leaving" and other["agent"] is not None and other["agent"]["key"] == agent["key"]:
            other["puts"].extend([put for put in life["puts"] if put["ended_at"] == 0])
            _let_be(turn, life)
            return
    life["phase"] = "leaving"
    life["since"] = turn.now
    life["departures"] += 1
    life["id"] = life["ccp"] + "-" + str(life["departures"])


def end(turn: "Turn", life: "Life", outcome: "Any", reason: str, detail: str) -> None:
    """A departure is over. Where its page is there still, that goes on as an open CCP."""
    ended: Any = {}
    for part in LIFE_PARTS:
        ended[part] = life[part]  # type: ignore[literal-required]
    ended["phase"] = outcome
    ended["reason"] = reason
    ended["detail"] = detail
    ended["settled_at"] = turn.wall
    ended["there"] = False
    ended["dialog"] = ""
    turn.journal["past"].append(ended)
    if outcome == "confirmed":
        confirm(turn.journal, ended, turn.wall)
        turn.decide("withdraw", ended)
    elif outcome != "superseded":
        fail(turn.journal, ended, turn.wall)
        turn.decide("tell", ended)
    _let_be(turn, life)
    if outcome == "confirmed":
        for other in turn.journal["lives"][:]:
            if is_same_instance(other["instance"], life["instance"]) and is_same_agent(other, ended):
                _is_there_now(other)
                if other["phase"] == "leaving":
                    # Two that were held: what the one has come to is the other's end, too.
                    end(turn, other, "confirmed", "", "")
    if life["dialog"] == "tries":
        life["dialog"] = "confirmed" if outcome == "confirmed" else "failed"
        if outcome == "superseded":
            life["dialog"] = ""


def _is_there_now(life: "Life") -> None:
    """The server's word comes before the page's."""
    agent = life["agent"]
    life["choosing"] = ""
    if agent is not None and not is_on_contact(agent):
        known: Any = {}
        for part in AGENT_PARTS:
            known[part] = agent[part]  # type: ignore[literal-required]
        known["name"] = agent["target_name"]
        known["state_type"] = agent["target_type"]
        life["agent"] = known


def _let_be(turn: "Turn", life: "Life") -> None:
    """A departure of this CCP is void or over: an open one if its page is there, else nothing."""
    if not life["there"] and life["dialog"] != "tries":
        # A page with our dialog in it is silent only because we have slept.
        turn.drop(life)
        return
    life["phase"] = "opening" if life["agent"] is None else "open"
    life["since"] = turn.now
    life["bound"] = ""
    life["sent"] = False
    life["puts"] = []
    if life["way"] != "signed_out":
        life["way"] = ""


def advance(turn: "Turn") -> None:
    """Whatever follows, now, from what is known: for each CCP that goes."""
    for life in turn.journal["lives"][:]:
        if life["phase"] == "gone" or life["phase"] == "away":
            _advance_gone(turn, life)
        if life["phase"] == "leaving":
            _advance_leaving(turn, life)
        if life["phase"] == "opening" and not life["there"] and not is_opening(life, turn.now):
            # It was there before we slept; now nobody answers, and nobody's agent is known.
            turn.drop(life)
    turn.journal["past"] = [
        past
        for past in turn.journal["past"]
        if turn.now < past["gone_since"] + RETURN_MS or _is_asked(turn.journal, past)
    ]


def _is_asked(journal: "Journal", past: "Life") -> bool:
    """Whether a dialog is open that offers to take this departure back."""
    for life in journal["lives"]:
        if life["ccp"] == past["ccp"] and life["dialog"] == "confirmed":
            return True
    return False


def _advance_gone(turn: "Turn", life: "Life") -> None:
    if not must_go(life, turn.policy) or is_told(turn.journal, life, turn.now):
        turn.drop(life)
        return
    if life["phase"] == "gone" and life["bound"] == "ccp":
        life["phase"] = "away"
        life["since"] = turn.now
    if is_at_another(turn.journal, life) or is_beside(turn.journal, life):
        # Not the last, or back again. What it may have sent, too late to be held, can be taken back there.
        life["there"] = False
        if may_have_arrived(life):
            end(turn, life, "superseded", "", "")
        else:
            turn.drop(life)
        return
    if somebody_comes(turn.journal, life, turn.now):
        return
    if has_wrap_up(life) and opens_slowly(turn.journal, life, turn.now):
        # What would be set would end their work at once, and nothing gives that back.
        return
    if life["bound"] == "" and turn.now < life["since"] + GONE_MS:
        return
    if life["bound"] == "ccp" and turn.now < life["since"] + AWAY_MS:
        return
    # Its page is no more, whether or not its port has closed yet.
    life["there"] = False
    leave(turn, life, life["way"])


def _advance_leaving(turn: "Turn", life: "Life") -> None:
    signs_out = life["way"] == "signed_out"
    is_back = is_in_again(turn.journal, life) or is_under_another_name(turn.journal, life)
    if is_back or (not signs_out and is_at_another(turn.journal, life)):
        end(turn, life, "superseded", "", "")
        return
    verdict = judge(life, turn.now, turn.policy["retry"])
    if verdict["outcome"] != "":
        end(turn, life, verdict["outcome"], verdict["reason"], verdict["detail"])
    elif life["there"] and _is_left_alone(turn, life):
        # A contact began, or ended, while it was tried before the agent's eyes.
        end(turn, life, "superseded", "", "")
    elif verdict["deliver"] and not _waits(turn, life):
        command = {"ask": not is_fresh(life, turn.now, turn.wall), "renew": needs_token(life)}
        enqueue = wants_next_state(life)
        put = add_put(life, life["id"] + "-" + str(own_tries(life)), True, turn.now)
        if put is not None:
            put["enqueue"] = enqueue
            turn.decide("deliver", life, command, put["request"])


def _is_left_alone(turn: "Turn", life: "Life") -> bool:
    """Whether an agent who sits there has a contact with which they are left as they are.

    By the settings; and any change of state would end after-contact work.
    """
    agent = life["agent"]
    skips = turn.policy["on_contact"] == "skip" and agent is not None and is_on_contact(agent)
    return skips or has_wrap_up(life)


def _waits(turn: "Turn", life: "Life") -> bool:
    """Whether a try that is due is put off: perhaps the agent is back in a moment; or there is no network.

    The first try is made whatever the browser says of its network, and so is the last.
    """
    if life["way"] != "signed_out" and somebody_comes(turn.journal, life, turn.now):
        return True
    if may_be_back(turn, life):
        return True
    late = turn.now >= life["since"] + turn.policy["retry"]["within_ms"]
    return not turn.journal["online"] and own_tries(life) > 0 and not late


def may_be_back(turn: "Turn", life: "Life") -> bool:
    """Whether the page of a departure that is tried has only just gone: perhaps it was reloaded."""
    if life["phase"] != "leaving" or life["there"] or life["way"] == "signed_out" or life["bound"] == "elsewhere":
        return False
    return turn.now < life["gone_since"] + (AWAY_MS if life["bound"] == "ccp" else GONE_MS)


def next_look_at(journal: "Journal", now: float, policy: "Policy") -> float:
    """When to look again if nothing happens meanwhile (the fact "tick"), in ms of the run's clock; 0: not at all."""
    soonest: float = 0
    for life in journal["lives"]:
        at: float = 0
        if life["phase"] == "opening" and is_opening(life, now):
            at = life["opened_at"] + OPENING_MS
        elif life["phase"] == "asked" and now <= life["since"] + ONE_MOMENT_MS:
            # From then on it goes alone: no other one is the last because of it.
            at = life["since"] + ONE_MOMENT_MS + 1
        elif life["phase"] in ["gone", "away"]:
            at = now + LOOK_MS
        elif life["phase"] == "leaving":
            verdict = judge(life, now, policy["retry"])
            at = now + LOOK_MS if verdict["deliver"] else verdict["look_again_at"]
        if at > 0 and (soonest == 0 or at < soonest):
            soonest = at
    return soonest
