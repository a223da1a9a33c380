"""One contact for one phone on one sender code, and one number for one person; loudly.

Comes after `permission`: all rows of one phone agree on whether it may get texts. The order of the
rows never decides who is added: a person with several numbers keeps the one that the ledger has, or
else the one that fewest others share, or else the smallest. Of several rows of one number the one
that says what the ledger has is kept, or else the first or last (`duplicates` of the sync file): so
names and addresses may follow the order, and people may not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from schemas.frames import CONTACTS, MEMBERS, REJECTS, SUBSCRIBERS, WANTED, WITHHELD
from schemas.member_status import MemberStatus
from schemas.reasons import Reason
from schemas.sync_file import Duplicates
from sendersync.transforms.cells.arrow_columns import (
    all_differ,
    is_in,
    joined,
    places_in,
    rows_where,
)
from sendersync.transforms.phones.second_spellings import canonical_phones

_VALUES: Final = ("email", "first_name", "customer_key", "group")
_PERSON: Final = ("key", "sender_code")


@dataclass(frozen=True)
class Deduped:
    """What became of the contacts; every row is in one of the first four.

    Attributes:
        wanted: Contacts that may be added, unique in (phone, sender_code) and in
            (key, sender_code): `WANTED`, in line order.
        withheld: Those that may not, unique in (phone, sender_code): `WITHHELD`, in line order.
        merged: Rows that are in another row's contact (int64 `line`).
        rejected: Rows refused as `duplicate` (int64 `line`).
        subscribers: Whose number each wanted number is, also of merged rows: `SUBSCRIBERS`.
    """

    wanted: pd.DataFrame
    withheld: pd.DataFrame
    merged: pd.Index[int]
    rejected: pd.Index[int]
    subscribers: pd.DataFrame

    def __post_init__(self) -> None:
        WANTED.require(self.wanted)
        WITHHELD.require(self.withheld)
        SUBSCRIBERS.require(self.subscribers)


def dedupe(
    contacts: pd.DataFrame, reasons: pd.Series[str], policy: Duplicates, members: pd.DataFrame
) -> Deduped:
    """Merges rows of one phone and sender code, and gives each person one number.

    With `reject`, every row of a doubled phone, or of a person with several numbers, is refused:
    which one counts is not for us to say. Otherwise a person's other numbers are refused rather
    than merged, since they would vanish. Rows that may not be added compete with nobody: each is
    withheld with its number.

    Args:
        contacts: `CONTACTS` of one whole read in line order, permission settled.
        reasons: Why each must not be added, of `suppress.reasons_to_withhold`; empty where it may.
        policy: `duplicates` of the sync file.
        members: What the ledger has: `MEMBERS`.
    """
    CONTACTS.require(contacts)
    MEMBERS.require(members)
    ordered = contacts.iloc[::-1] if policy == "last" else contacts
    rows = _with_number(ordered[["phone", "key", "sender_code"]])
    may_be_added = reasons[rows.index] == ""
    candidates, others = rows_where(rows, may_be_added), rows_where(rows, ~may_be_added)
    repeated = others.index[others["number"].duplicated()]
    withheld = contacts.loc[others.index.difference(repeated)]

    disputed = rows_where(candidates, _is_disputed(candidates))
    settled = _settle(disputed, contacts, members, policy)
    left_out = settled.merged.union(settled.rejected)
    wanted = rows_where(contacts, (reasons == "") & ~contacts.index.isin(left_out))
    chosen = rows_where(candidates, ~candidates.index.isin(settled.not_chosen))
    return Deduped(
        wanted=wanted.sort_index(),
        withheld=withheld.assign(reason=reasons[withheld.index]),
        merged=settled.merged.union(repeated).sort_values(),
        rejected=settled.rejected.sort_values(),
        subscribers=contacts.loc[chosen.index, [*SUBSCRIBERS.names]],
    )


@dataclass(frozen=True)
class _Settled:
    """Lines (int64) of the disputed rows.

    Attributes:
        merged: In another row's contact.
        rejected: Refused as `duplicate`.
        not_chosen: Rejected, or saying of a number whose it is as a row before them does.
    """

    merged: pd.Index[int]
    rejected: pd.Index[int]
    not_chosen: pd.Index[int]


def _is_disputed(rows: pd.DataFrame) -> pd.Series[bool]:
    """Rows whose number, or whose person, stands in another row too: all others are chosen."""
    person = joined(rows["key"], rows["sender_code"])
    if all_differ(rows["number"]) and all_differ(person):
        return pd.Series(data=False, index=rows.index, dtype=bool)
    return rows["number"].duplicated(keep=False) | person.duplicated(keep=False)


def _settle(
    rows: pd.DataFrame, contacts: pd.DataFrame, members: pd.DataFrame, policy: Duplicates
) -> _Settled:
    """Which of the disputed rows is kept for each number, and which number for each person."""
    nobody = rows.index[:0]
    if rows.empty:
        return _Settled(nobody, nobody, nobody)
    if policy == "reject":
        doubled = rows["number"].duplicated(keep=False)
        refused = rows.index[doubled | (_numbers_of_person(rows) > 1)]
        return _Settled(nobody, refused, refused)
    rows = _beside_the_ledger(rows, contacts, members)
    is_chosen = _is_number_of_person(rows)
    chosen = rows.loc[is_chosen]
    best = chosen.sort_values("says_less", kind="stable")
    kept = best.index[~best["number"].duplicated()]
    claimed = is_in(rows["number"], chosen["number"])
    again = chosen.index[chosen.duplicated([*SUBSCRIBERS.names])]
    return _Settled(
        merged=rows.index[claimed].difference(kept),
        rejected=rows.index[~claimed],
        not_chosen=rows.index[~is_chosen].union(again),
    )


def duplicate_rejects(contacts: pd.DataFrame, lines: pd.Index[int]) -> pd.DataFrame:
    """The reject frame of contacts refused as duplicates."""
    return REJECTS.cast(contacts.loc[lines].assign(reason=Reason.DUPLICATE.value, column=""))


def _beside_the_ledger(
    rows: pd.DataFrame, contacts: pd.DataFrame, members: pd.DataFrame
) -> pd.DataFrame:
    """The rows, and how far each says what the ledger has of its number.

    Returns:
        `phone`, `key`, `sender_code`, `handset`; `number`, handset and sender code together;
        `unknown` (int64): 0 for a subscribed number of this key, 1 for one of another key, 2 for
        any other; `says_less` (int64): the same, but 0 only where all values are the ledger's too,
        and 1 where the key alone is.
    """
    subscribed = is_in(members["standing"], [MemberStatus.SUBSCRIBED, MemberStatus.UNSURE])
    known = _with_number(rows_where(members, subscribed))
    if known.empty:
        return rows.assign(unknown=2, says_less=2)
    at = places_in(rows["number"], known["number"])
    before = known.take(np.maximum(at, 0)).set_axis(rows.index)
    is_known = at >= 0
    same_key = (before["key"] == rows["key"]) & is_known
    same = same_key.copy()
    given = contacts.loc[rows.index]
    for field in _VALUES:
        same &= before[field] == given[field]
    one = same_key.astype("int64")
    return rows.assign(unknown=2 - is_known - one, says_less=2 - one - same.astype("int64"))


def _with_number(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with `handset`, and with `number`: what the platform knows a subscription by."""
    handset = canonical_phones(rows["phone"])
    return rows.assign(handset=handset, number=joined(handset, rows["sender_code"]))


def _numbers_of_person(rows: pd.DataFrame) -> pd.Series[int]:
    """How many numbers each row's person has on its sender code."""
    return rows.groupby([*_PERSON])["handset"].transform("nunique")


def _is_number_of_person(rows: pd.DataFrame) -> pd.Series[bool]:
    """Whether each row's number is the one that its person gets texts at."""
    everybody = pd.Series(data=True, index=rows.index, dtype=bool)
    if not rows.duplicated([*_PERSON]).any():
        return everybody
    several = rows.loc[_numbers_of_person(rows) > 1]
    if several.empty:
        return everybody
    shared_by = rows.groupby("number")["key"].transform("nunique")
    ranked = several.assign(shared_by=shared_by[several.index]).sort_values(
        ["unknown", "shared_by", "handset"]
    )
    best = ranked.groupby([*_PERSON])["handset"].transform("first")
    return (best.reindex(rows.index) == rows["handset"]) | ~rows.index.isin(several.index)
