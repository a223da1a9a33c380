"""Tells an address of the user's how a run ended, for a watchman who misses it when it is silent.

Healthchecks and Better Stack take a plain POST as "all is well" and one to `ADDRESS/fail` as "it
failed" (healthchecks.io/docs/signaling_failures, betterstack.com/docs/uptime/cron-and-heartbeat).
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Final

import httpx

from connectors.http_client.safe_address import is_loopback

VARIABLE: Final = "SENDERSYNC_PING_URL"

SECONDS: Final = 5.0
"""How long one waits for it: a watchman that hangs must not keep a job."""


def ping(address: str, said: Mapping[str, str | int], *, well: bool) -> str:
    """Posts a few words and counts; never raises, and never waits longer than 5 seconds.

    Args:
        address: Begins with https://, or is on this machine; kept secret, as whoever knows it can
            tell the watchman anything.
        said: The body, as JSON: counts and codes, nobody's data.
        well: False for the address of failures.

    Returns:
        Why it was not told, in words for people; empty when it was.
    """
    try:
        url = httpx.URL(address.strip())
    except (httpx.InvalidURL, ValueError):
        return "the address cannot be read"
    if not url.host or (url.scheme != "https" and not is_loopback(url.host)):
        return "the address must begin with https://"
    if not well:
        url = url.copy_with(path=f"{url.path.rstrip('/')}/fail")
    problem = ["it did not answer within 5 seconds"]

    def post() -> None:
        try:
            answer = httpx.post(url, json=dict(said), timeout=SECONDS)
            problem[0] = "" if answer.is_success else f"it answered {answer.status_code}"
        except httpx.HTTPError as fault:
            problem[0] = f"it could not be reached ({type(fault).__name__})"

    # a thread, since a name server or a slow body may take longer than any single time-out
    worker = threading.Thread(target=post, daemon=True)
    worker.start()
    worker.join(SECONDS)
    return problem[0]
