"""People whom other syncs or one-off commands have on a sender code, and who must be stopped."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

import pandas as pd

from schemas.frames import STOPS
from schemas.member_status import MAY_RECEIVE, UNPROVEN_STOPS
from schemas.outcomes import Cause
from schemas.reasons import Reason
from schemas.report import UnprovenCount
from schemas.sync_file import SyncFile
from sendersync.pipeline.other_syncs.departures import out_of_use
from sendersync.state.one_off_names import is_one_off
from sendersync.state.store import State
from sendersync.transforms.cells.arrow_columns import is_in, joined, rows_where
from sendersync.transforms.diff import none_of
from sendersync.transforms.phones.second_spellings import other_spellings, same_handset
from sendersync.transforms.sender_codes import holds_on

_PAIR: Final = ["phone", "sender_code"]


def subscribed_by_others(withheld: pd.DataFrame, state: State, sync: str) -> pd.DataFrame:
    """Contacts who must not get texts, and whom another sync or an import has subscribed.

    After a restore without a present state, all who are not known to be stopped. Under the
    spelling that was sent: it is the one that the platform knows.

    Args:
        withheld: `WITHHELD`.
        state: Only read here.
        sync: The sync that asks.
    """
    orders = rows_where(withheld, is_in(withheld["reason"], [Reason.OPTED_OUT, Reason.SUPPRESSED]))
    if orders.empty:
        return orders
    orders = orders.drop_duplicates(["phone", "sender_code"], ignore_index=True)
    spellings = other_spellings(orders["phone"])
    others = orders.loc[spellings.index].assign(phone=spellings["spelling"])
    orders = pd.concat([orders, others.loc[spellings["certain"].to_numpy()]])
    known = state.members.standing_anywhere(orders)
    perhaps = known.subscribed
    if state.runs.is_restored_blind(sync):
        perhaps |= ~known.stopped
    return orders.loc[perhaps.to_numpy()]


def unproven_here(state: State, sync: SyncFile, now: datetime) -> UnprovenCount:
    """People on this sync's sender codes who were asked to be stopped, without proof that they are.

    Args:
        state: Only read here.
        sync: The sync; of a one-off command its own people count alone.
        now: By the schedule's clock, aware.
    """
    own = state.members.unproven_stops(sync.sync)
    passed_over = out_of_use(state, now)
    if is_one_off(sync.sync) or state.members.unproven_elsewhere(sync.sync, passed_over).empty:
        return own
    members = state.members.of(sync.sync)
    others = _unproven_elsewhere(state, sync, members["sender_code"].unique(), passed_over)
    counted = _pairs(members.loc[is_in(members["standing"], UNPROVEN_STOPS)])
    since = [each for each in (own.oldest, *others["changed_at"]) if each]
    more = int((~is_in(_pairs(others), counted)).sum())
    return UnprovenCount(own.stops + more, min(since, default=None))


def owed_stops(
    state: State,
    sync: SyncFile,
    members: pd.DataFrame,
    contacts: pd.DataFrame,
    wanted: pd.DataFrame,
    passed_over: Collection[str],
) -> pd.DataFrame:
    """Unproven stops that no run of their own asks again: of one-off commands and of ended syncs.

    Args:
        state: Only read here.
        sync: The sync that asks again, on its sender codes.
        members: Its `MEMBERS`: those who may receive texts are judged by themselves.
        contacts: Today's rows: `CONTACTS`.
        wanted: Who is to be added or kept: `WANTED`.
        passed_over: Syncs that are out of use.

    Returns:
        `STOPS`.
    """
    codes = pd.concat([members["sender_code"], contacts["sender_code"]]).unique()
    others = _unproven_elsewhere(state, sync, codes, passed_over)
    if others.empty:
        return none_of(STOPS)
    receiving = members.loc[is_in(members["standing"], MAY_RECEIVE)]
    judged = pd.concat([_pairs(receiving), _pairs(wanted)])
    owed = others.loc[~is_in(_pairs(others), judged)]
    one_off = owed["sync"].map(is_one_off).astype(bool)
    stops = owed.assign(
        # a key of another file says nothing here
        key=owed["phone"],
        # an import stops nobody by itself: one of its runs was taken back
        cause=_cause(owed["ordered"], one_off),
        new_phone="",
        is_retry_of_lost_stop=True,
    )
    return STOPS.cast(stops)


def _unproven_elsewhere(
    state: State, sync: SyncFile, codes: Iterable[str], passed_over: Collection[str]
) -> pd.DataFrame:
    """Those of whom nobody wants that they get texts, each once, with `ordered`: they said stop."""
    found = state.members.unproven_elsewhere(sync.sync, passed_over)
    if found.empty:
        return found.assign(ordered=False)
    found = found.loc[holds_on(found["sender_code"], [sync.sender_code or "", *codes])]
    found = found.drop_duplicates(_PAIR, ignore_index=True)
    orders = state.suppressions.all()
    ordered = pd.Series(data=False, index=found.index, dtype=bool)
    for code in found["sender_code"].unique():
        listed = orders.loc[holds_on(orders["sender_code"], [code]), "phone"]
        ordered |= (found["sender_code"] == code) & same_handset(found["phone"], listed)
    wanted = state.members.wanted_elsewhere("", found[_PAIR], passed_over)
    wanted |= state.departures.planned_elsewhere(sync.sync, found[_PAIR], passed_over)
    return found.assign(ordered=ordered).loc[ordered | ~wanted]


def _cause(ordered: pd.Series[bool], one_off: pd.Series[bool]) -> pd.Series[str]:
    cause = pd.Series(Cause.GONE.value, index=ordered.index, dtype="str")
    return cause.mask(one_off, Cause.UNDONE.value).mask(ordered, Cause.OPTED_OUT.value)


def _pairs(frame: pd.DataFrame) -> pd.Series[str]:
    return joined(frame["phone"], frame["sender_code"])
