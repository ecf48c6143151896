"""Which addresses are ours."""

from core.address import host_of, instance_of, is_api, is_ccp, plain_ccp


def test_ccp_paths_are_exact():
    """CCPv1 is /connect/ccp (and /ccp on the new domain), with any query and fragment, and nothing else."""
    assert is_ccp("https://acme.awsapps.com/connect/ccp")
    assert is_ccp("https://acme.awsapps.com/connect/ccp#")
    assert is_ccp("https://acme.awsapps.com/connect/ccp?code=1#/x")
    assert is_ccp("https://acme.my.connect.aws/ccp#")
    assert is_ccp("https://acme.my.connect.aws/connect/ccp")
    assert not is_ccp("https://acme.awsapps.com/ccp")
    assert not is_ccp("https://acme.awsapps.com/connect/ccp-v2")
    assert not is_ccp("https://acme.awsapps.com/connect/ccp/x")
    assert not is_ccp("https://acme.awsapps.com/connect/#/connect/ccp")
    assert not is_ccp("https://acme.my.connect.aws/ccp-v2")


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


def test_api_is_the_address_streams_posts_to():
    """Only the API's own path counts as traffic of the API."""
    assert is_api("https://acme.awsapps.com/connect/api")
    assert is_api("https://acme.my.connect.aws/api")
    assert not is_api("https://acme.awsapps.com/connect/api2")
    assert not is_api("https://acme.awsapps.com/connect/login")
    assert not is_api("https://evilawsapps.com/connect/api")


def test_a_stored_address_holds_no_query():
    """A query may hold a sign-in code: it is not kept."""
    assert plain_ccp("https://acme.awsapps.com/connect/ccp?code=secret#x") == "https://acme.awsapps.com/connect/ccp#"
