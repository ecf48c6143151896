"""Observation of requests: nothing is changed, held or blocked."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from browser.globals import TextDecoder, __new__, chrome, fetch

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
    own = chrome.runtime.getURL("").slice(0, -1)

    def others(handler: "Callable[[Any], None]") -> "Callable[[Any], None]":
        def pass_on(details: "Any") -> None:
            if details.initiator != own:
                handler(details)

        return pass_on

    chrome.webRequest.onBeforeRequest.addListener(others(on_sent), which, ["requestBody"])
    # Before the connection is made: a request that is cut on a cold one has no later event with headers.
    chrome.webRequest.onBeforeSendHeaders.addListener(others(on_headers), which, ["requestHeaders", "extraHeaders"])
    chrome.webRequest.onBeforeRedirect.addListener(others(on_redirected), which)
    # The status line is the answer; waiting for the rest of it would lose some to a closing page.
    chrome.webRequest.onResponseStarted.addListener(others(on_answered), which)
    chrome.webRequest.onErrorOccurred.addListener(others(on_cut), which)


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


def referrer_of(details: "Any") -> str:
    """The address a request says it comes from: that of the CCP's worker."""
    for header in details.requestHeaders:
        if header.name.toLowerCase() == "referer":
            address: str = header.value
            return address
    return ""


# One rule for the one request at a time that is made to look like the CCP's.
RULE = 1


async def as_if_from(origin: str, referrer: str, address: str) -> None:
    """Let our own next requests to ``address`` carry the headers they would have from the CCP's page.

    A session rule, limited to requests of this extension to this one address; without it a server
    would see ``Origin: chrome-extension://…`` (facts section 7).
    """
    headers: Any = [
        {"header": "Origin", "operation": "set", "value": origin},
        {"header": "Referer", "operation": "set", "value": referrer},
        {"header": "Sec-Fetch-Site", "operation": "set", "value": "same-origin"},
        {"header": "Sec-Fetch-Storage-Access", "operation": "remove"},
    ]
    rule: Any = {
        "id": RULE,
        "action": {"type": "modifyHeaders", "requestHeaders": headers},
        "condition": {
            "initiatorDomains": [chrome.runtime.id],
            "urlFilter": "|" + address + "|",
            "requestMethods": ["post"],
        },
    }
    await chrome.declarativeNetRequest.updateSessionRules({"removeRuleIds": [RULE], "addRules": [rule]})


async def post(address: str, headers: "list[list[str]]", text: str) -> "Any":
    """Send a request with the agent's cookies.

    Returns:
        A record: ``status``, or what kept it from one in ``error``; and in ``code`` the type of an AWS
        error (the last part of ``__type``), "" if there is none.
    """
    request: Any = {"method": "POST", "headers": headers, "body": text, "credentials": "include", "redirect": "manual"}
    try:
        response = await fetch(address, request)
    except:
        return {"status": 0, "error": "net::ERR_FAILED", "code": ""}
    if response.type == "opaqueredirect":
        return {"status": 0, "error": "redirected", "code": ""}
    code = ""
    try:
        answer = await response.json()
        named: Any = answer.__type
        code = named.split("#").pop().slice(0, 64)
    except:
        pass
    return {"status": response.status, "error": "", "code": code}
