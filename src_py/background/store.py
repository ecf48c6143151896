"""The journal on disk: read once, kept in memory, written whole after every change."""

from typing import TYPE_CHECKING

from browser.runtime import in_private_window
from browser.storage import read, write
from core.journal import empty, make_room
from core.journal import read as journal_from

if TYPE_CHECKING:
    from core.records import Journal


KEY = "journal"


def own_key(key: str) -> str:
    """Private windows have a background of their own, and with it records of their own."""
    if in_private_window():
        return key + ".private"
    return key


class Store:
    """The journal, and whether the disk takes it.

    Attributes:
        journal: what is stored; change it, then call ``save``.
        trouble: why the last write failed, in the browser's words; "" if it did not.
    """

    def __init__(self) -> None:
        self.journal: Journal = empty()
        self.trouble = ""

    async def load(self) -> None:
        """Read the journal."""
        self.journal = journal_from(await read(own_key(KEY)))

    async def save(self) -> None:
        """Write the journal. If the disk or the quota is full, once more without what is settled."""
        trouble = await write(own_key(KEY), self.journal)
        if trouble != "":
            make_room(self.journal)
            trouble = await write(own_key(KEY), self.journal)
        self.trouble = trouble
