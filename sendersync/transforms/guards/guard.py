"""Whether the operations of a plan may go, or wait for a person.

Every guard is a pure function from counts to the holds it makes; `guard` asks them all. A limit of
a number and a share holds only above both (`limits`). Adds that replace a held stop are held with
it (`replacements`).
"""

from __future__ import annotations

from collections.abc import Iterable

from schemas.report import HoldReason
from schemas.sync_file import Guards
from sendersync.transforms.guards.already_subscribed import still_mostly_already
from sendersync.transforms.guards.changed_reading import because_of_the_reading
from sendersync.transforms.guards.decision import Candidates, GuardDecision, Hold
from sendersync.transforms.guards.read_quality import ReadFacts, read_quality_problems
from sendersync.transforms.guards.removals import too_many_stops
from sendersync.transforms.guards.replacements import with_replacements


def guard(
    candidates: Candidates,
    members: int,
    read: ReadFacts,
    guards: Guards,
    approved: int | None = None,
) -> GuardDecision:
    """Judges one plan.

    Args:
        candidates: What would be done.
        members: Members that may receive texts before this run.
        read: What is known of the read.
        guards: Limits of the sync file.
        approved: Ceiling of removals that a person approved for this run, if any.
    """
    holds = [
        *_of_removals(candidates, members, read, guards),
        *because_of_the_reading(candidates, read),
        *still_mostly_already(candidates, read),
    ]
    holds = [with_replacements(hold, candidates) for hold in holds]
    return _approve(holds, candidates, approved)


def _of_removals(
    candidates: Candidates, members: int, read: ReadFacts, guards: Guards
) -> Iterable[Hold]:
    removals = candidates.removals
    if removals.empty:
        return
    problems = read_quality_problems(read, guards)
    for reason in problems.reasons:
        yield Hold(reason, removals.index, removals_only=True, approvable=problems.approvable)
    if problems.approvable:
        yield from too_many_stops(removals, members, guards)


def _approve(holds: list[Hold], candidates: Candidates, approved: int | None) -> GuardDecision:
    """Releases what a ceiling of removals is enough for: all of it or nothing."""
    countable = [hold for hold in holds if hold.removals_only and hold.approvable]
    if approved is None or not countable:
        return GuardDecision(tuple(holds))
    waiting = candidates.removals.index[:0]
    for hold in countable:
        waiting = waiting.union(hold.stops, sort=False)
    if len(waiting) <= approved:
        rest = (hold for hold in holds if hold not in countable)
        return GuardDecision(tuple(rest), approved=tuple(countable))
    said = f"An approval of {approved} is too few for these {len(waiting)}: all stay held."
    too_few = Hold(HoldReason("approve_stops", len(waiting), None, approved, said))
    return GuardDecision((*holds, too_few))
