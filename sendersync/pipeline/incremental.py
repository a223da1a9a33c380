"""Incremental reads: what is read since the high-water mark, and how far the mark may move.

An incremental read gives what changed since the cursor. It adds, updates and honours opt-outs; it
never removes, since somebody who is not in it has not left. Every `full_every` a full read finds
who has. The cursor moves on only when every row up to it is on the platform or kept as pending
(`docs/adr/0015-incremental-reads.md`).
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Final

import pandas as pd

from connectors.sources.source import IncrementalSource, Source
from schemas.frames import CONTACT_COLUMNS, FLAG_COLUMNS, PENDING
from schemas.source_specs import IncrementalSpec
from schemas.sync_file import SyncFile, Updates
from sendersync.pipeline.extract import Extracted
from sendersync.state.store import State
from sendersync.transforms.cells.arrow_columns import is_in
from sendersync.transforms.diff import NOBODY, diff, keep_values

EARLY: Final = timedelta(minutes=30)
"""A full read is due so much before its time: no schedule is kept to the second, and the seventh
night must not be put off to the eighth because it began a moment sooner than the first."""

CLOCK_CHANGE: Final = timedelta(hours=1)
"""A night of a schedule is an hour shorter when clocks go forward. Which clock a schedule keeps is
not known here (docs/adr/0060-a-night-is-not-24-hours.md), so that a span of whole days is over an
hour early on every night: there is no other night within that hour."""

_HOW_OFTEN: Final = {"mode", "full_every"}


def reads_changes(source: Source, sync: SyncFile) -> bool:
    """Whether the sync asks for incremental reads of a source that can give them."""
    spec = sync.source
    return (
        isinstance(source, IncrementalSource)
        and isinstance(spec, IncrementalSpec)
        and spec.mode == "incremental"
    )


def since(source: Source, sync: SyncFile, state: State, now: datetime) -> str | None:
    """The cursor to read from; None for a full read.

    That is the first one, one that is due, and one after the sync file's rules have changed: what
    people who did not change become by the new rules, no read of changes would tell.
    """
    spec = sync.source
    if not reads_changes(source, sync) or not isinstance(spec, IncrementalSpec):
        return None
    cursor = state.cursors.of(sync.sync)
    if cursor is None:
        return None
    rules, _, place = cursor.text.partition(" ")
    recent = not full_read_is_due(cursor.full_at, now, spec.full_every)
    return place if recent and rules == _rules(sync) else None


def full_read_is_due(full_at: datetime, now: datetime, every: timedelta) -> bool:
    """Whether so many nights, or so much time, have passed since the last full read.

    Args:
        full_at: When that began.
        now: When this run begins; both with a zone.
        every: `full_every`; whole days are nights of the schedule's clock, of 23 to 25 hours.
    """
    early = min(EARLY, every / 10)
    if every and not every % timedelta(days=1):
        early += CLOCK_CHANGE
    # a time in the future is one of a clock that was wrong
    return not timedelta(0) <= now - full_at < every - early


def next_cursor(extracted: Extracted, sync: SyncFile) -> str:
    """The cursor to keep for `since`: how far was read, and by which rules."""
    return f"{_rules(sync)} {extracted.cursor}"


def _rules(sync: SyncFile) -> str:
    """A digest of all of a sync file that says what a row becomes."""
    rules = sync.model_dump_json(exclude={"guards": True, "load": True, "source": _HOW_OFTEN})
    return hashlib.blake2b(rules.encode(), digest_size=6).hexdigest()


def pending_still_wanted(extracted: Extracted, owed: pd.DataFrame) -> pd.DataFrame:
    """Owed contacts about whom today's rows say nothing.

    Args:
        extracted: Today's read; a row of it, readable or not, speaks for its person.
        owed: Contacts read earlier and not confirmed: `PENDING`.

    Returns:
        `CONTACTS` whose index is negative: these rows stand in no line of today's read.
    """
    read = (extracted.contacts, extracted.more_numbers, extracted.rejects)
    seen = pd.concat([rows[["key", "phone"]] for rows in read])
    spoken_for = is_in(owed["key"], seen["key"]) | is_in(owed["phone"], seen["phone"])
    kept = owed.loc[~spoken_for, [*CONTACT_COLUMNS]]
    index = pd.RangeIndex(-1, -len(kept) - 1, -1, name=extracted.contacts.index.name)
    flags = dict.fromkeys(FLAG_COLUMNS, False) | {"consent": True}
    return kept.set_axis(index).assign(**flags)


def pending_after(members: pd.DataFrame, wanted: pd.DataFrame, updates: Updates) -> pd.DataFrame:
    """Wanted contacts that are not confirmed, with today's values where those are sent.

    Args:
        members: The sync's members after the load.
        wanted: Contacts that should be on their sender code.
        updates: Of the sync file.
    """
    difference = diff(members, wanted, NOBODY)
    owed = keep_values(difference) if updates is Updates.KEEP else difference
    return owed.adds[[*PENDING.names]]
