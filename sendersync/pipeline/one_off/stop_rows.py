"""Which rows of a stop list say stop, and which of those cannot be read."""

from __future__ import annotations

import pandas as pd

from schemas.frames import REJECTS
from schemas.reasons import Reason
from schemas.sync_file import SyncFile


def who_says_stop(contacts: pd.DataFrame, sync: SyncFile) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Contacts to stop, and rejects whose cell is unclear; everybody, without a mapped column.

    Args:
        contacts: `CONTACTS` of the list.
        sync: Says which column is the opt-out, if any: then a list may hold others too.
    """
    if not sync.columns.mapped().get("opted_out"):
        return contacts, _rejected(contacts.iloc[:0], Reason.OPT_OUT_UNCLEAR)
    unclear = contacts["opt_out_unclear"] & ~contacts["opted_out"]
    return (
        contacts.loc[contacts["opted_out"]],
        _rejected(contacts.loc[unclear], Reason.OPT_OUT_UNCLEAR, sync.columns.opted_out or ""),
    )


def further_stops(more_numbers: pd.DataFrame) -> pd.DataFrame:
    """The numbers of other phone columns, in rows that say stop: `CONTACTS`.

    Args:
        more_numbers: Of `Extracted`: also of rows that only may say stop.
    """
    return more_numbers.loc[more_numbers["opted_out"]]


def unusable_stops(rejects: pd.DataFrame, unclear: pd.DataFrame, sync: SyncFile) -> pd.DataFrame:
    """Rejects of people who say stop, or may: `REJECTS`, in line order.

    Args:
        rejects: Rows that could not be read: all of them say stop, or with an opt-out column those
            with a yes in it; of a malformed row nobody knows.
        unclear: Rows whose opt-out cell is unclear, from `who_says_stop`.
        sync: Says which column is the opt-out, if any.
    """
    if sync.columns.opted_out is not None:
        rejects = rejects.loc[rejects["opted_out"] | (rejects["reason"] == Reason.ROW_MALFORMED)]
    return pd.concat([rejects, unclear]).sort_index(kind="stable")


def _rejected(contacts: pd.DataFrame, reason: Reason, column: str = "") -> pd.DataFrame:
    """Contacts as `REJECTS`, for one reason and at one column."""
    return contacts.assign(reason=reason.value, column=column)[[*REJECTS.names]].astype(
        dict(REJECTS.columns)
    )
