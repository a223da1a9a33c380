"""The files in which the platform tells who texted STOP.

Every match of the pattern is read: an export is either the whole list or what is new since the last
one, and its name does not say which (docs/adr/0099-the-platforms-list-of-stops.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Final

import pandas as pd

from connectors.sources.files.delivered_file import DeliveredFile
from connectors.sources.files.remote_files import check_address, file_name, remote_matches
from connectors.sources.registry import matches, open_file, opener_of
from connectors.sources.source import Records, Source
from schemas.sync_file import SyncFile


@dataclass(frozen=True)
class OptOutFile:
    """One file of the list.

    Attributes:
        source: Reads it.
        written: When it was written at its place, aware; None where that is not known.
    """

    source: Source
    written: datetime | None


@dataclass(frozen=True)
class OptOutFiles:
    """The platform's list of who texted STOP.

    Attributes:
        name: What messages call the place.
        files: All there are, by their names; none where nothing was delivered.
    """

    name: str
    files: tuple[OptOutFile, ...]


_MOST_LINES: Final = 1 << 32
"""More lines than a file can have: the line of a row also says in which file it stands."""


class OneTable:
    """Files with the same columns, read as one: hundreds of small ones cost little more."""

    def __init__(self, sources: Sequence[Source]) -> None:
        """Of at least one."""
        self.sources = tuple(sources)

    @property
    def name(self) -> str:
        """What messages call them."""
        others = len(self.sources) - 1
        return self.sources[0].name + (f" and {others} more with its columns" if others else "")

    def columns(self) -> tuple[str, ...]:
        """See `Source.columns`."""
        return self.sources[0].columns()

    def read(self) -> Iterator[Records]:
        """See `Source.read`: one batch, whose lines `place_of` understands."""
        yield self._all

    def place_of(self, line: int) -> tuple[str, int]:
        """The file of a row, and its line there."""
        place, own = divmod(line, _MOST_LINES)
        return self.sources[place].name, own

    @cached_property
    def _all(self) -> Records:
        frames, malformed, complete = [], [], True
        for place, source in enumerate(self.sources):
            whole = False
            for batch in source.read():
                frames.append(_moved(batch.frame, place))
                malformed.append(_moved(batch.malformed, place))
                whole = batch.complete
            complete &= whole
        return Records(pd.concat(frames), pd.concat(malformed), complete=complete)


def _moved(frame: pd.DataFrame, place: int) -> pd.DataFrame:
    return frame.set_axis(frame.index + place * _MOST_LINES)


def tables(files: Sequence[OptOutFile]) -> list[OneTable]:
    """The files by their columns; one without any has a table of its own."""
    found: dict[tuple[str, ...], list[Source]] = {}
    for file in files:
        found.setdefault(file.source.columns() or (file.source.name, ""), []).append(file.source)
    return [OneTable(sources) for sources in found.values()]


def open_opt_outs(sync: SyncFile, folder: Path) -> OptOutFiles | None:
    """The list of a sync file, none of it read yet; None where the sync file names none.

    Args:
        sync: Names the place.
        folder: Where relative paths start: the sync file's own folder.

    Raises:
        WrongUse: An address that may not be read.
        SourceUnavailable: It cannot be looked at now.
    """
    if sync.opt_outs is None:
        return None
    path = sync.opt_outs.path
    if "://" in path and check_address(path) != "file":
        found = [
            OptOutFile(DeliveredFile(each.place, lambda here: opener_of(here)(here)), each.written)
            for each in remote_matches(path)
        ]
        return OptOutFiles(file_name(path), tuple(found))
    local = path.partition("://")[2] if "://" in path else path
    files = [
        OptOutFile(open_file(Path(each.place)), each.written) for each in matches(local, folder)
    ]
    return OptOutFiles(local, tuple(files))
