"""`Retry-After`, and the dates of HTTP that it may be written in.

Source: RFC 9110, 10.2.3 (a number of seconds, or a date) and 5.6.7 (dates).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_SECONDS = re.compile(r"\d{1,9}(\.\d{0,6})?\Z")


def retry_after(headers: Mapping[str, str], *, now: datetime | None = None) -> float | None:
    """Seconds that the other side asks to wait, never negative; None where it does not say.

    A date is compared with the answer's own `Date`, so that our clock may be wrong.

    Args:
        headers: Of an answer, names in any case.
        now: For a date beside which no `Date` stands; without it such a date says nothing.
    """
    value = header(headers, "retry-after").strip()
    if _SECONDS.match(value):
        return float(value)
    until = http_date(value)
    since = http_date(header(headers, "date")) or now
    if until is None or since is None:
        return None
    return max((until - since).total_seconds(), 0.0)


def http_date(text: str) -> datetime | None:
    """A date of HTTP, with its zone; None for a text that is no date."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def header(headers: Mapping[str, str], name: str) -> str:
    """A header in any case; httpx's own mapping ignores the case, a plain one does not."""
    value = headers.get(name)
    if value is None:
        value = next((text for key, text in headers.items() if key.lower() == name), "")
    return value
