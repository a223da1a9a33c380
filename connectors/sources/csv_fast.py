"""The fast reader: a block of clean lines becomes columns in one call of Arrow.

It answers only for a block in which every line is one row of the right width with well-formed
quotes; for any other it answers None, and the careful reader takes that block. So both agree, and
the line of a row is counted, not guessed.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.csv as arrow_csv

from connectors.sources.csv_bytes import UTF8_BOM
from connectors.sources.csv_careful import CELL_LIMIT, Grammar

_CR, _LF = 13, 10
_TEXT: Final = pa.large_string()


class FastReader:
    """Reads blocks of one grammar and one set of columns.

    Args:
        grammar: How cells are written.
        columns: The names, which are unique.
    """

    def __init__(self, grammar: Grammar, columns: tuple[str, ...]) -> None:
        self._delimiter = grammar.delimiter.encode()
        self._quote = grammar.quote.encode()
        self._able = (
            len(self._delimiter) == 1
            and len(self._quote) <= 1
            and not grammar.escape
            and not grammar.skip_space
            and bool(columns)
        )
        self._columns = list(columns)
        if not self._able:
            return
        self._parse = arrow_csv.ParseOptions(
            delimiter=grammar.delimiter, quote_char=grammar.quote or False
        )
        self._convert = arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(columns, _TEXT), strings_can_be_null=False, null_values=[]
        )

    def read(self, block: bytes) -> Any | None:
        """The block as a table of strings, one row a line; None when it is not that clean."""
        if not self._able or b"\0" in block or block.startswith(UTF8_BOM):
            return None
        returns = block.count(b"\r")
        lines = block.count(b"\n")
        if returns and not lines:
            block, lines, returns = block.replace(b"\r", b"\n"), returns, 0
        if returns and block.count(b"\r\n") != returns:
            return None
        if self._quote and self._quote in block and not self._well_quoted(block):
            return None
        try:
            table = arrow_csv.read_csv(
                pa.BufferReader(block),
                # one thread: a block is small, and a thread costs more than it saves
                read_options=arrow_csv.ReadOptions(
                    column_names=self._columns, use_threads=False, block_size=len(block) + 1
                ),
                parse_options=self._parse,
                convert_options=self._convert,
            )
        except pa.ArrowInvalid:
            return None
        if table.num_rows != lines + (not block.endswith(b"\n")):
            return None  # blank lines: their numbers must not be lost
        return None if _has_a_long_cell(table) else table

    def _well_quoted(self, block: bytes) -> bool:
        """Every quote opens a cell, closes one, or is doubled, and none is open at a line's end."""
        bytes_ = np.frombuffer(block, dtype=np.uint8)
        quotes = np.flatnonzero(bytes_ == self._quote[0])
        if len(quotes) % 2:
            return False
        ends = np.flatnonzero(bytes_ == _LF)
        if np.any(np.searchsorted(quotes, ends) % 2):
            return False
        stop = self._delimiter[0]
        opening, closing = quotes[0::2], quotes[1::2]
        before = bytes_[np.maximum(opening - 1, 0)]
        starts = (before == stop) | (before == _LF) | (opening == 0)
        doubled = np.zeros(len(opening), dtype=bool)
        doubled[1:] = opening[1:] == closing[:-1] + 1
        after = bytes_[np.minimum(closing + 1, len(bytes_) - 1)]
        ended = (after == stop) | (after == _LF) | (after == _CR) | (closing == len(bytes_) - 1)
        ended[:-1] |= doubled[1:]
        return bool(np.all(starts | doubled) and np.all(ended))


def _has_a_long_cell(table: Any) -> bool:
    """A cell over the limit; asked only of columns that are long enough to hold one."""
    return any(
        column.nbytes > CELL_LIMIT
        and (compute.max(compute.utf8_length(column)).as_py() or 0) > CELL_LIMIT
        for column in table.columns
    )
