"""Reading what was stored: with suspicion, record by record, and from the version before."""

from typing import TYPE_CHECKING

from core.journal import empty

if TYPE_CHECKING:
    from typing import Any

    from core.records import Journal, Life

NEEDED = {
    "lives": ["ccp", "instance", "url", "tab", "frame", "phase", "agent", "puts"],
    "past": ["ccp", "instance", "tab", "phase", "agent", "puts"],
    "failures": ["id", "ccp", "instance", "url", "at", "agent", "puts", "reason", "resolved"],
    "confirmed": ["id", "ccp", "instance", "at"],
    "beside": ["tab", "url", "instance"],
}
PUT = ["request", "own", "at", "ended_at", "status", "error", "code"]
NUMBERS = ["since", "opened_at", "at", "gone_since", "departures", "settled_at", "resolved_at"]
FLAGS = ["workspace", "there", "sent", "slept", "shown"]
TEXTS = [
    "id", "status", "choosing", "choosing_name", "way", "bound", "trouble", "said", "dialog",
    "reason", "detail", "resolved",
]  # fmt: skip
AGENT_TEXTS = [
    "name", "state_type", "chosen_name", "chosen_arn", "chosen_type", "target_name", "target_arn", "target_type",
    "contacts",
]  # fmt: skip


def journal_from(stored: "Any") -> "Journal":
    """The journal from what storage held: ``None`` on a first start, or another version's record.

    What is missing is empty, a bad record is left out, and what a newer version added is kept as it is.
    """
    journal = empty()
    if not _is_record(stored):
        return journal
    for part in ["lives", "past", "failures", "confirmed", "beside"]:
        if part in stored and isinstance(stored[part], list):
            journal[part] = [  # type: ignore[literal-required]
                record for record in stored[part] if _is_sound(record, part)
            ]
    if "sessions" in stored:
        _from_version_1(journal, stored)
    for part in ["lives", "past", "failures"]:
        for life in journal[part]:  # type: ignore[literal-required]
            _complete(life)
    return journal


def _from_version_1(journal: "Journal", stored: "Any") -> None:
    """Version 1 kept open CCPs as ``sessions`` and departures that were not decided as ``departures``."""
    for part in ["sessions", "departures"]:
        if part in stored and isinstance(stored[part], list):
            for record in stored[part]:
                if _is_record(record) and "ccp" in record and "agent" in record and "url" in record:
                    record["phase"] = "open" if part == "sessions" else "leaving"
                    if "puts" not in record:
                        record["puts"] = []
                    if _is_sound(_framed(record), "lives"):
                        journal["lives"].append(record)
    for failure in journal["failures"]:
        any_failure: Any = failure
        if "outcome" in any_failure:
            failure["phase"] = any_failure["outcome"]
        if "kind" in any_failure and any_failure["kind"] != "announced":
            failure["way"] = any_failure["kind"]


def _framed(record: "Any") -> "Any":
    for part in ["tab", "frame"]:
        if part not in record:
            record[part] = 0
    return record


def _complete(life: "Life") -> None:
    """What older versions did not write, or what somebody has broken by hand."""
    record: Any = life
    for part in NUMBERS:
        if part not in record or not isinstance(record[part], (int, float)):
            record[part] = 0
    for part in FLAGS:
        if part not in record or not isinstance(record[part], bool):
            record[part] = False
    for part in TEXTS:
        if part not in record or not isinstance(record[part], str):
            record[part] = record["ccp"] if part == "id" else ""
    record["puts"] = [put for put in record["puts"] if _is_put(put)]
    agent = record["agent"]
    if agent is None:
        return
    for part in AGENT_TEXTS:
        if part not in agent or not isinstance(agent[part], str):
            agent[part] = ""
    if "on_contact" in agent and agent["on_contact"] is True and agent["contacts"] == "":
        # Version 1 did not say which.
        agent["contacts"] = "unknown"
    if "live" not in agent:
        agent["live"] = agent["contacts"] != ""
    for part in ["since", "key"]:
        if part not in agent or not isinstance(agent[part], (int, float)):
            agent[part] = 0


def _is_sound(record: "Any", part: str) -> bool:
    """Whether a stored record has what its readers rely on."""
    if not _is_record(record):
        return False
    for key in NEEDED[part]:
        if key not in record:
            return False
    if part == "confirmed" or part == "beside":
        return True
    if not isinstance(record["ccp"], str) or not isinstance(record["instance"], str):
        return False
    if not isinstance(record["puts"], list):
        return False
    return record["agent"] is None or _is_record(record["agent"])


def _is_put(put: "Any") -> bool:
    return _is_record(put) and len([key for key in PUT if key not in put]) == 0


def _is_record(value: "Any") -> bool:
    return value is not None and not isinstance(value, (str, int, float, bool, list))
