"""A run's report for people: what came in, what was planned, what became of it, what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.reasons import ADVICE, Reason
from schemas.report import Report, Status
from sendersync.cli.views.durations import readable
from sendersync.cli.views.operations import held_table, planned_table
from sendersync.cli.views.output import console, print_error, strip_control_chars
from sendersync.cli.views.tables import table

if TYPE_CHECKING:
    from rich.console import Console

    from sendersync.pipeline.job import Job
    from sendersync.pipeline.run import Finished

_STATUS = {
    Status.COMPLETED: "completed",
    Status.DRY_RUN: "dry run: nothing was sent or written",
    Status.NEEDS_APPROVAL: "something is held and needs approval",
    Status.PARTIAL: "completed, but not everything went through",
    Status.FAILED: "failed; nothing is lost, it is safe to run again",
}

_ENDS = {
    "accepted": "read as a contact",
    "rejected": "could not become a contact: `sendersync rejects`",
    "merged": "same phone as another row",
    "withheld": "suppressed, opted out, or without consent",
}

_OUTCOMES = {
    "confirmed": "the platform said yes",
    "already": "was subscribed before",
    "refused": "the platform said no: `sendersync show`",
    "failed": "nothing came of it; the next run asks again",
    "unknown": "the answer was lost or proves nothing",
    "not_reached": "not sent; the next run does it",
}


def show_finished(finished: Finished, job: Job | None) -> None:
    """Prints the whole report of a run that has just ended."""
    report = finished.report
    out = console()
    if finished.decided is None and finished.error is not None:
        print_error(finished.error)
        return
    show_report(out, report.as_json())
    if finished.decided is not None:
        plan = finished.decided.plan
        if report.status is Status.DRY_RUN and len(plan.operations):
            out.print()
            out.print(planned_table(plan.operations, finished.decided.members))
        if len(plan.held):
            out.print()
            kept = None if report.status is Status.DRY_RUN else report.run
            out.print(held_table(plan.held, kept))
    _say_next(out, report, finished, job)
    if finished.error is not None:
        print_error(finished.error)


def show_report(out: Console, report: dict[str, Any]) -> None:
    """Prints the counts of a report, as `--json` and the ledger have them."""
    status = _STATUS.get(report["status"], report["status"])
    out.print(f"{report['sync']}: {status}", style="bold", soft_wrap=True)
    out.print(f"run {report['run']}, {readable(report['seconds'])}", soft_wrap=True)
    source, contacts = report["source"], report["contacts"]
    read = "complete" if source["complete"] else "not complete"
    rows = [("read", f"{source['rows']:,}", read)]
    ends = dict(_ENDS)
    if report["status"] == Status.DRY_RUN:  # its rows are kept nowhere
        ends["rejected"] = "could not become a contact: `sendersync check --rejects`"
    rows += [(name, f"{contacts[name]:,}", meaning) for name, meaning in ends.items()]
    out.print()
    out.print(table(("Rows", "Count", "Meaning"), rows, right=("Count",)))
    plan, load = report["plan"], report["load"]
    out.print(
        "Plan: "
        + ", ".join(f"{plan[name]:,} {name}" for name in ("add", "stop", "update", "unchanged"))
        + (f"; {plan['held']:,} held" if plan["held"] else ""),
        soft_wrap=True,
    )
    if any(load.values()):
        out.print()
        calls = [(name, f"{load[name]:,}", _OUTCOMES[name]) for name in _OUTCOMES if load[name]]
        out.print(table(("Calls", "Count", "Meaning"), calls, right=("Count",)))
    if report.get("answers"):
        out.print()
        out.print(_answers_table(report["answers"]))
    if report["reasons"]:
        out.print()
        out.print(reasons_table(report["reasons"]))
    if report.get("country_differs"):
        out.print(
            f"In {report['country_differs']:,} rows the country column disagrees with the number; "
            "the number counts.",
            soft_wrap=True,
        )
    for because in report.get("held_because", ()):
        out.print(f"Held: {strip_control_chars(because)}", soft_wrap=True)
    for warning in report.get("warnings", ()):
        out.print(f"Note: {strip_control_chars(warning)}", soft_wrap=True)


def reasons_table(reasons: dict[str, int]) -> Any:
    """Reason codes with their rows, most first, each with its advice."""
    ordered = sorted(reasons.items(), key=lambda each: (-each[1], each[0]))
    known = set(Reason)
    return table(
        ("Rows", "Reason", "What to do"),
        [
            (f"{count:,}", code, ADVICE[Reason(code)] if code in known else "")
            for code, count in ordered
        ],
        right=("Rows",),
    )


def _answers_table(answers: list[dict[str, Any]]) -> Any:
    """What the platform said where it was no yes."""
    return table(
        ("Calls", "Outcome", "What the platform said"),
        [
            (
                f"{each['count']:,}",
                each["outcome"],
                strip_control_chars(f"{each['status'] or ''} {each['text']}".strip()),
            )
            for each in answers
        ],
        right=("Calls",),
    )


def _say_next(out: Console, report: Report, finished: Finished, job: Job | None) -> None:
    """What a person does next, where there is something to do."""
    decided = finished.decided
    lines: list[str] = []
    if report.plan.held and decided is not None:
        if decided.plan.verdict.approvable:
            lines.append(
                "To let them go: look at the list, then run the same command with "
                f"--approve-stops {report.plan.held}. If it is wrong, mend the source."
            )
        else:
            lines.append("This cannot be approved: mend the source, then run again.")
    if report.status is not Status.DRY_RUN:
        if report.load.refused or report.load.failed or report.load.unknown:
            lines.append(f"What did not go through: sendersync show {report.run}")
        if report.contacts.rejected and job is not None and finished.error is None:
            lines.append(
                f"The rejected rows, to mend: sendersync rejects {report.run} --out rejected.csv"
            )
    if lines:
        out.print()
    for line in lines:
        out.print(line, soft_wrap=True)
