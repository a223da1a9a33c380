"""Which source reads what: by the sync file's `kind`, or by what a file is."""

from __future__ import annotations

import glob
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from connectors.configuration.environment import named_secret
from connectors.configuration.sync_files import SYNC_FILES
from connectors.sources.crm_registry import open_crm
from connectors.sources.delimited.csv_file import CsvFile
from connectors.sources.delimited.dialect import CsvOptions
from connectors.sources.files.delivered_file import DeliveredFile, DeliveredText, Delivery
from connectors.sources.files.newest_match import ChosenFile, Match, is_shadow, newest
from connectors.sources.files.opening import open_bytes
from connectors.sources.files.remote_files import check_address, no_match
from connectors.sources.files.unpacking import inner_name, packing
from connectors.sources.json_lines.json_file import JsonlFile
from connectors.sources.parquet_file import ParquetFile
from connectors.sources.source import Source
from connectors.sources.spreadsheets.spreadsheet_file import ExcelFile
from schemas.errors import WrongUse
from schemas.source_specs import (
    CsvSource,
    ExcelSource,
    FileSource,
    HubspotSource,
    JsonlSource,
    OdooSource,
    ParquetSource,
    SalesforceSource,
    SqlSource,
)
from schemas.sync_file import SyncFile

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")

_SPREADSHEETS = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".xltx", ".xltm"})
_JSON = frozenset({".jsonl", ".ndjson", ".json"})
_PARQUET = frozenset({".parquet", ".pq"})

_EXCEL_MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00")


def open_source(sync: SyncFile, folder: Path, given: Mapping[str, str] | None = None) -> Source:
    """The source of a sync file; nothing is read yet.

    Args:
        sync: Says the kind and the path.
        folder: Where relative paths start: the sync file's own folder.
        given: Variables with the credentials of CRMs; default: the environment's.

    Raises:
        WrongUse: An address that may not be read, or credentials that are not set.
        SourceMismatch: A pattern that no file matches.
    """
    spec = sync.source
    if isinstance(spec, HubspotSource | OdooSource | SalesforceSource):
        return open_crm(sync, spec, given)
    if isinstance(spec, SqlSource):
        return _database(spec, sync, folder)
    place: Path | str = spec.path
    remarks: tuple[str, ...] = ()
    by_name = spec.newest_by == "name"
    if "://" not in spec.path or check_address(spec.path) == "file":
        pattern = spec.path.partition("://")[2] if "://" in spec.path else spec.path
        chosen = _newest(pattern, folder, by_name=by_name)
        place, remarks = Path(chosen.place), chosen.remarks
    made = DeliveredText if isinstance(spec, CsvSource) else DeliveredFile
    return made(
        place,
        _opener(spec, sync),
        Delivery(spec.max_age, spec.settle_seconds, by_name),
        mapped=frozenset(sync.columns.sources()),
        remarks=remarks,
    )


def open_file(path: Path, *, encoding: str | None = None, sheet: str | None = None) -> Source:
    """The source that reads one file, chosen by its ending and its first bytes.

    Unknown endings are read as CSV.

    Args:
        path: The file.
        encoding: Of a file of text; None to find out.
        sheet: Of a spreadsheet; None for the one that looks like contacts.

    Raises:
        WrongUse: An address, which only a sync file can name; a sync file; or an encoding or a
            sheet of a file that has none.
    """
    if _ADDRESS.match(str(path)):  # a path has lost one of its slashes
        raise WrongUse(
            "This is an address, and a file of this machine is wanted.",
            where=path.parts[0],  # a signed link is a password
            do="Fetch the file first; or let a sync file read it, with `source: {path: ADDRESS}`.",
        )
    if path.suffix.lower() in SYNC_FILES and path.is_file():
        raise WrongUse(
            "This is a sync file, not a list of contacts.",
            where=str(path),
            do=f"Name the file of contacts; or use it as it is: `sendersync plan "
            f"{shlex.quote(str(path))}`.",
        )
    opener = opener_of(path)
    made = DeliveredText if opener is CsvFile else DeliveredFile
    if encoding is not None:
        if opener is not CsvFile:
            raise _not_for(path, "--encoding", "a file of text, such as CSV")
        opener = partial(CsvFile, options=CsvOptions(encoding=encoding))
    if sheet is not None:
        if opener is not ExcelFile:
            raise _not_for(path, "--sheet", "a spreadsheet")
        opener = partial(ExcelFile, sheet=sheet)
    return made(path, opener)


