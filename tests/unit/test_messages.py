"""The protocol: what may pass from whom."""

from core.messages import MESSAGES, agent_from, key_of, problem_with

ROOMS = ["page", "content", "background", "popup", "dialog", "options"]
LONG_KEY = 1947650536
KINDS = ["text", "number", "flag"]


def text_of(length):
    """A text of so many letters (multiplying a text does not compile)."""
    made = ""
    for _ in range(length):
        made = made + "x"
    return made


def agent():
    """A sound fact about the agent."""
    return {
        "type": "agent",
        "name": "Available",
        "state_type": "routable",
        "since": 1700000000000,
        "chosen_name": "Lunch",
        "chosen_arn": "arn:lunch",
        "chosen_type": "not_routable",
        "target_name": "Offline",
        "target_arn": "arn:offline",
        "target_type": "offline",
        "contacts": "k1 k2",
        "live": True,
        "username": "ann",
    }


def changed(key, value):
    """What is wrong with the fact about the agent with one field changed."""
    message = agent()
    message[key] = value
    return problem_with(message, "page")


def test_a_sound_message_passes():
    """What is in the table, with every field in bounds, passes; what is not in the table is not looked at."""
    assert problem_with(agent(), "page") == ""
    assert problem_with({"type": "asked", "held": True}, "page") == ""
    assert problem_with({"type": "alive"}, "page") == ""
    assert problem_with({"type": "hidden", "sent": False, "trouble": "no_streams"}, "page") == ""
    assert problem_with({"type": "said", "result": "success", "code": ""}, "page") == ""
    assert problem_with({"type": "hello", "ccp": "c1"}, "content") == ""
    assert problem_with({"type": "dismiss_all"}, "popup") == ""
    assert changed("more", ["x"]) == ""


def test_only_its_own_sender_may_send_it():
    """A page cannot dismiss, a popup cannot go, nobody can send what is not in the table."""
    assert problem_with(agent(), "popup") != ""
    assert problem_with({"type": "dismiss_all"}, "page") != ""
    assert problem_with({"type": "view"}, "page") != ""
    assert problem_with({"type": "hello", "ccp": "c1"}, "page") != ""
    assert problem_with({"type": "try_again"}, "page") != ""
    assert problem_with({"type": "toString"}, "page") == "no such message from page"
    assert problem_with({}, "page") == "a message has no type"
    assert problem_with({"type": 7}, "page") != ""


def test_a_field_must_be_there():
    """Each one that the table names."""
    for row in MESSAGES:
        if row["type"] == "agent":
            for field in row["fields"]:
                message = agent()
                del message[field[0]]
                assert problem_with(message, "page") == "agent: a field is missing: " + field[0]


def test_fields_of_the_wrong_kind_are_refused():
    """A number for a text, a text for a number, nothing, a list: all refused."""
    for value in [7, None, True, ["Available"], {"a": "b"}]:
        assert changed("name", value) == "agent: a field does not fit: name"
    for value in ["1000", True, None, -1, [1]]:
        assert changed("since", value) == "agent: a field does not fit: since"
    for value in ["yes", 1, 0, None]:
        assert changed("live", value) == "agent: a field does not fit: live"


def test_fields_beyond_their_bound_are_refused():
    """A text or number may be as great as its bound, not greater."""
    assert changed("state_type", text_of(64)) == ""
    assert changed("state_type", text_of(65)) != ""
    assert changed("contacts", text_of(2048)) == ""
    assert changed("contacts", text_of(2049)) != ""
    assert changed("since", 0) == ""
    assert changed("since", 9007199254740991) == ""
    assert changed("since", 9007199254740991 * 4) != ""


def test_every_message_has_a_receiver():
    """The table is complete: each row names both sides, and each field its kind and bound; none is there twice."""
    seen = []
    for row in MESSAGES:
        assert row["sender"] in ROOMS
        assert row["receiver"] in ROOMS
        assert row["sender"] != row["receiver"]
        for field in row["fields"]:
            assert len(field) == 3
            assert field[1] in KINDS
            assert field[2] > 0
        words = row["type"] + " from " + row["sender"]
        assert words not in seen
        seen.append(words)


def test_the_agent_is_what_the_page_told():
    """Every field, and a number in place of the name."""
    found = agent_from(agent())
    for key in ["name", "state_type", "since", "chosen_name", "chosen_arn", "chosen_type"]:
        assert found[key] == agent()[key]
    for key in ["target_name", "target_arn", "target_type", "contacts", "live"]:
        assert found[key] == agent()[key]
    assert found["key"] == key_of("ann")
    assert "username" not in found
    assert "type" not in found


def test_the_key_tells_agents_apart():
    """The same for the same name, another for another, small enough for both languages, and 0 for nobody alone."""
    assert key_of("ann") == key_of("ann")
    assert key_of("ann") != key_of("nan")
    assert key_of("ann") != key_of("bob")
    assert key_of("a") == 97
    assert key_of("ab") == 97 * 31 + 98
    assert key_of("") == 0
    # Worked out with whole numbers of any size.
    assert key_of("somebody.with.a.long.name@example.com") == LONG_KEY
