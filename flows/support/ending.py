"""How a run's end looks in Prefect: the state's type gives the colour, its name says what to do.

| the run | state | type |
| --- | --- | --- |
| did all it planned | Completed | completed |
| was a dry run | DryRun | completed |
| did what it could; some calls were refused, failed, unknown or not reached | Partial | completed |
| holds removals until a person approves them | NeedsApproval | failed |
| is configured wrongly | Misconfigured | failed |
| found the source or the platform away | TryLater | failed |
| failed | Failed | failed |
| found another run of this sync active | AlreadyRunning | cancelled |
| was cancelled, and stopped cleanly | Cancelled | cancelled |

Why: docs/adr/0013-states-of-a-flow-run.md.
"""

from __future__ import annotations

from typing import Any

from prefect.client.schemas.objects import State
from prefect.states import Cancelled, Completed, Failed

from schemas.errors import ExitCode, SendersyncError
from schemas.report import Report, Status, headline
from schemas.wording import counted

_FAILED = {
    ExitCode.WRONG_USE: "Misconfigured",
    ExitCode.TRY_LATER: "TryLater",
    ExitCode.HELD: "NeedsApproval",
}
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
    return Completed(name=_COMPLETED.get(report.status, "Completed"), message=message)


def _how_to_approve(report: Report) -> str:
    wrong = "If it is wrong, fix the source or the sync file and run again. "
    if report.plan.reading_changed:
        wrong = "Look at what changed in the sync file. "
    # what a dry run would hold is kept nowhere, and cannot be approved
    digest = "" if report.status is Status.DRY_RUN else report.plan.digest
    return f"{wrong}If it is right, start `approve` with {digest}. " if digest else wrong


def ending_of_error(error: SendersyncError) -> State[Any]:
    """The state of a flow run that an error ended; errors of the tree hold no personal data."""
    if error.exit_code is ExitCode.ACTIVE:
        return Cancelled(name="AlreadyRunning", message=str(error))
    return Failed(name=_FAILED.get(error.exit_code, "Failed"), message=str(error))


def summary(report: Report) -> str:
    """The answer and the rows, in one line of numbers."""
    contacts = report.contacts
    return (
        f"{report.sync}: {headline(report.as_json())} {counted(report.source.rows, 'row')} read: "
        f"{contacts.accepted:,} accepted, {contacts.rejected:,} rejected, "
        f"{contacts.merged:,} merged, {contacts.withheld:,} left out."
    )
