"""Refuses to add the people of a file whose name or columns say that they left or said stop.

Siblings of one delivery (subscribed, unsubscribed, cleaned) have the same columns, and a pattern
takes the newest: the name alone says whose permission is gone. Every command that adds asks here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path, PurePosixPath

import pandas as pd

from connectors.sources.files.delivered_file import DeliveredFile
from connectors.sources.registry import sheet_of
from connectors.sources.source import Source
from schemas.errors import SourceMismatch
from schemas.source_specs import FileSource, HubspotSource, SourceSpec, SqlSource
from schemas.sync_file import SyncFile
from sendersync.transforms.cells.sentinels import is_no_value
from sendersync.transforms.mapping.departed_names import departure_columns, named_after_departed

_IN_A_SYNC = (
    "If so, stop them: `sendersync stop FILE`. If a pattern took the wrong file, make it narrower "
    "(`path: exports/subscribed_*.csv`). If its people may be texted, write `accept_name: true` "
    "under `source:` in the sync file."
)
_IN_AN_IMPORT = (
    "If so: `sendersync stop`. If not, go on with --map opted_out= (or name the column that says "
    "it)."
)


def refuse_departed_names(source: Source, spec: SourceSpec | None = None) -> None:
    """Refuses a source that is called after people who left.

    Args:
        source: The file that is read now; of a pattern the match.
        spec: What the sync file says; None for a file without one.

    Raises:
        SourceMismatch: Names the file, folder, sheet, table or list, and the way out.
    """
    if spec is not None and spec.accept_name:
        return
    for name in _names(source, spec):
        if named_after_departed(name):
            raise SourceMismatch(
                f"By its name {name!r} lists people who left, said stop or bounced, and they would "
                "be added.",
                where=source.name,
                do=_IN_AN_IMPORT if spec is None else _IN_A_SYNC,
            )


def refuse_departure_columns(
    frames: Iterable[pd.DataFrame],
    decided: Collection[str],
    where: str,
    sync: SyncFile | None = None,
) -> None:
    """Refuses rows that all say when or why their person left: `UNSUB_TIME` filled in every one.

    Args:
        frames: Rows as the source gave them.
        decided: Columns of which a person has said what they mean.
        where: The source's name, for messages.
        sync: The sync file; None for a file without one.

    Raises:
        SourceMismatch: Names the column and the way out.
    """
    if sync is not None and sync.source.accept_name:
        return
    batches = [frame for frame in frames if len(frame)]
    if not batches:
        return
    for column in departure_columns(batches[0].columns):
        if column not in decided and all(_filled(frame[column]) for frame in batches):
            raise SourceMismatch(
                f"The column {column!r} is filled in every row: these people left, said stop or "
                "bounced, and they would be added.",
                where=f"{where}:1",
                do=_IN_AN_IMPORT if sync is None else _IN_A_SYNC,
            )


def _names(source: Source, spec: SourceSpec | None) -> Iterator[str]:
    """All that says what a source holds."""
    if isinstance(source, DeliveredFile):
        yield from source.names()
    else:
        yield source.name
    if spec is None and isinstance(source, DeliveredFile) and isinstance(source.path, Path):
        yield from _folders_given(source.path)
    yield sheet_of(source)
    if isinstance(spec, FileSource) and "://" not in spec.path:
        folders = PurePosixPath(spec.path.replace("\\", "/"))
        if not folders.is_absolute():  # what lies above the sync file was not named for it
            yield from folders.parts[:-1]
    elif isinstance(spec, SqlSource):
        yield spec.table or ""
    elif isinstance(spec, HubspotSource):
        yield spec.list or ""


def _folders_given(path: Path) -> tuple[str, ...]:
    """Folders that a person named; of a whole path the file's own alone."""
    return (path.parent.name,) if path.is_absolute() else path.parts[:-1]


def _filled(cells: pd.Series[str]) -> bool:
    return not any(is_no_value(cell.strip()) for cell in cells.drop_duplicates())
