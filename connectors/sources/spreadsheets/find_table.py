"""Where the table of a sheet begins: titles above it, merged headers.

The header is the first row that is at least half as wide as the rows below it; rows above it are a
preamble. Where it is written in two rows (merged cells leave gaps in both), the two are joined. A
sheet whose first full row reads as data has no header: its columns are numbered, so that nobody is
taken for a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from connectors.sources.files.header_words import HEADER_WORDS
from connectors.sources.files.looks_like_contact import looks_like_contact, reads_as_person
from connectors.sources.spreadsheets.cell_values import SheetRow

LOOKED_AT: Final = 200
"""Rows that decide where the header is."""

_NUMBER: Final = re.compile(r"[-+]?[\d.,:'()/ \-]*\d[\d.,:'()/%T \-]*")
_LONGEST_NAME: Final = 80


@dataclass(frozen=True)
class Table:
    """Where the columns of a sheet are.

    Attributes:
        header: The number of the row that names them; 0 when there is none.
        before: The number of the last row before the rows of the table.
        names: Their names, each a different one.
        places: Where each stands in a row, from 0.
        above: Numbers of the filled rows above the table that are not read.
    """

    header: int = 0
    before: int = 0
    names: tuple[str, ...] = ()
    places: tuple[int, ...] = ()
    above: tuple[int, ...] = ()


def find_table(rows: Sequence[SheetRow]) -> Table:
    """The table that the first rows of a sheet show."""
    filled = [row for row in rows if _count(row)]
    if not filled:
        return Table()
    width = _usual_width(filled)
    place = first = _behind_metadata(filled, _first_full(filled, width))
    header: Sequence[str] = ()
    if not _reads_as_row(filled[place], filled[place + 1 :]):
        header = filled[place].cells
        place += 1
        if place < len(filled) and _is_second_line(filled[place - 1], filled[place], width):
            header = _joined(header, filled[place].cells)
            place += 1
    used = {n for row in filled[place:] for n, cell in enumerate(row.cells) if cell.strip()}
    last = max((n for n, cell in enumerate(header) if cell.strip()), default=-1)
    ends = max(used, default=-1) if last < 0 else max([last, *(n for n in used if n <= last + 20)])
    named = [(n, " ".join(header[n].split()) if n < len(header) else "") for n in range(ends + 1)]
    shown = [(n, name) for n, name in named if name or n in used]
    return Table(
        filled[place - 1].number if header else 0,
        filled[place - 1].number if place else 0,
        _unlike([name or f"column_{n + 1}" for n, name in shown]),
        tuple(n for n, _ in shown),
        tuple(row.number for row in filled[:first]),
    )


def contacts_in(rows: Iterable[SheetRow]) -> int:
    """How many rows hold something that reads as a phone or an e-mail."""
    return sum(any(map(looks_like_contact, row.cells)) for row in rows)


def below(rows: Iterable[SheetRow], table: Table) -> Iterator[SheetRow]:
    """The filled rows below the header."""
    return (row for row in rows if row.number > table.before and _count(row))


def _usual_width(rows: Sequence[SheetRow]) -> int:
    """Filled cells of a typical row: the widest third is not rare, one long row is."""
    counts = sorted(map(_count, rows), reverse=True)
    return counts[len(counts) // 3]


def _first_full(rows: Sequence[SheetRow], width: int) -> int:
    least = 1 if width == 1 else max(2, (width + 1) // 2)
    return next((n for n, row in enumerate(rows) if _count(row) >= least), 0)


def _behind_metadata(rows: Sequence[SheetRow], place: int) -> int:
    """A wider row of header words right above contacts beats names and values above it."""
    for n in range(place, len(rows) - 1):
        if any(map(looks_like_contact, rows[n].cells)):
            break
        if (
            _count(rows[n]) > _count(rows[place])
            and _is_header(rows[n])
            and any(map(HEADER_WORDS.search, rows[n].cells))
            and any(map(looks_like_contact, rows[n + 1].cells))
            and not _is_second_line(rows[n - 1], rows[n], _count(rows[n]))
        ):
            return n
    return place


def _reads_as_row(row: SheetRow, below: Sequence[SheetRow]) -> bool:
    """A phone or an e-mail among its cells, or values such as stand below them."""
    if row.faulty or reads_as_person(row.cells):
        return True
    for n, cell in enumerate(row.cells):
        if not cell.strip() or _is_name(cell.strip()):
            continue
        others = [other for each in below[:50] if (other := _cell(each, n))]
        if len(others) >= 2 and sum(not _is_name(other) for other in others) >= 0.8 * len(others):
            return True
    return False


def _is_header(row: SheetRow) -> bool:
    cells = [cell.strip() for cell in row.cells if cell.strip()]
    return not row.faulty and all(map(_is_name, cells))


def _is_name(cell: str) -> bool:
    return (
        len(cell) <= _LONGEST_NAME
        and not _NUMBER.fullmatch(cell)
        and not looks_like_contact(cell)
        and cell not in ("TRUE", "FALSE")
    )


def _is_second_line(first: SheetRow, second: SheetRow, width: int) -> bool:
    """Whether the header goes on in the next row: it fills gaps, and has words of a header."""
    if second.number != first.number + 1 or not (_is_header(first) and _is_header(second)):
        return False
    length = max(len(first.cells), len(second.cells))
    fills = any(not _cell(first, n) and _cell(second, n) for n in range(length))
    return fills and _count(first) <= width and any(map(HEADER_WORDS.search, second.cells))


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Two rows of a header as one; a group's name comes before names that would be repeated."""
    length = max(len(upper), len(lower))
    tops = [*upper, *[""] * (length - len(upper))]
    names = [*lower, *[""] * (length - len(lower))]
    group = ""
    joined = []
    for top, name in zip(tops, names, strict=True):
        group = top.strip() or (group if name.strip() else "")
        if not name.strip():
            joined.append(top)
        elif names.count(name) > 1 and group:
            joined.append(f"{group} {name}")
        else:
            joined.append(name)
    return joined


def _unlike(names: Sequence[str]) -> tuple[str, ...]:
    """Names that differ: `Phone`, `Phone (2)`."""
    found: list[str] = []
    for name in names:
        wanted, times = name, 1
        while wanted in found or (times > 1 and wanted in names):
            times += 1
            wanted = f"{name} ({times})"
        found.append(wanted)
    return tuple(found)


def _cell(row: SheetRow, column: int) -> str:
    return row.cells[column].strip() if column < len(row.cells) else ""


def _count(row: SheetRow) -> int:
    return sum(1 for cell in row.cells if cell and not cell.isspace())
