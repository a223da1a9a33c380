"""The deployments of `prefect.yaml` as Prefect knows them; made, told from strangers' and removed.

Every one of ours carries the tag `sendersync`. `serve` runs them in its own process; `deploy` files
them in a work pool for workers. Only one of the two can be true of a deployment.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterTags
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.client.schemas.responses import DeploymentResponse
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectAlreadyExists
from prefect.schedules import Schedule

from connectors.configuration.environment import state_url
from flows.support.form_choices import installed_choices
from schemas.deployments import DeploymentSpec
from schemas.forms.choices import Choices
from sendersync.serving.parameters import give_choices
from sendersync.serving.server_settings import HEARTBEAT_SECONDS

TAG = "sendersync"
POOL = "sendersync"
"""The work pool of `sendersync deploy`, of type process."""


def as_deployment(spec: DeploymentSpec, choices: Choices) -> RunnerDeployment:
    """One entry of `prefect.yaml`; its entrypoint is absolute, so it is found from any folder.

    Args:
        spec: The entry.
        choices: What the drop-downs of its form show.
    """
    limit = spec.concurrency_limit
    deployment: RunnerDeployment = RunnerDeployment.from_entrypoint(
        spec.entrypoint,
        spec.name,
        description=spec.description or None,
        tags=sorted({TAG, *spec.tags}),
        parameters=spec.parameters,
        schedules=[
            Schedule(
                cron=each.cron,
                timezone=each.timezone,
                active=each.active,
                slug=each.slug,
                parameters=each.parameters,
            )
            for each in spec.schedules
        ],
        concurrency_limit=ConcurrencyLimitConfig(
            limit=limit.limit,
            collision_strategy=ConcurrencyLimitStrategy(limit.collision_strategy),
        )
        if limit
        else None,
        enforce_parameter_schema=spec.enforce_parameter_schema,
    )
    give_choices(deployment, choices)
    return deployment


def known() -> list[DeploymentResponse]:
    """Every deployment of ours that the server has."""
    with get_client(sync_client=True) as client:
        return _known(client)


def _known(client: SyncPrefectClient) -> list[DeploymentResponse]:
    ours = DeploymentFilter(tags=DeploymentFilterTags(all_=[TAG]))
    return client.read_deployments(deployment_filter=ours, limit=200)


def file_for_workers(specs: Iterable[DeploymentSpec], folder: Path) -> dict[str, UUID]:
    """Makes or updates every deployment in the work pool; those of ours that are not named go.

    Args:
        specs: What `prefect.yaml` says.
        folder: Where runs start: relative paths and `.env` are looked for there.

    Returns:
        The names, as `flow/deployment`, with their ids.
    """
    with get_client(sync_client=True) as client:
        with suppress(ObjectAlreadyExists):
            client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))
        choices = installed_choices(folder, state_url())
        made: dict[str, UUID] = {}
        for each in (as_deployment(spec, choices) for spec in specs):
            each.job_variables = {
                "working_dir": str(folder),
                "env": {"PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(HEARTBEAT_SECONDS)},
            }
            applied = each.apply(work_pool_name=POOL)
            made[f"{each.flow_name}/{each.name}"] = UUID(str(applied))
        for there in _known(client):
            if there.id not in made.values():
                client.delete_deployment(there.id)
    return made


def remove_all() -> list[str]:
    """Removes every deployment of ours; flow runs and their reports stay. Their names."""
    with get_client(sync_client=True) as client:
        found = _known(client)
        for each in found:
            client.delete_deployment(each.id)
    return sorted(each.name for each in found)
