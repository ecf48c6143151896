"""The journal on disk: read once, kept in memory, written whole after every change."""

from typing import TYPE_CHECKING

from browser.runtime import in_private_window
from browser.storage import read, write
from core.journal import empty, make_room
from core.journal import read as journal_from

if TYPE_CHECKING:
    from core.records import Journal


def _key() -> str:
    """Private windows have a background of their own, and with it a journal of their own."""
    if in_private_window():
        return "journal.private"
    return "journal"


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
        self.journal = journal_from(await read(_key()))

    async def save(self) -> None:
        """Write the journal. If the disk or the quota is full, once more without what is settled."""
        trouble = await write(_key(), self.journal)
        if trouble != "":
            make_room(self.journal)
            trouble = await write(_key(), self.journal)
        self.trouble = trouble
