"""Spreadsheet files for tests, written by the usual libraries, and then damaged where a test says so."""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from connectors.sources.source import Source

SHEET = "xl/worksheets/sheet1.xml"

TEXTS = "xl/sharedStrings.xml"

Rows = Sequence[Sequence[Any]]


def xlsx(path: Path, rows: Rows, more: Callable[[Any], None] | None = None) -> Path:
    """An xlsx file of one sheet called Contacts; `more` gets the workbook before it is saved."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Contacts"
    for row in rows:
        sheet.append(list(row))
    if more is not None:
        more(book)
    book.save(path)
    return path


def xls(path: Path, rows: Rows, more: Callable[[Any], None] | None = None) -> Path:
    """The same as xls; `more` gets the sheet."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Contacts")
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            if cell is not None:
                sheet.write(number, place, cell)
    if more is not None:
        more(sheet)
    book.save(str(path))
    return path


def ods(path: Path, rows: Rows, more: Callable[[Any], None] | None = None) -> Path:
    """The same as ods; `more` gets the table."""
    document = OpenDocumentSpreadsheet()
    table = Table(name="Contacts")
    for row in rows:
        table.addElement(ods_row(row))
    if more is not None:
        more(table)
    document.spreadsheet.addElement(table)
    document.save(str(path))
    return path


def ods_row(cells: Sequence[Any], **attributes: Any) -> Any:
    """One row: numbers as numbers, None as nothing, cells as they are."""
    row = TableRow(**attributes)
    for cell in cells:
        if cell is None:
            made = TableCell()
        elif isinstance(cell, int | float):
            made = TableCell(valuetype="float", value=str(cell))
        elif isinstance(cell, str):
            made = TableCell(valuetype="string")
            made.addElement(P(text=cell))
        else:
            made = cell
        row.addElement(made)
    return row


def xlsb(
    path: Path, rows: Rows, *, errors: Sequence[tuple[int, int]] = (), hidden: int = 0
) -> Path:
    """The least that is an xlsb file: shared by nobody, styled by nothing; no library writes it."""
    size = (0, len(rows) - 1, 0, max(map(len, rows)) - 1)
    extent = b"".join(each.to_bytes(4, "little") for each in size)
    sheet = _record(129) + _record(148, extent) + _record(145)
    for number, row in enumerate(rows):
        flags = 0x10 if hidden == number + 1 else 0
        head = number.to_bytes(4, "little") + b"\0" * 4 + b"\x2c\x01" + bytes([0, flags, 0])
        sheet += _record(0, head + b"\0" * 4)
        for place, cell in enumerate(row):
            at = place.to_bytes(4, "little") + b"\0" * 4
            if (number, place) in errors:
                sheet += _record(3, at + b"\x2a")
            elif isinstance(cell, str):
                sheet += _record(6, at + _wide(cell))
            elif cell is not None:
                sheet += _record(5, at + struct.pack("<d", cell))
    sheet += _record(146) + _record(130)
    bundle = b"\0" * 4 + b"\1\0\0\0" + _wide("rId1") + _wide("Contacts")
    book = _record(131) + _record(143) + _record(156, bundle) + _record(144) + _record(132)
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="bin" ContentType='
            '"application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type='
            f'"{office}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
        )
        archive.writestr("xl/workbook.bin", book)
        archive.writestr(
            "xl/_rels/workbook.bin.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type='
            f'"{office}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>',
        )
        archive.writestr("xl/worksheets/sheet1.bin", sheet)
    return path


def _wide(text: str) -> bytes:
    return len(text).to_bytes(4, "little") + text.encode("utf-16-le")


def _record(kind: int, body: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = len(body), b""
    while True:
        length += bytes([size & 0x7F | (0x80 if size > 0x7F else 0)])
        size >>= 7
        if not size:
            return head + length + body


def patched(path: Path, part: str, change: Callable[[bytes], bytes | None]) -> Path:
    """The archive with one part changed, or without it where `change` answers None."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    changed = change(parts.pop(part))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        if changed is not None:
            archive.writestr(part, changed)
    return path


def with_shared_texts(path: Path) -> Path:
    """The xlsx file with its texts in a part of their own, as Excel writes them."""
    texts: list[bytes] = []

    def share(found: re.Match[bytes]) -> bytes:
        texts.append(found[1])
        return b't="s"><v>%d</v>' % (len(texts) - 1)

    def change(sheet: bytes) -> bytes:
        return re.sub(rb't="inlineStr"><is>(.*?)</is>', share, sheet, flags=re.DOTALL)

    patched(path, SHEET, change)
    link = (
        b'<Relationship Id="rIdTexts" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        b'relationships/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>'
    )
    rels = "xl/_rels/workbook.xml.rels"
    patched(path, rels, lambda text: text.replace(b"</Relationships>", link))
    body = b"".join(b"<si>%b</si>" % text for text in texts)
    name = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(TEXTS, b'<sst xmlns="%b">%b</sst>' % (name, body))
    return path


def cells_of(source: Source) -> dict[int, list[str]]:
    """All rows of a source: line to cells."""
    return {
        int(line): list(row)
        for records in source.read()
        for line, row in zip(
            records.frame.index, records.frame.itertuples(index=False, name=None), strict=True
        )
    }


def problems_of(source: Source) -> dict[int, str]:
    """All malformed rows of a source: line to problem."""
    return {
        int(line): str(problem)
        for records in source.read()
        for line, problem in records.malformed["problem"].items()
    }
