"""Dates in cells of yes or no: which are real, which mean "none", and which nobody can tell.

A column such as `sms_opted_in_at` says yes by being filled with a date. Databases and spreadsheets
write a date there too where there is none: MySQL `0000-00-00`, .NET `0001-01-01`, a spreadsheet its
day zero (1899-12-30, 1899-12-31, 1900-01-00). And a missing date turns into the first second of
Unix (1970-01-01, the evening before west of Greenwich) or into the first or last day that a program
knows (1900-01-01, SQL Server 1753-01-01, Windows 1601-01-01, 9999-12-31): that may be an answer or
none.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Final

from sendersync.transforms.cells.visible_text import visible_text

_TIME = (
    r"(?:[t ,]*\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[ap]\.?\s?m\.?)?\s*"
    r"(?:z|[a-z]{2,5})?\s*(?:[+-]\d{2}(?::?\d{2})?)?(?: \([^)]*\))?)?"
)
_YEAR_FIRST: Final = re.compile(rf"(\d{{4}})([-/.])\s?(\d{{1,2}})\2\s?(\d{{1,2}})\.?{_TIME}")
_YEAR_LAST: Final = re.compile(rf"(\d{{1,2}})([-/.])\s?(\d{{1,2}})\2\s?(\d{{4}}|\d\d){_TIME}")
_RUN: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(?:t?\d{6}z?)?")
_HAN: Final = re.compile(rf"(\d{{4}})\s?年\s?(\d{{1,2}})\s?月\s?(\d{{1,2}})\s?日{_TIME}")
_WEEKDAY = r"(?:[^\W\d]{2,10}\.?,? )?"
_DAY_NAMED: Final = re.compile(
    rf"{_WEEKDAY}(\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?[ -](?:de |of )?([^\W\d]{{3,10}})\.?,?[ -]"
    rf"(?:de |of )?(\d{{4}}){_TIME}"
)
_MONTH_NAMED: Final = re.compile(
    rf"{_WEEKDAY}([^\W\d]{{3,10}})\.? (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}}){_TIME}"
)
_NO_TIME: Final = re.compile(r"0?0:00(?::00)?|12:00(?::00)? ?am")

_MONTHS: Final = (
    "jan ene janv gen sty",
    "feb fév fev febb lut",
    "mar mär mrz maa",
    "apr abr avr kwi",
    "may mai mag mei maj",
    "jun juin giu cze",
    "jul juil lug lip",
    "aug ago aoû sie",
    "sep set wrz",
    "oct okt ott out paź",
    "nov lis",
    "dec dez déc dic gru des",
)
"""How months begin in the twelve languages, January first."""

_ZERO_DAYS: Final = frozenset({(1899, 12, 30), (1899, 12, 31), (1900, 1, 0)})
_EPOCHS: Final = frozenset(
    {(1970, 1, 1), (1969, 12, 31), (1900, 1, 1), (1980, 1, 1), (1904, 1, 1), (1858, 11, 17)}
    | {(1800, 1, 1), (1753, 1, 1), (1601, 1, 1), (2099, 12, 31), (2999, 12, 31), (9999, 12, 31)}
)
_OLDEST: Final = 1990
_NEWEST: Final = 2099
"""Nobody was asked about texts before there were any, nor in the next century."""

_CENTURY_TURNS: Final = 70
"""Years of two digits from this one on are of the last century: 1/1/70 is Unix's first day."""

_LONGEST: Final = 60
"""Characters; JavaScript's long form, with the name of its time zone, has about as many."""

Day = tuple[int, int, int]


def looks_like_date(cell: str) -> bool:
    """Whether the whole cell is written as dates are, a real day or not."""
    return bool(_days(_shown(cell)))


def is_real_date(cell: str) -> bool:
    """Whether the whole cell is a day on which somebody may have answered."""
    days = _days(_shown(cell))
    return any(map(_exists, days)) and not _EPOCHS.intersection(days)


def is_no_date(cell: str) -> bool:
    """Whether the cell is a program's way to write that there is no date."""
    text = _shown(cell)
    if _NO_TIME.fullmatch(text):
        return True
    return any(year in (0, 1) or (year, *day) in _ZERO_DAYS for year, *day in _days(text))


def may_be_no_date(cell: str) -> bool:
    """Whether the cell is the first day of a calendar: an answer or none, nobody can tell."""
    return not _EPOCHS.isdisjoint(_days(_shown(cell)))


def earliest_day(cell: str) -> date | None:
    """The day of a real date, the earliest one where it may be read in two ways; else None."""
    if not is_real_date(cell):
        return None
    return min(date(*day) for day in _days(_shown(cell)) if _exists(day))


def _shown(cell: str) -> str:
    return visible_text(cell).casefold()


@lru_cache(maxsize=4096)
def _days(text: str) -> tuple[Day, ...]:
    """Year, month and day in each order that they may be meant in; empty where it is no date."""
    if len(text) > _LONGEST or not any(map(str.isdigit, text)):
        return ()
    return tuple(_read(text))


def _read(text: str) -> Iterator[Day]:
    if found := _YEAR_FIRST.fullmatch(text):
        yield int(found[1]), int(found[3]), int(found[4])
    elif found := _YEAR_LAST.fullmatch(text):
        one, other, year = int(found[1]), int(found[3]), int(found[4])
        if len(found[4]) == 2:
            year += 1900 if year >= _CENTURY_TURNS else 2000
        yield year, one, other
        yield year, other, one
    elif (found := _RUN.fullmatch(text)) or (found := _HAN.fullmatch(text)):
        yield int(found[1]), int(found[2]), int(found[3])
    elif found := _DAY_NAMED.fullmatch(text):
        yield int(found[3]), _month(found[2]), int(found[1])
    elif found := _MONTH_NAMED.fullmatch(text):
        yield int(found[3]), _month(found[1]), int(found[2])


def _month(name: str) -> int:
    """Its number; 13, which is no month, where the name is none."""
    for number, beginnings in enumerate(_MONTHS, start=1):
        if name.startswith(tuple(beginnings.split())):
            return number
    return 13


def _exists(day: Day) -> bool:
    year, month, number = day
    if not (_OLDEST <= year <= _NEWEST and 1 <= month <= 12):
        return False
    return 1 <= number <= monthrange(year, month)[1]
