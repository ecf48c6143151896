"""What is to be said of a CCP that is open and not connected to us."""

from core.checks import check_of_ccp, is_by_policy
from core.policy import defaults, read

HOST = "acme.awsapps.com"


def policy(settings):
    """The settings in force."""
    known = ["instances", "includeCcpV2"]
    return read(None, settings, lambda record: [key for key in known if key in record], lambda _value: "")


def test_by_the_settings_it_is_not_ours():
    """That is as it should be, and said."""
    found = check_of_ccp(HOST, False, policy({"instances": ["other.awsapps.com"]}), "")
    assert found["check"] == "not_covered"
    assert found["well"]
    assert found["subject"] == HOST
    assert check_of_ccp(HOST, True, policy({"includeCcpV2": False}), "")["check"] == "v2_not_covered"


def test_a_policy_keeps_us_out():
    """Told apart from a page that never was ours."""
    assert is_by_policy("This page cannot be scripted due to an ExtensionsSettings policy.")
    assert not is_by_policy("Cannot access a chrome:// URL")
    assert not is_by_policy("")


def test_the_browser_keeps_us_out():
    """In the browser's own words; else a reload will do."""
    found = check_of_ccp(HOST, False, defaults(), "This page cannot be scripted")
    assert found["check"] == "blocked"
    assert not found["well"]
    assert "cannot be scripted" in found["subject"]
    assert check_of_ccp(HOST, False, defaults(), "")["check"] == "reload"
    assert check_of_ccp(HOST, True, defaults(), "")["check"] == "reload"
    assert not check_of_ccp(HOST, False, defaults(), "")["well"]
