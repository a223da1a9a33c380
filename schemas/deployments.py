"""What `prefect.yaml` says of each deployment, as far as `sendersync serve` uses it.

Keys that only `prefect deploy` reads (work pools, steps) pass by unread.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class ScheduleSpec(BaseModel):
    """When a deployment starts by itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slug: str
    cron: str
    timezone: str
    active: bool = True
    parameters: dict[str, Any] = Field(default_factory=dict)


class LimitSpec(BaseModel):
    """How many runs of one deployment go at once."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(ge=1)
    collision_strategy: str


class DeploymentSpec(BaseModel):
    """A flow under a name, with what it is started with."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: str
    entrypoint: str
    description: str = ""
    tags: list[str] = Field(default_factory=list)
    parameters: dict[str, Any] = Field(default_factory=dict)
    schedules: list[ScheduleSpec] = Field(default_factory=list)
    concurrency_limit: LimitSpec | None = None
    enforce_parameter_schema: bool = True


class DeploymentsFile(BaseModel):
    """All of `prefect.yaml`."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    deployments: list[DeploymentSpec]
