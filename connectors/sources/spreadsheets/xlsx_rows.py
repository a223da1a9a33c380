"""The rows of an xlsx sheet: what its elements mean to the driver of `sheet_events`."""

from __future__ import annotations

from typing import Final

from connectors.sources.spreadsheets.cell_values import MOST_COLUMNS, SheetRow
from connectors.sources.spreadsheets.merged_cells import Merges
from connectors.sources.spreadsheets.sheet_events import Attributes, SheetEvents
from connectors.sources.spreadsheets.xlsx_cells import CellTexts

_ROOTS: Final = ("worksheet", "macrosheet", "dialogsheet")
"""What may hold rows. Some programs list a sheet of macros as if it were a worksheet."""


class XlsxRows:
    """Takes a sheet piece by piece and gives its rows.

    Args:
        where: The file and the sheet, for messages.
        texts: Turns values into text.
        merges: The sheet's merged cells.
    """

    def __init__(self, where: str, texts: CellTexts, merges: Merges) -> None:
        self._texts = texts
        self._merges = merges
        self._following = 0
        self._places: dict[str, int] = {}
        self._in_data = self._hint = False
        self._cell: Attributes = {}
        self._formula = False
        self._value: str | None = None
        self._inline: str | None = None
        self._events = SheetEvents(
            where,
            self._root,
            begins={
                "sheetData": self._begin_data,
                "row": self._begin_row,
                "c": self._begin_cell,
                "v": self._begin_value,
                "t": self._begin_inline,
                "f": self._begin_formula,
                "rPh": self._begin_hint,
            },
            ends={
                "sheetData": self._end_data,
                "row": self._end_row,
                "c": self._end_cell,
                "v": self._end_value,
                "t": self._end_inline,
                "rPh": self._end_hint,
            },
        )
        self.feed = self._events.feed
        self._refuse = self._events.refuse

    def _root(self, tag: str, _: Attributes) -> str:
        prefix, colon, name = tag.rpartition(":")
        if name not in _ROOTS:
            self._refuse("it is not a worksheet")
        # a sheet of macros has a prefix of its own; its cells have the usual names
        return prefix + colon if name == "worksheet" else ""

    def _begin_data(self, _: Attributes) -> None:
        self._in_data = True

    def _end_data(self) -> None:
        self._in_data = False

    def _begin_row(self, attributes: Attributes) -> None:
        if not self._in_data:
            return
        given = attributes.get("r", "")
        if given.isdecimal() and len(given) > 9:
            self._refuse(f"it has a row {given[:12]}, which no spreadsheet has")
        number = int(given) if given.isdecimal() else self._events.number + 1
        self._following = 0
        self._events.begin_row(number, hidden=attributes.get("hidden", "0") in ("1", "true"))
        if merged := self._merges.beginning_in(number):
            self._events.merge(merged)

    def _end_row(self) -> None:
        self._events.end_row()

    def _begin_cell(self, attributes: Attributes) -> None:
        self._cell = attributes
        self._formula = False
        self._value = self._inline = None

    def _begin_value(self, _: Attributes) -> None:
        self._events.begin_text()

    def _end_value(self) -> None:
        self._events.end_text()
        self._value = self._events.text()

    def _begin_inline(self, _: Attributes) -> None:
        if not self._hint:
            self._events.begin_text()

    def _end_inline(self) -> None:
        self._events.end_text()
        self._inline = (self._inline or "") + self._events.text()

    def _begin_formula(self, _: Attributes) -> None:
        self._formula = True

    def _begin_hint(self, _: Attributes) -> None:
        self._hint = True

    def _end_hint(self) -> None:
        self._hint = False

    def _end_cell(self) -> None:
        row = self._events.row
        if row is None:
            return
        kind = self._cell.get("t", "n")
        place = self._place(self._cell.get("r", ""), row)
        # an empty cell without a name moves those after it all the same
        self._following = place + 1
        first, second = self._value, self._inline
        if kind == "inlineStr":
            first, second = second, first  # beside an inline text, a value is a leftover
        value = first if first is not None else second or ""
        if not value and not self._formula and kind != "e":
            return  # only a colour or a border
        try:
            text, fault = self._texts.text_and_fault(
                kind, self._cell.get("s", ""), value, formula=self._formula
            )
        except ValueError as problem:
            self._refuse(f"row {row.number} {problem}")
        self._events.put(place, text, fault)

    def _place(self, name: str, row: SheetRow) -> int:
        """The column of a cell, from 0."""
        if not name:
            return self._following
        letters = name.rstrip("0123456789")
        place = self._places.get(letters)
        if place is None:
            place = self._places[letters] = self._column(letters)
        if place < self._following:
            self._refuse(f"row {row.number} holds a cell twice")
        return place

    def _column(self, letters: str) -> int:
        place = 0
        if letters.isascii() and letters.isalpha() and letters.isupper() and len(letters) < 4:
            for letter in letters:
                place = place * 26 + ord(letter) - 64
        if not 0 < place <= MOST_COLUMNS:
            self._refuse("it names a cell that no spreadsheet has")
        return place - 1
