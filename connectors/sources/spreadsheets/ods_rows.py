"""The rows of one table of an ods file: what its elements mean to the driver of `sheet_events`."""

from __future__ import annotations

import re
from typing import Final

from connectors.sources.files.number_text import number_text
from connectors.sources.spreadsheets.cell_values import (
    ERROR_VALUE,
    MOST_COLUMNS,
    MOST_ROWS,
    MergedRange,
    SheetRow,
    boolean_text,
)
from connectors.sources.spreadsheets.safe_xml import local
from connectors.sources.spreadsheets.sheet_events import Attributes, SheetEvents

_TIME: Final = re.compile(r"-?PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?")

_PREFIXES: Final = {
    f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0": name
    for name in ("office", "table", "text", "style")
}

MOST_COPIES: Final = 100_000
"""A filled row repeated more often than this was not typed by anybody."""

MOST_SPACES: Final = 1 << 15
"""Of one element that stands for so many spaces."""


class OdsRows:
    """Takes `content.xml` piece by piece; gives the rows of one table, or the names of all.

    Args:
        where: The file and the table, for messages.
        wanted: The table whose rows are wanted; None for none.
    """

    def __init__(self, where: str, wanted: str | None) -> None:
        self.tables: list[tuple[str, str]] = []
        self.hidden_styles: set[str] = set()
        self.done = False
        self._wanted = wanted
        self._depth = 0  # tables may stand in cells of tables
        self._inside = False
        self._style = ""
        self._row_times = 1
        self._cell: Attributes | None = None
        self._paragraphs = 0
        self._notes = 0
        self._events = SheetEvents(
            where,
            self._root,
            begins={
                "style:style": self._begin_style,
                "style:table-properties": self._begin_table_properties,
                "table:table": self._begin_table,
                "table:table-row": self._begin_row,
                "table:table-cell": self._begin_cell,
                "table:covered-table-cell": self._begin_cell,
                "office:annotation": self._begin_note,
                "text:p": self._begin_paragraph,
                "text:s": self._spaces,
                "text:tab": lambda _: self._sign("\t"),
                "text:line-break": lambda _: self._sign("\n"),
            },
            ends={
                "table:table": self._end_table,
                "table:table-row": self._end_row,
                "table:table-cell": self._end_cell,
                "table:covered-table-cell": self._end_cell,
                "office:annotation": self._end_note,
            },
        )

    def feed(self, chunk: bytes, *, last: bool = False) -> list[SheetRow]:
        """The rows that this piece completes.

        Raises:
            SourceMismatch: The document is damaged.
        """
        return [] if self.done else self._events.feed(chunk, last=last)

    def _root(self, tag: str, attributes: Attributes) -> str:
        """Every program uses the same prefixes; under others the values would not be found."""
        if local(tag) == "document-content":
            for key, place in attributes.items():
                usual = _PREFIXES.get(place)
                if usual and key != f"xmlns:{usual}":
                    self._events.refuse("its XML uses prefixes that no spreadsheet program writes")
        return ""

    def _begin_style(self, attributes: Attributes) -> None:
        self._style = attributes.get("style:name", "")

    def _begin_table_properties(self, attributes: Attributes) -> None:
        if attributes.get("table:display") == "false":
            self.hidden_styles.add(self._style)

    def _begin_table(self, attributes: Attributes) -> None:
        self._depth += 1
        if self._depth == 1:
            name = attributes.get("table:name", "")
            self.tables.append((name, attributes.get("table:style-name", "")))
            self._inside = name == self._wanted and not self.done
        self._listen()

    def _end_table(self) -> None:
        self._depth -= 1
        if self._inside and not self._depth:
            self._inside, self.done = False, True
        self._listen()

    def _reading(self) -> bool:
        return self._inside and self._depth == 1

    def _listen(self) -> None:
        """Characters count inside paragraphs of the wanted table's own cells, outside of notes."""
        if self._reading() and self._cell is not None and self._paragraphs and not self._notes:
            self._events.begin_text()
        else:
            self._events.end_text()

    def _begin_row(self, attributes: Attributes) -> None:
        if not self._reading():
            return
        # after the last row there may be one more, which stands for all empty ones below
        if self._events.number < MOST_ROWS:
            hidden = attributes.get("table:visibility", "visible") != "visible"
            self._events.begin_row(self._events.number + 1, hidden=hidden)
        self._row_times = _times(attributes, "table:number-rows-repeated", MOST_ROWS)

    def _end_row(self) -> None:
        row = self._events.row
        if row is None or not self._reading():
            return
        while row.cells and not row.cells[-1]:
            row.cells.pop()
        if not row.cells:
            self._events.skip_rows(self._row_times)
            return
        if self._row_times > MOST_COPIES or row.number + self._row_times - 1 > MOST_ROWS:
            self._events.refuse(f"row {row.number} is repeated {self._row_times:,} times")
        self._events.end_row(self._row_times)

    def _begin_cell(self, attributes: Attributes) -> None:
        if self._reading():
            self._cell, self._paragraphs = attributes, 0

    def _end_cell(self) -> None:
        row, cell = self._events.row, self._cell
        if not self._reading():
            return
        self._cell = None
        self._listen()
        shown = self._events.text()
        if row is None or cell is None:
            return
        place = len(row.cells)
        # the empty rest of a row is written as one cell that is repeated
        times = min(
            _times(cell, "table:number-columns-repeated", MOST_COLUMNS), MOST_COLUMNS - place
        )
        try:
            text, fault = _text_and_fault(cell, shown)
        except ValueError:
            self._events.refuse(f"row {row.number} holds a number that is none")
        self._events.put(place, text, fault, times)
        rows = _times(cell, "table:number-rows-spanned", MOST_ROWS)
        columns = _times(cell, "table:number-columns-spanned", MOST_COLUMNS)
        if rows > 1 or columns > 1:
            self._events.merge([MergedRange(place, rows, columns)])

    def _begin_note(self, _: Attributes) -> None:
        self._notes += 1
        self._listen()

    def _end_note(self) -> None:
        self._notes -= 1
        self._listen()

    def _begin_paragraph(self, _: Attributes) -> None:
        if self._cell is not None and self._reading() and not self._notes:
            if self._paragraphs:
                self._events.add("\n")
            self._paragraphs += 1
            self._listen()

    def _spaces(self, attributes: Attributes) -> None:
        self._sign(" " * _times(attributes, "text:c", MOST_SPACES))

    def _sign(self, text: str) -> None:
        if self._cell is not None and self._reading() and not self._notes:
            self._events.add(text)


def _text_and_fault(cell: Attributes, shown: str) -> tuple[str, str]:
    """The text of a cell, and what it holds instead of a value.

    Raises:
        ValueError: It is said to be a number, and is none.
    """
    kind = cell.get("office:value-type", "")
    if any(each == "error" and key.endswith(":value-type") for key, each in cell.items()):
        return shown or "#ERROR", ERROR_VALUE
    if kind in ("float", "currency", "percentage"):
        return number_text(float(cell.get("office:value", ""))), ""
    if kind == "date":
        return cell.get("office:date-value", shown).removesuffix("T00:00:00"), ""
    if kind == "time" and (found := _TIME.fullmatch(cell.get("office:time-value", ""))):
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return f"{hours:02}:{minutes:02}:{seconds:02}", ""
    if kind == "boolean":
        return boolean_text(cell.get("office:boolean-value")), ""
    return cell.get("office:string-value", shown), ""


def _times(attributes: Attributes, name: str, most: int) -> int:
    given = attributes.get(name, "1")
    return min(int(given), most) if given.isdecimal() and len(given) < 12 else 1
