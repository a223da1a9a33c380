"""The job of a sync file, as every flow that runs one makes it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from connectors.configuration.sync_files import read_sync_file
from connectors.sources.opt_out_files import open_opt_outs
from connectors.sources.registry import open_source
from flows.support.credentials import variables
from flows.support.running import approver
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


def approving(file: str, digest: str, note: str) -> Job:
    """The same, letting go what a run held under a digest."""
    return replace(sync_job(file), approve=digest, note=note)
