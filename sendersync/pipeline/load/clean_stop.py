"""Stopping cleanly: nothing new is begun, what is under way is finished and written down."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class CancelToken:
    """Says whether a run should stop, and why.

    Args:
        seconds: The run's time budget, None for none.
        clock: Monotonic seconds.
    """

    def __init__(
        self, seconds: float | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._deadline = None if seconds is None else clock() + seconds
        self._cancelled = threading.Event()
        self._reason = ""

    def cancel(self, reason: str) -> None:
        """Asks for a clean stop; safe in a signal handler. The first reason stays."""
        if not self._cancelled.is_set():
            self._reason = reason
            self._cancelled.set()

    def is_set(self) -> bool:
        """Whether to stop now."""
        if self._deadline is not None and self._clock() >= self._deadline:
            self.cancel("the time budget is used up")
        return self._cancelled.is_set()

    @property
    def reason(self) -> str:
        """Why, in a few words; empty while nobody asked."""
        return self._reason
