"""`undo` and `retry`: a run taken back, or asked again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from schemas.errors import ExitCode
from schemas.outcomes import Kind
from schemas.wording import counted
from sendersync.cli.options import (
    Concurrency,
    For,
    Json,
    Most,
    Note,
    Rate,
    RunName,
    Unmasked,
)
from sendersync.cli.run_session import as_interrupted, calling
from sendersync.cli.state_access import state_for_reading
from sendersync.cli.views.output import console, print_error, print_json, print_text

if TYPE_CHECKING:
    from schemas.sync_keys.guards import LoadSpec
    from sendersync.pipeline.corrections.undo import Undo
    from sendersync.pipeline.run_recorder import Finished

Digest = Annotated[
    str | None,
    typer.Option("--approve", metavar="DIGEST", help="Take back what was shown with this digest."),
]

_MEANINGS = {
    "opted_out": "said stop: a stop is never taken back",
    "consent_withdrawn": "withdrew consent: only a new consent brings them back",
    "subscribed_before": "was subscribed before this run",
    "subscribed_again": "is subscribed again",
    "stopped_since": "is stopped already",
    "added_since": "a later run added them anew",
    "wanted_elsewhere": "another sync wants them on this sender code",
    "undone": "was taken back, and stays out",
    "forgotten": "was forgotten",
    "values_sent": "the platform has no command that puts old values back",
    "number_changed": "the old number is not theirs any more; if it is, the right file adds it",
    "newer_run": "a newer run has decided since: it asks by itself",
    "refused": "the platform refused the row: fix it in the source",
    "settled_since": "has its end by now",
}


def register(app: typer.Typer) -> None:
    """Adds the commands to the command line."""
    app.command("undo")(undo)
    app.command("retry")(retry)


def undo(
    run: RunName,
    approve: Digest = None,
    note: Note = None,
    limit: Most = 20,
    unmasked: Unmasked = False,
    rate: Rate = None,
    concurrency: Concurrency = None,
    time_budget: For = None,
    as_json: Json = False,
) -> int:
    """Take one run back, as far as that can be.

    Shows first what would be done, and exits with 3. Whoever was added is stopped; of stops, only
    those of people who had left the source are tried again.
    """
    from datetime import datetime

    from sendersync.pipeline.corrections.undo import plan_undo
    from sendersync.pipeline.corrections.undo import undo as take_back
    from sendersync.pipeline.load.clean_stop import CancelToken
    from sendersync.transforms.approval.digest import as_digest

    finished: Finished | None = None
    _refuse_imported_list(run)
    if approve is None:
        with state_for_reading() as state:
            found = plan_undo(state, run, datetime.now().astimezone())
    else:
        digest = as_digest(approve)
        with calling(CancelToken(time_budget)) as context:
            spec = _load(rate, concurrency)
            found, finished = take_back(context, run, digest, note=note or "", spec=spec)
            finished = finished and as_interrupted(finished, context)
    if as_json:
        print_json(found.as_json() | ({"report": finished.report.as_json()} if finished else {}))
    else:
        another = approve is not None and finished is None
        _print_undo(found, finished, limit, unmasked=unmasked, another=another)
    if finished is not None:
        return finished.exit_code
    return int(ExitCode.HELD if len(found.plan.operations) else ExitCode.COMPLETED)


def _refuse_imported_list(name: str) -> None:
    """An import of the do-not-contact list has made no call: it is taken back there.

    Raises:
        WrongUse: It is the name of one, with the command that takes it back.
    """
    from schemas.errors import WrongUse
    from sendersync.state.suppressions import IMPORT_MARK

    if name.startswith(IMPORT_MARK):
        raise WrongUse(
            "This is an import of the do-not-contact list: it has made no call.",
            where="RUN",
            do=f"`sendersync suppress remove --import {name}` takes back what it has added.",
        )


def _load(rate: float | None, concurrency: int | None) -> LoadSpec:
    from schemas.sync_keys.guards import LoadSpec

    given = {"rate_per_second": rate, "concurrency": concurrency}
    return LoadSpec.model_validate({name: value for name, value in given.items() if value})


def _print_undo(
    found: Undo, finished: Finished | None, limit: int, *, unmasked: bool, another: bool
) -> None:
    from sendersync.cli.views.operations import inverse_table
    from sendersync.cli.views.report import show_report

    out, plan = console(), found.plan
    if finished is not None:
        show_report(out, finished.report.as_json())
        if finished.error is not None:
            print_error(finished.error)
    elif another and len(plan.operations):
        print_text(out, "That digest is of another plan: nothing was done. This is today's.")
    elif another:
        print_text(out, "Nothing is left to be taken back, and nothing was done.")
    kept, impossible = sum(plan.kept.values()), sum(plan.impossible.values())
    would = "were to be" if finished else "would be"
    print_text(
        out,
        f"Run {found.run}: {counted(len(plan.operations), 'call')} {would} taken back, {kept:,} "
        f"kept, {impossible:,} cannot be taken back.",
        style="bold",
    )
    if (plan.operations["kind"] == Kind.ADD).any():
        print_text(
            out,
            "Whoever had left the source is added again, and stopped again by the next run unless "
            "the source has them: fix the source first.",
        )
    if finished is None and len(plan.operations):
        print_text(out, "Nothing is done yet. Look at the list; if it is right, take them back:")
        out.print(f"  sendersync undo {found.run} --approve {found.digest}", soft_wrap=True)
        out.print()
        out.print(inverse_table(plan.operations, limit, unmasked=unmasked))
    for title, reasons in (("Kept", plan.kept), ("Cannot be taken back", plan.impossible)):
        if reasons:
            out.print()
            out.print(_reasons(title, reasons))


def _reasons(title: str, reasons: Mapping[str, int]) -> Any:
    from sendersync.cli.views.tables import table

    rows: Iterable[tuple[str, str, str]] = (
        (f"{count:,}", reason, _MEANINGS.get(reason, "")) for reason, count in reasons.items()
    )
    return table(("Calls", "Reason", "Meaning"), rows, right=("Calls",), title=title)


def retry(
    run: RunName,
    rate: Rate = None,
    concurrency: Concurrency = None,
    time_budget: For = None,
    as_json: Json = False,
) -> int:
    """Ask again what failed or is unknown in one run.

    Stops are asked again until they are proven. Adds only of the sync's newest run: a newer one has
    decided since, and asks by itself.
    """
    from sendersync.cli.views.report import show_report
    from sendersync.pipeline.corrections.retry import retry as ask_again
    from sendersync.pipeline.load.clean_stop import CancelToken

    with calling(CancelToken(time_budget)) as context:
        done = ask_again(context, run, spec=_load(rate, concurrency))
        done = replace(done, finished=as_interrupted(done.finished, context))
    report = done.finished.report
    if as_json:
        left = [{"reason": reason, "count": count} for reason, count in done.left.items()]
        print_json(report.as_json() | {"retried": done.run, "left": left})
        return done.finished.exit_code
    out = console()
    if report.run:
        show_report(out, report.as_json())
    else:
        print_text(out, f"Nothing of run {done.run} is asked again.", style="bold")
    if done.left:
        out.print()
        out.print(_reasons("Not asked again", done.left))
    if done.finished.error is not None:
        print_error(done.finished.error)
    return done.finished.exit_code
