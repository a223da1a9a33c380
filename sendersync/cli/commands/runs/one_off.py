"""`import` and `stop`: a file in, without a sync file."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from schemas.errors import WrongUse
from schemas.wording import counted
from sendersync.cli.options import (
    Approve,
    Concurrency,
    Country,
    DryRun,
    Encoding,
    FilePath,
    For,
    Json,
    Map,
    Rate,
    SenderCode,
    Sheet,
)
from sendersync.cli.run_session import run_and_report, run_once
from sendersync.cli.views.flag_words import lines_about_words
from sendersync.cli.views.given import Given
from sendersync.cli.views.output import print_line
from sendersync.state.one_off_names import one_off_name

if TYPE_CHECKING:
    from connectors.sources.opt_out_files import OptOutFiles
    from connectors.sources.source import Source
    from schemas.sync_file import SyncFile
    from sendersync.pipeline.job import Job

Group = Annotated[
    str | None, typer.Option("--group", metavar="NAME", help="SMS group of every row.")
]

SomeSenderCode = Annotated[
    str | None, typer.Option("--sender-code", metavar="CODE", help="Sender code on the platform.")
]
Like = Annotated[
    Path | None,
    typer.Option(
        "--like",
        metavar="SYNC.yaml",
        help="Read the file as this sync does: columns, words, country, sender code.",
    ),
]
Yes = Annotated[
    int | None,
    typer.Option(
        "--yes",
        min=0,
        metavar="N",
        help="Stop a list of mostly subscribers, if it has N phones or fewer.",
    ),
]
Fixes = Annotated[
    str | None,
    typer.Option("--fixes", metavar="RUN", help="FILE holds rejected rows of this run, fixed."),
]


def register(app: typer.Typer) -> None:
    """Adds the commands to the command line."""
    app.command("import")(import_file)
    app.command("stop")(stop_list)


def import_file(
    file: FilePath,
    sender_code: SomeSenderCode = None,
    like: Like = None,
    group: Group = None,
    country: Country = None,
    mapping: Map = None,
    encoding: Encoding = None,
    sheet: Sheet = None,
    fixes: Fixes = None,
    dry_run: DryRun = False,
    rate: Rate = None,
    concurrency: Concurrency = None,
    time_budget: For = None,
    as_json: Json = False,
) -> int:
    """Import one file; never stops anyone."""

    def prepare() -> Job:
        from connectors.sources.registry import open_file
        from sendersync.pipeline.job import Command, Job
        from sendersync.pipeline.one_off.map_options import read_mapping
        from sendersync.pipeline.one_off.one_off import PERMISSIONS

        given = read_mapping(mapping or ())
        source = open_file(file, encoding=encoding, sheet=sheet)
        load = {"rate_per_second": rate, "concurrency": concurrency}
        options = {"sender_code": sender_code, "group": group, "default_country": country}
        if like is not None:
            sync, opt_outs = _sync_like(like, source, given, options, load)
        else:
            sync, opt_outs = _sync_of_columns(source, given, options, load), None
        return Job(
            Command.IMPORT,
            sync,
            source,
            dry_run=dry_run,
            decided=frozenset(given) & PERMISSIONS,
            sync_file=str(like.resolve()) if like else "",
            opt_outs=opt_outs,
        )

    return run_and_report(
        prepare,
        given=Given(file, _reading(country, mapping, encoding, sheet)),
        sync=one_off_name("import", sender_code or ""),
        as_json=as_json,
        seconds=time_budget,
        fixes=fixes,
    )


def _sync_like(
    like: Path,
    source: Source,
    given: Mapping[str, str],
    options: Mapping[str, str | None],
    load: Mapping[str, float | int | None],
) -> tuple[SyncFile, OptOutFiles | None]:
    """The sync of an import that reads as a sync file says, and its list of who texted STOP."""
    from connectors.configuration.sync_files import read_sync_file
    from connectors.sources.opt_out_files import open_opt_outs
    from sendersync.pipeline.one_off.import_like import import_like

    read = read_sync_file(like)
    sync = import_like(read.sync, source, given, options, load)
    _say_mapping(sync.columns.pairs())
    return sync, open_opt_outs(sync, read.folder)


def _sync_of_columns(
    source: Source,
    given: Mapping[str, str],
    options: Mapping[str, str | None],
    load: Mapping[str, float | int | None],
) -> SyncFile:
    """The sync of an import whose columns are found in the file.

    Raises:
        WrongUse: No sender code, or columns that are not clear.
    """
    from sendersync.pipeline.one_off.one_off import import_mapping, import_sync

    sender_code = options["sender_code"]
    if sender_code is None:
        raise WrongUse(
            "The sender code is missing.",
            where="--sender-code",
            do="Add --sender-code CODE, or --like SYNC.yaml to take it from a sync file.",
        )
    found = import_mapping(source, given)
    _say_mapping(found.columns.items())
    for line in lines_about_words(found.words):
        print_line(line)
    return import_sync(
        found.columns,
        sender_code,
        group=options["group"],
        country=options["default_country"],
        words=found.words,
        load=load,
    )


def stop_list(
    file: FilePath,
    sender_code: SenderCode,
    country: Country = None,
    mapping: Map = None,
    encoding: Encoding = None,
    sheet: Sheet = None,
    fixes: Fixes = None,
    dry_run: DryRun = False,
    approve: Approve = None,
    yes: Yes = None,
    rate: Rate = None,
    concurrency: Concurrency = None,
    time_budget: For = None,
    as_json: Json = False,
) -> int:
    """Stop every phone in a file, for good.

    Each goes on the do-not-contact list too, so that no source adds it again.
    """

    def prepare() -> Job:
        from connectors.sources.registry import open_file
        from sendersync.pipeline.job import Command, Job
        from sendersync.pipeline.one_off.columns_of_stops import (
            left_out_phones,
            stop_columns,
            stop_sync,
        )
        from sendersync.pipeline.one_off.map_options import read_stop_mapping
        from sendersync.pipeline.one_off.reply_words import words_of_stop_list
        from sendersync.transforms.approval.digest import as_digest

        source = open_file(file, encoding=encoding, sheet=sheet)
        found = stop_columns(source, read_stop_mapping(mapping or ()))
        load = {"rate_per_second": rate, "concurrency": concurrency}
        words = words_of_stop_list(source, found.columns)
        sync = stop_sync(found.columns, sender_code, country=country, words=words, load=load)
        _say_mapping(sync.columns.pairs())
        for line in left_out_phones(found.left_out):
            print_line(line)
        job = Job(
            Command.STOP,
            sync,
            source,
            dry_run=dry_run,
            approve=as_digest(approve) if approve else "",
            approve_stops=yes,
        )
        return job if dry_run else _look_first(job, ask=not as_json)

    return run_and_report(
        prepare,
        given=Given(
            file,
            _reading(country, mapping, encoding, sheet),
            verb="stop",
            options=("--sender-code", sender_code),
        ),
        sync=one_off_name("stop", sender_code),
        as_json=as_json,
        seconds=time_budget,
        fixes=fixes,
    )


def _look_first(job: Job, *, ask: bool) -> Job:
    """Says how many of a stop list are subscribed, and asks a person where they are too many."""
    from dataclasses import replace

    from sendersync.pipeline.load.clean_stop import CancelToken

    looked = run_once(replace(job, dry_run=True), CancelToken())
    if looked.error is not None or looked.decided is None:
        return job  # the run itself says what is wrong
    stops, subscribed = looked.report.plan, looked.decided.subscribed
    total = stops.stop + stops.held + stops.unchanged
    there = looked.decided.subscribed_elsewhere
    here = f" on {job.sync.sender_code}" if there else ""
    others = "".join(f", {people:,} on {code}" for code, people in there.items())
    print_line(
        f"{subscribed:,} of the {counted(total, 'phone')} on this list may receive texts"
        f"{here}{others}."
    )
    undecided = not job.approve and job.approve_stops is None
    if stops.held and undecided and ask and sys.stdin.isatty():
        print_line(looked.report.held_because[0].text)
        if typer.confirm(f"Stop and suppress all {stops.held:,} for good?", err=True):
            return replace(job, approve_stops=stops.held)
    return job


def _reading(
    country: str | None, mapping: list[str] | None, encoding: str | None, sheet: str | None
) -> tuple[str, ...]:
    """The options that say how the file is read: `check` takes the same."""
    options = {"--country": country, "--encoding": encoding, "--sheet": sheet}
    words = [word for option, value in options.items() if value for word in (option, value)]
    for pair in mapping or ():
        words += ["--map", pair]
    return tuple(words)


def _say_mapping(pairs: Iterable[tuple[str, str]]) -> None:
    """What is taken for what, before anything happens: a wrong guess must be seen."""
    print_line("Columns: " + ", ".join(f"{field} = {column!r}" for field, column in pairs))
