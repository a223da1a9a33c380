"""One run, from the source to the report: the order of the steps, once, in `_carry_out`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pandas as pd

from connectors.sources.source import HasContentHash
from schemas.member_status import MAY_RECEIVE
from schemas.outcomes import Cause, Kind, OperationResult
from schemas.report import ALREADY_SUBSCRIBED, Status
from sendersync.pipeline.approval import approve, keep_approval, read_whole
from sendersync.pipeline.compare_reading import compare_reading, keep_reading
from sendersync.pipeline.cut_short import looks_cut_short
from sendersync.pipeline.decide import Decided, decide
from sendersync.pipeline.departures import refuse_retired
from sendersync.pipeline.explain.turned_down import turned_down
from sendersync.pipeline.export.rejected_rows import KEPT, rejects_to_keep
from sendersync.pipeline.extract import Extracted, extract
from sendersync.pipeline.incremental import next_cursor, pending_after, reads_changes, since
from sendersync.pipeline.job import Command, Job, RunContext
from sendersync.pipeline.load.already_subscribed import AlreadySubscribed
from sendersync.pipeline.load.load_batches import awaited_pairs, load_batches
from sendersync.pipeline.load.loader import Loader, LoaderSettings
from sendersync.pipeline.one_off.refuse_departed import (
    refuse_departed_names,
    refuse_departure_columns,
)
from sendersync.pipeline.permission_question import ask
from sendersync.pipeline.run_recorder import Finished, RunRecorder
from sendersync.pipeline.run_warnings import (
    new_state,
    passed_over_syncs,
    run_warnings,
    stopped_before,
)
from sendersync.pipeline.stop_list import decide_stops
from sendersync.state.lease.lease import Lease
from sendersync.state.run_ids import new_run_id
from sendersync.state.store import State
from sendersync.transforms.readings.changes import ReadingChanges

OPTED_OUT_IN_SOURCE = "opted out in the source"

__all__ = ["Finished", "run_job"]


_ADDING = frozenset({Command.RUN, Command.PLAN, Command.ADOPT})
"""An import asks before it makes its job: only there is known what its options decide."""


def run_job(job: Job, context: RunContext) -> Finished:
    """Does one run; whatever ends it early stands in the report instead of being raised."""
    recorder = RunRecorder(job, new_run_id(context.clock()))
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
        refuse_retired(job, state)
        recorder.warn(new_state(state.where) if state.is_new() else ())
        changes = _compare(job, state, recorder)
        extracted = _read(job, context, state, recorder, now, all_of_it=bool(changes))
        _plan(job, context, state, extracted, changes, recorder, now)
        recorder.still_unproven(state.members.unproven_stops(job.sync.sync))
        recorder.end_dry_run()


def _carry_out(job: Job, context: RunContext, recorder: RunRecorder) -> None:
    """Reads, plans, loads and keeps the books, under the sync's lease."""
    sync, run = job.sync.sync, recorder.run
    with State.open(context.state_url) as state, state.lease(sync, run=run) as lease:
        now = context.clock()
        refuse_retired(job, state)
        recorder.warn(new_state(state.where) if state.is_new() else ())
        state.runs.begin(run, sync, job.command.value, lease, source=job.source.name, at=now)
        try:
            recorder.recovered(len(state.ledger.recover(sync, run, lease)))
            recorder.still_unproven(state.members.unproven_stops(sync))
            changes = _compare(job, state, recorder)
            extracted = _read(job, context, state, recorder, now, all_of_it=bool(changes))
            decided = _plan(job, context, state, extracted, changes, recorder, now)
            unreleased = _remember(job, state, extracted, decided, run, now)
            if job.command is Command.ADOPT:
                if not len(decided.plan.held):
                    state.members.adopt(run, decided.wanted)
            else:
                _load(job, context, state, lease, decided, recorder)
            recorder.report.balance(dry_run=False)
            _settle_read(job, state, lease, extracted, decided, unreleased, now)
            if not recorder.report.needs_approval:
                keep_reading(job, state, run, changes)
            recorder.still_unproven(state.members.unproven_stops(sync))
            recorder.end()
        except BaseException as problem:
            recorder.fail(problem)
            raise
        finally:
            recorder.time_it()
            state.runs.finish(run, recorder.report)


def _compare(job: Job, state: State, recorder: RunRecorder) -> ReadingChanges:
    """What of the sync file differs from the last run, said before anything is read."""
    comparison = compare_reading(job, state)
    recorder.was_compared(comparison)
    return comparison.changes


