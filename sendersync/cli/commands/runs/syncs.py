"""`list`, `rename`, `retire`: the syncs that the state knows."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from schemas.errors import WrongUse
from schemas.wording import counted
from sendersync.cli.options import Json
from sendersync.cli.state_access import existing_state, state_for_reading
from sendersync.cli.views.output import console, print_json, print_text

if TYPE_CHECKING:
    from sendersync.state.syncs import SyncRow

Name = Annotated[str, typer.Argument(metavar="SYNC", help="The sync's name: its `sync:`.")]
Old = Annotated[str, typer.Argument(metavar="OLD", help="The name it has.")]
New = Annotated[str, typer.Argument(metavar="NEW", help="The name it gets.")]
Undo = Annotated[bool, typer.Option("--undo", help="Take a retired sync up again.")]


def register(app: typer.Typer) -> None:
    """Adds the commands to the command line."""
    app.command("list")(list_syncs)
    app.command("rename")(rename)
    app.command("retire")(retire)


def list_syncs(as_json: Json = False) -> int:
    """List the syncs that the state knows, with their last runs."""
    from sendersync.cli.views.tables import table
    from sendersync.transforms.idle_syncs import is_idle

    now = datetime.now().astimezone()
    with state_for_reading(may_migrate=True) as state:
        rows, where, missing = state.syncs.all(), state.where, state.missing
    idle = {row.sync for row in rows if not row.retired_at and is_idle(row.last_run_at, now)}
    if as_json:
        print_json({"syncs": [_as_json(row, idle=row.sync in idle) for row in rows]})
        return 0
    if not rows:
        there = f"There is no state here: {where}." if missing else f"{where} knows no sync yet."
        print_text(console(), there)
        return 0
    lines = [
        (row.sync, f"{row.members:,}", _last_run(row), _use(row, idle=row.sync in idle))
        for row in rows
    ]
    console().print(table(("Sync", "Members", "Last run", "In use"), lines, right=("Members",)))
    return 0


def _last_run(row: SyncRow) -> str:
    if row.last_run_at is None:
        return "never"
    status = row.status.replace("_", " ") or "active, or died"
    return f"{row.last_run_at:%Y-%m-%d}, {status}"


def _use(row: SyncRow, *, idle: bool) -> str:
    if row.retired_at:
        return f"no: retired {row.retired_at}"
    return "no: idle for 30 days" if idle else "yes"


def _as_json(row: SyncRow, *, idle: bool) -> dict[str, object]:
    began = row.last_run_at
    return {
        "sync": row.sync,
        "members": row.members,
        "last_run": row.last_run,
        "last_run_at": began.isoformat() if began else "",
        "status": row.status,
        "idle": idle,
        "retired_at": row.retired_at,
    }


def rename(old: Old, new: New, as_json: Json = False) -> int:
    """Give a sync another name, with all that is known of it."""
    from schemas.sync_file import checked_sync_name

    try:
        checked_sync_name(new)
    except ValueError as refused:
        raise WrongUse(
            f"{new!r} cannot be the name of a sync: it {refused}.",
            where="NEW",
            do="Pick another name, such as `newsletter-us`.",
        ) from None
    with existing_state() as state:
        state.syncs.require(old)
        with state.lease(old) as lease:
            state.syncs.rename(lease, new, datetime.now().astimezone())
    if as_json:
        print_json({"renamed": old, "sync": new})
    else:
        print_text(
            console(),
            f"{old} is called {new} now, with its people and runs. Write `sync: {new}` into its "
            "sync file before the next run; a run under the old name is refused.",
        )
    return 0


def retire(sync: Name, undo: Undo = False, as_json: Json = False) -> int:
    """Take a sync out of use; it stops nobody itself."""
    now = datetime.now().astimezone()
    with existing_state() as state:
        state.syncs.require(sync)
        with state.lease(sync) as lease:
            state.syncs.retire(lease, None if undo else now)
        (row,) = (each for each in state.syncs.all() if each.sync == sync)
    if as_json:
        print_json({"sync": sync, "retired_at": row.retired_at, "members": row.members})
        return 0
    people = counted(row.members, "person of it may", "people of it may")
    print_text(
        console(),
        f"{sync} is in use again."
        if undo
        else f"{sync} is out of use now: its runs are refused. {people} still get texts: "
        "whoever leaves the other syncs on that sender code is stopped by them; to stop the "
        "rest, use `sendersync stop FILE`.",
    )
    return 0
