"""The fast reader: a block of clean lines becomes columns in one call of Arrow.

It answers only for a block in which every line is one row of the right width with well-formed
quotes; for any other it answers None, and the careful reader takes that block. So both agree, and
the line of a row is counted, not guessed.

Arrow forgives what must not be forgiven, so each block is looked at, too, in a few passes over its
bytes that cost less than a tenth of the parsing each (`benchmarks/read_csv.py`).
"""

from __future__ import annotations

import struct
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.csv as arrow_csv

from connectors.sources.delimited.careful_reader import CELL_LIMIT, Grammar
from connectors.sources.files.opening import UTF8_BOM

# a Ctrl-C asks for a clean stop: Arrow would break off the read, and it would look like our fault
pa.enable_signal_handlers(enable=False)

_CR, _LF = 13, 10
_TEXT: Final = pa.large_string()
_Bytes = npt.NDArray[np.uint8]
_Bits = npt.NDArray[np.uint64]
_OFFSET: Final = struct.Struct("=q")


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
            and not grammar.halve
            and bool(columns)
        )
        self._columns = list(columns)
        if not self._able:
            return
        # what a block does not hold need not be looked for
        self._parse = {
            quoted: arrow_csv.ParseOptions(
                delimiter=grammar.delimiter, quote_char=grammar.quote if quoted else False
            )
            for quoted in {False, bool(grammar.quote)}
        }
        self._convert = arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(columns, _TEXT),
            strings_can_be_null=False,
            null_values=[],
            check_utf8=False,  # looked at in the whole block: cell by cell is five times the work
        )
        self._space = np.empty(0, dtype=np.bool_)

    def read(self, data: bytes | bytearray, size: int) -> Any | None:
        """The beginning of `data` as a table of strings, one row a line; None if not that clean."""
        if not self._able or data.startswith(UTF8_BOM) or data.find(b"\0", 0, size) >= 0:
            return None
        bytes_ = np.frombuffer(data, dtype=np.uint8, count=size)
        lines, returns, ends = self._line_ends(data, bytes_)
        if returns and not lines:
            data = bytes(data[:size]).replace(b"\r", b"\n")
            bytes_ = np.frombuffer(data, dtype=np.uint8)
            lines, returns, ends = self._line_ends(data, bytes_)
        if returns < 0 or not _is_utf8(data, size):
            return None
        quotes = 0
        if self._quote and data.find(self._quote, 0, size) >= 0:
            marks = self._bits(bytes_, self._quote[0])
            quotes = _count(marks)
            if quotes % 2:
                return None
        try:
            table = arrow_csv.read_csv(
                pa.BufferReader(pa.py_buffer(data).slice(0, size)),
                # one thread: a block is small, and a thread costs more than it saves
                read_options=arrow_csv.ReadOptions(
                    column_names=self._columns, use_threads=False, block_size=size + 1
                ),
                parse_options=self._parse[quotes > 0],
                convert_options=self._convert,
            )
        except pa.ArrowInvalid:
            return None
        open_end = data[size - 1] != _LF
        if table.num_rows != lines + open_end:
            return None  # blank lines: their numbers must not be lost
        if quotes:
            between = table.num_rows * (len(self._columns) - 1) + lines + returns
            literal = _characters(table) - (size - between - quotes)
            if not (
                (not literal and self._all_at_edges(bytes_, ends, marks))
                or self._well_quoted(bytes_)
            ):
                return None
        # each line takes a byte: where many are, none has a cell over the limit
        if lines <= size - CELL_LIMIT and _has_a_long_cell(table):
            return None
        return table

    def _line_ends(self, data: bytes | bytearray, bytes_: _Bytes) -> tuple[int, int, _Bits]:
        """How many LF and CR there are, and where; -1 CR where some stand alone among LF."""
        ends = self._bits(bytes_, _LF)
        lines = _count(ends)
        if data.find(b"\r", 0, len(bytes_)) < 0:
            return lines, 0, ends
        returns = self._bits(bytes_, _CR)
        count = _count(returns)
        if lines and (returns & ~_one_earlier(ends)).any():
            count = -1
        return lines, count, ends | returns

    def _bits(self, bytes_: _Bytes, wanted: int) -> _Bits:
        """Where a byte stands, a bit each, the first one the lowest."""
        size = len(bytes_)
        if len(self._space) < size:
            # used again for each block: new space would cost more than what is done in it
            self._space = np.empty(size, dtype=np.bool_)
        marks = np.equal(bytes_, wanted, out=self._space[:size])
        words = np.zeros(size // 64 + 1, dtype=np.uint64)
        words.view(np.uint8)[: (size + 7) // 8] = np.packbits(marks, bitorder="little")
        return words

    def _all_at_edges(self, bytes_: _Bytes, ends: _Bits, quotes: _Bits) -> bool:
        """Every quote opens a cell or closes one; False when that cannot be said so quickly.

        Arrow left no quote in a cell, so it took each for the first of a cell or for the next one:
        the only fault there can be is text behind a closing quote. As many quotes as close cells
        stand before an edge, and none of those opens a cell: it would stand behind an edge too.
        """
        edges = ends | self._bits(bytes_, self._delimiter[0])
        size = len(bytes_)
        edges[size // 64] |= np.uint64(1 << size % 64)  # the block's end is one
        closing = quotes & _one_earlier(edges)
        opening = _one_later(edges)
        opening[0] |= np.uint64(1)  # and so is its beginning
        return 2 * _count(closing) == _count(quotes) and not (closing & opening).any()

    def _well_quoted(self, bytes_: _Bytes) -> bool:
        """Every quote opens a cell, closes one, or is doubled; or all others stand within cells.

        A line's end within quotes is not looked for: it would make fewer rows than lines.
        """
        delimiter, last = self._delimiter[0], len(bytes_) - 1
        quotes = np.flatnonzero(bytes_ == self._quote[0])
        opening, closing = quotes[0::2], quotes[1::2]
        before = bytes_[opening - 1]  # before the first byte stands the last: corrected
        starts = (before == delimiter) | (before == _LF)
        starts[0] |= opening[0] == 0
        behind = bytes_[np.minimum(closing + 1, last)]
        ends = (behind == delimiter) | (behind == _LF) | (behind == _CR)
        ends[-1] |= closing[-1] == last
        if starts.all() and ends.all():
            return True
        doubled = opening[1:] == closing[:-1] + 1
        if (starts[1:] | doubled).all() and starts[0] and (ends[:-1] | doubled).all() and ends[-1]:
            return True
        # as in Excel's `="0123"`: both in the middle of one cell, where Arrow takes them for text
        edges = np.flatnonzero((bytes_ == delimiter) | (bytes_ == _LF))
        within = np.searchsorted(edges, opening) == np.searchsorted(edges, closing)
        return bool(np.where(starts, ends, within).all())


def _count(bits: _Bits) -> int:
    return int(np.bitwise_count(bits).sum())


def _one_earlier(bits: _Bits) -> _Bits:
    """Every bit at the place before its own."""
    moved = bits >> np.uint64(1)
    moved[:-1] |= bits[1:] << np.uint64(63)
    return moved


def _one_later(bits: _Bits) -> _Bits:
    """Every bit at the place behind its own."""
    moved = bits << np.uint64(1)
    moved[1:] |= bits[:-1] >> np.uint64(63)
    return moved


def _is_utf8(data: bytes | bytearray, size: int) -> bool:
    """The whole block is; cells are cut out of it at characters that are no part of others."""
    ends = pa.py_buffer(np.array([0, size], dtype=np.int64))
    text = pa.Array.from_buffers(_TEXT, 1, [None, ends, pa.py_buffer(data).slice(0, size)])
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _characters(table: Any) -> int:
    """Bytes of all cells together: in each column its last cell ends where they end."""
    place, ends = 8 * table.num_rows, 0
    for column in table.columns:
        if column.num_chunks != 1 or column.chunk(0).offset:
            return -1  # not what the reader makes of one block
        ends += _OFFSET.unpack_from(column.chunk(0).buffers()[1], place)[0]
    return ends


def _has_a_long_cell(table: Any) -> bool:
    """A cell over the limit; asked only of columns that are long enough to hold one."""
    return any(
        column.nbytes > CELL_LIMIT
        and (compute.max(compute.utf8_length(column)).as_py() or 0) > CELL_LIMIT
        for column in table.columns
    )
