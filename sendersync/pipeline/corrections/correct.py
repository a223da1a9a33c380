"""A run that corrects an earlier one: no source, the same lease, ledger, load and report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from schemas.sync_keys.guards import LoadSpec
from sendersync.pipeline.job import Command, RunContext
from sendersync.pipeline.other_syncs.departures import out_of_use
from sendersync.pipeline.run_recorder import Finished, RunRecorder
from sendersync.pipeline.send import send
from sendersync.pipeline.suppress_list import late_stops
from sendersync.state.lease.lease import Lease
from sendersync.state.runs import RunRow
from sendersync.state.store import State


@dataclass(frozen=True)
class Correction:
    """What a correcting run works with.

    Attributes:
        context: As of every run.
        state: Open for writing.
        lease: Of the sync of `corrected`.
        corrected: The run that is corrected.
        run: Id of the run that corrects it.
        now: When that begins, by the schedule's clock.
        spec: Rate and requests in flight.
        recovered: What dead runs had left in flight: `STORED_OPERATIONS`.
    """

    context: RunContext
    state: State
    lease: Lease
    corrected: RunRow
    run: str
    now: datetime
    spec: LoadSpec
    recovered: pd.DataFrame


def correct(
    given: Correction, command: Command, operations: Callable[[], pd.DataFrame]
) -> Finished:
    """Carries calls out for an earlier run, and keeps the books of it.

    Args:
        given: What it works with.
        command: `undo` or `retry`.
        operations: The calls, `OPERATIONS`, in their order; asked once the run has begun, and free
            to write down what must be known before the first call leaves.
    """
    state, sync = given.state, given.corrected.sync
    recorder = RunRecorder(given.run, sync, command)
    try:
        source = f"run {given.corrected.id}"
        state.runs.begin(given.run, sync, command.value, given.lease, source=source, at=given.now)
        try:
            recorder.recovered(len(given.recovered))
            calls = operations()
            recorder.asks_for(calls)
            given.context.progress.on_planned(len(calls))
            passed_over = out_of_use(state, given.now)
            send(
                given.context,
                state,
                given.lease,
                recorder,
                calls,
                given.spec,
                passed_over,
                recovered=given.recovered,
            )
            recorder.report.balance(dry_run=False)
            late = late_stops(state, given.now.date(), given.run)
            recorder.still_owed(state.members.unproven_stops(sync), late)
            recorder.end()
        except BaseException as problem:
            recorder.fail(problem)
            raise
        finally:
            recorder.time_it()
            state.runs.finish(given.run, recorder.report)
    except Exception as problem:  # noqa: BLE001  # bugs too are reported without personal data
        recorder.fail(problem)
    recorder.time_it()
    return recorder.finished()
