"""Observation: what the CCPs ask of Amazon Connect, and how it ends.

The page cannot know it: its worker dies with it, and callbacks seldom come in time (facts: success
or failure reached a closing page in almost no case). The browser's network layer always knows.
"""

from typing import TYPE_CHECKING

from browser.network import body_text, headers_of, is_in_json, observe, observe_start
from browser.time import go
from browser.values import parse
from core.address import instance_of, is_api, is_logout
from core.delivery import answered_well
from core.hold import observe as observe_health
from core.traffic import MAX_BODY, put_body, token_of_poll
from core.unseen import NO_TAB

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from background.ccps import Ccps
    from background.coverage import Coverage
    from background.lives import Lives
    from background.logins import Logins

# Only Connect hosts, only the path of the API. The manifest grants no more either.
API_ADDRESSES = [
    "https://*.awsapps.com/connect/api",
    "https://*.my.connect.aws/api",
    "https://*.govcloud.connect.aws/api",
]
LOGOUT_ADDRESSES = [
    "https://*.awsapps.com/connect/logout*",
    "https://*.my.connect.aws/logout*",
    "https://*.govcloud.connect.aws/logout*",
]


# Requests whose end was not told of yet.
MAX_OPEN = 50


def watch(
    lives: "Lives",
    ccps: "Ccps",
    logins: "Logins",
    coverage: "Coverage",
    when_ready: "Callable[[Callable[[], None]], None]",
) -> None:
    """Tell ``lives`` of every PutAgentState and every log-out, ``logins`` how the CCPs ask, ``coverage`` that they do.

    ``when_ready`` runs what must wait for start-up.
    """
    # Pairs of a request that has no headers yet, or no end, and the state it asks for.
    puts: list[Any] = []

    def put_of(request: str) -> "Any":
        for pair in puts:
            if pair[0] == request:
                return pair[1]
        return None

    def ended(details: "Any", status: int, error: str) -> None:
        request = details.requestId
        instance = instance_of(details.url)
        is_put = put_of(request) is not None

        def tell() -> None:
            nonlocal puts
            if is_put:
                puts = [pair for pair in puts if pair[0] != request]
                lives.take({"type": "put_ended", "request": request, "status": status, "error": error})
            if len(ccps.of(instance)) > 0 and observe_health(ccps.health_of(instance), is_put, status, error):
                lives.changed()

        when_ready(tell)

    def on_sent(details: "Any") -> None:
        nonlocal puts
        if details.method != "POST" or not is_api(details.url):
            return
        record = parse(body_text(details, MAX_BODY), MAX_BODY)
        body = None if record is None else put_body(record)
        if body is not None and put_of(details.requestId) is None:
            puts = puts[-MAX_OPEN:]
            puts.append([details.requestId, body])

    def on_headers(details: "Any") -> None:
        instance = instance_of(details.url)
        if details.method != "POST" or not is_api(details.url):
            return
        headers = headers_of(details)
        url = details.url
        request = details.requestId
        # What a page asks itself is no worker's, and that of a worker is no tab's.
        token = token_of_poll(headers) if details.tabId == NO_TAB else ""

        def tell() -> None:
            if token != "":
                coverage.heard(instance, token)
            open_ones = ccps.of(instance)
            # Of other pages of the instance nothing is kept.
            if len(open_ones) > 0:
                is_new = logins.seen(instance, url, headers)
                known = [life for life in open_ones if life["agent"] is not None]
                if is_new and len(known) > 0:
                    go(lives.prove(known[0]))
            body = put_of(request)
            if body is not None:
                key = logins.key_of(instance, headers)
                put = {"type": "put", "instance": instance, "request": request, "body": body, "key": key}
                lives.take(put)

        when_ready(tell)

    def on_redirected(details: "Any") -> None:
        # Sent elsewhere, to a sign-in page for instance: whatever answers there did not take the state.
        ended(details, details.statusCode, "redirected")

    def on_answered(details: "Any") -> None:
        if answered_well(details.statusCode) and not is_in_json(details):
            # A proxy's page, for instance.
            ended(details, details.statusCode, "not_api")
        else:
            ended(details, details.statusCode, "")

    def on_cut(details: "Any") -> None:
        ended(details, 0, details.error)

    def on_logout(details: "Any") -> None:
        instance = instance_of(details.url)
        # A foreign page may frame, fetch or open that address, which says nothing; the browser hides who it is.
        if is_logout(details.url) and details.initiator == instance:
            when_ready(lambda: lives.take({"type": "signs_out", "instance": instance}))

    observe(API_ADDRESSES, on_sent, on_headers, on_redirected, on_answered, on_cut)
    observe_start(LOGOUT_ADDRESSES, on_logout)
