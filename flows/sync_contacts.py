"""The flow behind the nightly sync, and behind a sync that somebody starts in Prefect's UI."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.support.running import run_as_flow
from flows.support.sync_job import sync_job
from schemas.errors import WrongUse
from schemas.flow_options import SyncChoice, SyncOptions
from sendersync.pipeline.job import Job

AS_EVERY_NIGHT = SyncOptions()


@flow(name="sync_contacts", flow_run_name="{sync.file}", retries=0, persist_result=False)
def sync_contacts(sync: SyncChoice, options: SyncOptions = AS_EVERY_NIGHT) -> State[Any]:
    """Brings the SMS platform in step with a source: adds, updates and stops what has changed.

    Args:
        sync: The sync file.
        options: Dry run and time limit. An approval is no option of a sync: it would be copied to
            the next run with all the rest.
    """

    def prepare() -> Job:
        if options.approve_stops:
            raise WrongUse(
                "Removals are not approved on this form any more; nothing was done.",
                where="options.approve_stops",
                do="Start the deployment `approve` with the digest from the report of the run that "
                "held them, and take `approve_stops` out of these parameters.",
            )
        return replace(sync_job(sync.file), dry_run=options.dry_run)

    return run_as_flow(prepare, options.minutes)
