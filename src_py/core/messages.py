"""The whole protocol: every message there is, who says it to whom, and what it may hold.

A fact flows page → content → background; a command flows back. A message that is not in this
table, comes from the wrong side, or lacks a field that fits goes no further; fields that are not in the
table are never looked at.
"""

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from typing import Any

    from core.records import Agent

    class Message(TypedDict):
        """One row: ``fields`` are (name, kind, bound); a bound is a length or a greatest number."""

        type: str
        sender: str
        receiver: str
        fields: list[list[Any]]


NAME = 256
ARN = 512
CODE = 64
SETTINGS = 65536
TIME = 9007199254740991
# Ids of more contacts than an agent can have at once (a call; ten chats, ten tasks, ten e-mails), with blanks between.
CONTACTS = 2048


def _table() -> "list[Message]":
    # Transcrypt does not export an annotated name, so the table gets its type from a function.
    return [
        # What the page hook found: waiting (no Streams yet), no_streams, streams_error, ready.
        {"type": "status", "sender": "page", "receiver": "background", "fields": [["status", "text", CODE]]},
        # What is known of the agent, whenever it changes (Agent in records.py).
        {
            "type": "agent",
            "sender": "page",
            "receiver": "background",
            "fields": [
                ["name", "text", NAME],
                ["state_type", "text", CODE],
                ["since", "number", TIME],
                ["chosen_name", "text", NAME],
                ["chosen_arn", "text", ARN],
                ["chosen_type", "text", CODE],
                ["target_name", "text", NAME],
                ["target_arn", "text", ARN],
                ["target_type", "text", CODE],
                ["contacts", "text", CONTACTS],
                ["live", "flag", 1],
                ["username", "text", NAME],
            ],
        },
        # beforeunload ran, and the agent is not where they are to be. ``held``: it has asked for a leave dialog.
        {"type": "asked", "sender": "page", "receiver": "background", "fields": [["held", "flag", 1]]},
        # Said again and again after that, by a page that is still there: is it staying?
        {"type": "alive", "sender": "page", "receiver": "background", "fields": []},
        # pagehide: the page goes. ``sent``: it asks for the target itself, now; ``trouble``: why it cannot.
        {
            "type": "hidden",
            "sender": "page",
            "receiver": "background",
            "fields": [["sent", "flag", 1], ["trouble", "text", CODE]],
        },
        # The agent signs out in this CCP.
        {"type": "terminated", "sender": "page", "receiver": "background", "fields": []},
        # Streams called back: result is success or failure, code the error's type.
        {
            "type": "said",
            "sender": "page",
            "receiver": "background",
            "fields": [["result", "text", CODE], ["code", "text", CODE]],
        },
        # A port opened: which CCP (a random id per document) speaks on it.
        {"type": "hello", "sender": "content", "receiver": "background", "fields": [["ccp", "text", CODE]]},
        # No hook answers: the document was open before us, and the hook has to be put into it.
        {"type": "hook_missing", "sender": "content", "receiver": "background", "fields": []},
        # No port, but another border answers: a second copy of this extension is at work in this document.
        {"type": "twin", "sender": "content", "receiver": "background", "fields": []},
        # What its closing is to be. ``last``: no other CCP of the instance stays, so that the page may ask for the
        # target itself. ``choosing``: another state was asked for that the page does not show yet. ``pause_ms``,
        # ``delay_ms``: for how long beforeunload and the end of the page are delayed. ``ask``: when to ask for a leave
        # dialog: never, offline (if there is no network), always. ``target``: the state to choose ("" = the one of type
        # offline). ``contacts``: what the page does of itself for an agent who has a contact: "skip" (they are left as
        # they are), "leave" (to the background), "enqueue".
        {
            "type": "plan",
            "sender": "background",
            "receiver": "page",
            "fields": [
                ["last", "flag", 1],
                ["choosing", "flag", 1],
                ["pause_ms", "number", 1000],
                ["delay_ms", "number", 1000],
                ["ask", "text", CODE],
                ["target", "text", NAME],
                ["contacts", "text", CODE],
            ],
        },
        # The answer to "asked": the tab is bound for the CCP again, so nothing is to be sent.
        {"type": "reloads", "sender": "background", "receiver": "page", "fields": []},
        # The settings leave this CCP alone: its page hears no more of us, and its port stays, for it is open.
        {"type": "rest", "sender": "background", "receiver": "content", "fields": []},
        # The page stays, as we know now.
        {"type": "stays", "sender": "background", "receiver": "page", "fields": []},
        # The agent is back, or stays: choose this state again, by its ARN, else by its name.
        {
            "type": "restore",
            "sender": "background",
            "receiver": "page",
            "fields": [["arn", "text", ARN], ["name", "text", NAME]],
        },
        # This copy of us is replaced: fall silent.
        {"type": "retire", "sender": "content", "receiver": "page", "fields": []},
        # This document is no CCP: fall silent.
        {"type": "retire", "sender": "background", "receiver": "content", "fields": []},
        # The popup's three buttons.
        {"type": "dismiss", "sender": "popup", "receiver": "background", "fields": [["id", "text", CODE]]},
        {"type": "dismiss_all", "sender": "popup", "receiver": "background", "fields": []},
        {"type": "open", "sender": "popup", "receiver": "background", "fields": [["url", "text", ARN]]},
        # The buttons of our dialog in the CCP, and that it has been seen.
        {"type": "try_again", "sender": "dialog", "receiver": "background", "fields": []},
        {"type": "leave_anyway", "sender": "dialog", "receiver": "background", "fields": []},
        {"type": "keep_working", "sender": "dialog", "receiver": "background", "fields": []},
        {"type": "seen", "sender": "dialog", "receiver": "background", "fields": []},
        {"type": "dismiss_seen", "sender": "dialog", "receiver": "background", "fields": []},
        # All the dialog shows (DialogView in records.py), its style with the first; or that it is to close.
        {"type": "style", "sender": "background", "receiver": "dialog", "fields": []},
        {"type": "dialog", "sender": "background", "receiver": "dialog", "fields": []},
        {"type": "close", "sender": "background", "receiver": "dialog", "fields": []},
        # The options page: one setting of this device (its value as JSON, "" takes it back), a file of them, or a wish.
        {
            "type": "set",
            "sender": "options",
            "receiver": "background",
            "fields": [["key", "text", CODE], ["value", "text", SETTINGS]],
        },
        {"type": "import", "sender": "options", "receiver": "background", "fields": [["text", "text", SETTINGS]]},
        {"type": "check", "sender": "options", "receiver": "background", "fields": []},
        {"type": "export", "sender": "options", "receiver": "background", "fields": []},
        # All the options page shows (OptionsView in records.py), and the text of a diagnostics export.
        {"type": "options", "sender": "background", "receiver": "options", "fields": []},
        {"type": "diagnostics", "sender": "background", "receiver": "options", "fields": []},
        # All the popup shows. Its shape is View in records.py; both ends are our own pages.
        {"type": "view", "sender": "background", "receiver": "popup", "fields": []},
    ]


