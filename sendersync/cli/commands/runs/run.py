"""`run`, `plan`, `adopt`: a sync file in, a report out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from schemas.errors import WrongUse
from sendersync.cli.options import (
    Approve,
    ApproveStops,
    DryRun,
    For,
    Full,
    Json,
    Most,
    MostPeople,
    Note,
    Quiet,
    SyncPath,
    SyncPaths,
    Unmasked,
)
from sendersync.cli.run_session import run_and_report
from sendersync.cli.views.given import Given

if TYPE_CHECKING:
    from sendersync.pipeline.job import Job


def register(app: typer.Typer) -> None:
    """Adds the commands to the command line."""
    app.command("run")(run)
    app.command("plan")(plan)
    app.command("adopt")(adopt)


def run(
    syncs: SyncPaths,
    dry_run: DryRun = False,
    approve: Approve = None,
    approve_stops: ApproveStops = None,
    note: Note = None,
    full: Full = False,
    most_people: MostPeople = None,
    time_budget: For = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> int:
    """Make the platform match the source of a sync file.

    A folder stands for the sync files in it. They run one after the other, and one that fails
    stops no other; the exit code is that of the one for which you must act soonest.
    """
    given = Approval(approve, approve_stops, note)

    def prepare(sync: Path) -> Job:
        job = _job("run", sync, given, dry_run=dry_run, full=full)
        return replace(job, most_people=most_people)

    if len(syncs) == 1 and not syncs[0].is_dir():
        return run_and_report(
            lambda: prepare(syncs[0]),
            given=Given(syncs[0], quiet=quiet),
            as_json=as_json,
            seconds=time_budget,
            pings=not dry_run,
        )
    from sendersync.cli.several_runs import run_several, sync_files_of
    from sendersync.pipeline.load.clean_stop import CancelToken

    if approve is not None or approve_stops is not None:
        raise WrongUse(
            "An approval is of one plan, and here are several syncs.",
            where="--approve, --approve-stops",
            do="Name the one sync file whose plan you have looked at.",
        )
    return run_several(
        sync_files_of(syncs),
        prepare,
        stop=CancelToken(time_budget),
        quiet=quiet,
        as_json=as_json,
        pings=not dry_run,
    )


def plan(
    sync: SyncPath,
    approve: Approve = None,
    approve_stops: ApproveStops = None,
    full: Full = False,
    limit: Most = 20,
    unmasked: Unmasked = False,
    time_budget: For = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> int:
    """Show what `run` would do, and do nothing."""
    return run_and_report(
        lambda: _job("plan", sync, Approval(approve, approve_stops), dry_run=True, full=full),
        given=Given(
            sync,
            limit=limit,
            unmasked=unmasked,
            options=("--full",) if full else (),
            quiet=quiet,
        ),
        as_json=as_json,
        seconds=time_budget,
    )


def adopt(
    sync: SyncPath,
    dry_run: DryRun = False,
    approve: Approve = None,
    approve_stops: ApproveStops = None,
    note: Note = None,
    time_budget: For = None,
    as_json: Json = False,
) -> int:
    """Record today's contacts as subscribed; send nothing.

    For accounts that have subscribers from before.
    """
    given = Approval(approve, approve_stops, note)
    return run_and_report(
        lambda: _job("adopt", sync, given, dry_run=dry_run),
        given=Given(sync, verb="adopt"),
        as_json=as_json,
        seconds=time_budget,
    )


@dataclass(frozen=True)
class Approval:
    """What a person approves, as it was typed."""

    digest: str | None = None
    stops: int | None = None
    note: str | None = None


def _job(command: str, path: Path, approval: Approval, *, dry_run: bool, full: bool = False) -> Job:
    from connectors.configuration.sync_files import read_sync_file
    from connectors.sources.opt_out_files import open_opt_outs
    from connectors.sources.registry import open_source
    from sendersync.pipeline.job import Command, Job
    from sendersync.transforms.approval.digest import as_digest

    if approval.digest is not None and approval.stops is not None:
        raise WrongUse(
            "A plan is approved by its digest or by a number of removals, not by both.",
            where="--approve, --approve-stops",
            do="Leave one of them out; --approve says exactly what may go.",
        )
    approve = as_digest(approval.digest) if approval.digest is not None else ""
    read = read_sync_file(path)
    return Job(
        Command(command),
        read.sync,
        open_source(read.sync, read.folder),
        dry_run=dry_run,
        full=full,
        approve=approve,
        approve_stops=approval.stops,
        note=approval.note or "",
        sync_file=str(path.resolve()),
        opt_outs=open_opt_outs(read.sync, read.folder),
    )
