"""What an approval does to a plan: what was shown goes, and what was not shown waits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Final

import pandas as pd

from schemas.frames import OPERATIONS, RELABELLED, SAME_OPERATION, SUBSCRIPTIONS
from schemas.outcomes import Cause
from schemas.report import HoldReason
from sendersync.transforms.cells.arrow_columns import is_in, joined
from sendersync.transforms.guards.decision import GuardDecision, Hold
from sendersync.transforms.plan import RELABEL, RELEASE, Plan, relabelled_as_operations

NOT_APPROVED: Final = "approve"
"""What holds everything but opt-outs, where an approval is for another plan."""


def is_among(operations: pd.DataFrame, others: pd.DataFrame) -> pd.Series[bool]:
    """Which operations are among others: the same person, sender code, kind and cause.

    Args:
        operations: At least `SAME_OPERATION`, any index.
        others: The same.

    Returns:
        bool, with the index of `operations`.
    """
    if operations.empty or others.empty:
        return pd.Series(data=False, index=operations.index, dtype=bool)
    ours, theirs = (
        joined(*(frame[name] for name in SAME_OPERATION)) for frame in (operations, others)
    )
    return is_in(ours, theirs)


def release(plan: Plan, approved: pd.Series[bool], guards: Collection[str] = ()) -> Plan:
    """The plan with held operations let go; what only a better source can release stays.

    Args:
        plan: What the guards let go and hold.
        approved: For each of `plan.held`: a person has approved it.
        guards: Approved guards: those of them that hold no single operation hold nothing any more.
    """
    holds = plan.decision.holds
    if not (approved.any() or guards):
        return plan
    incurable = {hold.reason.guard for hold in holds if not hold.approvable}
    names = plan.held["held_by"].str.split()
    goes = approved & ~names.map(lambda each: bool(incurable & {*each})).astype(bool)
    held = plan.held.loc[~goes].reset_index(drop=True)
    still = {name for each in held["held_by"].str.split() for name in each}
    kept = [hold for hold in holds if _still_holds(hold, still, guards)]
    going = plan.held.loc[goes]
    relabelled = going.loc[going["kind"] == RELABEL, [*RELABELLED.names]]
    released = going.loc[going["kind"] == RELEASE, [*SUBSCRIPTIONS.names]]
    calls = going.loc[~is_in(going["kind"], [RELABEL, RELEASE]), [*OPERATIONS.names]]
    operations = pd.concat([plan.operations, calls], ignore_index=True)
    return replace(
        plan,
        operations=operations.sort_values("phase", kind="stable", ignore_index=True),
        held=held,
        released=pd.concat([plan.released, released]),
        relabelled=pd.concat([plan.relabelled, relabelled]),
        decision=GuardDecision(
            tuple(kept), (*plan.decision.approved, *(hold for hold in holds if hold not in kept))
        ),
    )


def hold_all_but_opt_outs(plan: Plan, why: str) -> Plan:
    """The plan of a run that was given an approval of another plan.

    Args:
        plan: What the guards let go and hold.
        why: A sentence about the approval.
    """
    ordered = plan.operations["cause"] == Cause.OPTED_OUT
    waits = [plan.operations.loc[~ordered], relabelled_as_operations(plan.relabelled)]
    waiting = pd.concat(waits, ignore_index=True).assign(held_by=NOT_APPROVED, line=0)
    hold = Hold(HoldReason(NOT_APPROVED, len(waiting), None, None, why))
    return replace(
        plan,
        operations=plan.operations.loc[ordered].reset_index(drop=True),
        held=pd.concat([plan.held, waiting], ignore_index=True),
        released=plan.released.iloc[:0],
        relabelled=plan.relabelled.iloc[:0],
        undecided=plan.undecided + len(plan.released),
        decision=GuardDecision((*plan.decision.holds, hold), plan.decision.approved),
    )


def _still_holds(hold: Hold, still: Collection[str], guards: Collection[str]) -> bool:
    if hold.reason.guard in still:
        return True
    if len(hold.stops) or len(hold.adds) or len(hold.relabelled):
        return False
    return not hold.approvable or hold.reason.guard not in guards
