"""A button that takes a press only where it has stood for a moment: nobody presses what has just come there."""

from typing import TYPE_CHECKING

from browser.dom import element, mark
from browser.overlay import moment, place_of
from browser.time import later

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# Longer than a hand needs that is already on its way to what was there before.
STILL_MS = 400


class SteadyButton:
    """One button. What it means never changes; one that means something else is another button.

    It keeps its place when it is not shown. ``data-still`` says that a press counts from now on.

    Attributes:
        element: the button to place.
    """

    def __init__(self, command: str, label: str, css_class: str, on_press: "Callable[[], None]") -> None:
        self.element: Any = element("button", css_class, label)
        self.element.setAttribute("type", "button")
        self._on_press = on_press
        # Where it is; "" while it is not shown.
        self._place = ""
        self._moves = 0
        # When presses began to count; 0: they do not.
        self._still_since = 0.0
        # When the press began that is not a click yet; 0: none has.
        self._begun_at = 0.0
        mark(self.element, "command", command)
        self.show(False)
        self.element.addEventListener("pointerdown", self._begins)
        self.element.addEventListener("keydown", self._key)
        self.element.addEventListener("click", self._clicked)

    def show(self, shown: bool) -> None:
        """Show it, or only keep its place."""
        self.element.disabled = not shown

    def look(self) -> None:
        """It may have come, gone or moved: if so, presses count only after a while."""
        place = "" if self.element.disabled else place_of(self.element)
        if place == self._place:
            return
        self._place = place
        self._moves += 1
        self._still_since = 0.0
        self.element.removeAttribute("data-still")
        if place != "":
            move = self._moves
            later(lambda: self._rests(move), STILL_MS)

    def _rests(self, move: int) -> None:
        if move == self._moves:
            self._still_since = moment()
            mark(self.element, "still", "yes")

    def _begins(self, event: "Any") -> None:
        self._begun_at = event.timeStamp

    def _key(self, event: "Any") -> None:
        if event.key != "Enter" and event.key != " ":
            return
        if event.repeat:
            # A key held down was pressed for what had the focus then.
            event.preventDefault()
        else:
            self._begun_at = event.timeStamp

    def _clicked(self, event: "Any") -> None:
        # A hand decides when it presses, not when it lets go. Assistive technology only clicks.
        decided_at = event.timeStamp if self._begun_at == 0 else self._begun_at
        self._begun_at = 0.0
        # By the event's own time: a busy page hands on late what was pressed before.
        if self._still_since > 0 and decided_at >= self._still_since:
            self._on_press()
