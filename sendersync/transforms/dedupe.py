"""One contact for one phone on one sender code, and one number for one person; loudly.

An opt-out in any row of a phone, or of a person, holds for all of them: nobody is texted because
the other copy of their row was kept. The same goes for a cell that may say stop.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from schemas.frames import CONTACTS, REJECTS, WANTED
from schemas.reasons import Reason


@dataclass(frozen=True)
class Deduped:
    """What remains of the contacts.

    Attributes:
        contacts: Unique in (phone, sender_code), and in (key, sender_code) among those not opted
            out: `CONTACTS`, in line order.
        merged: Rows that are in another row's contact (int64 `line`).
        rejected: Rows refused as `duplicate` (int64 `line`).
    """

    contacts: pd.DataFrame
    merged: pd.Index[int]
    rejected: pd.Index[int]

    def __post_init__(self) -> None:
        WANTED.require(self.contacts)


def dedupe(
    contacts: pd.DataFrame,
    policy: Literal["first", "last", "reject"],
    said_stop: Iterable[str] = (),
) -> Deduped:
    """Merges rows of one phone and sender code; see `Deduped`.

    With `reject`, every row of a doubled phone is refused: which one counts is not for us to say.
    A person (key) whose rows name different numbers keeps the one of the row that the policy
    picks; the others are refused rather than merged, since their number would vanish.

    Args:
        contacts: `CONTACTS`, all batches of one read, in line order.
        policy: `duplicates` of the sync file.
        said_stop: Keys of people who say stop in a row whose phone cannot be read.
    """
    CONTACTS.require(contacts)
    contacts = _spread(_spread(contacts, "opt_out_unclear", ()), "opted_out", said_stop)
    keep: Literal["first", "last"] = "last" if policy == "last" else "first"
    no_rows = contacts.index[:0]

    doubled = contacts.duplicated(["phone", "sender_code"], keep=False)
    extra = contacts.duplicated(["phone", "sender_code"], keep=keep)
    out = contacts["opted_out"]
    if policy == "reject":
        rejected = contacts.index[doubled & ~out]
        merged = contacts.index[extra & out]
    else:
        rejected, merged = no_rows, contacts.index[extra]
    contacts = contacts.drop(index=rejected.union(merged))

    # Opted-out rows are withheld whole, each with its number: they compete with nobody.
    active = contacts.loc[~contacts["opted_out"]]
    several = active.duplicated(["key", "sender_code"], keep=False if policy == "reject" else keep)
    conflicting = active.index[several]
    return Deduped(
        contacts=contacts.drop(index=conflicting),
        merged=merged,
        rejected=rejected.union(conflicting).sort_values(),
    )


def duplicate_rejects(contacts: pd.DataFrame, lines: pd.Index[int]) -> pd.DataFrame:
    """The reject frame of contacts refused as duplicates."""
    frame = contacts.loc[lines].assign(reason=Reason.DUPLICATE.value, column="")
    frame = frame.astype({"reason": "str", "column": "str"})
    return frame[[*REJECTS.names]]


def _spread(contacts: pd.DataFrame, flag: str, keys: Iterable[str]) -> pd.DataFrame:
    """Marks every row of a person whom a row marks or `keys` name, and every row of their phones.

    It ends there: somebody else who shares such a phone keeps their other numbers.
    """
    people = {*contacts.loc[contacts[flag], "key"], *keys}
    of_person = contacts[flag] | contacts["key"].isin(people)
    phones = contacts.loc[of_person, "phone"]
    return contacts.assign(**{flag: of_person | contacts["phone"].isin(phones)})
