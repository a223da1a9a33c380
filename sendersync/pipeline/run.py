"""One run, from the source to the report: the order of the steps, once."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import pandas as pd

from connectors.sources.source import HasContentHash
from schemas.errors import ExitCode, SendersyncError
from schemas.outcomes import Cause, Kind, OperationResult
from schemas.report import PlanCount, Report, SourceCount, Status
from sendersync.pipeline.decide import Decided, decide
from sendersync.pipeline.export.rejected_rows import KEPT, read_as, rejects_to_keep
from sendersync.pipeline.extract import Extracted, extract
from sendersync.pipeline.incremental import next_cursor, pending_after, reads_changes, since
from sendersync.pipeline.internal_error import internal_error
from sendersync.pipeline.job import Command, Job, RunContext
from sendersync.pipeline.load.batches import as_operations, spans
from sendersync.pipeline.load.loader import BatchFuture, Loader
from sendersync.pipeline.load.outcome_counts import OutcomeCounts
from sendersync.pipeline.run_warnings import run_warnings
from sendersync.pipeline.stop_list import decide_stops
from sendersync.state.lease.lease import Lease
from sendersync.state.run_ids import new_run_id
from sendersync.state.store import State

OPTED_OUT_IN_SOURCE = "opted out in the source"


@dataclass(frozen=True)
class Finished:
    """How a run ended.

    Attributes:
        report: What happened, in numbers.
        exit_code: What the command answers with.
        decided: The plan; None when the run ended before there was one.
        extracted: What was read; None when the run ended before.
        error: What ended the run early, if anything.
    """

    report: Report
    exit_code: ExitCode
    decided: Decided | None = None
    extracted: Extracted | None = None
    error: SendersyncError | None = None


def run_job(job: Job, means: RunContext) -> Finished:
    """Does one run; whatever ends it early stands in the report instead of being raised."""
    name = new_run_id(datetime.now(UTC))
    report = Report(run=name, sync=job.sync.sync, read_as=read_as(job.sync))
    run = _Run(job, means, report)
    error: SendersyncError | None = None
    try:
        run.dry() if job.dry_run else run.wet()
    except Exception as problem:  # noqa: BLE001  # bugs too are told without personal data
        error = run.failed(problem)
    run.time_it()
    return Finished(report, report.exit_code(error), run.decided, run.extracted, error)


class _Run:
    """The steps of one run, and what they have found so far."""

    def __init__(self, job: Job, means: RunContext, report: Report) -> None:
        self.job = job
        self.means = means
        self.report = report
        self.extracted: Extracted | None = None
        self.decided: Decided | None = None
        self.error: SendersyncError | None = None
        self.answered = OutcomeCounts(report.load, report.done)
        self.loader: Loader | None = None
        self.unreleased = 0
        self._started = time.monotonic()
        self._read_at = datetime.now(UTC)

    def time_it(self) -> None:
        """Writes the time since the beginning into the report."""
        self.report.seconds = time.monotonic() - self._started

    def dry(self) -> None:
        """Reads and plans; the state is opened for reading only."""
        with State.open(self.means.state_url, read_only=True) as state:
            self._plan(state)
        self.report.balance(dry_run=True)
        self.report.status = Status.DRY_RUN

    def wet(self) -> None:
        """Reads, plans, loads and keeps the books, under the sync's lease."""
        job, report = self.job, self.report
        with (
            State.open(self.means.state_url) as state,
            state.lease(job.sync.sync, run=report.run) as lease,
        ):
            state.runs.begin(
                report.run, job.sync.sync, job.command.value, lease, source=job.source.name
            )
            try:
                self._recover(state, lease)
                decided, extracted = self._plan(state)
                self._keep(state, decided, extracted)
                if job.command is Command.ADOPT:
                    self._adopt(state, decided)
                else:
                    self._load(state, lease, decided)
                report.balance(dry_run=False)
                self._close(state, lease, decided, extracted)
            except BaseException as problem:
                self.failed(problem)
                raise
            finally:
                self.time_it()
                state.runs.finish(report.run, report)

    def failed(self, problem: BaseException) -> SendersyncError:
        """Writes a problem into the report.

        What was under way and is not written down is unknown; what was not begun is not reached.
        """
        if self.error is not None:
            return self.error
        report, plan = self.report, self.report.plan
        error = (
            problem if isinstance(problem, SendersyncError) else internal_error(problem, report.run)
        )
        self.error = error
        report.status = Status.FAILED
        report.error = error.as_json()
        if not self.job.dry_run:
            planned = plan.add + plan.stop + plan.update
            report.load.unknown += self.loader.in_flight if self.loader else 0
            report.load.not_reached += max(0, planned - report.load.total())
        return error

    def _recover(self, state: State, lease: Lease) -> None:
        in_flight = len(state.ledger.recover(self.job.sync.sync, self.report.run, lease))
        if in_flight:
            self.report.warnings.append(
                f"An earlier run died with {in_flight} calls in flight: they are asked again."
            )

    def _plan(self, state: State) -> tuple[Decided, Extracted]:
        job, report, steps = self.job, self.report, self.means.steps
        # an approval is for removals, which only a full read can propose
        full = job.full or job.approve_stops is not None
        self._read_at = datetime.now(UTC)
        begin = None if full else since(job.source, job.sync, state, self._read_at)
        self.extracted = extracted = steps(
            "extract",
            lambda: extract(job.source, job.sync, self.means.progress.on_rows_read, begin),
        )
        content = job.source.content() if isinstance(job.source, HasContentHash) else ""
        report.source = SourceCount(
            extracted.rows, extracted.complete, extracted.incremental, content
        )
        self._compare_content(state)
        report.country_differs = extracted.country_differs
        self.decided = decided = steps("plan", lambda: self._decide(state, extracted))
        report.contacts = decided.count
        report.reasons = decided.reasons
        report.plan = decided.plan.counts()
        adopts = job.command is Command.ADOPT
        if adopts:
            report.plan = PlanCount(unchanged=len(decided.wanted))
        report.held_because = list(decided.plan.verdict.because)
        report.balance(dry_run=True)  # the rows, before any call leaves
        report.warnings += run_warnings(job, extracted, decided)
        self.means.progress.on_planned(0 if adopts else len(decided.plan.operations))
        return decided, extracted

    def _compare_content(self, state: State) -> None:
        """Says that nothing new was delivered; what is owed is sent all the same."""
        content = self.report.source.content
        if not content or self.job.command is not Command.RUN:
            return
        for earlier in state.runs.latest(limit=50, sync=self.job.sync.sync):
            if earlier.command == Command.RUN.value and earlier.status == Status.COMPLETED.value:
                if earlier.report.get("source", {}).get("content") == content:
                    self.report.warnings.append(
                        f"{self.job.source.name} is the same file as in run {earlier.id}: nothing "
                        "new was delivered since."
                    )
                return

    def _decide(self, state: State, extracted: Extracted) -> Decided:
        job = self.job
        if job.command is Command.STOP:
            return decide_stops(extracted, job.sync, state)
        return decide(
            extracted,
            job.sync,
            state,
            approved=job.approve_stops,
            may_stop=job.command not in (Command.IMPORT, Command.ADOPT),
        )

    def _keep(self, state: State, decided: Decided, extracted: Extracted) -> None:
        """What must be remembered before the first call leaves."""
        run, plan = self.report.run, decided.plan
        ordered = plan.operations.loc[plan.operations["cause"] == Cause.OPTED_OUT]
        opt_outs = pd.concat([decided.opt_outs, ordered["phone"]]).drop_duplicates()
        # before the phone is suppressed: a new order about an unknown stop is given only once
        state.members.mark_stopping(run, ordered.loc[ordered["again"], ["phone", "sender_code"]])
        state.suppressions.add(
            opt_outs, origin=self.job.sync.sync, reason=OPTED_OUT_IN_SOURCE, run=run
        )
        state.rejects.save(
            run, list(extracted.columns), rejects_to_keep(decided.rejects, extracted)
        )
        state.rejects.prune(datetime.now(UTC) - KEPT)
        state.ledger.keep_held(run, plan.held)
        if self.job.approve_stops is not None:
            state.runs.approve(
                run,
                self.job.sync.sync,
                self.job.approve_stops,
                self.job.approved_by,
                datetime.now(UTC),
            )
        self.unreleased = len(plan.released) - state.members.release(run, plan.released)
        state.members.relabel(run, plan.relabelled)

    def _adopt(self, state: State, decided: Decided) -> None:
        state.members.adopt(self.report.run, decided.wanted)

    def _load(self, state: State, lease: Lease, decided: Decided) -> None:
        run, means, spec = self.report.run, self.means, self.job.sync.load
        operations = decided.plan.operations
        if operations.empty:
            return
        adds = operations.loc[operations["kind"] == Kind.ADD]
        sending = frozenset(zip(adds["phone"], adds["sender_code"], strict=True))
        waiting = frozenset(zip(operations["new_phone"], operations["sender_code"], strict=True))
        batches = spans(operations, spec.batch_size)
        counts = self.report.load
        problem: SendersyncError | None = None
        with Loader(
            means.destination(),
            lambda settled, intended: state.ledger.record(
                run, lease, settled=settled, intended=intended
            ),
            rate=spec.rate_per_second,
            concurrency=spec.concurrency,
            stop=means.stop,
            awaited=sending & waiting,
            policy=means.policy,
            settled=self._settled,
        ) as loader:
            self.loader = loader
            submitted: deque[BatchFuture] = deque()
            ahead = 0
            for number, span in enumerate(batches):
                # The next batch goes in before this one has ended, so that nobody waits at the
                # seam; but not across phases, whose order is a promise.
                for later in batches[ahead : number + 2]:
                    if later.phase == span.phase:
                        rows = operations.iloc[later.start : later.end]
                        submitted.append(loader.submit(list(as_operations(rows, run, sending))))
                        ahead += 1
                means.steps(
                    f"load {number + 1} of {len(batches)}",
                    partial(_wait_for, submitted.popleft()),
                )
            problem = loader.problem
        self.report.answers = self.answered.bad()
        self.report.warnings += self.answered.warnings(run)
        if problem is not None:
            self.report.balance(dry_run=False)
            raise problem
        if means.stop.is_set() and counts.not_reached:
            self.report.warnings.append(
                f"Stopped cleanly: {means.stop.reason}. The {counts.not_reached} operations not "
                "reached are done by the next run."
            )

    def _settled(self, settled: OperationResult) -> None:
        """Counts what is written down; told by the loader's thread, one operation at a time."""
        self.answered.add(settled)
        self.means.progress.on_settled(settled)

    def _close(self, state: State, lease: Lease, decided: Decided, extracted: Extracted) -> None:
        report = self.report
        counts = report.load
        judged = not (report.plan.held or decided.plan.undecided or self.unreleased)
        regular = self.job.command in (Command.RUN, Command.ADOPT)
        if regular and extracted.complete and reads_changes(self.job.source, self.job.sync):
            state.cursors.settle(
                self.job.sync.sync,
                lease,
                cursor=next_cursor(extracted, self.job.sync),
                read_at=self._read_at,
                full=None if extracted.incremental else judged,
                pending=pending_after(state.members.of(self.job.sync.sync), decided.wanted),
            )
        if judged and regular and not extracted.incremental:
            # Everybody who is missing is accounted for: from now on these hopeless rows are old
            # acquaintances and nobody's.
            state.rejects.replace_known(self.job.sync.sync, extracted.unattributable["fingerprint"])
        if report.plan.held:
            report.status = Status.NEEDS_APPROVAL
        elif counts.refused or counts.failed or counts.unknown or counts.not_reached:
            report.status = Status.PARTIAL
        else:
            report.status = Status.COMPLETED


def _wait_for(batch: BatchFuture) -> None:
    """Until all of a batch is written down; gives nothing back that Prefect might keep."""
    batch.result()
