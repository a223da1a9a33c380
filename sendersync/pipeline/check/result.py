"""What `check` found: the nouns that it hands to whoever shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.sources.source import Dialect
from schemas.report import ContactCount
from schemas.sync_file import SyncFile
from sendersync.pipeline.extract import Unclear
from sendersync.pipeline.reading.permission_question import Question
from sendersync.transforms.mapping.suggest import Suggestion
from sendersync.transforms.near_misses import NearCountry, NearDomain


@dataclass(frozen=True)
class Sample:
    """One row before and after.

    Attributes:
        line: Where it begins in the source.
        before: Field to cell, the mapped ones, as the source gave them.
        after: Field to value; empty when the row did not become a contact.
        end: `accepted`, `merged`, or a reason code.
    """

    line: int
    before: dict[str, str]
    after: dict[str, str]
    end: str


@dataclass(frozen=True)
class CheckSummary:
    """What a source holds, in counts and examples.

    Attributes:
        columns: Its own columns.
        rows: Rows read, malformed ones included.
        malformed: Rows that could not be read into columns.
        shown: Those of them that stand in the clean copy.
        complete: The source says that these are all.
        count: What became of the rows; None without a mapping.
        reasons: Reason code to rows, rejects only.
        withheld: Reason code to rows of contacts that are kept back.
        country_differs: Rows whose country column disagrees with the number.
        samples: The first rows, before and after.
        examples: The first row of each end there is.
        looked_at: The rows that were asked for, in line order.
        countries: Country cells of rejected rows that are near to a country.
        domains: Domains of contacts' addresses that are near to a common one.
        unclear: `opted_out` and `consent` to their cells that are neither a yes nor a no.
        questions: Columns of which a person must say whether they hold a permission, over all
            rows.
        remarks: What a run would say of them.
        second_table: The line where a second table begins that the clean copy leaves out; else 0.
    """

    columns: tuple[str, ...]
    rows: int
    malformed: int
    shown: int
    complete: bool
    count: ContactCount | None
    reasons: dict[str, int]
    withheld: dict[str, int]
    country_differs: int
    samples: tuple[Sample, ...]
    examples: tuple[Sample, ...]
    looked_at: tuple[Sample, ...] = ()
    countries: tuple[NearCountry, ...] = ()
    domains: tuple[NearDomain, ...] = ()
    unclear: Mapping[str, Unclear] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    remarks: tuple[str, ...] = ()
    second_table: int = 0


@dataclass(frozen=True)
class CheckResult:
    """All that `check` found.

    Attributes:
        name: What messages call the source.
        dialect: How it is written, of delimited text.
        suggestion: Which column is what, as it seems.
        summary: What became of the rows.
        sync: The mapping that the rows were read with; None where nothing tells the phone.
        notes: What the source skipped, made up or assumed.
        of_sync_file: Whether a sync file was named, and not a file of contacts.
    """

    name: str
    dialect: Dialect | None
    suggestion: Suggestion
    summary: CheckSummary
    sync: SyncFile | None
    notes: tuple[str, ...] = ()
    of_sync_file: bool = False

    def mapping(self) -> dict[str, Any]:
        """Contact field to column, or to a list of phone columns, as the rows were read."""
        return self.sync.columns.model_dump(exclude_none=True) if self.sync else {}

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Contact field and column; each phone column is a pair."""
        return tuple(self.sync.columns.pairs()) if self.sync else ()
