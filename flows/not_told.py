"""The flow that shows that a word did not arrive: an automation starts it, and it ends red."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Failed

from flows.support.log_filter import filter_endings, was_ended


@flow(name="not_told", flow_run_name="somebody was not told", retries=0, persist_result=False)
def not_told() -> State[Any]:
    """Ends as NotTold, so that an address that does not answer is seen among the runs."""
    filter_endings()
    return was_ended(
        Failed(
            name="NotTold",
            message="An automation had something to say, and the address did not take it. Look at "
            "the runs of before this one, then at the address: SENDERSYNC_TELL_WEBHOOK, or the "
            "block that SENDERSYNC_TELL_BLOCK names.",
        )
    )
