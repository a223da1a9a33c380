"""Plain GETs of addresses on this machine: is something there, and what does it say."""

from __future__ import annotations

from typing import Any, Final

import httpx

SECONDS: Final = 5.0


def answers(url: str) -> bool:
    """True when a GET of the address ends with a 2xx; never raises."""
    try:
        return httpx.get(url, timeout=SECONDS).is_success
    except (httpx.HTTPError, httpx.InvalidURL):
        return False


def read_json(url: str) -> Any:
    """What a sandbox on this machine says of itself; no proxy is asked.

    Raises:
        httpx.HTTPError: It does not answer, or not with a 2xx.
    """
    return httpx.get(url, timeout=SECONDS, trust_env=False).raise_for_status().json()
