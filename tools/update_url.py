"""The address browsers ask for updates: what it must look like, and what is served beside it."""

import ipaddress
import re
from urllib.parse import urlsplit

from tools.transpile import BuildError

# The file at that address.
UPDATE_MANIFEST = "update.xml"
# What stands in an address as it is; anything else would have to be escaped, or is a mistake.
_ADDRESS = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@%/?#\[\]-]+")


def check_update_url(url: str) -> None:
    """Refuse an address at which browsers would look in vain, or could be given something false.

    It is ``https``, or ``http`` at this machine itself, for a try-out. It ends in the name of the file that is
    written for it, so that the files can be served as they are. It has no query, fragment or password: the package
    is fetched from beside it, and would lack them.

    Raises:
        BuildError: what is wrong with it.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise BuildError(f"The update URL {url!r} is no address: {error}.") from None
    if not _ADDRESS.fullmatch(url) or not host:
        raise BuildError(f"The update URL {url!r} is no address like https://example.com/guard/{UPDATE_MANIFEST}.")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_this_machine(host)):
        raise BuildError(f"The update URL {url} must begin with https:// (http:// serves only this machine itself).")
    if "?" in url or "#" in url or "@" in parts.netloc:
        raise BuildError(
            f"The update URL {url} must have no query, fragment or password: the package is fetched from beside it."
        )
    if not parts.path.endswith(f"/{UPDATE_MANIFEST}"):
        raise BuildError(f"The update URL {url} must end in /{UPDATE_MANIFEST}, the file that is to be served there.")


def beside(update_url: str, name: str) -> str:
    """The address of a file in the same folder."""
    return f"{update_url.rpartition('/')[0]}/{name}"


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
