"""What earlier runs left, as far as the decision about a read needs it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from schemas.frames import KNOWN_REJECTS, MEMBERS, PENDING, STOPPED_KEYS, SUPPRESSIONS
from schemas.member_status import MemberStatus
from schemas.outcomes import Kind
from schemas.sync_file import SyncFile
from sendersync.pipeline.extract import Extracted
from sendersync.state.store import State
from sendersync.transforms.cells.arrow_columns import is_in, joined
from sendersync.transforms.guards.already_subscribed import count_in
from sendersync.transforms.keys import with_plain_keys
from sendersync.transforms.phones.second_spellings import other_spellings
from sendersync.transforms.sender_codes import holds_on


@dataclass(frozen=True)
class Known:
    """What earlier runs left: all that the decision about a read rests on.

    Attributes:
        members: What the ledger knows of this sync's members: `MEMBERS`.
        codes_elsewhere: Sender codes of other syncs' members, as they were sent.
        suppressions: The do-not-contact list: `SUPPRESSIONS`.
        stopped_keys: Keys of this sync that came with a stop: `STOPPED_KEYS`.
        forgotten: Those of today's phones whose people asked to be forgotten.
        pending: Contacts read earlier and not confirmed, of an incremental sync: `PENDING`.
        known_rejects: Rejects that named nobody in the last run as well: `KNOWN_REJECTS`.
        has_completed_run: A run of this sync has been completed before.
        already_before: People of whom the last run was told that they are subscribed already.
    """

    members: pd.DataFrame
    codes_elsewhere: pd.Series[str]
    suppressions: pd.DataFrame
    stopped_keys: pd.DataFrame
    forgotten: pd.Series[str]
    pending: pd.DataFrame
    known_rejects: pd.DataFrame
    has_completed_run: bool
    already_before: int = 0

    def __post_init__(self) -> None:
        MEMBERS.require(self.members)
        SUPPRESSIONS.require(self.suppressions)
        STOPPED_KEYS.require(self.stopped_keys)
        PENDING.require(self.pending)
        KNOWN_REJECTS.require(self.known_rejects)

    @property
    def suppressed_keys(self) -> frozenset[str]:
        """The keys alone."""
        return frozenset(self.stopped_keys["key"])


def read_known(state: State, sync: SyncFile, extracted: Extracted) -> Known:
    """Reads of the state what `decide_frames` needs.

    Args:
        state: What earlier runs left.
        sync: Its name is the one the ledger knows.
        extracted: Today's read: only its phones are looked up among those of forgotten people.
    """
    phones = extracted.contacts["phone"]
    # a run has ended what a dead one left in flight; a plan, which writes nothing, sees it so
    in_flight = state.ledger.left_in_flight(sync.sync)
    members = with_plain_keys(as_recovered(state.members.of(sync.sync), in_flight))
    return Known(
        members=members,
        codes_elsewhere=state.members.codes_elsewhere(sync.sync),
        suppressions=_that_hold(state.suppressions.all(), members, extracted, sync),
        stopped_keys=state.suppressions.stopped_keys(sync.sync),
        forgotten=_forgotten(phones, state),
        pending=with_plain_keys(state.cursors.pending(sync.sync)),
        known_rejects=state.rejects.known(sync.sync),
        has_completed_run=state.runs.has_completed(sync.sync),
        already_before=count_in(state.runs.last_report(sync.sync)),
    )


def as_recovered(members: pd.DataFrame, in_flight: pd.DataFrame) -> pd.DataFrame:
    """The members as the next run finds them, once it has ended what a dead run left in flight.

    Of an add nobody knows whether it was done, unless its person was subscribed before; a stop was
    asked without an answer.

    Args:
        members: `MEMBERS` of a sync.
        in_flight: `STORED_OPERATIONS` of its dead runs.
    """
    MEMBERS.require(members)
    if in_flight.empty:
        return members
    is_asked = is_in(_pair(members), _pair(in_flight))
    found = {
        (row["sender_code"], row["phone"]): row for row in members.loc[is_asked].to_dict("records")
    }
    for call in in_flight.to_dict("records"):
        pair = (call["sender_code"], call["phone"])
        before = found.get(pair)
        if call["kind"] == Kind.STOP:
            found[pair] = {**(before or call), "standing": MemberStatus.STOPPING.value}
        elif before is None or before["standing"] != MemberStatus.SUBSCRIBED:
            found[pair] = {**call, "standing": MemberStatus.UNSURE.value}
    changed = pd.DataFrame([*found.values()], columns=[*MEMBERS.names], dtype="str")
    return pd.concat([members.loc[~is_asked], changed], ignore_index=True)


def _pair(frame: pd.DataFrame) -> pd.Series[str]:
    return joined(frame["sender_code"], frame["phone"])


def _that_hold(
    orders: pd.DataFrame, members: pd.DataFrame, extracted: Extracted, sync: SyncFile
) -> pd.DataFrame:
    """Orders that hold on a sender code of this sync, also where its rows have several."""
    codes = pd.concat([members["sender_code"], extracted.contacts["sender_code"]]).unique()
    return orders.loc[holds_on(orders["sender_code"], [sync.sender_code or "", *codes])]


def _forgotten(phones: pd.Series[str], state: State) -> pd.Series[str]:
    """Today's phones whose people asked to be forgotten, under whatever spelling they did."""
    others = other_spellings(phones)["spelling"]
    found = others.index[state.erasure.erased(others)]
    return phones[state.erasure.erased(phones) | phones.index.isin(found)]
