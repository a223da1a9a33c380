"""Spreadsheet files that are damaged, protected, something else, or made to harm.

Each is refused by an error of ours that names the file, says what is wrong and what to do.
"""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.sources.spreadsheets.binary.binary_workbook import BinaryBook
from connectors.sources.spreadsheets.spreadsheet_file import ExcelFile
from schemas.errors import SendersyncError, SourceMismatch
from tests.builders.spreadsheets import (
    SHEET,
    TEXTS,
    cells_of,
    ods,
    patched,
    with_shared_texts,
    xls,
    xlsb,
    xlsx,
)

ROWS = [["Phone", "Name"], [12065550142, "Ann"], ["+12065550143", "Bo"]]


def _refused(path: Path, **limits: int) -> SourceMismatch:
    with pytest.raises(SourceMismatch) as caught:
        cells_of(ExcelFile(path, **limits))
    error = caught.value
    assert path.name in error.where
    assert error.do
    assert not any(secret in str(error) for secret in ("12065550142", "Ann"))
    return error


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "an empty file"),
        (b"\x09\x04\x06\x00\x00\x00\x10\x00\x05\x00", "a workbook of Excel 4"),
        (b"\x09\x02\x06\x00\x00\x00\x10\x00\x05\x00", "a workbook of Excel 3"),
        (b"<html><table><tr><td>Phone</td></tr></table></html>", "a web page"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "a web page"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "an XML Spreadsheet 2003",
        ),
        (b"Phone,Name\n1,2\n", "no spreadsheet"),
        (b"%PDF-1.7", "no spreadsheet"),
        (b"PK\x03\x04 and nothing more", "cut off or damaged"),
        (b"PK\x05\x06" + b"\0" * 18, "a zip file without a workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "container is cut off"),
    ],
)
def test_what_is_no_spreadsheet_is_called_what_it_is(
    content: bytes, what: str, tmp_path: Path
) -> None:
    """The name says .xls; the first bytes say the truth."""
    path = tmp_path / "contacts.xls"
    path.write_bytes(content)
    assert what in _refused(path).what


@pytest.mark.parametrize("name", ["index/document.iwa", "word/document.xml"])
def test_other_zip_documents_are_called_what_they_are(name: str, tmp_path: Path) -> None:
    """Numbers and Word files are zip files, too."""
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, b"x")
    assert "file" in _refused(path).what


def _compound(*names: str) -> bytes:
    """An OLE2 file with empty streams of these names, as Office writes around encrypted files."""
    fat = [0xFFFFFFFD, 0xFFFFFFFE, *[0xFFFFFFFF] * 126]
    entries = b""
    none = b"\xff" * 4
    for place, (kind, name) in enumerate(((5, "Root Entry"), *((2, each) for each in names))):
        text = name.encode("utf-16-le") + b"\0\0"
        entry = text.ljust(64, b"\0") + len(text).to_bytes(2, "little") + bytes([kind, 1])
        # the streams hang below the root, each to the right of the one before
        right = (place + 1).to_bytes(4, "little") if 0 < place < len(names) else none
        entry += none + right + (none if place else (1).to_bytes(4, "little"))
        entry = entry.ljust(116, b"\0") + b"\xfe\xff\xff\xff" + b"\0" * 8
        entries += entry
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + b"\x3e\0\x03\0\xfe\xff\x09\0\x06\0"
    head = head.ljust(44, b"\0") + (1).to_bytes(4, "little") + (1).to_bytes(4, "little")
    head += b"\0" * 4 + (4096).to_bytes(4, "little") + b"\xfe\xff\xff\xff" + b"\0" * 4
    head += b"\xfe\xff\xff\xff" + b"\0" * 4 + (0).to_bytes(4, "little")
    head = head.ljust(512, b"\xff")
    return head + b"".join(each.to_bytes(4, "little") for each in fat) + entries.ljust(512, b"\0")


