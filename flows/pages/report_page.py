"""A run's report as a page of Markdown, for Prefect's Artifacts tab. Numbers, codes, masked people.

First the answer, then one picture, then what to do now; the tables that explain it follow, without
what is 0. Nothing is fetched here: what the page needs beside the report is handed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from flows.pages.page_text import code, counts, folded, picture, section, table
from flows.pages.pictures import Parts, Point, card
from schemas.pages.beside_report import ReportLinks
from schemas.reasons import ADVICE, WITHHELD, Reason
from schemas.report import READING_CHANGED, Report, Status, only_removals_held
from schemas.wording import counted
from sendersync.pipeline.job import Job
from sendersync.state.one_off_names import is_stop_list
from sendersync.transforms.approval.held_summary import HeldSummary

_STATUS: Final = {
    Status.COMPLETED: "Completed",
    Status.DRY_RUN: "Only looked: nothing was sent",
    Status.NEEDS_APPROVAL: "Needs approval",
    Status.PARTIAL: "Completed in part",
    Status.FAILED: "Failed",
}


NO_LINKS: Final = ReportLinks()
NOTHING_HELD: Final = HeldSummary()


def report_page(
    report: Report,
    job: Job | None,
    links: ReportLinks = NO_LINKS,
    held: HeldSummary = NOTHING_HELD,
    runs: Sequence[Point] = (),
) -> str:
    """The page.

    Args:
        report: Of the run.
        job: What was asked for; None where no source was read.
        links: Where the page leads.
        held: What is held, for whoever approves it.
        runs: Subscribers and calls of the sync's last runs, oldest first, this one included.
    """
    return "\n".join(_lines(report, job, links, held, runs)) + "\n"


def _lines(
    report: Report,
    job: Job | None,
    links: ReportLinks,
    held: HeldSummary,
    runs: Sequence[Point],
) -> Iterator[str]:
    said = answer(report)
    yield f"# {report.sync}: {said}"
    image = card(parts(report), runs, f"{report.sync}: {said}")
    if image:
        yield from ("", picture(image, said))
    took = f"Run `{report.run}`, {report.seconds:.1f} seconds" if report.run else "No run"
    read = f", read from {code(job.source.name)}" if job else ""
    yield from ("", f"**{_STATUS[report.status]}.** {took}{read}.")
    if report.error is not None:
        yield from section("What went wrong", _error(report.error))
    yield from section("What to do now", to_do(report, links) or ["Nothing."])
    if report.needs_approval:
        yield from section(_held_title(report), _held(report, held, links.plan))
    yield from section("Rows", _rows(report))
    yield from section("Calls", _calls(report))
    if report.answers:
        yield from section("What the platform said", _answers(report.answers))
    if report.reasons:
        yield from section("Why rows were left out", _reasons(report.reasons))
    if report.warnings:
        yield from section("Worth knowing", (f"- {each}" for each in report.warnings))
    if job:
        yield from folded("Which column was read as what", _columns(job))


def answer(report: Report) -> str:
    """What came of a run, without what is 0: `30 added, 4 stopped; 904 unchanged`."""
    if report.error is not None and not any(number for _, number in parts(report)):
        return report.error["what"].rstrip(".")
    unchanged = f"; {report.plan.unchanged:,} unchanged" if report.plan.unchanged else ""
    if report.status is Status.DRY_RUN:
        plan = report.plan
        would = [
            ("add", plan.add),
            ("stop", plan.stop),
            ("update", plan.update),
            ("hold", plan.held),
        ]
        said = ", ".join(f"{word} {number:,}" for word, number in would if number)
        return f"a run would {said or 'change nothing'}{unchanged}"
    said = ", ".join(f"{number:,} {word}" for word, number in parts(report) if number)
    return f"{said or 'nothing had to be done'}{unchanged}"


def parts(report: Report) -> Parts:
    """What came of the calls, or would: words of the picture, each with its number."""
    plan, load, done = report.plan, report.load, report.done
    if report.status is Status.DRY_RUN:
        return [
            ("would be added", plan.add),
            ("would be updated", plan.update),
            ("would be stopped", plan.stop),
            ("would be held", plan.held),
        ]
    return [
        ("added", done.add - done.already),
        ("updated", done.update),
        ("already there", done.already),
        ("stopped", done.stop),
        ("held", plan.held),
        ("failed", load.refused + load.failed),
        ("unclear", load.unknown),
        ("not sent yet", load.not_reached),
    ]


def _error(error: dict[str, str]) -> Iterator[str]:
    yield error["what"]
    if error["where"]:
        yield f"\nWhere: {code(error['where'])}"
    if error["do"]:
        yield f"\n**{error['do']}**"
    if "--map" in error["do"]:
        yield (
            "\nOn the form, what stands after `--map` goes into *Columns that are not recognised*, "
            "with commas between."
        )


def to_do(report: Report, links: ReportLinks = NO_LINKS) -> list[str]:
    """What a person does now, the most urgent first."""
    return [f"- {each}" for each in _to_do(report, links)]


def _to_do(report: Report, links: ReportLinks) -> Iterator[str]:
    yield from _about_held(report, links)
    load = report.load
    if report.unproven.stops:
        yield (
            f"**{counted(report.unproven.stops, 'person who said stop', 'people who said stop')} "
            "may still get texts**: the platform has not proven their stop. The next run asks "
            "again; `sendersync review` lists them; stop them on the platform's page today."
        )
    elif load.unknown:
        yield (
            f"{counted(load.unknown, 'call')} without a clear answer: `sendersync show "
            f"{report.run}` lists them; look these people up on the platform."
        )
    if load.refused or load.failed:
        yield (
            f"{counted(load.refused + load.failed, 'call')} refused or failed: `sendersync show "
            f"{report.run}` says why. The next run tries again."
        )
    if load.not_reached:
        yield f"{counted(load.not_reached, 'call')} not sent yet; the next run sends the rest."
    if report.contacts.rejected:
        rows = counted(report.contacts.rejected, "row is", "rows are")
        listed = f" [They are listed here]({links.rejects}) (masked)." if links.rejects else ""
        whole = (
            ""
            if report.status is Status.DRY_RUN
            else f" `sendersync rejects {report.run} --out rejects.csv` writes them to a file."
        )
        yield f"{rows} not usable: fix them in the source.{listed}{whole}"
    if report.status is Status.DRY_RUN and not report.needs_approval and any(_planned(report)):
        form = f"[do it for real]({links.again})" if links.again else "run it for real"
        yield f"If the numbers are what you expect, {form}."


def _about_held(report: Report, links: ReportLinks) -> Iterator[str]:
    if not report.needs_approval:
        return
    if report.plan.reading_changed:
        yield "Look at the sync file: is what changed there meant? If not, put it back."
    elif is_stop_list(report.sync):
        yield "Look at the file: is it the list of people to stop, or a list of everybody?"
    elif report.plan.held and not only_removals_held(report.as_json()):
        yield (
            "Look at the source and at the sync file: is it the right list, and is each column "
            "the right one? If not, fix it and run again."
        )
    elif report.plan.held:
        yield (
            "Look at the source: is it whole, and have these people really left? If not, fix the "
            "source and run again."
        )
    if not report.plan.digest:
        return
    if report.status is Status.DRY_RUN:
        yield "Nothing is held yet: this was only a look. A run for real would hold it, and ask."
    elif links.approve:
        yield (
            f"If all of it is right, [open the form that lets it go]({links.approve}), with "
            f"`{report.plan.digest}` filled in: type **{report.plan.held}**, your name and why. It "
            "lets go exactly this, once."
        )
    else:
        yield (
            f"If all of it is right, start the deployment `approve` with `{report.plan.digest}`: "
            "it lets go exactly this, once."
        )


def _planned(report: Report) -> tuple[int, int, int]:
    return report.plan.add, report.plan.stop, report.plan.update


def _held_title(report: Report) -> str:
    if report.status is Status.DRY_RUN:
        return f"What a run would hold: {report.plan.held:,}"
    return f"Held until somebody approves: {report.plan.held:,}"


def _held(report: Report, held: HeldSummary, plan: str) -> Iterator[str]:
    yield from (f"- {each.text}" for each in report.held_because)
    if report.plan.reading_changed:
        keys = ", ".join(f"`{key}`" for key in report.plan.reading_changed)
        yield f"- **{READING_CHANGED}: {keys}.**"
    if held.counts:
        yield ""
        rows = ((each.count, each.kind, each.why, each.held_by) for each in held.counts)
        yield from table("people|would|because|held by", rows)
    if held.people:
        title = f"The first {len(held.people)} of them" if held.total > len(held.people) else "Who"
        people = ((code(each.phone), each.kind, each.why, each.line or "") for each in held.people)
        yield from folded(title, table("phone|would|because|line", people))
    if plan:
        yield from ("", f"[All of them, on our own page]({plan})")


def _rows(report: Report) -> Iterator[str]:
    contacts = report.contacts
    left_out = "left out: did not say stop" if is_stop_list(report.sync) else "left out"
    yield from counts(
        "|rows",
        [
            ("usable", contacts.accepted),
            ("not usable", contacts.rejected),
            ("same phone as another row", contacts.merged),
            (left_out, contacts.withheld),
            ("**read in all**", report.source.rows),
        ],
    )
    if report.country_differs:
        yield (
            f"\n{counted(report.country_differs, 'row')}: country column and number disagree; "
            "the number was used."
        )


def _calls(report: Report) -> Iterator[str]:
    load = report.load
    if not load.total():
        return
    planned = zip(("add", "stop", "update"), _planned(report), strict=True)
    yield "Planned: " + ", ".join(f"{word} {number:,}" for word, number in planned if number) + "."
    yield ""
    yield from counts(
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


def _answers(answers: list[dict[str, Any]]) -> Iterator[str]:
    rows = ((each["count"], each["outcome"], _said(each)) for each in answers)
    yield from table("calls|outcome|answer", rows)


def _said(given: dict[str, Any]) -> str:
    return code(f"{given['status'] or ''} {given['text']}".strip())


def _columns(job: Job) -> Iterator[str]:
    # a header may hold anything, a bar or a line break too
    named = [(field, code(column)) for field, column in job.sync.columns.pairs()]
    yield from table("contact field|column of the source", named)


def _reasons(reasons: dict[str, int]) -> Iterator[str]:
    by_count: Iterable[tuple[str, int]] = sorted(
        reasons.items(), key=lambda item: (-item[1], item[0])
    )
    yield from table(
        "rows|why, and what to do",
        (
            (
                count,
                f"`{reason}`, {_end_of(reason)}. {ADVICE[Reason(reason)]}",
            )
            for reason, count in by_count
        ),
    )


def _end_of(reason: str) -> str:
    return "left out" if reason in WITHHELD else "not usable"
