"""Which rows of a read may be added, which are withheld, and which are in another row's contact.

The order of the rules: what one row says holds for its person; then who must not be added; then one
contact for each number and one number for each person.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from schemas.frames import CONTACTS, MEMBERS, PEOPLE, REJECTS, WANTED, WITHHELD
from schemas.reasons import Reason
from schemas.sync_file import Duplicates
from sendersync.transforms.cells.arrow_columns import rows_where, stacked
from sendersync.transforms.dedupe import dedupe, duplicate_rejects
from sendersync.transforms.diff import PresentButNotWanted, none_of
from sendersync.transforms.permission import (
    people_who_said,
    said_without_phone,
    spread_permission,
)
from sendersync.transforms.suppress import NeverToAdd, numbers_of, reasons_to_withhold


@dataclass(frozen=True)
class ChosenContacts:
    """What became of the rows of one read; each is in one of the first four.

    Attributes:
        wanted: Contacts that may be added: `WANTED`.
        withheld: Contacts that may not, and why: `WITHHELD`.
        more_withheld: The same of further numbers, which are no rows: `WITHHELD`.
        merged: Rows that are in another row's contact (int64 `line`).
        rejects: All rejects, duplicates included, in line order: `REJECTS`.
        present: Who is there without being wanted.
    """

    wanted: pd.DataFrame
    withheld: pd.DataFrame
    more_withheld: pd.DataFrame
    merged: pd.Index[int]
    rejects: pd.DataFrame
    present: PresentButNotWanted

    def __post_init__(self) -> None:
        WANTED.require(self.wanted)
        WITHHELD.require(self.withheld)
        WITHHELD.require(self.more_withheld)
        REJECTS.require(self.rejects)


NEVER_NOBODY = NeverToAdd(phones=pd.Series(dtype="str"))
"""An empty do-not-contact list."""

NO_MEMBERS = pd.DataFrame({name: pd.Series(dtype="str") for name in MEMBERS.names})
"""What the ledger has before the first run: `MEMBERS`."""


def choose_contacts(
    contacts: pd.DataFrame,
    rejects: pd.DataFrame,
    policy: Duplicates,
    never: NeverToAdd = NEVER_NOBODY,
    members: pd.DataFrame = NO_MEMBERS,
) -> ChosenContacts:
    """Chooses the contacts of one whole read.

    Args:
        contacts: `CONTACTS`, in line order. Those with a negative line are further numbers of
            rows that say no to texts: they are heard, and are no rows of their own.
        rejects: `REJECTS` of the same read.
        policy: `duplicates` of the sync file.
        never: Whom no source may bring back.
        members: What the ledger has: `MEMBERS`.
    """
    CONTACTS.require(contacts)
    unreadable = said_without_phone(rejects)
    opted_out_keys = unreadable.opted_out.union(contacts.loc[contacts["opted_out"], "key"])
    theirs = pd.concat([never.phones, numbers_of(members, opted_out_keys)], ignore_index=True)
    heard = spread_permission(contacts, unreadable)
    reasons = reasons_to_withhold(heard, replace(never, phones=theirs))
    deduped = dedupe(heard, reasons, policy, members)
    if len(deduped.rejected):
        duplicates = duplicate_rejects(contacts, deduped.rejected)
        rejects = pd.concat([rejects, duplicates]).sort_index()
    return ChosenContacts(
        wanted=deduped.wanted,
        withheld=deduped.withheld.loc[deduped.withheld.index >= 0],
        more_withheld=deduped.withheld.loc[deduped.withheld.index < 0],
        merged=deduped.merged[deduped.merged >= 0],
        rejects=rejects,
        present=PresentButNotWanted(
            opted_out=people_who_said("opted_out", contacts, heard, rejects),
            refused=people_who_said("refused", contacts, heard, rejects),
            rejects=stacked([rejects, _says_nothing_for_sure(heard, reasons)]),
            withheld=rows_where(heard, _is_without_consent(heard, reasons))[[*PEOPLE.names]],
            suppressed=theirs,
            suppressed_keys=never.keys,
            on_suppression_list=rows_where(heard, reasons == Reason.SUPPRESSED)[[*PEOPLE.names]],
            subscribers=deduped.subscribers,
        ),
    )


def _says_nothing_for_sure(heard: pd.DataFrame, reasons: pd.Series[str]) -> pd.DataFrame:
    """Rows with a cell that is neither a yes nor a no, and no other that is a no: `REJECTS`.

    They stop no member, as a row that cannot be read stops none.
    """
    unclear = (reasons == Reason.OPT_OUT_UNCLEAR) | (
        (reasons == Reason.NO_CONSENT) & heard["consent_unclear"]
    )
    rows = rows_where(heard, unclear & ~heard["refused"])
    if rows.empty:
        return none_of(REJECTS)
    return REJECTS.cast(rows.assign(reason=reasons[rows.index], column=""))


def _is_without_consent(heard: pd.DataFrame, reasons: pd.Series[str]) -> pd.Series[bool]:
    """Rows whose consent is blank: no answer, where there was a yes before, withdraws it."""
    blank = ~heard["consent_unclear"] & ~heard["refused"]
    return (reasons == Reason.NO_CONSENT) & blank
