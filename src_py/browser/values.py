"""Values: names nobody can guess, and records from a stranger's text."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from browser.globals import JSON, Object, crypto

# __pragma__('noalias')


def random_id() -> str:
    """A name nobody can guess."""
    return crypto.randomUUID()


def same(one: "Any", other: "Any") -> bool:
    """Whether two records say the same, in the same order."""
    return JSON.stringify(one) == JSON.stringify(other)


def words_of(value: "Any") -> str:
    """A value as JSON writes it."""
    return JSON.stringify(value)


def written(record: "Any") -> str:
    """A record as a person reads it in a file."""
    return JSON.stringify(record, None, 2)


def parse(text: "Any", longest: int) -> "Any":
    """The record that a text holds, or ``None``: not a text, too long, not JSON, not a record."""
    if not isinstance(text, str) or len(text) > longest:
        return None
    try:
        value = JSON.parse(text)
    except:
        return None
    if value is None or isinstance(value, (str, int, float, bool, list)):
        return None
    # Compiled, ``in`` asks these of the record itself: a stranger's own would make it throw.
    if Object.hasOwn(value, "indexOf") or Object.hasOwn(value, "hasOwnProperty"):
        return None
    return value
