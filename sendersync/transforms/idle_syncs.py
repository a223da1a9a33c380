"""Syncs that are out of use: retired ones, and those that have not run for 30 days.

A list that is read no more would otherwise keep people subscribed for ever who have left every
other one (`docs/adr/0094-syncs-out-of-use.md`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

IDLE: Final = timedelta(days=30)
"""A sync that has not run for so long is out of use, and is not waited for."""


def is_idle(last_run_at: datetime | None, now: datetime) -> bool:
    """Whether a sync counts as idle.

    Args:
        last_run_at: When its newest run began, aware; None where it never ran.
        now: By the schedule's clock, aware.
    """
    return last_run_at is None or now - last_run_at >= IDLE
