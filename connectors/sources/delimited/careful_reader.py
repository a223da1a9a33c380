"""The careful reader: one record at a time, and what is wrong with a line costs that line.

| in the file | becomes |
| --- | --- |
| a quoted cell, also over several lines | one cell |
| a quote in the middle of a cell that is not quoted, as in Excel's `="0123"` | part of the cell |
| a delimiter between two such quotes, as in `="1,5"` where commas cut | a malformed row |
| text after a closing quote | a malformed row |
| a quote that opens and swallows lines that are rows | one malformed row; the lines are read |
| the file ends inside a quote | a malformed row, and the read is not complete |

A quote may be meant as text or be one too many: which, only the person who wrote the file knows.
Nothing is guessed inside a row; the row is refused as it stands, and the next line starts afresh.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from connectors.sources.files.opening import line_ends

CELL_LIMIT: Final = 1 << 20
"""Characters in one cell, and lines' worth of text that a quote may hold before it is unclosed."""

_LINE_END = re.compile(r"\r\n|\n|\r")

UNCLOSED: Final = "a quote opens here and is never closed"
STRAY: Final = "text follows a closing quote; a quote inside a cell must be doubled"
CUT: Final = (
    "quotes that open in the middle of a cell hold a delimiter; quote the whole cell and double "
    "the quotes in it"
)
NUL: Final = "the line holds a NUL character"


@dataclass(frozen=True)
class Record:
    """What stands between two ends of record.

    Attributes:
        cells: Its cells, as far as it could be read.
        end: Where the next record begins.
        problem: Empty when all is well, else `UNCLOSED`, `STRAY` or `CUT`.
        quoted: Places of the cells that stand within quotes.
    """

    cells: list[str]
    end: int
    problem: str = ""
    quoted: Sequence[int] = ()


