"""The job of a sync file, as every flow that runs one makes it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from connectors.configuration.sync_files import read_sync_file
from connectors.sources.opt_out_files import open_opt_outs
from connectors.sources.registry import open_source
from flows.support.credentials import variables
from flows.support.running import approver
from schemas.errors import WrongUse
from sendersync.pipeline.job import Command, Job


def sync_job(file: str) -> Job:
    """What the nightly run does.

    Args:
        file: Path of the sync file.

    Raises:
        WrongUse: It is not right.
    """
    on_disk = read_sync_file(Path(file).expanduser())
    sync = on_disk.sync
    return Job(
        command=Command.RUN,
        sync=sync,
        source=open_source(sync, on_disk.folder, variables(sync.source.kind)),
        approved_by=approver(),
        sync_file=str(Path(file).expanduser().resolve()),
        opt_outs=open_opt_outs(sync, on_disk.folder),
    )


def approving(file: str, digest: str, name: str, note: str) -> Job:
    """The same, letting go what a run held under a digest.

    Args:
        file: Path of the sync file.
        digest: Of the plan.
        name: Who approves it.
        note: What they wrote beside it.
    """
    return replace(sync_job(file), approve=digest, approved_by=approver(name), note=note)


def filled(value: str, field: str, do: str) -> str:
    """A text that a form must have.

    Raises:
        WrongUse: It is empty.
    """
    if not value:
        raise WrongUse("This field of the form is empty; nothing was done.", where=field, do=do)
    return value
