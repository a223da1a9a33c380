"""Names of runs: sortable by time, readable aloud, and unique enough to need no counter."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime


def new_run_id(now: datetime, random: Callable[[int], bytes] = os.urandom) -> str:
    """A name such as `2026-11-22T02-00-00Z-3f9c`.

    Args:
        now: The start of the run, with a time zone.
        random: Gives that many random bytes; a test passes its own.

    Raises:
        ValueError: `now` has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError("a run id needs a time with a zone")
    return f"{now.astimezone(UTC):%Y-%m-%dT%H-%M-%SZ}-{random(2).hex()}"


def number_of(operation_id: str) -> int:
    """The place in the plan, from `<run>#<number>`.

    Raises:
        ValueError: The id has no number.
    """
    return int(operation_id.rpartition("#")[2])
