"""Observation: which PutAgentState requests leave the browser, and how they end.

The page cannot know it: its worker dies with it, and callbacks seldom come in time (facts: success
or failure reached a closing page in almost no case). The browser's network layer always knows.
"""

from typing import TYPE_CHECKING

from browser.network import body_text, headers_of, observe, referrer_of
from browser.page import parse
from core.address import instance_of, is_api
from core.traffic import MAX_BODY, put_body

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from background.departures import Departures

# Only Connect hosts, only the path of the API. The manifest grants no more either.
API_ADDRESSES = [
    "https://*.awsapps.com/connect/api",
    "https://*.awsapps.com/api",
    "https://*.my.connect.aws/api",
    "https://*.my.connect.aws/connect/api",
]


def watch(departures: "Departures", when_ready: "Callable[[Callable[[], None]], None]") -> None:
    """Tell ``departures`` of every PutAgentState. ``when_ready`` runs what must wait for start-up."""
    # Puts whose headers are still to come: the browser tells of them in the next moment.
    by_request: list[Any] = []

    def on_sent(details: "Any") -> None:
        if details.method != "POST" or not is_api(details.url):
            return
        text = body_text(details, MAX_BODY)
        record = parse(text, MAX_BODY)
        if record is None:
            return
        body = put_body(record)
        if body is None:
            return
        put = {
            "request": details.requestId,
            "instance": instance_of(details.url),
            "url": details.url,
            "body": body,
            # Needed to send it again if it is cut; it holds the agent's token, so it stays in memory.
            "text": text,
            "headers": [],
            "referrer": "",
            "at": details.timeStamp,
            "ended_at": 0,
            "status": 0,
            "error": "",
        }
        by_request.append(put)
        when_ready(lambda: departures.request_sent(put))

    def on_headers(details: "Any") -> None:
        nonlocal by_request
        for put in by_request:
            if put["request"] == details.requestId:
                put["headers"] = headers_of(details)
                put["referrer"] = referrer_of(details)
        by_request = [put for put in by_request if put["request"] != details.requestId]

    def on_redirected(details: "Any") -> None:
        # Sent elsewhere, to a sign-in page for instance: whatever answers there did not take the state.
        request = details.requestId
        at = details.timeStamp
        status = details.statusCode
        when_ready(lambda: departures.request_ended(request, at, status, "redirected"))

    def on_answered(details: "Any") -> None:
        request = details.requestId
        at = details.timeStamp
        status = details.statusCode
        when_ready(lambda: departures.request_ended(request, at, status, ""))

    def on_cut(details: "Any") -> None:
        request = details.requestId
        at = details.timeStamp
        error = details.error
        when_ready(lambda: departures.request_ended(request, at, 0, error))

    observe(API_ADDRESSES, on_sent, on_headers, on_redirected, on_answered, on_cut)
