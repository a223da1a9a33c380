"""xlsx and xlsm, streamed: memory holds the shared texts and one piece of a sheet.

Ours rather than calamine's, because what calamine loses is what must not be lost: error cells
become empty, phones that are formatted as dates become 00:00, and a sheet of two far cells asks
for 500 GB at once (docs/adr/0020).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Final

from connectors.sources.spreadsheets.cell_values import (
    SheetName,
    SheetRow,
    damaged,
    is_date_format,
    is_elapsed,
)
from connectors.sources.spreadsheets.merged_cells import Merges
from connectors.sources.spreadsheets.package_parts import Parts, linked
from connectors.sources.spreadsheets.safe_xml import local, namespace
from connectors.sources.spreadsheets.xlsx_cells import CellTexts, NumberFormat
from connectors.sources.spreadsheets.xlsx_rows import XlsxRows
from connectors.sources.spreadsheets.xlsx_texts import shared_texts

_BUILT_IN_DATES: Final = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_BUILT_IN_ELAPSED: Final = 46
_MERGED: Final = re.compile(
    rb"""<(?:[\w.-]+:)?mergeCell\s[^>]*?\bref=["']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})["']"""
)
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")


class XlsxBook:
    """An open xlsx file.

    Args:
        file: Seekable.
        name: What messages call it.

    Raises:
        SourceMismatch: Damaged, too large, or no workbook.
    """

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._name = name
        self._file = file
        self._parts = Parts(file, name)
        self._book = self._parts.workbook()
        self._links = self._parts.links(self._book)
        self._texts: CellTexts | None = None
        self._since_1904 = False
        self._part_of: dict[str, str] = {}
        self._sheets = self._read_sheets()

    def sheets(self) -> tuple[SheetName, ...]:
        """See `Workbook.sheets`."""
        return self._sheets

    def close(self) -> None:
        """See `Workbook.close`."""
        self._parts.close()
        self._file.close()

    def rows(self, sheet: str, *, merged: bool = False) -> Iterator[SheetRow]:
        """See `Workbook.rows`."""
        where = f"{self._name}, sheet {sheet!r}"
        part = self._part_of[sheet]
        if self._texts is None:
            self._texts = CellTexts(
                self._shared_texts(), self._number_formats(), since_1904=self._since_1904
            )
        ranges = list(_merged_ranges(self._parts.chunks(part))) if merged else []
        reader = XlsxRows(where, self._texts, Merges(ranges, where))
        for chunk in self._parts.chunks(part):
            yield from reader.feed(chunk)
        yield from reader.feed(b"", last=True)

    def _read_sheets(self) -> tuple[SheetName, ...]:
        tree = self._parts.tree(self._book)
        if tree is None:
            raise damaged(self._name, f"its part {self._book} is missing")
        found = []
        main = namespace(tree.tag)
        for node in tree.iter():
            if namespace(node.tag) != main:
                continue  # other programs' own notes have the same names
            tag = local(node.tag)
            if tag == "workbookPr":
                self._since_1904 = node.get("date1904", "0") in ("1", "true")
            elif tag == "sheet":
                target = next((v for k, v in node.attrib.items() if local(k) == "id"), "")
                hidden = node.get("state", "visible") != "visible"
                found += self._sheet(node.get("name", ""), target, hidden=hidden)
        if found and all(each.problem for each in found):
            raise damaged(self._name, found[0].problem)
        return tuple(found)

    def _sheet(self, name: str, target: str, *, hidden: bool) -> list[SheetName]:
        """A sheet with rows; none for a chart or a sheet of macros."""
        if target not in self._links:
            return [SheetName(name, hidden, f"the link to its sheet {name!r} is missing")]
        kind, part = self._links[target]
        if not kind.endswith("/worksheet"):
            return []
        if part not in self._parts:
            return [SheetName(name, hidden, f"the part of its sheet {name!r} is missing")]
        self._part_of[name] = part
        return [SheetName(name, hidden)]

    def _number_formats(self) -> list[NumberFormat]:
        """What the number format of each style shows."""
        part = linked(self._links, "/styles")
        tree = None if part is None else self._parts.tree(part)
        if tree is None:
            return []
        parts = {local(node.tag): node for node in tree}
        codes = {
            node.get("numFmtId", ""): node.get("formatCode", "")
            for node in parts.get("numFmts", ())
        }
        return [
            _number_format(node.get("numFmtId", "0"), codes) for node in parts.get("cellXfs", ())
        ]

    def _shared_texts(self) -> list[str]:
        part = linked(self._links, "/sharedStrings")
        if part is None:
            return []
        if part not in self._parts:
            raise damaged(self._name, f"its part {part} is missing")
        return shared_texts(self._parts.chunks(part), self._name, part)


def _number_format(number: str, codes: dict[str, str]) -> NumberFormat:
    code = codes.get(number)
    if code is not None:
        return NumberFormat(is_date_format(code), is_elapsed(code))
    built_in = int(number) if number.isdecimal() else 0
    return NumberFormat(built_in in _BUILT_IN_DATES, built_in == _BUILT_IN_ELAPSED)


def _merged_ranges(pieces: Iterator[bytes]) -> Iterator[tuple[int, int, int, int]]:
    """First row, first column, rows and columns of all merged cells.

    They stand behind the rows that need them, so the bytes are searched before these are read.
    """
    rest = b""
    wide: bool | None = None
    for piece in pieces:
        if wide is None:
            wide = piece.startswith(_UTF16)
        text = rest + (piece.replace(b"\0", b"") if wide else piece)
        cut = text.rfind(b"<")
        text, rest = text[:cut], text[cut:][-4096:]
        if b"mergeCell" in text:
            yield from map(_range, _MERGED.finditer(text))
    yield from map(_range, _MERGED.finditer(rest))


def _range(found: re.Match[bytes]) -> tuple[int, int, int, int]:
    left, right = _column(found[1]), _column(found[3])
    top, bottom = int(found[2]), int(found[4])
    return top, left, max(1, bottom - top + 1), max(1, right - left + 1)


def _column(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place - 1
