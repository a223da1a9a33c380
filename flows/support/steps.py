"""The steps of a run as task runs of Prefect, with the progress of their calls."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count
from logging import Logger, LoggerAdapter
from typing import Any, Final, TypeVar
from uuid import UUID

from prefect import task
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE

from schemas.errors import SendersyncError
from schemas.wording import counted
from sendersync.pipeline.internal_error import internal_error
from sendersync.pipeline.job import ProgressCounts
from sendersync.pipeline.load.step_runner import StepRunner

T = TypeVar("T")
RunLogger = Logger | LoggerAdapter[Logger]

MOST_TASK_RUNS: Final = 190
"""Of one flow run: the next one waits for their events, 7 seconds for 100 (November 2026)."""

SHOWN_EVERY: Final = 1.0
"""Seconds between two updates of the progress."""


def step_runners(
    logger: RunLogger, flow_run: str, *, most: int = MOST_TASK_RUNS
) -> Callable[[ProgressCounts, str], StepRunner]:
    """What makes the step runners of one flow run; they share its number of task runs.

    Args:
        logger: Of the flow run.
        flow_run: Its name.
        most: Task runs that it makes at most; further steps are done without one.

    Returns:
        For the progress of a run and the sync that stands before its steps' names (empty: none).
    """
    numbers = count(1)

    def runner(tally: ProgressCounts, sync: str) -> StepRunner:
        show = _shown(tally, sync)
        said = [""]

        def step(name: str, work: Callable[[], T], /) -> T:
            called = f"{sync}: {name}" if sync else name
            number = next(numbers)
            if number <= most:
                done = _as_task(called, work, flow_run)
            else:
                if number == most + 1:
                    logger.info("From here on, steps are not listed as task runs: too many.")
                done = work()
            if said[-1] != str(tally):  # the plan's number is known after its step
                said.append(str(tally))
                logger.info("%s: %s", called, tally)
            show()
            return done

        return step

    return runner


def _as_task(name: str, work: Callable[[], T], flow_run: str) -> T:
    """The work is closed over, not passed: Prefect walks, and may store, what a task is given."""

    @task(
        name=name.rpartition(": ")[2].partition(" ")[0],
        task_run_name=name,
        # a call that has left is known to the ledger, not to Prefect
        cache_policy=NO_CACHE,
        retries=0,
        persist_result=False,
    )
    def run_step() -> T:
        try:
            return work()
        except SendersyncError:
            raise
        except Exception as problem:  # noqa: BLE001  # the server would keep its text
            raise internal_error(problem, flow_run) from None

    return run_step()


def _shown(tally: ProgressCounts, sync: str) -> Callable[[], None]:
    """Moves the progress of a run's calls, which is there from the plan on."""
    bar: list[UUID] = []
    began, last = [0.0], [0.0]

    def show() -> None:
        now = time.monotonic()
        ended = tally.ends.total() == tally.due
        if not tally.due or (bar and not ended and now - last[0] < SHOWN_EVERY):
            return
        last[0] = now
        percent = round(100 * tally.share, 1)
        if not bar:
            began[0] = now
            made: Any = create_progress_artifact(percent, description=_words(tally, 0.0, sync))
            if isinstance(made, UUID):  # a coroutine inside an event loop, where no flow of ours is
                bar.append(made)
        else:
            words = _words(tally, now - began[0], sync)
            update_progress_artifact(bar[0], progress=percent, description=words)

    return show


def _words(tally: ProgressCounts, seconds: float, sync: str) -> str:
    """How far the calls have come, how fast, and how long it takes from here.

    Args:
        tally: The progress.
        seconds: Since the plan was made.
        sync: Whose calls; empty where there is one sync.
    """
    done, due = tally.ends.total(), tally.due or 0
    of_sync = f" of {sync}" if sync else ""
    words = f"{done:,} of {counted(due, 'call')}{of_sync}"
    if not done or not seconds:
        return words
    rate = done / seconds
    left = f", {time_left((due - done) / rate)} left" if done < due else ""
    return f"{words}, {rate:.3g} a second{left}"


def time_left(seconds: float) -> str:
    """`less than a minute`, `12 minutes`, `2 hours 5 minutes`: as exact as a guess may be."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "less than a minute"
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"about {counted(rest, 'minute')}"
    return f"about {counted(hours, 'hour')}" + (f" {counted(rest, 'minute')}" if rest else "")
