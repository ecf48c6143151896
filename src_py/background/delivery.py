"""Delivery by the background: the request that a closing page took down with it, or that failed, sent again.

A CCP's requests are made by its SharedWorker, which dies with the last page: a request still on its way
then is cut, and nobody knows whether the server took it (facts: always so on a cold connection). The
background outlives the page, so it sends the same request once more, to the same address, with the
same headers and body. What it needs for that, the bearer token included, is only ever in memory.
"""

from typing import TYPE_CHECKING

from browser.network import as_if_from, post
from browser.time import now, pause
from core.departure import is_final, may_repeat, put_ended, put_sent
from core.retry import TRIES, delay_ms

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from core.records import Departure


async def repeat(
    departure: "Departure",
    seen: "Any",
    judge: "Callable[[Departure], None]",
    nobody_is_back: "Callable[[], bool]",
) -> None:
    """Send a request again, until it is answered or has failed three times.

    Args:
        departure: the departure it belongs to; each try is written into it.
        seen: the request as it was observed: its address, headers and body.
        judge: called after each event.
        nobody_is_back: whether the agent is still away; asked before every try but the first.
    """
    for tries in range(TRIES):
        if tries > 0:
            await pause(delay_ms(tries))
        if not may_repeat(departure) or (tries > 0 and not nobody_is_back()):
            return
        request = "own-" + seen["request"] + "-" + str(tries)
        put_sent(departure, request, True, now())
        judge(departure)
        await as_if_from(seen["instance"], seen["referrer"], seen["url"])
        answer = await post(seen["url"], seen["headers"], seen["text"])
        put_ended(departure, request, now(), answer["status"], answer["error"], answer["code"])
        judge(departure)
        if is_final(answer["status"], answer["error"], answer["code"]):
            return
