"""`validate`: whether sync files are right, without reading what they name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from schemas.errors import ExitCode, SendersyncError
from sendersync.cli.options import Json, SyncPaths
from sendersync.cli.views.output import console, print_error, print_json, print_text

if TYPE_CHECKING:
    from schemas.sync_file import SyncFile


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command("validate")(validate)


def validate(syncs: SyncPaths, as_json: Json = False) -> int:
    """Say whether sync files are right; nothing they name is read.

    A folder stands for the sync files in it. Exits with 2 where one is not right.
    """
    from connectors.configuration.sync_files import read_sync_file
    from connectors.configuration.sync_folder import refuse_doubled
    from sendersync.cli.several_runs import sync_files_of

    found: list[dict[str, Any]] = []
    seen: dict[str, Path] = {}
    for file in sync_files_of(syncs):
        said: dict[str, Any] = {"file": str(file), "sync": "", "ok": True}
        try:
            sync = read_sync_file(file).sync
            said["sync"] = sync.sync
            if sync.sync in seen:
                raise refuse_doubled(file, sync.sync)
            seen[sync.sync] = file
        except SendersyncError as problem:
            said |= {"ok": False, "error": problem.as_json()}
            print_error(problem)
        else:
            said["summary"] = _summary(sync)
            if not as_json:
                print_text(console(), f"{file}: right. {said['summary']}")
        found.append(said)
    if as_json:
        print_json({"files": found})
    right = all(each["ok"] for each in found)
    return int(ExitCode.COMPLETED if right else ExitCode.WRONG_USE)


def _summary(sync: SyncFile) -> str:
    """Whose contacts go where, in one sentence."""
    columns = ", ".join(field for field, _ in sync.columns.pairs())
    code = sync.sender_code or "of each row"
    return f"Sync {sync.sync}, from {sync.source.kind}: {columns}; sender code {code}."
