"""One run, from the source to the report: the order of the steps, once, in `_carry_out`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from schemas.outcomes import Kind
from schemas.report import ALREADY_SUBSCRIBED
from sendersync.pipeline.approval import approve
from sendersync.pipeline.decide import Decided, decide
from sendersync.pipeline.export.rejected_rows import read_options
from sendersync.pipeline.extract import Extracted
from sendersync.pipeline.guarding.clock import refuse_a_clock_that_is_behind
from sendersync.pipeline.guarding.same_account import refuse_other_account
from sendersync.pipeline.job import Command, Job, RunContext
from sendersync.pipeline.load.already_subscribed import AlreadySubscribed
from sendersync.pipeline.other_syncs.departures import out_of_use, refuse_retired
from sendersync.pipeline.other_syncs.remarks import who_stays
from sendersync.pipeline.other_syncs.stops_elsewhere import unproven_here
from sendersync.pipeline.read_source import read_source
from sendersync.pipeline.reading.compare_reading import compare_reading, keep_reading
from sendersync.pipeline.remember import remember, settle_read
from sendersync.pipeline.run_recorder import Finished, RunRecorder
from sendersync.pipeline.run_warnings import (
    new_state,
    passed_over_syncs,
    run_warnings,
    stopped_before,
    unknown_codes,
)
from sendersync.pipeline.send import send
from sendersync.pipeline.stop_list import decide_stops
from sendersync.pipeline.suppress_list import late_stops
from sendersync.state.run_ids import new_run_id
from sendersync.state.store import State
from sendersync.transforms.approval.held_rows import with_lines
from sendersync.transforms.readings.changes import ReadingChanges

__all__ = ["Finished", "run_job"]


def run_job(job: Job, context: RunContext) -> Finished:
    """Does one run; whatever ends it early stands in the report instead of being raised."""
    recorder = RunRecorder(
        new_run_id(context.clock()),
        job.sync.sync,
        job.command,
        dry_run=job.dry_run,
        read_as=read_options(job.sync, job.sync_file),
    )
    try:
        if job.dry_run:
            _plan_only(job, context, recorder)
        else:
            _carry_out(job, context, recorder)
    except Exception as problem:  # noqa: BLE001  # bugs too are reported without personal data
        recorder.fail(problem)
    recorder.time_it()
    return recorder.finished()


def _plan_only(job: Job, context: RunContext, recorder: RunRecorder) -> None:
    """Reads and plans; the state is opened for reading only."""
    with State.open(context.state_url, read_only=True) as state:
        now = context.clock()
        _refuse_before_reading(job, context, state, now)
        recorder.warn(new_state(state.where) if state.is_new() else ())
        recorder.recovered(len(state.ledger.left_in_flight(job.sync.sync)))
        changes = _compare(job, state, recorder, now)
        extracted = read_source(job, context, state, recorder, now, all_of_it=bool(changes))
        _plan(job, context, state, extracted, changes, recorder, now)
        _count_owed(job, state, recorder, now)
        recorder.end_dry_run()


def _carry_out(job: Job, context: RunContext, recorder: RunRecorder) -> None:
    """Reads, plans, loads and keeps the books, under the sync's lease."""
    sync, run = job.sync.sync, recorder.run
    with State.open(context.state_url) as state, state.lease(sync, run=run) as lease:
        now = context.clock()
        _refuse_before_reading(job, context, state, now)
        recorder.warn(new_state(state.where) if state.is_new() else ())
        state.runs.begin(run, sync, job.command.value, lease, source=job.source.name, at=now)
        try:
            recovered = state.ledger.recover(sync, run, lease, out_of_use(state, now))
            recorder.recovered(len(recovered))
            _count_owed(job, state, recorder, now)
            changes = _compare(job, state, recorder, now)
            extracted = read_source(job, context, state, recorder, now, all_of_it=bool(changes))
            decided = _plan(job, context, state, extracted, changes, recorder, now)
            unreleased = remember(job, state, extracted, decided, run, now)
            if job.command is Command.ADOPT:
                if not len(decided.plan.held):
                    state.members.adopt(run, decided.adopted())
            else:
                send(
                    context,
                    state,
                    lease,
                    recorder,
                    decided.plan.operations,
                    job.sync.load,
                    decided.passed_over,
                    _already_subscribed(job, state, decided),
                    recovered,
                    job.most_people,
                )
                recorder.warn(unknown_codes(job, recorder.unknown_codes))
            recorder.report.balance(dry_run=False)
            settle_read(job, state, lease, extracted, decided, unreleased, now)
            if not recorder.report.needs_approval:
                keep_reading(job, state, run, changes)
            _count_owed(job, state, recorder, now)
            recorder.end()
        except BaseException as problem:
            recorder.fail(problem)
            raise
        finally:
            recorder.time_it()
            state.runs.finish(run, recorder.report)


