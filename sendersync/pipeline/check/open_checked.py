"""A sync file or a file of contacts, opened as `check` looks at it: nothing is written, or sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from connectors.configuration.sync_files import SyncOnDisk
from connectors.sources.registry import open_file, open_source
from connectors.sources.source import Delimited, HasNotes, Source
from schemas.errors import SourceMismatch
from schemas.sync_file import SyncFile
from sendersync.pipeline.check.check_source import check
from sendersync.pipeline.check.result import CheckResult
from sendersync.pipeline.one_off.one_off import (
    completed,
    import_sync,
    refuse_missing_header,
    suggestion,
    words_for,
)
from sendersync.pipeline.reading.permission_question import Question
from sendersync.transforms.mapping.suggest import Suggestion


class Opened(NamedTuple):
    """What is looked at.

    Attributes:
        source: What is read.
        sync: Says which column is what; None where nothing tells the phone.
        suggestion: Which column is what, as it seems.
        of_sync_file: A sync file was named, and not a file of contacts.
        unclear: Why the phone cannot be told, where it cannot.
    """

    source: Source
    sync: SyncFile | None
    suggestion: Suggestion
    of_sync_file: bool = False
    unclear: SourceMismatch | None = None


def open_sync(read: SyncOnDisk, variables: Mapping[str, str] | None = None) -> Opened:
    """The source of a sync file.

    Args:
        read: The sync file.
        variables: Where the credentials of its source are; None: the environment.

    Raises:
        WrongUse: The source is not what the sync file says.
    """
    source = open_source(read.sync, read.folder, variables)
    mapped = read.sync.columns.mapped()
    # `mapped` has the first phone column only, and nobody asks about the others
    decided = (*read.sync.columns.sources(), *read.sync.not_permission)
    found = suggestion(source, mapped=mapped, not_permission=decided)
    undecided = {name: some for name, some in found.undecided.items() if name not in mapped}
    return Opened(source, read.sync, replace(found, undecided=undecided), of_sync_file=True)


def open_contacts(
    path: Path,
    given: Mapping[str, str],
    country: str | None,
    *,
    encoding: str | None = None,
    sheet: str | None = None,
) -> Opened:
    """A file of contacts, as `import` would take it, so that both count the same.

    Args:
        path: The file.
        given: Contact field to column, as a person named them.
        country: Of numbers without a country code; None: none.
        encoding: Of a file of text, where it cannot be found out.
        sheet: Of a spreadsheet with several.

    Raises:
        WrongUse: The file cannot be read, or has no header.
    """
    source = open_file(path, encoding=encoding, sheet=sheet)
    phone = given.get("phone")
    refuse_missing_header((phone,) if phone else source.columns(), source.name)
    try:
        columns, found = completed(source, given)
    except SourceMismatch as unclear:
        return Opened(source, None, suggestion(source), unclear=unclear)
    # any sender code will do: nothing is sent
    columns.pop("sender_code", None)
    words = words_for(columns, found)
    return Opened(source, import_sync(columns, "check", country=country, words=words), found)


def with_questions(
    found: Suggestion, questions: Collection[Question], given: Collection[str]
) -> Suggestion:
    """With what all rows ask, beside what the first ones did.

    Args:
        found: Of the first rows.
        questions: Of all rows.
        given: Fields that a person named, or took back: nothing is asked about them.
    """
    undecided = {field: list(several) for field, several in found.undecided.items()}
    for each in questions:
        known = undecided.setdefault(each.field, [])
        if each.field not in given and each.column not in known:
            known.append(each.column)
    decided = {field: tuple(several) for field, several in undecided.items() if several}
    return replace(found, undecided=decided)


def look_at(opened: Opened, given: Collection[str] = ()) -> CheckResult:
    """Reads what was opened to its end.

    Args:
        opened: From `open_sync` or `open_contacts`.
        given: See `with_questions`.

    Raises:
        SourceMismatch: A person named columns, and the phone is still not known.
        SourceUnavailable: The source broke off.
    """
    if opened.unclear is not None and given:
        raise opened.unclear
    source, summary = opened.source, check(opened.source, opened.sync, ask_all=opened.of_sync_file)
    return CheckResult(
        name=source.name,
        dialect=source.dialect() if isinstance(source, Delimited) else None,
        suggestion=with_questions(opened.suggestion, summary.questions, given),
        summary=summary,
        sync=opened.sync,
        notes=source.notes() if isinstance(source, HasNotes) else (),
        of_sync_file=opened.of_sync_file,
    )
