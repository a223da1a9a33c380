"""How a run gets on: a bar on a terminal, a line every few seconds elsewhere; always on stderr."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from schemas.outcomes import OperationResult, Outcome
from schemas.wording import counted
from sendersync.cli.views.durations import readable
from sendersync.cli.views.output import console, print_line
from sendersync.pipeline.job import Progress

LINE_SECONDS: Final = 5.0
"""Seconds between two lines where there is no terminal."""

_DONE = frozenset({Outcome.CONFIRMED, Outcome.ALREADY})


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """The progress that suits standard error, for the time of one run."""
    shown = BarProgress() if sys.stderr.isatty() else LineProgress()
    with shown:
        yield shown


class BarProgress(Progress):
    """A bar with rate and time left."""

    def __init__(self) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        self._bar = Bar(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}", markup=False),
            TimeRemainingColumn(compact=True),
            console=console(stderr=True),
            transient=True,
        )
        self._task = self._bar.add_task("Reading", total=None, rate="")
        self._rate = Rate()
        self._other = 0

    def __enter__(self) -> BarProgress:
        """Shows it."""
        self._bar.start()
        return self

    def __exit__(self, *_ended: object) -> None:
        """Takes it away: the report follows."""
        self._bar.stop()

    def on_rows_read(self, rows: int) -> None:
        """So many rows are read."""
        self._bar.update(self._task, completed=rows)

    def on_planned(self, operations: int) -> None:
        """The plan is made and so many calls are due."""
        self._bar.reset(self._task, description="Sending", total=operations, rate="")
        self._rate = Rate()

    def on_settled(self, settled: OperationResult) -> None:
        """One operation has its outcome."""
        self._other += settled.outcome not in _DONE
        self._rate.count()
        words = f"{self._rate.per_second():.3g}/s"
        if self._other:
            words += f", {self._other} not confirmed"
        self._bar.update(self._task, advance=1, rate=words)


class LineProgress(Progress):
    """A line every few seconds, also while nothing moves; nothing for a run that is over sooner."""

    def __init__(
        self,
        write: Callable[[str], None] = print_line,
        every: float = LINE_SECONDS,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._write = write
        self._every = every
        self._rows = 0
        self._total: int | None = None
        self._done = self._other = 0
        self._rate = Rate(self._clock)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._tell, name="progress", daemon=True)

    def __enter__(self) -> LineProgress:
        """Begins to tell."""
        self._thread.start()
        return self

    def __exit__(self, *_ended: object) -> None:
        """Says nothing more."""
        self._ended.set()
        self._thread.join()

    def on_rows_read(self, rows: int) -> None:
        """So many rows are read."""
        self._rows = rows

    def on_planned(self, operations: int) -> None:
        """The plan is made and so many calls are due."""
        self._rate = Rate(self._clock)
        self._total = operations

    def on_settled(self, settled: OperationResult) -> None:
        """One operation has its outcome."""
        self._other += settled.outcome not in _DONE
        self._done += 1
        self._rate.count()

    def line(self) -> str:
        """Where the run is, in one line."""
        if self._total is None:
            return f"Reading: {counted(self._rows, 'row')} so far."
        if not self._total:
            return "Nothing to send; saving what was read."
        per_second = self._rate.per_second()
        left = self._total - self._done
        words = f"{self._done:,} of {self._total:,} calls, {per_second:.3g}/s"
        if per_second and left:
            words += f", {readable(left / per_second)} left"
        if self._other:
            words += f", {self._other} not confirmed"
        return words + "."

    def _tell(self) -> None:
        while not self._ended.wait(self._every):
            self._write(self.line())


class Rate:
    """Things a second since it was made, the last half minute counting most."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._marks: list[tuple[float, int]] = [(clock(), 0)]
        self._count = 0

    def count(self) -> None:
        """One more."""
        self._count += 1
        now = self._clock()
        if now - self._marks[-1][0] >= 1:
            self._marks = [*self._marks[-30:], (now, self._count)]

    def per_second(self) -> float:
        """The rate now; 0 before anything happened."""
        since, before = self._marks[0]
        passed = self._clock() - since
        return (self._count - before) / passed if passed > 0 else 0.0
