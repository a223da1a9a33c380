"""The contacts of an account, how they are shown, and the index that search reads."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from sandbox.crm.hubspot.properties import DEFAULT, all_properties, definition, present
from sandbox.crm.records import CrmRecord, CrmRecords


def iso(moment: int) -> str:
    """A moment as ``2019-10-30T03:30:17.883Z``."""
    seconds, thousandths = divmod(moment, 1000)
    t = time.gmtime(seconds)
    day = f"{t.tm_year:04d}-{t.tm_mon:02d}-{t.tm_mday:02d}"
    return f"{day}T{t.tm_hour:02d}:{t.tm_min:02d}:{t.tm_sec:02d}.{thousandths:03d}Z"


class Contacts:
    """Records, merges, and what the search index has not seen yet."""

    def __init__(self) -> None:
        """An empty account."""
        self.records = CrmRecords(present, first_id=101)
        self.clear()

    def clear(self) -> None:
        """Forgets everything."""
        self.records.clear()
        self.records.before_change = self._lag
        self.properties = all_properties()
        self.merged_into: dict[int, int] = {}
        self.index_delay = 0.0
        self._old: dict[int, tuple[float, CrmRecord | None]] = {}

    def find(self, key: str) -> CrmRecord | None:
        """The record of an id; the id of a merged one finds the one that stayed."""
        if not key.isdigit():
            return None
        number = int(key)
        while number in self.merged_into:
            number = self.merged_into[number]
        return self.records.by_id.get(number)

    def by_email(self, email: str) -> CrmRecord | None:
        """The live record of an e-mail."""
        for record in self.records:
            if not record.archived and self.records.values(record).get("email") == email:
                return record
        return None

    def values(self, record: CrmRecord) -> dict[str, Any]:
        """Every property that has a value, as text."""
        found = self.records.values(record)
        found["hs_object_id"] = str(record.id)
        found["createdate"] = iso(record.created)
        found["lastmodifieddate"] = iso(record.modified)
        return found

    def shown(self, record: CrmRecord, properties: list[str]) -> dict[str, Any]:
        """As the objects API shows it.

        Asked properties without a value are null; those that do not exist are left out (doc).
        The id and the two dates always come along (example).
        """
        values = self.values(record)
        names = dict.fromkeys(
            (*properties, "hs_object_id", "createdate", "lastmodifieddate")
            if properties
            else DEFAULT
        )
        body = {
            "id": values["hs_object_id"],
            "properties": {name: values.get(name) for name in names if name in self.properties},
            "createdAt": values["createdate"],
            "updatedAt": values["lastmodifieddate"],
            "archived": bool(record.archived),
        }
        if record.archived:
            body["archivedAt"] = iso(record.archived)
        return body

    def define(self, names: list[str]) -> None:
        """Makes custom text properties of names that are not there yet."""
        for name in names:
            if name not in self.properties:
                self.properties[name] = definition(name)

    def merge(self, into: int, gone: int, at: int, *, new_id: bool) -> int:
        """Joins two contacts: the first one's values win, the second fills the gaps (inferred).

        ``hs_merged_object_ids`` has all ids ever taken in; ``hs_calculated_merged_vids`` forgets
        those of earlier merges (https://github.com/fivetran/dbt_hubspot/issues/168).
        """
        records = self.records
        first, second = records.by_id[into], records.by_id[gone]
        values = {**records.values(second), **records.values(first)}
        now = [*([str(into)] if new_id else []), str(gone)]
        before = [
            *str(records.values(first).get("hs_merged_object_ids", "")).split(";"),
            *str(records.values(second).get("hs_merged_object_ids", "")).split(";"),
        ]
        ids = [one for one in dict.fromkeys((*before, *now)) if one]
        values["hs_merged_object_ids"] = ";".join(ids)
        values["hs_calculated_merged_vids"] = ";".join(f"{one}:{at}" for one in now)
        if new_id:
            merged = records.add(values, at)
            merged.created = min(first.created, second.created)
            keeper = merged.id
            self._forget(into, keeper)
        else:
            keeper = into
            records.change(into, values, at)
        self._forget(gone, keeper)
        return keeper

    def _forget(self, key: int, keeper: int) -> None:
        self.records.delete(key)
        self.merged_into[key] = keeper

    # The index

    def _lag(self, record: CrmRecord | None, key: int) -> None:
        if self.index_delay and key not in self._old:
            seen = None if record is None else record.copy()
            self._old[key] = (time.monotonic(), seen)

    def index_moves(self) -> bool:
        """Whether something waits to be seen."""
        due = time.monotonic() - self.index_delay
        for key in [key for key, (changed, _) in self._old.items() if changed <= due]:
            del self._old[key]
            self.records.version += 1
        return bool(self._old)

    def indexed(self) -> Iterator[CrmRecord]:
        """The live records as the index knows them."""
        waiting = self._old if self.index_moves() else {}
        for record in self.records:
            if record.id not in waiting and not record.archived:
                yield record
        for _, old in waiting.values():
            if old is not None and not old.archived:
                yield old
