"""Who was taken back stays out, as long as their row says what it said."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from schemas.frames import SENT_COLUMNS, UNDONE
from sendersync.transforms.diff import Diff


def stay_out(difference: Diff, undone: pd.DataFrame) -> tuple[Diff, int]:
    """The comparison without adds of people whose add was taken back and whose row is the same.

    Args:
        difference: Against the members.
        undone: As they were sent, when they were taken back: `UNDONE`.

    Returns:
        The comparison, in which they need no call, and how many they are.
    """
    UNDONE.require(undone)
    adds = difference.adds
    if adds.empty or undone.empty:
        return difference, 0
    same = ["sender_code", "phone", "key", *SENT_COLUMNS]
    out = pd.MultiIndex.from_frame(adds[same]).isin(pd.MultiIndex.from_frame(undone[same]))
    staying = adds.loc[out].drop(columns="cause")
    unchanged = pd.concat([difference.unchanged, staying])
    return replace(difference, adds=adds.loc[~out], unchanged=unchanged), int(out.sum())
