"""Imports without a sync file, and what stop lists share with them: options and header words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Literal, NamedTuple

import pandas as pd
from pydantic import ValidationError

from connectors.sources.source import Source
from schemas.did_you_mean import nearest
from schemas.errors import SourceMismatch, WrongUse
from schemas.sync_file import FlagWords, SyncFile
from sendersync.pipeline.one_off.refuse_departed import (
    refuse_departed_names,
    refuse_departure_columns,
)
from sendersync.state.one_off_names import one_off_name
from sendersync.transforms.mapping.suggest import (
    LIKELY,
    Suggestion,
    may_be_their_phone,
    reads_as_data,
    suggest,
)

SAMPLE_ROWS: Final = 5_000
"""Rows that a suggestion looks at."""

IMPORTED: Final = ("phone", "email", "country", "first_name", "opted_out", "consent")
"""Fields that an import takes from header words alone. A key decides whose number it is, a group or
customer key is sent to the platform: those are mapped by name or not at all."""

PERMISSIONS: Final = frozenset({"opted_out", "consent"})

_OPTIONS = {
    "sender_code": "--sender-code",
    "default_country": "--country",
    "group": "--group",
    "rate_per_second": "--rate",
    "concurrency": "--concurrency",
}


class ImportMapping(NamedTuple):
    """How an import reads its file.

    Attributes:
        columns: Contact field to column.
        words: `opted_out` and `consent` to what their cells mean, where they are words of a status.
        decided: Those of the two that a person mapped or took back.
    """

    columns: dict[str, str]
    words: dict[str, FlagWords]
    decided: frozenset[str]


def import_mapping(source: Source, given: Mapping[str, str]) -> ImportMapping:
    """What is mapped by name, completed by what header and cells suggest.

    Args:
        source: Its header and its first rows are read.
        given: Field to column, as `read_mapping` gives it.

    Raises:
        SourceMismatch: The file has no header, a named column is not there, no column is known
            to be the phone, or a column, or the name of the file or its sheet, may say who must
            not be texted and nobody decided.
    """
    columns, found = completed(source, given)
    for field in ("opted_out", "consent"):
        undecided = found.undecided.get(field, ())
        if undecided:
            raise _undecided(field, undecided, source.name)
    if "opted_out" not in given:
        refuse_departed_names(source)
        refuse_departure_columns([sample(source)], columns.values(), source.name)
    return ImportMapping(columns, words_for(columns, found), PERMISSIONS.intersection(given))


def words_for(columns: Mapping[str, str], found: Suggestion) -> dict[str, FlagWords]:
    """What the cells of permissions mean, where the columns are the suggested ones."""
    return {
        field: words
        for field, words in found.words.items()
        if field in columns and columns[field] == found.columns.get(field)
    }


def completed(
    source: Source, given: Mapping[str, str], suggested: Sequence[str] = IMPORTED
) -> tuple[dict[str, str], Suggestion]:
    """As `import_mapping`, with what was suggested, and without refusing what is undecided.

    Args:
        source: Its header and its first rows are read.
        given: Field to column.
        suggested: Fields that a suggestion may fill; those of a stop list are without `consent`.

    Raises:
        SourceMismatch: The file has no header, a named column is not there, or no column can be
            told to be the phone.
    """
    columns = source.columns()
    columns_there(source, given)
    phone = given.get("phone", "")
    refuse_missing_header((phone,) if phone else columns, source.name)
    taken = {column for column in given.values() if column}
    stop_list = "consent" not in suggested
    found = suggestion(source, stop_list=stop_list)
    # what a person named, or took back, is decided
    open_ones = {field: some for field, some in found.undecided.items() if field not in given}
    found = replace(found, undecided=open_ones)
    likely = {
        field: column
        for field, column in found.columns.items()
        if field in suggested
        and field not in given
        and column not in taken
        and (field == "phone" or found.confidence[field] >= LIKELY)
    }
    mapping = {field: column for field, column in {**likely, **given}.items() if column}
    alone = columns[0] if len(columns) == 1 else ""
    if "phone" not in mapping and alone and may_be_their_phone(alone, stop_list=stop_list):
        mapping = {"phone": alone, **mapping}
    if "phone" not in mapping:
        several = (
            " (once for each column with phones, since all of them are stopped)"
            if stop_list
            else " (one; a sync file may list several: `phone: [A, B]`)"
        )
        raise SourceMismatch(
            "Cannot tell which column is the phone."
            if columns
            else "The file is empty: there is no header.",
            where=f"{source.name}:1",
            do=f"Name it with --map phone=COLUMN{several}; the columns are: {listed(columns)}."
            if columns
            else "Get it again from where it came; its first line must name the columns.",
        )
    return mapping, found


def columns_there(source: Source, mapping: Mapping[str, Any]) -> None:
    """Refuses a mapping to a column that the file has not.

    Args:
        source: The file.
        mapping: Field to column, or to a list of columns; empty for none.

    Raises:
        SourceMismatch: Names the nearest column.
    """
    columns = source.columns()
    for field, named in mapping.items():
        for column in of_all_fields({field: named}):
            if column not in columns:
                raise _no_such_column(field, column, columns, source.name)


def of_all_fields(mapping: Mapping[str, Any]) -> list[str]:
    """The columns of a mapping, of a list of them each."""
    several = ([named] if isinstance(named, str) else named or () for named in mapping.values())
    return [column for each in several for column in each if column]


def suggestion(source: Source, **choices: Any) -> Suggestion:
    """What the header's words and the first rows suggest; `choices` are those of `suggest`."""
    columns = source.columns()
    return suggest(columns, sample(source), **choices) if columns else Suggestion({}, {})


