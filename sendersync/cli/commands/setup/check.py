"""`check`: what a source holds, before anything is done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sendersync.cli.options import Country, Encoding, Json, Map, Sheet, Unmasked
from sendersync.cli.views.output import print_json, print_line

if TYPE_CHECKING:
    from connectors.sources.source import Source
    from schemas.sync_file import SyncFile
    from sendersync.pipeline.check.result import CheckResult, CheckSummary
    from sendersync.transforms.mapping.suggest import Suggestion

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
    result = _check(request)
    _show(request, result)
    return 0


def _check(request: CheckRequest) -> CheckResult:
    """Reads the source and writes the files that were asked for, all but the page."""
    from connectors.sources.source import Delimited, HasNotes
    from sendersync.pipeline.check.check_source import check as check_source
    from sendersync.pipeline.check.draft_sync_file import refuse_existing
    from sendersync.pipeline.check.result import CheckResult

    outputs = request.outputs
    if "--write" in outputs:
        refuse_existing(outputs["--write"])
    source, sync, suggestion = _opened(request)
    _refuse_taken(outputs, (request.file, getattr(source, "path", request.file)))
    dialect = source.dialect() if isinstance(source, Delimited) else None
    summary = check_source(
        source,
        sync,
        outputs.get("--clean"),
        outputs.get("--rejects"),
        ask_all=request.is_sync_file,
    )
    suggestion = _with_questions(suggestion, summary, request)
    notes = source.notes() if isinstance(source, HasNotes) else ()
    result = CheckResult(
        source.name, dialect, suggestion, summary, sync, notes, of_sync_file=request.is_sync_file
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


def _with_questions(
    suggestion: Suggestion, summary: CheckSummary, request: CheckRequest
) -> Suggestion:
    """With what all rows ask, beside what the first ones did."""
    undecided = {field: list(several) for field, several in suggestion.undecided.items()}
    for each in summary.questions:
        known = undecided.setdefault(each.field, [])
        if each.field not in request.mapping and each.column not in known:
            known.append(each.column)
    return replace(
        suggestion,
        undecided={field: tuple(several) for field, several in undecided.items() if several},
    )


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


def _opened(request: CheckRequest) -> tuple[Source, SyncFile | None, Suggestion]:
    """The source, what says which column is what (None where nothing tells the phone), and more."""
    if request.is_sync_file:
        return _opened_sync(request)
    from connectors.sources.registry import open_file
    from schemas.errors import SourceMismatch
    from sendersync.pipeline.one_off.one_off import (
        completed,
        import_sync,
        refuse_missing_header,
        suggestion,
        words_for,
    )

    source = open_file(request.file, encoding=request.encoding, sheet=request.sheet)
    phone = request.mapping.get("phone")
    refuse_missing_header((phone,) if phone else source.columns(), source.name)
    try:
        # as `import` would take it, so that both count the same
        columns, suggested = completed(source, request.mapping)
    except SourceMismatch as unclear:
        if request.mapping or not {"--write", "--rejects"}.isdisjoint(request.outputs):
            raise
        print_line(f"Note: {unclear.what} {unclear.do}")
        return source, None, suggestion(source)
    # any sender code will do: nothing is sent
    columns.pop("sender_code", None)
    words = words_for(columns, suggested)
    sync = import_sync(columns, "check", country=request.country, words=words)
    return source, sync, suggested


def _opened_sync(request: CheckRequest) -> tuple[Source, SyncFile, Suggestion]:
    from connectors.configuration.sync_files import read_sync_file
    from connectors.sources.registry import open_source
    from schemas.errors import WrongUse
    from sendersync.pipeline.one_off.one_off import suggestion

    of_files = (request.mapping, request.country, request.encoding, request.sheet)
    if any(of_files) or "--write" in request.outputs:
        raise WrongUse(
            "A sync file says itself how its source is read.",
            where="--map, --country, --encoding, --sheet, --write",
            do="Leave them out, or name the file of contacts instead.",
        )
    read = read_sync_file(request.file)
    source = open_source(read.sync, read.folder)
    mapped = read.sync.columns.mapped()
    # `mapped` has the first phone column only, and nobody asks about the others
    decided = (*read.sync.columns.sources(), *read.sync.not_permission)
    found = suggestion(source, mapped=mapped, not_permission=decided)
    undecided = {name: some for name, some in found.undecided.items() if name not in mapped}
    return source, read.sync, replace(found, undecided=undecided)
