"""The flow behind one sync, started in Prefect's UI or by a schedule."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.support.run_names import run_name, stem
from flows.support.running import only_look, run_as_flow
from flows.support.sync_job import filled, sync_job
from schemas.errors import WrongUse
from schemas.flow_options import SyncChoice, SyncOptions
from schemas.forms.fields import heading
from sendersync.pipeline.job import Job

AS_NOBODY_SAID = SyncOptions()
NO_SYNC = SyncChoice()


ABOUT = """\
Brings the SMS platform in step with a source: adds, updates and stops what has changed.

**Look first.** A look reads the source and shows how many people would be added and stopped,
and which rows cannot be used; it sends nothing. If the numbers look right, press *Run* again
and choose *For real*.

- Whoever is new in the source is added; whoever has left it is stopped.
- Where that would be too many at once, they are **held** until a person has looked:
  the run ends red as *NeedsApproval*, and its report links to the form that lets them go.
- An opt-out is never undone by a sync.
"""
"""What the deployment's page says beside the button Run."""


@flow(
    name="sync_contacts",
    flow_run_name=run_name(lambda given: stem(given["sync"].file)),
    description=ABOUT,
    retries=0,
    persist_result=False,
)
def sync_contacts(
    options: Annotated[SyncOptions, heading("Only look first, or do it?")] = AS_NOBODY_SAID,
    sync: Annotated[SyncChoice, heading("Which sync should run?")] = NO_SYNC,
) -> State[Any]:
    """Brings the SMS platform in step with a source: adds, updates and stops what has changed.

    Args:
        options: A look sends nothing and remembers nothing.
        sync: Its file says where the contacts are and which column is what.
    """

    def prepare() -> Job:
        if options.approve_stops:
            raise WrongUse(
                "Removals are not approved on this form any more; nothing was done.",
                where="options.approve_stops",
                do="Start the deployment `approve` with the digest from the report of the run that "
                "held them, and take `approve_stops` out of these parameters.",
            )
        file = filled(sync.file, "Sync file", "Choose one.")
        return replace(sync_job(file), dry_run=only_look(options))

    return run_as_flow(prepare, options.minutes)
