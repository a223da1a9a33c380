"""One job as a Prefect flow run: its steps as tasks, its end as a state, its report as an artifact.

Take Prefect away and what remains is `run_job(job, context)`.
"""

from __future__ import annotations

import re
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from logging import Logger, LoggerAdapter
from typing import Any, TypeVar
from uuid import UUID

from prefect import get_run_logger, runtime, task
from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    update_progress_artifact,
)
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State

from connectors.configuration.environment import account, platform_settings, state_url
from connectors.destinations.sms_platform.client import SmsPlatform
from connectors.http_client.log_silencing import keep_quiet
from flows.support.credentials import variables
from flows.support.ending import ending_of, ending_of_error
from flows.support.log_filter import filter_endings, was_ended
from flows.support.report_page import report_page
from schemas.errors import SendersyncError
from sendersync.blocks.credentials import PLATFORM
from sendersync.pipeline.internal_error import internal_error
from sendersync.pipeline.job import Job, ProgressCounts, RunContext
from sendersync.pipeline.load.clean_stop import CancelToken
from sendersync.pipeline.load.step_runner import StepRunner
from sendersync.pipeline.run import run_job

T = TypeVar("T")
RunLogger = Logger | LoggerAdapter[Logger]

SIGNALLED = "it was cancelled"
"""Why a run stopped, when a person or the machine asked its process to end."""


def run_as_flow(prepare: Callable[[], Job], minutes: int) -> State[Any]:
    """Does one run inside a flow run, and says how the flow run ends.

    Args:
        prepare: Makes the job; what it refuses ends the flow run with that message.
        minutes: Time budget, 0 for none.
    """
    keep_quiet()
    filter_endings()
    logger = get_run_logger()
    stop = CancelToken(minutes * 60 if minutes else None)
    tally = ProgressCounts()
    try:
        job = prepare()
        context = RunContext(
            state_url=state_url(),
            # made when the first call is due: a dry run needs no credentials
            destination=lambda: SmsPlatform(platform_settings(variables(PLATFORM))),
            account=lambda: account(variables(PLATFORM)),
            stop=stop,
            steps=_tasks(logger, tally),
            progress=tally,
        )
        with _asked_by_signals(stop):
            finished = run_job(job, context)
    except SendersyncError as problem:
        return _ended(logger, ending_of_error(problem))
    except Exception as problem:  # noqa: BLE001  # its text may hold a person's data
        return _ended(logger, ending_of_error(internal_error(problem, _flow_run_name())))
    create_markdown_artifact(
        report_page(finished.report, job),
        key=_key(f"report-{job.sync.sync}"),
        description=f"Report of run {finished.report.run}",
    )
    cancelled = stop.reason == SIGNALLED
    return _ended(logger, ending_of(finished.report, finished.error, cancelled=cancelled))


def approver() -> str:
    """Who approves held removals from the form, for the ledger: the server knows no users."""
    return f"Prefect flow run {_flow_run_name()}"


def _flow_run_name() -> str:
    return str(runtime.flow_run.name)


def _key(text: str) -> str:
    """Artifacts are filed under lower-case letters, digits and dashes."""
    return re.sub("[^a-z0-9]+", "-", text.lower()).strip("-")


def _ended(logger: RunLogger, state: State[Any]) -> State[Any]:
    logger.info("%s: %s", state.name, state.message)
    return was_ended(state)


def _tasks(logger: RunLogger, tally: ProgressCounts) -> StepRunner:
    """Runs each step as a task run of its own.

    The work is closed over, not passed: Prefect walks, and may store, what a task is given.
    """
    bar: list[UUID] = []
    said = [""]

    def step(name: str, work: Callable[[], T], /) -> T:
        @task(
            name=name.partition(" ")[0],
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
                raise internal_error(problem, _flow_run_name()) from None

        done = run_step()
        if said[-1] != str(tally):  # the plan's number is known after its step
            said.append(str(tally))
            logger.info("%s: %s", name, tally)
        if tally.due:
            _show(bar, tally)
        return done

    return step


def _show(bar: list[UUID], tally: ProgressCounts) -> None:
    """Moves the flow run's progress bar, which is there from the plan on."""
    percent = round(100 * tally.share, 1)
    if not bar:
        made = create_progress_artifact(percent, description="Calls to the SMS platform")
        if isinstance(made, UUID):  # a coroutine inside an event loop, where no flow of ours is
            bar.append(made)
    else:
        update_progress_artifact(bar[0], percent)


@contextmanager
def _asked_by_signals(stop: CancelToken) -> Iterator[None]:
    """Ending the process becomes a clean stop: calls under way are finished and written down.

    Prefect's own handler would raise in the middle of them. It gives 30 seconds after a cancel
    before it kills, and has its handler back as soon as the run is over.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(each, lambda *_: stop.cancel(SIGNALLED)) for each in asked]
    try:
        yield
    finally:
        for each, handler in zip(asked, before, strict=True):
            signal.signal(each, handler)
