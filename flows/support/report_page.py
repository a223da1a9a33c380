"""A run's report as a page of Markdown, for Prefect's Artifacts tab. Numbers and codes only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from schemas.reasons import ADVICE, WITHHELD, Reason
from schemas.report import READING_CHANGED, Report, Status, headline, only_removals_held
from schemas.wording import counted
from sendersync.pipeline.job import Job

_HEADLINES = {
    Status.COMPLETED: "Completed",
    Status.DRY_RUN: "Dry run: nothing was sent",
    Status.NEEDS_APPROVAL: "Needs approval",
    Status.PARTIAL: "Completed in part",
    Status.FAILED: "Failed",
}


def report_page(report: Report, job: Job) -> str:
    """The page."""
    return "\n".join(_lines(report, job)) + "\n"


def _lines(report: Report, job: Job) -> Iterator[str]:
    yield f"# {_HEADLINES[report.status]}: {report.sync}"
    yield ""
    yield f"**{headline(report.as_json())}**"
    yield ""
    if report.plan.reading_changed:
        keys = ", ".join(f"`{key}`" for key in report.plan.reading_changed)
        yield f"**{READING_CHANGED}: {keys}.**"
        yield ""
    yield f"Run `{report.run}`, {report.seconds:.1f} seconds, read from `{job.source.name}`."
    if report.error is not None:
        yield from _section("What went wrong", _error(report.error))
    if report.needs_approval:
        yield from _section("Held until somebody approves", _held(report, dry_run=job.dry_run))
    yield from _section("What to do", _to_do(report))
    yield from _section("Rows", _rows(report))
    yield from _section("Calls", _calls(report, dry_run=job.dry_run))
    if report.answers:
        yield from _section("What the platform said", _answers(report.answers))
    if report.reasons:
        yield from _section("Why rows were left out", _reasons(report.reasons))
    yield from _section("Columns read", _columns(job))
    if report.warnings:
        yield from _section("Worth knowing", (f"- {each}" for each in report.warnings))


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    body = list(lines)
    if body:
        yield from ("", f"## {title}", "", *body)


def _table(head: str, rows: Iterable[tuple[object, ...]]) -> Iterator[str]:
    columns = head.split("|")
    yield "| " + " | ".join(columns) + " |"
    yield "|" + " --- |" * len(columns)
    for row in rows:
        yield "| " + " | ".join(f"{c:,}" if isinstance(c, int) else str(c) for c in row) + " |"


def _error(error: dict[str, str]) -> Iterator[str]:
    yield error["what"]
    if error["where"]:
        yield f"\nWhere: `{error['where']}`"
    if error["do"]:
        yield f"\n**{error['do']}**"


def _answers(answers: list[dict[str, Any]]) -> Iterator[str]:
    rows = ((each["count"], each["outcome"], _said(each)) for each in answers)
    yield from _table("Calls|Outcome|Answer", rows)


def _said(answer: dict[str, Any]) -> str:
    """The platform's own words as code, so that nothing in them is taken for Markdown."""
    words = f"{answer['status'] or ''} {answer['text']}".strip().replace("`", "'").replace("|", "/")
    return f"`{words}`"


def _held(report: Report, *, dry_run: bool) -> Iterator[str]:
    if dry_run:
        yield f"**{report.plan.held:,} would be held.**"
    else:
        yield f"**{report.plan.held:,} held.** Everything else was done."
    yield ""
    yield from (f"- {each.text}" for each in report.held_because)


def _to_do(report: Report) -> Iterator[str]:
    if report.plan.reading_changed and report.needs_approval:
        yield "- Look at the sync file: is what changed there meant? If not, put it back."
    elif report.plan.held and not only_removals_held(report.as_json()):
        yield (
            "- Look at the source and at the sync file: is it the right list, and is each column "
            "the right one? If not, fix it and run again."
        )
    elif report.plan.held:
        yield (
            "- Look at the source: is it whole, and have these people really left? If not, fix the "
            "source and run again."
        )
    if report.needs_approval and report.plan.digest and report.status is not Status.DRY_RUN:
        yield (
            f"- If all of it is right, start the deployment `approve` with `{report.plan.digest}`: "
            "it lets go exactly this, once."
        )
    if report.contacts.rejected and report.status is not Status.DRY_RUN:
        yield (
            f"- {counted(report.contacts.rejected, 'row is', 'rows are')} not usable. `sendersync "
            f"rejects {report.run} --out rejects.csv` writes them to a file, with line and "
            "advice; fix them in the source."
        )
    load = report.load
    if load.unknown:
        yield (
            f"- {counted(load.unknown, 'call')} without a clear answer: `sendersync show "
            f"{report.run}` lists them; look these people up on the platform."
        )
    if load.refused or load.failed:
        yield (
            f"- {counted(load.refused + load.failed, 'call')} refused or failed: `sendersync show "
            f"{report.run}` says why. The next run tries again."
        )
    if load.not_reached:
        yield f"- {counted(load.not_reached, 'call')} not sent yet; the next run sends the rest."


def _rows(report: Report) -> Iterator[str]:
    contacts = report.contacts
    yield from _table(
        "|rows",
        [
            ("accepted", contacts.accepted),
            ("rejected", contacts.rejected),
            ("merged with another row", contacts.merged),
            ("left out", contacts.withheld),
            ("**read in all**", report.source.rows),
        ],
    )
    if report.country_differs:
        yield (
            f"\n{counted(report.country_differs, 'row')}: country column and number disagree; "
            "the number was used."
        )


def _calls(report: Report, *, dry_run: bool) -> Iterator[str]:
    plan, load = report.plan, report.load
    planned = [("add", plan.add), ("stop", plan.stop), ("update", plan.update)]
    yield from _table("planned|calls", planned)
    yield f"\nUnchanged, no call needed: {plan.unchanged:,}. Held: {plan.held:,}."
    if not dry_run and load.total():
        yield ""
        yield from _table(
            "outcome|calls",
            [
                ("confirmed", load.confirmed),
                ("already so", load.already),
                ("refused", load.refused),
                ("failed", load.failed),
                ("unknown", load.unknown),
                ("not sent yet", load.not_reached),
            ],
        )


def _columns(job: Job) -> Iterator[str]:
    # a header may hold anything, a bar or a line break too
    named = [
        (field, repr(column).replace("|", "\\|")) for field, column in job.sync.columns.pairs()
    ]
    yield from _table("contact field|column of the source", named)


def _reasons(reasons: dict[str, int]) -> Iterator[str]:
    by_count = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    yield from _table(
        "reason|rows||what to do",
        (
            (f"`{code}`", count, "left out" if code in WITHHELD else "rejected", _advice(code))
            for code, count in by_count
        ),
    )


def _advice(code: str) -> str:
    return ADVICE[Reason(code)]
