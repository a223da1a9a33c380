"""Whether the stop of somebody who left a source waits for the other syncs on that sender code.

A person who moves from one list to another is a departure to whoever sees only the first list, and
a stop cannot be taken back. So the stop waits until every other sync on that sender code has read
all of its source once more, at most one night (`docs/adr/0083-departures-wait.md`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import pandas as pd

from schemas.errors import WrongUse
from schemas.outcomes import Cause
from sendersync.pipeline.incremental import full_read_is_due
from sendersync.pipeline.job import Command, Job
from sendersync.state.departures import OtherSync
from sendersync.state.store import State
from sendersync.transforms.idle_syncs import is_idle
from sendersync.transforms.plan import Leaving

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
        and not is_idle(other.last_run_at, now)
        and (other.full_read_at is None or other.full_read_at <= noticed)
        for other in others
    )


def out_of_use(state: State, now: datetime) -> Mapping[str, str]:
    """Retired and idle syncs, each with the words for why.

    Args:
        state: What earlier runs left; only read here.
        now: By the schedule's clock, aware.
    """
    found = {}
    for row in state.syncs.all():
        if row.retired_at:
            found[row.sync] = f"{row.sync} was retired on {row.retired_at}"
        elif is_idle(row.last_run_at, now):
            since = f"{row.last_run_at:%Y-%m-%d}" if row.last_run_at else "it is known"
            found[row.sync] = f"{row.sync} has not run since {since}"
    return found


def refuse_retired(job: Job, state: State) -> None:
    """Refuses to run a retired sync: a forgotten schedule must not take it up again.

    Raises:
        WrongUse: Says how it is taken up again.
    """
    if job.command not in (Command.RUN, Command.PLAN, Command.ADOPT):
        return
    since = state.syncs.retired_at(job.sync.sync)
    if since:
        raise WrongUse(
            f"{job.sync.sync} was retired, or got another name, on {since}, and "
            "is out of use. Nothing was read or sent.",
            where=job.sync_file or f"sync {job.sync.sync}",
            do="Take it out of your schedule, or write its new name under `sync:` (`sendersync "
            f"list` shows it); or, to use it again: `sendersync retire {job.sync.sync} --undo`.",
        )
