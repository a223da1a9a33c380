"""`check`: what a source holds, before anything is done with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sendersync.cli.masked import shown_cell, shown_field
from sendersync.cli.options import Country, Json, Map, Unmasked
from sendersync.cli.speaking import console, print_json, say

if TYPE_CHECKING:
    from connectors.sources.source import Source
    from schemas.sync_file import SyncFile
    from sendersync.pipeline.check import Checked

CheckedPath = Annotated[
    Path, typer.Argument(metavar="SYNC.yaml|FILE", help="A sync file, or a file of contacts.")
]
Clean = Annotated[
    Path | None,
    typer.Option("--clean", metavar="OUT.csv", help="Write what was read as plain UTF-8 CSV."),
]


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command("check")(check)


def check(
    file: CheckedPath,
    country: Country = None,
    mapping: Map = None,
    clean: Clean = None,
    unmasked: Unmasked = False,
    as_json: Json = False,
) -> int:
    """Read and normalise a source, and do nothing else.

    Needs no credentials. Shows how the file is written, which column is what, what would be
    rejected and why, and 20 rows before and after.
    """
    from connectors.sources.source import Delimited, Noted
    from sendersync.pipeline.check import check as check_source
    from sendersync.pipeline.one_off import suggested_mapping

    source, sync = _opened(file, country, mapping or [])
    columns = source.columns()
    dialect = vars_of(source.dialect()) if isinstance(source, Delimited) else {}
    suggested = suggested_mapping(source)
    checked = check_source(source, sync, clean)
    notes = source.notes() if isinstance(source, Noted) else ()
    if as_json:
        count = vars_of(checked.count) if checked.count else {}
        print_json(
            {
                "dialect": dialect,
                "columns": list(columns),
                "rows": checked.rows,
                "suggested": suggested,
                "reasons": checked.reasons,
                "mapping": sync.columns.mapped() if sync else {},
                "complete": checked.complete,
                "contacts": count,
                "withheld": checked.withheld,
                "country_differs": checked.country_differs,
                "notes": list(notes),
            }
        )
    else:
        _show(source.name, dialect, suggested, checked, sync, unmasked=unmasked)
        for note in notes:
            say(f"Note: {note[0].upper()}{note[1:]}.")
    if clean is not None:
        say(f"{clean} holds {checked.rows - checked.malformed:,} rows, and personal data.")
        if checked.malformed:
            say(f"{checked.malformed:,} rows could not be read into columns and are not in it.")
    return 0


def vars_of(thing: Any) -> dict[str, Any]:
    """A dataclass as a dictionary."""
    from dataclasses import asdict

    return asdict(thing)


def _opened(file: Path, country: str | None, mapping: list[str]) -> tuple[Source, SyncFile | None]:
    """The source, and what says which column is what; None where nothing tells the phone."""
    from connectors.sources.registry import open_file, open_source
    from connectors.sync_files import read_sync_file
    from schemas.errors import SourceMismatch, WrongUse
    from sendersync.pipeline.one_off import (
        import_sync,
        mapping_of,
        read_mapping,
        refuse_missing_header,
    )

    if file.suffix.lower() in (".yaml", ".yml"):
        if mapping or country:
            raise WrongUse(
                "A sync file says itself which column is what.",
                where="--map, --country",
                do="Leave them out, or name the file of contacts instead.",
            )
        read = read_sync_file(file)
        return open_source(read.sync, read.folder), read.sync
    source = open_file(file)
    given = read_mapping(mapping)
    phone = given.get("phone")
    refuse_missing_header((phone,) if phone else source.columns(), source.name)
    try:
        # as `import` would take it, so that both count the same
        found = mapping_of(source, given)
    except SourceMismatch as unclear:
        if given:
            raise
        say(f"Note: {unclear.what} {unclear.do}")
        return source, None
    # any sender code will do: nothing is sent
    found.pop("sender_code", None)
    return source, import_sync(found, "check", country=country)


def _show(
    name: str,
    dialect: dict[str, Any],
    suggested: dict[str, str],
    checked: Checked,
    sync: SyncFile | None,
    *,
    unmasked: bool,
) -> None:
    from sendersync.cli.report_view import reasons_table
    from sendersync.cli.tables import table

    out = console()
    out.print(name, style="bold", soft_wrap=True)
    if dialect:
        named = f"header in line {line}" if (line := dialect["header_line"]) else "no header"
        out.print(
            f"Written as {dialect['encoding']}, delimiter {dialect['delimiter']!r}, "
            f"quote {dialect['quote']!r}, {named}.",
            soft_wrap=True,
        )
        for note in dialect["notes"]:
            out.print(f"Note: {note}.", soft_wrap=True, markup=False)
    mapping = sync.columns.mapped() if sync else {}
    fields = {column: field for field, column in reversed(suggested.items())}
    used = {column: field for field, column in reversed(mapping.items())}
    out.print()
    out.print(
        table(
            ("Column", "Used as", "Suggested"),
            [(each, used.get(each, ""), fields.get(each, "")) for each in checked.columns],
        )
    )
    _show_counts(out, checked)
    reasons = checked.reasons | checked.withheld
    if reasons:
        out.print()
        out.print(reasons_table(reasons))
    if checked.samples:
        out.print()
        out.print(_sample_table(checked, unmasked=unmasked))


def _show_counts(out: Any, checked: Checked) -> None:
    count = checked.count
    words = f"{checked.rows:,} rows"
    if count is not None:
        words += (
            f": {count.accepted:,} accepted, {count.rejected:,} rejected, "
            f"{count.merged:,} merged, {count.withheld:,} withheld"
        )
    out.print(words + ".", soft_wrap=True)
    if not checked.complete:
        out.print("The file was not read to its end, or changed meanwhile.", soft_wrap=True)
    if checked.country_differs:
        out.print(
            f"In {checked.country_differs:,} rows the country column disagrees with the number; "
            "the number counts.",
            soft_wrap=True,
        )


def _sample_table(checked: Checked, *, unmasked: bool) -> Any:
    from sendersync.cli.tables import table

    rows = []
    for each in checked.samples:
        before = [shown_cell(field, cell, unmasked=unmasked) for field, cell in each.before.items()]
        after = [shown_field(field, cell, unmasked=unmasked) for field, cell in each.after.items()]
        rows.append(
            (each.line, " | ".join(before), each.end, " | ".join(cell for cell in after if cell))
        )
    return table(
        ("Line", "Before", "Becomes", "After"),
        rows,
        right=("Line",),
        title=f"The first {len(rows)} rows",
    )
