"""What the sync file says of stops: the platform's own list of them, and what one holds for."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import Field

from schemas.durations import Duration
from schemas.sync_keys.columns import PhoneColumns
from schemas.sync_keys.strict import Strict


class OptOutScope(StrEnum):
    """What somebody's stop holds for."""

    ALL = "all"
    SENDER_CODE = "sender_code"


class OptOutColumns(Strict):
    """Which column of the list is what; one left out is found as `sendersync stop` finds it."""

    phone: PhoneColumns | None = Field(
        default=None,
        description="The phone that said stop; of a list of columns, every number of a row.",
    )
    country: str | None = Field(default=None, min_length=1, description="Country of the number.")
    opted_out: str | None = Field(
        default=None,
        description="Only rows with a yes in it say stop; empty: every row does, whatever other "
        "columns seem to say.",
    )


class OptOuts(Strict):
    """Files in which the platform tells who texted STOP, read first in every run."""

    path: str = Field(
        min_length=1,
        description="A path from this file, a glob (every match is read) or an fsspec URL.",
    )
    max_age: Duration | None = Field(
        default=None,
        description="Where the newest file is older, every report says so: nothing was delivered.",
    )
    columns: OptOutColumns = OptOutColumns()

    def mapping(self) -> dict[str, Any]:
        """Contact field to column, for phones perhaps to a list; empty: there is no such column."""
        return self.columns.model_dump(exclude_none=True)

    def shown(self) -> str:
        """The path for a report; what follows a question mark in an address may be a password."""
        return self.path.partition("?")[0] if "://" in self.path else self.path
