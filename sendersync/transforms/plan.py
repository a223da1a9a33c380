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
from typing import Final

import numpy as np
import pandas as pd

from schemas.frames import ADDS, HELD, OPERATIONS, RELABELLED, STOPS, SUBSCRIPTIONS
from schemas.outcomes import Cause, Kind
from schemas.report import PlanCount
from schemas.sync_file import Removals
from schemas.sync_keys.guards import Guards
from sendersync.transforms.cells.arrow_columns import one_of, places_in, rows_where, stacked
from sendersync.transforms.diff import Diff, none_of
from sendersync.transforms.guards.decision import Candidates, GuardDecision
from sendersync.transforms.guards.guard import Counted, guard
from sendersync.transforms.guards.read_quality import ReadFacts, read_quality_problems
from sendersync.transforms.guards.removals import ROWS_DROPPED, rows_dropped

RELABEL: Final = "relabel"
"""Kind of a held operation: the phone of a member belongs to another key. No call follows."""

RELEASE: Final = "release"
"""Kind of a held operation: a member has left, and another sync still wants them. No call follows;
the sync that is the last to let them go stops them."""

_PHASE = {
    Cause.OPTED_OUT: 1,
    Cause.GONE: 2,
    Cause.CONSENT_WITHDRAWN: 2,
    Cause.UNDONE: 2,
    Cause.NEW: 3,
    Cause.OWED: 3,
    Cause.CHANGED: 3,
    Cause.NUMBER_CHANGED: 4,
}

