"""`backup`: a copy of the state."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from schemas.errors import WrongUse
from schemas.wording import counted
from sendersync.cli.options import Json
from sendersync.cli.state_access import state_for_reading
from sendersync.cli.views.output import console, print_json, print_text

if TYPE_CHECKING:
    from collections.abc import Mapping

Target = Annotated[Path, typer.Argument(metavar="FILE", help="The copy; a file not there yet.")]


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command("backup")(backup)


def backup(file: Target, as_json: Json = False) -> int:
    """Copy the state into a new file, and check the copy.

    Runs may go on meanwhile: the copy is of one moment. A Postgres state becomes a SQLite file with
    the same tables.
    """
    from sendersync.pipeline.export.output_place import refuse_own_file

    refuse_own_file(file, "FILE")
    with state_for_reading() as state:
        if state.missing:
            raise WrongUse(
                "There is no state here, so there is nothing to copy.",
                where=state.where,
                do="Correct SENDERSYNC_STATE, or run a sync first.",
            )
        rows = state.backup(file)
        where = state.where
    if as_json:
        print_json({"file": str(file), "state": where, "rows": by_table(rows)})
        return 0
    print_text(console(), f"{where} is copied to {file}, and the copy is checked: {held(rows)}.")
    return 0


def by_table(rows: Mapping[str, int]) -> dict[str, int]:
    """Counts under the short names of their tables."""
    return {name.removeprefix("sendersync_"): count for name, count in rows.items()}


def held(rows: Mapping[str, int]) -> str:
    """What a state holds, in words."""
    found = by_table(rows)
    on_list = counted(found.get("suppressions", 0), "phone")
    return (
        f"{counted(found.get('members', 0), 'member')}, {counted(found.get('runs', 0), 'run')}, "
        f"{on_list} on the do-not-contact list"
    )
