"""What the background does first: read the journal, and look back at what the last run left."""

from typing import TYPE_CHECKING

from background.store import own_key
from browser.scripts import put_everywhere
from browser.storage import read_for_this_run, write_for_this_run
from browser.tabs import is_showing
from browser.time import go, later, now
from browser.values import random_id
from core.departure import QUIET_MS, we_slept
from core.journal import after_a_break, drop_session

if TYPE_CHECKING:
    from background.ccps import Ccps
    from background.departures import Departures
    from background.store import Store
    from background.warning import Warning

# Kept until the browser ends: it tells a worker that only slept from a browser that was away.
RUN_KEY = "run"


async def look_back(store: "Store", warning: "Warning", departures: "Departures", ccps: "Ccps") -> None:
    """Read the journal and settle what the last run left.

    The browser was away, or the extension was updated: whatever was pending, and every CCP that was
    open with its agent not Offline and is not there any more, is an ``unconfirmed`` failure, told at
    once. We only slept: pending departures go on, and a CCP that does not come back has vanished.
    """
    await store.load()
    if await read_for_this_run(own_key(RUN_KEY)) is not None:
        warning.refresh()
        for departure in store.journal["departures"]:
            we_slept(departure, now())
        departures.judge_all()
        later(lambda: _miss_the_silent(store, departures, ccps), QUIET_MS)
        return
    still_open = []
    for session in store.journal["sessions"]:
        # A tab's number is never used twice, so a tab that still shows the CCP is the same one. What a
        # tab shows in its frames cannot be asked.
        url = session["url"]
        if session["frame"] != 0:
            url = ""
        if await is_showing(session["tab"], url):
            still_open.append(session["ccp"])
    found = after_a_break(store.journal, still_open, random_id(), now())
    await store.save()
    await write_for_this_run(own_key(RUN_KEY), now())
    go(warning.tell(found))
    # Installed, updated, or switched on again while CCPs are open: the browser puts us only into new ones.
    go(put_everywhere("content.js"))


def _miss_the_silent(store: "Store", departures: "Departures", ccps: "Ccps") -> None:
    """CCPs that were open before we slept and have not come back since are gone."""
    for session in store.journal["sessions"][:]:
        if ccps.find(session["ccp"]) is None:
            drop_session(store.journal, session["ccp"])
            if ccps.count(session["instance"]) == 0:
                departures.begin_vanished(session)
    for departure in store.journal["departures"]:
        if departure["gone_at"] == 0 and ccps.find(departure["ccp"]) is None:
            departure["gone_at"] = now()
    departures.judge_all()
