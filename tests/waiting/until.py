"""Waiting for something to be so, instead of for some time to pass."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 180.0
"""Seconds: as good as for ever on a quiet machine, and still less than a test may take."""


def until(true: Callable[[], T], what: str, every: float = 0.02) -> T:
    """Returns what `true` found once that is true; fails, naming `what` it waited for."""
    ends = time.monotonic() + PATIENCE
    while not (found := true()):
        assert time.monotonic() < ends, f"not within {PATIENCE:.0f} s: {what}"
        time.sleep(every)
    return found
