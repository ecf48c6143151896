"""What the background does first: the journal, then everything else, each on its own.

A background that only slept reads and goes on; it concludes nothing from silence. In a new run of the browser, or
after an update of ours, what the last run left open or undecided is told.
"""

from typing import TYPE_CHECKING

from browser.tabs import is_showing
from browser.time import later

if TYPE_CHECKING:
    from typing import Any

    from background.coverage import Coverage
    from background.lives import Lives
    from background.store import Store
    from background.warning import Warning

# A page that is there, and can answer, has said so by then.
SILENT_MS = 3000


async def begin(store: "Store", lives: "Lives", coverage: "Coverage", warning: "Warning", loads: "list[Any]") -> None:
    """Read the journal, then the rest; what cannot be read stops nothing else.

    Args:
        store: the journal's home.
        lives: the CCPs.
        coverage: which of them are protected.
        warning: shows what is open.
        loads: what else is to be read.
    """
    await store.load()
    for load in loads:
        try:
            await load()
        except:
            # It begins anew, without what it knew.
            pass
    if store.is_new_run:
        try:
            lives.begin_run(await _still_there(store))
        except:
            lives.begin_run([])
        coverage.reach()
    else:
        lives.take({"type": "woke"})
    warning.refresh()
    later(lives.look_for_silent, SILENT_MS)
    later(lambda: coverage.tab_changed(""), SILENT_MS)


async def _still_there(store: "Store") -> "list[str]":
    """The CCPs of the last run that are there still: after an update of ours, the tabs are the same."""
    found = []
    for life in store.journal["lives"]:
        # What a tab shows in its frames cannot be asked.
        url = life["url"] if life["frame"] == 0 else ""
        if await is_showing(life["tab"], url):
            found.append(life["ccp"])
    return found
