"""What somebody who is asked for help gets to see."""

from core.delivery import add_put
from core.diagnostics import diagnostics
from core.journal import empty, fail
from core.opening import new_life
from core.policy import defaults, read

ACME = "https://acme.awsapps.com"


def a_life(ccp):
    """A CCP, with what nobody is to see."""
    life = new_life(
        {"ccp": ccp, "instance": ACME, "url": ACME + "/connect/ccp?code=secret", "tab": 7, "frame": 0}, 1000
    )
    life["agent"] = {
        "name": "Available",
        "state_type": "routable",
        "since": 5000,
        "chosen_name": "Available",
        "chosen_arn": "arn:agent-state/secret",
        "chosen_type": "routable",
        "target_name": "Offline",
        "target_arn": "arn:agent-state/secret",
        "target_type": "offline",
        "contacts": "k1",
        "live": True,
        "key": 12345,
        "username": "ann",
    }
    life["token"] = "secret"
    return life


def of(journal, policy):
    """The export."""
    about = {"version": "1"}
    checks = [{"check": "ready", "subject": ACME, "well": True}]
    proofs = [{"instance": ACME, "result": "taken", "detail": ""}]
    return diagnostics(about, 9000, policy, checks, journal, proofs)


def test_settings_can_be_imported_again():
    """Those that somebody has set, as they are stored, whoever it was."""
    policy = read(
        {"hold": "never"},
        {"notify": False},
        lambda record: [key for key in ["hold", "notify"] if key in record],
        lambda _value: "",
    )
    found = of(empty(), policy)
    assert found["settings"]["hold"] == "never"
    assert found["settings"]["notify"] is False
    assert "retry" not in found["settings"]
    assert found["sources"]["hold"] == "policy"
    assert found["sources"]["notify"] == "device"
    assert found["sources"]["retry"] == "default"
    assert len(found["problems"]) == 0


def test_it_is_complete():
    """What we are, what was found, what each CCP does, and how it went."""
    journal = empty()
    life = a_life("c1")
    life["phase"] = "leaving"
    add_put(life, "r1", True, 1000)
    journal["lives"].append(life)
    failure = a_life("c2")
    failure["reason"] = "cut"
    fail(journal, failure, 2000)
    journal["confirmed"].append({"id": "d9"})
    found = of(journal, defaults())
    assert found["product"] == "CCP Offline Guard"
    assert found["about"]["version"] == "1"
    assert found["at"] == 9000
    assert found["checks"][0]["check"] == "ready"
    assert found["proofs"][0]["result"] == "taken"
    assert found["lives"][0]["phase"] == "leaving"
    assert found["lives"][0]["instance"] == ACME
    assert found["lives"][0]["puts"][0]["request"] == "r1"
    assert found["lives"][0]["agent"]["name"] == "Available"
    assert found["lives"][0]["agent"]["since"] == 5000
    assert found["lives"][0]["agent"]["live"] is True
    assert found["failures"][0]["reason"] == "cut"
    assert found["confirmed"][0]["id"] == "d9"


def test_nobody_can_be_told_apart():
    """No key, no name, no token, no address that may hold one: not in CCPs, not in failures."""
    journal = empty()
    journal["lives"].append(a_life("c1"))
    fail(journal, a_life("c2"), 2000)
    found = of(journal, defaults())
    for part in ["lives", "failures"]:
        shown = found[part][0]
        for key in ["url", "token", "key", "username"]:
            assert key not in shown
        for key in ["key", "username", "chosen_arn", "target_arn"]:
            assert key not in shown["agent"]
    words = str(found)
    for secret in ["secret", "12345", "ann"]:
        assert words.find(secret) == -1
    assert words.find("Available") != -1
    # What is exported is a copy.
    assert journal["lives"][0]["agent"]["key"] == 12345


def test_an_agent_who_is_not_known():
    """A CCP without one is listed all the same."""
    journal = empty()
    life = a_life("c1")
    life["agent"] = None
    journal["lives"].append(life)
    assert of(journal, defaults())["lives"][0]["agent"] is None
