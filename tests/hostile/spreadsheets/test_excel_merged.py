"""Merged cells: a value that is written once and holds for all the cells it covers."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from odf.table import CoveredTableCell, TableCell
from odf.text import P

from connectors.sources.spreadsheets.spreadsheet_file import ExcelFile
from tests.builders.spreadsheets import (
    SHEET,
    Rows,
    cells_of,
    ods,
    ods_row,
    patched,
    problems_of,
    xls,
    xlsb,
    xlsx,
)

HEADER = ["Country", "Name", "Phone"]
ROWS: Rows = [
    HEADER,
    ["Mexico", "Ana", "81 2555 0142"],
    [None, "Luis", "33 2555 0144"],
    [None, "Eva", "55 1555 0145"],
    ["United States", "Ann", "206 555 0146"],
    [None, "Bo", "206 555 0147"],
]
FILLED = {
    n: [country, *row[1:]]
    for n, (country, row) in enumerate(
        zip([*["Mexico"] * 3, *["United States"] * 2], ROWS[1:], strict=True), start=2
    )
}
RANGES = ((2, 4), (5, 6))
"""First and last row of each range in column A."""


def _xlsx(path: Path) -> Path:
    def merge(book: Any) -> None:
        for first, last in RANGES:
            book.active.merge_cells(f"A{first}:A{last}")

    return xlsx(path, ROWS, merge)


def _xlsx_in_utf16(path: Path) -> Path:
    return patched(_xlsx(path), SHEET, lambda text: text.decode().encode("utf-16"))


def _xls(path: Path) -> Path:
    rows = [
        [None if n and place == 0 else c for place, c in enumerate(r)] for n, r in enumerate(ROWS)
    ]

    def merge(sheet: Any) -> None:
        for first, last in RANGES:
            sheet.write_merge(first - 1, last - 1, 0, 0, ROWS[first - 1][0])

    return xls(path, rows, merge)


def _ods(path: Path) -> Path:
    def rows(table: Any) -> None:
        for first, last in RANGES:
            for n in range(first, last + 1):
                if n == first:
                    cell = TableCell(
                        valuetype="string",
                        numberrowsspanned=last - first + 1,
                        numbercolumnsspanned=1,
                    )
                    cell.addElement(P(text=ROWS[n - 1][0]))
                else:
                    cell = CoveredTableCell()
                table.addElement(ods_row([cell, *ROWS[n - 1][1:]]))

    return ods(path, ROWS[:1], rows)


def _xlsb(path: Path) -> Path:
    ranges = b"".join(
        b"\xb0\x01\x10" + struct.pack("<IIII", first - 1, last - 1, 0, 0) for first, last in RANGES
    )
    end = b"\x92\x01\x00\x82\x01\x00"
    path = xlsb(path, ROWS)
    return patched(
        path, "xl/worksheets/sheet1.bin", lambda s: s.replace(end, end[:3] + ranges + end[3:])
    )


FORMATS = {
    "xlsx": _xlsx,
    "utf16.xlsx": _xlsx_in_utf16,
    "xls": _xls,
    "ods": _ods,
    "xlsb": _xlsb,
}


@pytest.mark.parametrize("ending", FORMATS)
def test_a_merged_cell_is_the_value_of_all_rows_it_covers(ending: str, tmp_path: Path) -> None:
    """Luis and Eva are in Mexico as Ana is: the country is written once, and merged over three."""
    assert cells_of(ExcelFile(FORMATS[ending](tmp_path / f"a.{ending}"))) == FILLED


def test_a_block_of_merged_cells_fills_rows_and_columns(tmp_path: Path) -> None:
    """Over two rows and two columns the value stands four times."""

    def merge(book: Any) -> None:
        book.active.merge_cells("A2:B3")

    rows = [["Site", "Office", "Phone"], ["North", None, "1"], [None, None, "2"]]
    source = ExcelFile(xlsx(tmp_path / "a.xlsx", rows, merge))
    assert cells_of(source) == {2: ["North", "North", "1"], 3: ["North", "North", "2"]}


def test_a_range_that_is_longer_than_its_rows_makes_no_rows(tmp_path: Path) -> None:
    """Nobody stands in a row that holds nothing but somebody else's merged cell."""

    def merge(book: Any) -> None:
        book.active.merge_cells("A2:A60")
        book.active["B40"].number_format = "@"

    source = ExcelFile(xlsx(tmp_path / "a.xlsx", ROWS[:3], merge))
    assert list(cells_of(source)) == [2, 3]


def test_titles_and_names_are_not_spread_over_the_table(tmp_path: Path) -> None:
    """What is merged above the data, or reaches from a name into it, stays where it is."""

    def merge(book: Any) -> None:
        book.active.merge_cells("A1:C1")
        book.active.merge_cells("B2:B3")

    rows = [["Our contacts"], HEADER, [None, None, "+12065550142"], ["US", "Bo", "+12065550143"]]
    source = ExcelFile(xlsx(tmp_path / "a.xlsx", rows, merge))
    assert source.columns() == tuple(HEADER)
    assert cells_of(source)[3] == ["", "", "+12065550142"]


def test_a_value_under_a_merged_cell_is_kept(tmp_path: Path) -> None:
    """A range that was only painted over filled cells hides their values, and loses none."""
    path = xlsx(tmp_path / "a.xlsx", [HEADER, ["Mexico", "Ana", "1"], ["Spain", "Luis", "2"]])
    ranges = b'</sheetData><mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'
    patched(path, SHEET, lambda text: text.replace(b"</sheetData>", ranges))
    assert cells_of(ExcelFile(path))[3][0] == "Spain"


def test_an_error_in_a_merged_cell_is_one_in_every_row(tmp_path: Path) -> None:
    """#N/A over three people is no value for any of them."""

    def change(book: Any) -> None:
        book.active["A2"] = "#N/A"
        book.active.merge_cells("A2:A4")

    problems = problems_of(ExcelFile(xlsx(tmp_path / "a.xlsx", ROWS, change)))
    assert list(problems) == [2, 3, 4]


def test_a_table_merged_row_by_row_is_read_as_it_looks(tmp_path: Path) -> None:
    """Reports merge two columns in every row, names included; the second one is no column."""

    def merge(book: Any) -> None:
        for row in (1, 2, 3):
            book.active.merge_cells(f"B{row}:C{row}")

    rows = [["Phone", "Name", None, "Mail"], ["1", "Ann", None, "a"], ["2", "Bo", None, "b"]]
    source = ExcelFile(xlsx(tmp_path / "a.xlsx", rows, merge))
    assert source.columns() == ("Phone", "Name", "Mail")
    assert cells_of(source) == {2: ["1", "Ann", "a"], 3: ["2", "Bo", "b"]}


@pytest.mark.parametrize("write", [_xlsx, _ods, _xls], ids=["xlsx", "ods", "xls"])
def test_merged_cells_beyond_any_sheet_cost_nothing(
    write: Callable[[Path], Path], tmp_path: Path
) -> None:
    """A range over seventeen billion cells is one value for each row that is there."""
    path = write(tmp_path / "a.xlsx")
    if write is _xlsx:
        patched(path, SHEET, lambda text: text.replace(b'"A5:A6"', b'"A5:XFD1048576"'))
    elif write is _ods:
        patched(path, "content.xml", lambda t: t.replace(b'spanned="2"', b'spanned="99999999"'))
    assert [row[0] for row in cells_of(ExcelFile(path)).values()][3:] == ["United States"] * 2
