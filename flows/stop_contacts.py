"""The flow behind a list of people to stop that somebody gives in Prefect's UI."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from prefect import flow
from prefect.client.schemas.objects import State

from connectors.configuration.environment import state_url
from flows.support.approvals import refuse_list_not_confirmed
from flows.support.one_off_jobs import stop_job
from flows.support.run_names import run_name, stem
from flows.support.running import only_look, run_as_flow
from schemas.flow_options import HeldListChoice, RunOptions, StopChoice
from schemas.forms.fields import heading
from sendersync.pipeline.job import Job

AS_NOBODY_SAID = RunOptions()
NO_LIST = StopChoice()
NOT_HELD = HeldListChoice()


ABOUT = """\
Stops every phone in a file, for good.

**Look first.** A look shows how many of the list get texts today; it stops nobody.

- Everybody on the list goes on the do-not-contact list too: no source adds them again.
- A list with most of the people who are subscribed is **held**: it may be the wrong file.
  Nothing is done then; the report links to this form, filled in, and you type the number.
- A row that cannot be read is named by its line: that person still gets texts.
"""
"""What the deployment's page says beside the button Run."""


@flow(
    name="stop_contacts",
    flow_run_name=run_name(lambda given: f"stop list {stem(given['what'].file)}".strip()),
    description=ABOUT,
    retries=0,
    persist_result=False,
)
def stop_contacts(
    options: Annotated[RunOptions, heading("Only look first, or do it?")] = AS_NOBODY_SAID,
    what: Annotated[StopChoice, heading("Who should get no more texts?")] = NO_LIST,
    held: Annotated[HeldListChoice, heading("Was this list held by an earlier run?")] = NOT_HELD,
) -> State[Any]:
    """Stops every phone in a file, for good.

    Args:
        options: A look sends nothing and remembers nothing.
        what: The page cannot upload: the file must lie on the machine where the runs happen.
        held: Leave it empty. The report of a run that held the list has a link that fills it in.
    """

    def prepare() -> Job:
        job = stop_job(what, held, dry_run=only_look(options))
        if job.approve:
            refuse_list_not_confirmed(state_url(), job.approve, held, datetime.now().astimezone())
        return job

    return run_as_flow(prepare, options.minutes)
