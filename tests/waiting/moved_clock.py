"""A clock that goes on when it is told to: what waits by it waits for nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class MovedClock:
    """The real clock, and what was slept: to be given as a clock, and its `sleep` as the sleep.

    Attributes:
        slept: Seconds in all.
        tell: Is told of them each time, so that another process may move its own clock.
    """

    slept: float = 0.0
    tell: Callable[[float], object] = lambda _: None

    def __call__(self) -> float:
        """Seconds that only grow."""
        return time.monotonic() + self.slept

    def sleep(self, seconds: float) -> None:
        """Lets so many seconds pass at once."""
        self.slept += max(0.0, seconds)
        self.tell(self.slept)
