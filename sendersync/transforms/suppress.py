"""Contacts that are well formed and must not be added: withheld, with the reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from schemas.frames import WANTED, WITHHELD
from schemas.member_status import MAY_RECEIVE
from schemas.reasons import Reason


@dataclass(frozen=True)
class Suppressed:
    """Contacts split in two.

    Attributes:
        wanted: Contacts that may be added: `WANTED`.
        withheld: The others: `WITHHELD`, with the `reason` opted_out, suppressed,
            opt_out_unclear or no_consent.
    """

    wanted: pd.DataFrame
    withheld: pd.DataFrame

    def __post_init__(self) -> None:
        WANTED.require(self.wanted)
        WITHHELD.require(self.withheld)


def suppress(contacts: pd.DataFrame, suppressed: pd.Series[str]) -> Suppressed:
    """Withholds the opted-out, the suppressed, who may have said stop, and who gave no consent.

    The first of these is the reason.

    Args:
        contacts: `WANTED`, before anybody is withheld.
        suppressed: E.164 phones of the do-not-contact list; it beats every source.
    """
    reason = pd.Series("", index=contacts.index, dtype="str")
    reason = reason.mask(~contacts["consent"], Reason.NO_CONSENT.value)
    reason = reason.mask(contacts["opt_out_unclear"], Reason.OPT_OUT_UNCLEAR.value)
    reason = reason.mask(contacts["phone"].isin(suppressed), Reason.SUPPRESSED.value)
    reason = reason.mask(contacts["opted_out"], Reason.OPTED_OUT.value)
    kept_back = reason != ""
    return Suppressed(
        wanted=contacts.loc[~kept_back],
        withheld=contacts.loc[kept_back].assign(reason=reason[kept_back]),
    )


def orders_to_stop(
    withheld: pd.DataFrame, contacts: pd.DataFrame, unreadable: pd.DataFrame
) -> pd.DataFrame:
    """Whom to stop because somebody said so: `key`, `phone` (empty where unreadable).

    Whoever merely shares the phone of one who said stop keeps their other numbers; and who said it
    in a row that is merged into another one loses theirs all the same.

    Args:
        withheld: Of `suppress`.
        contacts: Contact frame before duplicates were merged.
        unreadable: Rows that say stop and are no contacts: `key`, `phone`.
    """
    said = pd.concat([contacts.loc[contacts["opted_out"], ["key", "phone"]], unreadable])
    shown = withheld.loc[withheld["reason"] == Reason.OPTED_OUT, ["key", "phone"]]
    shown["key"] = shown["key"].where(shown["key"].isin(said["key"]), "")
    return pd.concat([shown, said])


def numbers_of(members: pd.DataFrame, keys: Iterable[str]) -> pd.Series[str]:
    """Phones (`str`) under which people who say stop may still get texts: theirs are suppressed.

    They hold for every row of today, also one of somebody who shares such a phone: it would be
    stopped for the one and added for the other in a single run.

    Args:
        members: `MEMBERS`.
        keys: Keys of people who say stop.
    """
    reachable = members["standing"].isin([*MAY_RECEIVE])
    return members.loc[reachable & members["key"].isin([*keys]), "phone"]
