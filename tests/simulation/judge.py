"""What must be so, said again by somebody who never saw our code: imports nothing of ours.

The judge knows the files that were given, the orders of people, and the calls that arrived. It never
reads a ledger. Each rule it keeps stands in README.md as a promise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol


class Row(Protocol):
    """A row of a file, and what it means."""

    @property
    def key(self) -> str: ...  # noqa: D102  # see the class
    @property
    def phone(self) -> str: ...  # noqa: D102  # see the class
    @property
    def says_stop(self) -> bool: ...  # noqa: D102  # see the class
    @property
    def consent(self) -> str: ...  # noqa: D102  # see the class


class Call(Protocol):
    """A request that arrived."""

    @property
    def sync(self) -> str: ...  # noqa: D102  # see the class
    @property
    def kind(self) -> str: ...  # noqa: D102  # see the class
    @property
    def phone(self) -> str: ...  # noqa: D102  # see the class
    @property
    def answer(self) -> str: ...  # noqa: D102  # see the class


@dataclass
class Judge:
    """Follows the nights.

    Attributes:
        most_stops: Departures that one run may stop without an approval.
        faults: What was broken, in words, with the night.
    """

    most_stops: int
    faults: list[str] = field(default_factory=list)
    _night: int = 0
    _files: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    _read: dict[str, tuple[int, list[Row]]] = field(default_factory=dict)
    _key_of: dict[tuple[str, str], str] = field(default_factory=dict)
    _ever: set[tuple[str, str, str]] = field(default_factory=set)
    _left_on: dict[tuple[str, str], int] = field(default_factory=dict)
    _departures: dict[tuple[str, int], set[str]] = field(default_factory=lambda: defaultdict(set))
    _stopped_phones: set[str] = field(default_factory=set)
    _stopped_keys: set[tuple[str, str]] = field(default_factory=set)
    _perhaps_phones: set[str] = field(default_factory=set)
    _perhaps_keys: set[tuple[str, str]] = field(default_factory=set)
    _confirmed: dict[tuple[str, str], bool] = field(default_factory=dict)
    _doubted: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def night(self, number: int) -> None:
        """A new night."""
        self._night = number

    def file(self, sync: str, rows: Iterable[Row]) -> None:
        """Tonight's file of a sync."""
        self._files[sync] = list(rows)
        for of, phone in self._confirmed:
            # let go; if they come back, they are added
            if of == sync and not self._wanted(sync, self._files[sync], phone, perhaps=False):
                self._confirmed[of, phone] = False
        phones, keys = self._stops_of(sync)
        # the earlier numbers of who says stop may be stopped too, whoever has them now
        earlier = {phone for of, key, phone in self._ever if (of, key) in keys}
        # and so may a new number of whoever said stop before, which another list may have, too
        all_keys = keys | self._stopped_keys | self._perhaps_keys
        later = {row.phone for row in self._files[sync] if (sync, row.key) in all_keys}
        self._perhaps_phones |= phones | earlier | later
        self._perhaps_keys |= keys
        self._key_of.update(((sync, row.phone), row.key) for row in self._files[sync])
        self._ever |= {(sync, row.key, row.phone) for row in self._files[sync]}

    def order(self, phone: str) -> None:
        """Somebody asked for no more texts."""
        self._stopped_phones.add(phone)

    def run(self, sync: str, calls: Sequence[Call], *, ended: bool, approved: bool) -> None:
        """A run of a sync is over: `ended` by itself, or cut off; what it sent."""
        self._follow(sync, calls)
        if ended:
            self._read[sync] = (self._night, self._files[sync])
        else:  # nobody knows whether it got past its plan: who was wanted before and is there still
            _, rows = self._read.get(sync, (0, []))
            known = {row.phone for row in rows} | {each.phone for each in calls}
            kept = [row for row in self._files[sync] if row.phone in known]
            self._read[sync] = (self._night, kept)
        if not approved:
            self._count_departures(sync, calls)
        if not ended:
            # the answer of its last request may not have been written down
            for request in [call for call in calls if call.kind in ("add", "stop")][-1:]:
                self._confirmed[sync, request.phone] = False
            return
        # what a run has read to its end holds for ever
        phones, keys = self._stops_of(sync)
        self._stopped_phones |= phones
        self._stopped_keys |= keys
        here = {row.phone for row in self._files[sync]}
        for of, phone in self._key_of:
            if of == sync and phone in here:
                self._left_on.pop((sync, phone), None)
            elif of == sync:
                self._left_on.setdefault((sync, phone), self._night)

    def _follow(self, sync: str, calls: Sequence[Call]) -> None:
        awake = True
        for call in calls:
            if call.kind == "order":
                self.order(call.phone)
            elif call.kind == "frozen":
                awake = False
            elif not awake:
                self._fault(f"{sync} called for {call.phone} after it had slept past its lease")
            elif call.kind == "add":
                self._add(call)
                done = call.answer in ("confirmed", "already")
                if done:
                    self._doubted[call.phone].discard(sync)
                # a stop of another list that may still land leaves every yes in doubt
                self._confirmed[sync, call.phone] = done and not self._doubted[call.phone]
            else:
                self._stop(call)
                doubt = self._doubted[call.phone]
                if call.answer == "confirmed":
                    doubt.discard(sync)
                else:
                    doubt.add(sync)
                for of in self._files:
                    self._confirmed[of, call.phone] = False

    def _count_departures(self, sync: str, calls: Sequence[Call]) -> None:
        """Whoever left in one night is counted together, though some of them wait a night."""
        for phone in self._departed(sync, calls):
            # an unproven stop that is asked again is of somebody who left before
            left = self._left_on.setdefault((sync, phone), self._night)
            self._departures[sync, left].add(phone)
            if len(self._departures[sync, left]) == self.most_stops + 1:
                self._fault(f"more than {self.most_stops} left {sync} in night {left}: stopped")

    def end(self, subscribed: set[str]) -> None:
        """All is quiet, and everything was approved: exactly those are subscribed who should be."""
        must: set[str] = set()
        may: set[str] = set()
        for sync, rows in self._files.items():
            for phone in {row.phone for row in rows}:
                if self._wanted(sync, rows, phone, perhaps=True):
                    must.add(phone)
                if self._wanted(sync, rows, phone, perhaps=False):
                    may.add(phone)
        if lost := must - subscribed:
            self._fault(f"{len(lost)} wanted and not subscribed: {sorted(lost)}")
        if wrong := subscribed - may:
            self._fault(f"{len(wrong)} subscribed and not wanted: {sorted(wrong)}")

    def _add(self, call: Call) -> None:
        if not self._wanted(call.sync, self._files[call.sync], call.phone, perhaps=False):
            self._fault(f"{call.sync} added {call.phone}, who must not get texts")
        if self._confirmed.get((call.sync, call.phone)):
            self._fault(f"{call.sync} added {call.phone} again")

    def _stop(self, call: Call) -> None:
        if self._wanted(call.sync, self._files[call.sync], call.phone, perhaps=True):
            self._fault(f"{call.sync} stopped {call.phone}")
        for sync, (night, rows) in self._read.items():
            # a list that nobody could read for more than a night is not waited for
            read = sync != call.sync and night >= self._night - 1
            if read and self._wanted(sync, rows, call.phone, perhaps=True):
                self._fault(f"{call.sync} stopped {call.phone}, whom {sync} wants")

    def _departed(self, sync: str, calls: Sequence[Call]) -> set[str]:
        """Whom a run stopped though nobody said stop: they are not in the file any more.

        Somebody who is there with another number has not left.
        """
        rows = self._files[sync]
        here, present = {row.phone for row in rows}, {row.key for row in rows}
        found = set()
        for call in calls:
            key = self._key_of.get((sync, call.phone), "")
            if call.kind == "stop" and call.phone not in here and key not in present:
                found.add(call.phone)
        return found - self._stopped_phones - self._perhaps_phones

    def _wanted(self, sync: str, rows: list[Row], phone: str, *, perhaps: bool) -> bool:
        """Whether these rows let them in; `perhaps`: even if a stop read in a cut run holds."""
        keys = {row.key for row in rows if row.phone == phone}
        theirs = [row for row in rows if row.phone == phone or row.key in keys]
        phones = self._perhaps_phones if perhaps else self._stopped_phones
        stopped = self._perhaps_keys if perhaps else self._stopped_keys
        if not keys or phone in self._stopped_phones or phone in phones:
            return False
        if any((sync, key) in stopped for key in keys):
            return False
        return all(not row.says_stop and row.consent == "yes" for row in theirs)

    def _stops_of(self, sync: str) -> tuple[set[str], set[tuple[str, str]]]:
        rows = self._files[sync]
        keys = {row.key for row in rows if row.says_stop}
        phones = {row.phone for row in rows if row.key in keys}
        return phones, {(sync, key) for key in keys}

    def _fault(self, what: str) -> None:
        self.faults.append(f"night {self._night}: {what}")
