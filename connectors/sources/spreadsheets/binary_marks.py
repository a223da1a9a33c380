"""What calamine does not tell of xls and xlsb: which cells are errors, which rows are hidden."""

from __future__ import annotations

import posixpath
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree as Tree

from connectors.sources.spreadsheets.compound_file import CompoundFile


@dataclass
class CellFlags:
    """Marks of one sheet; rows are counted from 1, columns from 0."""

    errors: dict[int, list[int]] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)

    def error(self, row: int, column: int) -> None:
        """Notes a cell."""
        self.errors.setdefault(row, []).append(column)


_BOF, _EOF, _SHEET, _PASSWORD, _XLS_ROW, _ERROR, _FORMULAS = (
    (0x0809, 0x0409, 0x0209, 0x0009),
    0x000A,
    0x0085,
    0x002F,
    0x0208,
    0x0205,
    (0x0006, 0x0206, 0x0406),
)


def xls_stream(content: bytes) -> bytes:
    """The stream of a workbook.

    Raises:
        ValueError: The container is damaged, or holds none.
    """
    container = CompoundFile(content)
    for name in ("Workbook", "WORKBOOK", "Book", "BOOK"):
        if name in container.names:
            return container.stream(name)
    raise ValueError("no workbook in it")


def is_protected(stream: bytes) -> bool:
    """Whether a workbook's stream is encrypted."""
    return any(kind == _PASSWORD for kind, _, _ in _xls_records(stream, 0))


def xls_marks(stream: bytes, sheet: str) -> CellFlags:
    """The marks of one sheet of an xls file."""
    marks = CellFlags()
    start = next(
        (
            struct.unpack_from("<I", stream, place)[0]
            for kind, place, size in _xls_records(stream, 0)
            if kind == _SHEET and size >= 8 and _sheet_name(stream[place : place + size]) == sheet
        ),
        None,
    )
    if start is None:
        return marks
    for kind, place, size in _xls_records(stream, start):
        if kind == _XLS_ROW and size >= 16:
            if stream[place + 12] & 0x20:
                marks.hidden.add(struct.unpack_from("<H", stream, place)[0] + 1)
        elif kind == _ERROR and size >= 8:
            row, column = struct.unpack_from("<HH", stream, place)
            if stream[place + 7]:
                marks.error(row + 1, column)
        elif kind in _FORMULAS and size >= 14:
            row, column = struct.unpack_from("<HH", stream, place)
            if stream[place + 12 : place + 14] == b"\xff\xff" and stream[place + 6] == 2:
                marks.error(row + 1, column)
    return marks


def _xls_records(stream: bytes, place: int) -> Iterator[tuple[int, int, int]]:
    """Kind, place and size of each record of one part of the stream."""
    depth = 0
    while place + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, place)
        if kind in _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth <= 1:  # charts lie in their sheets
            yield kind, place + 4, min(size, len(stream) - place - 4)
        place += 4 + size


def _sheet_name(record: bytes) -> str:
    length, wide = record[6], record[7] & 1
    body = record[8 : 8 + length * (2 if wide else 1)]
    return body.decode("utf-16-le" if wide else "latin-1", "replace")


def xlsb_marks(archive: zipfile.ZipFile, sheet: str) -> CellFlags:
    """The marks of one sheet of an xlsb file.

    Raises:
        One of `zip_parts.UNREADABLE`, or a parse error of its XML.
    """
    marks = CellFlags()
    part = _xlsb_part(archive, sheet)
    if part is None:
        return marks
    row = 0
    for kind, body in _xlsb_records(archive.read(part)):
        if kind == 0 and len(body) >= 12:  # BrtRowHdr
            row = int.from_bytes(body[:4], "little") + 1
            if body[11] & 0x10:
                marks.hidden.add(row)
        elif kind in (3, 11) and len(body) >= 4:  # BrtCellError, BrtFmlaError
            marks.error(row, int.from_bytes(body[:4], "little"))
    return marks


def _xlsb_part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    tree = Tree.fromstring(archive.read("xl/_rels/workbook.bin.rels"))  # noqa: S314  # ids alone
    targets = {node.get("Id"): node.get("Target", "") for node in tree}
    for kind, body in _xlsb_records(archive.read("xl/workbook.bin")):
        if kind == 156 and len(body) >= 12:  # BrtBundleSh: state, id, relation, name
            link, rest = _wide(body[8:])
            name, _ = _wide(rest)
            if name == sheet and targets.get(link):
                return posixpath.normpath(posixpath.join("/xl", targets[link])).lstrip("/")
    return None


def _wide(body: bytes) -> tuple[str, bytes]:
    end = 4 + 2 * int.from_bytes(body[:4], "little")
    return body[4:end].decode("utf-16-le", "replace"), body[end:]


def _xlsb_records(content: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place < len(content):
        kind, place = _number(content, place, 2)
        size, place = _number(content, place, 4)
        yield kind, content[place : place + size]
        place += size


def _number(content: bytes, place: int, most: int) -> tuple[int, int]:
    """A number of 7 bits a byte; a kind keeps its upper byte as it is."""
    value = 0
    for step in range(most):
        if place >= len(content):
            return value, place
        byte = content[place]
        place += 1
        value |= (byte & 0x7F) << (7 * step)
        if not byte & 0x80:
            break
    return value, place
