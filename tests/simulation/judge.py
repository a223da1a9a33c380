"""What must be so, said again by somebody who never saw our code: imports nothing of ours.

The judge knows the files that were given, the orders of people, what was approved, and the calls that
arrived. It never reads a ledger. Each rule it keeps stands in README.md as a promise.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from tests.simulation.wishes import Row, Wishes


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


class Ended(NamedTuple):
    """How a run ended, for somebody who was shown its report.

    Attributes:
        whole: By itself; else it was cut off, or slept past its lease.
        holds_opt_outs: The report says that those who said stop wait for a person.
        approved: Phones that a person was shown as held, and approved.
        only_opt_outs: Nothing else may happen: why, in words; empty: no such thing.
        misread: By a sync file with a slip in it: nobody knows what it took the rows for.
        may_go: What an approved run may send at most (kind and phone): what goes without the approval,
            and what of the held the person was shown; None where that is not known.
    """

    whole: bool = True
    holds_opt_outs: bool = False
    approved: frozenset[str] = frozenset()
    only_opt_outs: str = ""
    misread: bool = False
    may_go: frozenset[tuple[str, str]] | None = None


class Kept(NamedTuple):
    """What the judge knew when a copy of the state was made."""

    wishes: Wishes
    confirmed: dict[tuple[str, str], bool]


@dataclass
class Judge:
    """Follows the nights.

    Attributes:
        most_stops: Departures that one run may stop without an approval.
        faults: What was broken, in words, with the night.
        wishes: What people want.
    """

    most_stops: int
    faults: list[str] = field(default_factory=list)
    wishes: Wishes = field(default_factory=Wishes)
    _left_on: dict[tuple[str, str], int] = field(default_factory=dict)
    _departures: dict[tuple[str, int], set[str]] = field(default_factory=lambda: defaultdict(set))
    _approved: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _confirmed: dict[tuple[str, str], bool] = field(default_factory=dict)
    _doubted: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _stopped_before: set[tuple[str, str]] = field(default_factory=set)
    _asleep: set[str] = field(default_factory=set)
    _called: set[str] = field(default_factory=set)
    _out_of_reach: set[str] = field(default_factory=set)
    _blind: set[str] = field(default_factory=set)

    def night(self, number: int) -> None:
        """A new night."""
        self.wishes.night = number

    def file(self, sync: str, rows: Iterable[Row]) -> None:
        """Tonight's file of a sync."""
        self.wishes.file(sync, rows)
        for of, phone in self._confirmed:
            # let go; if they come back, they are added
            if of == sync and not self.wishes.wanted(sync, phone, perhaps=False):
                self._confirmed[of, phone] = False

    def order(self, phone: str) -> None:
        """Somebody asked for no more texts."""
        self.wishes.stopped_phones.add(phone)

    def texted_stop(self, phones: Iterable[str]) -> None:
        """The platform's list says that these texted STOP: every run from here on has read it."""
        self.wishes.texted.update(phones)

    def backed_up(self) -> Kept:
        """A copy of the state is made."""
        self._called.clear()
        return Kept(self.wishes.kept(), copy.copy(self._confirmed))

    def state_was_lost(self, kept: Kept) -> None:
        """The state is gone, and what it was when the copy was made has taken its place.

        Who was added since and is in no file any more is known to nobody but the platform; and who was
        stopped since and has come back seems never to have left.
        """
        self.wishes.back_to(kept.wishes)
        self._confirmed = {
            each: done and kept.confirmed.get(each, False) for each, done in self._confirmed.items()
        }
        self._out_of_reach |= self._called
        self._blind |= {*self.wishes.files}

    def follow(self, sync: str, calls: Sequence[Call]) -> None:
        """What a run has sent by now."""
        for call in calls:
            if call.kind == "order":
                self.order(call.phone)
            elif call.kind == "frozen":
                self._asleep.add(sync)
            elif sync in self._asleep:
                self._fault(f"{sync} called for {call.phone} after it had slept past its lease")
            elif call.kind == "add":
                self._add(call)
            elif call.kind == "stop":
                self._stop(call)

    def run(self, sync: str, calls: Sequence[Call], ended: Ended) -> None:
        """A run of a sync is over, and its calls were followed; what it sent in all."""
        self._asleep.discard(sync)
        wishes, sent = self.wishes, [call for call in calls if call.kind in ("add", "stop")]
        self._approved[sync] |= ended.approved
        self._hold(sync, sent, ended)
        self._count_departures(sync, sent)
        self._stopped_before |= {(sync, call.phone) for call in sent if call.kind == "stop"}
        if not ended.whole:
            wishes.was_cut(sync, {call.phone for call in sent})
            # the answer of its last request may not have been written down
            for request in sent[-1:]:
                self._confirmed[sync, request.phone] = False
            return
        if ended.misread:
            wishes.was_cut(sync, {call.phone for call in sent})
        else:
            wishes.was_read(sync)
        if not (ended.holds_opt_outs or ended.misread):
            wishes.heard(sync)
        self._who_left(sync)
        if not (ended.holds_opt_outs or ended.only_opt_outs) and sync in self._blind:
            # whoever says stop there is stopped, whether or not the state knows of them
            self._out_of_reach -= {
                row.phone for row in wishes.files[sync] if wishes.stopped(sync, row)
            }
        self._blind.discard(sync)

    def end(self, subscribed: set[str]) -> None:
        """All is quiet, and everything was approved: exactly those are subscribed who should be."""
        must: set[str] = set()
        may: set[str] = set()
        for sync, phone in self.wishes.key_of:
            if self.wishes.wanted(sync, phone, perhaps=True):
                must.add(phone)
            if self.wishes.wanted(sync, phone, perhaps=False):
                may.add(phone)
            if self.wishes.is_spared(sync, phone):
                may.add(phone)
        if lost := must - subscribed - self._out_of_reach:
            self._fault(f"{len(lost)} wanted and not subscribed: {sorted(lost)}")
        if wrong := subscribed - may - self._out_of_reach:
            self._fault(f"{len(wrong)} subscribed and not wanted: {sorted(wrong)}")

    def _who_left(self, sync: str) -> None:
        rows = self.wishes.files[sync]
        here, present = {row.phone for row in rows}, {row.key for row in rows}
        for (of, phone), key in self.wishes.key_of.items():
            if of != sync:
                continue
            if phone in here or key in present:
                self._left_on.pop((sync, phone), None)
            else:
                self._left_on.setdefault((sync, phone), self.wishes.night)
            if phone in here:
                self._approved[sync].discard(phone)

    def _add(self, call: Call) -> None:
        self._called.add(call.phone)
        if not self.wishes.wanted(call.sync, call.phone, perhaps=False):
            self._fault(f"{call.sync} added {call.phone}, who must not get texts")
        if self._confirmed.get((call.sync, call.phone)):
            self._fault(f"{call.sync} added {call.phone} again")
        done = call.answer in ("confirmed", "already")
        if done:
            self._doubted[call.phone].discard(call.sync)
            self._out_of_reach.discard(call.phone)
        # a stop of another list that may still land leaves every yes in doubt
        self._confirmed[call.sync, call.phone] = done and not self._doubted[call.phone]

    def _stop(self, call: Call) -> None:
        wishes = self.wishes
        self._called.add(call.phone)
        if wishes.wanted(call.sync, call.phone, perhaps=True):
            self._fault(f"{call.sync} stopped {call.phone}")
        if wishes.is_spared(call.sync, call.phone, unless=""):
            self._fault(f"{call.sync} stopped {call.phone}, whose row cannot be read tonight")
        for sync, (night, rows) in wishes.read.items():
            # a list that nobody could read for more than a night is not waited for
            read = sync != call.sync and night >= wishes.night - 1
            if read and wishes.wanted(sync, call.phone, perhaps=True, rows=rows):
                self._fault(f"{call.sync} stopped {call.phone}, whom {sync} wants")
        doubt = self._doubted[call.phone]
        if call.answer == "confirmed":
            doubt.discard(call.sync)
        else:
            doubt.add(call.sync)
        for of in wishes.files:
            self._confirmed[of, call.phone] = False

    def _hold(self, sync: str, sent: Sequence[Call], ended: Ended) -> None:
        """What waits for a person is not sent."""
        for call in sent:
            shown = call.phone in self._approved[sync]
            if call.kind == "add" and ended.holds_opt_outs and not shown:
                self._fault(f"{sync} added {call.phone} while those who said stop were held")
            said = call.kind == "stop" and self.wishes.said_stop(call.phone)
            again = call.kind == "stop" and (sync, call.phone) in self._stopped_before
            if ended.may_go is not None and (call.kind, call.phone) not in ended.may_go:
                self._fault(
                    f"{sync} sent {call.kind} {call.phone}: held, and not shown to who approved"
                )
            if ended.only_opt_outs and not (said or again):
                self._fault(f"{sync} sent {call.kind} {call.phone}: {ended.only_opt_outs}")

    def _count_departures(self, sync: str, sent: Sequence[Call]) -> None:
        """Whoever left in one night is counted together, though some of them wait a night."""
        for phone in self._departed(sync, sent) - self._approved[sync]:
            # an unproven stop that is asked again is of somebody who left before
            left = self._left_on.setdefault((sync, phone), self.wishes.night)
            together = self._departures[sync, left]
            new = phone not in together
            together.add(phone)
            if new and len(together) > self.most_stops:
                self._fault(f"more than {self.most_stops} left {sync} in night {left}: stopped")

    def _departed(self, sync: str, sent: Sequence[Call]) -> set[str]:
        """Whom a run stopped though nobody said stop: they are not in the file any more.

        Somebody who is there with another number has not left.
        """
        rows = self.wishes.files[sync]
        here, present = {row.phone for row in rows}, {row.key for row in rows}
        found = set()
        for call in sent:
            key = self.wishes.key_of.get((sync, call.phone), "")
            if call.kind == "stop" and call.phone not in here and key not in present:
                found.add(call.phone)
        return {phone for phone in found if not self.wishes.said_stop(phone)}

    def _fault(self, what: str) -> None:
        self.faults.append(f"night {self.wishes.night}: {what}")