MESSAGES = _table()


def _fits(value: "Any", kind: str, bound: int) -> bool:
    """Whether one field's value is of its kind and within its bound."""
    if kind == "text":
        return isinstance(value, str) and len(value) <= bound
    if kind == "flag":
        return value is True or value is False
    # In Python a bool is a number too; in JavaScript NaN is: neither passes these comparisons.
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value and value <= bound


def problem_with(message: "Any", sender: str) -> str:
    """What is wrong with a message, in one sentence; "" if nothing is.

    Args:
        message: a record (the caller has made sure of that much); nothing else of it is trusted.
        sender: the room it came from.
    """
    if "type" not in message:
        return "a message has no type"
    kind: str = message["type"]
    for row in MESSAGES:
        if row["type"] == kind and row["sender"] == sender:
            for field in row["fields"]:
                if field[0] not in message:
                    return kind + ": a field is missing: " + str(field[0])
                if not _fits(message[field[0]], field[1], field[2]):
                    return kind + ": a field does not fit: " + str(field[0])
            return ""
    return "no such message from " + sender


def agent_from(fact: "Any") -> "Agent":
    """What a sound "agent" fact says."""
    return {
        "name": fact["name"],
        "state_type": fact["state_type"],
        "since": fact["since"],
        "chosen_name": fact["chosen_name"],
        "chosen_arn": fact["chosen_arn"],
        "chosen_type": fact["chosen_type"],
        "target_name": fact["target_name"],
        "target_arn": fact["target_arn"],
        "target_type": fact["target_type"],
        "contacts": fact["contacts"],
        "live": fact["live"],
        "key": key_of(fact["username"]),
    }


def key_of(username: str) -> int:
    """A number that differs between the few agents of one desk, and does not name them."""
    key = 0
    for letter in username:
        key = (key * 31 + ord(letter)) % 4294967291
    return key
