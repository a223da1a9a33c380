"""The flow behind an approval that somebody gives in Prefect's UI."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from connectors.configuration.environment import state_url
from flows.support.running import run_as_flow
from flows.support.sync_job import approving
from schemas.errors import WrongUse
from schemas.flow_options import ApprovalChoice
from sendersync.pipeline.job import Job
from sendersync.state.store import State as Ledger
from sendersync.transforms.approval.digest import as_digest


@flow(name="approve", flow_run_name="approve {what.digest}", retries=0, persist_result=False)
def approve(what: ApprovalChoice) -> State[Any]:
    """Runs a sync once more and lets go what an earlier run of it held, as `--approve` does.

    Args:
        what: The digest of the plan, and why.
    """

    def prepare() -> Job:
        digest = as_digest(what.digest)
        with Ledger.open(state_url(), read_only=True) as ledger:
            held = ledger.runs.holding(digest)
        file = held.report.get("read_as", {}).get("sync_file", "")
        if not file:
            raise WrongUse(
                "That plan came from no sync file.",
                where=f"run {held.id}",
                do="Approve it on the command line, with the command that its report shows.",
            )
        return approving(file, digest, what.note)

    return run_as_flow(prepare, 0)
