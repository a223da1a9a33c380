"""Where people stand on their sender codes by now."""

from __future__ import annotations

import pandas as pd


def standing_of(people: pd.DataFrame, members: pd.DataFrame) -> pd.Series[str]:
    """The standing of each, with the index of `people`; empty for whoever is no member.

    Args:
        people: `phone`, `sender_code`.
        members: `MEMBERS`.
    """
    standings = dict(zip(_pair(members), members["standing"], strict=True))
    found = [standings.get(pair, "") for pair in _pair(people)]
    return pd.Series(found, index=people.index, dtype="str")


def _pair(frame: pd.DataFrame) -> pd.Series[str]:
    return frame["phone"] + " " + frame["sender_code"]
