"""The interface of every source: its columns, its rows in batches, and whether it read all.

A read is complete only when its last batch says so. A source that breaks off, or that notices
that what it read was not all, ends without such a batch, and removes nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol, runtime_checkable

import pandas as pd

from schemas.frames import LINE

BATCH_ROWS: Final = 50_000
"""Rows a batch: large enough for columns to pay, small enough that memory stays flat."""

RAW_LIMIT: Final = 10_000
"""Characters kept of a malformed row: an unclosed quote may take much of the file with it."""


def no_malformed() -> pd.DataFrame:
    """An empty frame of malformed rows: `problem`, `raw` (str), index `line` (int64)."""
    return pd.DataFrame(
        {"problem": pd.Series(dtype="str"), "raw": pd.Series(dtype="str")},
        index=pd.Index([], dtype="int64", name=LINE),
    )


@dataclass(frozen=True)
class Records:
    """One batch of rows as the source gave them.

    Attributes:
        frame: One `str` column for each source column, values untouched, absent values empty;
            index `line` (int64).
        malformed: Rows that could not be read into columns: `problem` and `raw` (both `str`),
            index `line`. They are rows too, and are counted.
        complete: True in the last batch of a read that reached the end and trusts it.
        cursor: In the last batch of a complete read: where an incremental read goes on; empty for
            sources that know no such place.
    """

    frame: pd.DataFrame
    malformed: pd.DataFrame = field(default_factory=no_malformed)
    complete: bool = False
    cursor: str = ""

    @property
    def rows(self) -> int:
        """All rows of this batch, malformed ones included."""
        return len(self.frame) + len(self.malformed)


@dataclass(frozen=True)
class Dialect:
    """How a file of delimited text is written; sources without such a thing have none.

    Attributes:
        encoding: Python's name of it; `utf-8-sig` is UTF-8 with a byte order mark.
        delimiter: Stands between cells.
        quote: Stands around cells.
        header_line: Where the names of the columns stand; 0 when no line names them.
        escape: Takes the meaning of the character behind it; empty when there is none.
        line_ends: `LF`, `CRLF`, `CR`, or several of them.
        notes: What was skipped, made up or assumed, for a person.
    """

    encoding: str
    delimiter: str
    quote: str
    header_line: int
    escape: str = ""
    line_ends: str = ""
    notes: tuple[str, ...] = ()


class Source(Protocol):
    """Where contacts are read."""

    @property
    def name(self) -> str:
        """What messages call it: a file's name, a CRM's; never an address with credentials."""

    def columns(self) -> tuple[str, ...]:
        """The source's columns, in its order.

        Raises:
            WrongUse: The source is not what the sync file says.
            SourceUnavailable: It cannot be reached now.
        """

    def read(self) -> Iterator[Records]:
        """Reads from the beginning, in batches.

        Raises:
            WrongUse: The source is not what the sync file says (with the line).
            SourceUnavailable: It broke off; what was yielded before stays valid.
        """


@runtime_checkable
class Delimited(Protocol):
    """A source of delimited text."""

    def dialect(self) -> Dialect:
        """How the file is written, as far as it was found out.

        Raises:
            WrongUse: The file is not what it should be.
        """

    def names_as_given(self) -> tuple[str, ...]:
        """The names that the file itself gives its columns; `columns` where it gives none.

        Only they differ where they are more or fewer than a row has cells: whose they are cannot
        be known then, and `columns` are numbers.
        """

    def cells_as_given(self, raw: str, *, slips: bool = False) -> list[str]:
        """The cells of a malformed row as far as they can be read: to look at, never to sync.

        Args:
            raw: The row as it stands.
            slips: Quotes may be taken for text; without it a row that is not well written is one
                cell.
        """


@runtime_checkable
class IncrementalSource(Source, Protocol):
    """A source that can be asked for what changed; its full reads end with a cursor too."""

    def read_since(self, cursor: str) -> Iterator[Records]:
        """Reads the rows that changed since `cursor`, in batches, and ends with the next cursor.

        Rows that share the cursor's moment are read again rather than lost. Deleted rows are not
        told: a full read finds who has left.

        Raises:
            WrongUse: The source is not what the sync file says.
            SourceUnavailable: It broke off.
        """


@runtime_checkable
class HasNotes(Protocol):
    """A source that has something to say about what it reads."""

    def notes(self) -> tuple[str, ...]:
        """What was skipped, made or assumed: sentences for a person, without personal data.

        Complete once a read has come to its end.
        """


@runtime_checkable
class HasContentHash(Protocol):
    """A source whose content can be compared with that of an earlier run."""

    def content(self) -> str:
        """A digest: two sources with the same one hold the same; empty where it is not known.

        Raises:
            WrongUse: The source is not there.
            SourceUnavailable: It cannot be read now.
        """


@runtime_checkable
class SupportsProjection(Protocol):
    """A source in which a fault matters only in columns that are used."""

    def select(self, columns: frozenset[str]) -> None:
        """Says which columns are used, before `read`; without it all of them are."""
