"""The session cookie: how it is set, and how it is read."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie

SESSION_COOKIE = "simulated-session"

_Headers = list[tuple[str, str]]


def session(headers: dict[str, str]) -> str | None:
    """The session cookie of a request, if it has one."""
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(SESSION_COOKIE)
    except CookieError:
        return None
    return found.value if found is not None else None


def setting(value: str, seconds: int, partitioned: bool) -> _Headers:
    """The headers that set the cookie; a partitioned one belongs to the site of the tab it was set in."""
    if not partitioned:
        return [_header(value, seconds, "")]
    # The other kind lives beside it, and would still be sent.
    return [_header("gone", 0, ""), _header(value, seconds, "; Partitioned")]


def clearing() -> _Headers:
    """The headers that remove the cookie, of whichever kind."""
    return [_header("gone", 0, ""), _header("gone", 0, "; Partitioned")]


def _header(value: str, seconds: int, more: str) -> tuple[str, str]:
    # SameSite=None, because a company's page may frame the CCP.
    text = f"{SESSION_COOKIE}={value}; Max-Age={seconds}; Path=/; Secure; HttpOnly; SameSite=None{more}"
    return ("Set-Cookie", text)
