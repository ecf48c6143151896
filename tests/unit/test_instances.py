"""Which instances a list of hosts covers."""

from core.instances import is_covered, kept_out_of, problem_with_pattern


def test_an_empty_list_covers_all():
    """Every instance there is."""
    assert is_covered("acme.awsapps.com", [])


def test_hosts_and_wildcards():
    """A star stands for any part of one label, and never for a dot."""
    for pattern in ["acme.awsapps.com", "*.awsapps.com", "ac*.awsapps.com", "*me.awsapps.com", "a*m*e.awsapps.com"]:
        assert is_covered("acme.awsapps.com", [pattern])
        assert is_covered("acme.awsapps.com", ["other.my.connect.aws", pattern])
    for pattern in [
        "acm.awsapps.com",
        "*.my.connect.aws",
        "acme*x.awsapps.com",
        "a*a.awsapps.com",
        "*m*m*.awsapps.com",
    ]:
        assert not is_covered("acme.awsapps.com", [pattern])
    assert not is_covered("a.b.awsapps.com", ["*.awsapps.com"])
    assert is_covered("acme-eu.my.connect.aws", ["acme-*.my.connect.aws"])
    # The two ends of a label do not overlap.
    assert not is_covered("aba.awsapps.com", ["ab*ba.awsapps.com"])


def test_what_is_no_host_is_refused():
    """With a reason a person can act on."""
    for pattern in ["acme.awsapps.com", "*.my.connect.aws", "a-1*.awsapps.com"]:
        assert problem_with_pattern(pattern) == ""
    for pattern in ["https://acme.awsapps.com", "Acme.awsapps.com", "acme.awsapps.com/connect", "acme awsapps.com"]:
        assert "small letters" in problem_with_pattern(pattern)
    for pattern in ["*", "*.com", "awsapps.com", "evil.example", "a.b.awsapps.com", "evilawsapps.com"]:
        assert "must end in" in problem_with_pattern(pattern)
    for pattern in ["", ".awsapps.com", "acme..awsapps.com"]:
        assert "empty part" in problem_with_pattern(pattern)
    assert "longer" in problem_with_pattern("".join(["a" for _ in range(300)]) + ".awsapps.com")


def kept_out(granted, instances):
    """Of which families, in words."""
    return " ".join(kept_out_of(granted, instances))


def test_what_the_browser_keeps_us_out_of():
    """A family of hosts of which we may reach none, if there is anything to protect in it."""
    everything = ["https://*.awsapps.com/*", "https://*.my.connect.aws/*", "https://*.govcloud.connect.aws/*"]
    assert kept_out(everything, []) == ""
    assert kept_out(everything[1:], []) == "*.awsapps.com"
    assert kept_out([], ["acme.my.connect.aws"]) == "*.my.connect.aws"
    assert kept_out([], []) == "*.awsapps.com *.my.connect.aws *.govcloud.connect.aws"
    # Some sites were chosen.
    assert kept_out(["https://acme.awsapps.com/*"], ["*.awsapps.com"]) == ""
    assert kept_out(["https://example.com/*"], ["acme.awsapps.com"]) == "*.awsapps.com"
