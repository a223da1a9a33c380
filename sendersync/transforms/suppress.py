"""Contacts that are well formed and must not be added: withheld, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from schemas.frames import CONTACTS, MEMBERS, WITHHELD
from schemas.member_status import MAY_RECEIVE
from schemas.reasons import Reason
from sendersync.transforms.cells.arrow_columns import is_in, one_of
from sendersync.transforms.phones.second_spellings import other_spellings

_REASONS: Final = (
    *("", Reason.NO_CONSENT, Reason.OPT_OUT_UNCLEAR, Reason.SUPPRESSED, Reason.OPTED_OUT),
)
"""From the weakest to the strongest."""


@dataclass(frozen=True)
class NeverToAdd:
    """Whom no source may bring back.

    Attributes:
        phones: E.164 phones of the do-not-contact list and of people who asked to be forgotten, as
            they were written down.
        keys: Keys of this sync that came with a stop: whoever has one said so at another number.
    """

    phones: pd.Series[str]
    keys: frozenset[str] = frozenset()


def reasons_to_withhold(contacts: pd.DataFrame, never: NeverToAdd) -> pd.Series[str]:
    """Why each contact must not be added; empty where it may.

    The first of opted_out, suppressed, opt_out_unclear, no_consent is the reason.

    Args:
        contacts: `CONTACTS`, permission settled.
        never: The do-not-contact list; it beats every source.

    Returns:
        `str`, same index.
    """
    CONTACTS.require(contacts)
    reason = np.zeros(len(contacts), dtype=np.int64)
    reason[~contacts["consent"]] = 1
    reason[contacts["opt_out_unclear"]] = 2
    reason[is_suppressed(contacts, never)] = 3
    reason[contacts["opted_out"]] = 4
    return one_of(_REASONS, reason, contacts.index)


def is_suppressed(people: pd.DataFrame, never: NeverToAdd) -> pd.Series[bool]:
    """Whether each phone, in any of its spellings, or each key must never be added.

    A spelling that may be somebody else's today counts too: a text that is withheld by mistake
    harms nobody.

    Args:
        people: At least `key` and `phone`.
        never: Whom to withhold.
    """
    listed = pd.concat([never.phones, other_spellings(never.phones)["spelling"]])
    return is_in(people["phone"], listed) | is_in(people["key"], never.keys)


def on_each_code(
    people: pd.DataFrame, sender_codes: pd.Series[str], sender_code: str | None
) -> pd.DataFrame:
    """People who texted STOP, on each sender code that they might be subscribed on: `WITHHELD`.

    Args:
        people: `CONTACTS`, each phone once; on which sender code they are is not known.
        sender_codes: Of the sync's members and contacts, as often as they come.
        sender_code: Of the sync file, where it has one for all rows: used where nobody is there.
    """
    CONTACTS.require(people)
    if people.empty:
        return WITHHELD.cast(people.assign(reason=""))
    if sender_codes.empty and sender_code:
        sender_codes = pd.Series([sender_code], dtype="str")
    codes = sender_codes.drop_duplicates().to_frame("sender_code")
    orders = people.drop(columns="sender_code").merge(codes, how="cross")
    orders = orders.assign(reason=Reason.SUPPRESSED.value).rename_axis(CONTACTS.index)
    return WITHHELD.cast(orders)


def numbers_of(members: pd.DataFrame, keys: frozenset[str]) -> pd.Series[str]:
    """Phones (`str`) under which people who say stop may still get texts: theirs are suppressed.

    They hold for every row of today, also one of somebody who shares such a phone: it would be
    stopped for the one and added for the other in a single run.

    Args:
        members: `MEMBERS`.
        keys: Keys of people who say stop.
    """
    MEMBERS.require(members)
    reachable = is_in(members["standing"], MAY_RECEIVE)
    return members.loc[reachable & is_in(members["key"], keys), "phone"]
