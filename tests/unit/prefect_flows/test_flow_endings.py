"""What Prefect shows of a run's end: states, one-line summaries and report pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from connectors.configuration.sync_files import parse_sync_file
from connectors.sources.delimited.csv_file import CsvFile
from flows.support.ending import ending_of, ending_of_error
from flows.support.report_page import report_page
from schemas.errors import (
    BooksDoNotBalance,
    CredentialsRefused,
    NeedsApproval,
    PlatformUnavailable,
    RunActive,
    SendersyncError,
    SourceUnavailable,
    SyncFileError,
)
from schemas.reasons import Reason
from schemas.report import (
    ContactCount,
    HoldReason,
    LoadCount,
    PlanCount,
    Report,
    SourceCount,
    Status,
)
from sendersync.pipeline.job import Command, Job

SYNC = parse_sync_file(
    'sync: daily\nsource: {kind: csv, path: x.csv}\ncolumns: {phone: "Mo|bile"}\nsender_code: "1"',
    name="daily.yaml",
)
JOB = Job(Command.RUN, SYNC, CsvFile(Path("x.csv")), approved_by="nobody")


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


def test_a_page_says_what_happened_and_what_to_do() -> None:
    """Counts, every reason with its advice, what is held and why, and the next step."""
    page = report_page(
        _report(
            Status.NEEDS_APPROVAL,
            source=SourceCount(1234, complete=True),
            contacts=ContactCount(accepted=1200, rejected=30, merged=3, withheld=1),
            plan=PlanCount(add=4, stop=1, held=60),
            load=LoadCount(confirmed=1, refused=2, unknown=1, not_reached=1),
            reasons={each.value: 1 for each in Reason},
            held_because=[HoldReason("max_stops", 60, None, 10, "60 of 900 would be stopped.")],
            warnings=["Something else."],
            answers=[{"outcome": "refused", "status": 500, "text": "no `x` | y", "count": 2}],
        ),
        JOB,
    )
    assert page.startswith("# Needs approval: daily\n")
    assert "| **read in all** | 1,234 |" in page
    assert "- 60 of 900 would be stopped." in page
    assert "have these people really left?" in page
    assert "`sendersync rejects r-1 --out rejects.csv`" in page
    assert "- Something else." in page
    assert "| 2 | refused | `500 no 'x' / y` |" in page
    assert r"| phone | 'Mo\|bile' |" in page
    tables = [line for line in page.splitlines() if line.startswith("| `")]
    assert len(tables) == len(Reason)


def test_the_page_of_a_failure_begins_with_it() -> None:
    """What went wrong, where, and what to do stand above everything else."""
    report = _report(Status.FAILED)
    report.error = SyncFileError("No such key.", where="daily.yaml:3", do="Mend it.").as_json()
    page = report_page(report, JOB)
    assert page.index("No such key.") < page.index("## Rows")
    assert "Where: `daily.yaml:3`" in page
    assert "**Mend it.**" in page
