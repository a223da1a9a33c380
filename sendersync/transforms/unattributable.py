"""Unattributable rejects: rows that could be anybody's, and so forbid removing anybody.

A person whose row is present keeps their subscription, also when the row cannot be read. Most
rejects still name somebody: by key, phone, e-mail or customer key. One that names nobody might be
the very row of a member who seems to have left. It counts as such unless it stood there, in the
same words, when the last run closed its books: then it is remembered, and holds no removals.
"""

from __future__ import annotations

import pandas as pd

from schemas.frames import KNOWN_REJECTS, REJECTS, UNATTRIBUTABLE
from sendersync.transforms.cells.arrow_columns import is_in


def unattributable(rejects: pd.DataFrame) -> pd.Index[int]:
    """The lines of rejects that name nobody.

    Args:
        rejects: `REJECTS`.
    """
    REJECTS.require(rejects)
    named = pd.Series(data=False, index=rejects.index)
    for column in ("key", "phone", "email", "customer_key"):
        named |= rejects[column] != ""
    return rejects.index[~named]


def number_duplicates(fingerprints: pd.Series[str]) -> pd.Series[str]:
    """Equal fingerprints numbered, so that a set of them still knows how often each stood there."""
    if fingerprints.empty:
        return fingerprints
    return fingerprints + "#" + fingerprints.groupby(fingerprints).cumcount().astype("str")


def newly_unattributable(today: pd.DataFrame, known: pd.DataFrame) -> int:
    """How many of today's unattributable rows were not there before.

    Args:
        today: `UNATTRIBUTABLE`, fingerprints numbered by `number_duplicates`.
        known: Those of the last run that closed its books: `KNOWN_REJECTS`.
    """
    UNATTRIBUTABLE.require(today)
    KNOWN_REJECTS.require(known)
    return int((~is_in(today["fingerprint"], known["fingerprint"])).sum())
