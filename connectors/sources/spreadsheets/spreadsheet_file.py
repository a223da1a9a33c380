"""Contacts from a spreadsheet file: xlsx, xlsm, xlsb, xls, ods.

| delivers | how |
| --- | --- |
| every value | as text: whole numbers with all their digits, dates as ISO text, text as it is |
| formulas | the value that was calculated when the file was saved |
| cells without a value | an error such as #N/A in a column that is needed: the row is malformed |
| hidden rows | as all others, as in Excel's own CSV export, and it is said; `hidden_rows` decides |
| titles, totals | rows above the header and remarks below the table are left out, and it is said |
| origin | the row's number, as a spreadsheet shows it at the left |
| completeness | true when the sheet ended where it should and the file did not change meanwhile |
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

from connectors.sources.files.batches import Batches
from connectors.sources.files.footers import footer_note, without_footer
from connectors.sources.files.names_again import repeated_names_note, without_repeated_names
from connectors.sources.files.opening import fingerprint
from connectors.sources.source import BATCH_ROWS, Records
from connectors.sources.spreadsheets.cell_values import (
    SheetName,
    SheetRow,
    Workbook,
    column_letters,
    damaged,
)
from connectors.sources.spreadsheets.find_table import (
    LOOKED_AT,
    Table,
    below,
    contacts_in,
    find_table,
)
from connectors.sources.spreadsheets.merged_cells import fill_merged
from connectors.sources.spreadsheets.open_workbook import open_book
from schemas.errors import SourceMismatch
from schemas.source_specs import HiddenRows

MOST_CELLS: Final = 200_000_000
"""Of one table: a full sheet of contacts has a tenth; repeated cells of ods can claim billions."""

MOST_TEXT: Final = 1 << 29
"""Characters of one table: a full sheet of contacts has a fifth; one long text that is stored once
may stand in every cell."""

BATCH_CELLS: Final = 2_000_000
"""Of one batch, so that a wide table takes no more memory than a narrow one."""


@dataclass
class _Inspected:
    """What was found out about a file that has not changed since."""

    file: tuple[int, int, int]
    sheet: str
    table: Table
    notes: tuple[str, ...]


@dataclass
class ExcelFile:
    """A spreadsheet file as a source.

    Args:
        path: The file, on this machine.
        sheet: The sheet's name; None for the one that looks like contacts.
        hidden_rows: `read` them as all others, `skip` them, or `reject` each.
        needed: Columns in which an error makes a row malformed; None for all of them.
        choose: With several sheets of contacts, take the first and say so; else refuse.
        batch_rows: Rows a batch.
        most_cells: Of one table; above it the file is refused.
        most_text: Characters of one table; above it the file is refused.
    """

    path: Path
    sheet: str | None = None
    hidden_rows: HiddenRows = "read"
    needed: frozenset[str] | None = None
    choose: bool = True
    batch_rows: int = BATCH_ROWS
    most_cells: int = MOST_CELLS
    most_text: int = MOST_TEXT
    _seen: _Inspected | None = field(default=None, init=False, repr=False, compare=False)
    _read_notes: tuple[str, ...] = field(default=(), init=False, repr=False, compare=False)

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.path.name

    def columns(self) -> tuple[str, ...]:
        """The header's names; empty for an empty sheet.

        Raises:
            SourceMismatch: No such file or sheet, or no spreadsheet that can be read.
            SourceUnavailable: The file cannot be read now.
        """
        return self._look().table.names

    def notes(self) -> tuple[str, ...]:
        """See `HasNotes.notes`."""
        return (*self._look().notes, *self._read_notes)

    def chosen_sheet(self) -> str:
        """The name of the sheet that is read.

        Raises:
            SourceMismatch: See `columns`.
        """
        return self._look().sheet

    def select(self, columns: frozenset[str]) -> None:
        """See `SupportsProjection.select`."""
        self.needed = columns

    def read(self) -> Iterator[Records]:
        """Reads the sheet in batches; see `Source.read`."""
        seen = self._look()
        names = seen.table.names
        footer, again, hidden = list[int](), list[int](), list[int]()
        rows = without_footer(self._batches(seen, hidden), len(names), footer, _from_line)
        yield from without_repeated_names(rows, names, again)
        self._read_notes = tuple(self._told(again, footer, len(hidden)))

    def _batches(self, seen: _Inspected, hidden: list[int]) -> Iterator[Records]:
        """All rows below the header; `hidden` gets the numbers of those that are hidden."""
        table = seen.table
        width = max(1, len(table.names))
        batches = Batches(table.names, min(self.batch_rows, max(1, BATCH_CELLS // width)))
        cells = characters = 0
        book = open_book(self.path)
        try:
            rows = below(book.rows(seen.sheet, merged=True), table)
            for row in fill_merged(rows, table.before, table.places):
                cells += width
                if cells > self.most_cells:
                    raise damaged(self.name, f"its table has more than {self.most_cells:,} cells")
                characters += sum(map(len, row.cells))
                if characters > self.most_text:
                    said = f"its table has more than {self.most_text:,} characters"
                    raise damaged(self.name, said)
                if row.hidden:
                    hidden.append(row.number)
                    if self.hidden_rows == "skip":
                        continue
                self._take(row, table, batches)
                yield from batches.full()
        finally:
            book.close()
        yield batches.last(complete=fingerprint(self.path) == seen.file)

    def _take(self, row: SheetRow, table: Table, batches: Batches) -> None:
        cells = row.cells
        problem = self._problem(row, table)
        if problem:
            batches.malformed(row.number, problem, _as_line(cells))
            return
        length = len(cells)
        batches.row(row.number, [cells[n] if n < length else "" for n in table.places])

    def _problem(self, row: SheetRow, table: Table) -> str:
        """Why a row is none; empty when it is one."""
        if row.hidden and self.hidden_rows == "reject":
            return "the row is hidden"
        for place, what in row.faulty.items():
            if place in table.places:
                name = table.names[table.places.index(place)]
                if self.needed is None or name in self.needed:
                    return f"its cell {column_letters(place)}{row.number} holds {what}"
        if len(row.cells) > table.places[-1] + 1 and any(
            cell.strip() for cell in row.cells[table.places[-1] + 1 :]
        ):
            return "it has a cell beyond the last column"
        return ""

    def _told(self, again: list[int], footer: list[int], hidden: int) -> Iterator[str]:
        if again:
            yield repeated_names_note(again, what="row")
        if footer:
            yield footer_note(footer, what="row")
        if hidden:
            done = {
                "read": "read like the others; `hidden_rows: skip` or `reject` would not",
                "skip": "not read, as the sync file says",
                "reject": "rejected, as the sync file says",
            }[self.hidden_rows]
            many = "1 row is" if hidden == 1 else f"{hidden:,} rows are"
            yield f"{many} hidden, by hand or by a filter: {done}"

    def _look(self) -> _Inspected:
        """Which sheet, and where its table is; looked at again when the file has changed."""
        file = fingerprint(self.path)
        if self._seen is None or self._seen.file != file:
            book = open_book(self.path)
            try:
                self._seen = self._found(book, file)
            finally:
                book.close()
        return self._seen

    def _found(self, book: Workbook, file: tuple[int, int, int]) -> _Inspected:
        sheets = book.sheets()
        notes: list[str] = []
        sheet = self._named(sheets) if self.sheet is not None else self._chosen(book, notes)
        rows = _first(book, sheet)
        table = find_table(rows)
        if len(sheets) > 1 and sheet:
            notes.insert(0, f"sheet {sheet!r} of {len(sheets)} is read")
        if table.above:
            notes.append(f"{_rows(table.above)} above the table not read")
        if table.names and not table.header:
            notes.append("no row names the columns: they are called column_1, column_2, ...")
        return _Inspected(file, sheet, table, tuple(notes))

    def _named(self, sheets: tuple[SheetName, ...]) -> str:
        names = [each.name for each in sheets]
        wanted = str(self.sheet).strip().casefold()
        alike = [each for each in sheets if each.name == self.sheet] or [
            each for each in sheets if each.name.strip().casefold() == wanted
        ]
        if len(alike) == 1:
            if alike[0].problem:
                raise damaged(self.name, alike[0].problem)
            return alike[0].name
        raise SourceMismatch(
            f"There is no sheet {self.sheet!r}.",
            where=self.name,
            do=f"Its sheets are: {', '.join(map(repr, names))}.",
        )

    def _chosen(self, book: Workbook, notes: list[str]) -> str:
        """The sheet that looks like contacts: the only one with phones or e-mails in its rows."""
        lost = [each.problem for each in book.sheets() if each.problem and not each.hidden]
        if lost and not self.choose:
            raise SourceMismatch(
                f"This spreadsheet is damaged: {lost[0]}.",
                where=self.name,
                do="Get it again; or say which of the other sheets counts with "
                "`source: {sheet: ...}`, or --sheet for one file.",
            )
        notes += lost
        visible = [each.name for each in book.sheets() if not (each.hidden or each.problem)]
        if not visible:
            raise SourceMismatch(
                "All sheets of this file are hidden, or it has none.",
                where=self.name,
                do="Name the one to read: with --sheet, or `source: {sheet: ...}` in a sync file.",
            )
        if len(visible) == 1:
            return visible[0]
        counts = {name: contacts_in(_first(book, name)) for name in visible}
        likely = [name for name in visible if counts[name]]
        if len(likely) > 1:
            listed = ", ".join(map(repr, likely))
            if not self.choose:
                raise SourceMismatch(
                    f"Several sheets of this file hold contacts: {listed}.",
                    where=self.name,
                    do="Say which one: with --sheet, or `source: {sheet: ...}` in a sync file.",
                )
            notes.append(f"the sheets {listed} all hold contacts: only the first is read")
        if likely:
            return likely[0]
        filled = (name for name in visible if _first(book, name))
        return next(filled, visible[0])


def _first(book: Workbook, sheet: str) -> list[SheetRow]:
    """The first rows with something in them."""
    return list(islice((row for row in book.rows(sheet) if any(row.cells)), LOOKED_AT))


def _rows(numbers: list[int] | tuple[int, ...]) -> str:
    shown = ", ".join(map(str, numbers[:10])) + (", ..." if len(numbers) > 10 else "")
    return f"row {shown}" if len(numbers) == 1 else f"rows {shown}"


def _as_line(cells: list[str]) -> str:
    """A row that is no row of the table, as a line of CSV."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()


def _from_line(raw: str) -> list[str]:
    """The cells of such a line."""
    return next(csv.reader(io.StringIO(raw)), [])
