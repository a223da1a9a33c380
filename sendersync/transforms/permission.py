"""Permission: what one row says of its person holds for all rows of the phone or the key.

Who may get texts must not depend on which row comes first, nor on which copy of a person is kept.
So this is settled before any row is merged:

| said in any row | holds for |
| --- | --- |
| stop; maybe stop | all rows of the key, and all rows of the phones of those rows |
| no to the consent question; neither yes nor no | the same |
| yes to it | all rows of the phone: a copy without an answer does not take it back |

A yes does not spread over a key: it was given for a number. Whoever merely shares a phone with one
who said no loses that phone and keeps their other numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from schemas.frames import CONTACTS, PEOPLE, REJECTS
from sendersync.transforms.cells.arrow_columns import is_in, rows_where, stacked
from sendersync.transforms.phones.second_spellings import canonical_phones


@dataclass(frozen=True)
class UnreadableSaid:
    """Keys of people who say something in a row whose phone cannot be read.

    Attributes:
        opted_out: They say stop.
        refused: They say no to the consent question.
    """

    opted_out: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()


def said_without_phone(rejects: pd.DataFrame) -> UnreadableSaid:
    """What rejected rows say under a key.

    Args:
        rejects: `REJECTS`.
    """
    REJECTS.require(rejects)
    keyed = rejects.loc[rejects["key"] != ""]
    return UnreadableSaid(
        opted_out=frozenset(keyed.loc[keyed["opted_out"], "key"]),
        refused=frozenset(keyed.loc[keyed["refused"], "key"]),
    )


def spread_permission(
    contacts: pd.DataFrame, unreadable: UnreadableSaid = UnreadableSaid()
) -> pd.DataFrame:
    """The contacts, each with the flags that hold for it whatever its own row says.

    Args:
        contacts: `CONTACTS` of one whole read.
        unreadable: What was said in rows that are no contacts.

    Returns:
        `CONTACTS`. All rows of one phone have the same flags.
    """
    CONTACTS.require(contacts)
    handset = canonical_phones(contacts["phone"])
    nobody = frozenset[str]()
    said = {
        "opted_out": unreadable.opted_out,
        "opt_out_unclear": nobody,
        "refused": unreadable.refused,
        "consent_unclear": nobody,
    }
    flags = {flag: _spread(contacts, flag, handset, keys) for flag, keys in said.items()}
    agreed = is_in(handset, handset[contacts["consent"]])
    return contacts.assign(**flags, consent=agreed & ~flags["refused"] & ~flags["consent_unclear"])


def people_who_said(
    flag: str, contacts: pd.DataFrame, spread: pd.DataFrame, rejects: pd.DataFrame
) -> pd.DataFrame:
    """Of whom a flag holds: `PEOPLE`.

    Whoever merely shares the phone of one who said it is named by that phone alone, and so keeps
    their other numbers.

    Args:
        flag: `opted_out` or `refused`.
        contacts: `CONTACTS` as they were read.
        spread: The same, of `spread_permission`.
        rejects: `REJECTS`; `phone` is empty where it cannot be read.
    """
    rows = [rows_where(each, each[flag])[[*PEOPLE.names]] for each in (contacts, rejects)]
    said = stacked(rows)
    shown = rows_where(spread, spread[flag])[[*PEOPLE.names]]
    if shown.empty:
        return said
    shown = shown.assign(key=shown["key"].where(is_in(shown["key"], said["key"]), ""))
    return pd.concat([said, shown])


def _spread(
    contacts: pd.DataFrame, flag: str, handset: pd.Series[str], keys: Iterable[str]
) -> pd.Series[bool]:
    """All rows of people whom a row marks or `keys` name, and all rows of their phones."""
    people = {*contacts["key"][contacts[flag]], *keys}
    if not people:
        return contacts[flag]
    of_person = contacts[flag] | is_in(contacts["key"], people)
    return of_person | is_in(handset, handset[of_person])
