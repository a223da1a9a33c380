"""xls and xlsb, read by libraries in a child process with a memory limit."""

from __future__ import annotations

import datetime as dt
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as Tree

from connectors.sources.files.number_text import number_text
from connectors.sources.files.zip_limits import UNREADABLE, encrypted, open_zip
from connectors.sources.spreadsheets.binary.workbook_child import OUT_OF_MEMORY, PROTECTED
from connectors.sources.spreadsheets.binary.xlsb_flags import CellFlags, xlsb_flags
from connectors.sources.spreadsheets.cell_values import (
    ERROR_VALUE,
    SheetName,
    SheetRow,
    boolean_text,
    damaged,
    duration_text,
    is_elapsed,
    serial_text,
)
from connectors.sources.spreadsheets.merged_cells import Merges
from schemas.errors import SourceMismatch

MEGABYTES: Final = 4096
"""What the reading process may take; a full xls file needs a tenth."""

SPARSE_AREA: Final = 4_000_000
MOST_SPARSE: Final = 100
"""calamine holds a sheet as one rectangle: above this area, one cell in so many must be filled."""

_CHILD: Final = Path(__file__).with_name("workbook_child.py")


class BinaryBook:
    """An open xls or xlsb file.

    Args:
        path: On this machine.
        name: What messages call it.
        megabytes: The memory limit of the reading process.

    Raises:
        SourceMismatch: Damaged, too large, protected.
    """

    def __init__(self, path: Path, name: str, megabytes: int = MEGABYTES) -> None:
        self._path = path
        self._name = name
        self._megabytes = megabytes
        self._archive: zipfile.ZipFile | None = None
        with path.open("rb") as file:
            if file.read(2) == b"PK":
                self._archive = open_zip(io.BytesIO(path.read_bytes()), name)
        self._sheets: tuple[SheetName, ...] | None = None

    def sheets(self) -> tuple[SheetName, ...]:
        """See `Workbook.sheets`."""
        if self._sheets is None:
            found: list[tuple[str, bool]] = next(self._asked(None), [])
            self._sheets = tuple(SheetName(name, hidden) for name, hidden in found)
        return self._sheets

    def rows(self, sheet: str, *, merged: bool = False) -> Iterator[SheetRow]:
        """See `Workbook.rows`; merged cells are told in any case."""
        flags = self._xlsb_flags(sheet)
        asked = self._asked(sheet)
        about: dict[str, Any] = next(asked, {"merged": [], "since_1904": False})
        ranges = [(top + 1, left, rows, columns) for top, left, rows, columns in about["merged"]]
        merges = Merges([*ranges, *flags.merged], self._name)
        for number, values, hidden, faulty in asked:
            cells = [_text(value, since_1904=about["since_1904"]) for value in values]
            while cells and not cells[-1]:
                cells.pop()
            row = SheetRow(number, cells, hidden or number in flags.hidden)
            row.faulty |= dict.fromkeys(map(int, faulty), ERROR_VALUE)
            _mark_errors(row, flags.errors.get(number, ()))
            row.merged = merges.beginning_in(number)
            if any(cells):
                yield row

    def close(self) -> None:
        """See `Workbook.close`."""
        if self._archive is not None:
            self._archive.close()

    def _xlsb_flags(self, sheet: str) -> CellFlags:
        """What calamine does not tell; nothing for xls, where the child tells all."""
        if self._archive is None:
            return CellFlags()
        try:
            flags = xlsb_flags(self._archive, sheet)
        except (*UNREADABLE, Tree.ParseError):
            raise damaged(self._name, f"its sheet {sheet!r} cannot be unpacked") from None
        if flags.area > SPARSE_AREA and flags.area > MOST_SPARSE * flags.cells:
            raise damaged(
                self._name,
                f"the {flags.cells:,} filled cells of its sheet {sheet!r} lie so far apart that "
                "reading them would take more memory than they are worth",
            )
        return flags

    def _asked(self, sheet: str | None) -> Iterator[Any]:
        """What the reading process writes, line by line."""
        command = [sys.executable, "-I", str(_CHILD), str(self._path.resolve())]
        if sheet is not None:
            command += [sheet, str(self._megabytes)]
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as child:
            assert child.stdout is not None  # noqa: S101  # a pipe was asked for
            try:
                for line in child.stdout:
                    if line.endswith(b"\n"):  # without its end it was cut off with its writer
                        yield json.loads(line)
                code = child.wait()
            finally:
                child.kill()
        if code:
            raise self._refusal(code)

    def _refusal(self, code: int) -> SourceMismatch:
        if code == PROTECTED:
            return encrypted(self._name)
        if code == OUT_OF_MEMORY or code < 0:
            return damaged(self._name, f"it asks for more than {self._megabytes:,} MB of memory")
        return damaged(self._name, "it cannot be read as an Excel workbook")


def _mark_errors(row: SheetRow, columns: Iterable[int]) -> None:
    """Error cells, which calamine gives as empty ones."""
    for column in columns:
        row.cells.extend([""] * (column + 1 - len(row.cells)))
        row.cells[column] = "#ERROR"
        row.faulty[column] = ERROR_VALUE


def _text(value: Any, *, since_1904: bool) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return boolean_text(value)
    if isinstance(value, int | float):
        return number_text(float(value))
    if isinstance(value, list):
        return str(value[0])
    if "s" in value:
        return duration_text(dt.timedelta(seconds=value["s"]))
    elapsed = is_elapsed(value["f"])
    if value["date"] or elapsed:
        return serial_text(value["n"], since_1904=since_1904, elapsed=elapsed)
    return number_text(value["n"])
