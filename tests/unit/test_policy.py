"""Settings are read with suspicion, and never stop the protection."""

from core.policy import KEYS, changed, default_of, defaults, set_by
from core.policy import read as read_policy

# A record of another world cannot be asked for its keys in the same words in both dialects.
NESTED = ["attempts", "firstDelayMs", "withinSeconds", "type", "name", "x", "constructor", "toString"]


def keys_of(record):
    """The keys of a record that is made of known ones."""
    found = [key for key in KEYS if key in record]
    for key in NESTED:
        if key in record:
            found.append(key)
    return found


def many(value, count):
    """A list of the same value."""
    return [value for _ in range(count)]


def long(count):
    """A text of so many letters."""
    return "".join(many("x", count))


def read(managed, local):
    """The settings in force."""
    return read_policy(managed, local, keys_of, lambda value: "<" + str(value)[:200] + ">")


def managed(key, value):
    """The settings in force where an administrator has set one."""
    record = {}
    record[key] = value
    return read(record, None)


def test_nothing_set():
    """The defaults hold, and each says so."""
    policy = read(None, None)
    assert policy["on_reload"] == "restore"
    assert policy["on_contact"] == "enqueue"
    assert policy["hold"] == "onFailure"
    assert policy["target_name"] == ""
    assert len(policy["instances"]) == 0
    assert policy["redelivery"] is True
    assert policy["notify"] is True
    assert policy["sign_out"] is False
    assert policy["include_ccp_v2"] is True
    assert policy["retry"]["attempts"] == 7
    assert len(policy["problems"]) == 0
    assert len(policy["settings"]) == len(KEYS)
    for setting in policy["settings"]:
        assert setting["source"] == "default"
    assert read({}, {})["unload_delay_ms"] == defaults()["unload_delay_ms"]
    assert not set_by(policy, "policy")


def test_what_is_set_counts():
    """Each key has its effect."""
    retry = managed("retry", {"attempts": 3, "firstDelayMs": 100, "withinSeconds": 5})["retry"]
    assert retry["attempts"] == 3
    assert retry["first_delay_ms"] == 100
    assert retry["within_ms"] == 5000
    assert managed("retry", {"attempts": 3})["retry"]["within_ms"] == 30000
    assert managed("onReload", "offline")["on_reload"] == "offline"
    assert managed("onContact", "skip")["on_contact"] == "skip"
    for hold in ["never", "onFailure", "always"]:
        assert managed("hold", hold)["hold"] == hold
    for delay in [0, 1000]:
        assert managed("unloadDelayMs", delay)["unload_delay_ms"] == delay
    assert managed("redelivery", False)["retry"]["attempts"] == 0
    assert managed("notify", False)["notify"] is False
    assert managed("signOut", True)["sign_out"] is True
    assert managed("includeCcpV2", False)["include_ccp_v2"] is False
    assert managed("targetState", {"name": "End of shift"})["target_name"] == "End of shift"
    assert managed("targetState", {"type": "offline"})["target_name"] == ""
    assert managed("instances", ["acme.awsapps.com"])["instances"][0] == "acme.awsapps.com"
    for setting in managed("hold", "never")["settings"]:
        assert setting["source"] == ("policy" if setting["key"] == "hold" else "default")


def test_who_beats_whom():
    """The administrator's beats this device's, and that the default, key by key."""
    policy = read({"hold": "never"}, {"hold": "always", "onReload": "offline"})
    assert policy["hold"] == "never"
    assert policy["on_reload"] == "offline"
    sources = [setting["source"] for setting in policy["settings"] if setting["key"] in ["hold", "onReload", "notify"]]
    assert sources[0] == "device"
    assert sources[1] == "policy"
    assert sources[2] == "default"
    assert set_by(policy, "policy")
    # What cannot be followed is as if it were not there.
    assert read({"hold": 7}, {"hold": "always"})["hold"] == "always"
    assert set_by(read({"hold": 7}, None), "policy")


