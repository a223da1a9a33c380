"""The flow behind asking again, in Prefect's UI, what failed in a run."""

from __future__ import annotations

from typing import Annotated, Any

from prefect import flow
from prefect.client.schemas.objects import State

from connectors.configuration.environment import state_url
from flows.support.ending import ending_of, nothing_ran, retry_looked_at
from flows.support.publishing import publish_retry, publish_retry_plan
from flows.support.run_names import run_name
from flows.support.running import Contexts, only_look, was_cancelled, work_as_flow
from schemas.flow_options import RetryChoice, RunOptions
from schemas.forms.fields import heading
from sendersync.pipeline.corrections.retry import plan_retry, retry
from sendersync.state.store import State as Ledger

AS_NOBODY_SAID = RunOptions()
THE_LAST = RetryChoice()


ABOUT = """\
Asks again what failed in a run, or has no clear answer.

**Look first.** A look shows how many calls would be made again; it makes none.

- Stops are asked again until the platform has proven them.
- Nobody is added who has said stop since, or whom a newer run has decided about.
- What the platform refused because the row is wrong is not asked again: fix the row.
"""
"""What the deployment's page says beside the button Run."""


@flow(
    name="retry_run",
    flow_run_name=run_name(lambda given: f"retry of {given['which'].run}"),
    description=ABOUT,
    retries=0,
    persist_result=False,
)
def retry_run(
    options: Annotated[RunOptions, heading("Only look first, or do it?")] = AS_NOBODY_SAID,
    which: Annotated[RetryChoice, heading("Which run should be asked again?")] = THE_LAST,
) -> State[Any]:
    """Asks again what failed in a run, or has no clear answer.

    Args:
        options: A look sends nothing and remembers nothing.
        which: Its id stands in its report.
    """
    name = which.run or "last"

    def look(_contexts: Contexts) -> State[Any]:
        with Ledger.open(state_url(), read_only=True) as ledger:
            if name == "last" and not ledger.runs.latest(1):
                return nothing_ran()
            run, again = plan_retry(ledger, name)
        publish_retry_plan(run, again.operations, again.left)
        return retry_looked_at(run.id, len(again.operations))

    def ask(contexts: Contexts) -> State[Any]:
        context = contexts("")
        done = retry(context, name)
        publish_retry(done)
        finished = done.finished
        return ending_of(finished.report, finished.error, cancelled=was_cancelled(context))

    return work_as_flow(look if only_look(options) else ask, options.minutes)
