"""On which machine the process of a flow run is, for whoever looks whether it is still there."""

from __future__ import annotations

import platform
from typing import Final

from prefect.client.orchestration import get_client
from prefect.context import FlowRunContext

MACHINE: Final = "sendersync.machine"
"""The label of a flow run that names it."""


def name_machine() -> None:
    """Writes the name of this machine to the flow run, where a deployment started it."""
    context = FlowRunContext.get()
    run = context.flow_run if context else None
    if run is None or run.deployment_id is None:
        return
    try:
        with get_client(sync_client=True) as client:
            client.update_flow_run_labels(run.id, {MACHINE: platform.node()})
    except Exception:  # noqa: BLE001  # a help for after a crash: no reason to lose a night
        return
