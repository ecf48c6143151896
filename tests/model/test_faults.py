"""Whether the stories would find a fault: each of these is put into the rules, and must be told of.

They are faults that could be made, or were; every one breaks the contract in another way.
"""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from core import agent, delivery, ending, journal, life, others, tab
from core.turn import Turn
from tests.model.machine import Stories

if TYPE_CHECKING:
    from core.records import Journal, Life, Policy, Put

# Within so many stories, of so many rules, each fault must show.
STORIES = 1000
RULES_IN_A_STORY = 50

_asked, _slept, _decide, _for_disk = life._asked, life._slept, Turn.decide, journal.for_disk


def opening_does_not_count(_life: "Life", _now: float) -> bool:
    """A CCP that is still opening is nobody's."""
    return False


def any_agent_will_do(one: "Life", other: "Life") -> bool:
    """Another agent at the same desk is taken for the one who left."""
    return one["agent"] is not None and other["agent"] is not None


def nobody_is_elsewhere(_journal: "Journal", _life: "Life") -> bool:
    """Every CCP is the last one."""
    return False


def a_question_is_an_answer(turn: Turn, one: "Life", held: bool) -> None:
    """``beforeunload`` alone is a departure."""
    _asked(turn, one, held)
    if one["phase"] == "asked" and agent.must_go(one, turn.policy):
        ending.leave(turn, one, "closed")


def silence_is_an_answer(turn: Turn, one: "Life") -> None:
    """Who is not heard of when the background wakes has gone."""
    _slept(turn, one)
    if one["phase"] == "open":
        ending.go(turn, one, "vanished")
        one["bound"] = "elsewhere"


def any_page_confirms(put: "Put") -> bool:
    """A web page with status 200 is the server's word."""
    return put["ended_at"] > 0 and 200 <= put["status"] < 300


def nobody_reloads(_shows: str) -> bool:
    """A tab that loads the CCP again is left."""
    return False


def every_choice_was_ours(_life: "Life") -> bool:
    """What the agent chose themselves is restored like what we set."""
    return False


def never_too_late(_life: "Life", _now: float, _wall: float) -> bool:
    """The server is never asked whether somebody works elsewhere."""
    return True


def any_time(_life: "Life") -> bool:
    """On a live contact the state is to change at once."""
    return False


def at_the_last_moment(known: "Journal", policy: "Policy") -> "Journal":
    """Only what goes is written down, not what is open."""
    disk = _for_disk(known, policy)
    disk["lives"] = [one for one in disk["lives"] if one["phase"] not in {"open", "asked"}]
    return disk


def in_silence(turn: Turn, what: Any, *rest: Any) -> None:
    """A failure is stored, and nobody is told."""
    if what != "tell":
        _decide(turn, what, *rest)


FAULTS: list[tuple[Any, str, Callable[..., Any], str]] = [
    (others, "is_opening", opening_does_not_count, "is opening"),
    (
        others,
        "is_same_agent",
        any_agent_will_do,
        "its agent is nowhere|not on disk|never ended|does not tell|another agent's",
    ),
    (others, "is_at_another", nobody_is_elsewhere, "while its agent is at"),
    (life, "_asked", a_question_is_an_answer, "delivered for"),
    (life, "_slept", silence_is_an_answer, "delivered for|on disk"),
    (delivery, "is_taken", any_page_confirms, "the server never said so|without the server's word"),
    (tab, "may_come_back", nobody_reloads, "only reloaded"),
    (delivery, "was_chosen", every_choice_was_ours, "restores"),
    (delivery, "is_fresh", never_too_late, "without asking"),
    (delivery, "wants_next_state", any_time, "on a live contact"),
    (journal, "for_disk", at_the_last_moment, "not on disk|does not tell"),
    (Turn, "decide", in_silence, "nobody is told"),
]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("place", "name", "fault", "found"), FAULTS, ids=[fault[2].__name__ for fault in FAULTS])
def test_a_fault_is_found(
    place: Any, name: str, fault: Callable[..., Any], found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the fault in the rules, some story breaks the contract, and says how."""
    right = getattr(place, name)
    monkeypatch.setattr(place, name, fault)
    for module in [module for label, module in sys.modules.items() if label.startswith(("core.", "tests.model.world"))]:
        # Whoever has imported it, too.
        if getattr(module, name, None) is right:
            monkeypatch.setattr(module, name, fault)

    class Told(Stories):
        pass

    Told.facts = 0
    asked_for = settings(
        max_examples=STORIES,
        stateful_step_count=RULES_IN_A_STORY,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    with pytest.raises(AssertionError, match=found):
        run_state_machine_as_test(Told, settings=asked_for)
    print(f"{fault.__name__}: found after {Told.facts} facts")
