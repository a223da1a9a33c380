"""The plan: operations in the order in which they go, and what is held back.

| phase | operations | why there |
| --- | --- | --- |
| 1 | stops of people who said stop | first, whatever happens later |
| 2 | stops of people who left or withdrew consent | |
| 3 | adds and updates | in the order of the source |
| 4 | stops of old numbers | only once the new number is confirmed |
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from schemas.frames import ADDS, OPERATIONS, RELABELLED, STOPS, SUBSCRIPTIONS
from schemas.outcomes import Cause, Kind
from schemas.report import PlanCount
from schemas.sync_file import Guards, Removals
from sendersync.transforms.diff import Diff
from sendersync.transforms.guard import ReadFacts, Verdict, doubts, guard

_PHASE = {
    Cause.OPTED_OUT: 1,
    Cause.GONE: 2,
    Cause.CONSENT_WITHDRAWN: 2,
    Cause.NEW: 3,
    Cause.OWED: 3,
    Cause.CHANGED: 3,
    Cause.NUMBER_CHANGED: 4,
}


@dataclass(frozen=True)
class Leaving:
    """What other syncs mean for those who left, for each of `Diff.stops`, with its index.

    Attributes:
        waits: Another sync on that sender code has yet to be read.
        noticed_before: An earlier run missed them already, and its guards let them wait.
    """

    waits: pd.Series[bool]
    noticed_before: pd.Series[bool]


@dataclass(frozen=True)
class Plan:
    """What a run means to do.

    Attributes:
        operations: `OPERATIONS`; index 0.. in sending order.
        held: Stops kept back: `OPERATIONS`.
        released: Members that left while another sync still wants them: no call. `SUBSCRIPTIONS`.
        waiting: Members that left and whose stop waits for other syncs: `SUBSCRIPTIONS`.
        relabelled: Members whose number now belongs to another key: `RELABELLED`.
        unchanged: Contacts that need no call.
        kept: Members whose row is there and unreadable: they stay.
        undecided: Members that are missing and about whom this run says nothing: on a first run,
            where the sync file reads differently, with `removals: keep`, in an import, or wanted
            elsewhere after a doubtful read.
        verdict: What the guards said.
    """

    operations: pd.DataFrame
    held: pd.DataFrame
    released: pd.DataFrame
    waiting: pd.DataFrame
    relabelled: pd.DataFrame
    unchanged: int
    kept: int
    undecided: int = 0
    verdict: Verdict = field(default_factory=Verdict)

    def __post_init__(self) -> None:
        OPERATIONS.require(self.operations)
        OPERATIONS.require(self.held)
        SUBSCRIPTIONS.require(self.released)
        SUBSCRIPTIONS.require(self.waiting)
        RELABELLED.require(self.relabelled)

    def counts(self) -> PlanCount:
        """The plan in numbers."""
        kinds = self.operations["kind"].value_counts()
        return PlanCount(
            add=int(kinds.get(Kind.ADD.value, 0)),
            stop=int(kinds.get(Kind.STOP.value, 0)),
            update=int(kinds.get(Kind.UPDATE.value, 0)),
            unchanged=self.unchanged,
            held=len(self.held),
            waiting=len(self.waiting),
        )


def make_plan(
    difference: Diff,
    *,
    wanted_elsewhere: pd.Series[bool],
    members: int,
    read: ReadFacts,
    guards: Guards,
    removals: Removals,
    approved: int | None = None,
    may_stop: bool = True,
    leaving: Leaving | None = None,
) -> Plan:
    """Orders the operations and asks the guards.

    Args:
        difference: What changed.
        wanted_elsewhere: For each of `difference.stops`: another sync still wants this phone on
            this sender code.
        members: Members that may receive texts before this run.
        read: What is known of today's read.
        guards: Limits of the sync file.
        removals: What happens to people whose row has left.
        approved: Ceiling of an approval, if any.
        may_stop: False for a one-off import: no stop at all, not even of the opted-out.
        leaving: What other syncs mean for those who left; None: nobody waits for them.
    """
    stops = difference.stops if may_stop else difference.stops.iloc[:0]
    wanted_elsewhere = wanted_elsewhere.reindex(stops.index)
    ordered = stops["cause"] == Cause.OPTED_OUT
    concluded = ~ordered
    if removals is Removals.KEEP:
        concluded &= stops["cause"] != Cause.GONE
    # An earlier run decided these and was allowed to: they are asked until the platform confirms.
    unproven = concluded & stops["is_retry_of_lost_stop"] & ~wanted_elsewhere
    unproven &= _shows_who_is_back(read, guards)
    if read.first_run or read.incremental or read.reading_changed:
        concluded &= False
    concluded &= ~unproven
    released = concluded & wanted_elsewhere
    concluded &= ~wanted_elsewhere

    waits = passed = concluded & False
    if leaving is not None:
        waits = concluded & leaving.waits.reindex(stops.index)
        passed = concluded & leaving.noticed_before.reindex(stops.index)
    # whoever waits has passed the guards already, on the night they were missed first
    counted = stops.loc[concluded & ~passed, "cause"].value_counts()
    verdict = guard(
        {Cause(str(cause)): int(count) for cause, count in counted.items()},
        members,
        read,
        guards,
        approved,
    )
    held = concluded & ~passed & stops["cause"].isin([cause.value for cause in verdict.held])
    # A release is a conclusion too: it waits for a read that nobody doubts.
    doubted = bool(doubts(read, guards).because)
    released &= not held.any() and not doubted
    waiting = (waits | (passed & doubted)) & ~held
    going_now = ordered | unproven | (concluded & ~held & ~waiting)
    going = _as_operations(stops.loc[going_now])
    sending = _adds_as_operations(difference.adds)
    operations = pd.concat([going, sending], ignore_index=True)
    operations = operations.sort_values("phase", kind="stable", ignore_index=True)
    return Plan(
        operations=operations,
        held=_as_operations(stops.loc[held]).reset_index(drop=True),
        released=stops.loc[released, [*SUBSCRIPTIONS.names]],
        waiting=stops.loc[waiting, [*SUBSCRIPTIONS.names]],
        relabelled=difference.relabelled,
        unchanged=len(difference.unchanged),
        kept=difference.kept,
        undecided=len(difference.stops) - int((going_now | held | waiting | released).sum()),
        verdict=verdict,
    )


def _shows_who_is_back(read: ReadFacts, guards: Guards) -> bool:
    """Whether somebody who was to be stopped, and is not in this read, is still unwanted."""
    if read.first_run or read.reading_changed or not read.complete:
        return False
    return read.incremental or doubts(read, guards).approvable


def _as_operations(stops: pd.DataFrame) -> pd.DataFrame:
    """Stops (`STOPS`) as `OPERATIONS`."""
    STOPS.require(stops)
    return _in_order(stops.assign(kind=_same(Kind.STOP.value, stops)))


def _adds_as_operations(adds: pd.DataFrame) -> pd.DataFrame:
    """Adds (`ADDS`) as `OPERATIONS`: one whose values have changed is an update."""
    ADDS.require(adds)
    kind = _same(Kind.ADD.value, adds).mask(adds["cause"] == Cause.CHANGED, Kind.UPDATE.value)
    return _in_order(adds.assign(kind=kind, new_phone=_same("", adds), is_retry_of_lost_stop=False))


def _in_order(rows: pd.DataFrame) -> pd.DataFrame:
    phase = rows["cause"].map({cause.value: place for cause, place in _PHASE.items()})
    return rows.assign(phase=phase.astype("int64"))[[*OPERATIONS.names]]


def _same(value: str, rows: pd.DataFrame) -> pd.Series[str]:
    return pd.Series(value, index=rows.index, dtype="str")
