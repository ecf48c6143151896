"""State in, elements out: one dialog for each phase of a departure that is held, and for failures from before."""

from typing import TYPE_CHECKING

from browser.dom import button, element, fill, local_time, mark
from browser.runtime import text
from browser.time import now
from core.wording import dialog_words, reason_key, when_style

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from browser.overlay import Overlay
    from core.records import DialogView


class DialogParts:
    """The elements of the dialog. They stay, and change, so that focus and screen readers can follow."""

    def __init__(self, overlay: "Overlay", send: "Callable[[str], None]", close: "Callable[[], None]") -> None:
        self._overlay = overlay
        self._send = send
        self._close = close
        self._phase = ""
        self._title = element("h2", "", "")
        self._title.id = "title"
        self._why = element("p", "", "")
        self._why.id = "why"
        self._list = element("ul", "", "")
        self._bar = element("progress", "", "")
        self._status = element("p", "status", "")
        self._status.setAttribute("role", "status")
        self._buttons = [
            self._button("try_again", "primary", lambda: send("try_again")),
            self._button("leave_anyway", "quiet", lambda: send("leave_anyway")),
            self._button("ok", "primary", close),
            self._button("keep_working", "quiet", self._keep_working),
            self._button("dismiss_seen", "quiet", self._dismiss),
        ]
        actions = element("p", "actions", "")
        fill(actions, self._buttons)
        dialog = overlay.dialog
        dialog.lang = text("@@ui_locale", [])
        dialog.dir = text("@@bidi_dir", [])
        dialog.setAttribute("role", "alertdialog")
        dialog.setAttribute("aria-labelledby", "title")
        dialog.setAttribute("aria-describedby", "why")
        fill(dialog, [self._title, self._why, self._list, self._bar, self._status, actions])

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
        self._bar.hidden = status == ""
        self._bar.max = view["most"]
        self._bar.value = view["tries"]
        fill(self._list, [_earlier(failure) for failure in view["failures"]])
        self._list.hidden = len(view["failures"]) == 0
        for each in self._buttons:
            each.hidden = each.dataset.command not in words["buttons"]
        mark(self._overlay.dialog, "phase", view["phase"])
        self._overlay.show(view["on_contact"])
        if self._phase != view["phase"]:
            self._new_phase(view["phase"])

    def escape(self) -> None:
        """Escape means stay; where that is no question, it only closes."""
        if self._phase in ["trying", "waiting", "failed"]:
            self._keep_working()
        else:
            self._close()

    def _new_phase(self, phase: str) -> None:
        if self._phase == "" and phase == "earlier":
            self._send("seen")
        self._phase = phase
        focused = self._overlay.focused()
        if not focused or focused.hidden:
            for each in self._buttons:
                if not each.hidden:
                    each.focus()
                    return

    def _button(self, command: str, css_class: str, on_click: "Callable[[], None]") -> "Any":
        made = button(css_class, text("dialog_" + command, []), on_click)
        mark(made, "command", command)
        return made

    def _keep_working(self) -> None:
        self._send("keep_working")
        self._close()

    def _dismiss(self) -> None:
        self._send("dismiss_seen")
        self._close()


def _earlier(failure: "Any") -> "Any":
    row = element("li", "", "")
    row.append(element("time", "", local_time(failure["at"], when_style(failure["at"], now()))))
    row.append(element("span", "", text(reason_key(failure["reason"]), [])))
    return row
