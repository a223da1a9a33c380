"""xls and xlsb: calamine reads the values, in a process of its own; the marks are read here."""

from __future__ import annotations

import datetime as dt
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as Tree

from connectors.sources.files.number_text import number_text
from connectors.sources.files.zip_limits import UNREADABLE, encrypted, open_zip
from connectors.sources.spreadsheets.binary_marks import (
    CellFlags,
    is_protected,
    xls_marks,
    xls_stream,
    xlsb_marks,
)
from connectors.sources.spreadsheets.calamine_child import OUT_OF_MEMORY, PROTECTED
from connectors.sources.spreadsheets.cell_values import (
    ERROR_VALUE,
    SheetName,
    SheetRow,
    boolean_text,
    damaged,
    duration_text,
)
from schemas.errors import SourceMismatch

MEGABYTES: Final = 4096
"""What the reading process may take; a full xls file needs a tenth."""

_CHILD: Final = Path(__file__).with_name("calamine_child.py")


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
        self._xls = b""
        self._archive: zipfile.ZipFile | None = None
        content = path.read_bytes()
        if content.startswith(b"PK"):
            self._archive = open_zip(io.BytesIO(content), name)
        else:
            try:
                self._xls = xls_stream(content)
            except ValueError:
                raise damaged(name, "its container cannot be read") from None
            if is_protected(self._xls):
                raise encrypted(name)
        self._sheets: tuple[SheetName, ...] | None = None

    def sheets(self) -> tuple[SheetName, ...]:
        """See `Workbook.sheets`."""
        if self._sheets is None:
            found: list[tuple[str, bool]] = next(self._asked(None), [])
            self._sheets = tuple(SheetName(name, hidden) for name, hidden in found)
        return self._sheets

    def rows(self, sheet: str) -> Iterator[SheetRow]:
        """See `Workbook.rows`."""
        marks = self._marks(sheet)
        for number, values in enumerate(self._asked(sheet), start=1):
            cells = [_text(value) for value in values]
            while cells and not cells[-1]:
                cells.pop()
            row = SheetRow(number, cells, number in marks.hidden)
            for column in marks.errors.get(number, ()):
                cells.extend([""] * (column + 1 - len(cells)))
                cells[column] = "#ERROR"
                row.faulty[column] = ERROR_VALUE
            if any(cells):
                yield row

    def close(self) -> None:
        """See `Workbook.close`."""
        if self._archive is not None:
            self._archive.close()

    def _marks(self, sheet: str) -> CellFlags:
        if self._archive is None:
            return xls_marks(self._xls, sheet)
        try:
            return xlsb_marks(self._archive, sheet)
        except (*UNREADABLE, Tree.ParseError):
            raise damaged(self._name, f"its sheet {sheet!r} cannot be unpacked") from None

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


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return boolean_text(value)
    if isinstance(value, int | float):
        return number_text(float(value))
    if isinstance(value, list):
        return str(value[0])
    return duration_text(dt.timedelta(seconds=value["s"]))
