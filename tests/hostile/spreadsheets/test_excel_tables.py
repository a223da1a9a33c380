"""Where the table of a sheet begins and ends, and which sheet it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from connectors.sources.spreadsheets.spreadsheet_file import ExcelFile
from schemas.errors import SourceMismatch
from tests.builders.spreadsheets import Rows, cells_of, ods, problems_of, xls, xlsx

ANN, BO = ["C1", "Ann", "+12065550142"], ["C2", "Bo", "+12065550143"]
HEADER = ["Id", "Name", "Phone"]


def _source(folder: Path, rows: Rows, more: Any = None) -> ExcelFile:
    return ExcelFile(xlsx(folder / "a.xlsx", rows, more))


@pytest.mark.parametrize(
    "above",
    [
        [["Newsletter contacts"]],
        [["Newsletter contacts"], []],
        [["Report", "2026-11-22"], ["By", None], []],
        [["Questions? +1 206 555 0100"]],
        [[], [], []],
    ],
    ids=["title", "title and gap", "metadata", "title with a phone", "blank rows"],
)
def test_titles_above_the_header_are_left_out(above: Rows, tmp_path: Path) -> None:
    """The header is where the table begins; lines are counted from the top of the sheet."""
    rows = [*above, HEADER, ANN, BO] if above != [[], [], []] else [HEADER, ANN, BO]
    source = _source(tmp_path, rows)
    if above == [[], [], []]:
        source = ExcelFile(xls(tmp_path / "a.xls", [[], [], [], HEADER, ANN, BO]))
    assert source.columns() == tuple(HEADER)
    first = len(above) + 2
    assert cells_of(source) == {first: ANN, first + 1: BO}
    assert any("above the table" in note for note in source.notes()) is any(map(any, above))


@pytest.mark.parametrize(
    "after",
    [
        [["Total", 2]],
        [[], ["Exported by Cy"]],
        [[], ["Summe:", None, 2], ["Confidential: do not share"]],
    ],
    ids=["total", "remark", "both"],
)
def test_totals_and_remarks_below_the_table_are_left_out(after: Rows, tmp_path: Path) -> None:
    """They are no contacts, and they are told."""
    source = _source(tmp_path, [HEADER, ANN, BO, *after])
    assert list(cells_of(source)) == [2, 3]
    assert any("below the table" in note for note in source.notes())


@pytest.mark.parametrize(
    "row",
    [
        [None, None, "+12065550144"],
        ["C3", None, None],
        ["Total Recall Ltd", "Cy", "+12065550144"],
        ["C3", "Cy", "unknown"],
        ["cy@example.com", None, None],
    ],
)
def test_a_row_that_may_be_somebody_is_never_a_footer(row: list[str], tmp_path: Path) -> None:
    """Even after a blank row, whoever could be a person is read as one."""
    source = _source(tmp_path, [HEADER, ANN, [], row])
    assert list(cells_of(source)) == [2, 4]


def test_a_total_in_the_middle_is_a_row(tmp_path: Path) -> None:
    """Only what nothing follows is a footer: otherwise it is shown as a reject, and nothing is lost."""
    source = _source(tmp_path, [HEADER, ANN, ["Total", 1], BO])
    assert list(cells_of(source)) == [2, 3, 4]


def test_a_header_in_two_merged_rows_is_joined(tmp_path: Path) -> None:
    """Names come from the lower row, or from the upper one where cells are merged downwards."""

    def merge(book: Any) -> None:
        book.active.merge_cells("A1:A2")
        book.active.merge_cells("B1:C1")
        book.active.merge_cells("D1:E1")

    rows = [
        ["Id", "Person", None, "Contact", None],
        [None, "First name", "Last name", "Phone", "E-mail"],
        ["C1", "Ann", "Lee", "+12065550142", "ann@example.com"],
    ]
    source = _source(tmp_path, rows, merge)
    assert source.columns() == ("Id", "First name", "Last name", "Phone", "E-mail")
    assert list(cells_of(source)) == [3]


def test_names_repeated_under_merged_groups_carry_their_group(tmp_path: Path) -> None:
    """Home Phone and Work Phone stay apart."""
    rows = [
        ["Id", "Home", None, "Work", None],
        [None, "Phone", "Country", "Phone", "Country"],
        ["C1", "+12065550142", "US", "+12065550143", "US"],
    ]
    assert _source(tmp_path, rows).columns() == (
        *("Id", "Home Phone", "Home Country", "Work Phone", "Work Country"),
    )


def test_a_title_merged_over_the_table_is_no_header(tmp_path: Path) -> None:
    """One wide cell is a title."""

    def merge(book: Any) -> None:
        book.active.merge_cells("A1:C1")

    source = _source(tmp_path, [["All our contacts", None, None], HEADER, ANN], merge)
    assert source.columns() == tuple(HEADER)


def test_blank_and_repeated_names_are_told_apart(tmp_path: Path) -> None:
    """Every column has a name of its own, so that each can be mapped."""
    rows = [["Phone", None, "Phone", "Phone"], ["+12065550142", "x", "1", "2"]]
    assert _source(tmp_path, rows).columns() == ("Phone", "column_2", "Phone (2)", "Phone (3)")


def test_a_sheet_without_a_header_loses_nobody(tmp_path: Path) -> None:
    """The first row is a person, not a list of names."""
    source = _source(tmp_path, [ANN, BO])
    assert source.columns() == ("column_1", "column_2", "column_3")
    assert cells_of(source) == {1: ANN, 2: BO}


def test_a_cell_beyond_the_last_column_makes_a_row_malformed(tmp_path: Path) -> None:
    """As in CSV, a row with more cells than names cannot be trusted."""
    rows = [HEADER, *([ANN] * 300), [*BO, None, None, "shifted"]]
    assert list(problems_of(_source(tmp_path, rows))) == [302]


def test_a_table_that_begins_in_column_c_is_found(tmp_path: Path) -> None:
    """Empty columns at the left are no columns, in any format."""
    rows = [[None, None, *HEADER], [None, None, *ANN]]
    for write, name in ((xlsx, "a.xlsx"), (xls, "a.xls"), (ods, "a.ods")):
        source = ExcelFile(write(tmp_path / name, rows))
        assert source.columns() == tuple(HEADER), name
        assert cells_of(source) == {2: ANN}, name


def test_an_empty_sheet_has_no_columns_and_no_rows(tmp_path: Path) -> None:
    """It is read to its end all the same; what follows from that is the guards' affair."""
    source = _source(tmp_path, [])
    assert source.columns() == ()
    assert [(len(each.frame), each.complete) for each in source.read()] == [(0, True)]


