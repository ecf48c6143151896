"""What somebody who is asked for help gets to see."""

from core.diagnostics import diagnostics
from core.journal import empty
from core.policy import read

AGENT = {
    "name": "Available",
    "state_type": "routable",
    "chosen_name": "Available",
    "chosen_type": "routable",
    "target_name": "Offline",
    "target_type": "offline",
    "on_contact": False,
    "key": 12345,
}


def test_settings_can_be_imported_again():
    """Those that somebody has set, as they are stored, whoever it was."""
    policy = read(
        {"hold": "never"},
        {"notify": False},
        lambda record: [key for key in ["hold", "notify"] if key in record],
        lambda _value: "",
    )
    found = diagnostics({"version": "1"}, 1000, policy, [], empty(), [])
    assert found["settings"]["hold"] == "never"
    assert found["settings"]["notify"] is False
    assert "retry" not in found["settings"]
    assert found["sources"]["hold"] == "policy"
    assert found["sources"]["notify"] == "device"
    assert found["sources"]["retry"] == "default"


def test_nobody_can_be_told_apart():
    """Of an agent, only the states are there."""
    policy = read(None, None, lambda _record: [], lambda _value: "")
    ccp = {"ccp": "c1", "instance": "https://acme.awsapps.com", "status": "ready", "opened_at": 1, "agent": AGENT}
    silent = {"ccp": "c2", "instance": "https://acme.awsapps.com", "status": "waiting", "opened_at": 1, "agent": None}
    found = diagnostics({"version": "1"}, 1000, policy, [], empty(), [ccp, silent])
    assert found["ccps"][0]["agent"]["name"] == "Available"
    assert "key" not in found["ccps"][0]["agent"]
    assert found["ccps"][1]["agent"] is None
