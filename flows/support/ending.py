"""How a run's end looks in Prefect: the state's type gives the colour, its name says what to do.

Sorted by who must act, most urgent first; several runs in one end as the first of them.

| the run | state | type |
| --- | --- | --- |
| is configured wrongly | Misconfigured | failed |
| failed | Failed | failed |
| holds something until a person approves it | NeedsApproval | failed |
| found the source or the platform away | TryLater | failed |
| cannot prove that somebody who is to be stopped gets no more texts | UnprovenStops | failed |
| was cancelled, and stopped cleanly | Cancelled | cancelled |
| did what it could; some calls were refused, failed, unknown or not reached | Partial | completed |
| found another run of this sync active | AlreadyRunning | cancelled |
| was approved before, and did nothing | AlreadyApproved | cancelled |
| only looked | DryRun | completed |
| did all it planned | Completed | completed |

Why: docs/adr/0013-states-of-a-flow-run.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from prefect.client.schemas.objects import State
from prefect.states import Cancelled, Completed, Failed

from schemas.errors import ApprovalUsed, ExitCode, SendersyncError
from schemas.report import Report, Status, headline
from schemas.wording import counted
from sendersync.pipeline.check.result import CheckResult
from sendersync.state.one_off_names import is_stop_list
from sendersync.state.runs import RunRow

_FAILED = {
    ExitCode.WRONG_USE: "Misconfigured",
    ExitCode.TRY_LATER: "TryLater",
    ExitCode.HELD: "NeedsApproval",
}
UNPROVEN: Final = "UnprovenStops"
BY_URGENCY: Final = (
    *("Misconfigured", "Failed", "NeedsApproval", UNPROVEN, "TryLater", "Cancelled"),
    *("Partial", "AlreadyRunning", "AlreadyApproved", "DryRun", "Completed"),
)
"""Names of states, those first for which a person must act."""

_COMPLETED = {Status.DRY_RUN: "DryRun", Status.PARTIAL: "Partial"}


def ending_of(report: Report, error: SendersyncError | None, *, cancelled: bool) -> State[Any]:
    """The state of a flow run whose run has a report."""
    if error is not None:
        return ending_of_error(error)
    message = summary(report)
    if cancelled:
        return Cancelled(message=f"Stopped cleanly; the next run goes on here. {message}")
    if report.needs_approval:
        because = "".join(f"{each.text} " for each in report.held_because)
        return Failed(
            name="NeedsApproval",
            message=f"{report.plan.held:,} held. {because}{_how_to_approve(report)}{message}",
        )
    if report.unproven.stops and report.status is not Status.DRY_RUN:
        people = counted(report.unproven.stops, "person", "people")
        return Failed(
            name=UNPROVEN,
            message=f"{people} may still get texts: their stop is not proven. The next run asks "
            f"again; `sendersync review` lists them. {message}",
        )
    return Completed(name=_COMPLETED.get(report.status, "Completed"), message=message)


def _how_to_approve(report: Report) -> str:
    wrong = "If it is wrong, fix the source or the sync file and run again. "
    if report.plan.reading_changed:
        wrong = "Look at what changed in the sync file. "
    # what a dry run would hold is kept nowhere, and cannot be approved
    digest = "" if report.status is Status.DRY_RUN else report.plan.digest
    form = "give the list again with" if is_stop_list(report.sync) else "start `approve` with"
    return f"{wrong}If it is right, {form} {digest}. " if digest else wrong


def ending_of_error(error: SendersyncError) -> State[Any]:
    """The state of a flow run that an error ended; errors of the tree hold no personal data."""
    if error.exit_code is ExitCode.ACTIVE:
        return Cancelled(name="AlreadyRunning", message=str(error))
    if isinstance(error, ApprovalUsed):
        return Cancelled(name="AlreadyApproved", message=str(error))
    return Failed(name=_FAILED.get(error.exit_code, "Failed"), message=str(error))


def summary(report: Report) -> str:
    """The answer and the rows, in one line of numbers."""
    contacts = report.contacts
    return (
        f"{report.sync}: {headline(report.as_json())} {counted(report.source.rows, 'row')} read: "
        f"{contacts.accepted:,} accepted, {contacts.rejected:,} rejected, "
        f"{contacts.merged:,} merged, {contacts.withheld:,} left out."
    )


def ending_of_night(ends: Sequence[State[Any]], message: str, left_out: int) -> State[Any]:
    """The state of a flow run that ran several syncs: the most urgent one of theirs.

    Args:
        ends: Of the syncs that ran.
        message: What came of them together.
        left_out: How many were left out.
    """
    out = f" {counted(left_out, 'sync was', 'syncs were')} left out." if left_out else ""
    if not ends:
        return Completed(message=f"No sync was to run.{out}")
    names = [str(each.name) for each in ends]
    worst = min(ends, key=lambda each: _urgency(str(each.name)))
    numbers = [f"{names.count(name)} {name}" for name in sorted({*names}, key=_urgency)]
    return State(
        type=worst.type,
        name=worst.name,
        message=f"{counted(len(ends), 'sync')}: {', '.join(numbers)}. {message}{out}".strip(),
    )


def _urgency(name: str) -> int:
    return BY_URGENCY.index(name) if name in BY_URGENCY else 1


def nothing_approved(waiting: Iterable[RunRow]) -> State[Any]:
    """The state of an approval without a digest: what waits for one."""
    found = [f"{run.sync}: {run.report['plan']['held']:,} held, {run.digest}" for run in waiting]
    if not found:
        return Completed(name="DryRun", message="Nothing waits for an approval.")
    return Completed(name="DryRun", message=f"Nothing was approved. {'; '.join(found)}.")


def nothing_ran() -> State[Any]:
    """The state of a retry that only looked, where nothing has run yet."""
    return Completed(name="DryRun", message="There is no run yet that could be asked again.")


def retry_looked_at(run: str, calls: int) -> State[Any]:
    """The state of a retry that only looked."""
    return Completed(
        name="DryRun",
        message=f"{counted(calls, 'call')} of run {run} would be asked again; nothing was sent.",
    )


def source_looked_at(found: CheckResult) -> State[Any]:
    """The state of a look at a source."""
    count, rows = found.summary.count, counted(found.summary.rows, "row")
    usable = f"{count.accepted:,} of {rows} can be used" if count else f"{rows}, no phone column"
    return Completed(name="DryRun", message=f"{found.name}: {usable}; nothing was sent.")
