"""Requests: those of the CCP, only observed (nothing is changed, held or blocked), and our own."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from browser.globals import JSON, AbortSignal, TextDecoder, __new__, chrome, fetch, navigator, self

# __pragma__('noalias')


def observe(
    addresses: "list[str]",
    on_sent: "Callable[[Any], None]",
    on_headers: "Callable[[Any], None]",
    on_redirected: "Callable[[Any], None]",
    on_answered: "Callable[[Any], None]",
    on_cut: "Callable[[Any], None]",
) -> None:
    """Call the handlers with the browser's own details of each request to these address patterns.

    Our own requests are not among them: what becomes of those, we know first hand.
    """
    which: Any = {"urls": addresses}
    chrome.webRequest.onBeforeRequest.addListener(_others(on_sent), which, ["requestBody"])
    # Before the connection is made: a request that is cut on a cold one has no later event with headers.
    chrome.webRequest.onBeforeSendHeaders.addListener(_others(on_headers), which, ["requestHeaders"])
    chrome.webRequest.onBeforeRedirect.addListener(_others(on_redirected), which)
    # The status line is the answer; waiting for the rest of it would lose some to a closing page.
    chrome.webRequest.onResponseStarted.addListener(_others(on_answered), which, ["responseHeaders"])
    chrome.webRequest.onErrorOccurred.addListener(_others(on_cut), which)


def observe_start(addresses: "list[str]", on_sent: "Callable[[Any], None]") -> None:
    """Call the handler with the browser's details of each request to these patterns, as it starts."""
    which: Any = {"urls": addresses}
    chrome.webRequest.onBeforeRequest.addListener(_others(on_sent), which)


def watch_referrers(addresses: "list[str]", on_headers: "Callable[[Any], None]") -> "Callable[[], None]":
    """Call the handler with the browser's details of each request, its ``Referer`` among them.

    Returns:
        What ends it.
    """
    which: Any = {"urls": addresses}
    handler = _others(on_headers)
    chrome.webRequest.onSendHeaders.addListener(handler, which, ["requestHeaders", "extraHeaders"])
    return lambda: chrome.webRequest.onSendHeaders.removeListener(handler)


def _others(handler: "Callable[[Any], None]") -> "Callable[[Any], None]":
    own = chrome.runtime.getURL("").slice(0, -1)

    def pass_on(details: "Any") -> None:
        if details.initiator != own:
            handler(details)

    return pass_on


def body_text(details: "Any", longest: int) -> str:
    """The text a request carries, or "" if it carries none or more than ``longest`` bytes."""
    try:
        parts = details.requestBody.raw
        if parts.length != 1 or parts[0].bytes.byteLength > longest:
            return ""
        text: str = __new__(TextDecoder()).decode(parts[0].bytes)
    except:
        return ""
    return text


def headers_of(details: "Any") -> "list[list[str]]":
    """The headers a page gave its request, as name and value; of those the browser adds, none is kept."""
    found = []
    for header in details.requestHeaders:
        lower = header.name.toLowerCase()
        if lower == "accept" or lower == "content-type" or lower.startsWith("x-amz"):
            found.append([header.name, header.value])
    return found


def is_in_json(details: "Any") -> bool:
    """Whether an answer says that it is JSON, as the API's own do."""
    try:
        for header in details.responseHeaders:
            if header.name.toLowerCase() == "content-type":
                return header.value.toLowerCase().includes("json")  # type: ignore[no-any-return]
    except:
        pass
    return False


def referrer_of(details: "Any") -> str:
    """The address a request says it comes from: that of the CCP's worker."""
    for header in details.requestHeaders:
        if header.name.toLowerCase() == "referer":
            address: str = header.value
            return address
    return ""


def is_online() -> bool:
    """Whether the browser has a network at all."""
    return bool(navigator.onLine)


def on_online(handler: "Callable[[], None]") -> None:
    """Call ``handler`` when the network is back."""
    self.addEventListener("online", handler)


async def forget_rules() -> None:
    """Take back every rule that an earlier run of the background made."""
    try:
        rules = await chrome.declarativeNetRequest.getSessionRules()
        await chrome.declarativeNetRequest.updateSessionRules({"removeRuleIds": rules.map(lambda rule: rule.id)})
    except:
        # Those of before stay: they dress the same requests in the same way.
        pass


async def as_if_from(number: int, origin: str, referrer: str) -> None:
    """Let our own requests to an instance carry the headers they would have from the CCP's own worker.

    Session rules, limited to requests of this extension to this one host; without them a server would
    see ``Origin: chrome-extension://…`` (facts section 7). A GET of the worker's has no ``Origin``.

    Args:
        number: the instance's own, from 1 on; its rules replace earlier ones of the same number.
        origin: the instance.
        referrer: the address of the CCP's worker.
    """
    common: Any = [
        {"header": "Referer", "operation": "set", "value": referrer},
        {"header": "Sec-Fetch-Site", "operation": "set", "value": "same-origin"},
        {"header": "Sec-Fetch-Storage-Access", "operation": "remove"},
    ]
    post_headers: Any = common.concat([{"header": "Origin", "operation": "set", "value": origin}])
    get_headers: Any = common.concat([{"header": "Origin", "operation": "remove"}])
    rules: Any = [
        _rule(2 * number, origin, "post", post_headers),
        _rule(2 * number + 1, origin, "get", get_headers),
    ]
    replaced: Any = {"removeRuleIds": [2 * number, 2 * number + 1], "addRules": rules}
    await chrome.declarativeNetRequest.updateSessionRules(replaced)


def _rule(rule_id: int, origin: str, method: str, headers: "Any") -> "Any":
    return {
        "id": rule_id,
        "action": {"type": "modifyHeaders", "requestHeaders": headers},
        "condition": {
            "initiatorDomains": [chrome.runtime.id],
            "urlFilter": "|" + origin + "/",
            "requestMethods": [method],
        },
    }


async def call(method: str, address: str, headers: "list[list[str]]", body: "Any", timeout_ms: float) -> "Any":
    """Send a request with the agent's cookies.

    Args:
        method: GET, or POST.
        address: where to.
        headers: name and value of each.
        body: a record to send as JSON, or ``None``.
        timeout_ms: after this long without an answer it is given up.

    Returns:
        A record: ``status``; what kept it from one in ``error`` ("timeout", "redirected", or the
        browser's word for a failed request); ``body``, the answer's record or ``None``; and in ``code``
        the type of an AWS error (the last part of ``__type``), "" if there is none.
    """
    request: Any = {
        "method": method,
        "headers": headers,
        "credentials": "include",
        "redirect": "manual",
        "signal": AbortSignal.timeout(timeout_ms),
    }
    if body is not None:
        request.body = JSON.stringify(body)
    response = await fetch(address, request).then(lambda answered: answered, lambda error: "" + error.name)
    if response == "TimeoutError":
        return {"status": 0, "error": "timeout", "body": None, "code": ""}
    if not response.headers:
        return {"status": 0, "error": "net::ERR_FAILED", "body": None, "code": ""}
    if response.type == "opaqueredirect":
        return {"status": 0, "error": "redirected", "body": None, "code": ""}
    code = ""
    answer: Any = None
    try:
        answer = await response.json()
        named: Any = answer.__type
        code = named.split("#").pop().slice(0, 64)
    except:
        pass
    return {"status": response.status, "error": "", "body": answer, "code": code}
