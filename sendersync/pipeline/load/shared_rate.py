"""The moments at which a run may send, out of the budget that all runs of the account share.

They are taken for a quarter of a second, and the next ones while the last of these is waited for:
whoever joins waits no longer than that, and what a killed run had taken is soon over.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Final

TAKEN_AHEAD: Final = 0.25
"""Seconds for which moments are taken at once."""

Take = Callable[[float, int], float]
"""Takes so many moments, so many seconds apart; returns the seconds from now to the first."""


class SharedRate:
    """Moments to send at, one after the other.

    Args:
        take: The budget.
        now: Monotonic seconds.
        thread: Calls the budget; a thread of its own by default.
    """

    def __init__(
        self,
        take: Take,
        now: Callable[[], float] = time.monotonic,
        thread: Executor | None = None,
    ) -> None:
        self._take = take
        self._now = now
        self._thread = thread or ThreadPoolExecutor(1, thread_name_prefix="shared rate")
        self._moments: deque[float] = deque()
        self._coming: Future[deque[float]] | None = None

    async def next_moment(self, interval: float) -> float:
        """When the next request may leave, by the monotonic clock; one caller at a time.

        Args:
            interval: Seconds between two requests at this run's own rate.
        """
        if not self._moments:
            coming = self._coming or self._thread.submit(self._take_some, interval)
            self._coming = None
            self._moments = await asyncio.wrap_future(coming)
        moment = self._moments.popleft()
        if not self._moments:
            # taken while the last one is waited for: nobody waits for the state
            self._coming = self._thread.submit(self._take_some, interval)
        return moment

    def _take_some(self, interval: float) -> deque[float]:
        count = max(1, int(TAKEN_AHEAD / interval))
        first = self._take(interval, count) + self._now()
        return deque(first + interval * place for place in range(count))

    def close(self) -> None:
        """Ends the thread after what it is taking."""
        self._thread.shutdown(wait=True)
