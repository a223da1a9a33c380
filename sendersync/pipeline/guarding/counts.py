"""What a run is judged by: tonight's counts, and what earlier runs left in the state."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import pandas as pd

from schemas.member_status import MAY_RECEIVE
from schemas.sync_file import SyncFile
from sendersync.pipeline.incremental import CLOCK_CHANGE, EARLY
from sendersync.state.store import State
from sendersync.transforms.cells.arrow_columns import is_in, joined
from sendersync.transforms.guards.changed_numbers import changed_numbers
from sendersync.transforms.guards.guard import Counted
from sendersync.transforms.guards.past import FULL_READS, Past, Window
from sendersync.transforms.guards.read_quality import ReadFacts

WEEK: Final = timedelta(days=7)
MONTH: Final = timedelta(days=30)


def count_for_guards(
    state: State,
    sync: SyncFile,
    members: pd.DataFrame,
    contacts: pd.DataFrame,
    read: ReadFacts,
    now: datetime,
) -> Counted:
    """What a run is judged by.

    Args:
        state: What earlier runs left; only read here.
        sync: The sync and its limits.
        members: `MEMBERS` before this run.
        contacts: `CONTACTS` of today's read under the spellings of sender codes in the ledger.
        read: What is known of the read.
        now: When the run began, by the schedule's clock.
    """
    past = past_of(state, sync.sync, now, new_reading=read.reading_changed)
    changed = changed_numbers(members, contacts)
    if len(changed) > sync.guards.max_changes and len(past.planned):
        # what was planned and is done by now is somebody's number: it may have moved to another row
        done = past.planned.merge(members[["phone", "sender_code"]])
        owed = replace(past, planned=pd.concat([past.planned, done]).drop_duplicates(keep=False))
        planned = contacts.loc[owed.has_planned(contacts), ["key", "sender_code"]]
        changed = _without(changed, planned)
    return Counted(
        members=int(is_in(members["standing"], MAY_RECEIVE).sum()),
        read=read,
        changed=changed,
        past=past,
        canaries=len(sync.canaries),
    )


def past_of(state: State, sync: str, now: datetime, *, new_reading: bool) -> Past:
    """What earlier runs tell.

    Args:
        state: What they left.
        sync: The sync.
        now: When this run began.
        new_reading: The sync file reads differently: then its plans are others than before.
    """
    history = state.guard_history
    planned = history.planned_adds(sync)
    return Past(
        first_load=not history.first_load_is_over(sync),
        planned=planned.iloc[:0] if new_reading else planned,
        week=_window(state, sync, now, WEEK),
        month=_window(state, sync, now, MONTH),
        full_reads=history.full_reads(sync, FULL_READS),
    )


def _window(state: State, sync: str, now: datetime, days: timedelta) -> Window:
    # the run of the same hour so many nights ago is not in it, though it may have begun later
    since = now - days + EARLY + CLOCK_CHANGE
    history = state.guard_history
    return Window(history.stops(sync, since), history.most_members(sync, since))


def _without(people: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    left_out = is_in(*(joined(rows["key"], rows["sender_code"]) for rows in (people, others)))
    return people.loc[~left_out]
