"""A run's report for people: the answer, what to do next, and then what came in and went out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from schemas.errors import ExitCode
from schemas.masking import strip_control_chars
from schemas.reasons import ADVICE, Reason
from schemas.report import (
    ALREADY_SUBSCRIBED,
    READING_CHANGED,
    Status,
    headline,
    held_guards,
    held_texts,
)
from schemas.wording import counted
from sendersync.cli.views.durations import readable
from sendersync.cli.views.given import Given
from sendersync.cli.views.held import Held, held_of, held_steps
from sendersync.cli.views.operations import held_table, planned_table
from sendersync.cli.views.output import console, print_error, print_text
from sendersync.cli.views.tables import table
from sendersync.state.one_off_names import is_stop_list

if TYPE_CHECKING:
    from rich.console import Console

    from schemas.report import Report
    from sendersync.pipeline.run import Finished

_STATUS = {
    Status.COMPLETED: "completed in",
    Status.DRY_RUN: "dry run, done in",
    Status.NEEDS_APPROVAL: "needs your approval; took",
    Status.PARTIAL: "completed in part; took",
    Status.FAILED: "failed, nothing is lost, it is safe to run again; took",
}

_INTERRUPTED = "interrupted, nothing is lost; took"

_ENDS = {
    "accepted": ("accepted", "usable"),
    "rejected": ("rejected", "not usable"),
    "merged": ("merged", "same phone as another row"),
    "withheld": ("left out", "said stop, on the do-not-contact list, or no consent"),
}

_ENDS_OF_STOP_LIST = _ENDS | {"withheld": ("left out", "did not say stop")}

_OUTCOMES = {
    "confirmed": ("confirmed", "the platform said yes"),
    "already": ("already so", "was subscribed before"),
    "refused": ("refused", "the platform said no"),
    "failed": ("failed", "will be retried next run"),
    "unknown": ("unknown", "no clear answer: look these people up on the platform"),
    "not_reached": ("not sent yet", "next run sends it"),
}


def show_finished(finished: Finished, given: Given) -> None:
    """Prints the whole report of a run that has just ended."""
    report = finished.report
    out = console()
    if finished.decided is None and finished.error is not None:
        print_error(finished.error)
        return
    decided = finished.decided
    shown = report.as_json()
    held = held_of(shown, decided.plan.held) if decided is not None else Held()
    interrupted = finished.exit_code is ExitCode.INTERRUPTED
    show_report(out, shown, given=given, held=held, interrupted=interrupted)
    if decided is not None and not given.quiet:
        plan = decided.plan
        if report.status is Status.DRY_RUN and len(plan.operations):
            out.print()
            listed = planned_table(
                plan.operations,
                decided.members,
                plan.held,
                limit=given.limit,
                unmasked=given.unmasked,
            )
            out.print(listed)
        if len(plan.held):
            out.print()
            out.print(held_table(plan.held, given.limit, unmasked=given.unmasked))
            command = _all_held(report, given)
            if command and 0 < given.limit < len(plan.held):
                print_text(out, f"To list all of them:\n  {command}")
    if finished.error is not None:
        print_error(finished.error)


def _all_held(report: Report, given: Given) -> str:
    """The command that lists all that is held; a dry run keeps it nowhere."""
    if report.status is not Status.DRY_RUN:
        return f"sendersync show {report.run} --limit 0"
    if is_stop_list(report.sync):  # all of the list is held, and the list is a file
        return ""
    return given.command("plan", "--limit", "0")


def show_report(
    out: Console,
    report: dict[str, Any],
    *,
    given: Given | None = None,
    held: Held | None = None,
    interrupted: bool = False,
) -> None:
    """Prints a report, as `--json` and the ledger have it: first what a person asks first.

    Args:
        out: Where.
        report: The report.
        given: What the command was given, where that is known.
        held: What can become of what is held; None: nothing is.
        interrupted: A signal ended it: what had left is finished, the rest is not begun.
    """
    print_text(out, f"{report['sync']}: {headline(report)}", style="bold")
    changed = report["plan"].get("reading_changed")
    if changed:
        print_text(out, f"{READING_CHANGED}: {', '.join(changed)}.", style="bold")
    for sentence, command in next_steps(report, given, held or Held()):
        print_text(out, sentence)
        if command:
            out.print(f"  {command}", soft_wrap=True)
    status = _INTERRUPTED if interrupted else _STATUS.get(report["status"], report["status"])
    if given is not None and given.quiet:
        for line in _notes(report):  # they say who is not stopped, too
            print_text(out, line)
        return
    print_text(out, f"Run {report['run']}: {status} {readable(report['seconds'])}.")
    if report.get("read_as", True):  # a run that corrects an earlier one reads no rows
        out.print()
        out.print(_rows_table(report))
    plan, load = report["plan"], report["load"]
    planned = ", ".join(f"{name} {plan[name]:,}" for name in ("add", "stop", "update"))
    print_text(out, f"Planned: {planned}; held {plan['held']:,}; unchanged {plan['unchanged']:,}.")
    if any(load.values()):
        out.print()
        calls = [
            (label, f"{load[name]:,}", meaning)
            for name, (label, meaning) in _OUTCOMES.items()
            if load[name]
        ]
        out.print(table(("Calls", "Count", "Meaning"), calls, right=("Count",)))
    if report.get("answers"):
        out.print()
        out.print(_answers_table(report["answers"]))
    if report["reasons"]:
        out.print()
        out.print(reasons_table(report["reasons"]))
    for line in _notes(report):
        print_text(out, line)


def next_steps(
    report: dict[str, Any], given: Given | None, held: Held
) -> Iterator[tuple[str, str]]:
    """What a person does next, where there is something to do: a sentence and its command.

    Args:
        report: The report.
        given: What the command was given; None where that is not known.
        held: What can become of what is held.
    """
    load, run = report["load"], report["run"]
    already = ALREADY_SUBSCRIBED in held_guards(report)
    yield from held_steps(report, given, held)
    for code, people in report.get("subscribed_elsewhere", {}).items():
        yield (
            f"{counted(people, 'phone', 'phones')} of the list may still get texts on sender code "
            f"{code}. To stop {'it' if people == 1 else 'them'} there:",
            given.command("stop", "--sender-code", code) if given else "",
        )
    if load["not_reached"] and not already:
        yield f"{counted(load['not_reached'], 'call')} not sent yet: run again to send them.", ""
    if load["refused"] or load["failed"] or load["unknown"]:
        yield "To see which calls did not go through, and why:", f"sendersync show {run}"
    rejected = report["contacts"]["rejected"]
    if not rejected or "error" in report:
        return
    if report["status"] != Status.DRY_RUN:
        command = f"sendersync rejects {run} --out rejected.csv"
    elif given is not None:  # its rows are kept nowhere
        command = given.command("check", "--rejects", "rejected.csv")
    else:
        return
    rows = counted(rejected, "row is not usable. To get it", "rows are not usable. To get them")
    yield f"{rows} as a file, with what to fix:", command


def _rows_table(report: dict[str, Any]) -> Any:
    source, contacts = report["source"], report["contacts"]
    read = "all of the source" if source["complete"] else "NOT all of the source"
    rows = [("read", f"{source['rows']:,}", read)]
    ends = _ENDS_OF_STOP_LIST if is_stop_list(report["sync"]) else _ENDS
    rows += [(label, f"{contacts[name]:,}", words) for name, (label, words) in ends.items()]
    return table(("Rows", "Count", "Meaning"), rows, right=("Count",))


def _notes(report: dict[str, Any]) -> Iterator[str]:
    differs = report.get("country_differs")
    if differs:
        yield f"{counted(differs, 'row')}: country column and number disagree; the number was used."
    yield from (f"Held: {because}" for because in held_texts(report))
    yield from (f"Note: {warning}" for warning in report.get("warnings", ()))


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
