"""Which events a run's end becomes, for the automations that tell somebody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from flows.support.ending import ending_of, ending_of_error
from flows.support.events import news
from schemas.errors import RunActive, SendersyncError, SourceStale, SourceUnavailable, SyncFileError
from schemas.report import HoldReason, LoadCount, PlanCount, Report, Status, UnprovenCount
from sendersync.state.runs import RunRow

NOW = datetime(2026, 11, 29, 4, 30, tzinfo=UTC)


def _report(status: Status, **parts: Any) -> Report:
    return Report(run="r-1", sync="daily", status=status, **parts)


def _news(report: Report, *runs: RunRow) -> list[str]:
    return news(ending_of(report, None, cancelled=False), report, None, runs, NOW)


def _run(status: Status, days_ago: float) -> RunRow:
    began = (NOW - timedelta(days=days_ago)).isoformat()
    return RunRow("r", "daily", "run", "file", began, began, status.value, True, {}, "")


HELD = _report(
    Status.NEEDS_APPROVAL,
    plan=PlanCount(held=40),
    held_because=[HoldReason("max_stops", 40, None, 20, "Too many.")],
)


@pytest.mark.parametrize(
    ("report", "told"),
    [
        (_report(Status.COMPLETED), ["settled"]),
        (_report(Status.PARTIAL, load=LoadCount(refused=1)), ["partial"]),
        (_report(Status.DRY_RUN), []),
        (_report(Status.DRY_RUN, unproven=UnprovenCount(3, "2026-11-01")), []),
        (_report(Status.PARTIAL, unproven=UnprovenCount(3, "2026-11-01")), ["unknown-opt-outs"]),
        (_report(Status.COMPLETED, unproven=UnprovenCount(1, "2026-11-01")), ["unknown-opt-outs"]),
        (HELD, ["approval-needed"]),
    ],
)
def test_a_run_is_told_by_how_it_ended(report: Report, told: list[str]) -> None:
    """One event for each thing that somebody would want to know, none for a look."""
    assert _news(report) == told


def test_what_is_held_and_unproven_is_told_twice() -> None:
    """Whoever waits for unproven opt-outs hears of them also where something is held."""
    report = _report(
        Status.NEEDS_APPROVAL,
        plan=PlanCount(held=40),
        held_because=HELD.held_because,
        unproven=UnprovenCount(2, "2026-11-01"),
    )
    assert _news(report) == ["approval-needed", "unknown-opt-outs"]


@pytest.mark.parametrize(
    ("runs", "told"),
    [
        ([_run(Status.NEEDS_APPROVAL, days) for days in (0, 1, 2)], False),
        ([_run(Status.NEEDS_APPROVAL, days) for days in (0, 1, 2, 3)], True),
        ([_run(Status.NEEDS_APPROVAL, 0), _run(Status.COMPLETED, 1), _run(HELD.status, 5)], False),
        ([_run(HELD.status, 0), _run(Status.PARTIAL, 1), _run(HELD.status, 5)], False),
        # a night on which the source was away, or the process was killed, let nothing go
        ([_run(HELD.status, 0), _run(Status.FAILED, 1), _run(HELD.status, 3)], True),
        ([_run(HELD.status, hours / 24) for hours in range(24 * 3 + 1)], True),
        ([], False),
    ],
)
def test_a_sync_that_is_held_night_after_night_escalates(runs: list[RunRow], told: bool) -> None:
    """From the third day on; a run between that let all go begins the count anew."""
    assert ("held-for-days" in _news(HELD, *runs)) is told


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (SyncFileError("wrong"), ["failed"]),
        (SourceUnavailable("away"), ["failed"]),
        (SourceStale("old"), ["failed", "source-stale"]),
        (RunActive("another"), []),
    ],
)
def test_an_error_is_told(error: SendersyncError, told: list[str]) -> None:
    """What ended a run early is a failure; another run of the same sync is none."""
    assert news(ending_of_error(error), None, error, [], NOW) == told
