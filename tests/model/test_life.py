"""The life of a CCP, told at random, against what the contract says of it; and the same stories in JavaScript.

The stories are the same at every run. Longer ones, and others each time: ``STORIES=20000 pytest tests/model``.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from core.journal import MAX_FAILURES
from core.policy import defaults
from tests.model.machine import Stories
from tests.model.people import INSTANCES
from tests.model.replay import play
from tests.model.world import World

# As many as fit in a minute or two on one core.
USUALLY = 2000
RULES_IN_A_STORY = 50
LEAST_RULES = 50_000


@pytest.fixture(scope="module")
def told() -> type[Stories]:
    """All stories, told to their ends: none has broken the contract."""
    asked_for = os.environ.get("STORIES", "")

    class Told(Stories):
        keeps_logs = True

    Told.logs, Told.facts, Told.rules_run = [], 0, 0
    run_state_machine_as_test(
        Told,
        settings=settings(
            max_examples=int(asked_for or USUALLY),
            stateful_step_count=RULES_IN_A_STORY,
            derandomize=not asked_for,
            database=None,
            deadline=None,
            phases=[Phase.generate, Phase.shrink],
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
    world = a_bad_year()
    Told.logs.extend(world.log)
    Told.facts += world.facts
    return Told


def a_bad_year() -> World:
    """A story that no chance would tell: more failures than are kept, each of a page that crashed, refused for good."""
    world = World(defaults(), "Offline", lambda _words: None)
    for _ in range(MAX_FAILURES + 10):
        page = world.opens(INSTANCES[0], 0)
        world.knows(page)
        world.crashes(page)
        for request in world.pending(own=True):
            world.ends(request, "denied")
        world.advance(61_000)
    world.drain(["denied"])
    world.ends_log()
    assert len(world.journal["failures"]) == MAX_FAILURES
    return world


@pytest.mark.timeout(0 if os.environ.get("STORIES") else 900)
def test_no_story_breaks_the_contract(told: type[Stories]) -> None:
    """Whatever people, browsers and servers do: nobody who works is set Offline, and no departure ends silently."""
    print(f"{told.rules_run} rules, {told.facts} facts")
    assert told.rules_run >= LEAST_RULES or os.environ.get("STORIES")


@pytest.mark.timeout(0 if os.environ.get("STORIES") else 900)
def test_the_same_stories_in_javascript(told: type[Stories]) -> None:
    """The rules as the extension ships them decide and remember the same, fact by fact."""
    said = play(told.logs)
    print(said)
    assert said.endswith(f"{told.facts} steps")
