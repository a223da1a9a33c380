"""Where the names of the columns stand, and what stands before them.

A row of contacts is never taken for names: its person would be lost without a word. So a first
line that reads as data makes numbered columns, and lines before the names are skipped only where
they cannot be contacts; they are listed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from connectors.sources.delimited.sampled import DetectedDialect, Sampled
from connectors.sources.files.looks_like_contact import is_date, looks_like_contact, unguarded
from schemas.errors import SourceMismatch

COLUMN_LIMIT: Final = 16_384
"""Columns that a spreadsheet can have; more are not a table of contacts."""

_SEARCHED: Final = 40
"""Records at the top among which the names are looked for."""

_ENOUGH: Final = 5
"""Rows that must agree before they are believed more than the line that names the columns."""

_NUMBER = re.compile(r"[+-]?[$€£]?\s?\d[\d.,' ]*%?")
_TIME = re.compile(r"\d{1,2}:\d\d(:\d\d)?")
_CODE = re.compile(r"(?=.*\d)[A-Z0-9]+([-_/][A-Z0-9]+)*", re.IGNORECASE)
_COUNTED = re.compile(r"[a-z]{2,} ?_?\d{1,2}", re.IGNORECASE)
"""`id1`, `Phone 2`: names of columns, where no cell below reads so."""
_LINK = re.compile(r"[a-z]+://\S+", re.IGNORECASE)


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
    width = _usual_width(records)
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
    place = _place(found, records, width)
    if _reads_as_row(records, place):
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
    return plain if plain.width == width and _is_list_of_names(plain) else record


def _usual_width(records: Sequence[Sampled]) -> int:
    """How many cells most records have; those with one cell count least."""
    widths = Counter(each.width for each in records if each.width)
    return max(widths, key=lambda each: (each > 1, widths[each]), default=1)


def _place(found: DetectedDialect, records: Sequence[Sampled], width: int) -> int:
    """Which record names the columns, unless it reads as a row."""
    place = next((at for at, each in enumerate(records) if each.width == width), 0)
    if width > 1 and place > 0 and len(records) > place + 1:
        # a line of names that is one cell too short or too long, right above the rows
        above = records[place - 1]
        if (
            above.width > 1
            and abs(above.width - width) <= max(1, width // 4)
            and _is_list_of_names(above)
            and _reads_as_row(records, place)
        ):
            return place - 1
    for at in range(place, min(place + _SEARCHED, len(records))):
        each = records[at]
        if each.width != width or not _is_title(each, width):
            break
        later = [other for other in records[at + 1 : at + _SEARCHED] if other.width == width]
        if any(_filled(other) > max(_filled(each), 1) for other in later):
            place = at + 1
    while place < len(records) - 1 and records[place].width != width:
        place += 1
    return _behind_a_gap(found, records, place, width)


def _behind_a_gap(
    found: DetectedDialect, records: Sequence[Sampled], place: int, width: int
) -> int:
    """Names that stand behind a blank line, when what is above it cannot be contacts."""
    blanks = {each.line for each in found.records[:_SEARCHED] if each.cells and not _filled(each)}
    for at in range(place + 1, min(place + 20, len(records) - 1)):
        above, each = records[at - 1], records[at]
        if any(map(looks_like_contact, above.cells or ())):
            break
        gap = any(above.line <= line < each.line for line in blanks)
        if (
            gap
            and each.width == width
            and _is_list_of_names(each)
            and any(map(looks_like_contact, records[at + 1].cells or ()))
        ):
            return at
    return place


def _is_title(record: Sampled, width: int) -> bool:
    """A heading or a metadata line that was padded to the table's width."""
    cells = record.cells or []
    filled = _filled(record)
    few = filled == 0 or (width > 2 and filled == 1) or (width > 4 and filled <= width // 3)
    return few and not any(map(looks_like_contact, cells))


def _filled(record: Sampled) -> int:
    return sum(bool(cell.strip()) for cell in record.cells or ())


def _is_list_of_names(record: Sampled) -> bool:
    """Different short texts, none of them a value."""
    cells = [cell.strip() for cell in record.cells or ()]
    words = [cell for cell in cells if cell]
    return (
        len(words) >= max(1, len(cells) - 1)
        and len(set(words)) == len(words)
        and all(len(word) <= 64 and _kind(word) in ("", "code") for word in words)
        and not any(unguarded(word).isdecimal() for word in words)
    )


def _reads_as_row(records: Sequence[Sampled], place: int) -> bool:
    """A phone or an address among its cells, or values like those of the rows below."""
    cells = records[place].cells or []
    if tuple(cells) == _numbers(len(cells)):
        return False  # a copy of ours, of a file without names
    if any(map(looks_like_contact, cells)):
        return True
    below = [
        each.cells
        for each in records[place + 1 : place + 50]
        if each.cells and len(each.cells) == len(cells)
    ]
    for at, cell in enumerate(cells):
        kind = _kind(cell.strip())
        if not kind:
            continue
        others = [_kind(row[at].strip()) for row in below if row[at].strip()]
        if len(others) >= 2 and others.count(kind) >= 0.8 * len(others):
            alike = [row[at] for row in below if _COUNTED.fullmatch(row[at].strip())]
            if not _COUNTED.fullmatch(cell.strip()) or alike:
                return True
    return False


def _kind(cell: str) -> str:
    cell = unguarded(cell).strip()
    if not cell:
        return ""
    if is_date(cell) or _TIME.fullmatch(cell):
        return "date"
    for kind, pattern in (("number", _NUMBER), ("link", _LINK), ("code", _CODE)):
        if pattern.fullmatch(cell):
            return kind
    return "person" if looks_like_contact(cell) else ""


def _named(records: Sequence[Sampled], place: int, width: int, name: str) -> Header:
    record = records[place]
    cells = [cell.strip("\ufeff \t\r\n\xa0\u200b") for cell in record.cells or []]
    rows = [each for each in records[place + 1 :] if each.width]
    notes: list[str] = []
    fits = sum(each.width == len(cells) for each in rows)
    if len(rows) >= _ENOUGH and width > 1 and width != len(cells) and fits < 0.1 * len(rows):
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
    return Header(
        columns,
        record.line,
        record.next_line,
        record.end,
        refused,
        (*skipped, *notes, *made),
    )


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
    names: list[str] = []
    notes: list[str] = []
    for place, cell in enumerate(cells, start=1):
        cell = re.sub(r"[\r\n]+", " ", cell)
        wanted, count = cell or f"column_{place}", 1
        while wanted in names or (wanted != cell and wanted in given):
            count += 1
            wanted = f"{cell or f'column_{place}'} ({count})"
        if wanted != cell and len(notes) < 10:
            what = "repeats a name" if cell else "has no name"
            notes.append(f"column {place} {what} and is called {wanted!r}")
        names.append(wanted)
    return tuple(names), tuple(notes)


def _refuse_too_many(count: int, line: int, name: str) -> None:
    if count > COLUMN_LIMIT:
        raise SourceMismatch(
            f"This line has {count:,} columns; a table has at most {COLUMN_LIMIT:,}.",
            where=f"{name}:{line}",
            do="Check the delimiter, or export only the columns that are needed.",
        )
