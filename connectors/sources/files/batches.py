"""Batches of a file's records: frames of bounded size, rows and malformed rows in line order."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from connectors.sources.source import RAW_LIMIT, Records, no_malformed
from schemas.frames import LINE

Lines = npt.NDArray[np.int64]
_TEXT: Final = pd.StringDtype("pyarrow", na_value=np.nan)


class Batches:
    """Collects rows in the order of their lines.

    Args:
        columns: The names, which are unique.
        batch_rows: Rows a batch, malformed ones included.
    """

    def __init__(self, columns: tuple[str, ...], batch_rows: int) -> None:
        self._columns = columns
        self._batch_rows = batch_rows
        self._schema = pa.schema([(name, pa.large_string()) for name in columns])
        self._tables: list[Any] = []
        self._table_lines: list[Lines] = []
        self._rows: list[list[str]] = []
        self._row_lines: list[int] = []
        self._malformed: list[tuple[int, str, str]] = []
        self._size = 0

    def row(self, line: int, cells: list[str]) -> None:
        """A row of the careful reader."""
        self._rows.append(cells)
        self._row_lines.append(line)
        self._size += 1

    def malformed(self, line: int, problem: str, raw: str) -> None:
        """A line that is no row."""
        # a lone surrogate cannot come here: every decoder is strict
        self._malformed.append((line, problem, raw.rstrip("\r\n")[:RAW_LIMIT]))
        self._size += 1

    def table(self, table: Any, line: int) -> None:
        """Rows of the fast reader, one a line from `line` on."""
        self._settle()
        self._tables.append(table)
        self._table_lines.append(np.arange(line, line + table.num_rows, dtype=np.int64))
        self._size += table.num_rows

    def full(self) -> Iterator[Records]:
        """The batches that are complete so far."""
        while self._size > self._batch_rows:
            yield self._cut(self._batch_rows, complete=False)

    def last(self, *, complete: bool) -> Records:
        """What is left."""
        return self._cut(self._size, complete=complete)

    def _settle(self) -> None:
        """Rows become columns."""
        if not self._rows:
            return
        cells = zip(*self._rows, strict=True)
        self._tables.append(
            pa.Table.from_arrays(
                [pa.array(column, pa.large_string()) for column in cells], schema=self._schema
            )
        )
        self._table_lines.append(np.array(self._row_lines, dtype=np.int64))
        self._rows, self._row_lines = [], []

    def _cut(self, size: int, *, complete: bool) -> Records:
        """The first rows, malformed ones among them, in the order of their lines."""
        self._settle()
        table = pa.concat_tables(self._tables) if self._tables else self._schema.empty_table()
        lines = np.concatenate([np.empty(0, np.int64), *self._table_lines])
        taken = len(self._malformed)
        if taken and size < self._size:
            faulty = np.array([line for line, _, _ in self._malformed], dtype=np.int64)
            last = np.partition(np.concatenate([lines, faulty]), size - 1)[size - 1]
            taken = int(np.searchsorted(faulty, last, side="right"))
        rows = size - taken
        malformed, self._malformed = self._malformed[:taken], self._malformed[taken:]
        self._tables = [table.slice(rows)] if rows < len(lines) else []
        self._table_lines = [lines[rows:]] if rows < len(lines) else []
        self._size -= size
        return Records(
            self._frame(table.slice(0, rows), lines[:rows]), _faults(malformed), complete
        )

    def _frame(self, table: Any, lines: Lines) -> pd.DataFrame:
        index = pd.Index(lines, dtype="int64", name=LINE)
        # Arrow's buffers become pandas' own: nothing is copied
        columns = {
            name: pd.arrays.ArrowStringArray(table.column(place), dtype=_TEXT)  # type: ignore[call-arg]  # the stubs are behind
            for place, name in enumerate(self._columns)
        }
        return pd.DataFrame(columns, index=index, copy=False)


@cache
def _no_malformed() -> pd.DataFrame:
    """Made once: it costs as much as the frame of a batch."""
    return no_malformed()


def _faults(malformed: list[tuple[int, str, str]]) -> pd.DataFrame:
    if not malformed:
        return _no_malformed().copy(deep=False)
    lines, problems, raws = zip(*malformed, strict=True)
    return pd.DataFrame(
        {"problem": list(problems), "raw": list(raws)},
        index=pd.Index(lines, dtype="int64", name=LINE),
        dtype="str",
    )
