"""Batches of records from CRMs and databases: frames of bounded size, rows numbered as they come.

Rows are numbered from 1 as they come, and handed out in frames of a bounded number of cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import pandas as pd

from connectors.sources.source import Records
from schemas.frames import LINE

_REPLACED: Final = re.compile("[\ud800-\udfff]")
"""Halves of characters: no text that can be stored or sent holds one."""

CRM_BATCH_ROWS: Final = 1_000
"""Rows a batch: CRMs are slower than what follows, so small batches cost nothing, and a person who
waits sees the rows grow."""

CELLS_AT_ONCE: Final = 250_000
"""Wide rows come in fewer at a time, so that memory stays flat."""


def rows_at_once(columns: int, rows: int) -> int:
    """How many rows of so many columns to hold, when `rows` were asked for."""
    return max(1, min(rows, CELLS_AT_ONCE // max(1, columns)))


class RecordBatches:
    """Collects rows, and hands them out in batches; rows are numbered from 1."""

    def __init__(self, columns: Sequence[str], batch_rows: int = CRM_BATCH_ROWS) -> None:
        """No row yet.

        Args:
            columns: Their names, each once.
            batch_rows: Rows a batch; of very wide ones there are fewer.
        """
        self._columns = tuple(columns)
        self._batch_rows = rows_at_once(len(self._columns), batch_rows)
        self._rows: list[Sequence[str]] = []
        self._next = 1

    def add(self, rows: Iterable[Sequence[str]]) -> Iterator[Records]:
        """Takes rows, a text for each column, and gives the batches that are full now."""
        self._rows.extend(rows)
        while len(self._rows) > self._batch_rows:
            yield Records(self._frame(self._batch_rows))

    def last(self, cursor: str = "") -> Records:
        """What is left, as the last batch of a complete read."""
        return Records(self._frame(len(self._rows)), complete=True, cursor=cursor)

    def _frame(self, count: int) -> pd.DataFrame:
        rows, self._rows = self._rows[:count], self._rows[count:]
        index = pd.Index(range(self._next, self._next + count), dtype="int64", name=LINE)
        self._next += count
        cells = zip(*rows, strict=True) if rows else ((),) * len(self._columns)
        return pd.DataFrame(
            {
                name: _series(list(column), index)
                for name, column in zip(self._columns, cells, strict=True)
            },
            index=index,
        )


def _series(cells: list[str], index: pd.Index[int]) -> pd.Series[str]:
    try:
        return pd.Series(cells, index=index, dtype="str")
    except UnicodeEncodeError:
        # half an emoji, where a CRM cut a text: one sign of one cell, and no reason to read nothing
        whole = [_REPLACED.sub("\ufffd", cell) for cell in cells]
        return pd.Series(whole, index=index, dtype="str")
