"""What Prefect shows of a run's end: states and one-line summaries."""

from __future__ import annotations

from typing import Any

import pytest

from flows.support.ending import BY_URGENCY, ending_of, ending_of_error, ending_of_night
from schemas.errors import (
    ApprovalUsed,
    BooksDoNotBalance,
    CredentialsRefused,
    NeedsApproval,
    PlatformUnavailable,
    RunActive,
    SendersyncError,
    SourceUnavailable,
    SyncFileError,
)
from schemas.report import (
    HoldReason,
    LoadCount,
    PlanCount,
    Report,
    Status,
    UnprovenCount,
)


def _report(status: Status, **parts: Any) -> Report:
    return Report(run="r-1", sync="daily", status=status, **parts)


@pytest.mark.parametrize(
    ("report", "cancelled", "kind", "name", "says"),
    [
        (
            _report(Status.COMPLETED),
            False,
            "COMPLETED",
            "Completed",
            "daily: 0 added, 0 stopped, 0 held",
        ),
        (_report(Status.DRY_RUN), False, "COMPLETED", "DryRun", "would add 0"),
        (
            _report(Status.PARTIAL, load=LoadCount(refused=2)),
            False,
            "COMPLETED",
            "Partial",
            "2 failed",
        ),
        (
            _report(Status.PARTIAL, unproven=UnprovenCount(2, "2026-11-01")),
            False,
            "FAILED",
            "UnprovenStops",
            "2 people may still get texts",
        ),
        (
            _report(Status.PARTIAL, load=LoadCount(not_reached=9)),
            True,
            "CANCELLED",
            "Cancelled",
            "Stopped cleanly; the next run goes on here.",
        ),
        (
            _report(
                Status.NEEDS_APPROVAL,
                plan=PlanCount(held=7, digest="7kq2m-9xtr4"),
                held_because=[HoldReason("max_stops", 60, None, 10, "Too many.")],
            ),
            False,
            "FAILED",
            "NeedsApproval",
            "again. If it is right, start `approve` with 7kq2m-9xtr4. ",
        ),
        (
            _report(Status.DRY_RUN, plan=PlanCount(held=7, digest="7kq2m-9xtr4")),
            False,
            "FAILED",
            "NeedsApproval",
            "7 held. If it is wrong, fix the source or the sync file and run again. daily",
        ),
    ],
)
def test_a_report_becomes_a_state(
    report: Report, cancelled: bool, kind: str, name: str, says: str
) -> None:
    """The type gives the colour, the name says what to do, the message has the numbers."""
    state = ending_of(report, None, cancelled=cancelled)
    assert (state.type.value, state.name) == (kind, name)
    assert says in str(state.message)


@pytest.mark.parametrize(
    ("error", "kind", "name"),
    [
        (SyncFileError("Wrong."), "FAILED", "Misconfigured"),
        (CredentialsRefused("Refused."), "FAILED", "Misconfigured"),
        (SourceUnavailable("Away."), "FAILED", "TryLater"),
        (PlatformUnavailable("Away."), "FAILED", "TryLater"),
        (NeedsApproval("Held."), "FAILED", "NeedsApproval"),
        (RunActive("Busy."), "CANCELLED", "AlreadyRunning"),
        (ApprovalUsed("Used."), "CANCELLED", "AlreadyApproved"),
        (BooksDoNotBalance("Odd."), "FAILED", "Failed"),
    ],
)
def test_an_error_becomes_a_state(error: SendersyncError, kind: str, name: str) -> None:
    """Each group of errors has a name of its own, also when the run has a report."""
    for state in (
        ending_of_error(error),
        ending_of(_report(Status.FAILED), error, cancelled=False),
    ):
        assert (state.type.value, state.name) == (kind, name)
        assert state.message == str(error)


def test_a_night_ends_as_the_sync_that_needs_somebody_most() -> None:
    """Red goes before green and grey: one held sync is not hidden by two that completed."""
    done = ending_of(_report(Status.COMPLETED), None, cancelled=False)
    busy = ending_of_error(RunActive("Busy."))
    away = ending_of_error(SourceUnavailable("Away."))
    held = ending_of_error(NeedsApproval("Held."))
    wrong = ending_of_error(SyncFileError("Wrong."))
    night = ending_of_night([done, busy, away, held, done], "5 added", 1)
    assert (night.name, night.type.value) == ("NeedsApproval", "FAILED")
    assert night.message == (
        "5 syncs: 1 NeedsApproval, 1 TryLater, 1 AlreadyRunning, 2 Completed. 5 added "
        "1 sync was left out."
    )
    assert ending_of_night([held, wrong], "", 0).name == "Misconfigured"
    assert ending_of_night([busy, done], "", 0).name == "AlreadyRunning"
    assert ending_of_night([], "", 2).name == "Completed"
    assert len(BY_URGENCY) == len({*BY_URGENCY})
