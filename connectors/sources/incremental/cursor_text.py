"""A cursor (high-water mark) as text: how far the last read came, and what it asked for.

When the sync file reads another list, other columns or another CRM by now, people who did not
change since are new to it all the same: a cursor written for other columns or filters is ignored,
and everything is read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

import httpx

from connectors.http_client.retry_after import http_date


def write_cursor(asked: Sequence[str], place: str) -> str:
    """`place`, for the question `asked` (kind, list, columns, ...)."""
    return f"{_digest(asked)} {place}"


def read_cursor(asked: Sequence[str], cursor: str) -> str | None:
    """The place, or None when the cursor was written for another question."""
    digest, _, place = cursor.partition(" ")
    return place if place and digest == _digest(asked) else None


def began(headers: httpx.Headers, ours: datetime) -> datetime:
    """A moment that is not later than now by the CRM's clock.

    Args:
        headers: Of an answer that came after `ours`.
        ours: What our clock said before asking. The earlier of the two is right: what is read twice
            costs nothing.
    """
    return min(ours, by_their_clock(headers, ours))


def by_their_clock(headers: httpx.Headers, ours: datetime) -> datetime:
    """Now by the CRM's clock, which dates its rows: as far as a read of changes goes.

    Were it ours, and ours slow, an opt-out would be honoured only when ours has come so far.
    """
    return http_date(headers.get("date", "")) or ours


def _digest(asked: Sequence[str]) -> str:
    text = "\x1f".join(asked)
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()
