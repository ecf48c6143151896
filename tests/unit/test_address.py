"""Which addresses are ours."""

from core.address import (
    api_of,
    base_of,
    host_of,
    instance_of,
    is_api,
    is_ccp,
    is_ccp_v1,
    is_ccp_v2,
    is_logout,
    is_same_instance,
    is_workspace,
    plain_ccp,
)


def test_where_the_older_ccp_is():
    """/connect/ccp, on the newer domains also /ccp; a slash, a query and a fragment change nothing."""
    for host in ["acme.awsapps.com", "acme.my.connect.aws", "acme.govcloud.connect.aws"]:
        for rest in ["", "/", "#", "/#/x", "?code=1#/x"]:
            assert is_ccp_v1("https://" + host + "/connect/ccp" + rest)
            assert is_ccp("https://" + host + "/connect/ccp" + rest)
            assert is_ccp_v1("https://" + host + "/ccp" + rest) == (host != "acme.awsapps.com")
        for other in [
            "/connect/ccp/x",
            "/connect/ccp-v2",
            "/connect/ccpx",
            "/connect/#/connect/ccp",
            "/connect/connect/ccp",
        ]:
            assert not is_ccp_v1("https://" + host + other)


def test_where_the_newer_ccp_is():
    """/ccp-v2 and all below it, with /connect before it or, on the newer domains, without."""
    for host in ["acme.awsapps.com", "acme.my.connect.aws", "acme.govcloud.connect.aws"]:
        for rest in ["", "/", "?x=1", "/channel-view/", "/task-list", "/softphone#"]:
            assert is_ccp_v2("https://" + host + "/connect/ccp-v2" + rest)
            assert is_ccp("https://" + host + "/connect/ccp-v2" + rest)
            assert is_ccp_v2("https://" + host + "/ccp-v2" + rest) == (host != "acme.awsapps.com")
        for other in ["/connect/ccp-v20", "/connect/ccp", "/connect/agent-app-v2/", "/connect/x/ccp-v2"]:
            assert not is_ccp_v2("https://" + host + other)
    assert not is_ccp("https://acme.example.com/ccp-v2")
    assert not is_ccp("https://acme.sign-in.connect.aws/ccp-v2")


def test_where_the_workspace_is():
    """It is no CCP itself."""
    for url in [
        "https://acme.awsapps.com/connect/agent-app-v2/",
        "https://acme.my.connect.aws/agent-app-v2",
        "https://acme.my.connect.aws/agent-app-v2/cases?x#y",
        "https://acme.govcloud.connect.aws/connect/agent-app-v2/",
    ]:
        assert is_workspace(url)
        assert not is_ccp(url)
    assert not is_workspace("https://acme.awsapps.com/agent-app-v2/")
    assert not is_workspace("https://acme.my.connect.aws/agent-app-v20")
    assert not is_workspace("https://acme.my.connect.aws/ccp-v2")


def test_lookalike_hosts_are_strangers():
    """A host only belongs to Connect by its end, after a label of its own."""
    assert host_of("https://awsapps.com.evil.example/connect/ccp") == ""
    assert host_of("https://evilawsapps.com/connect/ccp") == ""
    assert host_of("https://awsapps.com/connect/ccp") == ""
    assert host_of("https://.awsapps.com/connect/ccp") == ""
    assert host_of("https://evil.example/?https://acme.awsapps.com/connect/ccp") == ""
    assert host_of("https://acme.awsapps.com@evil.example/connect/ccp") == ""
    assert host_of("https://evil.example\\.awsapps.com/connect/ccp") == ""
    assert host_of("http://acme.awsapps.com/connect/ccp") == ""
    assert host_of("https://acme.awsapps.com:8443/connect/ccp") == ""
    assert host_of("") == ""


def test_instance_is_the_origin():
    """An instance is named by its origin."""
    assert instance_of("https://acme.awsapps.com/connect/ccp#") == "https://acme.awsapps.com"
    assert instance_of("https://acme.my.connect.aws") == "https://acme.my.connect.aws"
    assert instance_of("https://www.example.com/connect/ccp") == ""


def test_an_instance_s_services_are_where_its_host_has_them():
    """Wherever the CCP itself is (Streams' isLegacyDomain)."""
    for row in [
        ["https://acme.awsapps.com", "/connect/ccp#", "/connect"],
        ["https://acme.awsapps.com", "/connect/ccp-v2/softphone", "/connect"],
        ["https://acme.my.connect.aws", "/ccp-v2", ""],
        ["https://acme.my.connect.aws", "/connect/ccp-v2/", ""],
        ["https://acme.govcloud.connect.aws", "/connect/ccp-v2", ""],
    ]:
        url = row[0] + row[1]
        assert base_of(url) == row[0] + row[2]
        assert api_of(url) == row[0] + row[2] + "/api"
        assert is_api(row[0] + row[2] + "/api")
        assert is_logout(row[0] + row[2] + "/logout?x=1")
        for other in ["/api2", "/login", "/logoutx", "/x/api", "/x/logout"]:
            assert not is_api(row[0] + row[2] + other)
            assert not is_logout(row[0] + row[2] + other)
    assert not is_api("https://acme.awsapps.com/api")
    assert not is_api("https://acme.my.connect.aws/connect/api")
    assert not is_api("https://evilawsapps.com/connect/api")
    assert not is_logout("https://acme.awsapps.com/logout")


def test_one_instance_under_two_domains():
    """While its domain is changed: the same alias in the old and the new family, and in no other."""
    assert is_same_instance("https://acme.awsapps.com", "https://acme.awsapps.com")
    assert is_same_instance("https://acme.awsapps.com", "https://acme.my.connect.aws")
    assert is_same_instance("https://acme.my.connect.aws", "https://acme.awsapps.com")
    for other in ["https://beta.my.connect.aws", "https://acme2.awsapps.com", "https://acme.govcloud.connect.aws", ""]:
        assert not is_same_instance("https://acme.awsapps.com", other)
    assert not is_same_instance("https://acme.govcloud.connect.aws", "https://beta.govcloud.connect.aws")


def test_a_stored_address_holds_no_query():
    """A query may hold a sign-in code: it is not kept."""
    assert plain_ccp("https://acme.awsapps.com/connect/ccp?code=secret#x") == "https://acme.awsapps.com/connect/ccp#"