def _read(
    job: Job,
    context: RunContext,
    state: State,
    recorder: RunRecorder,
    now: datetime,
    *,
    all_of_it: bool,
) -> Extracted:
    """Reads the source, all of it or what changed."""
    # an approval is for removals, which only a full read can propose
    full = job.full or job.approve_stops is not None or all_of_it or read_whole(job, state)
    cursor = None if full else since(job.source, job.sync, state, now)
    on_rows_read = context.progress.on_rows_read
    if job.command in _ADDING:
        refuse_departed_names(job.source, job.sync.source)
    extracted = context.steps(
        "extract",
        lambda: extract(
            job.source,
            job.sync,
            on_rows_read,
            cursor,
            every_row_says_stop=job.command is Command.STOP and job.sync.columns.opted_out is None,
        ),
    )
    if job.command in _ADDING:
        decided = (*job.sync.columns.sources(), *job.sync.not_permission)
        refuse_departure_columns(extracted.raw, decided, job.source.name, job.sync)
    extracted = _not_whole_if_cut_short(job, state, extracted)
    content = job.source.content() if isinstance(job.source, HasContentHash) else ""
    recorder.was_read(extracted, content)
    recorder.warn(ask(job, extracted, _columns_before(job, state)))
    if content and job.command is Command.RUN:
        recorder.warn(_same_file(job, state, content))
    return extracted


def _not_whole_if_cut_short(job: Job, state: State, extracted: Extracted) -> Extracted:
    """A read that ends at a limit is not whole, unless a person has looked and approved."""
    removes = job.command in (Command.RUN, Command.PLAN) and job.approve_stops is None
    if not (removes and extracted.complete and not extracted.incremental):
        return extracted
    members = state.members.of(job.sync.sync)
    said = looks_cut_short(extracted.rows, extracted.contacts, members)
    return replace(extracted, complete=False, cut_short=said) if said else extracted


def _columns_before(job: Job, state: State) -> list[str]:
    """The source's columns when the sync last ran; empty where that is not known."""
    if job.command is not Command.RUN:
        return []
    for earlier in state.runs.latest(limit=50, sync=job.sync.sync):
        if earlier.command == Command.RUN.value and (columns := state.rejects.of(earlier.id)[0]):
            return columns
    return []


def _same_file(job: Job, state: State, content: str) -> Iterator[str]:
    """Says that the last completed run has read the very same file."""
    for earlier in state.runs.latest(limit=50, sync=job.sync.sync):
        if earlier.command == Command.RUN.value and earlier.status == Status.COMPLETED.value:
            if earlier.report.get("source", {}).get("content") == content:
                yield (
                    f"{job.source.name} is the same file as in run {earlier.id}: nothing new was "
                    "delivered since."
                )
            return


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
    decided = replace(decided, plan=approved.plan, approved=approved)
    recorder.was_planned(decided)
    recorder.warn(run_warnings(job, extracted, decided))
    recorder.warn(passed_over_syncs(_had_by_passed_over(state, decided)))
    recorder.warn(stopped_before(_adds_stopped_before(state, decided)))
    adopts = job.command is Command.ADOPT
    context.progress.on_planned(0 if adopts else len(decided.plan.operations))
    return decided


def _had_by_passed_over(state: State, decided: Decided) -> dict[str, int]:
    """Why a sync was passed over, to how many of its people this run stops."""
    stops = decided.plan.operations
    stops = stops.loc[stops["cause"] == Cause.GONE, ["phone", "sender_code"]]
    found = {}
    for sync, why in decided.passed_over.items():
        members = state.members.of(sync) if len(stops) else stops
        if people := len(stops.merge(members[["phone", "sender_code"]])):
            found[why] = people
    return found


def _adds_stopped_before(state: State, decided: Decided) -> int:
    """Adds of people whom a stop of this or another sync has reached."""
    operations = decided.plan.operations
    adds = operations.loc[operations["kind"] == Kind.ADD, ["phone", "sender_code"]]
    return int(state.members.standing_anywhere(adds)["stopped"].sum())


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


def _remember(
    job: Job, state: State, extracted: Extracted, decided: Decided, run: str, now: datetime
) -> int:
    """Keeps what must be known before the first call leaves.

    Returns:
        How many members were to be released and were not: the other sync let them go meanwhile.
    """
    sync, plan = job.sync.sync, decided.plan
    ordered = plan.operations.loc[plan.operations["cause"] == Cause.OPTED_OUT]
    opt_outs, stopped = decided.opt_outs, decided.stopped_people
    if plan.decision.holds_opt_outs:  # then nobody is suppressed either
        opt_outs, stopped = opt_outs.iloc[:0], stopped.iloc[:0]
    opt_outs = pd.concat([opt_outs, ordered["phone"]]).drop_duplicates()
    state.suppressions.add(opt_outs, origin=sync, reason=OPTED_OUT_IN_SOURCE, run=run)
    state.suppressions.add_keys(sync, stopped, run=run)
    rejects = rejects_to_keep(decided.rejects, extracted)
    state.rejects.save(run, list(extracted.columns), rejects)
    state.rejects.prune(now - KEPT)
    whole = extracted.complete and not extracted.incremental
    if decided.withheld is not None:
        everybody = whole and job.command is not Command.IMPORT
        reasons = turned_down(decided.rejects, decided.withheld)
        state.people.turn_down(run, reasons, whole=everybody)
    if decided.approved is not None:
        held = plan.held.rename(columns={"held_by": "guard"})
        digest = decided.approved.digest if plan.decision.holds else ""
        state.ledger.keep_held(run, held, digest)
        keep_approval(job, state, run, decided.approved, now, whole=whole)
    if job.command is Command.RUN:
        adds = plan.operations.loc[plan.operations["kind"] != Kind.STOP]
        state.guard_history.keep_planned_adds(run, adds)
    released = state.members.release(run, plan.released, decided.passed_over)
    if not extracted.incremental:
        refused = released < len(plan.released)
        kept = _still_members(state, sync, plan.released) if refused else plan.released.iloc[:0]
        state.departures.replace(run, pd.concat([plan.waiting, kept]), now)
    state.members.relabel(run, plan.relabelled)
    return len(plan.released) - released


