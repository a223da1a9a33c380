"""The description of `approve` on Prefect's page: which plans wait, above what it says of itself.

A form of Prefect is the same for everybody who opens it; its fields cannot tell of a plan. A
drop-down of digests would refuse a link that is quicker than it, and every copy of an older run. So
the plans stand in the description, which shows links: each opens the form with its digest.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Final
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import DeploymentUpdate
from prefect.deployments.runner import RunnerDeployment

from connectors.configuration.environment import state_url
from flows.support.approvals import waiting
from flows.support.publishing import what_waits
from schemas.errors import SendersyncError
from sendersync.state.store import State

LOOK_SECONDS: Final = 2.0
"""So soon a held plan is named."""


async def keep_naming(deployment: UUID, made: RunnerDeployment) -> None:
    """Renews the description whenever a run has begun or ended, until it is cancelled.

    Args:
        deployment: The id of `approve` on the server.
        made: What it was made of.
    """
    about = made.description or ""
    seen: object = None
    shown = about
    while True:
        newest = await asyncio.to_thread(_newest)
        if newest != seen:
            text = await asyncio.to_thread(_described, about)
            if text != shown:
                async with get_client() as client:
                    await client.update_deployment(deployment, DeploymentUpdate(description=text))
            seen, shown = newest, text
        await asyncio.sleep(LOOK_SECONDS)


def _newest() -> object:
    """What changes with every run that begins or ends; nothing else does while none has."""
    try:
        with State.open(state_url(), read_only=True) as state:
            return [(run.id, run.status, run.digest) for run in state.runs.latest(1)]
    except SendersyncError:  # the runs say what is wrong with the state
        return None


def _described(about: str) -> str:
    try:
        with State.open(state_url(), read_only=True) as state:
            found = list(waiting(state, datetime.now().astimezone()))
    except SendersyncError:
        return about
    return f"{what_waits(found)}\n{about}" if found else about
