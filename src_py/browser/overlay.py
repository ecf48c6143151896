"""A dialog of ours over somebody else's page, where its styles and scripts cannot reach it.

It lives in a closed shadow root of an element made in our own world. The page sees that element, and no more.
"""

from typing import TYPE_CHECKING

from browser.dom import element

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from browser.globals import CSSStyleSheet, __new__, document, performance, window

# __pragma__('noalias')

NAME = "ccp-offline-guard"
# What happens in the dialog is no business of the page's keyboard shortcuts and click handlers.
KEPT_EVENTS = ["keydown", "keyup", "keypress", "pointerdown", "pointerup", "mousedown", "mouseup", "click", "focusin"]


class Overlay:
    """One dialog: modal over the page, or a bar above it that leaves the page usable.

    Attributes:
        dialog: the element to fill.
    """

    def __init__(self, style: str, on_escape: "Callable[[], None]", on_moved: "Callable[[], None]") -> None:
        self._on_escape = on_escape
        self._on_moved = on_moved
        self._as_bar = False
        self._open = False
        self._focused: Any = document.activeElement
        # What a bar changes of the page, as it was.
        self._pushed = False
        self._margin = ""
        self._had_style = False
        self._host = document.createElement(NAME)
        self._host.style.cssText = "all: initial !important; display: block !important"
        for kind in KEPT_EVENTS:
            self._host.addEventListener(kind, lambda event: event.stopPropagation())
        options: Any = {"mode": "closed"}
        root = self._host.attachShadow(options)
        sheet = __new__(CSSStyleSheet())
        sheet.replaceSync(style)
        root.adoptedStyleSheets = [sheet]
        self.dialog: Any = element("dialog", "", "")
        self.dialog.addEventListener("cancel", self._cancelled)
        self.dialog.addEventListener("keydown", self._pressed)
        self.dialog.addEventListener("close", self._closed)
        self.dialog.addEventListener("scroll", lambda: self._on_moved(), True)
        # One object, so that it can be taken away again.
        self._resized = lambda: self._window_resized()
        window.addEventListener("resize", self._resized)
        root.append(self.dialog)
        document.documentElement.append(self._host)

    def show(self, on_contact: bool) -> bool:
        """Show it; whether it opened in doing so. It becomes a bar for a contact, and then stays one, in its place."""
        as_bar = on_contact or self._as_bar
        opens = not self._open or self._as_bar != as_bar
        if opens:
            if self._open:
                self._open = False
                self.dialog.close()
            self._as_bar = as_bar
            self.dialog.className = "bar" if as_bar else "modal"
            if as_bar:
                self.dialog.show()
            else:
                self.dialog.showModal()
            self._open = True
        self._push_page()
        return opens

    def focused(self) -> "Any":
        """The element of the dialog that has the focus."""
        return self.dialog.getRootNode().activeElement

    def remove(self) -> None:
        """Take it away; the page is as before, the focus where it was."""
        self._open = False
        window.removeEventListener("resize", self._resized)
        self.dialog.close()
        self._host.remove()
        self._restore_page()
        if self._focused:
            self._focused.focus()

    def _push_page(self) -> None:
        if not self._as_bar:
            return
        # A bar pushes the page down instead of covering it.
        page = document.documentElement
        if not self._pushed:
            self._pushed = True
            self._margin = page.style.marginTop
            self._had_style = page.hasAttribute("style")
        page.style.setProperty("margin-top", str(self.dialog.offsetHeight) + "px", "important")

    def _restore_page(self) -> None:
        if not self._pushed:
            return
        self._pushed = False
        page = document.documentElement
        page.style.setProperty("margin-top", self._margin, "")
        if page.style.length == 0 and not self._had_style:
            page.removeAttribute("style")

    def _window_resized(self) -> None:
        if self._open:
            self._push_page()
            self._on_moved()

    def _cancelled(self, event: "Any") -> None:
        event.preventDefault()
        self._on_escape()

    def _pressed(self, event: "Any") -> None:
        # A bar gets no "cancel" of the browser's.
        if self._as_bar and event.key == "Escape":
            self._on_escape()

    def _closed(self) -> None:
        # A second Escape closes a dialog whatever it says to the first.
        if self._open:
            self._open = False
            self._on_escape()


def claim_overlay() -> bool:
    """Whether this document has none of our dialogs yet; from now on it has."""
    if window.ccpOfflineGuardDialog:
        return False
    window.ccpOfflineGuardDialog = True
    return True


def release_overlay() -> None:
    """The dialog is gone; another may come."""
    window.ccpOfflineGuardDialog = False


def place_of(target: "Any") -> str:
    """Where an element is in the window, and how large."""
    box = target.getBoundingClientRect()
    return str(box.x) + " " + str(box.y) + " " + str(box.width) + " " + str(box.height)


def moment() -> float:
    """The time by the clock that events carry, in milliseconds."""
    now: float = performance.now()
    return now
