"""The plug: pulled at a chosen step, after which nothing reaches the disk or the platform.

A step is a statement of the database, a commit, a call or its answer. What a real power cut leaves is
what was committed by then; so it is here, as every later statement and commit is refused.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Engine, event

BY_THE_CLOCK: Final = ("last look", "lease of", "shared rate")
"""Threads that ask the state as often as the machine is slow: their statements are not counted."""


class PowerCutError(Exception):
    """The plug is pulled."""


class Power:
    """Counts steps, and ends everything at one of them.

    Attributes:
        steps: Counted since the last `on`.
        is_off: Nothing goes on any more.
    """

    def __init__(self) -> None:
        """On, for ever."""
        self.steps = 0
        self.is_off = False
        self._until: int | None = None

    def on(self, until: int | None = None) -> None:
        """Power is back, until that step (counted from 1) is about to happen."""
        self.steps, self.is_off, self._until = 0, False, until

    def step(self, _what: str) -> None:
        """One step is about to happen.

        Raises:
            PowerCutError: The plug is pulled.
        """
        self.steps += 1
        if self.is_off or self.steps == self._until:
            self.is_off = True
            raise PowerCutError

    def _step_of_thread(self, what: str) -> None:
        if not threading.current_thread().name.startswith(BY_THE_CLOCK):
            self.step(what)
        elif self.is_off:
            raise PowerCutError

    @contextmanager
    def not_counted(self) -> Iterator[None]:
        """What another machine does meanwhile is none of these steps."""
        before = self._until, self.steps
        self._until = None
        try:
            yield
        finally:
            self._until, self.steps = before

    @contextmanager
    def plugged_in(self) -> Iterator[None]:
        """All databases that SQLAlchemy opens hang on this plug meanwhile."""

        def statement(*_: Any) -> None:
            self._step_of_thread("statement")

        def commit(_: Any) -> None:
            self._step_of_thread("commit")

        event.listen(Engine, "before_cursor_execute", statement)
        event.listen(Engine, "commit", commit)
        try:
            yield
        finally:
            event.remove(Engine, "before_cursor_execute", statement)
            event.remove(Engine, "commit", commit)
