"""The evidence of a consent: what the cell said, when it was given, and where it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from schemas.frames import CONSENTS, CONTACTS
from sendersync.transforms.cells.arrow_columns import is_in
from sendersync.transforms.cells.dates import is_no_date, is_real_date
from sendersync.transforms.phones.second_spellings import canonical_phones

LONGEST: Final = 100
"""Characters of a cell that are kept: evidence is a word or a date."""


@dataclass(frozen=True)
class ConsentsRead:
    """What one read says of consents.

    Attributes:
        given: `CONSENTS`, one for each row that says yes by itself.
        unread: Lines of rows that say yes, and whose time is filled and no date (int64 `line`).
    """

    given: pd.DataFrame
    unread: pd.Index[int]

    def __post_init__(self) -> None:
        CONSENTS.require(self.given)


def consents_of(
    contacts: pd.DataFrame, rows: Sequence[pd.DataFrame], consent: str | None, at: str | None
) -> ConsentsRead:
    """What today's rows say of consents that they give.

    The time is that of the time column; where that says none, a date in the consent column is.

    Args:
        contacts: `CONTACTS` as they were read, before permission is spread over copies of a row.
        rows: The rows as the source gave them, index `line`.
        consent: The column that says yes; None: nobody was asked.
        at: The column that says when; None where there is none.
    """
    CONTACTS.require(contacts)
    yes = contacts.loc[contacts["consent"] & ~contacts["opted_out"]]
    if consent is None:
        yes = yes.iloc[:0]
    value = _cells(rows, consent, yes.index)
    asked = _cells(rows, at, yes.index)
    when = asked.where(_matches(asked, is_real_date), "")
    when = when.where((when != "") | ~_matches(value, is_real_date), value)
    unread = (asked != "") & (when != asked) & ~_matches(asked, is_no_date)
    given = yes[["phone", "sender_code", "key"]].assign(value=value, at=when)
    return ConsentsRead(CONSENTS.cast(given), yes.index[unread])


def of_contacts(consents: pd.DataFrame, wanted: pd.DataFrame) -> pd.DataFrame:
    """Each wanted contact's own evidence, or else that of another row of the same number.

    Args:
        consents: `CONSENTS` of today's rows.
        wanted: `WANTED`.

    Returns:
        `CONSENTS` with the phones of `wanted`, at most one for each; its index is the line of the
        row that says yes.
    """
    CONSENTS.require(consents)
    own = consents.loc[consents.index.intersection(wanted.index)]
    rest = wanted.drop(index=own.index)
    if rest.empty or len(own) == len(consents):
        return own
    pair = ["handset", "sender_code"]
    others = consents.assign(handset=canonical_phones(consents["phone"])).reset_index()
    others = others.drop_duplicates(pair).drop(columns=["phone", "key"])
    rest = rest[["phone", "sender_code", "key"]].assign(handset=canonical_phones(rest["phone"]))
    copies = rest.merge(others, on=pair).set_index(consents.index.name)
    return pd.concat([own, copies[[*CONSENTS.names]]])


def _cells(rows: Sequence[pd.DataFrame], name: str | None, index: pd.Index[int]) -> pd.Series[str]:
    """One column's cells in these rows; empty where there is no such column."""
    if name is None or index.empty or not rows:
        return pd.Series("", index=index, dtype="str")
    filled = [batch[name] for batch in rows if len(batch)]
    cells: pd.Series[str] = pd.concat(filled) if len(filled) > 1 else filled[0]
    if not cells.index.equals(index):
        cells = cells.reindex(index)
    kept: pd.Series[str] = cells.fillna("").astype("str").str.strip().str[:LONGEST]
    return kept


def _matches(cells: pd.Series[str], says: Callable[[str], bool]) -> pd.Series[bool]:
    """Asked once for each different cell."""
    return is_in(cells, [cell for cell in cells.unique() if cell and says(cell)])