def test_a_header_alone_has_columns_and_no_rows(tmp_path: Path) -> None:
    """Header-only files are complete."""
    source = _source(tmp_path, [HEADER])
    assert source.columns() == tuple(HEADER)
    assert not cells_of(source)


def _sheets(**sheets: Rows) -> Any:
    def more(book: Any) -> None:
        del book["Contacts"]
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(list(row))

    return more


def test_the_sheet_that_looks_like_contacts_is_read(tmp_path: Path) -> None:
    """Not the first one, not the largest one, not a hidden one."""

    def more(book: Any) -> None:
        _sheets(
            Readme=[["About this file"], ["Made by", "Cy"]],
            Prices=[["Item", "Price"], *[["Pen", 1.5]] * 50],
            Old=[HEADER, BO],
            People=[HEADER, ANN],
        )(book)
        book["Old"].sheet_state = "hidden"

    source = _source(tmp_path, [], more)
    assert cells_of(source) == {2: ANN}
    assert "sheet 'People' of 4 is read" in source.notes()


def test_a_sheet_is_read_by_its_name(tmp_path: Path) -> None:
    """Also a hidden one; capitals and blanks around it do not matter."""

    def more(book: Any) -> None:
        _sheets(People=[HEADER, ANN], Old=[HEADER, BO])(book)
        book["Old"].sheet_state = "veryHidden"

    path = xlsx(tmp_path / "a.xlsx", [], more)
    assert cells_of(ExcelFile(path, sheet="Old")) == {2: BO}
    assert cells_of(ExcelFile(path, sheet=" people ")) == {2: ANN}
    with pytest.raises(SourceMismatch, match="no sheet 'Peple'") as caught:
        ExcelFile(path, sheet="Peple").columns()
    assert "'People', 'Old'" in caught.value.do


def test_two_sheets_of_contacts_are_not_chosen_between_in_a_sync(tmp_path: Path) -> None:
    """Half of the people would leave without a word; a one-off check reads the first and says so."""
    path = xlsx(tmp_path / "a.xlsx", [], _sheets(A=[HEADER, ANN], B=[HEADER, BO]))
    with pytest.raises(SourceMismatch, match="'A', 'B'"):
        ExcelFile(path, choose=False).columns()
    source = ExcelFile(path)
    assert cells_of(source) == {2: ANN}
    assert any("only the first" in note for note in source.notes())
