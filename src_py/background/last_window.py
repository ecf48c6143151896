"""The last window: with it the browser ends, and we with the browser.

Measured: on a cold connection, and now and then on a warm one, a request for Offline dies with the browser. So where
it may be the browser's end, a small window of ours, out of sight, is opened while the end of the last CCP's page is
delayed (``unloadDelayMs``), and keeps the browser alive. It goes when it is not needed any more. If that takes long, or
fails, it comes up: the agent is told at once.
"""

from typing import TYPE_CHECKING

from background.store import own_key
from browser.runtime import own_page
from browser.storage import read_for_this_run, write_for_this_run
from browser.time import go, later, now
from browser.windows import bring_up, close_window, is_window_open, on_windows, open_aside, other_windows
from core.last_window import closed_by_quitting, is_needed, may_be_the_end, next_step

if TYPE_CHECKING:
    from collections.abc import Callable

    from background.sign_off import SignOff
    from background.store import Store

LOOK_MS = 200
NONE = -1
# Kept until the browser ends: a window of ours that nobody knows of would keep it for ever.
KEY = "window"


class LastWindow:
    """Knows whether there is one window only, and keeps the browser from ending with it too early."""

    def __init__(self, store: "Store", sign_off: "SignOff", changed: "Callable[[], None]") -> None:
        self._store = store
        self._sign_off = sign_off
        self._alone = False
        self._ours = NONE
        self._handed_over = NONE
        # Until it is known whether one was opened before we slept, none is opened.
        self._opening = True
        # Windows that were closed while ours was opening: it may have been ours.
        self._closed_meanwhile: list[int] = []
        self._shown = False
        self._began_at: float = 0
        self._opened_at: float = 0
        self._reopened = 0
        # Once it has gone, it does not come again for the same CCPs.
        self._is_over = False
        # Called when a window was opened or closed, so that there is one, or more than one.
        self._changed = changed
        on_windows(lambda: go(self.count()), self._closed)

    async def load(self) -> None:
        """Go on with a window that we opened before we slept."""
        kept = None
        try:
            kept = await read_for_this_run(own_key(KEY))
        except:
            # Then there is none.
            pass
        # First of all: a window of ours that is there needs no second one.
        if kept is not None and await is_window_open(kept):
            self._ours = kept
            later(self._look, LOOK_MS)
        self._opening = False
        await self.count()

    async def count(self) -> None:
        """Count the windows."""
        before = self._alone
        self._alone = await other_windows(self._ours) <= 1
        if self._alone != before:
            self._changed()

    def _may_end(self) -> bool:
        return self._alone or may_be_the_end(self._store.journal)

    async def tells(self) -> bool:
        """Whether our own window is the only one, and so will say what there is to say."""
        if self._handed_over != NONE:
            return True
        return self._ours != NONE and await other_windows(self._ours) == 0

    def look(self) -> None:
        """CCPs may go, or have gone. If the browser may be going with them, see to it that there is time."""
        journal = self._store.journal
        if not is_needed(journal):
            self._is_over = False
        elif self._ours == NONE and not self._opening and not self._is_over and self._may_end():
            self._reopened = 0
            self._began_at = now()
            go(self._open_first())

    async def _open_first(self) -> None:
        # The end of the page is delayed for so short a time that a busy machine needs all of it: we wait for no more
        # than one answer of the browser's, which comes after the one that says whether the tab is bound for the CCP
        # again. So a reload opens no window.
        self._opening = True
        await self.count()
        self._opening = False
        if is_needed(self._store.journal) and self._may_end():
            await self._open_now()

    def _open(self) -> None:
        if self._ours == NONE and not self._opening and self._next_step(0) != "close":
            go(self._open_now())

    async def _open_now(self) -> None:
        self._opening = True
        self._closed_meanwhile = []
        self._opened_at = now()
        self._shown = False
        self._ours = await open_aside(own_page("popup.html"))
        self._opening = False
        if self._ours in self._closed_meanwhile:
            self._closed(self._ours)
        elif self._ours != NONE:
            later(self._look, LOOK_MS)
            await write_for_this_run(own_key(KEY), self._ours)

    def _closed(self, window: int) -> None:
        if self._opening:
            self._closed_meanwhile.append(window)
        if window == self._handed_over:
            self._handed_over = NONE
        if window != self._ours:
            return
        self._ours = NONE
        if closed_by_quitting(self._shown, self._reopened):
            # The browser quits, and closes whatever it finds; a window that comes after that is let be.
            self._reopened += 1
            self._open()
        else:
            self._is_over = is_needed(self._store.journal)

    def _next_step(self, others: int) -> str:
        return next_step(self._store.journal, self._began_at, others, self._opened_at, now())

    def _look(self) -> None:
        go(self._look_now())

    async def _look_now(self) -> None:
        if self._ours == NONE:
            return
        others = await other_windows(self._ours)
        step = self._next_step(others)
        if step == "close" and self._sign_off.is_busy():
            step = "wait"
        if step == "close":
            # The browser may end with it: first what is known goes to the disk.
            await self._store.save()
            window = self._ours
            # From here on its end is our own doing.
            self._ours = NONE
            self._is_over = is_needed(self._store.journal)
            await close_window(window)
            return
        if step != "wait" and not self._shown:
            self._shown = True
            await bring_up(self._ours)
        if step == "hand_over":
            # It shows a warning now, and belongs to the person who reads it.
            self._handed_over = self._ours
            self._ours = NONE
            self._is_over = is_needed(self._store.journal)
            await write_for_this_run(own_key(KEY), NONE)
            return
        later(self._look, LOOK_MS)
