"""Values: names nobody can guess, and records from a stranger's text."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from browser.globals import JSON, Object, crypto

# __pragma__('noalias')


def random_id() -> str:
    """A name nobody can guess."""
    return crypto.randomUUID()


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
