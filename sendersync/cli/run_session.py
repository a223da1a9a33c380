"""One run from the command line: its context, its signals, its progress, its report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from schemas.errors import ExitCode, SendersyncError
from schemas.wording import counted
from sendersync.cli.signals import INTERRUPTED
from sendersync.cli.views.given import Given
from sendersync.cli.views.output import print_error, print_json, print_line
from sendersync.cli.watchman import tell_watchman

if TYPE_CHECKING:
    from sendersync.pipeline.job import Job, RunContext
    from sendersync.pipeline.load.clean_stop import CancelToken
    from sendersync.pipeline.run import Finished

SENDS = frozenset({"run", "import", "stop"})
"""Commands that talk to the platform unless they are dry."""


def run_and_report(
    prepare: Callable[[], Job],
    *,
    given: Given,
    sync: str = "",
    as_json: bool,
    seconds: float | None = None,
    fixes: str | None = None,
    pings: bool = False,
) -> int:
    """Does one run and tells how it ended.

    Args:
        prepare: Reads the sync file or the options; whatever it raises becomes the report's error.
        given: What the command was given, for the commands that the report prints.
        sync: What the report calls the sync when `prepare` fails.
        as_json: One JSON object instead of a report for people.
        seconds: The run's time budget.
        fixes: The run whose rejected rows these are, fixed; those that are read now are closed.
        pings: The address in SENDERSYNC_PING_URL is told how it ended.

    Returns:
        The exit code.
    """
    from sendersync.pipeline.load.clean_stop import CancelToken

    finished = ended_run(prepare, CancelToken(seconds), sync=sync, fixes=fixes)
    if as_json:
        print_json(finished.report.as_json())
        if finished.error is not None:
            print_error(finished.error)
    else:
        from sendersync.cli.views.report import show_finished

        show_finished(finished, given)
    if pings:
        tell_watchman([finished])
    return finished.exit_code


def ended_run(
    prepare: Callable[[], Job], stop: CancelToken, *, sync: str = "", fixes: str | None = None
) -> Finished:
    """Does one run; whatever keeps it from beginning stands in its report instead of being raised.

    Args:
        prepare: See `run_and_report`.
        stop: Says when to stop cleanly.
        sync: What the report calls the sync when `prepare` fails.
        fixes: See `run_and_report`.
    """
    from schemas.report import Report, Status
    from sendersync.pipeline.run import Finished

    job: Job | None = None
    try:
        job = prepare()
        rejected = _run_id(fixes) if fixes else ""
        finished = run_once(job, stop)
        if rejected and not job.dry_run:
            _close_fixed(rejected, finished)
    except SendersyncError as error:
        report = Report(run="", sync=job.sync.sync if job else sync, status=Status.FAILED)
        report.error = error.as_json()
        return Finished(report, report.exit_code(error), error=error)
    return finished


def _run_id(run: str) -> str:
    """A run by its id, its beginning or `last`; asked before anything is read."""
    from sendersync.cli.state_access import state_for_reading

    with state_for_reading() as state:
        return state.runs.one(run).id


def _close_fixed(rejected: str, finished: Finished) -> None:
    from sendersync.cli.state_access import state_for_writing
    from sendersync.pipeline.export.fixed_rows import fixed_lines

    extracted, decided = finished.extracted, finished.decided
    if finished.error or extracted is None or decided is None or finished.report.load.incomplete():
        return  # the same command again brings the rest in, and closes them then
    with state_for_writing() as state:
        closed = state.rejects.close(rejected, fixed_lines(extracted, decided.rejects))
        left = len(state.rejects.of(rejected)[1])
    rows = counted(closed, "rejected row")
    print_line(f"Fixed: {rows} of run {rejected}; {left:,} left.")


def run_once(job: Job, stop: CancelToken) -> Finished:
    """Does a run with this process's environment and signals; nothing is printed but progress."""
    from sendersync.pipeline.run import run_job

    sends = not job.dry_run and job.command.value in SENDS
    with calling(stop, asks=sends, stops=not job.dry_run) as context:
        return as_interrupted(run_job(job, context), context)


def as_interrupted(finished: Finished, context: RunContext) -> Finished:
    """A run with exit code 130 where a signal kept it from calls; any other as it is."""
    if context.stop.reason == INTERRUPTED and finished.report.load.not_reached:
        return replace(finished, exit_code=ExitCode.INTERRUPTED)
    return finished


@contextmanager
def calling(stop: CancelToken, *, asks: bool = True, stops: bool = True) -> Iterator[RunContext]:
    """What a run of this process works with: its environment, its signals, its progress.

    Args:
        stop: Says when to stop cleanly.
        asks: Calls are made: a missing password is not found out an hour later.
        stops: A signal stops it cleanly.
    """
    from connectors.configuration.environment import (
        account,
        environment,
        platform_settings,
        state_url,
    )
    from connectors.destinations.sms_platform.client import SmsPlatform
    from sendersync.cli.signals import stopping_cleanly
    from sendersync.cli.views.progress import shown_progress
    from sendersync.pipeline.job import RunContext

    given = environment()
    settings = platform_settings(given) if asks else None
    with ExitStack() as around:
        progress = around.enter_context(shown_progress())
        if stops:
            around.enter_context(stopping_cleanly(stop))
        yield RunContext(
            state_url=state_url(given),
            destination=lambda: SmsPlatform(settings or platform_settings(given)),
            account=lambda: settings.account if settings else account(given),
            stop=stop,
            progress=progress,
        )
