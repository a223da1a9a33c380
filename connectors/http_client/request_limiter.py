"""A vendor's limit of requests, kept before it is hit (a sliding-window rate limiter)."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable


class RequestLimiter:
    """At most so many requests in any span of time, as the CRM counts them.

    A request arrives somewhere between being sent and being answered; the span is counted from the
    answer, so that two of them cannot arrive closer together than they were sent.
    """

    def __init__(
        self,
        requests: int,
        seconds: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """`requests` in any `seconds`.

        Args:
            requests: How many.
            seconds: The span.
            clock: Seconds that only grow.
            sleep: Waits so many of them.
        """
        self._seconds = seconds
        self._clock = clock
        self._sleep = sleep
        self._ends: deque[float] = deque(maxlen=requests)

    def wait(self) -> None:
        """Returns when the next request may be sent."""
        if len(self._ends) == self._ends.maxlen:
            self._sleep(max(0.0, self._ends[0] + self._seconds - self._clock()))

    def answered(self) -> None:
        """A request has been answered, or has failed."""
        self._ends.append(self._clock())
