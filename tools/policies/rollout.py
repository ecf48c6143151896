"""What is to be rolled out: which extension, from where, with which settings."""

import ipaddress
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tools.transpile import BuildError

# Every file we write that may lie in one folder with others is named like this.
NAME = "ccp-offline-guard"
TITLE = "CCP Offline Guard"

_ID = re.compile(r"[a-p]{32}")
# What Firefox itself takes for an add-on's id: a UUID in braces, or something like an e-mail address.
_FIREFOX_ID = re.compile(r"\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}|[a-z0-9._-]*@[a-z0-9._-]+", re.IGNORECASE)
_PLAIN = re.compile(r"[!-~]+")


@dataclass(frozen=True)
class Rollout:
    """One extension for a fleet.

    Attributes:
        id: the extension's id in Chromium-based browsers.
        update_url: where these find the update manifest.
        settings: the product's own settings, checked.
        firefox_url: where Firefox finds the add-on; "" for no Firefox files.
        firefox_id: the add-on's id in Firefox.
    """

    id: str
    update_url: str
    settings: dict[str, Any] = field(default_factory=dict)
    firefox_url: str = ""
    firefox_id: str = ""


def check(rollout: Rollout) -> None:
    """Refuse an id or an address that no browser would take, or should.

    Raises:
        BuildError: with each problem on a line.
    """
    problems = []
    if not _ID.fullmatch(rollout.id):
        problems.append(f"--id is {rollout.id!r}, but an extension's id is 32 letters from a to p")
    if not _safe_address(rollout.update_url):
        problems.append(_address_problem("--update-url", rollout.update_url, ""))
    if rollout.firefox_url and not (_safe_address(rollout.firefox_url) or _is_file(rollout.firefox_url)):
        problems.append(
            _address_problem("--firefox-url", rollout.firefox_url, ", or file:///… for a file on the machine")
        )
    if rollout.firefox_url and not _FIREFOX_ID.fullmatch(rollout.firefox_id):
        problems.append(
            f"--firefox-id is {rollout.firefox_id!r}, but --firefox-url needs the add-on's id in Firefox: "
            "like name@example.org, or a UUID in braces"
        )
    if rollout.firefox_id and not rollout.firefox_url:
        problems.append("--firefox-id is given without --firefox-url: the address of the add-on is missing")
    if problems:
        raise BuildError("\n".join(problems))


def _address_problem(option: str, url: str, more: str) -> str:
    return (
        f"{option} is {url!r}, but must be an https:// address without a user name and without #{more} "
        "(http:// only for this machine itself: localhost, 127.0.0.1, [::1])"
    )


def _safe_address(url: str) -> bool:
    """Whether an extension may be fetched from there: over https, or over http from this machine itself."""
    if not _PLAIN.fullmatch(url):
        return False
    try:
        parts = urlsplit(url)
        # Read for its check alone: a port that is no number is refused only here.
        _ = parts.port
    except ValueError:
        return False
    if not parts.hostname or "@" in parts.netloc or "#" in url:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_file(url: str) -> bool:
    return bool(_PLAIN.fullmatch(url)) and url.startswith("file:///") and len(url) > len("file:///")
