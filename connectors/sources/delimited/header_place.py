"""Header detection: which of the first lines of a file names the columns.

A row of contacts is never taken for names, so each step that moves the place down passes over
lines that cannot be contacts alone. The steps stand in `header_place`, in their order.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from connectors.sources.delimited.sampled import DetectedDialect, Sampled
from connectors.sources.files.header_words import name_columns
from connectors.sources.files.looks_like_contact import (
    is_date,
    looks_like_contact,
    reads_as_person,
    unguarded,
)

_SEARCHED: Final = 40
"""Records at the top among which the names are looked for."""

_GAP_SEARCHED: Final = 20
"""Records among which a blank line may part what is above a table from its names."""

_COMPARED: Final = 50
"""Rows whose cells are compared with those of a line that may be names."""

_LONGEST_NAME: Final = 64

_NUMBER = re.compile(r"[+-]?[$€£]?\s?\d[\d.,' ]*%?")
_TIME = re.compile(r"\d{1,2}:\d\d(:\d\d)?")
_CODE = re.compile(r"(?=.*\d)[A-Z0-9]+([-_/][A-Z0-9]+)*", re.IGNORECASE)
_COUNTED = re.compile(r"[a-z]{2,} ?_?\d{1,2}", re.IGNORECASE)
"""`id1`, `Phone 2`: names of columns, where no cell below reads so."""
_LINK = re.compile(r"[a-z]+://\S+", re.IGNORECASE)


def usual_width(records: Sequence[Sampled]) -> int:
    """How many cells most records have; those with one cell count least."""
    widths = Counter(each.width for each in records if each.width)
    return max(widths, key=lambda each: (each > 1, widths[each]), default=1)


def header_place(found: DetectedDialect, records: Sequence[Sampled], width: int) -> int:
    """Which record names the columns, unless it reads as a row.

    Args:
        found: The first lines, read; for the blank ones among them.
        records: Those that are not blank, at least one.
        width: How many cells most of them have.
    """
    first = next((at for at, each in enumerate(records) if each.width == width), 0)
    if _names_a_cell_short(records, first, width):
        return first - 1
    known = _known_names_above(records, first)
    if known is not None:
        return known
    place = _below_titles(records, first, width)
    return _behind_a_gap(found, records, place, width)


def reads_as_row(records: Sequence[Sampled], place: int) -> bool:
    """Whether a record has a phone or an address, or values like those of the rows below it."""
    cells = records[place].cells or []
    if reads_as_person(cells):
        return True
    below = [
        each.cells
        for each in records[place + 1 : place + _COMPARED]
        if each.cells and len(each.cells) == len(cells)
    ]
    return any(_is_value(cell.strip(), at, below) for at, cell in enumerate(cells))


def _is_value(cell: str, at: int, below: Sequence[Sequence[str]]) -> bool:
    """A cell of the kind that nearly all cells below it have."""
    kind = _kind(cell)
    if not kind:
        return False
    others = [row[at].strip() for row in below if row[at].strip()]
    alike = sum(_kind(other) == kind for other in others)
    if len(others) < 2 or alike < 0.8 * len(others):
        return False
    # `Phone 2` names a column, unless `Phone 3` stands below it
    return not _COUNTED.fullmatch(cell) or any(map(_COUNTED.fullmatch, others))


def is_list_of_names(record: Sampled) -> bool:
    """Different short texts, none of them a value."""
    cells = [cell.strip() for cell in record.cells or ()]
    words = [cell for cell in cells if cell]
    return (
        len(words) >= max(1, len(cells) - 1)
        and len(set(words)) == len(words)
        and all(len(word) <= _LONGEST_NAME and _kind(word) in ("", "code") for word in words)
        and not any(unguarded(word).isdecimal() for word in words)
    )


def _names_a_cell_short(records: Sequence[Sampled], first: int, width: int) -> bool:
    """A line of names that is a cell too short or too long stands right above the rows."""
    if width < 2 or first == 0 or len(records) <= first + 1:
        return False
    above = records[first - 1]
    return (
        above.width > 1
        and abs(above.width - width) <= max(1, width // 4)
        and is_list_of_names(above)
        and reads_as_row(records, first)
    )


def _known_names_above(records: Sequence[Sampled], first: int) -> int | None:
    """Words that name columns of contacts, above the first of many rows with fewer cells.

    Rows may end where their last value does, so most are shorter than the line of names. Taken
    for what stands before the table, that line would be skipped, and the first person be names.
    """
    for at, each in enumerate(records[:first]):
        if any(map(looks_like_contact, each.cells or ())):
            return None
        if is_list_of_names(each) and name_columns(each.cells or ()):
            below = records[at + 1 : at + _SEARCHED]
            return None if any(map(_names_columns, below)) else at
    return None


def _names_columns(record: Sampled) -> bool:
    return is_list_of_names(record) and name_columns(record.cells or ())


def _below_titles(records: Sequence[Sampled], first: int, width: int) -> int:
    """Behind headings and metadata that were padded to the table's width."""
    place = first
    for at in range(first, min(first + _SEARCHED, len(records))):
        each = records[at]
        if each.width != width or not _is_title(each, width):
            break
        later = [other for other in records[at + 1 : at + _SEARCHED] if other.width == width]
        if any(_filled(other) > max(_filled(each), 1) for other in later):
            place = at + 1
    while place < len(records) - 1 and records[place].width != width:
        place += 1
    return place


def _behind_a_gap(
    found: DetectedDialect, records: Sequence[Sampled], place: int, width: int
) -> int:
    """Names that stand behind a blank line, when what is above it cannot be contacts."""
    blanks = {each.line for each in found.records[:_SEARCHED] if each.cells and not _filled(each)}
    for at in range(place + 1, min(place + _GAP_SEARCHED, len(records) - 1)):
        above, each = records[at - 1], records[at]
        if any(map(looks_like_contact, above.cells or ())):
            break
        gap = any(above.line <= line < each.line for line in blanks)
        if (
            gap
            and each.width == width
            and is_list_of_names(each)
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
