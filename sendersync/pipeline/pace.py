"""The rate of a run: never more requests in any second than asked for, and hardly fewer.

A token bucket decides when the next request may leave; a window over the last second has the last
word, so that catching up after a delay never becomes a burst. Prefect's own rate limits cost two
seconds in one of thirty calls (`docs/adr/0006-rate-limit-in-process.md`).
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable

SLACK = 0.015
"""Seconds by which a window is longer than a second: requests reach the other side with jitter."""

MOST = 100_000
"""Requests a second beyond which nothing is remembered: no process of ours comes near."""

GLANCE = 0.2
"""Seconds after which a waiting caller looks whether the run is being stopped."""

CATCH_UP = 0.25
"""Seconds of lateness that later requests may make up for."""


class Pace:
    """Lets callers through at a rate.

    Args:
        rate: Requests a second, any positive number.
        clock: Monotonic seconds.
    """

    def __init__(self, rate: float, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._capacity = max(1, math.floor(min(rate, MOST)))
        self._window = self._capacity / rate + SLACK
        # A little faster than the window allows on average, so that the window decides the rate.
        self._interval = self._window / self._capacity * 0.995
        self._sent: deque[float] = deque(maxlen=self._capacity)
        self._next = clock()
        self._turn = asyncio.Lock()

    async def wait(self, stopped: Callable[[], bool] = lambda: False) -> bool:
        """True when the next request may leave; False when the run is stopped before that.

        Callers are served in their order.
        """
        async with self._turn:
            while (due := self._due()) > (now := self._clock()):
                if stopped():
                    return False
                await asyncio.sleep(min(due - now, GLANCE))
            if stopped():
                return False
            self._next = max(self._next, now - CATCH_UP) + self._interval
            self._sent.append(now)
            return True

    def pause(self, seconds: float) -> None:
        """Nobody leaves before `seconds` have passed: the platform asked for it."""
        self._next = max(self._next, self._clock() + seconds)

    def _due(self) -> float:
        if len(self._sent) == self._capacity:
            return max(self._next, self._sent[0] + self._window)
        return self._next
