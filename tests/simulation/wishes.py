"""Who may be texted, by the files, orders and lists that people gave; imports nothing of ours.

Knows no call and no ledger: only what people said, and which of it a run has read to its end.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Protocol


class Row(Protocol):
    """A row of a file, and what it means."""

    @property
    def key(self) -> str: ...  # noqa: D102  # see the class
    @property
    def phone(self) -> str: ...  # noqa: D102  # see the class; empty where nobody can read it
    @property
    def says_stop(self) -> bool: ...  # noqa: D102  # see the class
    @property
    def consent(self) -> str: ...  # noqa: D102  # see the class


@dataclass
class Wishes:
    """What people want.

    Attributes:
        night: Tonight.
        files: Sync to the rows of tonight's file.
        read: Sync to the rows of the last file that a run has read, and the night of it.
        key_of: (sync, phone) to the key that had it last.
        stopped_phones, stopped_keys: Stops that hold for ever.
        perhaps_phones, perhaps_keys: Stops of which nobody knows whether a run has read them.
        texted: Who texted STOP, as far as the platform's list was delivered.
    """

    night: int = 0
    files: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    read: dict[str, tuple[int, list[Row]]] = field(default_factory=dict)
    key_of: dict[tuple[str, str], str] = field(default_factory=dict)
    stopped_phones: set[str] = field(default_factory=set)
    stopped_keys: set[tuple[str, str]] = field(default_factory=set)
    perhaps_phones: set[str] = field(default_factory=set)
    perhaps_keys: set[tuple[str, str]] = field(default_factory=set)
    texted: set[str] = field(default_factory=set)
    _ever: set[tuple[str, str, str]] = field(default_factory=set)

    def file(self, sync: str, rows: Iterable[Row]) -> None:
        """Tonight's file of a sync."""
        self.files[sync] = list(rows)
        readable = [row for row in self.files[sync] if row.phone]
        phones, keys = self._stops_of(sync)
        # the earlier numbers of who says stop may be stopped too, whoever has them now
        earlier = {phone for of, key, phone in self._ever if (of, key) in keys}
        # and so may a new number of whoever said stop before, which another list may have, too
        all_keys = keys | self.stopped_keys | self.perhaps_keys
        later = {row.phone for row in readable if (sync, row.key) in all_keys}
        self.perhaps_phones |= phones | earlier | later
        self.perhaps_keys |= keys
        self.key_of.update(((sync, row.phone), row.key) for row in readable)
        self._ever |= {(sync, row.key, row.phone) for row in readable}

    def heard(self, sync: str) -> None:
        """What a run has read to its end holds for ever."""
        phones, keys = self._stops_of(sync)
        self.stopped_phones |= phones
        self.stopped_keys |= keys

    def was_read(self, sync: str) -> None:
        """A run of the sync has ended by itself."""
        self.read[sync] = (self.night, self.files[sync])

    def was_cut(self, sync: str, called: Collection[str]) -> None:
        """Nobody knows whether a run got past its plan: who was wanted before and is there still."""
        _, rows = self.read.get(sync, (0, []))
        known = {row.phone for row in rows} | {*called}
        self.read[sync] = (self.night, [row for row in self.files[sync] if row.phone in known])

    def said_stop(self, phone: str) -> bool:
        """Whether somebody said of this phone, anywhere, that it wants no texts."""
        return phone in self.stopped_phones | self.perhaps_phones | self.texted

    def stopped(self, sync: str, row: Row) -> bool:
        """Whether a stop of this row's person holds for ever."""
        by_phone = row.phone in self.stopped_phones | self.texted
        return bool(row.phone) and (by_phone or (sync, row.key) in self.stopped_keys)

    def wanted(
        self, sync: str, phone: str, *, perhaps: bool, rows: list[Row] | None = None
    ) -> bool:
        """Whether a file lets them in.

        Args:
            sync: Whose.
            phone: Theirs.
            perhaps: A stop of which nobody knows whether a run has read it holds, too.
            rows: Of the file; tonight's if left out.
        """
        rows = self.files[sync] if rows is None else rows
        keys = {row.key for row in rows if row.phone == phone}
        theirs = [row for row in rows if row.phone == phone or row.key in keys]
        phones = self.perhaps_phones if perhaps else self.stopped_phones
        stopped = self.perhaps_keys if perhaps else self.stopped_keys
        if not keys or phone in self.stopped_phones or phone in phones or phone in self.texted:
            return False
        if any((sync, key) in stopped for key in keys):
            return False
        return all(not row.says_stop and row.consent == "yes" for row in theirs)

    def is_spared(self, sync: str, phone: str, *, unless: str = "no") -> bool:
        """Whether this person's row is there, says no no, and its number cannot be read tonight.

        Args:
            sync: Whose file.
            phone: Their number, when it could be read last.
            unless: A consent that counts as a no, beside `no`.
        """
        key = self.key_of.get((sync, phone), "")
        theirs = [row for row in self.files[sync] if row.key == key]
        if not theirs or any(row.phone for row in theirs) or self.said_stop(phone):
            return False
        if (sync, key) in self.stopped_keys | self.perhaps_keys:
            return False
        return all(not row.says_stop and row.consent not in ("no", unless) for row in theirs)

    def kept(self) -> Wishes:
        """What a backup of the state knows of them."""
        return copy.deepcopy(self)

    def back_to(self, before: Wishes) -> None:
        """The state is what it was then: a stop that was read since may or may not hold."""
        self.perhaps_phones |= self.stopped_phones
        self.perhaps_keys |= self.stopped_keys
        self.stopped_phones = {*before.stopped_phones}
        self.stopped_keys = {*before.stopped_keys}
        self.read = {**before.read}

    def _stops_of(self, sync: str) -> tuple[set[str], set[tuple[str, str]]]:
        rows = self.files[sync]
        keys = {row.key for row in rows if row.says_stop}
        phones = {row.phone for row in rows if row.key in keys and row.phone}
        return phones, {(sync, key) for key in keys}
