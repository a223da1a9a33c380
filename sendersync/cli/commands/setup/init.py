"""`init`: a folder to begin in, with a sync file, a `.env` and a `.gitignore`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

import typer

from sendersync.cli.options import Country
from sendersync.cli.views.output import console, print_text

Folder = Annotated[
    Path, typer.Argument(metavar="FOLDER", help="Where; it is made where it is not there.")
]
From = Annotated[
    str,
    typer.Option(
        "--from",
        metavar="FILE|CRM",
        help="A file of contacts, or hubspot, salesforce, odoo, sql.",
    ),
]
Named = Annotated[
    str | None,
    typer.Option("--name", metavar="NAME", help="The sync's name, and that of its file."),
]

_IGNORED: Final = """\
# Credentials, and people's data: neither belongs into a repository.
.env
*.db
*.db-journal
*.csv
*.xlsx
rejected*
"""

_SETTINGS: Final = {
    "SENDERSYNC_API_URL": "the site of the SMS platform, such as https://mail.example.com",
    "SENDERSYNC_REALM": "the name of your account on the platform",
    "SENDERSYNC_PASSWORD": "the API password of that account",
}


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command("init")(init)


def init(
    folder: Folder = Path(),
    begin_with: From = "contacts.csv",
    name: Named = None,
    country: Country = None,
) -> int:
    """Make a folder to begin in: a sync file, .env and .gitignore.

    A file of contacts is looked at, as `check` does, and its columns stand in the sync file. Of a
    CRM the usual fields do. What only you can say stands there as FILL_IN or DECIDE, and nothing
    runs before. No file that exists is changed.
    """
    from schemas.errors import WrongUse
    from schemas.sync_file import checked_sync_name
    from sendersync.pipeline.check.crm_drafts import DRAFTS, crm_draft
    from sendersync.pipeline.check.draft_sync_file import sync_name

    crm = DRAFTS.get(begin_with)
    file = Path(begin_with)
    if crm is None and not file.exists():
        known = ", ".join(DRAFTS)
        raise WrongUse(
            "There is no such file, and no CRM of that name.",
            where=f"--from {begin_with}",
            do=f"Name your export, or one of {known}.",
        )
    try:
        sync = checked_sync_name(name or (begin_with if crm else sync_name(file)))
    except ValueError as problem:
        raise WrongUse(
            f"A sync's name {problem}.", where="--name", do="Such as weekly-letter."
        ) from None
    place = folder / f"{sync}.yaml"
    if os.path.lexists(place):
        raise WrongUse(
            "There is a file of that name already, and it is left as it is.",
            where=str(place),
            do="Pick another name with --name, or another folder.",
        )
    _make(folder)
    if crm is None:
        from sendersync.cli.commands.setup.check import CheckRequest, checked

        checked(CheckRequest(file=file, country=country, outputs={"--write": place}))
    else:
        _write(place, crm_draft(begin_with, sync))
    done = [f"{place}: a sync file. Read it first: what is left to do stands at its top."]
    done += _begin(folder / ".env", _settings(crm.variables if crm else {}), 0o600, "credentials")
    done += _begin(folder / ".gitignore", _IGNORED, 0o644, "what no repository should hold")
    out = console()
    for line in done:
        print_text(out, line)
    print_text(out, "Then, in that folder:")
    for command in (f"sendersync validate {place.name}", f"sendersync plan {place.name}"):
        out.print(f"  {command}", soft_wrap=True)
    return 0


def _settings(crm: Mapping[str, str]) -> str:
    lines = ["# Keep this file to yourself: whoever has it can send texts in your name."]
    for name, meaning in {**_SETTINGS, **crm}.items():
        lines += [f"# {meaning}", f"{name}="]
    lines += [
        "# What survives a run. Without this line it lies in your own data folder.",
        "# SENDERSYNC_STATE=sqlite:////path/to/state.db",
        "# To try without an account: `sendersync sandbox` prints what to write here.",
        "",
    ]
    return "\n".join(lines)


def _make(folder: Path) -> None:
    from schemas.errors import WrongUse

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise WrongUse(
            f"The folder cannot be made ({problem.strerror}).",
            where=str(folder),
            do="Choose a place that you may write.",
        ) from None


def _begin(path: Path, text: str, mode: int, what: str) -> list[str]:
    """Writes a file that is not there; one that is there is left alone, and said."""
    if os.path.lexists(path):
        return [f"{path}: is there already, and left as it is."]
    _write(path, text, mode)
    return [f"{path}: {what}."]


def _write(path: Path, text: str, mode: int = 0o644) -> None:
    from schemas.errors import WrongUse

    try:
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(opened, "w", encoding="utf-8") as out:
            out.write(text)
    except OSError as problem:
        raise WrongUse(
            f"The file cannot be written ({problem.strerror}).",
            where=str(path),
            do="Choose a folder that you may write.",
        ) from None
