"""The header of a delimited file: the names of its columns, and the lines skipped before them.

A row of contacts is never taken for names: its person would be lost without a word. So a first
line that reads as data makes numbered columns, and lines before the names are skipped only where
they cannot be contacts; they are listed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from connectors.sources.delimited.header_place import (
    header_place,
    is_list_of_names,
    reads_as_row,
    usual_width,
)
from connectors.sources.delimited.sampled import DetectedDialect, Sampled
from connectors.sources.files.header_words import name_columns
from connectors.sources.files.looks_like_contact import looks_like_contact
from schemas.errors import SourceMismatch

COLUMN_LIMIT: Final = 16_384
"""Columns that a spreadsheet can have; more are not a table of contacts."""

_ENOUGH: Final = 5
"""Rows that must agree before they are believed more than the line that names the columns."""


@dataclass(frozen=True)
class Header:
    """The names, and where the rows begin.

    Attributes:
        columns: Unique names, none of them blank; empty for a file without a single line.
        line: The line of the names; 0 when no line names the columns.
        first_line: Where the rows begin.
        start: Where they begin in the sample.
        refused: Lines before the names that may be contacts: line and cells.
        notes: What was made, skipped or assumed, for a person.
        given: The file's own names where they cannot be the columns'; else empty.
    """

    columns: tuple[str, ...]
    line: int
    first_line: int
    start: int
    refused: tuple[Sampled, ...] = ()
    notes: tuple[str, ...] = ()
    given: tuple[str, ...] = ()


def find_header(found: DetectedDialect, name: str, declared: int | None = None) -> Header:
    """The names of the columns.

    Args:
        found: The first lines, read.
        name: The file's name, for messages.
        declared: The line of the names if it is known; 0 when there is none.

    Raises:
        SourceMismatch: More columns than a table has, or no such line.
    """
    records = [each for each in found.records if not each.blank]
    if not records:
        return Header((), 1, found.line, found.body)
    width = usual_width(records)
    records[:3] = [_without_quotes(each, found, width) for each in records[:3]]
    if declared == 0:
        return _numbered(records, 0, width, name, "as the sync file says")
    if declared is not None:
        place = next((at for at, each in enumerate(records) if each.line == declared), None)
        if place is None or records[place].cells is None:
            raise SourceMismatch(
                "No record that can be read begins in this line.",
                where=f"{name}:{declared}",
                do="Give the line of the column names with `source: {header_line: ...}`.",
            )
        return _named(records, place, width, name)
    place = header_place(found, records, width)
    if not _are_our_numbers(records[place]) and reads_as_row(records, place):
        first = next((at for at, each in enumerate(records) if each.width == width), 0)
        return _numbered(
            records, first, width, name, "no line names the columns: the first reads as a row"
        )
    return _named(records, place, width, name)


def _without_quotes(record: Sampled, found: DetectedDialect, width: int) -> Sampled:
    """A line of names with a quote too many: its names are plain without quotes."""
    quote = found.grammar.quote
    if record.cells is not None or not quote:
        return record
    text = found.text(record).rstrip("\r\n").replace(quote, "")
    plain = replace(record, cells=text.split(found.grammar.delimiter))
    return plain if plain.width == width and is_list_of_names(plain) else record


def _named(records: Sequence[Sampled], place: int, width: int, name: str) -> Header:
    """The columns that a line names; numbers where its names cannot be those of the rows."""
    record = records[place]
    cells = [cell.strip("\ufeff \t\r\n\xa0\u200b") for cell in record.cells or []]
    notes: list[str] = []
    if _misfits(cells, records[place + 1 :], width):
        named = _without_blanks(cells, width)
        if named is None:
            numbered = _numbered(
                records,
                place + 1,
                width,
                name,
                f"line {record.line} names {len(cells)} columns where the rows have {width} cells, "
                "so which name is whose cannot be known",
            )
            return replace(numbered, given=tuple(cells))
        cells = named
        notes.append("blank names were left out: with them there are more names than cells")
    _refuse_too_many(len(cells), record.line, name)
    columns, made = _unique(cells)
    refused, skipped = _before(records[:place])
    last, repeated = _last_of_the_names(records, place)
    return Header(
        columns,
        record.line,
        last.next_line,
        last.end,
        refused,
        (*skipped, *repeated, *notes, *made),
    )


def _misfits(cells: Sequence[str], below: Sequence[Sampled], width: int) -> bool:
    """Whether nearly all rows agree on another number of cells than there are names.

    Rows that end where their last value does are shorter than the names, and some are not: there
    names that are known stay.
    """
    rows = [each for each in below if each.width]
    fits = sum(each.width == len(cells) for each in rows)
    if fits and width < len(cells) and name_columns(cells):
        return False
    return len(rows) >= _ENOUGH and 1 < width != len(cells) and fits < 0.1 * len(rows)


def _last_of_the_names(records: Sequence[Sampled], place: int) -> tuple[Sampled, tuple[str, ...]]:
    """The last of the lines right below the names that repeat them, and a note on those."""
    last = place
    names = [cell.strip() for cell in records[place].cells or ()]
    while last + 1 < len(records) and _repeats(records[last + 1], names):
        last += 1
    repeated = [str(each.line) for each in records[place + 1 : last + 1]]
    if not repeated:
        return records[place], ()
    lines = ("line " if len(repeated) == 1 else "lines ") + ", ".join(repeated)
    return records[last], (f"left out, because it repeats the column names: {lines}",)


def _repeats(record: Sampled, names: Sequence[str]) -> bool:
    return [cell.strip() for cell in record.cells or ()] == names


def _without_blanks(cells: list[str], width: int) -> list[str] | None:
    """The names alone, where they are as many as a row has cells.

    The other way round, rows that all end with an empty cell too many, nothing can be said: a
    delimiter may have been lost among the names, and every name behind it would be another's.
    """
    words = [cell for cell in cells if cell]
    return words if len(words) == width else None


def _numbered(records: Sequence[Sampled], first: int, width: int, name: str, why: str) -> Header:
    """Columns without names."""
    _refuse_too_many(width, records[0].line, name)
    columns = _numbers(width)
    shown = "column_1" if width == 1 else f"column_1 to column_{width}"
    refused, skipped = _before(records[:first])
    head = records[first] if first < len(records) else None
    last = records[-1]
    return Header(
        columns,
        0,
        head.line if head else last.next_line,
        head.start if head else last.end,
        refused,
        (*skipped, f"{why}; the columns are called {shown}"),
    )


def _numbers(width: int) -> tuple[str, ...]:
    """The names of columns that have none."""
    return tuple(f"column_{place}" for place in range(1, width + 1))


def _are_our_numbers(record: Sampled) -> bool:
    """The names that a copy of ours gives the columns of a file without names."""
    cells = tuple(record.cells or ())
    return bool(cells) and cells == _numbers(len(cells))


def _before(records: Sequence[Sampled]) -> tuple[tuple[Sampled, ...], tuple[str, ...]]:
    """Lines that may be contacts, and a note on the others."""
    refused = tuple(
        each for each in records if each.cells is None or any(map(looks_like_contact, each.cells))
    )
    skipped = [each.line for each in records if each not in refused]
    if not skipped:
        return refused, ()
    lines = ", ".join(map(str, skipped[:10])) + (", ..." if len(skipped) > 10 else "")
    return refused, (
        f"skipped, because it is above the table: "
        f"{'line' if len(skipped) == 1 else 'lines'} {lines}",
    )


def _unique(cells: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names for the blank ones, and numbers for the repeated ones."""
    given = set(filter(None, cells))
    names: dict[str, None] = {}
    counts: dict[str, int] = {}  # so that a name that stands 4,000 times is not counted up anew
    notes: list[str] = []
    for place, cell in enumerate(cells, start=1):
        cell = re.sub(r"[\r\n]+", " ", cell)
        base = wanted = cell or f"column_{place}"
        while wanted in names or (wanted != cell and wanted in given):
            counts[base] = counts.get(base, 1) + 1
            wanted = f"{base} ({counts[base]})"
        if wanted != cell and len(notes) < 10:
            what = "repeats a name" if cell else "has no name"
            notes.append(f"column {place} {what} and is called {wanted!r}")
        names[wanted] = None
    return tuple(names), tuple(notes)


def _refuse_too_many(count: int, line: int, name: str) -> None:
    if count > COLUMN_LIMIT:
        raise SourceMismatch(
            f"This line has {count:,} columns; a table has at most {COLUMN_LIMIT:,}.",
            where=f"{name}:{line}",
            do="Check the delimiter, or export only the columns that are needed.",
        )
