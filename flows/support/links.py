"""Links from a report to a form of the same page, with its fields filled in.

They are without host and port: whoever reads the report on Prefect's page is there already, under
whatever name they know it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.context import FlowRunContext
from prefect.exceptions import ObjectNotFound


def form_link(deployment: str, parameters: Mapping[str, Any]) -> str:
    """Where a deployment's form opens, filled in; empty where nothing of that name is deployed.

    Args:
        deployment: `flow/deployment`.
        parameters: What the fields hold then.
    """
    with get_client(sync_client=True) as client:
        try:
            found = client.read_deployment_by_name(deployment)
        except ObjectNotFound:
            return ""
    return _form(found.id, parameters)


def own_form(**changes: Mapping[str, Any]) -> str:
    """Where the form of this flow run opens, filled in as for this run but for some fields.

    Args:
        changes: Frame to the fields of it that differ.

    Returns:
        Empty where this flow run is of no deployment.
    """
    context = FlowRunContext.get()
    run = context.flow_run if context else None
    if run is None or run.deployment_id is None:
        return ""
    known = context.flow.parameters.properties if context and context.flow else {}
    # of a name that is on the form no more, Prefect's page would make a form that cannot be sent
    frames = {name: value for name, value in run.parameters.items() if name in known}
    for frame, fields in changes.items():
        frames[frame] = {**(frames.get(frame) or {}), **fields}
    return _form(run.deployment_id, frames)


def artifact_link(artifact: UUID) -> str:
    """Where an artifact is read as a page."""
    return f"/v2/artifacts/artifact/{artifact}"


def _form(deployment: UUID, parameters: Mapping[str, Any]) -> str:
    values = quote(json.dumps(parameters, separators=(",", ":")), safe="")
    return f"/v2/deployments/deployment/{deployment}/run?parameters={values}"
