"""State in, elements out: a row for each setting, problem and check."""

from typing import TYPE_CHECKING

from browser.dom import button, element, mark
from browser.runtime import text
from core.policy import CHOICES, FLAGS, RETRY_BOUNDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from core.records import Check, Problem, Setting

# __pragma__('noalias')

RETRY_KEYS = ["attempts", "firstDelayMs", "withinSeconds"]


def setting_rows(settings: "list[Setting]", change: "Callable[[str, Any], None]") -> "list[Any]":
    """One row for each setting: what it is, its value, where that comes from.

    Args:
        settings: all of them, as they are stored.
        change: called with a key and its new value; ``None`` gives it back to the default.
    """
    return [_setting_row(setting, change) for setting in settings]


def _setting_row(setting: "Setting", change: "Callable[[str, Any], None]") -> "Any":
    key = setting["key"]
    row = element("section", "setting", "")
    mark(row, "key", key)
    mark(row, "source", setting["source"])
    head = element("header", "", "")
    name = element("h3", "", text("setting_" + key, []))
    name.id = "name-" + key
    head.append(name)
    head.append(element("code", "", key))
    head.append(element("span", "source", text("source_" + setting["source"], [])))
    row.append(head)
    help_text = element("p", "help", text("help_" + key, []))
    help_text.id = "help-" + key
    row.append(help_text)
    for control in _controls(setting, change):
        row.append(control)
    if setting["source"] == "device":
        back = button("quiet", text("back_to_default", []), lambda: change(key, None))
        mark(back, "id", "back-" + key)
        row.append(back)
    return row


def _controls(setting: "Setting", change: "Callable[[str, Any], None]") -> "list[Any]":
    key = setting["key"]
    value = setting["value"]
    if key in CHOICES:
        chooser = element("select", "", "")
        for choice in CHOICES[key]:
            option = element("option", "", text("choice_" + key + "_" + choice, []))
            option.value = choice
            option.selected = choice == value
            chooser.append(option)
        return [_control(setting, "", chooser, lambda: change(key, chooser.value))]
    if key in FLAGS:
        box = element("input", "", "")
        box.type = "checkbox"
        box.checked = value
        return [_control(setting, "", box, lambda: change(key, box.checked))]
    if key == "instances":
        lines = element("textarea", "", "")
        lines.rows = 3
        lines.placeholder = "acme.awsapps.com"
        lines.value = "\n".join(value)
        return [_control(setting, "", lines, lambda: change(key, _lines_of(lines.value)))]
    if key == "targetState":
        name = element("input", "", "")
        name.type = "text"
        name.maxLength = 256
        name.placeholder = text("target_offline", [])
        name.value = value["name"] if "name" in value else ""
        return [_control(setting, "", name, lambda: change(key, _target_of(name.value)))]
    if key == "unloadDelayMs":
        number = _number_box(value, [0, 1000])
        return [_control(setting, "", number, lambda: change(key, number.valueAsNumber))]
    return [_retry_control(setting, part, change) for part in RETRY_KEYS]


def _retry_control(setting: "Setting", part: str, change: "Callable[[str, Any], None]") -> "Any":
    number = _number_box(setting["value"][part], RETRY_BOUNDS[part])

    def changed() -> None:
        value: Any = {}
        for other in RETRY_KEYS:
            value[other] = setting["value"][other]
        value[part] = number.valueAsNumber
        change("retry", value)

    label = element("label", "", text("retry_" + part, []))
    label.append(_control(setting, part, number, changed))
    return label


def _number_box(value: float, bounds: "list[int]") -> "Any":
    box = element("input", "", "")
    box.type = "number"
    box.min = bounds[0]
    box.max = bounds[1]
    box.value = value
    return box


def _control(setting: "Setting", part: str, control: "Any", changed: "Callable[[], None]") -> "Any":
    key = setting["key"]
    mark(control, "id", key + part)
    control.setAttribute("aria-describedby", "help-" + key)
    if part == "":
        control.setAttribute("aria-labelledby", "name-" + key)
    # What the administrator has set is theirs.
    control.disabled = setting["source"] == "policy"
    control.addEventListener("change", changed)
    return control


def _lines_of(written: str) -> "list[str]":
    return [line.strip() for line in written.split("\n") if line.strip() != ""]


def _target_of(name: str) -> "Any":
    if name.strip() == "":
        return {"type": "offline"}
    return {"name": name.strip()}


def problem_rows(problems: "list[Problem]") -> "list[Any]":
    """One row for each setting that cannot be followed: who set it, which one, why not."""
    rows = []
    for problem in problems:
        row = element("li", "problem", "")
        mark(row, "key", problem["key"])
        row.append(element("code", "", problem["key"]))
        row.append(element("span", "source", text("source_" + problem["source"], [])))
        row.append(element("span", "why", problem["reason"]))
        if problem["value"] != "":
            row.append(element("code", "value", problem["value"]))
        rows.append(row)
    return rows


def check_rows(checks: "list[Check]") -> "list[Any]":
    """One row for each thing that was looked at in this set-up: whether it is well, and what to do if not."""
    rows = []
    for check in checks:
        row = element("li", "check", "")
        mark(row, "check", check["check"])
        mark(row, "well", "yes" if check["well"] else "no")
        row.append(element("span", "mark", "✓" if check["well"] else "✗"))
        row.append(element("span", "what", text("check_" + check["check"], [check["subject"]])))
        rows.append(row)
    return rows
