"""`rejects`: the rejected rows of a run, to be mended and imported again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sendersync.cli.options import Json, RunName
from sendersync.cli.speaking import print_json, say
from sendersync.cli.state_access import state_for_reading

Out = Annotated[
    Path,
    typer.Option("--out", metavar="FILE", help="Where: CSV, or Excel for .xlsx (mode 0600)."),
]


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command("rejects")(rejects)


def rejects(run: RunName, out: Out, as_json: Json = False) -> int:
    """Write the rejected rows of a run to a file.

    They stand in the source's own columns, followed by sendersync_line, sendersync_reason and
    sendersync_advice, so that the mended file can be imported as it is. In CSV an apostrophe
    stands before cells that a spreadsheet would take for formulas; reading takes it away again.
    """
    from sendersync.pipeline.plain_csv import write_csv
    from sendersync.pipeline.plain_xlsx import write_xlsx
    from sendersync.pipeline.rejected_rows import harmless, rejects_as_table

    with state_for_reading() as state:
        row = state.run(run)
        columns, kept = state.rejects(row.id)
    table = rejects_as_table(columns, kept)
    if out.suffix.lower() == ".xlsx":
        written = write_xlsx(out, table)
    else:
        written = write_csv(out, harmless(table))
    if as_json:
        counts = {str(code): int(n) for code, n in kept["reason"].value_counts().items()}
        print_json({"run": row.id, "out": str(out), "rows": written, "reasons": counts})
    if written:
        say(f"{out} holds {written:,} rejected rows of run {row.id}.")
        say("It contains personal data: mend it, import it, then delete it.")
    else:
        say(f"Run {row.id} rejected nothing; {out} holds the header alone.")
    return 0