def _refuse_before_reading(job: Job, context: RunContext, state: State, now: datetime) -> None:
    refuse_retired(job, state)
    if job.command is not Command.STOP:  # who said stop is stopped, whatever the time
        refuse_a_clock_that_is_behind(state, now)
    code = job.sync.sender_code
    refuse_other_account(state, context.account(), job.sync.sync, [code] if code else [])


def _count_owed(job: Job, state: State, recorder: RunRecorder, now: datetime) -> None:
    """What is owed to people who said stop, as the state knows it at this moment."""
    unproven = unproven_here(state, job.sync, now)
    recorder.still_owed(unproven, late_stops(state, now.date(), recorder.run))


def _compare(job: Job, state: State, recorder: RunRecorder, now: datetime) -> ReadingChanges:
    """What of the sync file differs from the last run, said before anything is read."""
    comparison = compare_reading(job, state, now)
    recorder.was_compared(comparison)
    return comparison.changes


def _plan(
    job: Job,
    context: RunContext,
    state: State,
    extracted: Extracted,
    changes: ReadingChanges,
    recorder: RunRecorder,
    now: datetime,
) -> Decided:
    """Decides what to do about everybody, and says it."""
    content = recorder.report.source.content
    decided = context.steps("plan", lambda: _decide(job, state, extracted, changes, now))
    approved = approve(job, state, extracted, content, decided.plan, now)
    held = with_lines(approved.plan.held, extracted.contacts, extracted.rejects)
    decided = replace(decided, plan=replace(approved.plan, held=held), approved=approved)
    recorder.was_planned(decided)
    recorder.warn(run_warnings(job, extracted, decided))
    recorder.warn(passed_over_syncs(state, decided))
    recorder.warn(who_stays(state, job.sync.sync, decided.plan, decided.passed_over))
    recorder.warn(stopped_before(state, decided))
    adopts = job.command is Command.ADOPT
    context.progress.on_planned(0 if adopts else len(decided.plan.operations))
    return decided


def _decide(
    job: Job, state: State, extracted: Extracted, changes: ReadingChanges, now: datetime
) -> Decided:
    if job.command is Command.STOP:
        return decide_stops(extracted, job.sync, state, job.approve_stops)
    return decide(
        extracted,
        job.sync,
        state,
        now=now,
        reading=changes,
        approved=job.approve_stops,
        may_stop=job.command not in (Command.IMPORT, Command.ADOPT),
        imports=job.command is Command.IMPORT,
    )


def _already_subscribed(job: Job, state: State, decided: Decided) -> AlreadySubscribed:
    """Counts adds of people whom this state never added, imported or adopted.

    None where a person approved them; nor of an import, which has no plan that could be approved,
    but for the first run of a state: the same command goes on then, once more.
    """
    approved = {hold.reason.guard for hold in decided.plan.decision.approved}
    imported = job.command is Command.IMPORT
    if (job.command is not Command.RUN and not imported) or ALREADY_SUBSCRIBED in approved:
        return AlreadySubscribed()
    if imported and len(state.runs.latest(2)) > 1:
        return AlreadySubscribed()
    adds = decided.plan.operations.loc[decided.plan.operations["kind"] == Kind.ADD]
    new = adds.loc[~state.members.known_anywhere(adds)]
    return AlreadySubscribed(
        frozenset(zip(new["phone"], new["sender_code"], strict=True)),
        first_load=not state.guard_history.first_load_is_over(job.sync.sync),
    )
