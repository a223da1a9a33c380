"""What stands in the cells of spreadsheets, hazard by hazard."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import xlwt
from odf.table import TableCell
from odf.text import P

from connectors.sources.spreadsheets.spreadsheet_file import ExcelFile
from schemas.errors import SourceMismatch
from tests.builders.spreadsheets import (
    SHEET,
    cells_of,
    ods,
    ods_row,
    patched,
    problems_of,
    with_shared_texts,
    xls,
    xlsb,
    xlsx,
)


def _moment(*parts: int) -> dt.datetime:
    """A sheet knows no zones."""
    return dt.datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


ROWS = [["Phone", "Name"], [12065550142, "Ann"], ["+12065550143", "Bo"]]


@pytest.mark.parametrize(
    ("write", "ending"),
    [(xlsx, "xlsx"), (xlsx, "xlsm"), (xls, "xls"), (ods, "ods"), (xlsb, "xlsb")],
)
def test_every_format_gives_the_same_rows(write: Any, ending: str, tmp_path: Path) -> None:
    """A number is read with all its digits and a text as it is, whatever the format."""
    source = ExcelFile(write(tmp_path / f"a.{ending}", ROWS))
    assert source.columns() == ("Phone", "Name")
    assert cells_of(source) == {2: ["12065550142", "Ann"], 3: ["+12065550143", "Bo"]}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12065550142, "12065550142"),
        (447700900123.0, "447700900123"),
        (-5, "-5"),
        (0, "0"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "0.0000001"),
        (2**53 - 1, "9007199254740991"),
        (1.20655501421234e17, "1.20655501421234E+17"),
        (123456789012345678901, "1.23456789012346E+20"),
        (dt.date(2026, 11, 22), "2026-11-22"),
        (_moment(2026, 11, 22, 10, 30), "2026-11-22T10:30:00"),
        (_moment(1900, 2, 28), "1900-02-28"),
        (dt.time(10, 30), "10:30:00"),
        (dt.timedelta(hours=30), "30:00:00"),
        (True, "TRUE"),
        (False, "FALSE"),
        ("  two  words ", "  two  words "),
        ("'0171", "'0171"),
        ("line\nbreak", "line\nbreak"),
        ("007", "007"),
        ("#N/A is text here", "#N/A is text here"),
    ],
    ids=str,
)
def test_a_cell_of_xlsx_is_read_exactly(value: Any, text: str, tmp_path: Path) -> None:
    """Numbers keep their digits, dates are ISO text, text is what it was."""
    source = ExcelFile(xlsx(tmp_path / "a.xlsx", [["Phone", "X"], ["+12065550142", value]]))
    assert cells_of(source) == {2: ["+12065550142", text]}


def test_a_number_written_with_an_exponent_keeps_its_digits(tmp_path: Path) -> None:
    """Excel writes 1.2065550142E10 for a phone: it is 12065550142."""
    path = xlsx(tmp_path / "a.xlsx", ROWS)
    patched(path, SHEET, lambda text: text.replace(b"12065550142<", b"1.2065550142E10<"))
    assert cells_of(ExcelFile(path))[2] == ["12065550142", "Ann"]


def test_a_phone_that_is_formatted_as_a_date_stays_a_phone(tmp_path: Path) -> None:
    """A number that no date can be is the number, in xlsx and in xls."""

    def as_date(book: Any) -> None:
        book.active["A2"].number_format = "yyyy-mm-dd"

    assert cells_of(ExcelFile(xlsx(tmp_path / "a.xlsx", ROWS, as_date)))[2][0] == "12065550142"
    style = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    path = xls(tmp_path / "a.xls", ROWS[:1], lambda sheet: sheet.write(1, 0, 12065550142, style))
    assert cells_of(ExcelFile(path))[2][0] == "12065550142"


def test_days_are_counted_from_1904_where_the_file_says_so(tmp_path: Path) -> None:
    """Old Macs count four years less."""

    def from_1904(book: Any) -> None:
        book.epoch = _moment(1904, 1, 1)
        book.active["B2"] = dt.date(2026, 11, 22)

    assert cells_of(ExcelFile(xlsx(tmp_path / "a.xlsx", ROWS, from_1904)))[2][1] == "2026-11-22"


def _error_in_xlsx(path: Path) -> Path:
    def change(book: Any) -> None:
        book.active["A2"] = "#N/A"

    return xlsx(path, ROWS, change)


def _error_in_xls(path: Path) -> Path:
    rows = [ROWS[0], [None, "Ann"], ROWS[2]]
    return xls(path, rows, lambda sheet: sheet.row(1).set_cell_error(0, 0x2A))


def _error_in_ods(path: Path) -> Path:
    cell = TableCell(valuetype="string", stringvalue="", formula="of:=NA()")
    cell.setAttrNS(
        "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
        "value-type",
        "error",
    )
    cell.addElement(P(text="#N/A"))
    return ods(path, [ROWS[0], [cell, "Ann"], ROWS[2]])


def _error_in_xlsb(path: Path) -> Path:
    return xlsb(path, ROWS, errors=[(1, 0)])


ERRORS = [
    (_error_in_xlsx, "xlsx"),
    (_error_in_xls, "xls"),
    (_error_in_ods, "ods"),
    (_error_in_xlsb, "xlsb"),
]


@pytest.mark.parametrize(("write", "ending"), ERRORS, ids=[ending for _, ending in ERRORS])
def test_an_error_in_a_needed_column_makes_the_row_malformed(
    write: Any, ending: str, tmp_path: Path
) -> None:
    """#N/A is no value, not even an empty one; the rows around it are read."""
    source = ExcelFile(write(tmp_path / f"a.{ending}"), needed=frozenset({"Phone"}))
    assert problems_of(source) == {2: "its cell A2 holds an error of a formula"}
    assert cells_of(source) == {3: ["+12065550143", "Bo"]}


