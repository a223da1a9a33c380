"""Rate limiter of a run: never more requests in any second than asked for, and nearly as many.

A token bucket decides when the next request may leave; a window over the last second has the last
word, so that catching up after a delay never becomes a burst. The second is one of the other side:
a request that was held up on its way arrived later than it left, by no more than its answer took
longer than the quickest one, and for so long its place in the window stays taken. Prefect's own
rate limits cost two seconds in one of thirty calls (`docs/adr/0006-rate-limit-in-process.md`).
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from sendersync.pipeline.load.shared_rate import SharedRate

ARRIVAL_MARGIN = 0.01
"""Seconds by which a window is longer than a second at least."""

MAX_ARRIVAL_MARGIN = 0.1
"""Seconds by which one request's window is longer at most, however late its answer came."""

MEAN_ARRIVAL_MARGIN = 0.03
"""Seconds by which windows are longer on average at most: the rate asked for must be reached."""

MOST = 100_000
"""Requests a second beyond which nothing is remembered: no process of ours comes near."""

POLL_INTERVAL = 0.2
"""Seconds after which a waiting caller looks whether the run is being stopped."""

MAX_BURST_CREDIT = 0.25
"""Seconds of lateness that later requests may make up for."""


@dataclass(slots=True)
class Permit:
    """A request that may go, and its place in the window.

    Attributes:
        at: When it left.
        took: Seconds until its answer; 0 while there is none.
    """

    at: float
    took: float = 0.0


class RateLimiter:
    """Lets callers through at a rate.

    Args:
        rate: Requests a second, any positive number.
        clock: Monotonic seconds.
        shared: The moments that all runs of the account share; None: this run is alone.
    """

    def __init__(
        self, rate: float, clock: Callable[[], float], shared: SharedRate | None = None
    ) -> None:
        self._clock = clock
        self._shared = shared
        self._capacity = max(1, math.floor(min(rate, MOST)))
        self._window = self._capacity / rate
        # A little faster than the window allows on average, so that the window decides the rate.
        self._interval = self._window / self._capacity * 0.995
        # between two requests of all runs together: no window of ours sees those of others
        self._shared_interval = (self._window + ARRIVAL_MARGIN) / self._capacity
        self._sent: deque[Permit] = deque(maxlen=self._capacity)
        self._quickest = math.inf
        self._mean_margin = ARRIVAL_MARGIN
        self._next = clock()
        self._turn = asyncio.Lock()

    async def wait(self, stopped: Callable[[], bool] = lambda: False) -> Permit | None:
        """The next request's permit; None when the run is stopped before that.

        Callers are served in their order.
        """
        async with self._turn:
            if stopped():
                return None
            moment = -math.inf
            if self._shared is not None:
                moment = await self._shared.next_moment(self._shared_interval)
            while (due := max(moment, self.due_at())) > (now := self._clock()):
                if stopped():
                    return None
                await asyncio.sleep(min(due - now, POLL_INTERVAL))
            if stopped():
                return None
            self._next = max(self._next, now - MAX_BURST_CREDIT) + self._interval
            if len(self._sent) == self._capacity:
                self._mean_margin += (self._margin(self._sent[0]) - self._mean_margin) / 32
            permit = Permit(now)
            self._sent.append(permit)
            return permit

    def leaves_now(self, permit: Permit) -> None:
        """Moves a request's place in the window: it was held up between its permit and now."""
        permit.at = self._clock()

    def answered(self, permit: Permit) -> None:
        """Keeps the place of a request that may have arrived late."""
        permit.took = self._clock() - permit.at
        self._quickest = min(self._quickest, permit.took)

    def pause(self, seconds: float) -> None:
        """Nobody leaves before `seconds` have passed: the platform asked for it."""
        self._next = max(self._next, self._clock() + seconds)

    def due_at(self) -> float:
        """When the next request may leave, by the limiter's clock."""
        if len(self._sent) == self._capacity:
            oldest = self._sent[0]
            return max(self._next, oldest.at + self._window + self._margin(oldest))
        return self._next

    def _margin(self, permit: Permit) -> float:
        """Seconds by which this request may have arrived later than others."""
        late = min(permit.took - self._quickest, MAX_ARRIVAL_MARGIN)
        return max(
            ARRIVAL_MARGIN,
            late if self._mean_margin <= MEAN_ARRIVAL_MARGIN else min(late, MEAN_ARRIVAL_MARGIN),
        )
