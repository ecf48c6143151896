"""Observation of requests: nothing is changed, held or blocked."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from browser.globals import JSON, TextDecoder, __new__, chrome

# __pragma__('noalias')


def observe(
    addresses: "list[str]",
    on_sent: "Callable[[Any], None]",
    on_redirected: "Callable[[Any], None]",
    on_answered: "Callable[[Any], None]",
    on_cut: "Callable[[Any], None]",
) -> None:
    """Call the handlers with the browser's own details of each request to these address patterns."""
    which: Any = {"urls": addresses}
    chrome.webRequest.onBeforeRequest.addListener(on_sent, which, ["requestBody"])
    chrome.webRequest.onBeforeRedirect.addListener(on_redirected, which)
    chrome.webRequest.onCompleted.addListener(on_answered, which)
    chrome.webRequest.onErrorOccurred.addListener(on_cut, which)


def json_body(details: "Any", longest: int) -> "Any":
    """The JSON record a request carries, or ``None`` if it carries none or more than ``longest`` bytes."""
    try:
        parts = details.requestBody.raw
        if parts.length != 1 or parts[0].bytes.byteLength > longest:
            return None
        value = JSON.parse(__new__(TextDecoder()).decode(parts[0].bytes))
    except:
        return None
    if value is None or isinstance(value, (str, int, float, bool, list)):
        return None
    return value
