"""State in, elements out: one dialog for each phase of a departure that is held, and for failures from before."""

from typing import TYPE_CHECKING

from browser.dom import element, fill, local_time, mark
from browser.runtime import text
from browser.time import now
from core.wording import dialog_words, reason_key, when_style
from dialog.steady import SteadyButton

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from browser.overlay import Overlay
    from core.records import DialogView


class DialogParts:
    """The elements of the dialog. They stay, and change, so that focus and screen readers can follow.

    Whatever they say, each keeps its place: what is too long is scrolled.
    """

    def __init__(self, overlay: "Overlay", send: "Callable[[str], None]", close: "Callable[[], None]") -> None:
        self._overlay = overlay
        self._send = send
        self._close = close
        self._phase = ""
        # The buttons that are there, the safe one first.
        self._safe: list[str] = []
        self._title = element("h2", "", "")
        self._title.id = "title"
        self._why = element("p", "", "")
        self._why.id = "why"
        self._list = element("ul", "", "")
        self._bar = element("progress", "", "")
        self._status = element("p", "status", "")
        self._status.setAttribute("role", "status")
        self._said = element("div", "words", "")
        fill(self._said, [self._title, self._why, self._list])
        course = element("div", "course", "")
        fill(course, [self._bar, self._status])
        # The buttons of a place are never there together. The safe place comes first.
        places = [
            [_button("try_again", "primary", lambda: send("try_again")), _button("ok", "primary", close)],
            [_button("keep_working", "quiet", self._keep_working), _button("dismiss_seen", "quiet", self._dismiss)],
            [_button("leave_anyway", "quiet", lambda: send("leave_anyway"))],
        ]
        self._buttons: list[SteadyButton] = []
        actions = element("div", "actions", "")
        for buttons in places:
            place = element("span", "place", "")
            fill(place, [each.element for each in buttons])
            actions.append(place)
            self._buttons.extend(buttons)
        dialog = overlay.dialog
        dialog.lang = text("@@ui_locale", [])
        dialog.dir = text("@@bidi_dir", [])
        dialog.setAttribute("role", "alertdialog")
        dialog.setAttribute("aria-labelledby", "title")
        dialog.setAttribute("aria-describedby", "why")
        fill(dialog, [self._said, course, actions])

    def draw(self, view: "DialogView") -> None:
        """Show what is true now."""
        words = dialog_words(view)
        self._title.textContent = text(words["title"], [view["state_name"]])
        self._why.textContent = "" if words["why"] == "" else text(words["why"], [view["state_name"]])
        self._why.hidden = words["why"] == ""
        status = "" if words["status"] == "" else text(words["status"], [str(view["tries"]), str(view["most"])])
        if self._status.textContent != status:
            # Said once for each change, not at every look.
            self._status.textContent = status
        # It keeps its place, so it is not `hidden`.
        self._bar.classList.toggle("away", status == "")
        self._bar.max = view["most"]
        self._bar.value = view["tries"]
        fill(self._list, [_earlier(failure) for failure in view["failures"]])
        self._list.hidden = len(view["failures"]) == 0
        for each in self._buttons:
            each.show(each.element.dataset.command in words["buttons"])
        mark(self._overlay.dialog, "phase", view["phase"])
        opened = self._overlay.show(view["on_contact"])
        self.look()
        if self._phase == "" and view["phase"] == "earlier":
            self._send("seen")
        if self._phase != view["phase"]:
            self._said.scrollTop = 0
        self._phase = view["phase"]
        self._safe = words["buttons"]
        focused = self._overlay.focused()
        if opened or not focused or focused.disabled:
            self._focus_safe()

    def look(self) -> None:
        """Something may have moved the dialog."""
        for each in self._buttons:
            each.look()

    def escape(self) -> None:
        """Escape means stay; where that is no question, it only closes."""
        if self._phase in ["offered", "trying", "waiting", "failed"]:
            self._keep_working()
        else:
            self._close()

    def _focus_safe(self) -> None:
        for command in self._safe:
            for each in self._buttons:
                if each.element.dataset.command == command and not each.element.disabled:
                    each.element.focus()
                    return

    def _keep_working(self) -> None:
        self._send("keep_working")
        self._close()

    def _dismiss(self) -> None:
        self._send("dismiss_seen")
        self._close()


def _button(command: str, css_class: str, on_press: "Callable[[], None]") -> "SteadyButton":
    return SteadyButton(command, text("dialog_" + command, []), css_class, on_press)


def _earlier(failure: "Any") -> "Any":
    row = element("li", "", "")
    row.append(element("time", "", local_time(failure["at"], when_style(failure["at"], now()))))
    row.append(element("span", "", text(reason_key(failure["reason"]), [])))
    return row
