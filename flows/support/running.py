"""Work as a Prefect flow run: its steps as tasks, its end as a state, its report as an artifact.

Take Prefect away and what remains is `run_job(job, context)`.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from prefect import get_run_logger, runtime
from prefect.client.schemas.objects import State
from prefect.context import FlowRunContext

from connectors.configuration.environment import account, platform_settings, state_url
from connectors.destinations.sms_platform.client import SmsPlatform
from connectors.http_client.log_silencing import keep_quiet
from flows.support.credentials import variables
from flows.support.ending import ending_of, ending_of_error
from flows.support.events import tell
from flows.support.log_filter import filter_endings, was_ended
from flows.support.lost_output import outlive_reader
from flows.support.machine import name_machine
from flows.support.publishing import publish_report
from flows.support.steps import RunLogger, step_runners
from schemas.errors import SendersyncError
from schemas.flow_options import RunOptions
from sendersync.blocks.credentials import PLATFORM
from sendersync.pipeline.internal_error import internal_error
from sendersync.pipeline.job import Job, ProgressCounts, RunContext
from sendersync.pipeline.load.clean_stop import CancelToken
from sendersync.pipeline.run import run_job

SIGNALLED = "it was cancelled"
"""Why a run stopped, when a person or the machine asked its process to end."""

Contexts = Callable[[str], RunContext]
"""Makes what a run works with; given the sync that its steps are named after, or nothing."""


def run_as_flow(prepare: Callable[[], Job], minutes: int) -> State[Any]:
    """Does one run inside a flow run, and says how the flow run ends.

    Args:
        prepare: Makes the job; what it refuses ends the flow run with that message.
        minutes: Time budget, 0 for none.
    """

    def work(contexts: Contexts) -> State[Any]:
        job: Job | None = None
        try:
            job, context = prepare(), contexts("")
            finished = run_job(job, context)
        except SendersyncError as problem:
            return _failed(job, problem)
        except Exception as problem:  # noqa: BLE001  # its text may hold a person's data
            return _failed(job, internal_error(problem, _flow_run_name()))
        publish_report(finished, job)
        state = ending_of(finished.report, finished.error, cancelled=was_cancelled(context))
        tell(finished.report.sync, state, finished.report, finished.error)
        return state

    return work_as_flow(work, minutes)


def _failed(job: Job | None, error: SendersyncError) -> State[Any]:
    state = ending_of_error(error)
    tell(job.sync.sync if job else _flow_run_name(), state, None, error)
    return state


def work_as_flow(work: Callable[[Contexts], State[Any]], minutes: int = 0) -> State[Any]:
    """Does anything inside a flow run: quietly, stopped cleanly, and always with an ending.

    Args:
        work: Does it, and says how the flow run ends; what it raises ends it with that message.
        minutes: Time budget, 0 for none.
    """
    keep_quiet()
    filter_endings()
    outlive_reader()
    name_machine()
    logger = get_run_logger()
    stop = CancelToken(minutes * 60 if minutes else None)
    runner = step_runners(logger, _flow_run_name())

    def contexts(sync: str) -> RunContext:
        tally = ProgressCounts()
        return RunContext(
            state_url=state_url(),
            # made when the first call is due: a dry run needs no credentials
            destination=lambda: SmsPlatform(platform_settings(variables(PLATFORM))),
            account=lambda: account(variables(PLATFORM)),
            stop=stop,
            steps=runner(tally, sync),
            progress=tally,
        )

    try:
        with _asked_by_signals(stop):
            return _ended(logger, work(contexts))
    except SendersyncError as problem:
        return _ended(logger, ending_of_error(problem))
    except Exception as problem:  # noqa: BLE001  # its text may hold a person's data
        return _ended(logger, ending_of_error(internal_error(problem, _flow_run_name())))


def was_cancelled(context: RunContext) -> bool:
    """Whether a person or the machine asked this process to end."""
    return context.stop.reason == SIGNALLED


def only_look(options: RunOptions) -> bool:
    """Whether this flow run may send nothing: what its form says, else who started it."""
    context = FlowRunContext.get()
    flow_run = context.flow_run if context else None
    return options.only_look(by_schedule=bool(flow_run and flow_run.auto_scheduled))


def approver(name: str = "") -> str:
    """Who approves what is held, for the ledger: the server knows no users.

    Args:
        name: What the person wrote on the form.
    """
    run = f"Prefect flow run {_flow_run_name()}"
    return f"{name}, {run}" if name else run


def _flow_run_name() -> str:
    return str(runtime.flow_run.name)


def _ended(logger: RunLogger, state: State[Any]) -> State[Any]:
    logger.info("%s: %s", state.name, state.message)
    return was_ended(state)


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
