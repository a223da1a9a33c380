"""Imports that read a file as a sync does: the way back of rejected rows, once they are fixed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from connectors.sources.source import Source
from schemas.errors import WrongUse
from schemas.sync_file import SyncFile
from sendersync.pipeline.one_off.one_off import (
    columns_there,
    import_settings,
    of_all_fields,
    sample,
)
from sendersync.pipeline.one_off.refuse_departed import (
    refuse_departed_names,
    refuse_departure_columns,
)

_OF_THE_SYNC_ALONE: Final = {
    *("sync", "source", "columns", "sender_code", "group"),
    *("removals", "guards", "load"),
}
"""Keys of a sync file that say nothing of how a row is read."""


def import_like(
    like: SyncFile,
    source: Source,
    given: Mapping[str, str],
    constants: Mapping[str, str | None],
    load: Mapping[str, float | int | None] | None = None,
) -> SyncFile:
    """The sync of `sendersync import --like`: `import:<sender code>`, which never stops anyone.

    Args:
        like: The sync whose columns, words, countries, kinds of number and constants are taken.
        source: The file; every mapped column must be in it.
        given: Field to column, in place of the sync's own; an empty column takes one away.
        constants: `sender_code`, `group` and `default_country` in place of the sync's own.
        load: Rate and concurrency.

    Raises:
        SourceMismatch: A mapped column is not in the file, or its name or a column says that its
            people left.
        WrongUse: Each row of the sync has its own sender code, or an option cannot be used.
    """
    own = like.columns.model_dump(exclude_unset=True)
    columns = {name: column for name, column in {**own, **given}.items() if column}
    if "sender_code" in columns:
        raise WrongUse(
            "Each row of this sync has its own sender code, and an import takes one for all.",
            where="--like",
            do="Fix these rows in the source instead: the next run reads them.",
        )
    columns_there(source, columns)
    if "opted_out" not in given:
        decided = [*of_all_fields(columns), *like.not_permission]
        refuse_departed_names(source)
        refuse_departure_columns([sample(source)], decided, source.name)
    settings = like.model_dump(exclude=_OF_THE_SYNC_ALONE, exclude_unset=True, mode="json")
    if like.opt_outs is not None:  # as it is: a length of time is written otherwise in JSON
        settings["opt_outs"] = like.opt_outs
    if "group" not in columns:
        settings["group"] = like.group
    settings |= {name: value for name, value in constants.items() if value}
    code = settings.pop("sender_code", None) or like.sender_code or ""
    return import_settings(columns, code, settings, load)
