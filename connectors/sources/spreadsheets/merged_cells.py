"""Merged cells: their one value, given to all the cells that they cover.

A country that is merged over the three people below it is the country of all three; without this
the second and the third would be read with the sync file's default.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from connectors.sources.spreadsheets.cell_values import MergedRange, SheetRow, damaged

MOST_RANGES: Final = 1 << 20
"""Ranges of one sheet: as many as it can have rows."""


class Merges:
    """The merged ranges of a sheet, by the row in which they begin.

    Args:
        ranges: First row from 1, first column from 0, number of rows, number of columns.
        where: The file, for messages.

    Raises:
        SourceMismatch: More than any sheet can hold.
    """

    def __init__(self, ranges: Sequence[tuple[int, int, int, int]], where: str) -> None:
        if len(ranges) > MOST_RANGES:
            raise damaged(where, "it has more merged cells than a sheet can hold")
        self._by_row: dict[int, list[MergedRange]] = {}
        for row, column, rows, columns in ranges:
            self._by_row.setdefault(row, []).append(MergedRange(column, rows, columns))

    def beginning_in(self, row: int) -> Sequence[MergedRange]:
        """The ranges whose first row this is."""
        return self._by_row.get(row, ())


class _Value(NamedTuple):
    """What a column's merged cell holds, and until which row."""

    until: int
    text: str
    fault: str


def fill_merged(rows: Iterable[SheetRow], before: int, places: Sequence[int]) -> Iterator[SheetRow]:
    """The rows, each covered cell with the value of the cell that covers it.

    A row that holds nothing else stays empty: a range may be longer than its table.

    Args:
        rows: The rows of a sheet.
        before: The last row above the data: what begins there or higher is a title or a name.
        places: Columns of the table, from 0; no other cell is filled.
    """
    values: dict[int, _Value] = {}
    columns = frozenset(places)
    for row in rows:
        if values:
            values = {n: value for n, value in values.items() if row.number <= value.until}
        if row.number > before:
            for merged in row.merged:
                values |= _values_of(merged, row, columns)
        if values and any(row.cells):
            _fill(row, values)
        yield row


def _values_of(
    merged: MergedRange, row: SheetRow, columns: frozenset[int]
) -> Iterable[tuple[int, _Value]]:
    text = row.cells[merged.column] if merged.column < len(row.cells) else ""
    if not text:
        return
    value = _Value(row.number + merged.rows - 1, text, row.faulty.get(merged.column, ""))
    for n in columns:
        if merged.column <= n < merged.column + merged.columns:
            yield n, value


def _fill(row: SheetRow, values: dict[int, _Value]) -> None:
    cells = [*row.cells, *[""] * (max(values) + 1 - len(row.cells))]
    for n, value in values.items():
        if not cells[n]:  # a covered cell may hold a value of its own, which nobody sees
            cells[n] = value.text
            if value.fault:
                row.faulty = {**row.faulty, n: value.fault}
    row.cells = cells