def wrong_values():
    """Pairs of a key and something that it cannot be."""
    found = []
    for key in KEYS:
        for value in [None, 7, -1, 1001, "x", "", [7], {"x": 1}]:
            fits = key == "unloadDelayMs" and value == 7
            if not fits:
                found.append([key, value])
    for key in ["redelivery", "notify", "signOut", "includeCcpV2"]:
        found.append([key, "true"])
        found.append([key, 1])
    found.append(["unloadDelayMs", True])
    found.append(["unloadDelayMs", "150"])
    found.append(["instances", "acme.awsapps.com"])
    found.append(["instances", ["https://acme.awsapps.com"]])
    found.append(["instances", many("acme.awsapps.com", 201)])
    found.append(["instances", [["acme.awsapps.com"]]])
    found.append(["targetState", {"name": ""}])
    found.append(["targetState", {"name": 7}])
    found.append(["targetState", {"name": long(257)}])
    found.append(["targetState", {"type": "routable"}])
    found.append(["targetState", {"type": "offline", "name": "Offline"}])
    found.append(["retry", {"attempts": 0}])
    found.append(["retry", {"attempts": 2.5}])
    found.append(["retry", {"attempts": True}])
    found.append(["retry", {"constructor": 1}])
    return found


def test_what_is_wrong_is_named_and_left_out():
    """Each with its key, its value and the reason; the default holds."""
    for pair in wrong_values():
        policy = managed(pair[0], pair[1])
        assert len(policy["problems"]) > 0
        problem = policy["problems"][0]
        assert problem["key"].startswith(pair[0])
        assert problem["source"] == "policy"
        assert len(problem["reason"]) > 10
        assert problem["value"].startswith("<")
        for setting in policy["settings"]:
            assert setting["source"] == "default"


def test_what_is_right_beside_it_counts():
    """One wrong host, or one wrong number, does not take the others with it."""
    policy = managed("instances", ["acme.awsapps.com", "*", 7])
    assert len(policy["instances"]) == 1
    assert len(policy["problems"]) == 2
    policy = managed("retry", {"attempts": 99, "x": 1, "firstDelayMs": 10})
    assert policy["retry"]["attempts"] == default_of("retry")["attempts"]
    assert policy["retry"]["first_delay_ms"] == 10
    assert len(policy["problems"]) == 2
    named = [problem["key"] for problem in policy["problems"]]
    assert "retry.attempts" in named
    assert "retry.x" in named


def test_settings_that_are_none():
    """Whatever was put in their place."""
    for stored in ["x", 7, [1], True]:
        assert len(read(stored, None)["problems"]) == 1
        assert len(read(None, stored)["problems"]) == 1
        assert read(stored, stored)["on_reload"] == "restore"


def test_a_flood_is_bounded():
    """Neither the list of problems nor what it shows grows without end."""
    policy = managed("instances", many(7, 200))
    assert len(policy["problems"]) == 50
    policy = managed("hold", long(5000))
    assert len(policy["problems"][0]["value"]) == 100


def test_a_key_that_is_no_setting():
    """It is named, whatever JavaScript makes of it."""
    for key in ["x", "constructor", "toString"]:
        policy = managed(key, 1)
        assert policy["problems"][0]["key"] == key
        assert policy["problems"][0]["reason"] == "there is no such setting"


def test_one_setting_changed():
    """The others of this device stay; what is no setting goes; taken back, the default holds."""
    own = {"hold": "never", "x": 1}
    assert changed(own, "notify", {"value": False})["hold"] == "never"
    assert changed(own, "notify", {"value": False})["notify"] is False
    assert "x" not in changed(own, "notify", {"value": False})
    assert "hold" not in changed(own, "hold", None)
    assert changed(None, "hold", {"value": "always"})["hold"] == "always"
    assert own["hold"] == "never"
