"""Which addresses are ours: the CCP's page, the instance it belongs to, and the API it calls."""

FAMILIES = [".awsapps.com", ".my.connect.aws", ".govcloud.connect.aws"]
# The same, as the manifest asks for them.
HOSTS = ["https://*.awsapps.com/*", "https://*.my.connect.aws/*", "https://*.govcloud.connect.aws/*"]
# The oldest family serves other AWS products at other paths, and Connect below this one. On the others it is allowed
# for pages; what the CCP calls is at the root there (Streams' client.js and core.js, ``isLegacyDomain``).
LEGACY_FAMILY = ".awsapps.com"
NEWER_FAMILY = ".my.connect.aws"
LEGACY_BASE = "/connect"
CCP_V1 = "/ccp"
# The newer CCP keeps its parts below its own path; the agent workspace shows them in frames.
CCP_V2 = "/ccp-v2"
WORKSPACE = "/agent-app-v2"
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


def is_same_instance(one: str, other: str) -> bool:
    """Whether two origins are one instance: while its domain is changed, it is served under the old and the new one.

    AWS's guide, "Update your Amazon Connect domain": ``https://acme.awsapps.com`` becomes
    ``https://acme.my.connect.aws``, and an alias belongs to one instance.
    """
    return one == other or (_alias_of(one) != "" and _alias_of(one) == _alias_of(other))


def _alias_of(instance: str) -> str:
    for family in [LEGACY_FAMILY, NEWER_FAMILY]:
        if instance.endswith(family):
            return instance[: -len(family)]
    return ""


def _place_of(url: str) -> str:
    """Where in its instance a page is, without a slash at the end: ``/ccp``, ``/ccp-v2/channel-view``; "" elsewhere."""
    host = host_of(url)
    if host == "":
        return ""
    path = path_of(url)
    if path.startswith(LEGACY_BASE + "/"):
        path = path[len(LEGACY_BASE) :]
    elif host.endswith(LEGACY_FAMILY):
        return ""
    return path[:-1] if path.endswith("/") else path


def is_ccp_v1(url: str) -> bool:
    """Whether an address is a document of the older CCP."""
    return _place_of(url) == CCP_V1


def is_ccp_v2(url: str) -> bool:
    """Whether an address is a document of the newer CCP."""
    place = _place_of(url)
    return place == CCP_V2 or place.startswith(CCP_V2 + "/")


def is_ccp(url: str) -> bool:
    """Whether an address is that of any CCP; whether it is to be protected is for the settings to say."""
    return is_ccp_v1(url) or is_ccp_v2(url)


def is_workspace(url: str) -> bool:
    """Whether an address is in the agent workspace, which is no CCP and shows one in its frames."""
    place = _place_of(url)
    return place == WORKSPACE or place.startswith(WORKSPACE + "/")


def is_api(url: str) -> bool:
    """Whether an address is the API that Streams' worker posts to."""
    return host_of(url) != "" and instance_of(url) + path_of(url) == api_of(url)


def plain_ccp(url: str) -> str:
    """The address to open a CCP again: without its query, which may hold a sign-in code."""
    return instance_of(url) + path_of(url) + "#"


def base_of(url: str) -> str:
    """Where an instance keeps its services: ``https://acme.awsapps.com/connect``, ``https://acme.my.connect.aws``.

    It goes by the host, wherever the page itself is.
    """
    instance = instance_of(url)
    return instance + LEGACY_BASE if instance.endswith(LEGACY_FAMILY) else instance


def api_of(url: str) -> str:
    """The address of the API that a CCP's worker posts to."""
    return base_of(url) + "/api"


def is_logout(url: str) -> bool:
    """Whether an address is the one that ends an agent's session."""
    return host_of(url) != "" and instance_of(url) + path_of(url) == base_of(url) + "/logout"
