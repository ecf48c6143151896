"""Our scripts in documents that were open before us, and what the browser says of that."""

from typing import TYPE_CHECKING

from browser.time import go, pause

if TYPE_CHECKING:
    from typing import Any

    from browser.globals import Promise, chrome

# __pragma__('noalias')

# Of a tab that is frozen nothing is ever heard.
ANSWER_MS = 1000


async def put_everywhere(script: str) -> None:
    """Run a script of ours in every frame that we may reach; it must find out by itself whether it is wanted."""
    for tab in await chrome.tabs.query({}):
        target: Any = {"tabId": tab.id, "allFrames": True}
        # All at once: of a tab that is frozen, or shows an alert, nothing is ever heard.
        go(_run({"target": target, "files": [script], "injectImmediately": True}))


async def put_in_page(script: str, tab: int, frame: int) -> None:
    """Run a script of ours in one document, in the page's own world."""
    target: Any = {"tabId": tab, "frameIds": [frame]}
    await _run({"target": target, "files": [script], "injectImmediately": True, "world": "MAIN"})


async def put_beside_page(script: str, tab: int, frame: int) -> None:
    """Run a script of ours in one document, in our own world, where the page cannot reach it."""
    target: Any = {"tabId": tab, "frameIds": [frame]}
    await _run({"target": target, "files": [script], "injectImmediately": True})


async def is_frame_gone(tab: int, frame: int) -> bool:
    """Whether a tab has no such frame any more, or one that is not ours to reach. One that is frozen is there."""
    target: Any = {"tabId": tab, "frameIds": [frame]}
    injection: Any = {"target": target, "files": ["content.js"], "injectImmediately": True}
    gone: bool = await chrome.scripting.executeScript(injection).then(lambda _: False, lambda _error: True)
    return gone


async def refusal_of(tab: int) -> str:
    """Why the browser lets no script of ours run in a tab, in its own words; "" if it does."""
    target: Any = {"tabId": tab}
    refusal: str = await chrome.scripting.executeScript({"target": target, "files": ["content.js"]}).then(
        lambda _: "", lambda error: "" + error.message
    )
    return refusal


async def shows_error(tab: int) -> bool:
    """Whether a tab shows an error page of the browser's in place of its address; not one that says nothing."""
    injection: Any = {"target": {"tabId": tab}, "files": ["content.js"], "injectImmediately": True}
    asked = chrome.scripting.executeScript(injection).then(lambda _: "", lambda error: "" + error.message)
    refusal: Any = await Promise.race([asked, pause(ANSWER_MS)])
    return bool(refusal) and refusal.indexOf("error page") != -1


async def _run(injection: "Any") -> None:
    try:
        await chrome.scripting.executeScript(injection)
    except:
        # A page of the browser's own, another company's, or one that is just going: not ours.
        pass
