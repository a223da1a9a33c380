"""Which of the files that match a pattern is read: the newest, and never a shadow of one.

Programs leave files beside a document that carry its ending and are always newer: lock files,
backup copies, what is still being delivered. And a time is not a delivery: whoever opens an old
export and saves it makes it the newest. So where names hold dates, the dates are looked at too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
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

_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_YEAR: Final = r"(?P<year>(?:19|20)\d\d)"
_TIME: Final = r"(?:(?P<time>[ _T-]?\d{2}[-:.h]?\d{2}(?:[-:.m]?\d{2})?Z?)(?![-_.:]?\d))?"
_DATES: Final = tuple(
    re.compile(rf"(?<!\d){pattern}{_TIME}(?!\d)", re.IGNORECASE)
    for pattern in (
        rf"{_YEAR}(?P<sign>[-_. ]?)(?P<month>0[1-9]|1[0-2])(?P=sign)(?P<day>0[1-9]|[12]\d|3[01])",
        rf"(?P<one>\d{{1,2}})(?P<sign>[-_. ])(?P<two>\d{{1,2}})(?P=sign){_YEAR}",
        rf"(?P<day>\d{{1,2}})[-_. ]?(?P<word>{'|'.join(_MONTHS)})[a-z]{{0,6}}[-_. ]*{_YEAR}",
        rf"(?P<word>{'|'.join(_MONTHS)})[a-z]{{0,6}}[-_. ]*(?P<day>\d{{1,2}})[-_. ,]*{_YEAR}",
        rf"{_YEAR}[-_.](?P<month>0[1-9]|1[0-2])",
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
        found = max(matches, key=lambda each: (_latest(each.name), each.name))
        return ChosenFile(found.place, tuple(_remarks(found)))
    # two files of one moment are told apart by their names, which usually hold the date
    found = max(matches, key=lambda each: (each.written or _NEVER, each.name))
    later = _with_a_later_date(found, matches)
    if later is not None:
        raise SourceMismatch(
            f"{found.name} was written last, but {later.name} has a later date in its name.",
            where=found.name,
            do="Move the file that must not be read out of the folder; or let the dates in the "
            "names decide, with `source: {newest_by: name}` in the sync file.",
        )
    return ChosenFile(found.place, tuple(_remarks(found)))


_NEVER: Final = datetime.min.replace(tzinfo=UTC)


def _latest(name: str) -> tuple[date, str]:
    return max((each.last for each in _dated(name)), default=(date.min, ""))


def _with_a_later_date(found: Match, matches: Sequence[Match]) -> Match | None:
    own = {each.around: each for each in _dated(found.name)}
    for other in matches:
        for each in _dated(other.name):
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
    year = int(parts["year"])
    if parts.get("one"):
        one, two = int(parts["one"]), int(parts["two"])
        pairs = {(two, one), (one, two)}
    elif parts.get("word"):
        pairs = {(_MONTHS.index(parts["word"].lower()) + 1, int(parts["day"]))}
    else:
        pairs = {(int(parts["month"]), int(parts.get("day") or 1))}
    for month, day in pairs:
        try:
            yield date(year, month, day)
        except ValueError:
            continue


def _remarks(found: Match) -> Iterator[str]:
    if _COPY.search(found.name):
        yield (
            "its name is that of a second download or a copy: check that it is the file you mean"
        )
