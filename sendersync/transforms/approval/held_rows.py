"""Where held operations come from: the line of the row, so that a person can look it up."""

from __future__ import annotations

import pandas as pd

from schemas.frames import HELD
from sendersync.transforms.cells.arrow_columns import is_in


def with_lines(held: pd.DataFrame, contacts: pd.DataFrame, rejects: pd.DataFrame) -> pd.DataFrame:
    """The held operations, each with the line of its row in today's source.

    The row of the same key and phone counts, then one of the phone, then one of the key (that of
    somebody whose number has changed); of several, the first. Whoever has left has none.

    Args:
        held: `HELD`; its lines are not looked at.
        contacts: `CONTACTS`, with the lines as index.
        rejects: `REJECTS`, with the lines as index.

    Returns:
        `HELD`, with the index of `held`; `line` is 0 where no row was found.
    """
    HELD.require(held)
    if held.empty:
        return held
    rows = pd.concat([contacts[["key", "phone"]], rejects[["key", "phone"]]]).sort_index()
    rows = rows.loc[is_in(rows["key"], held["key"]) | is_in(rows["phone"], held["phone"])]
    line = pd.Series(0, index=held.index, dtype="int64")
    for known, asked in (
        (rows["key"], held["key"]),
        (rows["phone"], held["phone"]),
        (rows["key"] + "\x1f" + rows["phone"], held["key"] + "\x1f" + held["phone"]),
    ):
        first = known.loc[(known != "") & ~known.duplicated()]
        found = asked.map(pd.Series(first.index, index=first.to_numpy(), dtype="Int64"))
        line = found.fillna(line.astype("Int64")).astype("int64")
    return held.assign(line=line)
