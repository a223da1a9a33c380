"""Clock check of a database: does one clock write the changed column? Looked at in full reads.

An incremental read goes on from the highest moment of the last one. Where an application writes
local time and a trigger writes UTC, the highest moment is the one that is hours ahead, and what the
other one writes meanwhile lies behind it: those changes, opt-outs among them, are read by the next
full read only. Two things show it:

| what is seen | what it means |
| --- | --- |
| different zones (`Z`, `+02:00`, none), `T` and a blank, or other forms | several writers |
| numbers of seconds and of milliseconds | the same |
| moments ahead of now by more than a quarter of an hour | a clock in another zone, or a wrong one |
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from schemas.wording import counted

HONEST: Final = timedelta(minutes=15)
"""Clocks that are kept differ by less, and zones by more."""

_ABROAD: Final = timedelta(days=1)
"""No zone is further ahead: what is, is a mistake in a row, and `high_water_mark` ignores it."""

_TEXT: Final = re.compile(
    r"\d{4}-\d\d-\d\d([T ])\d\d:\d\d(?::\d\d(?:[.,]\d+)?)? ?(Z|[+-]\d\d(?::?\d\d)?)?"
)


_WHEN: Final = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}.*", re.DOTALL)
"""Any other text with a day at its beginning."""

_SINCE_1970: Final = {10: "seconds", 13: "milliseconds", 16: "microseconds"}
"""Digits of a moment that is counted since 1970, from 2001 to 2286."""


class ChangedColumnClocks:
    """Collects how the moments of a column are written, row by row."""

    def __init__(self, column: str, now: datetime) -> None:
        """Nothing seen yet.

        Args:
            column: The name of the changed column, for messages.
            now: The moment of the read, with its zone.
        """
        self._column = column
        self._now = now
        self._forms: Counter[str] = Counter()
        self._ahead = 0
        self._furthest = timedelta(0)

    def look(self, value: Any) -> None:
        """Looks at one cell, as the driver gave it."""
        moment = value
        if isinstance(value, str | int) and not isinstance(value, bool):
            text = str(value).strip()
            form = _form(text)
            if not form:
                return
            self._forms[form] += 1
            moment = _moment(text)
        if not isinstance(moment, datetime):
            return
        # a moment without a zone is taken for UTC: what else it may be is the question
        lead = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - self._now
        if HONEST < lead <= _ABROAD:
            self._ahead += 1
            self._furthest = max(self._furthest, lead)

    def notes(self) -> tuple[str, ...]:
        """What was seen: sentences for a person, without their full stop."""
        found = []
        if len(self._forms) > 1:
            forms = "; ".join(
                f"{form} ({counted(n, 'row')})" for form, n in self._forms.most_common(4)
            )
            found.append(
                f"`{self._column}` is written in more than one way: {forms}. An incremental read "
                "compares them as they are and misses changes until the next full read. Let all "
                "that writes it write UTC in one form; until then use `mode: full`"
            )
        if self._ahead:
            hours = self._furthest.total_seconds() / 3600
            found.append(
                f"`{self._column}` is ahead of now in {counted(self._ahead, 'row')}, by up to "
                f"{hours:.1f} hours. If one clock writes every row, nothing is missed. If another "
                "writes UTC, its changes are missed until the next full read: let all of them "
                f"write UTC, or set `overlap: {int(hours) + 1}h` (docs/how-to/sql.md)"
            )
        return tuple(found)


def _form(text: str) -> str:
    """How a moment is written; empty where it may be none."""
    if found := _TEXT.fullmatch(text):
        between = "with T" if found[1] == "T" else "with a blank"
        zone = "no time zone" if found[2] is None else f"time zone {found[2]}"
        return f"{between} and {zone}"
    if text.isdecimal() and (unit := _SINCE_1970.get(len(text))) and text[0] != "0":
        return f"{unit} since 1970"
    if _WHEN.fullmatch(text):
        shape = re.sub(r"\d+", "9", re.sub(r"[.,]\d+$", "", text))
        return "as " + re.sub(r"[^\W\d_]+", "a", shape)  # whatever else stands there is not shown
    return ""


def _moment(text: str) -> datetime | None:
    if text.isdecimal() and len(text) in _SINCE_1970:
        return datetime.fromtimestamp(int(text[:10]), UTC)
    try:
        return datetime.fromisoformat(text.replace(",", "."))
    except ValueError:
        return None
