"""What a run leaves in Prefect's Artifacts tab: its page, and a table of its rejected rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from prefect.artifacts import create_markdown_artifact, create_table_artifact

from connectors.configuration.environment import environment, state_url
from flows.pages.other_pages import check_page, night_page, retry_page, waiting_page
from flows.pages.pictures import Point
from flows.pages.report_page import report_page
from flows.support.links import artifact_link, form_link, own_form
from schemas.flow_options import FOR_REAL
from schemas.pages.beside_report import ReportLinks, SyncEnd
from schemas.reasons import ADVICE, Reason
from schemas.report import Report, Status
from sendersync.pipeline.check.result import CheckResult
from sendersync.pipeline.corrections.retry import Retried
from sendersync.pipeline.job import Command, Job
from sendersync.pipeline.run import Finished
from sendersync.state.one_off_names import is_stop_list
from sendersync.state.runs import RunRow
from sendersync.state.store import State as Ledger
from sendersync.transforms.approval.held_summary import HeldSummary, held_summary
from sendersync.transforms.masking.masked_cells import shown_cell
from sendersync.transforms.trends import numbers_of

MOST_REJECTS: Final = 2_000
"""Rows of the table of rejects: more than anybody fixes by hand; `sendersync rejects` has all."""

RUNS_SHOWN: Final = 30

PAGE_VARIABLE: Final = "SENDERSYNC_PAGE_URL"
"""Where our own page is; `serve` sets it for the flows that it starts."""


def publish_report(finished: Finished, job: Job) -> str:
    """The report of a run as a page, and its rejected rows as a table.

    Returns:
        Where the page is read.
    """
    report, decided = finished.report, finished.decided
    links = ReportLinks(
        approve=_approve_link(report),
        again=own_form(options={"mode": FOR_REAL}) if job.dry_run else "",
        rejects=_publish_rejects(finished, job),
        plan=_plan_link(report),
    )
    held = held_summary(decided.plan.held) if decided is not None else HeldSummary()
    page = report_page(report, job, links, held, _last_runs(report, job))
    return _publish(page, f"report-{job.sync.sync}", f"Report of run {report.run}")


def publish_retry(done: Retried) -> None:
    """The report of a retry."""
    report = done.finished.report
    _publish(report_page(report, None), f"report-{report.sync}", f"Retry of run {done.run}")


def publish_retry_plan(run: RunRow, again: Any, left: Any) -> None:
    """What a retry would ask again."""
    kinds = {str(kind): int(n) for kind, n in again["kind"].value_counts().items()}
    page = retry_page(run.id, kinds, left, own_form(options={"mode": FOR_REAL}))
    _publish(page, f"report-{run.sync}", f"What a retry of run {run.id} would ask again")


def publish_night(ends: Sequence[SyncEnd], left_out: Sequence[str]) -> None:
    """The report over several syncs."""
    _publish(night_page(ends, left_out), "night", "Report over all syncs")


def publish_waiting(waiting: Sequence[RunRow]) -> None:
    """What waits for an approval."""
    _publish(what_waits(waiting), "waiting", "What waits for an approval")


def what_waits(waiting: Sequence[RunRow]) -> str:
    """What waits for an approval, each with a link to the form that lets it go."""
    links = {
        run.id: form_link("approve/approve", {"what": {"digest": run.digest}})
        for run in waiting
        if run.command != Command.STOP.value
    }
    return waiting_page(waiting, links)


def publish_check(found: CheckResult) -> None:
    """What a source holds."""
    _publish(check_page(found), f"check-{found.name}", "What is in the source")


def _publish(page: str, key: str, description: str) -> str:
    made: Any = create_markdown_artifact(page, key=artifact_key(key), description=description)
    return artifact_link(made) if isinstance(made, UUID) else ""


def artifact_key(text: str) -> str:
    """Artifacts are filed under lower-case letters, digits and dashes."""
    return re.sub("[^a-z0-9]+", "-", text.lower()).strip("-")


def _approve_link(report: Report) -> str:
    if report.status is Status.DRY_RUN or not (report.needs_approval and report.plan.digest):
        return ""
    if is_stop_list(report.sync):
        return own_form(options={"mode": FOR_REAL}, held={"digest": report.plan.digest})
    return form_link("approve/approve", {"what": {"digest": report.plan.digest}})


def _plan_link(report: Report) -> str:
    """The held run on our own page, which `serve` names to its flows."""
    page = environment().get(PAGE_VARIABLE, "")
    kept = report.needs_approval and report.status is not Status.DRY_RUN
    return f"{page}/runs/{report.run}" if page and kept else ""


def _last_runs(report: Report, job: Job) -> list[Point]:
    if job.command is not Command.RUN:
        return []
    with Ledger.open(state_url(), read_only=True) as ledger:
        found = ledger.runs.latest(2 * RUNS_SHOWN, report.sync)
    ended = [run.report for run in found if run.report and run.command == Command.RUN.value]
    points = [(numbers_of(each)["members"], _calls(each)) for each in ended[:RUNS_SHOWN]]
    return points[::-1]


def _calls(report: dict[str, Any]) -> int:
    load = report["load"]
    return sum(int(number) for name, number in load.items() if name != "not_reached")


def _publish_rejects(finished: Finished, job: Job) -> str:
    """The rejected rows as a table: line, reason, advice, and the phone's cell, masked."""
    extracted, decided = finished.extracted, finished.decided
    if extracted is None or decided is None or decided.rejects.empty:
        return ""
    rejects = decided.rejects.head(MOST_REJECTS)
    given = extracted.rows_as_given(rejects.index)
    columns = [column for field, column in job.sync.columns.pairs() if field == "phone"]
    rows = []
    for line, reason, column in zip(
        rejects.index, rejects["reason"], rejects["column"], strict=True
    ):
        cells = [str(given.at[line, each]) for each in columns if line in given.index]
        phone = " / ".join(shown_cell("phone", each, unmasked=False) for each in cells if each)
        rows.append(
            {
                "line": int(line),
                "reason": reason,
                "what to do": ADVICE[Reason(reason)],
                "column": column,
                "phone (masked)": phone,
            }
        )
    more = len(decided.rejects) - len(rows)
    description = f"Rows of run {finished.report.run} that cannot be used, masked."
    if more:
        description += f" The first {len(rows):,}; {more:,} more."
    made: Any = create_table_artifact(
        rows, key=artifact_key(f"rejects-{job.sync.sync}"), description=description
    )
    return artifact_link(made) if isinstance(made, UUID) else ""
