"""Observation: what the CCPs ask of Amazon Connect, and how it ends.

The page cannot know it: its worker dies with it, and callbacks seldom come in time (facts: success
or failure reached a closing page in almost no case). The browser's network layer always knows.
"""

from typing import TYPE_CHECKING

from browser.network import body_text, headers_of, observe, observe_start
from browser.values import parse
from core.address import instance_of, is_api, is_logout
from core.traffic import MAX_BODY, put_body

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from background.ccps import Ccps
    from background.departures import Departures
    from background.hold import Hold
    from background.logins import Logins

# Only Connect hosts, only the path of the API. The manifest grants no more either.
API_ADDRESSES = [
    "https://*.awsapps.com/connect/api",
    "https://*.awsapps.com/api",
    "https://*.my.connect.aws/api",
    "https://*.my.connect.aws/connect/api",
]
LOGOUT_ADDRESSES = [
    "https://*.awsapps.com/connect/logout*",
    "https://*.my.connect.aws/logout*",
    "https://*.my.connect.aws/connect/logout*",
]


def watch(
    departures: "Departures",
    hold: "Hold",
    ccps: "Ccps",
    logins: "Logins",
    when_ready: "Callable[[Callable[[], None]], None]",
) -> None:
    """Tell ``departures`` of every PutAgentState and every log-out, ``logins`` how the CCP asks, ``hold`` how it goes.

    ``when_ready`` runs what must wait for start-up.
    """

    def ended(details: "Any", status: int, error: str) -> None:
        request = details.requestId
        instance = instance_of(details.url)
        at = details.timeStamp

        def tell() -> None:
            put = departures.request_ended(request, at, status, error)
            hold.observe(instance, put, status, error)

        when_ready(tell)

    def on_sent(details: "Any") -> None:
        if details.method != "POST" or not is_api(details.url):
            return
        record = parse(body_text(details, MAX_BODY), MAX_BODY)
        if record is None:
            return
        body = put_body(record)
        if body is None:
            return
        put = {
            "request": details.requestId,
            "instance": instance_of(details.url),
            "body": body,
            "at": details.timeStamp,
            "ended_at": 0,
            "status": 0,
            "error": "",
        }
        when_ready(lambda: departures.request_sent(put))

    def on_headers(details: "Any") -> None:
        instance = instance_of(details.url)
        # Of other pages of the instance, CCPv2 for one, nothing is kept.
        if details.method == "POST" and is_api(details.url) and len(ccps.of(instance)) > 0:
            logins.seen(instance, details.url, headers_of(details))

    def on_redirected(details: "Any") -> None:
        # Sent elsewhere, to a sign-in page for instance: whatever answers there did not take the state.
        ended(details, details.statusCode, "redirected")

    def on_answered(details: "Any") -> None:
        ended(details, details.statusCode, "")

    def on_cut(details: "Any") -> None:
        ended(details, 0, details.error)

    def on_logout(details: "Any") -> None:
        url = details.url
        if is_logout(url):
            when_ready(lambda: departures.signs_out(instance_of(url)))

    observe(API_ADDRESSES, on_sent, on_headers, on_redirected, on_answered, on_cut)
    observe_start(LOGOUT_ADDRESSES, on_logout)
