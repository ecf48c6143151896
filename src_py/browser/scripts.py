"""Our scripts in documents that were open before us."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from browser.globals import chrome

# __pragma__('noalias')


async def put_everywhere(script: str) -> None:
    """Run a script of ours in every frame that we may reach; it must find out by itself whether it is wanted."""
    for tab in await chrome.tabs.query({}):
        target: Any = {"tabId": tab.id, "allFrames": True}
        await _run({"target": target, "files": [script], "injectImmediately": True})


async def put_in_page(script: str, tab: int, frame: int) -> None:
    """Run a script of ours in one document, in the page's own world."""
    target: Any = {"tabId": tab, "frameIds": [frame]}
    await _run({"target": target, "files": [script], "injectImmediately": True, "world": "MAIN"})


async def put_beside_page(script: str, tab: int, frame: int) -> None:
    """Run a script of ours in one document, in our own world, where the page cannot reach it."""
    target: Any = {"tabId": tab, "frameIds": [frame]}
    await _run({"target": target, "files": [script], "injectImmediately": True})


async def _run(injection: "Any") -> None:
    try:
        await chrome.scripting.executeScript(injection)
    except:
        # A page of the browser's own, another company's, or one that is just going: not ours.
        pass
