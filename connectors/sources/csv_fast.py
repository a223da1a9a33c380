"""The fast reader: a block of clean lines becomes columns in one call of Arrow.

It answers only for a block in which every line is one row of the right width with well-formed
quotes; for any other it answers None, and the careful reader takes that block. So both agree, and
the line of a row is counted, not guessed.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.csv as arrow_csv

from connectors.sources.csv_bytes import UTF8_BOM
from connectors.sources.csv_careful import CELL_LIMIT, Grammar

_CR, _LF, _ABOVE = 13, 10, 128
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
        self._opens = np.zeros(256, dtype=bool)
        self._opens[[self._delimiter[0], _LF]] = True
        self._closes = self._opens.copy()
        self._closes[_CR] = True
        # what a block does not hold need not be looked for: neither quotes nor letters above 127
        self._parse = {
            quoted: arrow_csv.ParseOptions(
                delimiter=grammar.delimiter, quote_char=grammar.quote if quoted else False
            )
            for quoted in {False, bool(grammar.quote)}
        }
        self._convert = {
            ascii_only: arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(columns, _TEXT),
                strings_can_be_null=False,
                null_values=[],
                check_utf8=not ascii_only,
            )
            for ascii_only in (False, True)
        }

    def read(self, data: bytes | bytearray, size: int) -> Any | None:
        """The beginning of `data` as a table of strings, one row a line; None if not that clean."""
        if not self._able or data.startswith(UTF8_BOM) or data.find(b"\0", 0, size) >= 0:
            return None
        # an order of magnitude faster than `count` of bytes
        bytes_ = np.frombuffer(data, dtype=np.uint8, count=size)
        lines = int(np.count_nonzero(bytes_ == _LF))
        returns = int(np.count_nonzero(bytes_ == _CR)) if data.find(b"\r", 0, size) >= 0 else 0
        if returns and not lines:
            data = bytes(data[:size]).replace(b"\r", b"\n")
            bytes_ = np.frombuffer(data, dtype=np.uint8)
            lines, returns = returns, 0
        if returns and data.count(b"\r\n", 0, size) != returns:
            return None
        quoted = bool(self._quote) and data.find(self._quote, 0, size) >= 0
        if quoted and not self._well_quoted(bytes_):
            return None
        open_end = data[size - 1] != _LF
        try:
            table = arrow_csv.read_csv(
                pa.BufferReader(pa.py_buffer(data).slice(0, size)),
                # one thread: a block is small, and a thread costs more than it saves
                read_options=arrow_csv.ReadOptions(
                    column_names=self._columns, use_threads=False, block_size=size + 1
                ),
                parse_options=self._parse[quoted],
                convert_options=self._convert[bool(bytes_.max() < _ABOVE)],
            )
        except pa.ArrowInvalid:
            return None
        if table.num_rows != lines + open_end:
            return None  # blank lines: their numbers must not be lost
        # each line takes a byte: where many are, none has a cell over the limit
        if lines <= size - CELL_LIMIT and _has_a_long_cell(table):
            return None
        return table

    def _well_quoted(self, bytes_: npt.NDArray[np.uint8]) -> bool:
        """Every quote opens a cell, closes one, or is doubled; or all others stand within cells.

        A line's end within quotes is not looked for: it would make fewer rows than lines.
        """
        quotes = np.flatnonzero(bytes_ == self._quote[0])
        if len(quotes) % 2:
            return False
        opening, closing = quotes[0::2], quotes[1::2]
        starts = self._opens[bytes_[opening - 1]]  # before the first byte stands the last: mended
        starts[0] |= opening[0] == 0
        ends = self._closes[bytes_[np.minimum(closing + 1, len(bytes_) - 1)]]
        ends[-1] |= closing[-1] == len(bytes_) - 1
        if starts.all() and ends.all():
            return True
        doubled = opening[1:] == closing[:-1] + 1
        if (starts[1:] | doubled).all() and starts[0] and (ends[:-1] | doubled).all() and ends[-1]:
            return True
        # as in Excel's `="0123"`: both in the middle of one cell, where Arrow takes them for text
        edges = np.flatnonzero(self._opens[bytes_])
        within = np.searchsorted(edges, opening) == np.searchsorted(edges, closing)
        return bool(np.where(starts, ends, within).all())


def _has_a_long_cell(table: Any) -> bool:
    """A cell over the limit; asked only of columns that are long enough to hold one."""
    return any(
        column.nbytes > CELL_LIMIT
        and (compute.max(compute.utf8_length(column)).as_py() or 0) > CELL_LIMIT
        for column in table.columns
    )
