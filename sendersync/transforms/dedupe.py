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

import pandas as pd

from schemas.frames import CONTACTS, MEMBERS, REJECTS, SUBSCRIBERS, WANTED, WITHHELD
from schemas.member_status import MemberStatus
from schemas.reasons import Reason
from schemas.sync_file import Duplicates
from sendersync.transforms.cells.arrow_columns import is_in, joined
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
    rows = _beside_the_ledger(ordered, members)
    may_be_added = reasons[rows.index] == ""
    candidates, others = rows.loc[may_be_added], rows.loc[~may_be_added]
    repeated = others.index[others["number"].duplicated()]
    withheld = contacts.loc[others.index.difference(repeated)]

    if policy == "reject":
        doubled = candidates["number"].duplicated(keep=False)
        several = _numbers_of_person(candidates) > 1
        refused = candidates.index[doubled | several]
        kept, merged = candidates.index.difference(refused), candidates.index[:0]
        chosen = candidates.loc[kept]
    else:
        is_chosen = _is_number_of_person(candidates)
        chosen = candidates.loc[is_chosen]
        best = chosen.sort_values("says_less", kind="stable")
        kept = best.index[~best["number"].duplicated()]
        claimed = is_in(candidates["number"], chosen["number"])
        merged = candidates.index[claimed].difference(kept)
        refused = candidates.index[~claimed]
    return Deduped(
        wanted=contacts.loc[kept.sort_values()],
        withheld=withheld.assign(reason=reasons[withheld.index]),
        merged=merged.union(repeated).sort_values(),
        rejected=refused.sort_values(),
        subscribers=contacts.loc[chosen.index, [*SUBSCRIBERS.names]].drop_duplicates(),
    )


def duplicate_rejects(contacts: pd.DataFrame, lines: pd.Index[int]) -> pd.DataFrame:
    """The reject frame of contacts refused as duplicates."""
    return REJECTS.cast(contacts.loc[lines].assign(reason=Reason.DUPLICATE.value, column=""))


def _beside_the_ledger(contacts: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """The rows, and how far each says what the ledger has of its number.

    Returns:
        `phone`, `key`, `sender_code`, `handset`; `number`, handset and sender code together;
        `unknown` (int64): 0 for a subscribed number of this key, 1 for one of another key, 2 for
        any other; `says_less` (int64): the same, but 0 only where all values are the ledger's too,
        and 1 where the key alone is.
    """
    rows = _with_number(contacts[["phone", "key", "sender_code"]])
    subscribed = members.loc[
        is_in(members["standing"], [MemberStatus.SUBSCRIBED, MemberStatus.UNSURE])
    ]
    known = _with_number(subscribed).drop_duplicates("number").set_index("number")
    before = known.reindex(rows["number"]).set_axis(rows.index)
    same_key = before["key"] == rows["key"]
    same = same_key.copy()
    for field in _VALUES:
        same &= before[field] == contacts[field]
    unknown = (2 - before["key"].notna().astype("int64")) - same_key.astype("int64")
    return rows.assign(
        unknown=unknown, says_less=2 - same_key.astype("int64") - same.astype("int64")
    )


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
