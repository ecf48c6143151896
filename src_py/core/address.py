"""Which addresses are ours: the CCP's page, the instance it belongs to, and the API it calls."""

FAMILIES = [".awsapps.com", ".my.connect.aws"]
# The same, as the manifest asks for them.
HOSTS = ["https://*.awsapps.com/*", "https://*.my.connect.aws/*"]
# awsapps.com serves other AWS products at other paths; the new domain serves only Connect.
CCP_PATHS = ["/connect/ccp", "/ccp"]
# The newer CCP keeps its parts below its own path.
CCP_V2_PATHS = ["/connect/ccp-v2", "/ccp-v2"]
API_PATHS = ["/connect/api", "/api"]
LOGOUT_PATHS = ["/connect/logout", "/logout"]
LEGACY_FAMILY = ".awsapps.com"
HOST_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-."
HTTPS = "https://"


def _end_of(text: str, letters: str) -> int:
    """The first place in ``text`` of any of ``letters``, or its length."""
    end = len(text)
    for letter in letters:
        at = text.find(letter)
        if at != -1 and at < end:
            end = at
    return end


def host_of(url: str) -> str:
    """The host of a Connect address, or "" for anything else.

    Look-alikes (``awsapps.com.evil.example``, ``evilawsapps.com``), user names, ports and other
    schemes are not Connect: AWS serves it on plain https alone.
    """
    if not url.startswith(HTTPS):
        return ""
    rest = url[len(HTTPS) :]
    host = rest[: _end_of(rest, "/?#")]
    for letter in host:
        if HOST_LETTERS.find(letter) == -1:
            return ""
    for family in FAMILIES:
        if host.endswith(family) and len(host) > len(family) and not host.startswith("."):
            return host
    return ""


def path_of(url: str) -> str:
    """The path of an https address, without its query and fragment."""
    rest = url[len(HTTPS) :]
    rest = rest[_end_of(rest, "/?#") :]
    return rest[: _end_of(rest, "?#")]


def instance_of(url: str) -> str:
    """The instance an address belongs to, as an origin (``https://acme.awsapps.com``), or ""."""
    host = host_of(url)
    if host == "":
        return ""
    return HTTPS + host


def is_ccp(url: str) -> bool:
    """Whether an address is a CCPv1 document: exactly ``/connect/ccp``, or ``/ccp`` on the new domain."""
    host = host_of(url)
    if host == "":
        return False
    if host.endswith(LEGACY_FAMILY):
        return path_of(url) == CCP_PATHS[0]
    return path_of(url) in CCP_PATHS


def is_ccp_v2(url: str) -> bool:
    """Whether an address is a document of the newer CCP."""
    host = host_of(url)
    if host == "":
        return False
    path = path_of(url)
    for own in CCP_V2_PATHS:
        if path == own or path.startswith(own + "/"):
            return not host.endswith(LEGACY_FAMILY) or own == CCP_V2_PATHS[0]
    return False


def may_be_ccp(url: str) -> bool:
    """Whether an address is that of any CCP; whether it is to be protected is for the settings to say."""
    return is_ccp(url) or is_ccp_v2(url)


def is_api(url: str) -> bool:
    """Whether an address is the API that Streams' worker posts to."""
    return host_of(url) != "" and path_of(url) in API_PATHS


def plain_ccp(url: str) -> str:
    """The address to open a CCP again: without its query, which may hold a sign-in code."""
    return instance_of(url) + path_of(url) + "#"


def base_of(url: str) -> str:
    """Where an instance keeps its services: what comes before the CCP in its own address.

    ``https://acme.awsapps.com/connect`` for the older domain, ``https://acme.my.connect.aws`` for the newer.
    """
    path = path_of(url)
    return instance_of(url) + path[: path.find("/ccp")]


def api_of(url: str) -> str:
    """The address of the API that a CCP's worker posts to."""
    return base_of(url) + "/api"


def is_logout(url: str) -> bool:
    """Whether an address is the one that ends an agent's session."""
    return host_of(url) != "" and path_of(url) in LOGOUT_PATHS
