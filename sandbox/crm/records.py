"""The records of one kind that a CRM holds: lean enough for 200,000, and quick to page."""

from __future__ import annotations

import bisect
import time
from array import array
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from sandbox.crm.people import Person, person

DEFAULT_START = "2026-01-01T00:00:00.000Z"


def now_ms() -> int:
    """The time of day in milliseconds, as CRMs stamp their records."""
    return time.time_ns() // 1_000_000


def read_moment(text: str | int | None) -> int:
    """Milliseconds from ISO text or a number of milliseconds; none is now.

    Raises:
        ValueError: it is neither.
    """
    if text is None:
        return now_ms()
    if isinstance(text, int) or text.lstrip("-").isdigit():
        return int(text)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    # Whole numbers only: a float of 13 digits loses a millisecond now and then.
    return round((moment - datetime.fromtimestamp(0, UTC)).total_seconds() * 1000)


class CrmRecord:
    """One record. ``changes`` lies over what the person of that seed and number is."""

    __slots__ = ("archived", "changes", "created", "id", "modified", "n", "seed")

    def __init__(self, key: int, moment: int, seed: int, n: int) -> None:
        """A record made at a moment; ``n`` below zero is nobody's, and starts empty."""
        self.id = key
        self.created = self.modified = moment
        self.archived = 0
        self.seed = seed
        self.n = n
        self.changes: dict[str, Any] | None = None

    def copy(self) -> CrmRecord:
        """As it is now, for an index that lags behind."""
        twin = CrmRecord(self.id, self.created, self.seed, self.n)
        twin.modified, twin.archived = self.modified, self.archived
        twin.changes = None if self.changes is None else dict(self.changes)
        return twin


class CrmRecords:
    """Records by id; ids only grow, and an id is never used again."""

    def __init__(
        self, present: Callable[[Person], dict[str, Any]], *, first_id: int = 1, grain_ms: int = 1
    ) -> None:
        """``present`` names a person's fields as the CRM does; times are cut to ``grain_ms``."""
        self._present = present
        self.grain_ms = grain_ms
        self._first_id = first_id
        self.before_change: Callable[[CrmRecord | None, int], None] = lambda record, key: None
        self.clear()

    def clear(self) -> None:
        """Forgets everything."""
        self.by_id: dict[int, CrmRecord] = {}
        self._ids = array("q")
        self._next_id = self._first_id
        self.version = 0

    def __len__(self) -> int:
        return len(self.by_id)

    def __iter__(self) -> Iterator[CrmRecord]:
        """In the order of ids."""
        return iter(self.by_id.values())

    def from_id(self, key: int) -> Iterator[CrmRecord]:
        """Those with this id or a higher one, in the order of ids."""
        for at in range(bisect.bisect_left(self._ids, key), len(self._ids)):
            found = self.by_id.get(self._ids[at])
            if found is not None:
                yield found

    def values(self, record: CrmRecord) -> dict[str, Any]:
        """All fields that have a value."""
        values = {} if record.n < 0 else self._present(person(record.seed, record.n))
        if record.changes:
            values.update(record.changes)
        return values

    def generate(
        self,
        count: int,
        *,
        seed: int = 7,
        same_timestamp: int = 0,
        start: str | int | None = DEFAULT_START,
        step_ms: int = 1000,
    ) -> list[int]:
        """Makes ``count`` people, one every ``step_ms``; the middle ones share a moment.

        Returns:
            The first and the last id.
        """
        moment = read_moment(start)
        first_same = (count - same_timestamp) // 2
        low = self._next_id
        for n in range(count):
            record = CrmRecord(self._next_id, self._cut(moment), seed, n)
            self.by_id[record.id] = record
            self._ids.append(record.id)
            self._next_id += 1
            if not first_same <= n < first_same + same_timestamp - 1:
                moment += step_ms
        self.version += 1
        return [low, self._next_id - 1]

    def add(self, values: dict[str, Any], at: int) -> CrmRecord:
        """Makes a record of given fields."""
        self.before_change(None, self._next_id)
        record = CrmRecord(self._next_id, self._cut(at), 0, -1)
        record.changes = dict(values)
        self.by_id[record.id] = record
        self._ids.append(record.id)
        self._next_id += 1
        self.version += 1
        return record

    def change(self, key: int, values: dict[str, Any], at: int) -> CrmRecord:
        """Changes fields, and the time of the last change."""
        record = self.by_id[key]
        self.before_change(record, key)
        if values:
            record.changes = {**(record.changes or {}), **values}
        record.modified = self._cut(at)
        self.version += 1
        return record

    def archive(self, key: int, at: int, *, away: bool = True) -> None:
        """Puts a record away, or takes it back."""
        record = self.by_id[key]
        self.before_change(record, key)
        record.archived = self._cut(at) if away else 0
        record.modified = self._cut(at)
        self.version += 1

    def delete(self, key: int) -> None:
        """Removes a record for good."""
        self.before_change(self.by_id[key], key)
        del self.by_id[key]
        self.version += 1

    def _cut(self, moment: int) -> int:
        return moment - moment % self.grain_ms
