"""Adds that take the place of a stop: the same person under another number.

Both go or neither does. A new number whose old one is held may be a stranger's, and an old number
is stopped only once the new one is confirmed.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from schemas.outcomes import Cause
from sendersync.transforms.cells.arrow_columns import is_in, joined
from sendersync.transforms.guards.decision import Candidates, Hold


def with_replacements(hold: Hold, candidates: Candidates) -> Hold:
    """The hold with the adds that replace its stops, and the old numbers that its adds replace."""
    removals, adds = candidates.removals, candidates.adds
    stops = removals.loc[removals.index.intersection(hold.stops)]
    held_adds = adds.loc[adds.index.intersection(hold.adds)]
    changed = removals.loc[removals["cause"] == Cause.NUMBER_CHANGED]
    old = changed.index[_same(changed, held_adds, "key")]
    return replace(
        hold,
        stops=hold.stops.union(old, sort=False),
        adds=hold.adds.union(adds.index[_of_the_same_people(adds, stops)], sort=False),
    )


def _of_the_same_people(adds: pd.DataFrame, stops: pd.DataFrame) -> pd.Series[bool]:
    """By key, and, where the key is no more than a phone, by e-mail and customer key too."""
    return (
        _same(adds, stops, "key") | _same(adds, stops, "email") | _same(adds, stops, "customer_key")
    )


def _same(rows: pd.DataFrame, others: pd.DataFrame, name: str) -> pd.Series[bool]:
    if rows.empty or others.empty:
        return pd.Series(data=False, index=rows.index, dtype=bool)
    value, other = (
        frame[name].str.lower() if name == "email" else frame[name] for frame in (rows, others)
    )
    there = joined(other, others["sender_code"])
    return (value != "") & is_in(joined(value, rows["sender_code"]), there)
