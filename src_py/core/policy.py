"""The settings: what an administrator's policy and this device say, read with suspicion, never fatal.

The policy beats the device's settings, and those beat the defaults, key by key. What is wrong is left out, as if
it were not there, and named: protection goes on, and the options page says which key, and why.
"""

from typing import TYPE_CHECKING

from core.instances import problem_with_pattern

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from core.records import Policy, Problem, Setting

# Every setting there is, in the order in which a person reads them.
KEYS = [
    "instances",
    "targetState",
    "onReload",
    "onContact",
    "hold",
    "unloadDelayMs",
    "redelivery",
    "retry",
    "notify",
    "signOut",
    "includeCcpV2",
]
CHOICES = {
    "onReload": ["restore", "offline"],
    "onContact": ["enqueue", "skip"],
    "hold": ["never", "onFailure", "always"],
}
FLAGS = ["redelivery", "notify", "signOut", "includeCcpV2"]
# The least and the greatest.
RETRY_BOUNDS = {"attempts": [1, 10], "firstDelayMs": [1, 60000], "withinSeconds": [1, 600]}
MAX_UNLOAD_DELAY_MS = 1000
MAX_INSTANCES = 200
MAX_NAME = 256
# A flood of problems says no more than the first of them; nor does a name of many pages.
MAX_PROBLEMS = 50
MAX_SHOWN = 100


def default_of(key: str) -> "Any":
    """What holds where nothing is set.

    Seven tries end some 16 s after the page is gone: a server that is down for several seconds is
    outlasted, and the agent hears of a failure before they are far. Without a network it is 30 s. The
    end of an instance's last CCP is delayed for a moment: it may be the browser's, too (docs/measurements.md).
    """
    if key == "instances":
        return []
    if key == "targetState":
        return {"type": "offline"}
    if key == "onReload":
        return "restore"
    if key == "onContact":
        return "enqueue"
    if key == "hold":
        return "onFailure"
    if key == "unloadDelayMs":
        return 150
    if key == "retry":
        return {"attempts": 7, "firstDelayMs": 250, "withinSeconds": 30}
    return key in ["redelivery", "notify", "includeCcpV2"]


def read(
    managed: "Any", local: "Any", keys_of: "Callable[[Any], list[str]]", words_of: "Callable[[Any], str]"
) -> "Policy":
    """The settings in force.

    Args:
        managed: the administrator's, a record; ``None`` for none, or whatever else was put there.
        local: this device's, likewise.
        keys_of: lists a record's keys (a browser's record cannot be gone through as Python's can).
        words_of: writes any value down, to name one that cannot be followed.
    """
    reader = _Reader(keys_of, words_of)
    # The stronger comes last.
    reader.lay_over(local, "device")
    reader.lay_over(managed, "policy")
    return _policy(reader.settings, reader.problems)


def defaults() -> "Policy":
    """The settings where nothing is set."""
    return read(None, None, lambda _record: [], lambda _value: "")


def set_by(policy: "Policy", source: str) -> bool:
    """Whether any setting in force, or any that cannot be followed, comes from there."""
    for setting in policy["settings"]:
        if setting["source"] == source:
            return True
    for problem in policy["problems"]:
        if problem["source"] == source:
            return True
    return False


def changed(own: "Any", key: str, change: "Any") -> "Any":
    """A device's settings with one of them changed.

    Args:
        own: what is stored; whatever is no setting is left out.
        key: which one to change.
        change: a record that holds the new ``value``; ``None`` takes the setting back.
    """
    settings: Any = {}
    if is_record(own):
        for known in KEYS:
            if known in own and known != key:
                settings[known] = own[known]
    if change is not None:
        settings[key] = change["value"]
    return settings


