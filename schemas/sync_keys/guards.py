"""Limits of the sync file: of the guards, and of the speed at which the platform is asked."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field

from schemas.sync_keys.strict import Strict


def _number(default: int, description: str) -> Any:
    return Field(default=default, ge=0, description=description)


def _share(default: float, description: str) -> Any:
    return Field(default=default, ge=0, le=1, description=description)


class Guards(Strict):
    """When operations are held for a person to look at; `docs/guards.md` has an example of each."""

    model_config = ConfigDict(strict=True)

    max_stops: int = _number(10, "Removals of one cause that always may go in one run.")
    max_stop_share: float = _share(0.05, "Share of the members that may go above that.")
    max_stops_absolute: int | None = Field(
        default=None,
        ge=0,
        description="Departures and withdrawn consents of one run, whatever their share; changed "
        "numbers do not count.",
    )
    max_stops_7d: int = _number(25, "As `max_stops`, for the last 7 days together.")
    max_stop_share_7d: float = _share(0.10, "As `max_stop_share`, for the last 7 days together.")
    max_stops_30d: int = _number(60, "As `max_stops`, for the last 30 days together.")
    max_stop_share_30d: float = _share(0.25, "As `max_stop_share`, for the last 30 days together.")
    max_adds: int = _number(100, "New people that may always be added in one run.")
    max_add_share: float = _share(0.25, "New people above that, as a share of the members.")
    max_opt_outs: int = _number(25, "People who say stop that are always stopped in one run.")
    max_opt_out_share: float = _share(0.20, "The same above that, as a share of the members.")
    max_changes: int = _number(100, "People whose number may always change in one run.")
    max_change_share: float = _share(0.25, "The same above that, as a share of the members.")
    min_rows: int = _number(1, "With fewer rows than this, removals are held.")
    max_reject_share: float = _share(0.5, "With more rejects than this, removals are held.")
    max_rows_drop: float = _share(
        0.10, "With so many rows fewer than the mean of the last full reads, removals are held."
    )


class LoadSpec(Strict):
    """How fast the platform is asked."""

    model_config = ConfigDict(strict=True)

    rate_per_second: float = Field(
        default=5, gt=0, allow_inf_nan=False, description="Requests a second, never more."
    )
    concurrency: int = Field(default=4, ge=1, le=256, description="Requests in flight.")
    batch_size: int = Field(
        default=200, ge=1, le=100_000, description="Operations a batch (a task in Prefect)."
    )
