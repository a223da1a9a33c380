"""What a deployment is started with: checked before it is served, and offered as drop-downs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import DeploymentUpdate
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import PrefectException
from prefect.flows import load_flow_from_entrypoint
from prefect.utilities.callables import ParameterSchema

from connectors.configuration.deployments_file import line_of
from connectors.configuration.environment import state_url
from flows.support.form_choices import installed_choices, with_choices, with_defaults
from schemas.deployments import DeploymentSpec
from schemas.errors import WrongUse
from schemas.forms.choices import Choices

RENEW_SECONDS: Final = 2.0
"""So soon a sync file that was added is on the forms."""


def give_choices(deployment: RunnerDeployment, choices: Choices) -> None:
    """Makes the drop-downs of a deployment's form, and fills in what it can be started with."""
    own = _own_schema(deployment)
    deployment.parameters = with_defaults(own, choices, deployment.parameters or {})
    # Prefect has no public name for it, and takes it from here when the deployment is made
    deployment._parameter_openapi_schema = form_of(deployment, choices)


def form_of(deployment: RunnerDeployment, choices: Choices) -> ParameterSchema:
    """The schema of a deployment's form with the drop-downs of this installation."""
    made = with_choices(_own_schema(deployment), choices, deployment.parameters or {})
    return ParameterSchema.model_validate(made)


def _own_schema(deployment: RunnerDeployment) -> dict[str, Any]:
    return dict(_flow(str(deployment.entrypoint)).parameters.model_dump_for_openapi())


@cache
def _flow(entrypoint: str) -> Any:
    """A flow: each load makes the schema of its form anew."""
    return load_flow_from_entrypoint(entrypoint)


async def keep_choices(made: Mapping[UUID, RunnerDeployment], known: Choices) -> None:
    """Renews the drop-downs whenever something else is installed, until it is cancelled.

    Args:
        made: Id of each deployment to what it was made of.
        known: What its drop-downs show now.
    """
    while True:
        await asyncio.sleep(RENEW_SECONDS)
        now = await asyncio.to_thread(installed_choices, Path.cwd(), state_url())
        if now == known:
            continue
        for name, each in made.items():
            form = await asyncio.to_thread(form_of, each, now)
            change = DeploymentUpdate(parameter_openapi_schema=form.model_dump_for_openapi())
            async with get_client() as client:
                await client.update_deployment(name, change)
        known = now


def refuse_wrong_parameters(spec: DeploymentSpec, path: Path) -> None:
    """Says which line of `prefect.yaml` does not fit its flow, before a night finds it out.

    Args:
        spec: An entry of the file.
        path: The file.

    Raises:
        WrongUse: The flow takes no such parameter, or not that value.
    """
    flow = _flow(spec.entrypoint)
    for given in (spec.parameters, *({**spec.parameters, **s.parameters} for s in spec.schedules)):
        options = given.get("options")
        if isinstance(options, dict) and options.get("approve_stops"):
            raise _wrong(
                path,
                spec.name,
                ("options", "approve_stops"),
                "is no parameter of a sync any more: it would approve other people tomorrow",
                "Take it out. What a run holds is approved with the deployment `approve`.",
            )
        try:
            flow.validate_parameters(given)
        except PrefectException as refused:
            keys, why = _first(str(refused))
            raise _wrong(path, spec.name, keys, why, "docs/how-to/prefect.md shows it.") from None


def _first(message: str) -> tuple[tuple[str, ...], str]:
    """The first complaint of Prefect: ` - options.mode: Input should be ...`."""
    listed = [line[3:] for line in message.splitlines() if line.startswith(" - ")]
    place, _, why = (listed or [message])[0].partition(": ")
    return (tuple(place.split(".")), why.lower()) if listed else ((), message.lower())


def _wrong(path: Path, name: str, keys: Sequence[str], why: str, do: str) -> WrongUse:
    key = ".".join(("parameters", *keys))
    return WrongUse(
        f"`{key}` of the deployment {name} {why}.",
        where=f"{path}:{line_of(path, name, keys)}",
        do=do,
    )
