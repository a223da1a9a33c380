"""The flow behind the nightly sync, and behind a sync that somebody starts in Prefect's UI."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from connectors.configuration.sync_files import read_sync_file
from connectors.sources.opt_out_files import open_opt_outs
from connectors.sources.registry import open_source
from flows.support.credentials import variables
from flows.support.running import approver, run_as_flow
from schemas.flow_options import SyncChoice, SyncOptions
from sendersync.pipeline.job import Command, Job

AS_EVERY_NIGHT = SyncOptions()


@flow(name="sync_contacts", flow_run_name="{sync.file}", retries=0, persist_result=False)
def sync_contacts(sync: SyncChoice, options: SyncOptions = AS_EVERY_NIGHT) -> State[Any]:
    """Brings the SMS platform in step with a source: adds, updates and stops what has changed.

    Args:
        sync: The sync file.
        options: Dry run, approval and time limit.
    """

    def prepare() -> Job:
        on_disk = read_sync_file(Path(sync.file).expanduser())
        return Job(
            command=Command.RUN,
            sync=on_disk.sync,
            source=open_source(on_disk.sync, on_disk.folder, variables(on_disk.sync.source.kind)),
            dry_run=options.dry_run,
            approve_stops=options.approve_stops or None,
            approved_by=approver(),
            sync_file=str(Path(sync.file).expanduser().resolve()),
            opt_outs=open_opt_outs(on_disk.sync, on_disk.folder),
        )

    return run_as_flow(prepare, options.minutes)