def test_a_file_with_a_password_says_so(tmp_path: Path) -> None:
    """Xlsx in an encrypted container, and zip archives with encrypted parts."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(_compound("EncryptionInfo", "EncryptedPackage"))
    assert "protected with a password" in _refused(path).what
    path.write_bytes(_compound("WordDocument"))
    assert "not a workbook" in _refused(path).what


def test_an_encrypted_ods_says_so(tmp_path: Path) -> None:
    """Its content is there, and is noise."""
    path = ods(tmp_path / "a.ods", ROWS)
    tag = b"<manifest:encryption-data/></manifest:manifest>"
    patched(path, "META-INF/manifest.xml", lambda text: text.replace(b"</manifest:manifest>", tag))
    assert "protected with a password" in _refused(path).what


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", SHEET, TEXTS])
def test_a_missing_part_is_named(part: str, tmp_path: Path) -> None:
    """Half a workbook is not a smaller one."""
    path = with_shared_texts(xlsx(tmp_path / "a.xlsx", ROWS))
    patched(path, part, lambda _: None)
    assert "missing" in _refused(path).what


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-60],
        lambda text: text.replace(b"<sheetData>", b"<sheetData><"),
        lambda text: text.replace(b'r="A2"', b'r="A2" r="A2"'),
        lambda text: text.replace(b'<row r="3"', b'<row r="2"'),
        lambda text: text.replace(b'<row r="3"', b'<row r="99999999"'),
        lambda text: text.replace(b'r="B2"', b'r="A2"'),
        lambda text: text.replace(b'r="B2"', b'r="ZZZZ2"'),
        lambda text: text.replace(b'r="B2"', b'r="2"'),
        lambda text: text.replace(b"<v>12065550142</v>", b"<v>many</v>"),
        lambda text: text.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet'),
        lambda _: b"",
        lambda _: b"<chartsheet/>",
        lambda _: b"\x00" * 100,
    ],
)
def test_a_sheet_that_is_not_as_it_should_be_is_refused(
    change: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    """Nothing is guessed where two readings are possible."""
    path = patched(xlsx(tmp_path / "a.xlsx", ROWS), SHEET, change)
    assert "damaged" in _refused(path).what


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(b'ref="A1:B3"', b'ref="A1"'),
        lambda text: text.replace(b'ref="A1:B3"', b'ref="A1:XFD1048576"'),
        lambda text: text.replace(b'ref="A1:B3"', b'ref="nonsense"'),
        lambda text: text.decode().encode("utf-16"),
        lambda text: (
            text.replace(b"<worksheet xmlns=", b"<x:worksheet xmlns:x=")
            .replace(b"<", b"<x:")
            .replace(b"<x:/", b"</x:")
            .replace(b"<x:x:", b"<x:")
            .replace(b"<x:?", b"<?")
        ),
    ],
    ids=["too small", "too large", "nonsense", "utf-16", "prefixes"],
)
def test_a_sheet_that_is_only_unusual_is_read(
    change: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    """Wrong dimensions are a note to the reader; encodings and prefixes are the writer's choice."""
    path = patched(xlsx(tmp_path / "a.xlsx", ROWS), SHEET, change)
    assert cells_of(ExcelFile(path)) == {2: ["12065550142", "Ann"], 3: ["+12065550143", "Bo"]}


def test_cells_without_names_stand_one_after_the_other(tmp_path: Path) -> None:
    """Also after an empty one: its place is taken."""
    path = xlsx(tmp_path / "a.xlsx", ROWS)
    row = b'<row><c s="0"/><c t="inlineStr"><is><t>Cy</t></is></c></row></sheetData>'
    patched(path, SHEET, lambda text: text.replace(b"</sheetData>", row))
    assert cells_of(ExcelFile(path))[4] == ["", "Cy"]


def test_two_cells_at_the_ends_of_a_sheet_cost_no_memory(tmp_path: Path) -> None:
    """A1 and XFD1048576 are two cells, not seventeen billion."""
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    path = xlsx(tmp_path / "a.xlsx", ROWS)
    patched(path, SHEET, lambda text: text.replace(b"</sheetData>", far))
    source = ExcelFile(path)
    assert list(cells_of(source)) == [2, 3]


def test_calamine_dies_in_a_process_of_its_own(tmp_path: Path) -> None:
    """An xlsb file whose two cells are far apart asks for 500 GB: it is refused, and we go on."""
    path = xlsb(tmp_path / "a.xlsb", ROWS)

    def far(sheet: bytes) -> bytes:
        head = (1048575).to_bytes(4, "little") + b"\0" * 13
        cell = (16383).to_bytes(4, "little") + b"\0" * 4 + b"\0" * 8
        more = b"\x00" + bytes([len(head)]) + head + b"\x05" + bytes([len(cell)]) + cell
        return sheet.replace(b"\x92\x01\x00\x82\x01\x00", more + b"\x92\x01\x00\x82\x01\x00")

    patched(path, "xl/worksheets/sheet1.bin", far)
    assert "memory" in _refused(path).what or "cannot be read" in _refused(path).what


