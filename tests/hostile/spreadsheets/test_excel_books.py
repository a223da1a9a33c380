"""Workbooks that are put together in unusual ways, and are workbooks all the same."""

from __future__ import annotations

import datetime as dt
import re
import resource
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlwt

from connectors.sources.spreadsheets.spreadsheet_file import ExcelFile
from schemas.errors import SourceMismatch
from tests.builders.spreadsheets import SHEET, cells_of, patched, with_shared_texts, xls, xlsb, xlsx

ROWS = [["Phone", "Name"], [12065550142, "Ann"], ["+12065550143", "Bo"]]
READ = {2: ["12065550142", "Ann"], 3: ["+12065550143", "Bo"]}
BOOK = "xl/workbook.xml"
LINKS = "xl/_rels/workbook.xml.rels"


def _renamed(path: Path, new_name: Callable[[str], str]) -> Path:
    """The archive with every part under another name."""
    with zipfile.ZipFile(path) as archive:
        parts = {new_name(name): archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo("x")
            info.filename = name  # the class would change slashes
            archive.writestr(info, content)
    return path


@pytest.mark.parametrize(
    "new_name",
    [
        lambda name: name.replace("/", "\\"),
        lambda name: f"/{name}",
        str.upper,
        lambda name: name.replace("workbook", "Workbook").replace("sheet1", "Sheet1"),
    ],
    ids=["back-slashes", "leading slash", "capitals", "other capitals"],
)
def test_parts_are_found_under_every_spelling_of_their_names(
    new_name: Callable[[str], str], tmp_path: Path
) -> None:
    """Programs on Windows write back-slashes; case does not count in names of parts."""
    path = with_shared_texts(xlsx(tmp_path / "a.xlsx", ROWS))
    assert cells_of(ExcelFile(_renamed(path, new_name))) == READ


@pytest.mark.parametrize("folder", ["", "office/", "spread/sheet/"])
def test_a_workbook_may_lie_anywhere(folder: str, tmp_path: Path) -> None:
    """Where the links point is where it is."""
    path = with_shared_texts(xlsx(tmp_path / "a.xlsx", ROWS))
    for links in ("_rels/.rels", LINKS):
        patched(path, links, lambda text: text.replace(b"xl/", folder.encode()))
    assert cells_of(ExcelFile(_renamed(path, lambda name: name.replace("xl/", folder)))) == READ


def test_links_may_be_written_with_back_slashes(tmp_path: Path) -> None:
    """What the links say is a path, too."""
    path = xlsx(tmp_path / "a.xlsx", ROWS)
    patched(path, LINKS, lambda text: text.replace(b"worksheets/", b"worksheets\\"))
    assert cells_of(ExcelFile(path)) == READ


def _two_sheets(path: Path) -> Path:
    def more(book: Any) -> None:
        book.create_sheet("Macro1").append(["=ALERT()", "x"])

    return xlsx(path, ROWS, more)


def _as_macro_sheet(path: Path) -> None:
    """The second sheet as Excel 4 macros, listed as if it were a worksheet."""

    def change(sheet: bytes) -> bytes:
        sheet = sheet.replace(b"<worksheet ", b'<xm:macrosheet xmlns:xm="urn:x" ')
        return sheet.replace(b"</worksheet>", b"</xm:macrosheet>")

    patched(path, "xl/worksheets/sheet2.xml", change)


def _without_part(path: Path) -> None:
    patched(path, "xl/worksheets/sheet2.xml", lambda _: None)


def _without_link(path: Path) -> None:
    patched(path, LINKS, lambda text: re.sub(rb"<Relationship [^>]*sheet2\.xml[^>]*/>", b"", text))


@pytest.mark.parametrize("spoil", [_as_macro_sheet, _without_part, _without_link])
def test_one_sheet_that_cannot_be_read_spoils_no_other(
    spoil: Callable[[Path], None], tmp_path: Path
) -> None:
    """`check` reads the sheet of contacts and says what is wrong; a sync that names it as well."""
    path = _two_sheets(tmp_path / "a.xlsx")
    spoil(path)
    assert cells_of(ExcelFile(path)) == READ
    assert cells_of(ExcelFile(path, sheet="Contacts", choose=False)) == READ


@pytest.mark.parametrize("spoil", [_without_part, _without_link])
def test_a_sync_does_not_choose_beside_a_sheet_that_is_lost(
    spoil: Callable[[Path], None], tmp_path: Path
) -> None:
    """The lost sheet may be the one with today's contacts: a person says which one counts."""
    path = _two_sheets(tmp_path / "a.xlsx")
    spoil(path)
    with pytest.raises(SourceMismatch, match="'Macro1' is missing") as caught:
        ExcelFile(path, choose=False).columns()
    assert "source: {sheet: ...}" in caught.value.do
    assert any("'Macro1' is missing" in note for note in ExcelFile(path).notes())


def test_an_inline_text_beside_a_value_stands_alone(tmp_path: Path) -> None:
    """Some programs leave an old `<v>` beside `<is>`: they are no longer one text."""
    path = xlsx(tmp_path / "a.xlsx", ROWS)
    patched(
        path, SHEET, lambda t: t.replace(b"<is><t>Ann</t></is>", b"<v>7</v><is><t>Ann</t></is>")
    )
    patched(path, SHEET, lambda t: t.replace(b"<is><t>Bo</t></is>", b"<is><t>Bo</t></is><v>8</v>"))
    assert cells_of(ExcelFile(path)) == READ


def test_an_inline_text_beside_a_number_does_not_change_it(tmp_path: Path) -> None:
    """A number's value is its `<v>`."""
    path = xlsx(tmp_path / "a.xlsx", ROWS)
    patched(
        path,
        SHEET,
        lambda t: t.replace(b"<v>12065550142</v>", b"<v>12065550142</v><is><t>x</t></is>"),
    )
    assert cells_of(ExcelFile(path)) == READ


@pytest.mark.parametrize(
    "beside",
    [
        b'<x15:workbookPr xmlns:x15="http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"'
        b' chartTrackingRefBase="1"/>',
        b'<y:workbookPr xmlns:y="urn:somebody" date1904="0"/>',
    ],
)
def test_only_the_workbook_itself_says_from_when_days_are_counted(
    beside: bytes, tmp_path: Path
) -> None:
    """An element of the same name in another namespace is somebody else's."""

    def from_1904(book: Any) -> None:
        book.epoch = dt.datetime(1904, 1, 1)  # noqa: DTZ001  # a sheet knows no zones
        book.active["B2"] = dt.date(2026, 11, 22)

    path = xlsx(tmp_path / "a.xlsx", ROWS, from_1904)
    patched(path, BOOK, lambda text: text.replace(b"</workbook>", beside + b"</workbook>"))
    assert cells_of(ExcelFile(path))[2][1] == "2026-11-22"


def test_four_far_corners_of_an_xls_cost_no_more_than_four_cells(tmp_path: Path) -> None:
    """42 KB took 78 seconds and 1 GB; what is empty between the corners costs nothing."""

    def corners(sheet: Any) -> None:
        for row in (0, 65535):
            for column in (0, 255):
                sheet.write(row, column, "x" if row else f"Name {column}")

    path = xls(tmp_path / "a.xls", [], corners)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    source = ExcelFile(path)
    assert list(cells_of(source)) == [65536]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime - before.ru_utime < 10, "CPU time of two readings, not a minute of each"


def test_an_xlsb_of_few_cells_far_apart_is_refused_at_once(tmp_path: Path) -> None:
    """Calamine would hold the whole rectangle; it is not asked."""
    path = xlsb(tmp_path / "a.xlsb", ROWS)

    def far(sheet: bytes) -> bytes:
        head = (99_999).to_bytes(4, "little") + b"\0" * 13
        cell = (255).to_bytes(4, "little") + b"\0" * 12
        more = b"\x00" + bytes([len(head)]) + head + b"\x05" + bytes([len(cell)]) + cell
        return sheet.replace(b"\x92\x01\x00\x82\x01\x00", more + b"\x92\x01\x00\x82\x01\x00")

    patched(path, "xl/worksheets/sheet1.bin", far)
    with pytest.raises(SourceMismatch, match="lie so far apart"):
        ExcelFile(path).columns()


def test_xls_shows_what_its_formats_and_its_calendar_say(tmp_path: Path) -> None:
    """Dates, hours beyond 24, days from 1904, and errors by their names."""
    book = xlwt.Workbook()
    book.dates_1904 = True
    sheet = book.add_sheet("Contacts")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    hours = xlwt.easyxf(num_format_str="[h]:mm")
    for place, name in enumerate(("Phone", "Day", "Hours", "Error", "Yes")):
        sheet.write(0, place, name)
    sheet.write(1, 0, "+12065550142")
    sheet.write(1, 1, 44521, day)
    sheet.write(1, 2, 1.25, hours)
    sheet.row(1).set_cell_error(3, 0x2A)
    sheet.write(1, 4, True)
    path = tmp_path / "a.xls"
    book.save(str(path))
    source = ExcelFile(path, needed=frozenset({"Phone"}))
    assert cells_of(source) == {2: ["+12065550142", "2025-11-22", "30:00:00", "#N/A", "TRUE"]}
