"""Flow runs that say "Running" though nobody runs them any more.

When the flow, `serve` and the server are killed together, nothing in Prefect ever ends such a run:
it keeps the one place that its deployment has, and every later run is refused. `serve` and `deploy`
look for them when they start, and call them crashed: the place is free at once.
"""

from __future__ import annotations

import platform
from collections.abc import Sequence
from urllib.parse import urlsplit

import psutil
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterTags,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.states import Crashed

from connectors.http_client.safe_address import is_loopback
from flows.support.machine import MACHINE
from schemas.wording import counted
from sendersync.serving.deployments import TAG

_UNDER_WAY = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]
_RUN_ID = "PREFECT__FLOW_RUN_ID"
"""The variable by which Prefect tells a flow's process which run it is."""

_MESSAGE = (
    "Its process is gone: the machine or `serve` was ended. Nothing is lost; the next run goes on "
    "where this one stopped."
)


def end_dead_runs(address: str) -> list[str]:
    """Calls every run of ours crashed whose process is gone; the names of these runs.

    Only the machine on which the process was can know. A run says on which it is as soon as it
    begins; one that was killed before that belongs to whoever has the server on this machine. A run
    whose `serve` or worker alone died lives on, and is left alone.

    Args:
        address: Of the server's API.
    """
    here, is_ours = platform.node(), is_loopback(urlsplit(address).hostname or "")
    with get_client(sync_client=True) as client:
        under_way = client.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=_UNDER_WAY))
            ),
            deployment_filter=DeploymentFilter(tags=DeploymentFilterTags(all_=[TAG])),
        )
        alive = _processes() if under_way else frozenset()
        dead = [
            run
            for run in under_way
            if str(run.id) not in alive
            and (run.labels[MACHINE] == here if MACHINE in run.labels else is_ours)
        ]
        for run in dead:
            client.set_flow_run_state(run.id, Crashed(message=_MESSAGE), force=True)
    return [str(run.name) for run in dead]


def said_of(dead: Sequence[str]) -> list[str]:
    """The line for people about runs that were called crashed; none for none."""
    if not dead:
        return []
    return [
        f"  {counted(len(dead), 'run')} of before without a process: called crashed; the next one "
        "can start."
    ]


def _processes() -> frozenset[str]:
    """The flow runs that have a process on this machine."""
    found = set()
    for process in psutil.process_iter():
        try:
            found.add(process.environ().get(_RUN_ID, ""))
        except (psutil.Error, OSError):
            continue  # another user's, or just gone
    return frozenset(found - {""})
