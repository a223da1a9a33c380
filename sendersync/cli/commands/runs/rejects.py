"""`rejects`: the rejected rows of a run, to be fixed and imported again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from schemas.errors import WrongUse
from schemas.wording import counted
from sendersync.cli.options import Json, RunName
from sendersync.cli.state_access import state_for_reading
from sendersync.cli.views.output import print_command, print_json, print_line

Out = Annotated[
    Path,
    typer.Option("--out", metavar="FILE", help="Where: CSV, or Excel for .xlsx (mode 0600)."),
]


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command("rejects")(rejects)


def rejects(run: RunName, out: Out, as_json: Json = False) -> int:
    """Write the rejected rows of a run to a file.

    They are in the source's own columns, followed by sendersync_line, sendersync_reason and
    sendersync_advice, so that the fixed file can be imported as it is. In CSV an apostrophe
    comes before cells that a spreadsheet would take for formulas; reading takes it away again.
    """
    from sendersync.pipeline.export.rejected_rows import KEPT, reimport_command, write_rejects

    with state_for_reading() as state:
        row = state.runs.one(run)
        columns, kept = state.rejects.of(row.id)
    if kept.empty and row.report.get("contacts", {}).get("rejected"):
        raise WrongUse(
            f"No rejected row of this run is left: they are kept for {KEPT.days} days, or until "
            "an import brings them back fixed.",
            where=f"run {row.id}",
            do="Take them from a newer run: `sendersync history` lists them.",
        )
    written = write_rejects(out, columns, kept)
    read_as = row.report.get("read_as", {})
    back = reimport_command(row.id, row.command, read_as, out, columns, kept)
    if as_json:
        counts = {str(code): int(n) for code, n in kept["reason"].value_counts().items()}
        found = {"run": row.id, "out": str(out), "rows": written, "reasons": counts}
        print_json({**found, "back": back})
    if written:
        print_line(f"{counted(written, 'rejected row')} of run {row.id} written to {out}.")
        print_line("It contains personal data: fix it, import it, then delete it.")
        _say_the_way_back(row.command, read_as, back)
    else:
        print_line(f"Run {row.id} rejected no row; {out} has only the column names.")
    return 0


def _say_the_way_back(command: str, read_as: dict[str, Any], back: str) -> None:
    if command in ("run", "adopt"):
        print_line("Rows that you fix in the source itself are read by the next run.")
    if back:
        print_line("To bring the fixed file back:")
        print_command(back)
    elif "sender_code" in read_as.get("columns", {}):
        print_line(
            "Each row has its own sender code, and `import` takes one for all: fix the source."
        )
    elif isinstance(read_as.get("columns", {}).get("phone"), list):
        print_line(
            "This sync reads its phones from several columns: import the file with --like and the "
            "sync file."
        )
    else:
        print_line(
            "This run was made by an older version: import the file with --map field=Column "
            "for each of the sync file's `columns:`."
        )
