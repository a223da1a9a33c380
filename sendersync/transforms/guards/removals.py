"""Removals that are too many: what is concluded from a source, never what a person ordered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pandas as pd

from schemas.outcomes import Cause
from schemas.report import HoldReason
from schemas.sync_keys.guards import Guards
from schemas.wording import counted
from sendersync.transforms.cells.arrow_columns import is_in
from sendersync.transforms.guards.decision import Candidates, Hold
from sendersync.transforms.guards.limits import limit_of, percent, share_of
from sendersync.transforms.guards.past import Past
from sendersync.transforms.guards.read_quality import ReadFacts

_SAYS = {
    Cause.GONE: "would be stopped because their rows have left the source",
    Cause.CONSENT_WITHDRAWN: "would be stopped because their consent is no longer there",
    Cause.NUMBER_CHANGED: "old numbers would be stopped because people have new ones",
}

ROWS_DROPPED: Final = "max_rows_drop"
"""The guard's name, as the sync file has it."""

_LEAVE: Final = (Cause.GONE, Cause.CONSENT_WITHDRAWN)


def too_many_stops(removals: pd.DataFrame, members: int, guards: Guards) -> Iterator[Hold]:
    """Each cause by itself, so that a few departures do not hold a few changed numbers.

    Args:
        removals: Stops that were concluded tonight: `STOPS`.
        members: Members that may receive texts before this run.
        guards: Limits of the sync file.
    """
    limit = limit_of(guards.max_stops, guards.max_stop_share, members)
    for cause, says in _SAYS.items():
        stops = removals.index[removals["cause"] == cause]
        count = len(stops)
        if count > limit:
            said = (
                f"{count} of {members} {says}: more than max_stops ({guards.max_stops}) "
                f"and max_stop_share ({percent(guards.max_stop_share)})."
            )
            reason = HoldReason("max_stops", count, share_of(count, members), limit, said)
            yield Hold(reason, stops, removals_only=True)


def too_many_at_all(removals: pd.DataFrame, guards: Guards) -> Iterator[Hold]:
    """Departures and withdrawn consents together, whatever their share.

    Args:
        removals: Stops that were concluded tonight: `STOPS`.
        guards: Limits of the sync file.
    """
    limit = guards.max_stops_absolute
    stops = removals.index[is_in(removals["cause"], _LEAVE)]
    if limit is not None and len(stops) > limit:
        said = (
            f"{len(stops):,} people would be stopped because they have left or withdrawn their "
            f"consent: more than max_stops_absolute ({limit})."
        )
        reason = HoldReason("max_stops_absolute", len(stops), None, limit, said)
        yield Hold(reason, stops, removals_only=True)


def too_many_in_a_while(
    removals: pd.DataFrame, members: int, past: Past, guards: Guards
) -> Iterator[Hold]:
    """Each cause by itself, with what earlier runs of the last 7 and of the last 30 days stopped.

    Args:
        removals: Stops that were concluded tonight: `STOPS`.
        members: Members that may receive texts before this run.
        past: Earlier runs.
        guards: Limits of the sync file.
    """
    # what one run may do by itself, no window holds
    numbers = [guards.max_stops, guards.max_stops_7d, guards.max_stops_30d]
    shares = [guards.max_stop_share, guards.max_stop_share_7d, guards.max_stop_share_30d]
    week = (past.week, 7, max(numbers[:2]), max(shares[:2]))
    month = (past.month, 30, max(numbers), max(shares))
    for window, days, number, share in (week, month):
        most = max(window.most_members, members)
        limit = limit_of(number, share, most)
        for cause, says in _SAYS.items():
            stops = removals.index[removals["cause"] == cause]
            earlier = window.stops.get(cause, 0)  # without any, tonight's own limit has judged
            count = len(stops) + earlier
            if len(stops) and earlier and count > limit:
                said = (
                    f"With the last {days} days together, {count:,} of {most:,} {says}: more than "
                    f"max_stops_{days}d ({number}) and max_stop_share_{days}d ({percent(share)})."
                )
                reason = HoldReason(f"max_stops_{days}d", count, share_of(count, most), limit, said)
                yield Hold(reason, stops, removals_only=True)


def too_few_rows(
    candidates: Candidates, read: ReadFacts, past: Past, guards: Guards
) -> Iterator[Hold]:
    """Far fewer rows than usual, where more people are missing than always may be.

    Args:
        candidates: What would be done; also those whom another sync wants are missing.
        read: Today's read.
        past: Rows of earlier full reads.
        guards: Limits of the sync file.
    """
    reason = rows_dropped(candidates.missing(), read, past, guards)
    if reason is not None:
        yield Hold(reason, candidates.concluded(), removals_only=True)


def rows_dropped(gone: int, read: ReadFacts, past: Past, guards: Guards) -> HoldReason | None:
    """Why a read with so many people missing is doubted; None where it is not."""
    reads = past.full_reads
    if not reads or gone <= guards.max_stops:
        return None
    # all by the number of reads, so that the mean stays an integer
    usual, missing = sum(reads), sum(reads) - read.rows * len(reads)
    limit = limit_of(0, guards.max_rows_drop, usual)
    if missing <= limit:
        return None
    said = (
        f"The source has {read.rows:,} rows; the last {counted(len(reads), 'full read')} had "
        f"{usual // len(reads):,} on average: fewer by more than max_rows_drop "
        f"({percent(guards.max_rows_drop)})."
    )
    return HoldReason(
        ROWS_DROPPED, missing // len(reads), share_of(missing, usual), limit // len(reads), said
    )
