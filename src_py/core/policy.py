"""The settings an administrator or an agent may change: read with suspicion, never fatal.

A key that is wrong is left out and named; its default holds, and the rest counts.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from core.records import Policy, Problem

ON_RELOAD = ["restore", "offline"]
HOLD = ["never", "onFailure", "always"]
RETRY_KEYS = ["attempts", "firstDelayMs", "withinSeconds"]
MAX_ATTEMPTS = 10
MAX_DELAY_MS = 60000
MAX_SECONDS = 600
MAX_UNLOAD_DELAY_MS = 1000


def defaults() -> "Policy":
    """What holds where nothing is set.

    Seven tries end some 16 s after the page is gone: a server that is down for several seconds is
    outlasted, and the agent hears of a failure before they are far. Without a network it is 30 s. The
    unload is delayed for a moment only where it may be the browser's end (docs/measurements.md).
    """
    return {
        "on_reload": "restore",
        "hold": "onFailure",
        "unload_delay_ms": 150,
        "redelivery": True,
        "retry": {"attempts": 7, "first_delay_ms": 250, "within_ms": 30000},
        "problems": [],
    }


def read(stored: "Any", keys_of: "Callable[[Any], list[str]]") -> "Policy":
    """The policy from settings as they are stored.

    Args:
        stored: a record, ``None`` for none, or whatever else was put there.
        keys_of: lists a record's keys (a browser's record cannot be gone through as Python's can).
    """
    policy = defaults()
    if stored is None:
        return policy
    problems: list[Problem] = policy["problems"]
    if not _is_record(stored):
        problems.append({"key": "", "reason": "the settings are not an object"})
        return policy
    for key in keys_of(stored):
        value = stored[key]
        if key == "onReload":
            if isinstance(value, str) and value in ON_RELOAD:
                policy["on_reload"] = value
            else:
                problems.append({"key": key, "reason": 'must be "restore" or "offline"'})
        elif key == "hold":
            if isinstance(value, str) and value in HOLD:
                policy["hold"] = value
            else:
                problems.append({"key": key, "reason": 'must be "never", "onFailure" or "always"'})
        elif key == "unloadDelayMs":
            if _is_number(value, 0, MAX_UNLOAD_DELAY_MS):
                policy["unload_delay_ms"] = value
            else:
                problems.append({"key": key, "reason": "must be a number from 0 to 1000"})
        elif key == "redelivery":
            if value is True or value is False:
                policy["redelivery"] = value
            else:
                problems.append({"key": key, "reason": "must be true or false"})
        elif key == "retry":
            _read_retry(policy, value, keys_of)
        else:
            problems.append({"key": key, "reason": "there is no such setting"})
    if not policy["redelivery"]:
        policy["retry"]["attempts"] = 0
    return policy


def _read_retry(policy: "Policy", value: "Any", keys_of: "Callable[[Any], list[str]]") -> None:
    problems = policy["problems"]
    if not _is_record(value):
        problems.append({"key": "retry", "reason": "must be an object"})
        return
    for key in keys_of(value):
        number = value[key]
        if key == "attempts" and _is_number(number, 1, MAX_ATTEMPTS) and number % 1 == 0:
            policy["retry"]["attempts"] = number
        elif key == "firstDelayMs" and _is_number(number, 1, MAX_DELAY_MS):
            policy["retry"]["first_delay_ms"] = number
        elif key == "withinSeconds" and _is_number(number, 1, MAX_SECONDS):
            policy["retry"]["within_ms"] = number * 1000
        elif key in RETRY_KEYS:
            problems.append({"key": "retry." + key, "reason": "must be a number within its bounds"})
        else:
            problems.append({"key": "retry." + key, "reason": "there is no such setting"})


def _is_number(value: "Any", least: int, most: int) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and least <= value and value <= most


def _is_record(value: "Any") -> bool:
    return value is not None and not isinstance(value, (str, int, float, bool, list))