class _Reader:
    """Lays one record of settings over another; what is sound counts, the rest is named."""

    def __init__(self, keys_of: "Callable[[Any], list[str]]", words_of: "Callable[[Any], str]") -> None:
        self.settings: list[Setting] = [{"key": key, "value": default_of(key), "source": "default"} for key in KEYS]
        self.problems: list[Problem] = []
        self._keys_of = keys_of
        self._words_of = words_of
        self._source = ""

    def lay_over(self, stored: "Any", source: str) -> None:
        """Let a record of settings count; ``source`` says whose it is."""
        self._source = source
        if stored is None:
            return
        if not is_record(stored):
            self._name("", stored, "the settings are not an object")
            return
        for key in self._keys_of(stored):
            if key not in KEYS:
                self._name(key, stored[key], "there is no such setting")
            else:
                value = self._sound(key, stored[key])
                if value is not None:
                    setting = _setting(self.settings, key)
                    setting["value"] = value
                    setting["source"] = source

    def _name(self, key: str, value: "Any", reason: str) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            written = self._words_of(value)
            problem: Problem = {
                "key": key[:MAX_SHOWN],
                "value": written[:MAX_SHOWN],
                "source": self._source,
                "reason": reason,
            }
            self.problems.append(problem)

    def _sound(self, key: str, value: "Any") -> "Any":
        """What counts of a value, in the words in which it is stored; ``None`` if nothing does."""
        if key == "instances":
            return self._instances(value)
        if key == "retry":
            return self._retry(value)
        if key == "targetState":
            return self._target(value)
        if key in CHOICES:
            if isinstance(value, str) and value in CHOICES[key]:
                return value
            self._name(key, value, 'must be "' + '" or "'.join(CHOICES[key]) + '"')
        elif key in FLAGS:
            if value is True or value is False:
                return value
            self._name(key, value, "must be true or false")
        else:
            if _is_number(value, 0, MAX_UNLOAD_DELAY_MS):
                return value
            self._name(key, value, "must be a number from 0 to " + str(MAX_UNLOAD_DELAY_MS))
        return None

    def _target(self, value: "Any") -> "Any":
        if is_record(value):
            given = self._keys_of(value)
            if len(given) == 1 and given[0] == "type" and value["type"] == "offline":
                return {"type": "offline"}
            if len(given) == 1 and given[0] == "name" and _is_name(value["name"]):
                return {"name": value["name"]}
        self._name("targetState", value, 'must be {"type": "offline"} or {"name": "the name of a state"}')
        return None

    def _instances(self, value: "Any") -> "Any":
        if not isinstance(value, list):
            self._name("instances", value, "must be a list of hosts")
            return None
        if len(value) > MAX_INSTANCES:
            self._name("instances", value, "must be at most " + str(MAX_INSTANCES) + " hosts")
            return None
        found: list[str] = []
        for each in value:
            problem = "must be a text"
            if isinstance(each, str):
                problem = problem_with_pattern(each)
            if problem == "":
                found.append(each)
            else:
                self._name("instances", each, problem)
        if len(value) > 0 and len(found) == 0:
            # Of a list in which nothing is right, nobody knows whom it was to leave out.
            return None
        return found

    def _retry(self, value: "Any") -> "Any":
        if not is_record(value):
            self._name("retry", value, "must be an object")
            return None
        found = default_of("retry")
        any_sound = False
        for key in self._keys_of(value):
            number = value[key]
            if key not in RETRY_BOUNDS:
                self._name("retry." + key, number, "there is no such setting")
                continue
            least = RETRY_BOUNDS[key][0]
            most = RETRY_BOUNDS[key][1]
            whole = key == "attempts"
            if _is_number(number, least, most) and (not whole or number % 1 == 0):
                found[key] = number
                any_sound = True
            else:
                kind = "must be a whole number from " if whole else "must be a number from "
                self._name("retry." + key, number, kind + str(least) + " to " + str(most))
        return found if any_sound else None


def _setting(settings: "list[Setting]", key: str) -> "Setting":
    found = settings[0]
    for setting in settings:
        if setting["key"] == key:
            found = setting
    return found


def _policy(settings: "list[Setting]", problems: "list[Problem]") -> "Policy":
    """The settings in the words in which the rest of us asks for them."""

    def value_of(key: str) -> "Any":
        return _setting(settings, key)["value"]

    retry = value_of("retry")
    target = value_of("targetState")
    redelivery = value_of("redelivery")
    return {
        "instances": value_of("instances"),
        "target_name": target["name"] if "name" in target else "",
        "on_reload": value_of("onReload"),
        "on_contact": value_of("onContact"),
        "hold": value_of("hold"),
        "unload_delay_ms": value_of("unloadDelayMs"),
        "redelivery": redelivery,
        "retry": {
            "attempts": retry["attempts"] if redelivery else 0,
            "first_delay_ms": retry["firstDelayMs"],
            "within_ms": retry["withinSeconds"] * 1000,
        },
        "notify": value_of("notify"),
        "sign_out": value_of("signOut"),
        "include_ccp_v2": value_of("includeCcpV2"),
        "settings": settings,
        "problems": problems,
    }


def _is_name(value: "Any") -> bool:
    return isinstance(value, str) and len(value) > 0 and len(value) <= MAX_NAME


def _is_number(value: "Any", least: int, most: int) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and least <= value and value <= most


def is_record(value: "Any") -> bool:
    """Whether a stranger's value has keys."""
    return value is not None and not isinstance(value, (str, int, float, bool, list))
