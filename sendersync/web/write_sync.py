"""What was settled about a file, written as a sync file: under a slug, in one folder, once."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from connectors.configuration.sync_files import parse_sync_file
from connectors.sources.registry import kind_of, sheet_of
from schemas.errors import SyncFileError, WrongUse
from sendersync.pipeline.check.draft_sync_file import DraftInput, Settled, draft, write_draft
from sendersync.pipeline.one_off.one_off import sample
from sendersync.transforms.mapping.suggest import Suggestion
from sendersync.web.checked_upload import CheckedUpload
from sendersync.web.choices import PERMISSIONS
from sendersync.web.file_names import slug
from sendersync.web.refusals import Refused


@dataclass(frozen=True)
class SyncWishes:
    """What a person says of the sync file to write.

    Attributes:
        name: Of the sync; a slug is made of it.
        sender_code: Of every row.
        group: SMS group of every row; may be empty.
        place: Where the file comes from in later nights, a path or a pattern; empty for the
            dropped file itself, which is here for some days only.
    """

    name: str
    sender_code: str
    group: str = ""
    place: str = ""


def write_sync(
    checked: CheckedUpload, wishes: SyncWishes, folder: Path, taken: Collection[str]
) -> Path:
    """Writes the sync file.

    Args:
        checked: The file, with what was settled.
        wishes: The rest.
        folder: Where all sync files of the page lie.
        taken: Names of syncs that the state knows.

    Raises:
        Refused: Something is missing or not usable, or there is a sync of that name.
    """
    name = free_name(wishes.name, folder, taken)
    if not all(each.isprintable() for each in (wishes.sender_code, wishes.group, wishes.place)):
        raise Refused(400, "A field holds a sign that cannot be seen.", "Go back and type it anew.")
    if not checked.ready:
        raise Refused(409, "Something is not decided yet.", "Go back and decide it.")
    path = folder / f"{name}.yaml"
    facts = _facts(checked, wishes, name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        parse_sync_file(draft(path, facts), name=path.name)
        write_draft(path, facts)
    except (SyncFileError, WrongUse) as problem:
        raise Refused(400, problem.what, "Go back and correct it.") from None
    except OSError:
        raise Refused(
            500, "The folder of sync files cannot be written.", "Tell whoever runs `serve`."
        ) from None
    return path


def free_name(given: str, folder: Path, taken: Collection[str]) -> str:
    """A slug that no sync has yet.

    Args:
        given: What somebody typed.
        folder: Where all sync files of the page lie.
        taken: Names of syncs that the state knows.

    Raises:
        Refused: Nothing is left of it, or it is taken.
    """
    name = slug(given)
    if not name:
        raise Refused(400, "The sync needs a name of letters or digits.", "Go back and name it.")
    places = [folder / f"{name}{ending}" for ending in (".yaml", ".yml")]
    if name in taken or any(map(os.path.lexists, places)):
        raise Refused(
            409,
            f"There is a sync called {name} already, and it is left as it is.",
            "Go back and pick another name.",
        )
    return name


def _facts(checked: CheckedUpload, wishes: SyncWishes, name: str) -> DraftInput:
    choices = checked.choices
    chosen = {field: column for field, column in choices.columns.items() if column}
    words = {field: choices.flag_words(field) for field in PERMISSIONS if field in chosen}
    return DraftInput(
        file=checked.upload.path,
        kind=kind_of(checked.upload.path),
        sheet=sheet_of(checked.source),
        dialect=checked.result.dialect,
        suggestion=Suggestion(
            chosen,
            dict.fromkeys(chosen, 1.0),
            words={field: said for field, said in words.items() if said is not None},
        ),
        given=chosen,
        country=choices.country or None,
        sample=sample(checked.source),
        settled=Settled(
            sync=name,
            sender_code=wishes.sender_code.strip(),
            group=wishes.group.strip(),
            place=wishes.place.strip(),
            not_permission=tuple(choices.not_permission),
        ),
    )
