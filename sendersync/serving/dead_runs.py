"""Flow runs that say "Running" though nobody runs them any more.

When the flow, `serve` and the server are killed together, nothing in Prefect ever ends such a run:
it keeps the one place that its deployment has, and every later run is refused. `serve` looks for
them when it starts, and calls them crashed: the place is free at once.
"""

from __future__ import annotations

import platform

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

from connectors.configuration.environment import state_url
from sendersync.serving.deployments import TAG
from sendersync.state.store import State

_UNDER_WAY = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]
_RUN_ID = "PREFECT__FLOW_RUN_ID"
"""The variable by which Prefect tells a flow's process which run it is."""

_MESSAGE = (
    "Its process is gone: the machine or `serve` was ended. Nothing is lost; the next run goes on "
    "where this one stopped."
)


def end_dead_runs() -> list[str]:
    """Calls every run of ours crashed whose process is gone; the names of these runs.

    A run whose `serve` alone died lives on: it is left alone while its process is there, or while a
    sync is held from another machine, since its flow may be there.
    """
    with get_client(sync_client=True) as client:
        under_way = client.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=_UNDER_WAY))
            ),
            deployment_filter=DeploymentFilter(tags=DeploymentFilterTags(all_=[TAG])),
        )
        if not under_way:
            return []
        alive, elsewhere = _processes(), _held_elsewhere()
        dead = [run for run in under_way if str(run.id) not in alive and not elsewhere]
        for run in dead:
            client.set_flow_run_state(run.id, Crashed(message=_MESSAGE), force=True)
    return [str(run.name) for run in dead]


def _processes() -> frozenset[str]:
    """The flow runs that have a process on this machine."""
    found = set()
    for process in psutil.process_iter():
        try:
            found.add(process.environ().get(_RUN_ID, ""))
        except (psutil.Error, OSError):
            continue  # another user's, or just gone
    return frozenset(found - {""})


def _held_elsewhere() -> bool:
    with State.open(state_url(), read_only=True) as state:
        return any(each.host_name != platform.node() for _, each in state.active_holders())
