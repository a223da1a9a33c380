"""Reads a source to its end and normalises it, batch by batch."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from connectors.sources.source import IncrementalSource, Selective, Source
from schemas.did_you_mean import nearest
from schemas.errors import SourceMismatch
from schemas.sync_file import SyncFile
from sendersync.transforms.normalise import malformed_as_rejects, normalise
from sendersync.transforms.unattributable import anonymous, told_apart


@dataclass(frozen=True)
class Unclear:
    """Cells of a yes-or-no column that are neither.

    Attributes:
        rows: How many.
        first: The first line of them.
    """

    rows: int
    first: int


@dataclass(frozen=True)
class Extracted:
    """One read of a source.

    Attributes:
        columns: The source's own columns, in its order.
        contacts: Contact frame of all batches, in line order.
        rejects: Reject frame of all batches, in line order.
        raw: The rows as the source gave them, one frame a batch, to show rejects as they were.
        malformed: Rows that could not be read into columns: `problem`, `raw`.
        anonymous: Fingerprints (`str`) of the rejects that name nobody, each a different one.
        rows: Rows read.
        complete: The source says that these are all.
        country_differs: Contacts whose country column disagrees with their number.
        unclear: `opted_out` and `consent` to their cells that are neither a yes nor a no.
        homeless: Numbers that are rejected because nothing says their country.
        incremental: Only what changed was read: nobody who is missing has left.
        cursor: Where the next incremental read goes on, if the source knows.
    """

    columns: tuple[str, ...]
    contacts: pd.DataFrame
    rejects: pd.DataFrame
    raw: tuple[pd.DataFrame, ...]
    malformed: pd.DataFrame
    anonymous: pd.Series[str]
    rows: int
    complete: bool
    country_differs: int
    unclear: Mapping[str, Unclear]
    homeless: int = 0
    incremental: bool = False
    cursor: str = ""

    def rows_as_given(self, lines: pd.Index[int]) -> pd.DataFrame:
        """The source's own cells of some lines, index `line`; malformed rows have none."""
        parts = [batch.loc[batch.index.intersection(lines)] for batch in self.raw]
        return pd.concat([part for part in parts if len(part)] or [self.raw[0].iloc[:0]])


def extract(
    source: Source,
    sync: SyncFile,
    progress: Callable[[int], None] = lambda _: None,
    since: str | None = None,
) -> Extracted:
    """Reads `source` as contacts of `sync`: all of it, or what changed since a cursor.

    Args:
        source: Where to read.
        sync: Says which column is what.
        since: Cursor of an incremental read; None for a full one. Only for an `IncrementalSource`.
        progress: Told the number of rows read so far, after each batch.

    Raises:
        SourceMismatch: A mapped column is not there, or the source is not readable as its kind.
        SourceUnavailable: The source broke off: nothing of it is used.
    """
    columns = source.columns()
    if columns:
        check_columns(columns, sync, source.name)
    if isinstance(source, Selective):
        source.use(frozenset(sync.columns.mapped().values()))
    contacts, rejects, raw, malformed, nameless = [], [], [], [], []
    unclear: dict[str, Unclear] = {}
    rows = country_differs = homeless = 0
    complete, cursor = False, ""
    batches = source.read()
    if since is not None and isinstance(source, IncrementalSource):
        batches = source.read_since(since)
    for records in batches:
        frame = records.frame
        if not columns:
            frame = frame.reindex(columns=list(sync.columns.mapped().values())).astype("str")
        batch = normalise(frame, sync)
        contacts.append(batch.contacts)
        rejects += [batch.rejects, malformed_as_rejects(records.malformed)]
        raw.append(records.frame)
        malformed.append(records.malformed)
        lines = anonymous(batch.rejects)
        nameless += [_fingerprints(records.frame.loc[lines])]
        if len(records.malformed):
            nameless += [_fingerprints(records.malformed[["raw"]])]
        country_differs += batch.country_differs
        homeless += batch.homeless
        _add_unclear(unclear, batch.unclear)
        rows += records.rows
        complete, cursor = records.complete, records.cursor
        progress(rows)
    return Extracted(
        columns=columns,
        contacts=pd.concat(contacts),
        rejects=pd.concat(rejects).sort_index(),
        raw=tuple(raw),
        malformed=pd.concat(malformed),
        anonymous=told_apart(pd.concat(nameless)),
        rows=rows,
        complete=complete,
        country_differs=country_differs,
        unclear=unclear,
        homeless=homeless,
        incremental=since is not None,
        cursor=cursor,
    )


def check_columns(columns: Sequence[str], sync: SyncFile, name: str) -> None:
    """Refuses a mapping that names a column the source does not have.

    Raises:
        SourceMismatch: Names the field, the missing column and the nearest one there is.
    """
    for field, column in sync.columns.mapped().items():
        if column in columns:
            continue
        near = nearest(column, columns)
        raise SourceMismatch(
            f"The sync file maps `{field}` to the column {column!r}, which is not there.",
            where=f"{name}:1",
            do=f"Did you mean {near!r}?"
            if near
            else "Its columns are: " + ", ".join(repr(each) for each in columns) + ".",
        )


def _add_unclear(found: dict[str, Unclear], lines: Mapping[str, pd.Index[int]]) -> None:
    for name, more in lines.items():
        if len(more):
            before = found.get(name, Unclear(0, int(more[0])))
            found[name] = Unclear(before.rows + len(more), before.first)


def _fingerprints(rows: pd.DataFrame) -> pd.Series[str]:
    """A digest of each row's cells; rows without a single filled cell are nobody's and left out."""
    cells = [tuple(row) for row in rows.itertuples(index=False, name=None)]
    digests = {
        line: hashlib.blake2b("\x1f".join(row).encode(), digest_size=16).hexdigest()
        for line, row in zip(rows.index, cells, strict=True)
        if any(cell.strip() for cell in row)
    }
    return pd.Series(digests, dtype="str")
