"""`run`, `plan`, `adopt`: a sync file in, a report out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sendersync.cli.options import ApproveStops, DryRun, For, Full, Json, SyncPath
from sendersync.cli.run_session import run_and_report
from sendersync.cli.views.report import Given

if TYPE_CHECKING:
    from sendersync.pipeline.job import Job


def register(app: typer.Typer) -> None:
    """Adds the commands to the command line."""
    app.command("run")(run)
    app.command("plan")(plan)
    app.command("adopt")(adopt)


def run(
    sync: SyncPath,
    dry_run: DryRun = False,
    approve_stops: ApproveStops = None,
    full: Full = False,
    time_budget: For = None,
    as_json: Json = False,
) -> int:
    """Make the platform match the source of a sync file."""
    return run_and_report(
        lambda: _job("run", sync, approve_stops, dry_run=dry_run, full=full),
        given=Given(sync),
        as_json=as_json,
        seconds=time_budget,
    )


def plan(
    sync: SyncPath,
    approve_stops: ApproveStops = None,
    full: Full = False,
    time_budget: For = None,
    as_json: Json = False,
) -> int:
    """Show what `run` would do, and do nothing."""
    return run_and_report(
        lambda: _job("plan", sync, approve_stops, dry_run=True, full=full),
        given=Given(sync),
        as_json=as_json,
        seconds=time_budget,
    )


def adopt(
    sync: SyncPath,
    dry_run: DryRun = False,
    approve_stops: ApproveStops = None,
    time_budget: For = None,
    as_json: Json = False,
) -> int:
    """Record today's contacts as subscribed; send nothing.

    For accounts that have subscribers from before.
    """
    return run_and_report(
        lambda: _job("adopt", sync, approve_stops, dry_run=dry_run),
        given=Given(sync),
        as_json=as_json,
        seconds=time_budget,
    )


def _job(
    command: str, path: Path, approve_stops: int | None, *, dry_run: bool, full: bool = False
) -> Job:
    from connectors.configuration.sync_files import read_sync_file
    from connectors.sources.registry import open_source
    from sendersync.pipeline.job import Command, Job

    read = read_sync_file(path)
    return Job(
        Command(command),
        read.sync,
        open_source(read.sync, read.folder),
        dry_run=dry_run,
        full=full,
        approve_stops=approve_stops,
        sync_file=str(path.resolve()),
    )
