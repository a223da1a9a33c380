"""The `source:` of a sync file: one model for each kind, told apart by `kind`."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from schemas.durations import Duration

HiddenRows = Literal["read", "skip", "reject"]
"""What happens to rows that are hidden in a sheet; `reject` rejects each of them."""

_SECRET_IN_ADDRESS = re.compile(
    r"^(?!sqlite)[^/]*://[^/?]*:.*@|(password|passwd|pwd|secret|token)[^=&;]*=|odbc_connect=",
    re.IGNORECASE,
)


class _Source(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    accept_name: bool = Field(
        default=False,
        description="Read it although its name (of the file, its folder, its sheet, the table, the "
        "list) or a column says that its people left, said stop or bounced.",
    )


class FileSource(_Source):
    """A source that is a file."""

    path: str = Field(
        min_length=1,
        description="A path from this file, a glob (the newest match is read) or an fsspec URL.",
    )
    newest_by: Literal["time", "name"] = Field(
        default="time",
        description="Of several matches of a glob: the one that was written last, or the one with "
        "the latest date in its name.",
    )
    max_age: Duration | None = Field(
        default=None,
        description="An older file is not read (exit code 75): no new one was delivered.",
    )
    settle_seconds: float = Field(
        default=0.2,
        ge=0,
        le=3600,
        description="How long a file that was just written must stay as it is before it is read.",
    )


def _delimiter(value: Any) -> Any:
    """A tab cannot be seen in a sync file, so delimiters may be called by their names."""
    return _DELIMITERS.get(value, value) if isinstance(value, str) else value


def _no_line_break(value: str) -> str:
    if "\n" in value or "\r" in value:
        raise ValueError("must not hold a line break: that ends a row")
    return value


_DELIMITERS = {
    "tab": "\t",
    "\\t": "\t",
    "comma": ",",
    "semicolon": ";",
    "pipe": "|",
    "colon": ":",
    "space": " ",
}
Delimiter = Annotated[str, BeforeValidator(_delimiter), AfterValidator(_no_line_break)]


class CsvSource(FileSource):
    """A CSV file; the keys about how it is written are for what the file itself cannot tell."""

    kind: Literal["csv"]
    encoding: str | None = Field(
        default=None,
        min_length=1,
        description="The encoding of the file: utf-8, cp1252, shift_jis, gb18030, koi8-r, ...",
    )
    delimiter: Delimiter | None = Field(
        default=None,
        min_length=1,
        max_length=3,
        description='What stands between cells: a character or three, or a word such as "tab".',
    )
    quote: str | None = Field(
        default=None, max_length=1, description="The quote around cells; empty for none."
    )
    escape: str | None = Field(
        default=None,
        max_length=1,
        description="What takes the meaning of the character behind it; empty for nothing.",
    )
    header_line: int | None = Field(
        default=None, ge=0, description="The line with the column names; 0 when there is none."
    )

    @model_validator(mode="after")
    def _each_sign_means_one_thing(self) -> Self:
        given = [each for each in (self.delimiter, self.quote, self.escape) if each]
        if len(set(given)) < len(given) and self.quote != self.escape:
            raise ValueError("`delimiter`, `quote` and `escape` must be different signs")
        return self


class ExcelSource(FileSource):
    """A spreadsheet file."""

    kind: Literal["excel"]
    sheet: str | None = Field(
        default=None,
        min_length=1,
        description="The sheet's name; default: the one that looks like contacts.",
    )
    hidden_rows: HiddenRows = Field(
        default="read",
        description="Rows hidden by hand or by a filter: read like the others, as Excel's own CSV "
        "export does; skipped, so that their people leave; or rejected, so that nothing happens.",
    )


class JsonlSource(FileSource):
    """JSON, one object a line or one array of objects."""

    kind: Literal["jsonl"]


class ParquetSource(FileSource):
    """A Parquet file."""

    kind: Literal["parquet"]


class IncrementalSpec(_Source):
    """A source that can be asked for what changed."""

    mode: Literal["full", "incremental"] = Field(
        default="full",
        description="`incremental` reads only what changed since the last run, and removes no one.",
    )
    full_every: Duration = Field(
        default=timedelta(days=7),
        description="With `incremental`: how often everything is read, to find who has left.",
    )


class SqlSource(IncrementalSpec):
    """A query or a table of a database."""

    kind: Literal["sql"]
    url_env: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z_][A-Za-z0-9_]*$",
        description="The environment variable that holds the database's address: any URL of "
        "SQLAlchemy, such as postgresql://user:password@host/name.",
    )
    url: str | None = Field(
        default=None,
        min_length=1,
        description="The address itself, where it holds no password: sqlite:///crm.db.",
    )
    table: str | None = Field(
        default=None, min_length=1, description="The table or view to read, or schema.table."
    )
    query: str | None = Field(
        default=None, min_length=1, description="One SELECT, instead of a table."
    )
    params: dict[str, str | int | float | bool | datetime | date] = Field(
        default={}, description="Values of the query's `:name`s; they are bound, not pasted."
    )
    key_column: str | None = Field(
        default=None,
        min_length=1,
        description="The rows' own key, which orders them; default: the column of `columns.key`.",
    )
    changed_column: str | None = Field(
        default=None,
        min_length=1,
        description="When a row changed last; `mode: incremental` needs it.",
    )
    overlap: Duration = Field(
        default=timedelta(minutes=10),
        description="How much before its cursor an incremental read begins: longer than any "
        "transaction that writes contacts stays open.",
    )

    @field_validator("url")
    @classmethod
    def _no_password(cls, value: str | None) -> str | None:
        if value is not None and _SECRET_IN_ADDRESS.search(value):
            raise ValueError(
                "an address with a password does not belong in a sync file; write it into an "
                "environment variable or the file .env, and name that here: "
                "`url_env: CRM_DATABASE_URL`"
            )
        return value

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        if (self.url is None) == (self.url_env is None):
            raise ValueError("give the address once: as `url_env:` or as `url:`")
        if (self.table is None) == (self.query is None):
            raise ValueError("give either `table:` or `query:`")
        if self.params and self.query is None:
            raise ValueError("`params:` are values of a `query:`, and there is none")
        if self.mode == "incremental" and self.changed_column is None:
            raise ValueError(
                "`mode: incremental` needs `changed_column:`, which says when a row changed last"
            )
        return self


def _digits_as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class HubspotSource(IncrementalSpec):
    """Contacts of a HubSpot account."""

    kind: Literal["hubspot"]
    # a list's id is a number, and YAML reads it as one
    list: Annotated[str, BeforeValidator(_digits_as_text), Field(min_length=1)] | None = Field(
        default=None,
        description="hubspot: the id or the name of a list or segment; default: every contact.",
    )


class SalesforceSource(IncrementalSpec):
    """Contacts or leads of a Salesforce organisation."""

    kind: Literal["salesforce"]
    object: Literal["Contact", "Lead"] = Field(
        default="Contact", description="Which records of Salesforce are the contacts."
    )
    where: str | None = Field(
        default=None,
        min_length=1,
        description="Which of them, as the condition of a SOQL query: "
        "MailingCountry = 'United States'.",
    )


class OdooSource(IncrementalSpec):
    """Partners of an Odoo database."""

    kind: Literal["odoo"]
    domain: tuple[Any, ...] = Field(
        default=(),
        description="odoo: which partners, in Odoo's own notation, such as "
        '[["is_company", "=", false]]; default: every active one.',
    )

    @field_validator("domain")
    @classmethod
    def _is_a_domain(cls, given: tuple[Any, ...]) -> tuple[Any, ...]:
        for term in given:
            if term not in ("&", "|", "!") and not (
                isinstance(term, list) and len(term) == 3 and isinstance(term[0], str)
            ):
                raise ValueError(
                    'must be a list of [field, operator, value], with "&", "|" and "!" between'
                )
        if _lacks_terms(given):
            raise ValueError('ends too early: "&" and "|" come before two terms, "!" before one')
        return given


def _lacks_terms(domain: tuple[Any, ...]) -> bool:
    """Whether an operator would take what a read adds to the domain for its own terms."""
    missing = 0
    for term in domain:
        missing = (missing or 1) + {"&": 1, "|": 1, "!": 0}.get(str(term), -1)
    return missing > 0


SourceSpec = Annotated[
    CsvSource
    | ExcelSource
    | JsonlSource
    | ParquetSource
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
    "parquet": ParquetSource,
    "sql": SqlSource,
    "hubspot": HubspotSource,
    "salesforce": SalesforceSource,
    "odoo": OdooSource,
}
"""The model of each kind."""