@pytest.mark.parametrize(("write", "ending"), ERRORS, ids=[ending for _, ending in ERRORS])
def test_an_error_in_another_column_is_no_matter(write: Any, ending: str, tmp_path: Path) -> None:
    """A look-up that nobody mapped may fail in every row."""
    source = ExcelFile(write(tmp_path / f"a.{ending}"), needed=frozenset({"Name"}))
    assert not problems_of(source)
    assert cells_of(source)[2][1] == "Ann"


def test_a_formula_gives_the_value_that_was_saved(tmp_path: Path) -> None:
    """What Excel calculated last is what the cell holds."""
    path = xlsx(tmp_path / "a.xlsx", ROWS)
    saved = b"<f>A3+1</f><v>12065550142</v>"
    patched(path, SHEET, lambda text: text.replace(b"<v>12065550142</v>", saved))
    assert cells_of(ExcelFile(path))[2][0] == "12065550142"


def test_a_formula_that_was_never_calculated_is_not_an_empty_cell(tmp_path: Path) -> None:
    """Programs write formulas without values; an opt-out among them must not read as no."""
    source = ExcelFile(xlsx(tmp_path / "a.xlsx", [["Phone", "Stop"], ["+12065550142", "=1=1"]]))
    assert "never calculated" in problems_of(source)[2]


def test_text_in_pieces_is_joined_and_hints_are_left_out(tmp_path: Path) -> None:
    """Rich text is one text; the reading aid above Japanese names is not part of them."""
    path = xlsx(tmp_path / "a.xlsx", [["Phone", "Name"], ["+12065550142", "NAME"]])
    aid = '<rPh sb="0" eb="1"><t>トウ</t></rPh>'
    rich = f'<r><t>東</t></r><r><t xml:space="preserve">京 </t></r>{aid}'.encode()
    patched(path, SHEET, lambda text: text.replace(b"<t>NAME</t>", rich))
    assert cells_of(ExcelFile(path))[2][1] == "東京 "
    assert cells_of(ExcelFile(with_shared_texts(path)))[2][1] == "東京 "


