"""The clock of the state: moments as UTC text that sorts and reads alike in both databases."""

from __future__ import annotations

from datetime import UTC, datetime


def now_text() -> str:
    """This moment, such as `2026-11-22T02:00:00.000+00:00`."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
