"""The warning: the agent is told. Badge, notification, and the popup that opens by itself."""

from typing import TYPE_CHECKING

from browser.action import notify, on_fresh_tab, open_popup, show_badge, show_badge_on_own_tabs, withdraw_notice
from browser.runtime import in_private_window, text
from browser.time import go
from core.address import host_of
from core.journal import open_failures
from core.others import is_blind
from core.wording import advice_key, reason_key, title_key

if TYPE_CHECKING:
    from background.last_window import LastWindow
    from background.settings import Settings
    from background.store import Store
    from core.records import Life


class Warning:
    """Says what went wrong, until it is resolved."""

    def __init__(self, store: "Store", settings: "Settings", last_window: "LastWindow") -> None:
        self._store = store
        self._settings = settings
        self._last_window = last_window
        # Whether a CCP is open that we do not reach; or one that we reach, and find no agent in.
        self.unprotected = False
        self._blind = False
        if in_private_window():
            on_fresh_tab(self.refresh)

    def follow(self) -> None:
        """What is open has changed."""
        journal = self._store.journal
        blind = len([life for life in journal["lives"] if is_blind(journal, life)]) > 0
        if blind != self._blind:
            self._blind = blind
            self.refresh()

    def refresh(self) -> None:
        """Make the badge say what is true now."""
        count = len(open_failures(self._store.journal))
        if count > 0:
            _show(str(count), text("badge_failures", [str(count)]))
        elif self._store.trouble != "":
            _show("!", text("badge_trouble", []))
        elif self.unprotected or self._blind:
            _show("!", text("badge_uncovered", []))
        else:
            _show("", text("name", []))

    async def tell(self, failures: "list[Life]") -> None:
        """Tell the agent about new failures, by every means the browser allows.

        Where our own window is all there is, it tells; a notification beside it would keep the browser alive
        after the agent has read and closed it.
        """
        self.refresh()
        if await self._last_window.tells():
            return
        for failure in failures:
            message = text(reason_key(failure["reason"]), []) + " " + text(advice_key(failure["reason"]), [])
            title = text(title_key(failure["phase"], failure["reason"]), [host_of(failure["url"])])
            if self._settings.policy["notify"]:
                await notify(failure["id"], title, message)
        if len(failures) > 0:
            # One of them may have taken the place of an earlier one.
            await self.withdraw()
            await open_popup()

    async def withdraw(self) -> None:
        """Take back the notifications of failures that are resolved."""
        self.refresh()
        for failure in self._store.journal["failures"]:
            if failure["resolved"] != "":
                await withdraw_notice(failure["id"])


def _show(sign: str, title: str) -> None:
    if in_private_window():
        go(show_badge_on_own_tabs(sign, title))
    else:
        show_badge(sign, title)