def sample(source: Source) -> pd.DataFrame:
    """The first rows of a source."""
    for records in source.read():
        return records.frame.head(SAMPLE_ROWS)
    return pd.DataFrame()


def refuse_missing_header(columns: Sequence[str], name: str) -> None:
    """Refuses a file whose first line is a row: that person would be taken for a column's name.

    Raises:
        SourceMismatch: Says what to write into the file.
    """
    for place, column in enumerate(columns, start=1):
        if reads_as_data(column):
            raise SourceMismatch(
                f"The first line must name the columns, and cell {place} of it reads as a phone "
                "number or an e-mail address: the header is missing.",
                where=f"{name}:1",
                do="Put a line such as `phone` above the first row, so that nobody is left out.",
            )


def import_sync(
    mapping: Mapping[str, str],
    sender_code: str,
    *,
    group: str | None = None,
    country: str | None = None,
    words: Mapping[str, FlagWords] | None = None,
    load: Mapping[str, float | int | None] | None = None,
) -> SyncFile:
    """The sync of `sendersync import`: `import:<sender code>`, which never stops anyone.

    Raises:
        WrongUse: An option has a value that cannot be used.
    """
    settings = {
        "group": group,
        "default_country": country,
        "words": dict(words) if words else None,
    }
    return import_settings(mapping, sender_code, settings, load)


def import_settings(
    columns: Mapping[str, Any],
    sender_code: str,
    settings: Mapping[str, Any],
    load: Mapping[str, float | int | None] | None,
) -> SyncFile:
    """As `import_sync`, with any other key of a sync file.

    Raises:
        WrongUse: An option has a value that cannot be used.
    """
    return one_off_sync("import", columns, sender_code, {**settings, "removals": "keep"}, load)


def one_off_sync(
    command: Literal["import", "stop"],
    mapping: Mapping[str, Any],
    sender_code: str,
    settings: Mapping[str, Any],
    load: Mapping[str, float | int | None] | None,
) -> SyncFile:
    """The sync of a command that has no sync file.

    Args:
        command: Which one.
        mapping: Contact field to column.
        sender_code: Of all rows.
        settings: Other keys of a sync file; None is left out.
        load: Rate and concurrency.

    Raises:
        WrongUse: An option has a value that cannot be used.
    """
    pace = {name: value for name, value in (load or {}).items() if value is not None}
    given = {name: value for name, value in settings.items() if value is not None}
    if "sender_code" in mapping:
        raise WrongUse(
            "The sender code is given once for the whole file.",
            where="--map sender_code",
            do="Leave it out, or write a sync file with `columns: sender_code:`.",
        )
    try:
        sync = SyncFile.model_validate(
            {
                "sync": command,
                "source": {"kind": "csv", "path": "-"},
                "columns": dict(mapping),
                "sender_code": sender_code,
                "load": pace,
                **given,
            }
        )
    except ValidationError as refused:
        raise _wrong_option(refused) from None
    return sync.model_copy(update={"sync": one_off_name(command, sync.sender_code or "")})


def _wrong_option(refused: ValidationError) -> WrongUse:
    first = refused.errors()[0]
    place = str(first["loc"][-1]) if first["loc"] else "group"
    message = str(first["msg"]).removeprefix("Value error, ")
    if not first["loc"]:
        return WrongUse(
            "The group is given once.",
            where="--group",
            do="Give --group or --map group=, not both.",
        )
    return WrongUse(
        f"The value cannot be used: {message[:1].lower()}{message[1:]}.",
        where=_OPTIONS.get(place, place),
        do="Correct the option and run again.",
    )


def _undecided(field: str, columns: Sequence[str], name: str) -> SourceMismatch:
    what = "opted out" if field == "opted_out" else "agreed to texts"
    return SourceMismatch(
        f"{listed(columns)} may say who {what}, but this is not certain.",
        where=f"{name}:1",
        do=f"Write yes or no into its cells and name it with --map {field}=COLUMN; or, if it says "
        f"nothing about texts, go on without it: --map {field}= (`sendersync check` says more).",
    )


def _no_such_column(field: str, column: str, columns: Sequence[str], name: str) -> SourceMismatch:
    near = nearest(column, columns)
    return SourceMismatch(
        f"`{field}` is mapped to the column {column!r}, which is not there.",
        where=f"{name}:1",
        do=f"Did you mean {near!r}?" if near else f"The columns are: {listed(columns)}.",
    )


def listed(columns: Sequence[str]) -> str:
    """Columns as a message names them."""
    return ", ".join(repr(each) for each in columns)
