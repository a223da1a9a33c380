"""`import` and `stop`: a file in, without a sync file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sendersync.cli.options import (
    Concurrency,
    Country,
    DryRun,
    FilePath,
    For,
    Json,
    Map,
    Rate,
    SenderCode,
)
from sendersync.cli.run_session import run_and_report
from sendersync.cli.views.output import print_line
from sendersync.cli.views.report import Given

if TYPE_CHECKING:
    from sendersync.pipeline.job import Job

Group = Annotated[
    str | None, typer.Option("--group", metavar="NAME", help="SMS group of every row.")
]


def register(app: typer.Typer) -> None:
    """Adds the commands to the command line."""
    app.command("import")(import_file)
    app.command("stop")(stop_list)


def import_file(
    file: FilePath,
    sender_code: SenderCode,
    group: Group = None,
    country: Country = None,
    mapping: Map = None,
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
        from sendersync.pipeline.one_off import import_sync, mapping_of, read_mapping

        source = open_file(file)
        found = mapping_of(source, read_mapping(mapping or ()))
        _say_mapping(found)
        load = {"rate_per_second": rate, "concurrency": concurrency}
        sync = import_sync(found, sender_code, group=group, country=country, load=load)
        return Job(Command.IMPORT, sync, source, dry_run=dry_run)

    return run_and_report(
        prepare,
        given=Given(file, _reading(country, mapping)),
        sync=f"import:{sender_code}",
        as_json=as_json,
        seconds=time_budget,
    )


def stop_list(
    file: FilePath,
    sender_code: SenderCode,
    country: Country = None,
    mapping: Map = None,
    dry_run: DryRun = False,
    rate: Rate = None,
    concurrency: Concurrency = None,
    time_budget: For = None,
    as_json: Json = False,
) -> int:
    """Stop and suppress every phone in a file, for good."""

    def prepare() -> Job:
        from connectors.sources.registry import open_file
        from sendersync.pipeline.job import Command, Job
        from sendersync.pipeline.one_off import (
            STOPPED,
            mapping_of,
            read_mapping,
            stop_sync,
        )

        source = open_file(file)
        found = mapping_of(source, read_mapping(mapping or ()), STOPPED)
        _say_mapping(found)
        load = {"rate_per_second": rate, "concurrency": concurrency}
        sync = stop_sync(found, sender_code, country=country, load=load)
        return Job(Command.STOP, sync, source, dry_run=dry_run)

    return run_and_report(
        prepare,
        given=Given(file, _reading(country, mapping)),
        sync=f"stop:{sender_code}",
        as_json=as_json,
        seconds=time_budget,
    )


def _reading(country: str | None, mapping: list[str] | None) -> tuple[str, ...]:
    """The options that say how the file is read: `check` takes the same."""
    words = ["--country", country] if country else []
    for pair in mapping or ():
        words += ["--map", pair]
    return tuple(words)


def _say_mapping(mapping: dict[str, str]) -> None:
    """What is taken for what, before anything happens: a wrong guess must be seen."""
    print_line(
        "Columns: " + ", ".join(f"{field} = {column!r}" for field, column in mapping.items())
    )
