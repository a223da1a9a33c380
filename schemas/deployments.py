"""What two files say of Prefect: `prefect.yaml` of deployments, `automations.yaml` of who is told.

Keys of `prefect.yaml` that only `prefect deploy` reads (work pools, steps) pass by unread.
"""

from __future__ import annotations

from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


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


EVENTS: Final = frozenset(
    f"sendersync.run.{each}"
    for each in (
        "settled",
        "failed",
        "approval-needed",
        "held-for-days",
        "partial",
        "unknown-opt-outs",
        "source-stale",
    )
)
"""Every event of ours. Its resource is the sync, `sendersync.sync.NAME`."""

CRASHED: Final = "prefect.flow-run.Crashed"
"""Prefect's own event: the process of a flow run is gone, and can say nothing more."""


class AutomationSpec(BaseModel):
    """Tells of an event, or of its absence."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    event: str = ""
    absent: str = ""
    hours: int = Field(default=0, ge=0, le=24 * 90)
    each: bool = True
    words: str = Field(min_length=1)

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        given = self.event or self.absent
        if bool(self.event) == bool(self.absent):
            raise ValueError("name either an `event` or what is `absent`")
        known = EVENTS if self.absent else EVENTS | {CRASHED}
        if given not in known:
            raise ValueError(f"{given} is no event of ours; there are {', '.join(sorted(known))}")
        if bool(self.absent) != bool(self.hours):
            raise ValueError("`hours` belongs to what is `absent`, and is needed there")
        return self


class AutomationsFile(BaseModel):
    """All of `automations.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    automations: list[AutomationSpec]
