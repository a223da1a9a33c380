"""`check`: what a source holds, before anything is done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sendersync.cli.options import Country, Encoding, Json, Map, Sheet, Unmasked
from sendersync.cli.views.output import print_json, print_line

if TYPE_CHECKING:
    from connectors.sources.source import Source
    from sendersync.pipeline.check.open_checked import Opened
    from sendersync.pipeline.check.result import CheckResult

CheckedPath = Annotated[
    Path, typer.Argument(metavar="SYNC.yaml|FILE", help="A sync file, or a file of contacts.")
]
Clean = Annotated[
    Path | None,
    typer.Option("--clean", metavar="OUT.csv", help="Write what was read as plain UTF-8 CSV."),
]
Rejects = Annotated[
    Path | None,
    typer.Option(
        "--rejects", metavar="FILE", help="Write the rejected rows, to fix: CSV or .xlsx."
    ),
]
Write = Annotated[
    Path | None,
    typer.Option("--write", metavar="SYNC.yaml", help="Write a sync file for FILE."),
]
Html = Annotated[
    Path | None,
    typer.Option("--html", metavar="REPORT.html", help="Write what was found as one page."),
]


@dataclass(frozen=True)
class CheckRequest:
    """What `check` is asked for.

    Attributes:
        file: A sync file, or a file of contacts.
        country: Country of numbers without a country code, of a file of contacts.
        mapping: Contact field to column, as a person named them.
        encoding: Of a file of text, where it cannot be found out.
        sheet: Of a spreadsheet with several.
        outputs: Files to write, by option.
        unmasked: Show phones, e-mails and names as they are.
        as_json: One JSON object in place of the page for people.
    """

    file: Path
    country: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    sheet: str | None = None
    outputs: Mapping[str, Path] = field(default_factory=dict)
    unmasked: bool = False
    as_json: bool = False

    @property
    def is_sync_file(self) -> bool:
        """Whether a sync file is to be checked, and no file of contacts."""
        return self.file.suffix.lower() in (".yaml", ".yml")


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command("check")(check)


def check(
    file: CheckedPath,
    country: Country = None,
    mapping: Map = None,
    encoding: Encoding = None,
    sheet: Sheet = None,
    clean: Clean = None,
    rejects: Rejects = None,
    write: Write = None,
    html: Html = None,
    unmasked: Unmasked = False,
    as_json: Json = False,
) -> int:
    """Show what would happen to each row; send nothing.

    Needs no credentials. Shows how the file is written, which column is what, what would be
    rejected and why, and 20 rows before and after.
    """
    from sendersync.pipeline.one_off.map_options import read_mapping

    outputs = {"--clean": clean, "--rejects": rejects, "--write": write, "--html": html}
    request = CheckRequest(
        file=file,
        country=country,
        mapping=read_mapping(mapping or []),
        encoding=encoding,
        sheet=sheet,
        outputs={option: out for option, out in outputs.items() if out is not None},
        unmasked=unmasked,
        as_json=as_json,
    )
    result = checked(request)
    _show(request, result)
    return 0


def checked(request: CheckRequest) -> CheckResult:
    """Reads the source and writes the files that were asked for, all but the page."""
    from connectors.sources.source import Delimited, HasNotes
    from sendersync.pipeline.check.check_source import check as check_source
    from sendersync.pipeline.check.draft_sync_file import refuse_existing
    from sendersync.pipeline.check.open_checked import with_questions
    from sendersync.pipeline.check.result import CheckResult

    outputs = request.outputs
    if "--write" in outputs:
        refuse_existing(outputs["--write"])
    opened = _opened(request)
    source = opened.source
    _refuse_taken(outputs, (request.file, getattr(source, "path", request.file)))
    dialect = source.dialect() if isinstance(source, Delimited) else None
    summary = check_source(
        source,
        opened.sync,
        outputs.get("--clean"),
        outputs.get("--rejects"),
        ask_all=request.is_sync_file,
    )
    suggestion = with_questions(opened.suggestion, summary.questions, request.mapping)
    notes = source.notes() if isinstance(source, HasNotes) else ()
    result = CheckResult(
        source.name,
        dialect,
        suggestion,
        summary,
        opened.sync,
        notes,
        of_sync_file=request.is_sync_file,
    )
    if "--write" in outputs:
        _write_draft(request, source, result)
    return result


def _refuse_taken(outputs: Mapping[str, Path], inputs: tuple[Path | str, ...]) -> None:
    """Refuses the place of each output before anything is written."""
    from schemas.errors import WrongUse
    from sendersync.pipeline.export import output_place
    from sendersync.pipeline.export.rejected_rows import earlier_export
    from sendersync.web.pages.check_page import earlier_page

    seen: list[Path] = []
    for option, out in outputs.items():
        if any(output_place.is_same_file(out, other) for other in seen):
            raise WrongUse(
                "Two outputs cannot be one file.",
                where=f"{option} {out}",
                do="Give each of them a name of its own.",
            )
        seen.append(out)
        if option == "--write":
            continue  # refused already where there is anything
        kinds = {"--rejects": earlier_export(out), "--html": earlier_page()}
        output_place.refuse_own_input(out, inputs, option)
        output_place.refuse_taken(out, kinds.get(option, output_place.no_earlier_output), option)


def _show(request: CheckRequest, result: CheckResult) -> None:
    from sendersync.cli.views.check_files import lines_about_files

    if "--html" in request.outputs:
        from sendersync.web.pages.check_page import write_page

        write_page(request.outputs["--html"], result, unmasked=request.unmasked)
    if request.as_json:
        from sendersync.cli.views.check_json import as_json

        print_json(as_json(result))
    else:
        from sendersync.cli.views.check_terminal import show

        show(result, unmasked=request.unmasked)
    for line in lines_about_files(request.outputs, result, unmasked=request.unmasked):
        print_line(line)


def _write_draft(request: CheckRequest, source: Source, result: CheckResult) -> None:
    from connectors.sources.registry import kind_of, sheet_of
    from sendersync.pipeline.check.draft_sync_file import DraftInput, write_draft
    from sendersync.pipeline.one_off.one_off import sample

    write_draft(
        request.outputs["--write"],
        DraftInput(
            file=request.file,
            kind=kind_of(request.file),
            sheet=sheet_of(source),
            dialect=result.dialect,
            suggestion=result.suggestion,
            given=request.mapping,
            country=request.country,
            sample=sample(source),
            encoding=request.encoding,
        ),
    )


def _opened(request: CheckRequest) -> Opened:
    """What is looked at; where nothing tells the phone, the rows are counted only."""
    from sendersync.pipeline.check.open_checked import open_contacts

    if request.is_sync_file:
        return _opened_sync(request)
    opened = open_contacts(
        request.file,
        request.mapping,
        request.country,
        encoding=request.encoding,
        sheet=request.sheet,
    )
    if opened.unclear is not None:
        if request.mapping or not {"--write", "--rejects"}.isdisjoint(request.outputs):
            raise opened.unclear
        print_line(f"Note: {opened.unclear.what} {opened.unclear.do}")
    return opened


def _opened_sync(request: CheckRequest) -> Opened:
    from connectors.configuration.sync_files import read_sync_file
    from schemas.errors import WrongUse
    from sendersync.pipeline.check.open_checked import open_sync

    of_files = (request.mapping, request.country, request.encoding, request.sheet)
    if any(of_files) or "--write" in request.outputs:
        raise WrongUse(
            "A sync file says itself how its source is read.",
            where="--map, --country, --encoding, --sheet, --write",
            do="Leave them out, or name the file of contacts instead.",
        )
    return open_sync(read_sync_file(request.file))
