"""Truncated files: a round number of rows, and only people behind its end are missing.

Exports stop at a limit (1,000 rows, 65,536, what a page or a free plan holds) and end like any
other file. Whoever is behind the limit has not left, so such a read is not a whole one: it adds
and updates, and removes nobody.

What comes behind the end, the order of the file says: that of a column, rising or falling, or the
order in which the same file gave these people when they were added.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pandas as pd

from schemas.frames import ADDED
from schemas.member_status import MemberStatus
from sendersync.transforms.cells.arrow_columns import is_in

FEWEST_VALUES: Final = 25
"""A column of fewer values is no order."""

FEWEST_MISSING: Final = 2
"""One person who has left from the end of a list is no cut."""

_SMALL: Final = frozenset({50, 250, 750})
_POWERS: Final = frozenset(2**n for n in range(8, 21))
"""What programs and old spreadsheets hold: 256 to 1,048,576."""

_ORDERS: Final = ("key", "phone", "email", "first_name", "customer_key")
"""What a list may be sorted by, as far as it is known of people who are not in it."""

_GONE: Final = frozenset({MemberStatus.STOPPED.value, MemberStatus.RELEASED.value})


def at_a_limit(rows: int) -> bool:
    """Whether exports stop at so many rows; the line of the names may be one of them."""
    if rows in _SMALL or (rows > 0 and rows % 100 == 0):
        return True
    return rows in _POWERS or rows + 1 in _POWERS or (rows + 1) % 1000 == 0


def looks_cut_short(
    rows: int, contacts: pd.DataFrame, members: pd.DataFrame, added: pd.DataFrame
) -> str:
    """What to say of a read that seems to be cut off; empty where it does not.

    Args:
        rows: Rows read, rejected ones included.
        contacts: `CONTACTS`, in line order.
        members: `MEMBERS` of the sync, before this run.
        added: `ADDED`: in which order they came.
    """
    ADDED.require(added)
    if not at_a_limit(rows) or contacts.empty:
        return ""
    present = is_in(members["key"], contacts["key"]) | is_in(members["phone"], contacts["phone"])
    missing = members.loc[~present & ~is_in(members["standing"], _GONE)]
    if len(missing) < FEWEST_MISSING:
        return ""
    order = next(
        (f"in the order of `{column}`" for column in _ORDERS
         if _ends_before(contacts[column], missing[column])),
        "in the order in which they were added" if _were_behind(contacts, missing, added) else "",
    )  # fmt: skip
    if not order:
        return ""
    return (
        f"{rows:,} rows were read, where exports stop, and the {len(missing):,} people who are "
        f"missing all come after the last row {order}: the file looks cut off at a limit, so "
        "nobody is removed unless a person approves their number (`--approve-stops N`)."
    )


def _ends_before(cells: pd.Series[str], missing: pd.Series[str]) -> bool:
    """Whether a column rises or falls to the end of the file and goes on with all missing ones."""
    if (missing == "").any() or (cells == "").any() or cells.nunique() < FEWEST_VALUES:
        return False
    for both in _comparable(pd.concat([cells, missing]).str.casefold()):
        own, others = both.iloc[: len(cells)], both.iloc[len(cells) :]
        last = own.iloc[-1]
        if own.is_monotonic_increasing and bool((others > last).all()):
            return True
        if own.is_monotonic_decreasing and bool((others < last).all()):
            return True
    return False


def _comparable(cells: pd.Series[str]) -> Iterator[pd.Series[str]]:
    """Cells as a program sorts them: letter by letter, and with their numbers as numbers."""
    yield cells
    yield cells.str.replace(r"\d+", lambda digits: digits.group().zfill(20), regex=True)


def _were_behind(contacts: pd.DataFrame, missing: pd.DataFrame, added: pd.DataFrame) -> bool:
    """Whether all who are missing were added after those who are there, as the file had them.

    Today's file must still have its people in that order; people of a later run stand behind those
    of an earlier one where all of them are missing.
    """
    pair = ["sender_code", "phone"]
    there = contacts[pair].merge(added, on=pair)
    gone = missing[pair].merge(added, on=pair)
    if len(gone) < len(missing) or len(there) < FEWEST_VALUES:
        return False
    places = there.groupby("run_id")["number"]
    if not places.is_monotonic_increasing.all():
        return False
    ends = gone["run_id"].map(places.max())
    newest = there["run_id"].max()  # a run's name begins with its moment
    behind = (gone["number"] > ends) | (ends.isna() & (gone["run_id"] > newest))
    return bool(behind.all())
