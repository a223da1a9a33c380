"""The report of a run while it is being made: every count and every status is written here."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from schemas.errors import ExitCode, SendersyncError
from schemas.member_status import MAY_RECEIVE
from schemas.outcomes import Kind
from schemas.report import LateCount, PlanCount, Report, SourceCount, Status, UnprovenCount
from schemas.wording import counted
from sendersync.pipeline.decide import Decided
from sendersync.pipeline.extract import Extracted
from sendersync.pipeline.internal_error import internal_error
from sendersync.pipeline.job import Command
from sendersync.pipeline.load.already_subscribed import AlreadySubscribed
from sendersync.pipeline.load.outcome_counts import OutcomeCounts
from sendersync.pipeline.reading.compare_reading import ReadingComparison
from sendersync.pipeline.run_warnings import late_stops, unproven_stops
from sendersync.transforms.cells.arrow_columns import is_in
from sendersync.transforms.guards.already_subscribed import already_subscribed


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


class RunRecorder:
    """Owns the report of one run and its status; the steps tell it what they found.

    Attributes:
        report: The report so far.
        outcomes: Takes the end of each operation while the plan is loaded.
    """

    def __init__(
        self,
        run: str,
        sync: str,
        command: Command,
        *,
        dry_run: bool = False,
        read_as: dict[str, Any] | None = None,
    ) -> None:
        """For a run that begins now.

        Args:
            run: Its id.
            sync: The sync, as the ledger knows it.
            command: What kind of run.
            dry_run: Nothing is sent.
            read_as: How the rows are read; None: no source is.
        """
        self.report = Report(run=run, sync=sync, read_as=read_as or {})
        self.outcomes = OutcomeCounts(self.report.load, self.report.done)
        self.unknown_codes: frozenset[str] = frozenset()
        self._command, self._dry_run = command, dry_run
        self._extracted: Extracted | None = None
        self._decided: Decided | None = None
        self._error: SendersyncError | None = None
        self._reading_changed: list[str] = []
        self._started = time.monotonic()

    @property
    def run(self) -> str:
        """The run's id."""
        return self.report.run

    def warn(self, sentences: Iterable[str]) -> None:
        """Sentences a person should read."""
        self.report.warnings.extend(sentences)

    def recovered(self, in_flight: int) -> None:
        """An earlier run died with so many calls in flight."""
        if in_flight:
            when = "a run asks again" if self._dry_run else "asked again"
            calls = counted(in_flight, "call")
            self.warn([f"An earlier run died with {calls} in flight: {when}."])

    def was_compared(self, comparison: ReadingComparison) -> None:
        """Today's sync file was compared with that of the last run, before anything is read."""
        self._reading_changed = comparison.changes.keys
        self.report.plan.reading_changed = self._reading_changed
        self.warn(comparison.changes.sentences())
        self.warn(comparison.notes)

    def was_read(self, extracted: Extracted, content: str) -> None:
        """The source was read; `content` is the digest of its bytes, empty where there is none."""
        self._extracted = extracted
        self.report.source = SourceCount(
            extracted.rows, extracted.complete, extracted.incremental, content
        )
        self.report.country_differs = extracted.country_differs

    def was_planned(self, decided: Decided) -> None:
        """The plan is made. The rows must balance before any call leaves.

        Raises:
            BooksDoNotBalance: A row is missing from the counts, or doubled in them.
        """
        self._decided = decided
        report = self.report
        report.contacts = decided.count
        report.reasons = decided.reasons
        report.subscribed_elsewhere = {**decided.subscribed_elsewhere}
        report.values_differ = decided.plan.values_differ
        report.plan = decided.plan.counts()
        if self._command is Command.ADOPT:
            held = report.plan.held
            report.plan = PlanCount(unchanged=0 if held else len(decided.adopted()), held=held)
        report.plan.reading_changed = self._reading_changed
        if decided.approved is not None:
            report.plan.digest = decided.approved.digest
            self.warn(decided.approved.said)
        report.members = int(is_in(decided.members["standing"], MAY_RECEIVE).sum())
        report.held_because = list(decided.plan.decision.reasons)
        report.approved = [hold.reason for hold in decided.plan.decision.approved]
        report.balance(dry_run=True)

    def asks_for(self, operations: pd.DataFrame) -> None:
        """Calls for an earlier run are to be made: nothing was read for them."""
        kinds = operations["kind"].value_counts()
        add, stop, update = (int(kinds.get(kind.value, 0)) for kind in Kind)
        self.report.plan = PlanCount(add, stop, update)
        self.report.balance(dry_run=True)

    def leaves(self, calls: int, most_people: int) -> None:
        """A person asked for a careful first send: so many planned calls are left to the next run.

        Args:
            calls: Not made now.
            most_people: For so many people calls are made, beside those who said stop.
        """
        self.report.load.not_reached += calls
        if calls:
            people = counted(most_people, "person", "people")
            self.warn([f"Calls for {people} only, as asked: look at them, then run without limit."])

    def was_loaded(
        self, in_flight: int, already: AlreadySubscribed, unknown_codes: frozenset[str]
    ) -> None:
        """The load has ended, well or not.

        Args:
            in_flight: Calls that may have left and whose end was not written down.
            already: People who turned out to be subscribed, though this state never added them.
            unknown_codes: Sender codes that the platform does not know.
        """
        self.unknown_codes = unknown_codes
        self.report.load.unknown += in_flight
        self.report.answers = self.outcomes.bad()
        if already.too_many:
            imported = self._command is Command.IMPORT
            reason = already_subscribed(already.answered, already.already, imported=imported)
            self.report.held_because.append(reason)
        self.warn(self.outcomes.warnings(self.run))

    def still_owed(self, unproven: UnprovenCount, late: LateCount) -> None:
        """Stops of this sync without proof, and opt-outs of all syncs that are late, as of now."""
        self.report.unproven, self.report.late = unproven, late

    def end_dry_run(self) -> None:
        """The plan is all that was asked for."""
        self.warn(late_stops(self.report.late))
        self.report.balance(dry_run=True)
        self.report.status = Status.DRY_RUN

    def end(self) -> None:
        """Everything was done that could be; the books are closed before (`Report.balance`)."""
        report = self.report
        self.warn(unproven_stops(report.unproven))
        self.warn(late_stops(report.late))
        # whoever is on a stop list and cannot be read, or is on another code too, still gets texts
        unheard = self._command is Command.STOP and report.contacts.rejected
        elsewhere = bool(report.subscribed_elsewhere)
        if report.needs_approval:
            report.status = Status.NEEDS_APPROVAL
        elif report.unproven.stops or report.load.incomplete() or unheard or elsewhere:
            report.status = Status.PARTIAL
        else:
            report.status = Status.COMPLETED

    def fail(self, problem: BaseException) -> None:
        """Something ended the run early: what was not begun is not reached. The first one counts.

        Args:
            problem: An error of the tree, or anything else: then it is a bug, told without the
                data that it may quote.
        """
        if self._error is not None:
            return
        report, plan = self.report, self.report.plan
        error = (
            problem if isinstance(problem, SendersyncError) else internal_error(problem, self.run)
        )
        self._error = error
        self.warn(late_stops(report.late))
        report.status = Status.FAILED
        report.error = error.as_json()
        if not self._dry_run:
            planned = plan.add + plan.stop + plan.update
            report.load.not_reached += max(0, planned - report.load.total())

    def time_it(self) -> None:
        """Writes the time since the beginning into the report."""
        self.report.seconds = time.monotonic() - self._started

    def finished(self) -> Finished:
        """What the command answers with."""
        exit_code = self.report.exit_code(self._error)
        return Finished(self.report, exit_code, self._decided, self._extracted, self._error)
