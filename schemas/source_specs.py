"""The `source:` of a sync file: one model for each kind, told apart by `kind`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


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


class SqlSource(_Source):
    """A query or a table of a database."""

    kind: Literal["sql"]


class HubspotSource(_Source):
    """Contacts of a HubSpot account."""

    kind: Literal["hubspot"]


class SalesforceSource(_Source):
    """Contacts or leads of a Salesforce organisation."""

    kind: Literal["salesforce"]


class OdooSource(_Source):
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