def _not_for(path: Path, option: str, kind: str) -> WrongUse:
    return WrongUse(
        f"{option} is for {kind}, and {path.name} is none.", where=option, do="Leave it out."
    )


def _database(spec: SqlSource, sync: SyncFile, folder: Path) -> Source:
    from connectors.sources.sql.sql_rows import SqlRows  # files do not wait for SQLAlchemy

    address = spec.url or ""
    if spec.url_env:
        holds = "the database's address, e.g. postgresql://user:password@host/name"
        address = named_secret(spec.url_env, holds).get_secret_value()
    return SqlRows(spec, address, folder, key_column=sync.columns.key)


def kind_of(path: Path) -> str:
    """The kind that a sync file gives a file which `open_file` reads."""
    kinds = {ExcelFile: "excel", JsonlFile: "jsonl", ParquetFile: "parquet", CsvFile: "csv"}
    return next(kind for opener, kind in kinds.items() if opener_of(path) is opener)


def sheet_of(source: Source) -> str:
    """The sheet that a source reads; empty for what is no spreadsheet."""
    inner = source.materialise() if isinstance(source, DeliveredFile) else source
    return inner.chosen_sheet() if isinstance(inner, ExcelFile) else ""


def _opener(spec: FileSource, sync: SyncFile) -> Callable[[Path], Source]:
    if isinstance(spec, ExcelSource):
        return lambda path: ExcelFile(
            path,
            sheet=spec.sheet,
            hidden_rows=spec.hidden_rows,
            needed=frozenset(sync.columns.sources()),
            choose=False,
        )
    if isinstance(spec, JsonlSource):
        return JsonlFile
    if isinstance(spec, ParquetSource):
        return ParquetFile
    csv_options = {each.name: getattr(spec, each.name, None) for each in fields(CsvOptions)}
    return lambda path: CsvFile(path, options=CsvOptions(**csv_options))


def opener_of(path: Path) -> Callable[[Path], Source]:
    """What reads a file of this machine, by its first bytes and its ending."""
    if not path.is_file():
        return CsvFile  # whose words for what is no file are the best
    packed = packing(path) if _can_be_read(path) else ""
    ending = Path(inner_name(path) if packed else path.name).suffix.lower()
    if ending in _PARQUET:
        return ParquetFile
    if ending in _JSON:
        return JsonlFile
    if not packed and _begins_like_a_spreadsheet(path):
        return ExcelFile
    if ending in _SPREADSHEETS and (packed or not _is_text(path)):
        return ExcelFile
    return CsvFile


def _can_be_read(path: Path) -> bool:
    try:
        path.open("rb").close()
    except OSError:
        return False
    return True


def _begins_like_a_spreadsheet(path: Path) -> bool:
    return _can_be_read(path) and _head(path).startswith(_EXCEL_MAGIC)


def _is_text(path: Path) -> bool:
    """Whether a file with the name of a spreadsheet is really a table of text."""
    head = _head(path) if _can_be_read(path) else b""
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return bool(start) and b"\0" not in head and not start.startswith((b"<", b"mime-version"))


def _head(path: Path) -> bytes:
    with open_bytes(path) as file:
        return file.read(4096)


def _newest(pattern: str, folder: Path, *, by_name: bool) -> ChosenFile:
    """The file of that name, or the newest one that the pattern matches."""
    path = folder / Path(pattern).expanduser()
    if path.exists() or not glob.has_magic(pattern):
        return ChosenFile(str(path), ())
    found = matches(pattern, folder)
    if not found:
        raise no_match(str(path))
    return newest(found, by_name=by_name)


def matches(pattern: str, folder: Path) -> list[Match]:
    """The files of this machine that a path or a glob names, without shadows, by their names.

    Args:
        pattern: A path or a glob.
        folder: Where a relative one begins.
    """
    path = folder / Path(pattern).expanduser()
    if path.is_file() or not glob.has_magic(pattern):
        found = [path] if path.is_file() else []
    else:
        anchor = path.anchor or "."
        all_of_them = Path(anchor).glob(str(path.relative_to(anchor) if path.anchor else path))
        found = [each for each in all_of_them if each.is_file()]
        found = sorted(each for each in found if not is_shadow(each.name, path.name))
    return [
        # whole seconds would lose which of two files of one second came last
        Match(str(each), datetime.fromtimestamp(each.stat().st_mtime_ns / 1e9, UTC))
        for each in found
    ]
