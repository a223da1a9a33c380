"""Names of flow runs as people say them: `newsletter, nightly, 28 Nov 04:30`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo

from prefect import runtime
from prefect.context import FlowRunContext

from schemas.flow_options import ONLY_LOOK


def run_name(what: Callable[[dict[str, Any]], str]) -> Callable[[], str]:
    """The `flow_run_name` of a flow.

    Args:
        what: Makes the first words out of the flow run's parameters; empty: the flow's own name.
    """

    def name() -> str:
        parameters = dict(runtime.flow_run.parameters or {})
        context = FlowRunContext.get()
        by_schedule = bool(context and context.flow_run and context.flow_run.auto_scheduled)
        when = runtime.flow_run.scheduled_start_time.astimezone(_zone())
        words = what(parameters) or str(runtime.flow_run.flow_name).replace("_", " ")
        how = str(runtime.deployment.name) if by_schedule else _by_hand(parameters)
        return f"{words}, {how}, {when.day} {when:%b %H:%M}"

    return name


def stem(place: str) -> str:
    """`newsletter` of `syncs/newsletter.yaml`, as the name of a run shows it."""
    return PurePath(place.replace("\\", "/").rstrip("/")).stem


def _by_hand(parameters: dict[str, Any]) -> str:
    options = parameters.get("options")
    looks = options is not None and options.only_look(by_schedule=False)
    return ONLY_LOOK.lower() if looks else "by hand"


def _zone() -> tzinfo | None:
    """That of the deployment's schedule, in which people think of it; else this machine's."""
    context = FlowRunContext.get()
    run = context.flow_run if context else None
    if run is None or run.deployment_id is None or not run.auto_scheduled or context is None:
        return None
    try:
        deployment: Any = context.client.read_deployment(run.deployment_id)
        zones = [getattr(each.schedule, "timezone", None) for each in deployment.schedules]
        return next((ZoneInfo(zone) for zone in zones if zone), None)
    except Exception:  # noqa: BLE001  # a night is not given up for the name of its run
        return None
