"""Which API request is a PutAgentState, and what it carries."""

from core.traffic import put_body


def test_a_put_is_read():
    """The body of PutAgentState as Streams 1.8.3 and 2.28.2 send it."""
    body = put_body(
        {
            "state": {"agentStateARN": "arn:offline", "type": "offline", "name": "Offline"},
            "enqueueNextState": False,
            "authentication": {"authToken": "secret"},
        }
    )
    assert body is not None
    assert body["type"] == "offline"
    assert body["arn"] == "arn:offline"
    assert "authentication" not in body


def test_other_calls_are_not():
    """Polls, logs, and strangers' shapes are no puts."""
    assert put_body({"authentication": {"authToken": "x"}, "nextToken": "1"}) is None
    assert put_body({}) is None
    assert put_body({"state": "offline", "authentication": {}}) is None
    assert put_body({"state": None, "authentication": {}}) is None
    assert put_body({"state": ["offline"], "authentication": {}}) is None
    assert put_body({"state": {"name": 7, "type": "offline"}, "authentication": {}}) is None
    assert put_body({"state": {"name": "Offline", "type": "offline"}}) is None
    assert put_body({"state": {"name": "Offline"}, "authentication": {}}) is None
