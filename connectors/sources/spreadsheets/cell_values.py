"""What a spreadsheet's cells hold, as text: exact integers, ISO dates, nothing that is only shown.

| cell | text |
| --- | --- |
| a whole number up to 2^53 | its digits: `12065550142`, never `1.20656E+10` |
| a larger one | `1.23456789012345E+17`: its last digits are lost in the file itself |
| another number | with 15 significant digits, as many as Excel keeps |
| a date, a date with time, a time | `2026-11-22`, `2026-11-22T10:30:00`, `10:30:00` |
| a number that is formatted as a date and cannot be one | the number: phones get such formats |
| a yes or no | `TRUE`, `FALSE` |
| an error such as #N/A | its name, and the cell is marked as faulty |
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

from connectors.sources.files.number_text import number_text
from schemas.errors import SourceMismatch

MOST_ROWS: Final = 1_048_576
MOST_COLUMNS: Final = 16_384
"""What Excel and LibreOffice can hold; a file that claims more is damaged, or made to harm."""

CELL_LIMIT: Final = 1 << 20
"""Characters in one cell; Excel itself holds 32,767."""

_LAST_DAY: Final = 2_958_466
"""The serial number of 1 January 10000."""

_DAY_MS: Final = 86_400_000

_QUOTED: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_DATE_LETTER: Final = re.compile(r"[ymdhs]", re.IGNORECASE)
_ELAPSED: Final = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)

ERROR_VALUE: Final = "an error of a formula"
NEVER_CALCULATED: Final = "a formula that was never calculated"


class MergedRange(NamedTuple):
    """Cells that are merged: the first column from 0, and how many rows and columns."""

    column: int
    rows: int
    columns: int


@dataclass(slots=True)
class SheetRow:
    """One row of a sheet.

    Attributes:
        number: Its number, as a spreadsheet shows it at the left.
        cells: Text of the cells from column A on; rows end where their last cell is.
        hidden: By hand or by a filter.
        faulty: Cells without a value, by their place from 0, and what they hold instead.
        merged: The merged cells that begin in this row.
    """

    number: int
    cells: list[str]
    hidden: bool = False
    faulty: dict[int, str] = field(default_factory=dict)
    merged: Sequence[MergedRange] = ()


@dataclass(frozen=True, slots=True)
class SheetName:
    """A sheet of a workbook.

    Attributes:
        name: What its tab says.
        hidden: By hand or by a program.
        problem: Why it cannot be read; empty where it can.
    """

    name: str
    hidden: bool
    problem: str = ""


class Workbook(Protocol):
    """A spreadsheet file that is open."""

    def sheets(self) -> tuple[SheetName, ...]:
        """Its sheets with cells, in the order of the tabs."""

    def rows(self, sheet: str, *, merged: bool = False) -> Iterator[SheetRow]:
        """The rows of a sheet from the top; those without a single cell may be left out.

        Args:
            sheet: Its name.
            merged: Rows say which merged cells begin in them; it can take a reading of its own.

        Raises:
            SourceMismatch: The sheet is damaged.
        """

    def close(self) -> None:
        """Lets the file go."""


def is_date_format(code: str) -> bool:
    """Whether a number format shows a date or a time."""
    bare = _QUOTED.sub("", code.split(";", maxsplit=1)[0])
    return bare.casefold() != "general" and bool(_DATE_LETTER.search(bare))


def is_elapsed(code: str) -> bool:
    """Whether a number format shows hours beyond 24."""
    return bool(_ELAPSED.search(code))


def serial_text(serial: float, *, since_1904: bool = False, elapsed: bool = False) -> str:
    """A date's serial number as ISO text; one that is no date stays a number."""
    if elapsed and serial >= 0:
        return duration_text(dt.timedelta(milliseconds=round(serial * _DAY_MS)))
    if not 0 <= serial < _LAST_DAY - (1462 if since_1904 else 0):
        return number_text(serial)
    if serial < 1:
        first = dt.datetime(1, 1, 1)  # noqa: DTZ001  # no zones in a sheet
        return moment_text(first + dt.timedelta(milliseconds=round(serial * _DAY_MS)))
    if since_1904:
        start = dt.datetime(1904, 1, 1)  # noqa: DTZ001  # no zones in a sheet
    else:
        # 1900 was no leap year, but Excel's first calendar has its 29 February
        start = dt.datetime(1899, 12, 31 if serial < 60 else 30)  # noqa: DTZ001  # see above
    return moment_text(start + dt.timedelta(milliseconds=round(serial * _DAY_MS)))


def moment_text(moment: dt.datetime) -> str:
    """ISO text; a date without time at midnight, a time without date on the first day of all."""
    if moment.date() == dt.date.min:
        return moment.time().isoformat()
    if moment.time() == dt.time.min:
        return moment.date().isoformat()
    return moment.isoformat()


def duration_text(span: dt.timedelta) -> str:
    """Hours, minutes and seconds: `30:00:00`."""
    seconds = round(span.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def boolean_text(value: object) -> str:
    """As a spreadsheet shows it."""
    return "TRUE" if value in (True, "1", "true") else "FALSE"


def column_letters(place: int) -> str:
    """The letters above a column: 0 is A, 27 is AB."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def damaged(name: str, what: str) -> SourceMismatch:
    """The refusal of a spreadsheet that cannot be read as it stands."""
    return SourceMismatch(
        f"This spreadsheet is damaged: {what}.",
        where=name,
        do="Open it in Excel or LibreOffice, let it be repaired, and save it again as .xlsx.",
    )
