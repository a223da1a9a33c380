"""Whether the operations of a plan may go, or wait for a person.

Every guard is a pure function from counts to the holds it makes; `guard` asks them all. A limit of
a number and a share holds only above both (`limits`). Adds that replace a held stop are held with
it (`replacements`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from schemas.report import HoldReason
from schemas.sync_keys.guards import Guards
from sendersync.transforms.guards.already_subscribed import still_mostly_already
from sendersync.transforms.guards.bursts import (
    missing_canaries,
    no_stop_list,
    too_many_adds,
    too_many_changes,
    too_many_opt_outs,
)
from sendersync.transforms.guards.changed_reading import because_of_the_reading
from sendersync.transforms.guards.decision import Candidates, GuardDecision, Hold
from sendersync.transforms.guards.past import Past
from sendersync.transforms.guards.read_quality import ReadFacts, read_quality_problems
from sendersync.transforms.guards.removals import (
    too_few_rows,
    too_many_at_all,
    too_many_in_a_while,
    too_many_stops,
)
from sendersync.transforms.guards.replacements import with_replacements


def _nobody() -> pd.DataFrame:
    return pd.DataFrame({"key": [], "sender_code": []}, dtype="str")


@dataclass(frozen=True)
class Counted:
    """What the guards count of a plan, beside its operations.

    Attributes:
        members: Members that may receive texts before this run.
        read: What is known of the read.
        changed: Known people with another number than the ledger's: `key`, `sender_code`.
        past: What earlier runs did.
        canaries: How many the sync file has.
    """

    members: int
    read: ReadFacts
    changed: pd.DataFrame = field(default_factory=_nobody)
    past: Past = field(default_factory=Past)
    canaries: int = 0


def guard(
    candidates: Candidates, counted: Counted, guards: Guards, approved: int | None = None
) -> GuardDecision:
    """Judges one plan.

    Args:
        candidates: What would be done.
        counted: What the limits are compared with.
        guards: Limits of the sync file.
        approved: Ceiling of removals that a person approved for this run, if any.
    """
    members, read, past = counted.members, counted.read, counted.past
    holds = [
        *_of_removals(candidates, counted, guards),
        *too_many_adds(candidates, counted.changed, members, past, guards),
        *too_many_changes(candidates, counted.changed, members, guards),
        *too_many_opt_outs(candidates, members, read, past, guards),
        *missing_canaries(candidates, read, counted.canaries),
        *no_stop_list(candidates, read),
        *because_of_the_reading(candidates, read),
        *still_mostly_already(candidates, read),
    ]
    holds = [with_replacements(hold, candidates) for hold in holds]
    return _approve(holds, candidates, approved)


def _of_removals(candidates: Candidates, counted: Counted, guards: Guards) -> Iterable[Hold]:
    removals, members, read = candidates.removals, counted.members, counted.read
    concluded = candidates.concluded()
    if concluded.empty:
        return
    problems = read_quality_problems(read, guards)
    for reason in problems.reasons:
        yield Hold(reason, concluded, removals_only=True, approvable=problems.approvable)
    if problems.approvable:
        yield from too_few_rows(candidates, read, counted.past, guards)
        yield from too_many_stops(removals, members, guards)
        yield from too_many_at_all(removals, guards)
        yield from too_many_in_a_while(removals, members, counted.past, guards)


def _approve(holds: list[Hold], candidates: Candidates, approved: int | None) -> GuardDecision:
    """Releases what a ceiling of removals is enough for: all of it or nothing."""
    countable = [hold for hold in holds if hold.removals_only and hold.approvable]
    if approved is None or not countable:
        return GuardDecision(tuple(holds))
    waiting = candidates.removals.index[:0]
    for hold in countable:
        waiting = waiting.union(hold.stops, sort=False)
    waiting = waiting.difference(candidates.releases.index)  # nobody is stopped by those
    if len(waiting) <= approved:
        rest = (hold for hold in holds if not (hold.removals_only and hold.approvable))
        return GuardDecision(tuple(rest), approved=tuple(countable))
    said = f"An approval of {approved} is too few for these {len(waiting)}: all stay held."
    too_few = Hold(HoldReason("approve_stops", len(waiting), None, approved, said))
    return GuardDecision((*holds, too_few))
