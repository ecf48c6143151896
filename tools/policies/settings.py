"""The product's settings as an administrator types them: read, and checked before anything is written.

The browser checks them again by the schema that ships, but silently: what does not fit never reaches the extension,
and ``chrome://policy`` does not list it. So whatever is wrong has to be found here. That schema says no more than the
types, so that as much as possible does reach the extension, whose options page names it.
"""

import copy
import json
import re
from collections.abc import Sequence
from typing import Any

from jsonschema import Draft4Validator, ValidationError

from core.policy import CHOICES, MAX_UNLOAD_DELAY_MS, RETRY_BOUNDS
from tools.paths import EXTENSION
from tools.transpile import BuildError

SCHEMA = EXTENSION / "managed_schema.json"
# The domains Amazon Connect is served from, and the extension may look at.
_HOST = re.compile(r"([a-z0-9*-]+\.)+(awsapps\.com|my\.connect\.aws)")
# Text that a plist or a .reg file cannot hold: control characters, line ends, halves of characters.
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_LONGEST_SHOWN = 60


def shipped() -> dict[str, Any]:
    """The schema that ships with the extension."""
    read: dict[str, Any] = json.loads(SCHEMA.read_text("utf-8"))
    return read


def schema() -> dict[str, Any]:
    """The same, with the product's own limits (``core.policy``)."""
    whole = shipped()
    properties = whole["properties"]
    for key, choices in CHOICES.items():
        properties[key]["enum"] = choices
    properties["targetState"]["properties"]["type"]["enum"] = ["offline"]
    _limit(properties["unloadDelayMs"], [0, MAX_UNLOAD_DELAY_MS])
    for key, bounds in RETRY_BOUNDS.items():
        _limit(properties["retry"]["properties"][key], bounds)
    return whole


def _limit(part: dict[str, Any], bounds: list[int]) -> None:
    part.update(type="integer", minimum=bounds[0], maximum=bounds[1])


def read(assignments: Sequence[str]) -> dict[str, Any]:
    """The settings from what was given as ``--set``.

    Args:
        assignments: each ``key=value`` or ``key.part=value``; a value is JSON, or else it is text.

    Raises:
        BuildError: with each wrong key or value on a line, and what is allowed.
    """
    settings: dict[str, Any] = {}
    problems = []
    for assignment in assignments:
        key, given, value = assignment.partition("=")
        if not given:
            problems.append(f"--set {assignment!r}: write it as key=value")
        elif not _put(settings, key.split("."), _value(value)):
            problems.append(f"{key} is set twice")
    problems += _problems(settings)
    if problems:
        raise BuildError("\n".join(problems))
    return settings


def _value(text: str) -> Any:
    """JSON if it is that, else the text itself."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return text


def _refuse(constant: str) -> None:
    """``NaN`` and its like are no JSON, although Python reads them."""
    raise ValueError(constant)


def _put(settings: dict[str, Any], path: list[str], value: Any) -> bool:
    """Whether there was a free place for the value."""
    place: Any = settings
    for part in path[:-1]:
        place = place.setdefault(part, {})
        if not isinstance(place, dict):
            return False
    if path[-1] in place:
        return False
    place[path[-1]] = value
    return True


def _problems(settings: dict[str, Any]) -> list[str]:
    """What is wrong with the settings, for a person to read."""
    strict = _strict(schema())
    found = sorted(Draft4Validator(strict).iter_errors(settings), key=lambda error: list(map(str, error.absolute_path)))
    # A value of the wrong type is also none of those listed: the same words twice.
    problems = list(dict.fromkeys(line for error in found for line in _in_words(error)))
    return problems or _beyond_the_schema(settings)


def _strict(part: dict[str, Any]) -> dict[str, Any]:
    """The schema with unknown keys refused, which Chromium's schemas cannot say."""
    strict = copy.copy(part)
    if "properties" in strict:
        strict["properties"] = {key: _strict(value) for key, value in strict["properties"].items()}
        strict["additionalProperties"] = False
    return strict


def _in_words(error: ValidationError) -> list[str]:
    key = _name(error.absolute_path)
    if error.validator == "additionalProperties":
        known = ", ".join(error.schema["properties"])
        unknown = [name for name in error.instance if name not in error.schema["properties"]]
        return [f"{key + '.' if key else ''}{name}: there is no such setting; there are {known}" for name in unknown]
    return [f"{key} is {_shown(error.instance)}, but must be {_allowed(error.schema)}"]


def _name(path: Sequence[str | int]) -> str:
    """A place as people write it: ``retry.attempts``, ``instances[0]``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def _shown(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"


def _allowed(part: dict[str, Any]) -> str:
    """What a part of the schema allows."""
    if "enum" in part:
        return " or ".join(map(_shown, part["enum"]))
    return {
        "array": 'a list, like ["one", "two"]',
        "boolean": "true or false",
        "integer": f"a whole number from {part.get('minimum')} to {part.get('maximum')}",
        "object": f"an object with {' or '.join(part.get('properties', []))}",
        "string": "text (in double quotes, if it looks like JSON)",
    }[part["type"]]


def _beyond_the_schema(settings: dict[str, Any]) -> list[str]:
    """What no schema of Chromium's can say."""
    problems = []
    for number, host in enumerate(settings.get("instances", [])):
        if not _HOST.fullmatch(host):
            problems.append(
                f"instances[{number}] is {_shown(host)}, but must be the host of an instance, in small letters and "
                "without https://, like acme.awsapps.com or *.my.connect.aws"
            )
    target = settings.get("targetState")
    if target is not None and len(target) != 1:
        problems.append(f"targetState is {_shown(target)}, but must have either type or name")
    name = (target or {}).get("name")
    if name is not None and (not name.strip() or _UNWRITABLE.search(name)):
        problems.append(f"targetState.name is {_shown(name)}, but must be the name of a state, in one line")
    return problems