def test_a_reader_that_is_given_too_little_memory_says_so(tmp_path: Path) -> None:
    """The limit is the child's, not ours."""
    rows = [["Phone", "Name"], *[[12065550000.0 + n, f"Ann {n}"] for n in range(1000)]]
    book = BinaryBook(xls(tmp_path / "a.xls", rows), "a.xls", megabytes=8)
    with pytest.raises(SourceMismatch):
        list(book.rows("Contacts"))


@pytest.mark.parametrize("part", [SHEET, TEXTS])
def test_a_bomb_is_refused_before_it_is_unpacked(part: str, tmp_path: Path) -> None:
    """The table of contents says how large it would be."""
    path = with_shared_texts(xlsx(tmp_path / "a.xlsx", ROWS))
    patched(path, part, lambda text: text + b" " * (80 << 20))
    assert "would unpack to more" in _refused(path).what


def test_spaces_that_are_only_counted_make_no_endless_cell(tmp_path: Path) -> None:
    """In ods they are counted, so a few bytes could stand for gigabytes."""
    many = b'<text:s text:c="32768"/>' * 100
    path = ods(tmp_path / "a.ods", ROWS)
    patched(path, "content.xml", lambda text: text.replace(b"Ann", many))
    assert "1,048,576 letters" in _refused(path).what


def test_repeated_cells_make_no_endless_table(tmp_path: Path) -> None:
    """A few bytes of ods could stand for billions of cells."""
    path = ods(tmp_path / "a.ods", ROWS)
    once, often = b"<table:table-row>", b'<table:table-row table:number-rows-repeated="90000">'
    patched(path, "content.xml", lambda text: often.join(text.rsplit(once, 1)))
    assert "10,000 cells" in _refused(path, most_cells=10_000).what


def test_one_long_text_in_every_cell_is_no_endless_table(tmp_path: Path) -> None:
    """A text that is stored once and named by each row could stand for terabytes."""
    rows = [["Phone", "Name"], *[[f"+120655501{n:02d}", "Ann"] for n in range(30)]]
    path = with_shared_texts(xlsx(tmp_path / "a.xlsx", rows))
    patched(path, TEXTS, lambda text: text.replace(b"Ann", b"x" * 1_000))
    assert len(cells_of(ExcelFile(path))) == 30
    assert "20,000 characters" in _refused(path, most_text=20_000).what


@pytest.mark.parametrize(("write", "part"), [(xlsx, SHEET), (xlsx, TEXTS), (ods, "content.xml")])
def test_a_cell_of_a_novel_is_refused(
    write: Callable[..., Path], part: str, tmp_path: Path
) -> None:
    """No contact needs a million letters; also among the shared texts."""
    path = write(tmp_path / "a.xlsx", ROWS)
    if part == TEXTS:
        with_shared_texts(path)
    patched(path, part, lambda text: text.replace(b"Ann", b"x" * (1 << 20) + b"y"))
    assert "1,048,576 letters" in _refused(path).what


def test_a_table_of_contents_that_lies_is_found_out(tmp_path: Path) -> None:
    """No more is unpacked than was said, and then the checksum is wrong."""
    path = xlsx(tmp_path / "a.xlsx", ROWS)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo(SHEET).file_size
    said = size.to_bytes(4, "little")
    place = content.rfind(said)
    content[place : place + 4] = (size // 2).to_bytes(4, "little")
    path.write_bytes(bytes(content))
    assert "damaged" in _refused(path).what


@pytest.mark.parametrize("write", [xlsx, xls, ods, xlsb])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_file_that_was_cut_off_is_refused(
    write: Callable[..., Path], share: float, tmp_path: Path
) -> None:
    """Whatever is left of it, it is not all."""
    path = write(tmp_path / "a.xlsx", [*ROWS, *[[f"+1206555{n:04}", "Cy"] for n in range(200)]])
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    _refused(path)


@pytest.mark.parametrize("write", [xlsx, xls, ods, xlsb])
def test_random_damage_never_ends_in_a_traceback(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    """Bytes changed anywhere: it is read, or refused by an error of ours."""
    path = write(tmp_path / "a.xlsx", ROWS)
    content = path.read_bytes()
    chance = random.Random(7)
    refused: list[SendersyncError] = []
    for _ in range(60 if write in (xlsx, ods) else 15):
        broken = io.BytesIO(content)
        for _ in range(chance.randint(1, 20)):
            broken.seek(chance.randrange(len(content)))
            broken.write(bytes([chance.randrange(256)]))
        path.write_bytes(broken.getvalue())
        try:
            cells_of(ExcelFile(path))
        except SendersyncError as error:
            refused.append(error)
    assert all(error.where and error.do for error in refused)
