"""The clock and its alarms."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from browser.globals import Date, Promise, __new__, console, performance, setTimeout

# __pragma__('noalias')


def now() -> float:
    """Milliseconds since 1970."""
    return Date.now()


def run_clock() -> float:
    """Milliseconds of a clock that nobody can set: near those since 1970, and never back while we run."""
    return performance.timeOrigin + performance.now()  # type: ignore[no-any-return]


def later(action: "Callable[[], object]", delay_ms: float) -> None:
    """Run ``action`` after ``delay_ms``."""
    setTimeout(action, delay_ms)


async def pause(delay_ms: float) -> None:
    """Wait."""
    await __new__(Promise(lambda done: setTimeout(done, delay_ms)))


def go(work: "Any") -> None:
    """Let a coroutine run on its own. Compiled, it runs by itself; what it raises is logged, not lost."""
    work.catch(lambda error: console.error(error))
