"""Which columns of a list of people to stop are read: every phone of its rows.

Whoever says stop must not be texted at any of their numbers. So where an import adds somebody by
one phone, a list of stops takes all columns that hold phones, and asks where it is not clear.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from connectors.sources.source import Source
from schemas.errors import SourceMismatch, WrongUse
from schemas.sync_file import FlagWords, LineType, SyncFile
from sendersync.pipeline.one_off.one_off import (
    columns_there,
    completed,
    listed,
    of_all_fields,
    one_off_sync,
    refuse_missing_header,
    sample,
    suggestion,
)
from sendersync.transforms.mapping.suggest import further_phones

_STOPPED: Final = ("phone", "country")
"""Fields that a stop list takes from header words: all that reading a number needs."""

_STOP_FIELDS: Final = (*_STOPPED, "opted_out")
"""Fields that may be mapped for a stop list; with `opted_out` only its yeses are stopped."""


class StopColumns(NamedTuple):
    """How a list of people to stop is read.

    Attributes:
        columns: Contact field to column; `phone` to all that are read.
        left_out: Columns with phones, which a person left out by naming others.
    """

    columns: dict[str, Any]
    left_out: tuple[str, ...]


def stop_columns(source: Source, given: Mapping[str, str | Sequence[str]]) -> StopColumns:
    """What is mapped by name, completed by what header and cells suggest.

    Args:
        source: Its header and its first rows are read.
        given: Field to column, or to several phone columns; empty takes a suggestion back.

    Raises:
        SourceMismatch: The file has no header, a named column is not there, no column is known to
            be the phone, a column may hold further phones of the same people, or who opted out, and
            nobody decided.
    """
    columns_there(source, given)
    phones = tuple(of_all_fields({"phone": given.get("phone", "")}))
    refuse_missing_header(phones, source.name)
    first = {field: next(iter(of_all_fields({field: one})), "") for field, one in given.items()}
    mapping, _ = completed(source, first, _STOPPED)
    if "opted_out" not in given:
        _refuse_mixed_stop_list(source, mapping)
    read = phones or (mapping["phone"],)
    columns = source.columns()
    others = further_phones(columns, sample(source), [*read, *mapping.values()])
    if phones:
        left_out = tuple(each for each in columns if each in {*others.own, *others.perhaps})
        return StopColumns({**mapping, "phone": read}, left_out)
    read += others.own
    if others.perhaps:
        raise _asks_about(others.perhaps, read, source.name)
    return StopColumns({**mapping, "phone": read}, ())


def left_out_phones(columns: Sequence[str]) -> Iterable[str]:
    """What a person hears of columns whose numbers are not stopped."""
    if columns:
        yield (
            f"Not read, though there seem to be phones: {listed(columns)}. To stop those too, name "
            "each with a --map phone= of its own."
        )


def _asks_about(perhaps: Sequence[str], read: Sequence[str], name: str) -> SourceMismatch:
    sure = _map_options(read)
    return SourceMismatch(
        f"{listed(perhaps)} may hold more phones of the same people, or other people's. Whoever "
        "said stop must not be texted at any of their numbers.",
        where=f"{name}:1",
        do=f"To stop those numbers too: {sure} {_map_options(perhaps)}. To leave them out: {sure}",
    )


def _map_options(columns: Sequence[str]) -> str:
    return " ".join(f"--map {shlex.quote(f'phone={column}')}" for column in columns)


def stop_sync(
    mapping: Mapping[str, Any],
    sender_code: str,
    *,
    country: str | None = None,
    words: Mapping[str, FlagWords] | None = None,
    load: Mapping[str, float | int | None] | None = None,
) -> SyncFile:
    """The sync of `sendersync stop`: `stop:<sender code>`, which reads every kind of number.

    Raises:
        WrongUse: An option has a value that cannot be used, or a column is mapped that could only
            get a row rejected.
    """
    for field in mapping:
        if field not in _STOP_FIELDS:
            raise WrongUse(
                "A stop list is read for its phones alone.",
                where=f"--map {field}",
                do="Map phone, country and opted_out only.",
            )
    return one_off_sync(
        "stop",
        mapping,
        sender_code,
        {"default_country": country, "line_types": list(LineType), "words": words or None},
        load,
    )


def _refuse_mixed_stop_list(source: Source, mapping: Mapping[str, str]) -> None:
    """A list of everybody, with a column for those who said stop, does not stop everybody."""
    found = suggestion(source)
    named = [*found.undecided.get("opted_out", ()), found.columns.get("opted_out", "")]
    columns = [each for each in named if each and each not in mapping.values()]
    if columns:
        raise SourceMismatch(
            f"{listed(columns)} may say who opted out, and a stop list stops every row.",
            where=f"{source.name}:1",
            do="To stop only the rows that say so: "
            f"--map {shlex.quote(f'opted_out={columns[0]}')}. "
            "To stop every row: --map opted_out=",
        )
