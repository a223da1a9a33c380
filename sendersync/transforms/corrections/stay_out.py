"""Who was taken back stays out, as long as their row says what it said."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from schemas.frames import MEMBERS, SENT_COLUMNS, STOPS, UNDONE, WANTED
from schemas.member_status import MAY_RECEIVE, UNPROVEN_STOPS
from schemas.outcomes import Cause
from sendersync.transforms.cells.arrow_columns import is_in, joined
from sendersync.transforms.corrections.standings import standing_of
from sendersync.transforms.diff import Diff


def stay_out(
    difference: Diff, members: pd.DataFrame, undone: pd.DataFrame, *, may_stop: bool = True
) -> tuple[Diff, pd.DataFrame]:
    """The comparison without people whose add was taken back and whose row is the same.

    They need no call, except where the stop that took the add back has not been proven: it is
    asked again.

    Args:
        difference: Against the members.
        members: `MEMBERS`.
        undone: As they were sent, when they were taken back: `UNDONE`.
        may_stop: False for imports, which never stop anyone.

    Returns:
        The comparison, and who stays out: `WANTED`.
    """
    MEMBERS.require(members)
    UNDONE.require(undone)
    adds, unchanged = difference.adds, difference.unchanged
    if undone.empty:
        return difference, unchanged.iloc[:0]
    not_added, not_kept = _as_undone(adds, undone), _as_undone(unchanged, undone)
    staying = pd.concat([adds.loc[not_added, [*WANTED.names]], unchanged.loc[not_kept]])
    if staying.empty:
        return difference, staying
    standing = standing_of(staying, members)
    owed = is_in(standing, MAY_RECEIVE) & may_stop
    again = staying.assign(
        standing=standing,
        cause=Cause.UNDONE.value,
        new_phone="",
        is_retry_of_lost_stop=is_in(standing, UNPROVEN_STOPS),
    ).loc[owed, [*STOPS.names]]
    stops = pd.concat([difference.stops, again], ignore_index=True)
    found = replace(
        difference,
        adds=adds.loc[~not_added],
        unchanged=pd.concat([unchanged.loc[~not_kept], staying.loc[~owed]]),
        stops=STOPS.cast(stops),
    )
    return found, staying


def _as_undone(wanted: pd.DataFrame, undone: pd.DataFrame) -> pd.Series[bool]:
    same = ["sender_code", "phone", "key", *SENT_COLUMNS]
    now, then = (joined(*(frame[name] for name in same)) for frame in (wanted, undone))
    return is_in(now, then)
