"""Stopping cleanly: nothing new is begun, what is under way is finished and written down."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Stop:
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
        self._asked = threading.Event()
        self._why = ""

    def ask(self, why: str) -> None:
        """Asks for a clean stop; safe in a signal handler. The first reason stays."""
        if not self._asked.is_set():
            self._why = why
            self._asked.set()

    def __call__(self) -> bool:
        """Whether to stop now."""
        if self._deadline is not None and self._clock() >= self._deadline:
            self.ask("the time budget is used up")
        return self._asked.is_set()

    @property
    def why(self) -> str:
        """The reason in a few words, empty while nobody asked."""
        return self._why
