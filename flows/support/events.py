"""Events of ours: what became of a sync, for the automations that tell somebody.

The resource is the sync, so that an automation can wait for each by itself; nobody waits for the
next import or list of stops, which have resources of another kind. An event carries the message of
the state, which holds counts and nobody's data.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from prefect.client.schemas.objects import State
from prefect.events import emit_event

from connectors.configuration.environment import state_url
from flows.support.ending import UNPROVEN
from schemas.errors import SendersyncError, SourceStale
from schemas.report import Report, Status
from sendersync.state.one_off_names import is_one_off
from sendersync.state.runs import RunRow
from sendersync.state.store import State as Ledger

DAYS_HELD: Final = 3
"""From which day on a sync that is held night after night is told as such."""

_LOOKED_AT: Final = 24 * 4 * (DAYS_HELD + 1)
"""Runs of the days before: a sync may run every quarter of an hour."""

_LET_GO: Final = frozenset({Status.COMPLETED.value, Status.PARTIAL.value})
"""A run that ended so held nothing; one that failed says nothing about what is held."""

_BY_STATE: Final = {
    "Completed": "settled",
    "Partial": "partial",
    "NeedsApproval": "approval-needed",
    UNPROVEN: "unknown-opt-outs",
    "Misconfigured": "failed",
    "Failed": "failed",
    "TryLater": "failed",
}


def tell(
    sync: str, state: State[Any], report: Report | None, error: SendersyncError | None = None
) -> None:
    """Emits what happened to a sync; a look, and a run beside another, are no news.

    Args:
        sync: Its name, or that of the flow run where no sync file could be read.
        state: How its run ended.
        report: Of the run, where it came so far.
        error: What ended it.
    """
    runs: list[RunRow] = []
    if str(state.name) == "NeedsApproval" and report is not None:
        with Ledger.open(state_url(), read_only=True) as ledger:
            runs = ledger.runs.latest(_LOOKED_AT, sync)
    for name in news(state, report, error, runs, datetime.now(UTC)):
        emit_event(
            f"sendersync.run.{name}",
            resource={
                "prefect.resource.id": f"sendersync.{_kind(sync)}.{_slug(sync)}",
                "prefect.resource.name": sync,
            },
            payload={"answer": str(state.message), "run": report.run if report else ""},
        )


def news(
    state: State[Any],
    report: Report | None,
    error: SendersyncError | None,
    runs: Sequence[RunRow],
    now: datetime,
) -> list[str]:
    """What is told of a run, without `sendersync.run.` before it.

    Args:
        state: How it ended.
        report: Its report; None where it had none.
        error: What ended it.
        runs: The latest runs of the sync, the newest first.
        now: UTC.
    """
    first = _BY_STATE.get(str(state.name))
    if first is None or (report is not None and report.status is Status.DRY_RUN):
        return []
    found = [first]
    if isinstance(error, SourceStale):
        found.append("source-stale")
    if report is not None and report.unproven.stops and first != "unknown-opt-outs":
        found.append("unknown-opt-outs")
    if first == "approval-needed" and _days_held(runs, now) >= DAYS_HELD:
        found.append("held-for-days")
    return found


def _days_held(runs: Sequence[RunRow], now: datetime) -> int:
    """Since how many whole days no run of the sync has let go what is held."""
    since = now
    for run in runs:
        if run.status in _LET_GO:
            break
        if run.status == Status.NEEDS_APPROVAL.value:
            since = datetime.fromisoformat(run.started_at)
    return (now - since).days


def _kind(sync: str) -> str:
    return "one-off" if is_one_off(sync) else "sync"


def _slug(text: str) -> str:
    return re.sub("[^a-z0-9]+", "-", text.lower()).strip("-")