def test_a_text_that_is_not_there_is_damage(tmp_path: Path) -> None:
    """A cell that points beyond the shared texts must not read as empty."""
    path = with_shared_texts(xlsx(tmp_path / "a.xlsx", ROWS))
    patched(path, SHEET, lambda text: text.replace(b"<v>0</v>", b"<v>99</v>"))
    with pytest.raises(SourceMismatch, match="names a text that is not there"):
        ExcelFile(path).columns()


def test_characters_that_xml_cannot_hold_come_back(tmp_path: Path) -> None:
    """Excel writes a carriage return as _x000D_."""
    path = xlsx(tmp_path / "a.xlsx", [["Phone", "Name"], ["+12065550142", "a_x000D_b"]])
    assert cells_of(ExcelFile(path))[2][1] == "a\rb"


def test_a_note_on_a_cell_is_not_its_text(tmp_path: Path) -> None:
    """Comments of ods lie inside the cell, and are left out; spaces are counted."""
    from odf.office import Annotation
    from odf.text import S

    cell = TableCell(valuetype="string")
    note = Annotation()
    note.addElement(P(text="call later"))
    cell.addElement(note)
    text = P(text="Ann")
    text.addElement(S(c=2))
    text.addText("Lee")
    cell.addElement(text)
    source = ExcelFile(ods(tmp_path / "a.ods", [["Phone", "Name"], ["+12065550142", cell]]))
    assert cells_of(source)[2][1] == "Ann  Lee"


def test_repeated_cells_and_rows_of_ods_are_as_many_as_they_say(tmp_path: Path) -> None:
    """LibreOffice writes equal neighbours once; the empty million rows below cost nothing."""

    def more(table: Any) -> None:
        table.addElement(ods_row(["+12065550144", "Cy"], numberrowsrepeated=2))
        table.addElement(
            ods_row([TableCell(numbercolumnsrepeated=1024)], numberrowsrepeated=1048570)
        )

    source = ExcelFile(ods(tmp_path / "a.ods", ROWS, more))
    assert list(cells_of(source)) == [2, 3, 4, 5]


def _hide_xlsx(book: Any) -> None:
    book.active.row_dimensions[2].hidden = True


def _hide_xls(sheet: Any) -> None:
    sheet.row(1).hidden = True


HIDDEN = [
    (lambda path: xlsx(path, ROWS, _hide_xlsx), "xlsx"),
    (lambda path: xls(path, ROWS, _hide_xls), "xls"),
    (lambda path: xlsb(path, ROWS, hidden=2), "xlsb"),
    (
        lambda path: ods(
            path,
            [ROWS[0]],
            lambda table: [
                table.addElement(ods_row(ROWS[1], visibility="filter")),
                table.addElement(ods_row(ROWS[2])),
            ],
        ),
        "ods",
    ),
]


@pytest.mark.parametrize(("write", "ending"), HIDDEN, ids=[ending for _, ending in HIDDEN])
def test_hidden_rows_are_read_and_told(write: Any, ending: str, tmp_path: Path) -> None:
    """A filter is a way to look at a table; the sync file may say otherwise."""
    path = write(tmp_path / f"a.{ending}")
    source = ExcelFile(path)
    assert list(cells_of(source)) == [2, 3]
    assert any("1 row is hidden" in note for note in source.notes())
    assert list(cells_of(ExcelFile(path, hidden_rows="skip"))) == [3]
    reject = ExcelFile(path, hidden_rows="reject")
    assert list(cells_of(reject)) == [3]
    assert problems_of(reject) == {2: "the row is hidden"}


def test_our_reader_and_calamine_agree_on_a_clean_file(tmp_path: Path) -> None:
    """Two readers, one table: text, whole numbers, empty cells."""
    import python_calamine

    rows = [["Phone", "Name", "Id"]] + [
        [f"+1206555{n:04}", f"Ann {n}" if n % 7 else None, n * 1001] for n in range(500)
    ]
    path = xlsx(tmp_path / "a.xlsx", rows)
    theirs = python_calamine.load_workbook(path).get_sheet_by_index(0).to_python()
    expected = [
        [str(int(c)) if isinstance(c, float) else str(c) for c in row] for row in theirs[1:]
    ]
    assert list(cells_of(ExcelFile(path)).values()) == expected
