"""Contacts from a CSV file, in whatever dialect it was written.

| delivers | how |
| --- | --- |
| every value | as text, untouched: phones and ids never become numbers |
| origin | the line where the row begins, also when cells hold line breaks |
| malformed rows | too few or too many cells, stray quotes: one reject each, the rest goes on |
| completeness | true when the file ended where a row ends and did not change while it was read |

Encoding, delimiter, quotes and the line of the column names are detected from the file itself, or
given by the sync file where the file does not show them; what stays doubtful is refused.
`docs/how-to/csv-files.md` says what is understood.

A block of clean lines goes through the fast reader, any other through the careful one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from connectors.sources.delimited.careful_reader import UNCLOSED, CarefulReader
from connectors.sources.delimited.dialect import CsvOptions, find_grammar
from connectors.sources.delimited.encoding import Encoding, find_encoding
from connectors.sources.delimited.fast_reader import FastReader
from connectors.sources.delimited.header import Header, find_header
from connectors.sources.delimited.malformed_cells import loose_cells
from connectors.sources.delimited.sampled import DetectedDialect
from connectors.sources.files.batches import Batches
from connectors.sources.files.opening import (
    LINE_LIMIT,
    UTF8_BOM,
    Block,
    fingerprint,
    is_utf8,
    line_ends,
    line_too_long,
    not_of_this_encoding,
    open_bytes,
    refuse_what_is_not_text,
    utf8_blocks,
)
from connectors.sources.source import BATCH_ROWS, Dialect, Records

SAMPLE_BYTES = 256 << 10
"""The first lines, from which the dialect is detected."""


@dataclass(frozen=True)
class _Layout:
    """What was found out about a file."""

    encoding: Encoding
    found: DetectedDialect
    header: Header
    line_ends: str


@dataclass(frozen=True)
class CsvFile:
    """A CSV file as a source.

    Args:
        path: The file.
        batch_rows: Rows a batch.
        options: What the sync file says about how it is written.
    """

    path: Path
    batch_rows: int = BATCH_ROWS
    options: CsvOptions = field(default_factory=CsvOptions)
    _known: dict[tuple[int, int, int], _Layout] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.path.name

    def columns(self) -> tuple[str, ...]:
        """The header's names; empty for a file without a single line.

        Raises:
            SourceMismatch: No such file, not a file of text, or written in a way that cannot be
                told for sure.
            SourceUnavailable: The file cannot be read now.
        """
        return self._layout().header.columns

    def dialect(self) -> Dialect:
        """How the file is written, as far as it was found out.

        Raises:
            SourceMismatch: See `columns`.
            SourceUnavailable: See `columns`.
        """
        layout = self._layout()
        grammar, header = layout.found.grammar, layout.header
        notes = header.notes
        if grammar.skip_space:
            notes = ("the blank behind each delimiter is not part of the cell", *notes)
        return Dialect(
            encoding=layout.encoding.name,
            delimiter=grammar.delimiter,
            quote=grammar.quote,
            header_line=header.line,
            escape=grammar.escape,
            line_ends=layout.line_ends,
            notes=notes,
        )

    def names_as_given(self) -> tuple[str, ...]:
        """See `Delimited.names_as_given`."""
        header = self._layout().header
        return header.given or header.columns

    def cells_as_given(self, raw: str, *, slips: bool = False) -> list[str]:
        """See `Delimited.cells_as_given`."""
        layout = self._layout()
        width = len(layout.header.columns)
        return loose_cells(raw, layout.found.grammar, width, slips=slips)

    def read(self) -> Iterator[Records]:
        """Reads the file in batches; see `Source.read`."""
        before = fingerprint(self.path)
        layout = self._layout()
        header, grammar = layout.header, layout.found.grammar
        batches = Batches(header.columns, self.batch_rows)
        for each in header.refused:
            problem = "this line is above the column names"
            if each.cells is None:
                found = layout.found
                problem = grammar.record(found.sample, each.start).problem or UNCLOSED
            batches.malformed(each.line, problem, layout.found.text(each))
        fast = FastReader(grammar, header.columns)
        careful = CarefulReader(grammar, len(header.columns), header.first_line)
        carry = b""
        for block in self._body(layout):
            data, size = block
            if carry:
                data = carry + data[:size]
                size = len(data)
            end = _end_of_lines(data, size)
            carry = bytes(data[end:size])
            if end:
                carry = self._take(data, end, fast, careful, batches) + carry
            elif size > LINE_LIMIT:
                raise line_too_long(self.name, careful.line)
            yield from batches.full()
        if carry:
            self._take(carry, len(carry), fast, careful, batches, final=True)
        yield from batches.full()
        unchanged = fingerprint(self.path) == before
        yield batches.last(complete=unchanged and not careful.cut_off)

    def _take(
        self,
        data: bytes | bytearray,
        size: int,
        fast: FastReader,
        careful: CarefulReader,
        batches: Batches,
        *,
        final: bool = False,
    ) -> bytes:
        """Whole lines into rows; returns what must be read again with what follows."""
        table = fast.read(data, size)
        if table is not None:
            batches.table(table, careful.line)
            careful.line += table.num_rows
            return b""
        text = self._text(bytes(data[:size]), careful.line)
        done = careful.read(text, batches, final=final)
        return text[done:].encode()

    def _layout(self) -> _Layout:
        """What the file's first lines tell; found out once for each state of the file."""
        state = fingerprint(self.path)
        known = self._known.get(state)
        if known is None:
            known = self._find_layout()
            self._known.clear()
            self._known[state] = known
        return known

    def _find_layout(self) -> _Layout:
        encoding = find_encoding(self.path, self.options.encoding)
        sample = self._sample(encoding)
        found = find_grammar(sample, self.options, self.name)
        header = find_header(found, self.name, self.options.header_line)
        return _Layout(encoding, found, header, _line_ends(sample))

    def _sample(self, encoding: Encoding) -> str:
        """Whole lines from the beginning."""
        with open_bytes(self.path) as handle:
            refuse_what_is_not_text(handle.read(64), self.name)
            handle.seek(encoding.skip)
            taken = b""
            for block in utf8_blocks(handle, encoding.name, self.name):
                taken = (taken + block.data[: block.size]).removeprefix(UTF8_BOM)
                if len(taken) > LINE_LIMIT or b"\n" in taken[:SAMPLE_BYTES]:
                    break
        end = len(taken)
        if end > SAMPLE_BYTES:
            # as many lines as fit, or the first one alone
            last = taken.rfind(b"\n", 0, SAMPLE_BYTES)
            first = taken.find(b"\n")
            mark = last if last >= 0 else first
            if mark < 0:
                mark = max(taken.rfind(b"\r", 0, SAMPLE_BYTES), taken.find(b"\r"))
            end = mark + 1 if mark >= 0 else end
            if end > LINE_LIMIT:
                raise line_too_long(self.name, 1)
        return self._text(taken[:end], 1)

    def _body(self, layout: _Layout) -> Iterator[Block]:
        """What stands behind the header."""
        skip = len(layout.found.sample[: layout.header.start].encode())
        with open_bytes(self.path) as handle:
            handle.seek(layout.encoding.skip)
            if is_utf8(layout.encoding.name):
                # a second mark, of files that were joined, is no part of the first name
                again = handle.read(len(UTF8_BOM)) == UTF8_BOM
                handle.seek(layout.encoding.skip + len(UTF8_BOM) * again + skip)
                yield from utf8_blocks(handle, layout.encoding.name, self.name)
                return
            first = True
            for block in utf8_blocks(handle, layout.encoding.name, self.name):
                data = bytes(block.data[: block.size])
                if first:
                    data, first = data.removeprefix(UTF8_BOM), False
                skipped = min(skip, len(data))
                data, skip = data[skipped:], skip - skipped
                if data:
                    yield Block(data, len(data))

    def _text(self, block: bytes, line: int) -> str:
        try:
            return block.decode()
        except UnicodeDecodeError as problem:
            before = block[: problem.start].decode(errors="replace")
            raise not_of_this_encoding("utf-8", self.name, line + line_ends(before)) from problem


def _end_of_lines(data: bytes | bytearray, size: int) -> int:
    """Where the last line ends; 0 when none does."""
    end = data.rfind(b"\n", 0, size) + 1
    if not end:
        # only returns end lines here; one at the very end may be half of CRLF
        end = data.rfind(b"\r", 0, size - 1) + 1
    return end


def _line_ends(sample: str) -> str:
    """What ends lines in the sample: `LF`, `CRLF`, `CR`, several, or nothing."""
    both = sample.count("\r\n")
    counts = {"CRLF": both, "LF": sample.count("\n") - both, "CR": sample.count("\r") - both}
    return " and ".join(kind for kind, count in counts.items() if count)
