"""The driver of the two XML readers: pieces of a document in, rows of a sheet out.

A format says with callbacks what its elements mean; the driver knows rows, cells and text, and
their limits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn
from xml.parsers import expat

from connectors.sources.spreadsheets.cell_values import (
    CELL_LIMIT,
    MOST_ROWS,
    MergedRange,
    SheetRow,
    damaged,
)
from connectors.sources.spreadsheets.safe_xml import refuse_declarations

Attributes = dict[str, str]
Begin = Callable[[Attributes], object]
End = Callable[[], object]


class SheetEvents:
    """Takes a document piece by piece and collects the rows that its callbacks report.

    Args:
        where: The file and the sheet, for messages.
        root: Gets the first element's name and attributes; gives the prefix that stands before
            the names in `begins` and `ends`.
        begins: What to do where an element of that name begins.
        ends: What to do where it ends.
    """

    def __init__(
        self,
        where: str,
        root: Callable[[str, Attributes], str],
        begins: Mapping[str, Begin],
        ends: Mapping[str, End],
    ) -> None:
        self.row: SheetRow | None = None
        self.number = 0
        self._where = where
        self._root = root
        self._begins = begins
        self._ends = ends
        self._rows: list[SheetRow] = []
        self._texts: list[str] = []
        self._size = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._first
        self._parser.EndElementHandler = self._end
        refuse_declarations(self._parser, where)

    def feed(self, chunk: bytes, *, last: bool = False) -> list[SheetRow]:
        """The rows that this piece completes.

        Raises:
            SourceMismatch: The document is damaged.
        """
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError:
            self.refuse("its XML breaks off or is not XML")
        rows, self._rows = self._rows, []
        return rows

    def begin_row(self, number: int, *, hidden: bool) -> None:
        """A row begins; rows come in order.

        Args:
            number: Its number from 1.
            hidden: By hand or by a filter.
        """
        if not self.number < number <= MOST_ROWS:
            self.refuse(f"row {number} does not come after row {self.number}")
        self.row = SheetRow(number, [], hidden)

    def end_row(self, times: int = 1) -> None:
        """The row is complete, and stands so many times."""
        row, self.row = self.row, None
        if row is None:
            return
        self.number = row.number + times - 1
        self._rows.append(row)
        for further in range(1, times):
            self._rows.append(
                SheetRow(row.number + further, row.cells, row.hidden, row.faulty, row.merged)
            )

    def skip_rows(self, times: int) -> None:
        """The row holds nothing, and stands so many times."""
        self.row = None
        self.number += times

    def put(self, place: int, text: str, fault: str = "", times: int = 1) -> None:
        """A cell of the row, so many times from this column on.

        Args:
            place: Its column, from 0.
            text: What it holds.
            fault: What it holds instead of a value; see `SheetRow.faulty`.
            times: How many cells hold it.
        """
        row = self.row
        if row is None:
            return
        cells = row.cells
        if place > len(cells):
            cells.extend([""] * (place - len(cells)))
        if times == 1:
            cells.append(text)
        else:
            cells += [text] * times
        if fault:
            row.faulty |= dict.fromkeys(range(place, place + times), fault)

    def merge(self, merged: Sequence[MergedRange]) -> None:
        """Merged cells that begin in this row."""
        if self.row is not None:
            self.row.merged = (*self.row.merged, *merged)

    def begin_text(self) -> None:
        """From here on characters are text of a cell."""
        self._parser.CharacterDataHandler = self.add

    def end_text(self) -> None:
        """From here on they are not."""
        self._parser.CharacterDataHandler = None

    def add(self, text: str) -> None:
        """More text of the cell."""
        self._size += len(text)
        if self._size > CELL_LIMIT:
            number = self.number + 1 if self.row is None else self.row.number
            self.refuse(f"row {number} holds a cell of more than {CELL_LIMIT:,} letters")
        self._texts.append(text)

    def text(self) -> str:
        """Takes the text that was collected."""
        if not self._texts:
            return ""
        text = "".join(self._texts)
        self._texts, self._size = [], 0
        return text

    def refuse(self, what: str) -> NoReturn:
        """Refuses the sheet.

        Raises:
            SourceMismatch: Always.
        """
        raise damaged(self._where, what)

    def _first(self, tag: str, attributes: Attributes) -> None:
        prefix = self._root(tag, attributes)
        if prefix:
            self._begins = {prefix + name: begin for name, begin in self._begins.items()}
            self._ends = {prefix + name: end for name, end in self._ends.items()}
        self._parser.StartElementHandler = self._begin
        self._begin(tag, attributes)

    def _begin(self, tag: str, attributes: Attributes) -> None:
        begin = self._begins.get(tag)
        if begin is not None:
            begin(attributes)

    def _end(self, tag: str) -> None:
        end = self._ends.get(tag)
        if end is not None:
            end()
