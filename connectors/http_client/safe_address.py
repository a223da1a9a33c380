"""Which addresses may get a credential: https anywhere, plain http on this machine only."""

from __future__ import annotations

import ipaddress

import httpx

from schemas.errors import WrongUse


def is_loopback(host: str) -> bool:
    """Whether a host name is this machine: localhost, 127.0.0.0/8 or ::1.

    No other name counts, whatever it resolves to: `localhost.example.com` is somebody else's.

    Args:
        host: As `httpx.URL.host` gives it: lower case, without brackets; may be empty.
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def checked_site(text: str, variable: str, example: str) -> str:
    """The address of a CRM as credentials may be sent to it: https, or this machine.

    Args:
        text: What the environment says; a closing slash is dropped.
        variable: Where it stands, for messages.
        example: A right one, for messages.

    Raises:
        WrongUse: It is none. The address itself is not repeated: it may hold a password.
    """
    found = _parsed(text.strip().rstrip("/"))
    problem = ""
    if found is None or found.scheme not in ("http", "https") or not found.host:
        problem = "The address must begin with https:// and name a host."
    elif found.port is not None and not 0 < found.port < 65536:
        problem = "The address has a port that is none."
    elif found.userinfo or found.query or found.fragment or "?" in text or "#" in text:
        problem = "The address holds a user name, a password, a query or a fragment."
    elif found.scheme == "http" and not is_loopback(found.host):
        problem = "Plain http:// would send the credentials readable to everybody on the way."
    if problem or found is None:
        raise WrongUse(problem, where=variable, do=f"Write it as {example}.")
    return str(found).rstrip("/")


def _parsed(text: str) -> httpx.URL | None:
    if any(sign.isspace() or sign == "\\" or not sign.isprintable() for sign in text):
        return None
    try:
        return httpx.URL(text)
    except (httpx.InvalidURL, ValueError):
        return None
