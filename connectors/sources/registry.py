"""Which source reads what: by the sync file's `kind`, or by the ending of a file's name."""

from __future__ import annotations

import glob
from pathlib import Path

from connectors.sources.csv_file import CsvFile
from connectors.sources.source import Source
from schemas.errors import SourceMismatch, WrongUse
from schemas.source_specs import CsvSource
from schemas.sync_file import SyncFile

_LATER = {
    ".xlsx": "Excel files come",
    ".xlsm": "Excel files come",
    ".xls": "Excel files come",
    ".ods": "OpenDocument files come",
    ".jsonl": "JSON Lines files come",
    ".ndjson": "JSON Lines files come",
    ".json": "JSON files come",
    ".parquet": "Parquet files come",
}


def open_source(sync: SyncFile, folder: Path) -> Source:
    """The source of a sync file; nothing is read yet.

    Args:
        sync: Says the kind and the path.
        folder: Where relative paths start: the sync file's own folder.

    Raises:
        WrongUse: A kind that this version does not read.
        SourceMismatch: A pattern that no file matches.
    """
    spec = sync.source
    if not isinstance(spec, CsvSource):
        raise WrongUse(
            f"The source kind {spec.kind} comes with a later version.",
            where="source.kind",
            do="Export the contacts as CSV and use `kind: csv`.",
        )
    if "://" in spec.path:
        raise WrongUse(
            "Reading from an address comes with a later version.",
            where="source.path",
            do="Copy the file to this machine and give its path.",
        )
    return CsvFile(_newest(spec.path, folder))


def open_file(path: Path) -> Source:
    """The source that reads one file, chosen by its ending; unknown endings are read as CSV.

    Raises:
        WrongUse: A kind of file that this version does not read.
    """
    later = _LATER.get(path.suffix.lower())
    if later is not None:
        raise WrongUse(
            f"{later} with a later version.", where=path.name, do='Save it as "CSV UTF-8" first.'
        )
    return CsvFile(path)


def _newest(pattern: str, folder: Path) -> Path:
    """The file of that name, or the newest one that the pattern matches."""
    path = folder / Path(pattern).expanduser()
    if path.exists() or not glob.has_magic(pattern):
        return path
    anchor = path.anchor or "."
    found = Path(anchor).glob(str(path.relative_to(anchor) if path.anchor else path))
    files = [each for each in found if each.is_file()]
    if not files:
        raise SourceMismatch(
            "No file matches this pattern.",
            where=str(path),
            do="Check the path; in a sync file it starts from the sync file's folder.",
        )
    # two files of one second are told apart by their names, which usually hold the date
    return max(files, key=lambda each: (each.stat().st_mtime_ns, each.name))
