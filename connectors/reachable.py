"""Whether something answers at an address."""

from __future__ import annotations

from typing import Final

import httpx

SECONDS: Final = 5.0


def answers(url: str) -> bool:
    """True when a GET of the address ends with a 2xx; never raises."""
    try:
        return httpx.get(url, timeout=SECONDS).is_success
    except (httpx.HTTPError, httpx.InvalidURL):
        return False
