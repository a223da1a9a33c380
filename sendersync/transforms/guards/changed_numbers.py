"""People of the ledger whose rows have another number today."""

from __future__ import annotations

import pandas as pd

from schemas.member_status import MAY_RECEIVE
from sendersync.transforms.cells.arrow_columns import is_in, joined
from sendersync.transforms.phones.second_spellings import canonical_phones


def changed_numbers(members: pd.DataFrame, contacts: pd.DataFrame) -> pd.DataFrame:
    """Known people none of whose numbers of today is the ledger's, also where no call follows.

    A second spelling of the same handset is no change. Rows that say stop are orders, and those
    without a key of their own cannot show a change.

    Args:
        members: `MEMBERS`; those that may receive texts count.
        contacts: `CONTACTS` of today's read, whoever is withheld included.

    Returns:
        `key`, `sender_code`, each person once.
    """
    known = members.loc[is_in(members["standing"], MAY_RECEIVE)]
    today = contacts.loc[~contacts["opted_out"], ["key", "sender_code", "phone"]]
    today = today.loc[is_of(today, known)]
    if today.empty:
        return today[["key", "sender_code"]]
    same = joined(_person(known), known["phone"])
    differs = ~is_in(joined(_person(today), today["phone"]), same)
    if not differs.any():
        return today.iloc[:0][["key", "sender_code"]]
    other = today.loc[is_of(today, today.loc[differs])]
    before = known.loc[is_of(known, other)]
    numbers = joined(_person(before), canonical_phones(before["phone"]))
    kept = is_in(joined(_person(other), canonical_phones(other["phone"])), numbers)
    changed = other.loc[~is_of(other, other.loc[kept]), ["key", "sender_code"]]
    return changed.drop_duplicates()


def is_of(rows: pd.DataFrame, people: pd.DataFrame) -> pd.Series[bool]:
    """Which rows (`key`, `sender_code`) are of these people."""
    return is_in(_person(rows), _person(people))


def _person(rows: pd.DataFrame) -> pd.Series[str]:
    return joined(rows["key"], rows["sender_code"])
