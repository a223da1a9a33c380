"""What differs between the reading of the last run and today's.

One wrong word there turns a list into another one: a phone column that holds emergency contacts, an
opt-out whose yes and no are exchanged. So each key that differs is named before anything is sent
(`docs/adr/0092-a-changed-reading.md`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Flag, auto
from typing import Any, Final

from schemas.report import READING_CHANGED
from sendersync.transforms.readings.reading import OF_A_REPORT, Reading


class Touches(Flag):
    """What a key may change."""

    VALUES = 0
    ADDS = auto()
    OPT_OUTS = auto()
    EVERYBODY = ADDS | OPT_OUTS


_TOUCHES: Final = {
    "columns.email": Touches.VALUES,
    "columns.first_name": Touches.VALUES,
    "columns.customer_key": Touches.VALUES,
    "columns.group": Touches.VALUES,
    "columns.consent": Touches.ADDS,
    "columns.consent_at": Touches.ADDS,
    "words.consent": Touches.ADDS,
    "countries": Touches.ADDS,
    "line_types": Touches.ADDS,
    "opt_out_scope": Touches.OPT_OUTS,
}
"""Keys that touch less than everybody."""

_PERMISSIONS: Final = ("columns.consent", "columns.opted_out")
_LISTS_OF_WHO_MAY: Final = ("countries", "line_types")
_SHOWN: Final = (
    *("columns.", "words.", *_LISTS_OF_WHO_MAY),
    *("sender_code", "default_country", "opt_out_scope"),
)
"""Keys whose values may stand in a report; a path, a query or a filter may hold anything."""


@dataclass(frozen=True)
class Change:
    """One key that differs from the last run.

    Attributes:
        key: As the sync file spells it, with dots.
        before: Its value in the last run; None where it said nothing.
        now: Its value today.
    """

    key: str
    before: Any
    now: Any

    @property
    def lost_permission(self) -> bool:
        """A column that said who may be texted is not read any more."""
        return self.key in _PERMISSIONS and self.now is None

    @property
    def touches(self) -> Touches:
        """What the change may alter."""
        if self._narrows:
            # nobody gets in by it; whoever is out by it is not stopped in this run
            return Touches.VALUES
        if self.key == "columns.opted_out" and self.before is None:
            return Touches.OPT_OUTS
        for key, touches in _TOUCHES.items():
            if self.key == key or self.key.startswith(f"{key}."):
                return touches
        return Touches.EVERYBODY

    @property
    def _narrows(self) -> bool:
        if self.key == "columns.consent":
            return self.before is None
        if self.key not in _LISTS_OF_WHO_MAY or self.now is None:
            return False
        return self.before is None or set(self.now) < set(self.before)

    def __str__(self) -> str:
        """`columns.phone` was 'Mobile', is 'Work phone'."""
        if not self.key.startswith(_SHOWN):
            return f"`{self.key}` differs"
        return f"`{self.key}` was {_shown(self.before)}, is {_shown(self.now)}"


@dataclass(frozen=True)
class ReadingChanges:
    """What differs from the last run of the sync.

    Attributes:
        changes: One for each key, in the order of the sync file.
    """

    changes: tuple[Change, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.changes)

    @property
    def keys(self) -> list[str]:
        """The keys that differ."""
        return [each.key for each in self.changes]

    @property
    def lost_permissions(self) -> list[str]:
        """Keys of permissions that are not read any more."""
        return [each.key for each in self.changes if each.lost_permission]

    @property
    def touches(self) -> Touches:
        """What all changes together may alter."""
        touched = Touches.VALUES
        for each in self.changes:
            touched |= each.touches
        return touched

    def sentences(self) -> Iterator[str]:
        """What a person reads before anything is sent."""
        for each in self.changes:
            yield f"{READING_CHANGED}: {each}."
        if self.changes:
            yield "So nobody is stopped in this run for having left or for a new number."


NO_CHANGES: Final = ReadingChanges()


def reading_changes(before: Reading, now: Reading, *, of_report: bool = False) -> ReadingChanges:
    """What differs.

    Args:
        before: The reading of the last run.
        now: Today's.
        of_report: `before` comes from `reading_of_report` and so knows a few keys only.
    """
    keys = [*now, *(key for key in before if key not in now)]
    if of_report:
        keys = [key for key in keys if key.startswith(OF_A_REPORT)]
    return ReadingChanges(
        tuple(
            Change(key, before.get(key), now.get(key))
            for key in keys
            if before.get(key) != now.get(key)
        )
    )


def _shown(value: Any) -> str:
    if value is None:
        return "not there"
    if isinstance(value, list):
        return ", ".join(repr(each) for each in value) or "empty"
    return repr(value)
