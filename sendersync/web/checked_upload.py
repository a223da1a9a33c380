"""A dropped file, read with what was settled about it: what `check` shows, for a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from connectors.sources.registry import open_file
from connectors.sources.source import Source
from schemas.errors import SourceMismatch
from schemas.sync_file import SyncFile
from schemas.sync_keys.country_codes import country_code
from sendersync.pipeline.check.open_checked import Opened, look_at
from sendersync.pipeline.check.result import CheckResult
from sendersync.pipeline.one_off.one_off import (
    columns_there,
    completed,
    import_settings,
    refuse_missing_header,
    sample,
    suggestion,
)
from sendersync.pipeline.one_off.refuse_departed import refuse_departed_names
from sendersync.transforms.cells.flags import fold_word
from sendersync.transforms.mapping.suggest import LIKELY, Suggestion
from sendersync.transforms.mapping.unclear_words import shown_words
from sendersync.web.choices import FIELDS, PERMISSIONS, Choices
from sendersync.web.refusals import Refused
from sendersync.web.upload_store import Upload

_LEFT_TO_A_PERSON: Final = frozenset({"group", "customer_key"})
"""Fields that are sent to the platform: chosen by a person or not at all."""

MOST_COLUMNS: Final = 1_000
"""Reading takes a millisecond a column, and a page that answers late looks broken."""


@dataclass(frozen=True)
class CheckedUpload:
    """What a page knows of a dropped file.

    Attributes:
        upload: The file.
        source: How it is read.
        choices: What it was read with.
        result: What came of it.
        cells: Columns that a person must decide about, each with what stands there and how often,
            as far as it may be shown.
        name_says: Why nobody of it may be added by its name alone; empty where nothing is said.
    """

    upload: Upload
    source: Source
    choices: Choices
    result: CheckResult
    cells: Mapping[str, Mapping[str, int]]
    name_says: str

    @property
    def undecided(self) -> tuple[str, ...]:
        """Columns that wait for an answer, each once."""
        found = self.result.suggestion.undecided.values()
        return tuple(dict.fromkeys(column for several in found for column in several))

    @property
    def ready(self) -> bool:
        """Whether a sync file can be written: the phone is known and all is answered."""
        return bool(self.choices.columns.get("phone") and not self.undecided and not self.name_says)


def check_upload(upload: Upload, settled: Choices | None) -> CheckedUpload:
    """Reads a file to its end.

    Args:
        upload: The file.
        settled: What a person has chosen; None: what header and cells suggest.

    Raises:
        SendersyncError: The file cannot be read.
        Refused: A choice is none: there is no such column or country.
    """
    source = open_file(upload.path)
    if (found := len(source.columns())) > MOST_COLUMNS:
        raise Refused(
            422,
            f"This file has {found:,} columns, and the page reads {MOST_COLUMNS:,} at most.",
            "Leave out columns that are not needed, or look at it with `sendersync check FILE`.",
        )
    choices = settled if settled is not None else _suggested(source)
    chosen = {name: column for name, column in choices.columns.items() if column}
    phone = chosen.get("phone")
    refuse_missing_header((phone,) if phone else source.columns(), source.name)
    sync = _sync(source, choices, chosen) if phone else None
    seen = suggestion(
        source, mapped=chosen, not_permission=(*chosen.values(), *choices.not_permission)
    )
    open_ones = {name: some for name, some in seen.undecided.items() if name not in chosen}
    seen = replace(seen, undecided=open_ones)
    result = look_at(Opened(source, sync, seen, of_sync_file=True))
    asked = [column for several in result.suggestion.undecided.values() for column in several]
    cells = _cells(sample(source), asked)
    return CheckedUpload(upload, source, choices, result, cells, _departed(source))


def require_usable(upload: Upload, choices: Choices) -> None:
    """Looks at choices before they are kept: a page with a wrong one could not be opened again.

    Args:
        upload: The file; its header alone is read.
        choices: What a person has chosen.

    Raises:
        SendersyncError: The file cannot be read.
        Refused: A choice is none: there is no such column or country.
    """
    source = open_file(upload.path)
    chosen = {name: column for name, column in choices.columns.items() if column}
    # any column will do for the phone here: without one all else is looked at too
    columns = source.columns()
    _sync(source, choices, {"phone": columns[0], **chosen} if columns else chosen)


def _suggested(source: Source) -> Choices:
    """What header and cells suggest, as `check --write` would write it."""
    found = suggestion(source)
    columns = {
        name: column
        for name, column in found.columns.items()
        if name in FIELDS
        and name not in _LEFT_TO_A_PERSON
        and name not in found.undecided
        and (name == "phone" or found.confidence[name] >= LIKELY)
    }
    if "phone" not in columns:
        with suppress(SourceMismatch):  # then a person says it
            columns |= {"phone": completed(source, {})[0]["phone"]}
    return Choices(columns=columns, words=_words(found, columns))


def _words(found: Suggestion, columns: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {
        name: dict.fromkeys(said.means_yes, "yes") | dict.fromkeys(said.means_no, "no")
        for name, said in found.words.items()
        if name in columns
    }


def _sync(source: Source, choices: Choices, chosen: Mapping[str, str]) -> SyncFile:
    """What the choices say, as a sync that never runs."""
    try:
        columns_there(source, chosen)
        country = country_code(choices.country) if choices.country else None
        words = {name: choices.flag_words(name) for name in PERMISSIONS if name in chosen}
    except SourceMismatch as problem:
        raise Refused(400, problem.what, "Go back and choose one of its columns.") from None
    except ValueError:
        raise Refused(400, "This is no country.", "Go back: it has two letters, like US.") from None
    settings = {
        "default_country": country,
        "words": {name: said for name, said in words.items() if said} or None,
        "not_permission": list(choices.not_permission) or None,
    }
    return import_settings(chosen, "check", settings, None)


def _cells(rows: pd.DataFrame, columns: Sequence[str]) -> dict[str, dict[str, int]]:
    """What stands in columns, the commonest first, without what may name a person."""
    found = {}
    for column in columns:
        if column in rows:
            counts: dict[str, int] = {}
            for value, times in rows[column].value_counts().items():
                word = fold_word(str(value)) or "(empty)"
                counts[word] = counts.get(word, 0) + int(times)
            found[column] = shown_words(column, counts)
    return found


def _departed(source: Source) -> str:
    try:
        refuse_departed_names(source)
    except SourceMismatch as problem:
        return problem.what
    return ""
