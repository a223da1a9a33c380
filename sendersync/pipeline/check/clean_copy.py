"""What a source holds as one plain CSV, for people and other programs.

Nothing vanishes in it: a malformed row of delimited text stands in its place, with its cells as far
as they can be told. It is as little of a row there as it was in the file: too few or too many
cells stay so, and where its cells happen to be as many as the columns it gets an empty one more.
So nothing that reads the copy, an import least of all, takes its cells for those of a person.

One thing is left out, and told: a second table below the first, with other columns and a line of
names of its own. Its rows are malformed rows of the file, and a sync holds nobody for gone by them.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from connectors.sources.files.header_words import name_columns
from connectors.sources.files.looks_like_contact import looks_like_contact
from connectors.sources.source import RAW_LIMIT, Delimited, Source
from sendersync.pipeline.export.write_csv import write_csv

_NUL: Final = "\0"

_ROWS_A_SLIP: Final = 10
"""Good rows for each malformed one whose quotes are taken for text, but for the first one. Were
they many, their width would look like that of the table."""

_ALIKE: Final = 0.9
"""Rows of a second table that have as many cells as its line of names; one may be ragged."""

Row = tuple[int, Sequence[str]]


class CleanCopy(NamedTuple):
    """What became of malformed rows.

    Attributes:
        shown: How many of them are in the copy.
        second_table: The line where a second table begins that is not in it; 0 where there is none.
    """

    shown: int
    second_table: int = 0


def write_clean(
    path: Path, source: Source, frames: Sequence[pd.DataFrame], malformed: pd.DataFrame
) -> CleanCopy:
    """Writes what was read of `source`, in the order of its lines.

    Args:
        path: Where to write.
        source: Where it was read.
        frames: Its rows, batch by batch.
        malformed: Its malformed rows: `problem`, `raw`.

    Returns:
        How many malformed rows are in it, and where a second table was left out.

    Raises:
        WrongUse: The place cannot be written, or is taken: a copy is always a new file.
    """
    names, broken, second = source.columns(), list[Row](), 0
    if isinstance(source, Delimited):
        broken = list(_broken(source, frames, malformed))
        names = source.names_as_given()
        last = max((int(frame.index[-1]) for frame in frames if len(frame)), default=0)
        second = second_table(names, [row for row in broken if row[0] > last]) if last else 0
        if second:
            broken = [row for row in broken if row[0] < second]
    write_csv(path, _rows(names, frames, broken))
    return CleanCopy(len(broken), second)


def second_table(names: Sequence[str], below: Sequence[Row]) -> int:
    """The line where a second table begins; 0 where there is none.

    Args:
        names: The names of the first table's columns.
        below: Line and cells of the malformed rows below its last row.
    """
    if len(below) < 2:
        return 0
    (line, head), *rows = below
    filled = [cell.strip() for cell in head if cell.strip()]
    known = len(set(filled) & {name.strip() for name in names})
    if any(map(looks_like_contact, filled)) or not (
        (known >= 2 and 2 * known >= len(filled)) or name_columns(filled)
    ):
        return 0
    alike = sum(len(cells) == len(head) for _, cells in rows)
    return line if alike >= _ALIKE * len(rows) else 0


def _rows(
    names: Sequence[str], frames: Sequence[pd.DataFrame], broken: list[Row]
) -> Iterator[Sequence[str]]:
    if names:
        yield names
    place = 0
    for frame in frames:
        rows: Iterable[Sequence[str]] = frame.itertuples(index=False, name=None)
        last = frame.index[-1] if len(frame) else -1
        first = place
        while place < len(broken) and broken[place][0] < last:
            place += 1
        if place > first:
            numbered = zip(frame.index, rows, strict=True)
            merged = heapq.merge(numbered, broken[first:place], key=itemgetter(0))
            rows = (cells for _, cells in merged)
        yield from rows
    for _, cells in broken[place:]:
        yield cells


def _broken(
    source: Delimited, frames: Sequence[pd.DataFrame], malformed: pd.DataFrame
) -> Iterator[Row]:
    """Line and cells of the malformed rows that can be shown: not NULs, nor mere beginnings."""
    width, slips = frames[0].shape[1], 0
    good = np.concatenate([frame.index.to_numpy() for frame in frames])
    before = np.searchsorted(good, malformed.index.to_numpy())
    for line, raw, rows in zip(malformed.index, malformed["raw"], before, strict=True):
        if _NUL in raw or len(raw) >= RAW_LIMIT:
            continue
        cells = source.cells_as_given(raw)
        if len(cells) == 1 and slips * _ROWS_A_SLIP <= rows:
            cells = source.cells_as_given(raw, slips=True)
            slips += len(cells) > 1
        if len(cells) == width:
            if width == 1:
                continue  # a second cell would make a table of two columns
            cells = [*cells, ""]
        yield line, cells
