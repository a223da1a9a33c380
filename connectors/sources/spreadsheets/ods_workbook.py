"""OpenDocument spreadsheets, streamed: one piece of `content.xml` at a time.

Values are taken from their attributes, which hold them exactly; repeated rows and cells are
counted, and only as many as a spreadsheet can hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Final, NoReturn
from xml.parsers import expat

from connectors.sources.files.number_text import number_text
from connectors.sources.files.zip_limits import chunks, encrypted, open_zip, read_part, refusing
from connectors.sources.spreadsheets.cell_values import (
    CELL_LIMIT,
    ERROR_VALUE,
    MOST_COLUMNS,
    MOST_ROWS,
    SheetName,
    SheetRow,
    boolean_text,
    damaged,
)
from connectors.sources.spreadsheets.safe_xml import local, refuse_declarations

_CONTENT: Final = "content.xml"
_MANIFEST: Final = "META-INF/manifest.xml"
_TIME: Final = re.compile(r"-?PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?")

_PREFIXES: Final = {
    f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0": name
    for name in ("office", "table", "text", "style")
}

MOST_COPIES: Final = 100_000
"""A filled row repeated more often than this was not typed by anybody."""


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
            reader = _TableReader(self._name, None)
            for _ in self._feed(reader):
                pass
            self._sheets = tuple(
                SheetName(name, style in reader.hidden_styles) for name, style in reader.tables
            )
        return self._sheets

    def rows(self, sheet: str) -> Iterator[SheetRow]:
        """See `Workbook.rows`."""
        reader = _TableReader(self._name, sheet)
        for _ in self._feed(reader):
            yield from reader.taken()
            if reader.done:
                return

    def close(self) -> None:
        """See `Workbook.close`."""
        self._archive.close()
        self._file.close()

    def _feed(self, reader: _TableReader) -> Iterator[None]:
        with refusing(self._name, _CONTENT):
            for chunk in chunks(self._archive, _CONTENT):
                reader.feed(chunk)
                yield
        reader.feed(b"", last=True)
        yield


class _TableReader:
    """Takes `content.xml` piece by piece; gives the rows of one table, or the names of all."""

    def __init__(self, name: str, wanted: str | None) -> None:
        self.tables: list[tuple[str, str]] = []
        self.hidden_styles: set[str] = set()
        self.done = False
        self._where = name if wanted is None else f"{name}, sheet {wanted!r}"
        self._wanted = wanted
        self._rows: list[SheetRow] = []
        self._depth = 0  # tables may stand in cells of tables
        self._inside = False
        self._style = ""
        self._row: SheetRow | None = None
        self._number = 0
        self._row_times = self._cell_times = 1
        self._cell: dict[str, str] | None = None
        self._texts: list[str] = []
        self._paragraphs = 0
        self._size = 0
        self._aside = 0  # in a note
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        refuse_declarations(self._parser, self._where)

    def feed(self, chunk: bytes, *, last: bool = False) -> None:
        if self.done:
            return
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError:
            raise damaged(self._where, "its XML breaks off or is not XML") from None

    def taken(self) -> list[SheetRow]:
        rows, self._rows = self._rows, []
        return rows

    def _start(self, tag: str, raw: dict[str, str]) -> None:
        tag = local(tag)
        if tag == "document-content":
            self._check_prefixes(raw)
        elif tag == "table":
            self._depth += 1
            if self._depth == 1:
                name = raw.get("table:name", "")
                self.tables.append((name, raw.get("table:style-name", "")))
                self._inside = name == self._wanted and not self.done
        elif tag == "style":
            self._style = raw.get("style:name", "")
        elif tag == "table-properties" and raw.get("table:display") == "false":
            self.hidden_styles.add(self._style)
        elif self._inside and self._depth == 1:
            self._start_inside(tag, raw)

    def _check_prefixes(self, raw: dict[str, str]) -> None:
        """Every program uses the same prefixes; under others the values would not be found."""
        for key, place in raw.items():
            usual = _PREFIXES.get(place)
            if usual and key != f"xmlns:{usual}":
                self._refuse("its XML uses prefixes that no spreadsheet program writes")

    def _start_inside(self, tag: str, raw: dict[str, str]) -> None:
        if tag == "table-row":
            self._row = SheetRow(
                self._number + 1, [], raw.get("table:visibility", "visible") != "visible"
            )
            self._row_times = self._times(raw, "table:number-rows-repeated", MOST_ROWS)
        elif tag in ("table-cell", "covered-table-cell"):
            self._cell, self._texts, self._paragraphs, self._size = raw, [], 0, 0
            self._cell_times = self._times(raw, "table:number-columns-repeated", MOST_COLUMNS)
        elif tag == "annotation":
            self._aside += 1
        elif self._cell is not None and not self._aside:
            if tag == "p":
                if self._paragraphs:
                    self._texts.append("\n")
                self._paragraphs += 1
            elif tag == "s":
                self._add(" " * self._times(raw, "text:c", 1 << 15))
            elif tag in ("tab", "line-break"):
                self._texts.append("\t" if tag == "tab" else "\n")

    def _characters(self, text: str) -> None:
        if self._inside and self._paragraphs and not self._aside and self._depth == 1:
            self._add(text)

    def _add(self, text: str) -> None:
        self._size += len(text)
        if self._size > CELL_LIMIT:
            self._refuse(f"row {self._number + 1} holds a cell of more than {CELL_LIMIT:,} letters")
        self._texts.append(text)

    def _end(self, tag: str) -> None:
        tag = local(tag)
        if tag == "table":
            self._depth -= 1
            if self._inside and not self._depth:
                self._inside, self.done = False, True
        elif not self._inside or self._depth != 1:
            return
        elif tag == "annotation":
            self._aside -= 1
        elif tag in ("table-cell", "covered-table-cell"):
            self._end_cell()
        elif tag == "table-row":
            self._end_row()

    def _end_cell(self) -> None:
        row, cell = self._row, self._cell
        self._cell = None
        if row is None or cell is None:
            return
        place = len(row.cells)
        if place + self._cell_times > MOST_COLUMNS:
            # the empty rest of a row is written as one cell that is repeated
            self._cell_times = MOST_COLUMNS - place
        text, faulty = self._value(cell, "".join(self._texts))
        row.cells += [text] * self._cell_times
        if faulty:
            row.faulty |= dict.fromkeys(range(place, place + self._cell_times), ERROR_VALUE)

    def _value(self, cell: dict[str, str], shown: str) -> tuple[str, bool]:
        kind = cell.get("office:value-type", "")
        if any(each == "error" and key.endswith(":value-type") for key, each in cell.items()):
            return shown or "#ERROR", True
        if kind in ("float", "currency", "percentage"):
            try:
                return number_text(float(cell.get("office:value", ""))), False
            except ValueError:
                self._refuse(f"row {self._number + 1} holds a number that is none")
        if kind == "date":
            return cell.get("office:date-value", shown).removesuffix("T00:00:00"), False
        if kind == "time" and (found := _TIME.fullmatch(cell.get("office:time-value", ""))):
            hours, minutes, seconds = (int(part or 0) for part in found.groups())
            return f"{hours:02}:{minutes:02}:{seconds:02}", False
        if kind == "boolean":
            return boolean_text(cell.get("office:boolean-value")), False
        return cell.get("office:string-value", shown), False

    def _end_row(self) -> None:
        row, times = self._row, self._row_times
        self._row = None
        if row is None:
            return
        while row.cells and not row.cells[-1]:
            row.cells.pop()
        if not row.cells:
            self._number += times
            return
        if times > MOST_COPIES or self._number + times > MOST_ROWS:
            self._refuse(f"row {row.number} is repeated {times:,} times")
        for _ in range(times):
            self._number += 1
            self._rows.append(SheetRow(self._number, row.cells, row.hidden, row.faulty))

    def _times(self, raw: dict[str, str], name: str, most: int) -> int:
        given = raw.get(name, "1")
        return min(int(given), most) if given.isdecimal() and len(given) < 12 else 1

    def _refuse(self, what: str) -> NoReturn:
        raise damaged(self._where, what)
