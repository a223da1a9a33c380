"""Truncated files: a round number of rows, and only people behind its end are missing.

Exports stop at a limit (1,000 rows, 65,536, what a page or a free plan holds) and end like any
other file. Whoever is behind the limit has not left, so such a read is not a whole one: it adds
and updates, and removes nobody.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from schemas.member_status import MemberStatus

FEWEST_VALUES: Final = 25
"""A column of fewer values is no order."""

FEWEST_MISSING: Final = 2
"""One person who has left from the end of a list is no cut."""

_SMALL: Final = frozenset({100, 250, 500})
_OF_SPREADSHEETS: Final = frozenset({16_383, 16_384, 65_535, 65_536, 1_048_575, 1_048_576})
_ORDERS: Final = ("key", "phone", "email", "first_name", "customer_key")
"""What a list may be sorted by, as far as it is known of people who are not in it."""

_GONE: Final = frozenset({MemberStatus.STOPPED.value, MemberStatus.RELEASED.value})


def looks_cut_short(rows: int, contacts: pd.DataFrame, members: pd.DataFrame) -> str:
    """What to say of a read that seems to be cut off; empty where it does not.

    Args:
        rows: Rows read, rejected ones included.
        contacts: `CONTACTS`, in line order.
        members: `MEMBERS` of the sync, before this run.
    """
    if not _is_round(rows) or contacts.empty:
        return ""
    present = members["key"].isin(contacts["key"]) | members["phone"].isin(contacts["phone"])
    missing = members.loc[~present & ~members["standing"].isin(_GONE)]
    if len(missing) < FEWEST_MISSING:
        return ""
    for order in _ORDERS:
        if _ends_before(contacts[order], missing[order]):
            return (
                f"{rows:,} rows were read, a round number, and the {len(missing):,} people who are "
                f"missing all come after the last row in the order of `{order}`: the file looks "
                "cut off at a limit, so nobody is removed. If it is whole, run again with "
                "--approve-stops."
            )
    return ""


def _is_round(rows: int) -> bool:
    return rows in _SMALL or rows in _OF_SPREADSHEETS or (rows > 0 and rows % 1000 == 0)


def _ends_before(cells: pd.Series[str], missing: pd.Series[str]) -> bool:
    """Whether a column rises to the end of the file and goes on with all that are missing."""
    if (missing == "").any() or (cells == "").any() or cells.nunique() < FEWEST_VALUES:
        return False
    both = pd.concat([cells, missing])
    if both.str.fullmatch(r"\d{1,15}").all():
        both = both.str.zfill(15)  # as numbers
    both = both.str.casefold()
    own, others = both.iloc[: len(cells)], both.iloc[len(cells) :]
    return bool(own.is_monotonic_increasing and (others > own.iloc[-1]).all())
