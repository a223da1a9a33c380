"""Rejected rows that could be anybody's, and so forbid removing anybody.

A person whose row is present keeps their subscription, also when the row cannot be read. Most
rejects still name somebody: by key, phone, e-mail or customer key. One that names nobody might be
the very row of a member who seems to have left. It counts as such unless it stood there, in the
same words, when the last run closed its books: then it is an old hopeless row.
"""

from __future__ import annotations

import pandas as pd


def anonymous(rejects: pd.DataFrame) -> pd.Index[int]:
    """The lines of rejects that name nobody.

    Args:
        rejects: `REJECT_COLUMNS`, index `line`.
    """
    named = pd.Series(False, index=rejects.index)
    for column in ("key", "phone", "email", "customer_key"):
        named |= rejects[column] != ""
    return rejects.index[~named]


def told_apart(fingerprints: pd.Series[str]) -> pd.Series[str]:
    """Equal fingerprints numbered, so that a set of them still knows how often each stood there."""
    return fingerprints + "#" + fingerprints.groupby(fingerprints).cumcount().astype("str")


def newly_anonymous(today: pd.Series[str], known: pd.Series[str]) -> int:
    """How many of today's anonymous rows were not there before.

    Args:
        today: Fingerprints of today's anonymous rejects, `told_apart`.
        known: Those of the last run that closed its books.
    """
    return int((~today.isin(known)).sum())
