"""The protocol: what may pass from whom."""

from core.messages import MESSAGES, problem_with

DEPARTING = {"type": "departing", "at": 1000, "trouble": "", "last": True, "held": False}


def changed(key, value):
    """The announcement with one field changed."""
    message = {"type": "departing"}
    for field in ["at", "trouble", "last", "held"]:
        message[field] = DEPARTING[field]
    message[key] = value
    return message


def text_of(length):
    """A text of so many letters (multiplying a text does not compile)."""
    made = ""
    for _ in range(length):
        made = made + "x"
    return made


def test_a_sound_message_passes():
    """What is in the table, with every field in bounds, passes."""
    assert problem_with(DEPARTING, "page") == ""
    assert problem_with({"type": "said", "result": "success", "code": "", "final": True}, "page") == ""
    assert problem_with({"type": "dismiss_all"}, "popup") == ""


def test_only_its_own_sender_may_send_it():
    """A page cannot dismiss, a popup cannot depart, nobody can send what is not in the table."""
    assert problem_with(DEPARTING, "popup") != ""
    assert problem_with({"type": "dismiss_all"}, "page") != ""
    assert problem_with({"type": "view"}, "page") != ""
    assert problem_with({"type": "toString"}, "page") != ""
    assert problem_with({}, "page") != ""
    assert problem_with({"type": 7}, "page") != ""


def test_fields_of_the_wrong_kind_are_refused():
    """A number for a text, a text for a number, nothing, a list: all refused."""
    assert problem_with(changed("trouble", 7), "page") != ""
    assert problem_with(changed("trouble", None), "page") != ""
    assert problem_with(changed("trouble", ["Available"]), "page") != ""
    assert problem_with(changed("at", "1000"), "page") != ""
    assert problem_with(changed("at", True), "page") != ""
    assert problem_with(changed("at", -1), "page") != ""
    assert problem_with(changed("at", None), "page") != ""
    assert problem_with({"type": "said", "result": "success", "code": "", "final": "yes"}, "page") != ""
    assert problem_with({"type": "departing", "at": 1000}, "page") != ""


def test_fields_beyond_their_bound_are_refused():
    """A text may be as long as its bound, not longer."""
    assert problem_with(changed("trouble", text_of(64)), "page") == ""
    assert problem_with(changed("trouble", text_of(65)), "page") != ""
    assert problem_with(changed("at", 9007199254740991 * 4), "page") != ""


def test_every_message_has_a_receiver():
    """The table is complete: each row names both sides, and each field its kind and bound."""
    for row in MESSAGES:
        assert row["sender"] in ["page", "content", "background", "popup", "dialog", "options"]
        assert row["receiver"] in ["page", "content", "background", "popup", "dialog", "options"]
        for field in row["fields"]:
            assert len(field) == 3
            assert field[1] in ["text", "number", "flag"]
