"""Flags of cells that calamine leaves out of xlsb: errors, hidden rows, merged cells, their extent.

The records are those of [MS-XLSB]; their numbers are named where they are read.
"""

from __future__ import annotations

import posixpath
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.etree import ElementTree as Tree

_ROW, _ERROR, _FORMULA_ERROR, _MERGED, _SHEET = 0, 3, 11, 176, 156
_CELLS: Final = frozenset(range(2, 12))
"""Records of cells with a value; 1 is a blank one."""


@dataclass
class CellFlags:
    """Flags of one sheet; rows are counted from 1, columns from 0.

    Attributes:
        errors: The columns of error cells, by row.
        hidden: Rows hidden by hand or by a filter.
        merged: Row, column, number of rows and of columns of each range of merged cells.
        cells: How many have a value.
        area: How many there would be in the smallest rectangle around them.
    """

    errors: dict[int, list[int]] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    cells: int = 0
    area: int = 0


def xlsb_flags(archive: zipfile.ZipFile, sheet: str) -> CellFlags:
    """The flags of one sheet of an xlsb file.

    Raises:
        One of `zip_limits.UNREADABLE`, or a parse error of its XML.
    """
    flags = CellFlags()
    part = _part_of(archive, sheet)
    if part is None:
        return flags
    row = first = last = width = 0
    for kind, body in _records(archive.read(part)):
        if kind == _ROW and len(body) >= 12:
            row = int.from_bytes(body[:4], "little") + 1
            if body[11] & 0x10:
                flags.hidden.add(row)
        elif kind in _CELLS and len(body) >= 4:
            column = int.from_bytes(body[:4], "little")
            flags.cells += 1
            first, last, width = first or row, row, max(width, column + 1)
            if kind in (_ERROR, _FORMULA_ERROR):
                flags.errors.setdefault(row, []).append(column)
        elif kind == _MERGED and len(body) >= 16:
            top, bottom, left, right = struct.unpack_from("<IIII", body)
            flags.merged.append((top + 1, left, bottom - top + 1, right - left + 1))
    flags.area = (last - first + 1) * width if flags.cells else 0
    return flags


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    tree = Tree.fromstring(archive.read("xl/_rels/workbook.bin.rels"))  # noqa: S314  # ids alone
    targets = {node.get("Id"): node.get("Target", "") for node in tree}
    for kind, body in _records(archive.read("xl/workbook.bin")):
        if kind == _SHEET and len(body) >= 12:  # state, id, relation, name
            link, rest = _wide(body[8:])
            name, _ = _wide(rest)
            if name == sheet and targets.get(link):
                return posixpath.normpath(posixpath.join("/xl", targets[link])).lstrip("/")
    return None


def _wide(body: bytes) -> tuple[str, bytes]:
    end = 4 + 2 * int.from_bytes(body[:4], "little")
    return body[4:end].decode("utf-16-le", "replace"), body[end:]


def _records(content: bytes) -> Iterator[tuple[int, bytes]]:
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
