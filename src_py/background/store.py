"""The journal's home: read once, kept in memory, written whole after every change.

All of it for this run of the browser, so that a background that slept reads and goes on; on disk what must outlast
the browser. What a private window does never reaches the disk.
"""

from typing import TYPE_CHECKING

from browser.runtime import in_private_window, text
from browser.storage import read, read_for_this_run, write, write_for_this_run
from browser.time import go, now, pause
from core.journal import begin_run, empty, for_disk, make_room
from core.stored import journal_from

if TYPE_CHECKING:
    from background.settings import Settings
    from core.records import Decision, Journal


KEY = "journal"
WAIT_MS = 5


def own_key(key: str) -> str:
    """Private windows have a background of their own, and with it records of their own."""
    if in_private_window():
        return key + ".private"
    return key


class Store:
    """The journal, and whether the disk takes it.

    Attributes:
        journal: what is stored; change it, then call ``save``.
        trouble: why the disk cannot be read or written, in the browser's words; "" if it can.
        is_new_run: whether the browser has started since this was last written.
    """

    def __init__(self, settings: "Settings") -> None:
        self._settings = settings
        self.journal: Journal = empty()
        self.trouble = ""
        self.is_new_run = True
        # What is on disk and was not read yet must not be written over; kept for the run.
        self._unread = True
        # What is to be told of a disk that could be read only later.
        self.late: list[Decision] = []
        self._is_loaded = False
        self._wanted = 0
        self._written = 0
        self._writes = False

    async def load(self) -> None:
        """Read the journal."""
        kept = None
        try:
            kept = await read_for_this_run(own_key(KEY))
        except:
            # Then the disk knows what matters.
            pass
        if kept is not None:
            self.is_new_run = False
            self.journal = journal_from(kept["journal"])
            self._unread = kept["unread"]
        elif not in_private_window():
            await self._read_disk(True)
        self._is_loaded = True

    async def save(self) -> None:
        """Write the journal, once for all that asked meanwhile; done when what is in it now is written."""
        if not self._is_loaded:
            return
        self._wanted = self._wanted + 1
        mine = self._wanted
        while self._writes:
            await pause(WAIT_MS)
        if self._written >= mine:
            return
        self._writes = True
        number = self._wanted
        # Neither waits for the other, and one that fails stops nobody.
        go(write_for_this_run(own_key(KEY), {"journal": self.journal, "unread": self._unread}))
        try:
            if not in_private_window():
                await self._write_disk()
        except:
            self.trouble = text("trouble_reading", [])
        self._written = number
        self._writes = False

    async def _write_disk(self) -> None:
        if self._unread:
            await self._read_disk(False)
        if self._unread:
            return
        policy = self._settings.policy
        trouble = await write(KEY, for_disk(self.journal, policy))
        if trouble != "":
            # The disk or the quota is full: once more without what is settled.
            make_room(self.journal)
            trouble = await write(KEY, for_disk(self.journal, policy))
        self.trouble = trouble

    async def _read_disk(self, at_start: bool) -> None:
        """Read what the last run left; if that is only possible now, what was done since comes on top."""
        try:
            found = journal_from(await read(KEY))
        except:
            self.trouble = text("trouble_reading", [])
            return
        self._unread = False
        self.trouble = ""
        if not at_start:
            self.late = begin_run(found, [], now())
            found["lives"] = self.journal["lives"]
            found["past"] = self.journal["past"]
        found["failures"].extend(self.journal["failures"])
        found["confirmed"].extend(self.journal["confirmed"])
        self.journal["lives"] = found["lives"]
        self.journal["past"] = found["past"]
        self.journal["failures"] = found["failures"]
        self.journal["confirmed"] = found["confirmed"]