@dataclass(frozen=True)
class Grammar:
    """How cells are written.

    Attributes:
        delimiter: Stands between cells; one character or more.
        quote: Stands around cells; empty when quotes mean nothing.
        escape: Takes the meaning of the character behind it; empty when there is none.
        skip_space: A blank behind a delimiter belongs to the delimiter.
        halve: Two double quotes within apostrophes stand for one: the quotes round cells were
            replaced by apostrophes, and those within stayed doubled.
    """

    delimiter: str
    quote: str = '"'
    escape: str = ""
    skip_space: bool = False
    halve: bool = False
    _bare: re.Pattern[str] = field(init=False, repr=False, compare=False)
    _tail: re.Pattern[str] = field(init=False, repr=False, compare=False)
    _escaped: re.Pattern[str] | None = field(init=False, repr=False, compare=False)
    _special: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Patterns are compiled once."""
        stop = re.escape(self.delimiter)
        escape, quote = re.escape(self.escape), re.escape(self.quote)
        put = object.__setattr__  # the class is frozen
        if len(self.delimiter) == 1 and not escape:
            put(self, "_bare", re.compile(rf"[^{stop}\r\n]*"))
        else:
            unit = rf"{escape}[^\r\n]|" if escape else ""
            put(self, "_bare", re.compile(rf"(?:{unit}(?!{stop})[^\r\n])*"))
        blanks = "".join(each for each in " \t" if each not in self.delimiter)
        put(self, "_tail", re.compile(rf"[{blanks}]*(?=\r|\n|{stop}|\Z)"))
        known = rf"{escape}({escape}|{quote or escape}|{stop})"
        put(self, "_escaped", re.compile(known) if escape else None)
        put(
            self, "_special", re.compile("|".join(each for each in (escape, quote) if each) or "$^")
        )

    def split(self, line: str) -> list[str] | None:
        """The cells of a line that holds neither quotes nor escapes; None where it does."""
        if (self.quote and self.quote in line) or (self.escape and self.escape in line):
            return None
        cells = line.split(self.delimiter)
        return [cell.lstrip(" ") for cell in cells] if self.skip_space else cells

    def record(self, text: str, start: int) -> Record:
        """The record that begins at `start`."""
        cells: list[str] = []
        quoted: list[int] = []
        at, size, step, inside = start, len(text), len(self.delimiter), ""
        while True:
            if self.skip_space:
                while text.startswith(" ", at):
                    at += 1
            if self.quote and text.startswith(self.quote, at):
                if inside.startswith("="):
                    return Record(cells, at, CUT)
                cell, end, problem = self._quoted(text, at + 1)
                if problem:
                    return Record(cells, end, problem)
                quoted.append(len(cells))
            else:
                found = self._bare.match(text, at)
                cell, end = (found.group(), found.end()) if found else ("", at)
                if self.quote == '"' and cell.count('"') % 2:
                    if inside and _closes(cell, inside):
                        return Record(cells, end, CUT)
                    inside = inside or _opening(cell)
                cell = self._plain(cell)
            cells.append(cell)
            if text.startswith(self.delimiter, end):
                at = end + step
                continue
            if end < size:
                end += 2 if text.startswith("\r\n", end) else 1
            return Record(cells, end, quoted=quoted)

    def _quoted(self, text: str, start: int) -> tuple[str, int, str]:
        """Value, place behind the closing quote and blanks, problem."""
        quote, parts, at, begin = self.quote, [], start, start
        while True:
            found = self._special.search(text, at)
            if found is None:
                return "", len(text), UNCLOSED
            place = found.start()
            if found.group() == self.escape:
                at = place + 2
            elif text.startswith(quote, place + 1):
                parts.append(text[begin : place + 1])
                at = begin = place + 2
            elif quote == "'" and self._is_apostrophe(text, place):
                at = place + 1
            else:
                parts.append(text[begin:place])
                tail = self._tail.match(text, place + 1)
                if tail is None:
                    return "", place, STRAY
                cell = self._plain("".join(parts))
                return cell.replace('""', '"') if self.halve else cell, tail.end(), ""

    def _is_apostrophe(self, text: str, place: int) -> bool:
        """`won't` and `8'9` within single quotes: a person reads on."""
        before, behind = text[place - 1], text[place + 1 : place + 2]
        return behind.isalnum() and (before.isalnum() or before == "\\")

    def _plain(self, cell: str) -> str:
        """A cell without its escapes; an escape before any other character is text."""
        if self._escaped is None or self.escape not in cell:
            return cell
        return self._escaped.sub(r"\1", cell)


class Rows(Protocol):
    """Where rows go."""

    def row(self, line: int, cells: list[str]) -> None:
        """A row of the right width."""

    def malformed(self, line: int, problem: str, raw: str) -> None:
        """A line that is none."""


@dataclass
class CarefulReader:
    """Reads rows of one width from text that comes in pieces.

    Attributes:
        grammar: How cells are written.
        width: Cells a row.
        line: The line that is read next.
        cut_off: The text ended inside a quoted cell.
    """

    grammar: Grammar
    width: int
    line: int
    cut_off: bool = False

    def read(self, text: str, rows: Rows, *, final: bool) -> int:
        """Reads what is whole.

        Args:
            text: Begins where a record begins.
            rows: Where they go.
            final: Nothing follows; otherwise the text ends with a line's end.

        Returns:
            Where the text begins that must be read again with what follows.
        """
        at, size = 0, len(text)
        while at < size:
            found = _LINE_END.search(text, at)
            stop, after = (found.start(), found.end()) if found else (size, size)
            body = text[at:stop]
            if "\0" in body:
                rows.malformed(self.line, NUL, body)
                # a writer that died leaves blocks of NULs behind what it wrote
                self.cut_off = self.cut_off or (final and after == size and not body.strip("\0"))
                at, self.line = after, self.line + 1
                continue
            cells = self.grammar.split(body)
            if cells is not None:
                self._take(cells, body, rows)
                at, self.line = after, self.line + 1
                continue
            record = self.grammar.record(text, at)
            if record.problem == UNCLOSED and not final and size - at <= CELL_LIMIT:
                return at
            at = self._whole(record, text, at, after, rows, final=final)
        return size

    def _whole(
        self, record: Record, text: str, at: int, after: int, rows: Rows, *, final: bool
    ) -> int:
        """A record with quotes, whose first line ends at `after`; returns where to go on."""
        end = record.end
        if not record.problem and (end <= after or not self._swallows(text, after, end)):
            raw = text[at:end]
            self._take(record.cells, raw, rows)
            self.line += max(1, line_ends(raw))
            return end
        if record.problem == UNCLOSED and final and not self._goes_on(text, after):
            rows.malformed(self.line, UNCLOSED, text[at:])
            self.cut_off = True
            return len(text)
        rows.malformed(self.line, record.problem or UNCLOSED, text[at:after])
        self.line += 1
        return after

    def _take(self, cells: list[str], raw: str, rows: Rows) -> None:
        if len(cells) == self.width:
            if len(raw) > CELL_LIMIT and max(map(len, cells)) > CELL_LIMIT:
                rows.malformed(self.line, f"a cell is longer than {CELL_LIMIT:,} characters", raw)
            elif "\0" in raw:
                rows.malformed(self.line, NUL, raw)
            else:
                rows.row(self.line, cells)
        elif len(cells) > 1 or (cells[0] and not cells[0].isspace()):
            rows.malformed(
                self.line, f"{_cells(len(cells))} where the header has {self.width}", raw
            )
        # a blank line is not a row

    def _swallows(self, text: str, start: int, end: int) -> bool:
        """A quoted cell holds lines that are rows: a quote is missing, and people are in it.

        An address or a note over several lines has a delimiter here and there, and seldom as many
        as a row has; the fewer a row has, the more such lines it takes.
        """
        if self.width < 2:
            return False
        inner = list(self._lines(text, start, end))[:-1]  # the last one holds the closing quote
        needed = {2: 5, 3: 3}.get(self.width, 2)
        return len(inner) >= needed and self._rows_among(inner) >= 0.9 * len(inner)

    def _goes_on(self, text: str, start: int) -> bool:
        """Behind a line with an unclosed quote stand rows, so it was that line's fault."""
        rest = list(self._lines(text, start, min(len(text), start + CELL_LIMIT)))
        needed = 1 if self.width > 2 else 2
        return (
            self.width > 1
            and len(rest) >= needed
            and self._rows_among(rest) >= max(needed, 0.5 * len(rest))
        )

    def _rows_among(self, lines: list[str]) -> int:
        count = 0
        for line in lines:
            record = self.grammar.record(line, 0)
            count += not record.problem and len(record.cells) == self.width
        return count

    def _lines(self, text: str, start: int, end: int) -> Iterator[str]:
        at = start
        while at < end:
            found = _LINE_END.search(text, at, end)
            stop, after = (found.start(), found.end()) if found else (end, end)
            if text[at:stop].strip():
                yield text[at:stop]
            at = after


def _opening(cell: str) -> str:
    """A cell with an odd quote, if a quoted text may begin in it that the next cells go on with.

    Behind a lost delimiter a quoted cell begins in the middle of another, and in a formula there
    are texts: the delimiters in either would be taken for ends of cells. `6"` alone is inches.
    """
    cell = cell.strip(" ")
    inches = cell.count('"') == 1 and cell.endswith('"') and not cell.startswith("=")
    return "" if inches or cell.startswith('"') else cell


def _closes(cell: str, opening: str) -> bool:
    """A cell with an odd quote ends the quoted text that began in an earlier one."""
    return opening.startswith("=") or cell.rstrip(" \t").endswith('"')


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"
