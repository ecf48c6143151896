"""Elements of our own pages. Text enters as text, never as markup."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from browser.globals import Date, Intl, __new__, document

# __pragma__('noalias')


def by_id(element_id: str) -> "Any":
    """The page's element with this id."""
    return document.getElementById(element_id)


def is_there(element_id: str) -> bool:
    """Whether the page has an element with this id."""
    return bool(document.getElementById(element_id))


def element(kind: str, css_class: str, content: str) -> "Any":
    """A new element holding a text."""
    made = document.createElement(kind)
    if css_class != "":
        made.className = css_class
    if content != "":
        made.textContent = content
    return made


def mark(target: "Any", key: str, value: str) -> None:
    """Give an element a ``data-`` attribute."""
    target.setAttribute("data-" + key, value)


def button(css_class: str, content: str, on_click: "Callable[[], None]") -> "Any":
    """A new button."""
    made = element("button", css_class, content)
    made.type = "button"
    made.addEventListener("click", on_click)
    return made


def fill(parent: "Any", children: "list[Any]") -> None:
    """Make these the only children of an element."""
    parent.replaceChildren()
    for child in children:
        parent.append(child)


def translate(text: "Callable[[str], str]") -> None:
    """Fill every element that names a message (``data-i18n``), and the page's language and title."""
    for marked in document.querySelectorAll("[data-i18n]"):
        marked.textContent = text(marked.dataset.i18n)
    document.documentElement.lang = text("@@ui_locale")
    document.documentElement.dir = text("@@bidi_dir")


def focused_id() -> str:
    """The ``data-id`` of the focused element, so that focus can be put back after a redraw."""
    active = document.activeElement
    if active and active.dataset and active.dataset.id:
        found: str = active.dataset.id
        return found
    return ""


def focus_id(data_id: str) -> None:
    """Focus the element with this ``data-id``, if it is still there."""
    for candidate in document.querySelectorAll("[data-id]"):
        if candidate.dataset.id == data_id:
            candidate.focus()


def local_time(at: float, style: str) -> str:
    """A time as the agent writes it: the hour alone, or day and hour."""
    options: Any = {"timeStyle": "short"}
    if style == "day":
        options["dateStyle"] = "medium"
    written: str = __new__(Intl.DateTimeFormat([], options)).format(__new__(Date(at)))
    return written
