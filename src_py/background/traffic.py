"""Observation: which PutAgentState requests leave the browser, and how they end.

The page cannot know it: its worker dies with it, and callbacks seldom come in time (facts: success
or failure reached a closing page in almost no case). The browser's network layer always knows.
"""

from typing import TYPE_CHECKING

from browser.network import json_body, observe
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

    def on_sent(details: "Any") -> None:
        if details.method != "POST" or not is_api(details.url):
            return
        record = json_body(details, MAX_BODY)
        if record is None:
            return
        # From here on only the state is kept; the body's token is forgotten with the event.
        body = put_body(record)
        if body is None:
            return
        instance = instance_of(details.url)
        request = details.requestId
        at = details.timeStamp
        when_ready(lambda: departures.request_sent(instance, request, body, at))

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

    observe(API_ADDRESSES, on_sent, on_redirected, on_answered, on_cut)
