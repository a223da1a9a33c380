"""`check`: what a source holds, before anything is done with it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sendersync.cli.options import Country, Json, Map, Unmasked
from sendersync.cli.views.output import print_json, print_line

if TYPE_CHECKING:
    from connectors.sources.source import Dialect, Source
    from schemas.sync_file import SyncFile
    from sendersync.pipeline.check.check_source import Checked
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
        "--rejects", metavar="FILE", help="Write the rejected rows, to mend: CSV or .xlsx."
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
class Found:
    """All that `check` found, for whoever shows it.

    Attributes:
        name: What messages call the source.
        dialect: How it is written, of delimited text.
        suggestion: Which column is what, as it seems.
        checked: What became of the rows.
        sync: The mapping that the rows were read with; None where nothing tells the phone.
        notes: What the source skipped, made up or assumed.
    """

    name: str
    dialect: Dialect | None
    suggestion: Suggestion
    checked: Checked
    sync: SyncFile | None
    notes: tuple[str, ...]

    def mapping(self) -> dict[str, str]:
        """Contact field to column, as the rows were read."""
        return self.sync.columns.mapped() if self.sync else {}


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command("check")(check)


def check(
    file: CheckedPath,
    country: Country = None,
    mapping: Map = None,
    clean: Clean = None,
    rejects: Rejects = None,
    write: Write = None,
    html: Html = None,
    unmasked: Unmasked = False,
    as_json: Json = False,
) -> int:
    """Read and normalise a source, and do nothing else.

    Needs no credentials. Shows how the file is written, which column is what, what would be
    rejected and why, and 20 rows before and after.
    """
    from connectors.sources.source import Delimited, HasNotes
    from sendersync.pipeline.check.check_source import check as check_source
    from sendersync.pipeline.check.draft_sync_file import refuse_existing
    from sendersync.pipeline.export.write_csv import refuse_own_input

    if write is not None:
        refuse_existing(write)
    source, sync, suggestion = _opened(file, country, mapping or [], write, rejects)
    for option, out in (("--clean", clean), ("--rejects", rejects), ("--html", html)):
        if out is not None:
            refuse_own_input(out, (file, getattr(source, "path", file)), option)
    dialect = source.dialect() if isinstance(source, Delimited) else None
    checked = check_source(source, sync, clean, rejects)
    if write is not None:
        _write(write, file, source, dialect, suggestion, mapping or [], country)
    notes = source.notes() if isinstance(source, HasNotes) else ()
    found = Found(source.name, dialect, suggestion, checked, sync, notes)
    if html is not None:
        from sendersync.cli.views.check_page import write_page

        write_page(html, found, unmasked=unmasked)
    if as_json:
        print_json(_as_json(found))
    else:
        from sendersync.cli.views.check_terminal import show

        show(found, unmasked=unmasked)
        for note in notes:
            print_line(f"Note: {note[0].upper()}{note[1:]}.")
    if clean is not None:
        _say_what_is_in(clean, checked)
    if rejects is not None and checked.count is not None:
        print_line(
            f"{rejects} holds {checked.count.rejected:,} rejected rows, with advice: personal data."
        )
        print_line("Mend them there and import that file like this one, or mend this one.")
    if html is not None:
        print_line(
            f"{html} shows this as a page" + (", with personal data." if unmasked else ", masked.")
        )
    if write is not None:
        decide = "decide where it says DECIDE, " if suggestion.undecided else ""
        print_line(f"{write} is written. Read it, {decide}fill in sender_code, then:")
        print_line(f"  sendersync plan {write}")
    return 0


def _say_what_is_in(clean: Path, checked: Checked) -> None:
    held = checked.rows - checked.malformed + checked.shown
    print_line(f"{clean} holds {held:,} {'row' if held == 1 else 'rows'}, and personal data.")
    if checked.shown:
        are = "1 of them is" if checked.shown == 1 else f"{checked.shown:,} of them are"
        print_line(
            f"{are} malformed, with cells as they could be told; an import rejects them again."
        )
    left_out = checked.malformed - checked.shown
    if left_out:
        many = "1 malformed row is" if left_out == 1 else f"{left_out:,} malformed rows are"
        print_line(f"{many} not in it: their cells cannot be told.")


def _as_json(found: Found) -> dict[str, Any]:
    checked, suggestion = found.checked, found.suggestion
    return {
        "dialect": asdict(found.dialect) if found.dialect else {},
        "columns": list(checked.columns),
        "rows": checked.rows,
        "suggested": suggestion.columns,
        "reasons": checked.reasons,
        "confidence": suggestion.confidence,
        "undecided": {field: list(several) for field, several in suggestion.undecided.items()},
        "mapping_notes": list(suggestion.notes),
        "mapping": found.mapping(),
        "complete": checked.complete,
        "contacts": asdict(checked.count) if checked.count else {},
        "withheld": checked.withheld,
        "country_differs": checked.country_differs,
        "notes": list(found.notes),
        "unclear": {field: asdict(cells) for field, cells in checked.unclear.items()},
        "warnings": list(checked.remarks),
        "hints": {
            "countries": [asdict(each) for each in checked.countries],
            "email_domains": [asdict(each) for each in checked.domains],
        },
    }


def _write(
    write: Path,
    file: Path,
    source: Source,
    dialect: Dialect | None,
    suggestion: Suggestion,
    mapping: list[str],
    country: str | None,
) -> None:
    from connectors.sources.registry import kind_of, sheet_of
    from sendersync.pipeline.check.draft_sync_file import Seen, write_draft
    from sendersync.pipeline.one_off import read_mapping, sample

    seen = Seen(
        file=file,
        kind=kind_of(file),
        sheet=sheet_of(source),
        dialect=dialect,
        suggestion=suggestion,
        given=read_mapping(mapping),
        country=country,
        sample=sample(source),
    )
    write_draft(write, seen)


def _opened(
    file: Path,
    country: str | None,
    mapping: list[str],
    write: Path | None,
    rejects: Path | None,
) -> tuple[Source, SyncFile | None, Suggestion]:
    """The source, what says which column is what (None where nothing tells the phone), and more."""
    from connectors.configuration.sync_files import read_sync_file
    from connectors.sources.registry import open_file, open_source
    from schemas.errors import SourceMismatch, WrongUse
    from sendersync.pipeline.one_off import (
        completed,
        import_sync,
        read_mapping,
        refuse_missing_header,
        suggestion,
    )

    if file.suffix.lower() in (".yaml", ".yml"):
        if mapping or country or write:
            raise WrongUse(
                "A sync file says itself which column is what.",
                where="--map, --country, --write",
                do="Leave them out, or name the file of contacts instead.",
            )
        read = read_sync_file(file)
        source = open_source(read.sync, read.folder)
        found = suggestion(source)
        mapped = read.sync.columns.mapped()
        open_ones = {field: some for field, some in found.undecided.items() if field not in mapped}
        return source, read.sync, replace(found, undecided=open_ones)
    source = open_file(file)
    given = read_mapping(mapping)
    phone = given.get("phone")
    refuse_missing_header((phone,) if phone else source.columns(), source.name)
    try:
        # as `import` would take it, so that both count the same
        columns, suggested = completed(source, given)
    except SourceMismatch as unclear:
        if given or write or rejects:
            raise
        print_line(f"Note: {unclear.what} {unclear.do}")
        return source, None, suggestion(source)
    # any sender code will do: nothing is sent
    columns.pop("sender_code", None)
    return source, import_sync(columns, "check", country=country), suggested
