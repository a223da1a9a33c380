"""The flow behind an approval that somebody gives in Prefect's UI."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from prefect import flow
from prefect.client.schemas.objects import State

from connectors.configuration.environment import state_url
from flows.support.approvals import confirmed, sync_file_of, waiting
from flows.support.ending import nothing_approved
from flows.support.publishing import publish_waiting
from flows.support.run_names import run_name
from flows.support.running import Contexts, run_as_flow, work_as_flow
from flows.support.sync_job import approving
from schemas.flow_options import ApprovalChoice
from schemas.forms.fields import heading
from sendersync.pipeline.job import Job
from sendersync.state.store import State as Ledger
from sendersync.transforms.approval.digest import as_digest

NOTHING = ApprovalChoice()


ABOUT = """\
Lets go what a run held, once.

A run that would stop or add too many people at once holds them and ends red as *NeedsApproval*.

1. Open that run, then **Artifacts**, then its report: how many are held, why, and who (masked).
2. If it looks wrong, fix the source or the sync file, and approve nothing.
3. If it is right, follow the link on that page. It opens this form; type the number of people,
   your name and why.

The sync runs once more: what was shown and is still so is done, everything else stays held. An
approval is used up by that: copied, retried or scheduled it does nothing. With an empty form
the report lists what waits.
"""
"""What the deployment's page says beside the button Run."""


@flow(
    name="approve",
    flow_run_name=run_name(lambda given: f"approval of {given['what'].digest or 'nothing'}"),
    description=ABOUT,
    retries=0,
    persist_result=False,
)
def approve(
    what: Annotated[ApprovalChoice, heading("Which plan have you looked at?")] = NOTHING,
) -> State[Any]:
    """Lets go what a run held, once.

    Args:
        what: The link on the report of the run that held it fills in the digest.
    """
    if not what.digest:
        return work_as_flow(_what_waits)

    def prepare() -> Job:
        digest = as_digest(what.digest)
        with Ledger.open(state_url(), read_only=True) as ledger:
            run = confirmed(ledger, digest, what, datetime.now().astimezone())
        return approving(sync_file_of(run), digest, what.name, what.note)

    return run_as_flow(prepare, 0)


def _what_waits(_contexts: Contexts) -> State[Any]:
    with Ledger.open(state_url(), read_only=True) as ledger:
        found = list(waiting(ledger, datetime.now().astimezone()))
    publish_waiting(found)
    return nothing_approved(found)
