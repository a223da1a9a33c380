"""The `source:` of a sync file: one model for each kind, told apart by `kind`."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from schemas.durations import Duration


class _Source(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _FileSource(_Source):
    path: str = Field(
        min_length=1,
        description="A path from this file, a glob (the newest match is read) or an fsspec URL.",
    )


class CsvSource(_FileSource):
    """A CSV file."""

    kind: Literal["csv"]


class ExcelSource(_FileSource):
    """A spreadsheet file."""

    kind: Literal["excel"]


class JsonlSource(_FileSource):
    """JSON, one object a line or one array of objects."""

    kind: Literal["jsonl"]


class IncrementalSpec(_Source):
    """A source that can be asked for what changed."""

    mode: Literal["full", "incremental"] = Field(
        default="full",
        description="`incremental` reads only what changed since the last run, and removes nobody.",
    )
    full_every: Duration = Field(
        default=timedelta(days=7),
        description="With `incremental`: how often everything is read, to find who has left.",
    )


class SqlSource(IncrementalSpec):
    """A query or a table of a database."""

    kind: Literal["sql"]


class HubspotSource(IncrementalSpec):
    """Contacts of a HubSpot account."""

    kind: Literal["hubspot"]


class SalesforceSource(IncrementalSpec):
    """Contacts or leads of a Salesforce organisation."""

    kind: Literal["salesforce"]


class OdooSource(IncrementalSpec):
    """Partners of an Odoo database."""

    kind: Literal["odoo"]


SourceSpec = Annotated[
    CsvSource
    | ExcelSource
    | JsonlSource
    | SqlSource
    | HubspotSource
    | SalesforceSource
    | OdooSource,
    Field(discriminator="kind"),
]
"""Where contacts are read."""

SOURCE_KINDS: dict[str, type[BaseModel]] = {
    "csv": CsvSource,
    "excel": ExcelSource,
    "jsonl": JsonlSource,
    "sql": SqlSource,
    "hubspot": HubspotSource,
    "salesforce": SalesforceSource,
    "odoo": OdooSource,
}
"""The model of each kind."""
