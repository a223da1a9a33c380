"""Whether the stop of somebody who left a source waits for the other syncs on that sender code.

A person who moves from one list to another is a departure to whoever sees only the first list, and
a stop cannot be taken back. So the stop waits until every other sync on that sender code has read
all of its source once more, at most one night (`docs/adr/0083-departures-wait.md`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import pandas as pd

from schemas.outcomes import Cause
from sendersync.pipeline.incremental import full_read_is_due
from sendersync.state.departures import OtherSync
from sendersync.state.store import State
from sendersync.transforms.plan import Leaving

IDLE: Final = timedelta(days=30)
"""A sync that has not run for so long is not waited for."""

A_NIGHT: Final = timedelta(days=1)


def leaving(state: State, sync: str, stops: pd.DataFrame, now: datetime) -> Leaving:
    """Which of the planned stops wait, and which have passed a guard before.

    Args:
        state: What earlier runs left; only read here.
        sync: The sync that asks.
        stops: Members that are not wanted: `STOPS`.
        now: By the schedule's clock, aware.
    """
    gone = stops.loc[stops["cause"] == Cause.GONE]
    known = state.departures.of(sync)
    noticed = {
        (code, phone): datetime.fromisoformat(at)
        for code, phone, at in zip(
            known["sender_code"], known["phone"], known["noticed_at"], strict=True
        )
    }
    others = state.departures.other_syncs(sync, gone["sender_code"])
    waits = pd.Series(data=False, index=stops.index, dtype=bool)
    before = waits.copy()
    for at, code, phone in zip(gone.index, gone["sender_code"], gone["phone"], strict=True):
        since = noticed.get((code, phone))
        before[at] = since is not None
        waits[at] = waits_for(others, code, since or now, now)
    return Leaving(waits, before)


def waits_for(others: Sequence[OtherSync], code: str, noticed: datetime, now: datetime) -> bool:
    """Whether a departure waits for one of these syncs.

    Args:
        others: Other syncs, each with one of its sender codes.
        code: The departed person's.
        noticed: When a run of this sync first missed them.
        now: When this run began; both aware, by the schedule's clock.
    """
    if full_read_is_due(noticed, now, A_NIGHT):
        return False
    return any(
        other.sender_code == code
        and now - other.last_run_at < IDLE
        and (other.full_read_at is None or other.full_read_at <= noticed)
        for other in others
    )
