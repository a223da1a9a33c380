"""Which of the files that match a pattern is read: the newest, and never a shadow of one.

Programs leave files beside a document that carry its ending and are always newer: lock files,
backup copies, what is still being delivered. And a time is not a delivery: whoever opens an old
export and saves it makes it the newest. So where names hold dates, the dates are looked at too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from schemas.errors import SourceMismatch

UNFINISHED: Final = (
    *(".part", ".partial", ".tmp", ".temp", ".crdownload", ".opdownload", ".download", ".filepart"),
    *(".swp", ".uploading", ".inprogress", ".incomplete", ".!ut"),
)
"""Endings of files that are still being written."""

_LEFT_BESIDE: Final = (".bak", ".old", ".orig", ".lock", ".lck")
"""Endings of copies and locks that programs leave beside a document."""

_FOLDER_NOTES: Final = frozenset({"thumbs.db", "desktop.ini"})
_COPY: Final = re.compile(r"\s*(?:\((\d{1,3})\)|- copy|- kopie)(?=\.|$)", re.IGNORECASE)

_MONTHS: Final = (
    *("jan ene gen sty", "feb fév fev lut", "mar mär mrz maa", "apr abr avr kwi"),
    *("may mai mag mei maj", "jun juin giu cze", "jul juil lug lip", "aug ago aoû aou sie"),
    *("sep set wrz", "oct okt out ott paź paz", "nov lis", "dec dez déc dic gru des"),
)
"""How months begin in the twelve languages, January first."""

_WORD: Final = rf"(?<![^\W\d_])(?P<word>{'|'.join(' '.join(_MONTHS).split())})[^\W\d_]{{0,8}}"
_YEAR: Final = r"(?P<year>(?:19|20)\d\d)"
_TIME: Final = r"(?:(?P<time>[ _T-]?\d{2}[-:.h]?\d{2}(?:[-:.m]?\d{2})?Z?)(?![-_.:]?\d))?"
_OF: Final = r"(?: de)?[-_. ]*"
_DATES: Final = tuple(
    re.compile(rf"(?<!\d){pattern}{_TIME}(?!\d)", re.IGNORECASE)
    for pattern in (
        rf"{_YEAR}(?P<sign>[-_. ]?)(?P<month>0[1-9]|1[0-2])(?P=sign)(?P<day>0[1-9]|[12]\d|3[01])",
        rf"{_YEAR}\s?年\s?(?P<month>\d{{1,2}})\s?月(?:\s?(?P<day>\d{{1,2}})\s?日)?",
        rf"(?P<one>\d{{1,2}})(?P<sign>[-_. ])(?P<two>\d{{1,2}})(?P=sign){_YEAR}",
        rf"(?P<day>\d{{1,2}})\.?{_OF}{_WORD}{_OF}{_YEAR}",
        rf"{_WORD}[-_. ]*(?P<day>\d{{1,2}})[-_. ,]+{_YEAR}",
        rf"{_YEAR}[-_.](?P<month>0[1-9]|1[0-2])",
        rf"{_WORD}{_OF}{_YEAR}",
        rf"{_YEAR}[-_. ]?(?:W|KW)(?P<week>[0-5]\d)",
        rf"{_YEAR}[-_. ]?Q(?P<quarter>[1-4])",
        rf"(?<![^\W\d_])Q(?P<quarter>[1-4])[-_. ]?{_YEAR}",
        r"(?P<three>\d{2}(?P<sign>[-_.])\d{2}(?P=sign)\d{2})",
    )
)


class Match(NamedTuple):
    """A file that matches.

    Attributes:
        place: Where it is.
        written: When it was written there; None where that is not known.
    """

    place: str
    written: datetime | None

    @property
    def name(self) -> str:
        """Its name without its folder."""
        return PurePosixPath(self.place).name


class ChosenFile(NamedTuple):
    """The match that is read.

    Attributes:
        place: Where it is.
        remarks: What a person should know of the choice.
    """

    place: str
    remarks: tuple[str, ...]


class _Dated(NamedTuple):
    """The date in a name: which days it may mean, and the name around it."""

    around: str
    first: tuple[date, str]
    last: tuple[date, str]


def is_shadow(name: str, pattern: str = "") -> bool:
    """Whether a program left this beside a document, or is still writing it.

    Args:
        name: The name without its folder.
        pattern: The last part of the pattern: one that begins with a dot asks for hidden files.
    """
    small = name.lower()
    return (
        (small.startswith(".") and (not pattern.startswith(".") or small.startswith(("._", ".~"))))
        or small.startswith(("~", "#"))
        or small.endswith(("~", "#", *UNFINISHED, *_LEFT_BESIDE))
        or small in _FOLDER_NOTES
    )


def newest(matches: Sequence[Match], *, by_name: bool = False) -> ChosenFile:
    """The match that is read: the one written last, or the one with the latest date in its name.

    Args:
        matches: At least one, without shadows.
        by_name: The dates in their names count, not when they were written.

    Raises:
        SourceMismatch: The file that was written last has an older date in its name than another.
    """
    if by_name:
        found = max(matches, key=lambda each: (_latest(each), each.name))
        return ChosenFile(found.place, tuple(_remarks(found)))
    # two files of one moment are told apart by their names, which usually hold the date
    found = max(matches, key=lambda each: (each.written or _NEVER, each.name))
    later = _with_a_later_date(found, matches)
    if later is not None:
        own, other = _told_apart(found, later)
        raise SourceMismatch(
            f"{own} was written last, but {other} has a later date in its name.",
            where=found.name,
            do="Move the file that must not be read out of the folder; or let the dates in the "
            "names decide, with `source: {newest_by: name}` in the sync file.",
        )
    return ChosenFile(found.place, tuple(_remarks(found)))


def _told_apart(one: Match, other: Match) -> tuple[str, str]:
    """Their names, with the folders that differ where the names are the same."""
    if one.name != other.name:
        return one.name, other.name
    parts = [PurePosixPath(each.place).parts for each in (one, other)]
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(*parts, strict=False)))
    return "/".join(parts[0][same:]), "/".join(parts[1][same:])


_NEVER: Final = datetime.min.replace(tzinfo=UTC)


def _latest(match: Match) -> tuple[date, str]:
    return max((each.last for each in _dated_places(match)), default=(date.min, ""))


def _dated_places(match: Match) -> Iterator[_Dated]:
    """The date in its name; without one, that of its folders: `2026/11/27/contacts.csv`."""
    found = [*_dated(match.name)]
    yield from found or _dated(match.place.replace("/", "-"))


def _with_a_later_date(found: Match, matches: Sequence[Match]) -> Match | None:
    own = {each.around: each for each in _dated_places(found)}
    for other in matches:
        for each in _dated_places(other):
            # a date that may be read in two ways must be later in both
            if each.around in own and each.first > own[each.around].last:
                return other
    return None


def _dated(name: str) -> Iterator[_Dated]:
    """The dates in a name; a day and a month that may be either stand for both days."""
    plain = _COPY.sub("", name)
    for pattern in _DATES:
        found = list(pattern.finditer(plain))
        days = [sorted(_days(each)) for each in found]
        if found and all(days):
            around = pattern.sub("*", plain).casefold()
            time = re.sub(r"\D", "", found[-1]["time"] or "")
            yield _Dated(around, (days[-1][0], time), (days[-1][-1], time))
            return


def _days(found: re.Match[str]) -> Iterator[date]:
    parts = found.groupdict()
    for year, month, day in _readings(parts):
        try:
            yield date(year, month, day)
        except ValueError:
            continue


def _readings(parts: dict[str, str | None]) -> Iterator[tuple[int, int, int]]:
    """Year, month and day in each order that they may be meant in."""
    if three := parts.get("three"):
        one, two, last = map(int, re.split(r"\D", three))
        yield from {(2000 + one, two, last), (2000 + last, two, one), (2000 + last, one, two)}
        return
    year, day = int(parts["year"] or 0), int(parts.get("day") or 1)
    if parts.get("one"):
        one, two = int(parts["one"] or 0), int(parts["two"] or 0)
        yield from {(year, two, one), (year, one, two)}
    elif word := parts.get("word"):
        found = [n for n, names in enumerate(_MONTHS, 1) if word.casefold() in names.split()]
        yield year, found[0] if found else 0, day
    elif week := parts.get("week"):
        first = date(year, 1, 1) + timedelta(weeks=int(week))
        yield first.year, first.month, first.day
    elif quarter := parts.get("quarter"):
        yield year, 3 * int(quarter), day
    else:
        yield year, int(parts["month"] or 0), day


def _remarks(found: Match) -> Iterator[str]:
    if _COPY.search(found.name):
        yield (
            "its name is that of a second download or a copy: check that it is the file you mean"
        )
