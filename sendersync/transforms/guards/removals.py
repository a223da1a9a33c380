"""Removals that are too many: what is concluded from a source, never what a person ordered."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from schemas.outcomes import Cause
from schemas.report import HoldReason
from schemas.sync_file import Guards
from sendersync.transforms.guards.decision import Hold
from sendersync.transforms.guards.limits import limit_of, percent, share_of

_SAYS = {
    Cause.GONE: "would be stopped because their rows have left the source",
    Cause.CONSENT_WITHDRAWN: "would be stopped because their consent is no longer there",
    Cause.NUMBER_CHANGED: "old numbers would be stopped because people have new ones",
}


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
