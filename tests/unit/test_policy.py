"""Settings are read with suspicion, and never stop the protection."""

from core.policy import defaults
from core.policy import read as read_policy

# A record of another world cannot be asked for its keys in the same words in both dialects.
KEYS = [
    "onReload",
    "hold",
    "unloadDelayMs",
    "redelivery",
    "retry",
    "y",
    "attempts",
    "firstDelayMs",
    "withinSeconds",
    "x",
]


def read(stored):
    """The policy from these settings."""
    return read_policy(stored, lambda record: [key for key in KEYS if key in record])


def test_nothing_set():
    """The defaults hold."""
    assert read(None)["on_reload"] == "restore"
    assert read({})["retry"]["attempts"] == defaults()["retry"]["attempts"]
    assert len(read({})["problems"]) == 0


def test_what_is_set_counts():
    """Each key has its effect."""
    policy = read({"onReload": "offline", "retry": {"attempts": 3, "firstDelayMs": 100, "withinSeconds": 5}})
    assert policy["on_reload"] == "offline"
    assert policy["retry"]["attempts"] == 3
    assert policy["retry"]["first_delay_ms"] == 100
    assert policy["retry"]["within_ms"] == 5000
    assert len(policy["problems"]) == 0
    assert read({"unloadDelayMs": 0})["unload_delay_ms"] == 0
    assert read({"unloadDelayMs": 1000})["unload_delay_ms"] == 1000
    assert read({"redelivery": False})["retry"]["attempts"] == 0
    assert read({"hold": "always"})["hold"] == "always"
    assert read({"hold": "never"})["hold"] == "never"


def test_what_is_wrong_is_named_and_left_out():
    """The key and the reason; everything else counts."""
    policy = read({"onReload": "maybe", "redelivery": 1, "retry": {"attempts": 99, "x": 1, "firstDelayMs": 10}, "y": 2})
    assert policy["on_reload"] == "restore"
    assert policy["redelivery"] is True
    assert policy["retry"]["attempts"] == defaults()["retry"]["attempts"]
    assert policy["retry"]["first_delay_ms"] == 10
    for bad_hold in ["sometimes", None, 1]:
        policy_of_bad = read({"hold": bad_hold})
        assert policy_of_bad["hold"] == defaults()["hold"]
        assert policy_of_bad["problems"][0]["key"] == "hold"
    for bad in [-1, 1001, "150", None, True]:
        policy_of_bad = read({"unloadDelayMs": bad})
        assert policy_of_bad["unload_delay_ms"] == defaults()["unload_delay_ms"]
        assert policy_of_bad["problems"][0]["key"] == "unloadDelayMs"
    named = [problem["key"] for problem in policy["problems"]]
    assert len(named) == 5
    for key in ["onReload", "redelivery", "retry.attempts", "retry.x", "y"]:
        assert key in named


def test_settings_that_are_none():
    """Whatever was put in their place."""
    for stored in ["x", 7, [1], True]:
        assert len(read(stored)["problems"]) == 1
        assert read(stored)["on_reload"] == "restore"
    assert len(read({"retry": None})["problems"]) == 1
    assert len(read({"retry": [1]})["problems"]) == 1