def _still_members(state: State, sync: str, released: pd.DataFrame) -> pd.DataFrame:
    """Those whom another sync let go in the same moment: they have left both."""
    members = state.members.of(sync)
    here = members.loc[members["standing"].isin([*MAY_RECEIVE]), ["sender_code", "phone"]]
    return released.merge(here)[["sender_code", "phone"]]


def _load(
    job: Job,
    context: RunContext,
    state: State,
    lease: Lease,
    decided: Decided,
    recorder: RunRecorder,
) -> None:
    """Sends the plan; the ledger is written before and after each call.

    Raises:
        SendersyncError: What ended the load early: credentials, the platform, a lost lease.
    """
    run, spec, stop = recorder.run, job.sync.load, context.stop
    operations = decided.plan.operations
    if operations.empty:
        return

    def settled(result: OperationResult) -> None:  # called by the loader's thread, one by one
        recorder.outcomes.add(result)
        context.progress.on_settled(result)

    settings = LoaderSettings(
        rate=spec.rate_per_second,
        concurrency=spec.concurrency,
        policy=context.policy,
        awaited=awaited_pairs(operations),
    )
    already = AlreadySubscribed(_strangers(job, state, decided))
    loader = Loader(
        context.destination(),
        lambda settled, intended: state.ledger.record(
            run, lease, settled=settled, intended=intended, passed_over=decided.passed_over
        ),
        lambda waiting: state.ledger.look_again(lease, waiting, decided.passed_over),
        settings,
        stop=stop,
        settled=settled,
        already=already,
    )
    try:
        with loader:
            load_batches(loader, operations, context.steps, run=run, batch_size=spec.batch_size)
    finally:
        recorder.was_loaded(loader.in_flight, already)
    if loader.problem is not None:
        recorder.report.balance(dry_run=False)
        raise loader.problem
    not_reached = recorder.report.load.not_reached
    if stop.is_set() and not_reached:
        recorder.warn(
            [
                f"Stopped cleanly: {stop.reason}. The {not_reached} operations not reached are "
                "done by the next run."
            ]
        )


def _strangers(job: Job, state: State, decided: Decided) -> frozenset[tuple[str, str]]:
    """Adds of people whom this state never added, imported or adopted, where nobody approved them.

    An import has no plan that could be approved: it is not held up.
    """
    approved = {hold.reason.guard for hold in decided.plan.decision.approved}
    if job.command is not Command.RUN or ALREADY_SUBSCRIBED in approved:
        return frozenset()
    adds = decided.plan.operations.loc[decided.plan.operations["kind"] == Kind.ADD]
    new = adds.loc[~state.members.known_anywhere(adds)]
    return frozenset(zip(new["phone"], new["sender_code"], strict=True))


def _settle_read(
    job: Job,
    state: State,
    lease: Lease,
    extracted: Extracted,
    decided: Decided,
    unreleased: int,
    now: datetime,
) -> None:
    """Writes down how far the source was read, where a later read may build on it."""
    sync, plan = job.sync.sync, decided.plan
    judged = not (len(plan.held) or len(plan.waiting) or plan.undecided or unreleased)
    if job.command not in (Command.RUN, Command.ADOPT):
        return
    if plan.decision.holds_opt_outs:  # the next run must read them again
        return
    if extracted.complete and reads_changes(job.source, job.sync):
        state.cursors.settle(
            sync,
            lease,
            cursor=next_cursor(extracted, job.sync),
            read_at=now,
            full=None if extracted.incremental else judged,
            pending=pending_after(state.members.of(sync), decided.wanted),
        )
    if judged and not extracted.incremental:
        # The read was complete and every removal decided: remember these unattributable rejects,
        # so that they no longer hold removals.
        state.rejects.replace_known(sync, extracted.unattributable["fingerprint"])
