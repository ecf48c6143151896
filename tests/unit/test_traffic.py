"""What a CCP's API requests tell: which is a PutAgentState, and how they are asked."""

from core.traffic import login_from, put_body


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
    assert body["name"] == "Offline"
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
    assert put_body({"state": {"type": "offline"}, "authentication": {}}) is None
    assert put_body({"state": {"name": "Offline", "type": 7}, "authentication": {}}) is None


def test_a_put_without_an_arn():
    """A state may have none; that is no reason not to see it."""
    for state in [
        {"type": "offline", "name": "Offline"},
        {"agentStateARN": None, "type": "offline", "name": "Offline"},
        {"agentStateARN": 7, "type": "offline", "name": "Offline"},
    ]:
        assert put_body({"state": state, "authentication": {}})["arn"] == ""


def test_a_login_is_read():
    """All headers as they were, the token by itself, and nobody yet whose it is known to be."""
    headers = [["X-Amz-Target", "Service.GetAgentSnapshot"], ["X-Amz-Bearer", "secret"]]
    login = login_from("https://acme.awsapps.com", "https://acme.awsapps.com/connect/api", headers, 7000)
    assert login["instance"] == "https://acme.awsapps.com"
    assert login["address"] == "https://acme.awsapps.com/connect/api"
    assert login["token"] == "secret"
    assert len(login["headers"]) == 2
    assert login["key"] == 0
    assert login["at"] == 7000


def test_without_a_token_there_is_no_login():
    """Another header, or an empty one."""
    assert login_from("", "", [["X-Amz-Target", "x"]], 0) is None
    assert login_from("", "", [["x-amz-bearer", ""]], 0) is None
    assert login_from("", "", [], 0) is None
