"""Who texted STOP, as the platform's own list says: read before anything else in every run.

Nothing else can know it. Every file of the list is read every time: whoever stands in one of them
is never added, and a file that was read before changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from connectors.sources.files.delivered_file import longest
from connectors.sources.opt_out_files import OneTable, OptOutFiles, tables
from connectors.sources.source import Source
from schemas.errors import SourceMismatch
from schemas.frames import CONTACTS
from schemas.sync_file import FlagWords, SyncFile
from schemas.sync_keys.opt_outs import OptOuts
from schemas.wording import counted, named_lines
from sendersync.pipeline.extract import extract
from sendersync.pipeline.one_off.columns_of_stops import stop_columns, stop_sync
from sendersync.pipeline.one_off.reply_words import words_of_stop_list
from sendersync.pipeline.one_off.stop_rows import further_stops, unusable_stops, who_says_stop
from sendersync.transforms.diff import none_of


@dataclass(frozen=True)
class TextedStop:
    """What the list says.

    Attributes:
        people: Who texted STOP, each phone once; its index means nothing: `CONTACTS`.
        warnings: What a person should know of the list.
        is_missing: There is none: no file, or none with a header.
    """

    people: pd.DataFrame
    warnings: tuple[str, ...] = ()
    is_missing: bool = False

    def __post_init__(self) -> None:
        CONTACTS.require(self.people)


_NOBODY = none_of(CONTACTS)


def read_texted_stop(files: OptOutFiles | None, sync: SyncFile, now: datetime) -> TextedStop:
    """Reads the list.

    Args:
        files: Where it is; None where the sync file names none.
        sync: Says which column is what, and the country of numbers without one.
        now: When the run began, aware: the age of the list is counted from there.

    Raises:
        SourceMismatch: Nobody can tell which column is the phone, or a column may say who opted
            out: then it is not known who texted STOP, and nobody may be added.
        SourceUnavailable: A file cannot be read now.
    """
    spec = sync.opt_outs
    if files is None or spec is None:
        return TextedStop(_NOBODY)
    warnings = list(_delivered(files, spec, now))
    found = [_of_table(table, spec, sync.default_country) for table in tables(files.files)]
    warnings += [said for each in found for said in each.warnings]
    people = pd.concat([_NOBODY, *(each.people for each in found)])
    everybody = people.drop_duplicates("phone", ignore_index=True)
    return TextedStop(
        everybody.rename_axis(CONTACTS.index),
        tuple(warnings),
        is_missing=all(each.is_missing for each in found),
    )


def _delivered(files: OptOutFiles, spec: OptOuts, now: datetime) -> Iterator[str]:
    """Whether a new list came: who texts STOP meanwhile is not known here."""
    unheard = "Whoever has texted STOP since is not known here: get the list from the platform."
    if not files.files:
        yield f"There is no list of who texted STOP ({files.name}). {unheard}"
        return
    if spec.max_age is None:
        return
    dated = [(file.written, file.source.name) for file in files.files if file.written is not None]
    written, name = max(dated, default=(None, ""))
    if written is None:
        yield f"How old the list of who texted STOP is ({files.name}) is not known."
    elif now - written > longest(spec.max_age):
        yield (
            f"The list of who texted STOP is old: {name} is the newest file, of "
            f"{written:%Y-%m-%d}, and `max_age` is {_span(spec.max_age)}. {unheard}"
        )


def _span(limit: timedelta) -> str:
    hours = limit.total_seconds() / 3600
    return counted(round(hours / 24), "day") if hours >= 48 else f"{hours:g} hours"


def _of_table(source: OneTable, spec: OptOuts, country: str | None) -> TextedStop:
    """Files of the same columns, read as `stop` and `suppress import` read theirs."""
    if not source.columns():
        said = f"{source.name}, of the list of who texted STOP, is empty: there is no header."
        return TextedStop(_NOBODY, (said,), is_missing=True)
    mapping, words = _read_as(source, spec)
    reads = stop_sync(mapping, "opt-outs", country=country, words=words)
    extracted = extract(source, reads, every_row_says_stop=reads.columns.opted_out is None)
    contacts, unclear = who_says_stop(extracted.contacts, reads)
    unread = unusable_stops(extracted.rejects, unclear, reads)
    warnings = [
        *_unread(source, unread.index),
        *_unread_numbers(source, extracted.unread_numbers.index),
    ]
    if not extracted.complete:
        warnings.append(f"{source.name}: not read to its end, or changed while it was read.")
    people = pd.concat([contacts, further_stops(extracted.more_numbers)])
    return TextedStop(people, tuple(warnings))


def _by_file(source: OneTable, rows: pd.Index[int]) -> Mapping[str, list[int]]:
    """File to lines."""
    lines: dict[str, list[int]] = {}
    for row in rows:
        name, line = source.place_of(row)
        lines.setdefault(name, []).append(line)
    return lines


def _unread_numbers(source: OneTable, rows: pd.Index[int]) -> Iterator[str]:
    """Rows of which one phone is stopped, and another cannot be read: their file and lines."""
    for name, found in _by_file(source, rows).items():
        yield (
            f"{name}: {counted(len(found), 'row')} of the list of who texted STOP "
            f"{'has' if len(found) == 1 else 'have'} a further phone that cannot be read "
            f"({named_lines(found)}), which is NOT stopped: look there, and stop it by hand "
            "(`sendersync stop`, `sendersync suppress add`)."
        )


def _unread(source: OneTable, rows: pd.Index[int]) -> Iterator[str]:
    """Rows that say stop, or may, and name nobody: their file and lines."""
    for name, found in _by_file(source, rows).items():
        who = "that person is" if len(found) == 1 else "those people are"
        yield (
            f"{name}: {counted(len(found), 'row')} of the list of who texted STOP cannot be read "
            f"({named_lines(found)}), so {who} NOT stopped: look there, and stop by hand whoever "
            "it is (`sendersync stop`, `sendersync suppress add`)."
        )


def _read_as(source: Source, spec: OptOuts) -> tuple[dict[str, Any], dict[str, FlagWords]]:
    """Which column is what, and which words of the opt-out column say stop.

    Raises:
        SourceMismatch: In the words of a sync file, which has no options.
    """
    try:
        columns = stop_columns(source, spec.mapping()).columns
        return columns, words_of_stop_list(source, columns)
    except SourceMismatch as refused:
        if "--map" not in refused.do:
            raise
        names = ", ".join(repr(each) for each in source.columns())
        raise SourceMismatch(
            refused.what,
            where=refused.where,
            do="Say it in the sync file: `opt_outs: {path: ..., columns: {phone: COLUMN, "
            "opted_out: COLUMN}}`. Where several columns hold phones, `phone` is a list of them. "
            'With `opted_out: ""` every row says stop. The columns are: '
            f"{names}.",
        ) from None