_CAUSES: Final = pd.Series([cause.value for cause in _PHASE], dtype="str")
_NO_OPERATIONS: Final = none_of(OPERATIONS)
_NONE_HELD: Final = none_of(HELD)


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
        held: Operations kept back, and by which guards: `HELD`.
        released: Members that left while another sync still wants them: no call. `SUBSCRIPTIONS`.
        waiting: Members that left and whose stop waits for other syncs: `SUBSCRIPTIONS`.
        planned_elsewhere: Those of them whom the last plan of another sync adds: they wait until
            it has added them, or does not want them any more.
        relabelled: Members whose number now belongs to another key: `RELABELLED`.
        unchanged: Contacts that need no call.
        kept: Members whose row is there and unreadable: they stay.
        undecided: Members that are missing and about whom this run says nothing: on a first run,
            where the sync file reads differently, with `removals: keep`, in an import, or wanted
            elsewhere while a stop is held.
        decision: What the guards said.
        values_differ: Of the unchanged: people with other values than were sent.
    """

    operations: pd.DataFrame
    held: pd.DataFrame
    released: pd.DataFrame
    waiting: pd.DataFrame
    relabelled: pd.DataFrame
    unchanged: int
    kept: int
    undecided: int = 0
    decision: GuardDecision = field(default_factory=GuardDecision)
    values_differ: int = 0
    planned_elsewhere: pd.DataFrame = field(default_factory=lambda: none_of(SUBSCRIPTIONS))

    def __post_init__(self) -> None:
        SUBSCRIPTIONS.require(self.planned_elsewhere)
        OPERATIONS.require(self.operations)
        HELD.require(self.held)
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
            held=people_among(self.held),
            waiting=len(self.waiting),
        )


def people_among(operations: pd.DataFrame) -> int:
    """How many people operations are about.

    The new number of a person and the stop of the old one are one decision.

    Args:
        operations: Frame with `key` and `sender_code`, as text.
    """
    return len(operations.drop_duplicates(["key", "sender_code"]))


def make_plan(
    difference: Diff,
    *,
    wanted_elsewhere: pd.Series[bool],
    counted: Counted,
    guards: Guards,
    removals: Removals,
    approved: int | None = None,
    may_stop: bool = True,
    leaving: Leaving | None = None,
    recorded: pd.Series[bool] | None = None,
    planned_elsewhere: pd.Series[bool] | None = None,
) -> Plan:
    """Orders the operations and asks the guards.

    Args:
        difference: What changed.
        wanted_elsewhere: For each of `difference.stops`: another sync still wants this phone on
            this sender code.
        counted: What the guards compare with their limits.
        guards: Limits of the sync file.
        removals: What happens to people whose row has left.
        approved: Ceiling of an approval, if any.
        may_stop: False for a one-off import: no stop at all, not even of the opted-out.
        leaving: What other syncs mean for those who left; None: nobody waits for them.
        recorded: For each of `difference.stops`: an earlier run has heard this stop and let it go,
            so that no guard asks about it again.
        planned_elsewhere: For each of `difference.stops`: the last plan of another sync adds this
            phone on this sender code; None: nobody's does.
    """
    read = counted.read
    stops = difference.stops if may_stop else difference.stops.iloc[:0]
    wanted = _Wanted.of(stops, wanted_elsewhere, planned_elsewhere)
    found = _conclude(stops, wanted, read, guards, removals, leaving)
    doubted = bool(read_quality_problems(read, guards).reasons or read.missing_canaries)
    heard = _heard_before(stops, recorded)
    candidates = _candidates(difference, stops, found, heard=heard, doubted=doubted)
    decision = guard(candidates, counted, guards, approved)
    stops_held_by = decision.holding("stops", stops.index)
    adds_held_by = decision.holding("adds", difference.adds.index)
    held = stops_held_by != ""
    doubted |= _rows_dropped(candidates, counted, guards, decision)
    released = found.released & (not held.any())
    waiting = (found.waits | found.planned | (found.noticed_before & doubted)) & ~held
    going_now = ((found.ordered | found.concluded) & ~held & ~waiting) | found.unproven
    going = _as_operations(rows_where(stops, going_now))
    sending = _adds_as_operations(rows_where(difference.adds, adds_held_by == ""))
    relabelled_held_by = decision.holding("relabelled", difference.relabelled.index)
    relabelled = rows_where(difference.relabelled, relabelled_held_by == "")
    not_relabelled = rows_where(difference.relabelled, relabelled_held_by != "")
    operations = stacked([going, sending])
    return Plan(
        operations=operations.sort_values("phase", kind="stable", ignore_index=True),
        held=stacked(
            [
                _held(_as_operations(rows_where(stops, held & ~found.released)), stops_held_by),
                _held(_as_releases(rows_where(stops, held & found.released)), stops_held_by),
                _held(
                    _adds_as_operations(rows_where(difference.adds, adds_held_by != "")),
                    adds_held_by,
                ),
                _held(relabelled_as_operations(not_relabelled), relabelled_held_by),
            ]
        ).reset_index(drop=True),
        released=rows_where(stops, released)[[*SUBSCRIPTIONS.names]],
        waiting=rows_where(stops, waiting)[[*SUBSCRIPTIONS.names]],
        relabelled=relabelled,
        unchanged=len(difference.unchanged),
        kept=difference.kept,
        undecided=len(difference.stops) - int((going_now | held | waiting | released).sum()),
        decision=decision,
        values_differ=difference.values_differ,
        planned_elsewhere=rows_where(stops, found.planned)[[*SUBSCRIPTIONS.names]],
    )


def _candidates(
    difference: Diff,
    stops: pd.DataFrame,
    found: _Concluded,
    *,
    heard: pd.Series[bool],
    doubted: bool,
) -> Candidates:
    """What the guards are asked about."""
    # whoever has waited for other syncs is asked about again: else nobody could ever let them go
    asked_again = found.noticed_before & ~found.waits & doubted
    return Candidates(
        removals=rows_where(stops, found.new | asked_again),
        opt_outs=rows_where(stops, found.ordered & ~heard),
        adds=difference.adds,
        relabelled=difference.relabelled,
        releases=rows_where(stops, found.released),
        left_to_others=int((found.planned & (stops["cause"] == Cause.GONE)).sum()),
    )


def _rows_dropped(
    candidates: Candidates, counted: Counted, guards: Guards, decision: GuardDecision
) -> bool:
    """Whether far fewer rows came than usual, and nobody has approved that."""
    reason = rows_dropped(candidates.missing(), counted.read, counted.past, guards)
    approved = (hold.reason.guard for hold in decision.approved)
    return reason is not None and ROWS_DROPPED not in approved


@dataclass(frozen=True)
class _Concluded:
    """Why each stop would go, before the guards: masks of `Diff.stops`.

    Attributes:
        ordered: The person said stop.
        unproven: An earlier run was allowed to stop them: asked until the platform confirms it.
        concluded: They left, withdrew consent or have another number, and no sync wants them.
        released: The same, while another sync has them: no call.
        planned: The same, while another sync is about to have them: it may never be, so they stay.
        waits: Of the concluded: another sync has yet to be read.
        noticed_before: Of the concluded: an earlier run's guards let them wait already.
    """

    ordered: pd.Series[bool]
    unproven: pd.Series[bool]
    concluded: pd.Series[bool]
    released: pd.Series[bool]
    planned: pd.Series[bool]
    waits: pd.Series[bool]
    noticed_before: pd.Series[bool]

    @property
    def new(self) -> pd.Series[bool]:
        """Conclusions that no guard has seen."""
        return self.concluded & ~self.noticed_before


@dataclass(frozen=True)
class _Wanted:
    """Who of `Diff.stops` another sync wants on the sender code: masks.

    Attributes:
        elsewhere: It has them.
        planned: It does not have them, and its last plan adds them.
    """

    elsewhere: pd.Series[bool]
    planned: pd.Series[bool]

    @classmethod
    def of(
        cls, stops: pd.DataFrame, elsewhere: pd.Series[bool], planned: pd.Series[bool] | None
    ) -> _Wanted:
        elsewhere = elsewhere.reindex(stops.index)
        if planned is None:
            return cls(elsewhere, elsewhere & False)
        return cls(elsewhere, planned.reindex(stops.index) & ~elsewhere)


def _conclude(
    stops: pd.DataFrame,
    wanted: _Wanted,
    read: ReadFacts,
    guards: Guards,
    removals: Removals,
    leaving: Leaving | None,
) -> _Concluded:
    ordered = stops["cause"] == Cause.OPTED_OUT
    concluded = ~ordered
    if removals is Removals.KEEP:
        concluded &= stops["cause"] != Cause.GONE
    unproven = concluded & stops["is_retry_of_lost_stop"] & ~wanted.elsewhere & ~wanted.planned
    unproven &= _shows_who_is_back(read, guards)
    if read.first_run or read.incremental or read.reading_changed:
        concluded &= False
    concluded &= ~unproven
    released, planned = concluded & wanted.elsewhere, concluded & wanted.planned
    concluded &= ~(wanted.elsewhere | wanted.planned)
    waits = noticed_before = concluded & False
    if leaving is not None:
        waits = concluded & leaving.waits.reindex(stops.index)
        noticed_before = concluded & leaving.noticed_before.reindex(stops.index)
    return _Concluded(ordered, unproven, concluded, released, planned, waits, noticed_before)


def _heard_before(stops: pd.DataFrame, recorded: pd.Series[bool] | None) -> pd.Series[bool]:
    """Stops of people who were asked to be stopped before, or let go by the guards."""
    heard = stops["is_retry_of_lost_stop"]
    return heard if recorded is None else heard | recorded.reindex(stops.index)


def _shows_who_is_back(read: ReadFacts, guards: Guards) -> bool:
    """Whether somebody who was to be stopped, and is not in this read, is still unwanted."""
    if read.first_run or read.reading_changed or not read.complete:
        return False
    return read.incremental or read_quality_problems(read, guards).approvable


def _as_operations(stops: pd.DataFrame) -> pd.DataFrame:
    """Stops (`STOPS`) as `OPERATIONS`."""
    STOPS.require(stops)
    if stops.empty:
        return _NO_OPERATIONS
    return _in_order(stops.assign(kind=_same(Kind.STOP.value, stops)))


def _as_releases(stops: pd.DataFrame) -> pd.DataFrame:
    """Stops that another sync has in its hands, as `OPERATIONS`, so that they are listed."""
    if stops.empty:
        return _NO_OPERATIONS
    return _as_operations(stops).assign(kind=_same(RELEASE, stops))


def _adds_as_operations(adds: pd.DataFrame) -> pd.DataFrame:
    """Adds (`ADDS`) as `OPERATIONS`: one whose values have changed is an update."""
    ADDS.require(adds)
    if adds.empty:
        return _NO_OPERATIONS
    kind = _same(Kind.ADD.value, adds).mask(adds["cause"] == Cause.CHANGED, Kind.UPDATE.value)
    return _in_order(adds.assign(kind=kind, new_phone=_same("", adds), is_retry_of_lost_stop=False))


def relabelled_as_operations(relabelled: pd.DataFrame) -> pd.DataFrame:
    """New keys of members as `OPERATIONS`, so that they are listed; no call follows from them."""
    if relabelled.empty:
        return _NO_OPERATIONS
    empty = {name: "" for name in OPERATIONS.names if name not in relabelled}
    rows = relabelled.assign(**empty).assign(kind=RELABEL, cause=Cause.NUMBER_CHANGED.value)
    rows = rows.assign(phase=_PHASE[Cause.NEW], is_retry_of_lost_stop=False)
    return OPERATIONS.cast(rows)


def _held(operations: pd.DataFrame, held_by: pd.Series[str]) -> pd.DataFrame:
    """Operations as `HELD`."""
    if operations.empty:
        return _NONE_HELD
    return operations.assign(held_by=held_by.loc[operations.index], line=0)


def _in_order(rows: pd.DataFrame) -> pd.DataFrame:
    phases = np.array([*_PHASE.values()])[places_in(rows["cause"], _CAUSES)]
    return rows.assign(phase=phases)[[*OPERATIONS.names]]


def _same(value: str, rows: pd.DataFrame) -> pd.Series[str]:
    return one_of([value], np.zeros(len(rows), dtype=np.int64), rows.index)
