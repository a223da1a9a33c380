"""OpenDocument spreadsheets, streamed: one piece of `content.xml` at a time.

Values are taken from their attributes, which hold them exactly; repeated rows and cells are
counted, and only as many as a spreadsheet can hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Final

from connectors.sources.files.zip_limits import chunks, encrypted, open_zip, read_part, refusing
from connectors.sources.spreadsheets.cell_values import SheetName, SheetRow, damaged
from connectors.sources.spreadsheets.ods_rows import OdsRows

_CONTENT: Final = "content.xml"
_MANIFEST: Final = "META-INF/manifest.xml"


class OdsBook:
    """An open ods file.

    Args:
        file: Seekable.
        name: What messages call it.

    Raises:
        SourceMismatch: Damaged, too large, encrypted, or no spreadsheet.
    """

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._name = name
        self._file = file
        self._archive = open_zip(file, name)
        with refusing(name, _MANIFEST):
            manifest = read_part(self._archive, _MANIFEST) or b""
        if b"encryption-data" in manifest:
            raise encrypted(name)
        if _CONTENT not in self._archive.NameToInfo:
            raise damaged(name, f"its part {_CONTENT} is missing")
        self._sheets: tuple[SheetName, ...] | None = None

    def sheets(self) -> tuple[SheetName, ...]:
        """See `Workbook.sheets`."""
        if self._sheets is None:
            reader = OdsRows(self._name, None)
            for _ in self._fed(reader):
                pass
            self._sheets = tuple(
                SheetName(name, style in reader.hidden_styles) for name, style in reader.tables
            )
        return self._sheets

    def rows(self, sheet: str, *, merged: bool = False) -> Iterator[SheetRow]:
        """See `Workbook.rows`; merged cells are told in any case."""
        reader = OdsRows(f"{self._name}, sheet {sheet!r}", sheet)
        for rows in self._fed(reader):
            yield from rows
            if reader.done:
                return

    def close(self) -> None:
        """See `Workbook.close`."""
        self._archive.close()
        self._file.close()

    def _fed(self, reader: OdsRows) -> Iterator[list[SheetRow]]:
        with refusing(self._name, _CONTENT):
            for chunk in chunks(self._archive, _CONTENT):
                yield reader.feed(chunk)
        yield reader.feed(b"", last=True)
