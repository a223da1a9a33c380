"""Delimiters, quotes, names and what stands around a table, as people send them."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.errors import SourceMismatch
from tests.hostile.delimited.csv_read import read

ROWS = [("Anna", "+12065550101", "Oslo"), ("Bob", "+12065550102", ""), ("Cy", "+12065550103", "x")]
NAMES = ("name", "phone", "city")
TABLE = "\n".join(",".join(row) for row in (NAMES, *ROWS)) + "\n"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "delimiter", [",", ";", "\t", "|", ":", "^", "~", "\x1f", "||", "::", "|~|", "¦", "§"]
)
def test_a_delimiter_is_told_by_what_it_cuts(tmp_path: Path, delimiter: str, end: str) -> None:
    """Whatever stands between cells, and whatever ends lines."""
    done = read(tmp_path, end.join(delimiter.join(row) for row in (NAMES, *ROWS)))
    assert (done.columns, done.rows, done.lines) == (NAMES, ROWS, [2, 3, 4])
    assert done.dialect.delimiter == delimiter
    assert done.complete


@pytest.mark.parametrize(
    ("text", "header_line"),
    [
        pytest.param("sep=;\n" + TABLE.replace(",", ";"), 2, id="excel's own line"),
        pytest.param("Contacts\nExported 2026-01-31\n\n" + TABLE, 4, id="title"),
        pytest.param("Contacts,,\n,,\n" + TABLE, 3, id="padded title"),
        pytest.param("Contacts,,\nDate,2026-01-31,\n,,\n" + TABLE, 4, id="padded metadata"),
        pytest.param("# made by crm 1.2\n" + TABLE, 2, id="comment"),
        pytest.param("\n\n" + TABLE, 3, id="blank lines"),
        pytest.param("\ufeff" + TABLE, 1, id="mark"),
        pytest.param("\ufeff\ufeff" + TABLE, 1, id="mark twice"),
        pytest.param(TABLE.replace(",", ", "), 1, id="blank behind delimiters"),
        pytest.param(TABLE.rstrip("\n"), 1, id="no last line end"),
        pytest.param(TABLE.replace("\n", "\r\n", 2), 1, id="mixed line ends"),
        pytest.param(TABLE.replace("\n", "\n\n"), 1, id="blank lines between"),
        pytest.param('"' + TABLE, 1, id="a quote too many among the names"),
    ],
)
def test_what_stands_around_a_table_is_not_a_row(
    tmp_path: Path, text: str, header_line: int
) -> None:
    """The same table, whatever is before it and between its lines."""
    done = read(tmp_path, text)
    assert (done.columns, done.rows, done.malformed) == (NAMES, ROWS, {})
    assert done.dialect.header_line == header_line


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param("+12065550101\n+12065550102\n", 2, id="one column"),
        pytest.param("+1 206 555 0101\n+1 206 555 0102\n", 2, id="numbers with blanks"),
        pytest.param("Anna,+12065550101\nBob,+12065550102\n", 2, id="two columns"),
        pytest.param("anna@example.com\n", 1, id="one address"),
        pytest.param("2065550101\n", 1, id="one number"),
        pytest.param(",,+12065550101\nBob,x,+12065550102\nCy,y,+12065550103\n", 3, id="sparse"),
        pytest.param("+12065550101,,\n,,\nBob,x,+12065550102\n", 3, id="looks padded"),
        pytest.param("Tel: (206) 555-0101,x\nTel: (206) 555-0102,y\n", 2, id="labels"),
    ],
)
def test_a_row_of_a_person_is_never_taken_for_names(tmp_path: Path, text: str, count: int) -> None:
    """Without names, columns are numbered: on an opt-out list a lost row is a person texted."""
    done = read(tmp_path, text)
    assert done.dialect.header_line == 0
    assert done.columns[0] == "column_1"
    assert len(done.rows) == count
    assert done.dialect.notes


def test_names_are_made_where_they_are_missing(tmp_path: Path) -> None:
    """Blank and repeated names become unique ones, and are reported."""
    done = read(tmp_path, "name,,phone,phone,name (2),name\na,b,c,d,e,f\n")
    assert done.columns == ("name", "column_2", "phone", "phone (2)", "name (2)", "name (3)")
    assert len(done.dialect.notes) == 3


@pytest.mark.parametrize(
    "head", ["namephone,city", "name,phone,city,zip", "name,phone"], ids=["lost", "more", "fewer"]
)
def test_names_that_do_not_fit_the_rows_name_nothing(tmp_path: Path, head: str) -> None:
    """A delimiter lost among the names would give every column behind it another's name."""
    done = read(tmp_path, head + "\n" + "Anna,+12065550101,\n" * 6)
    assert done.columns == ("column_1", "column_2", "column_3")
    assert len(done.rows) == 6


def test_a_blank_name_too_many_is_left_out(tmp_path: Path) -> None:
    """Where rows have as many cells as there are names, the blank one is a delimiter too many."""
    done = read(tmp_path, "name,,phone\n" + "Anna,+12065550101\n" * 6)
    assert done.columns == ("name", "phone")
    assert len(done.rows) == 6


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        pytest.param('a,b\n"x, ""y""",1\n', [('x, "y"', "1")], id="doubled"),
        pytest.param(
            'a,b\n"x \\"y\\"",1\n"z\\\\",2\n', [('x "y"', "1"), ("z\\", "2")], id="escaped"
        ),
        pytest.param(
            "'a','b'\n'x, y','1'\n'O''Neil','2'\n", [("x, y", "1"), ("O'Neil", "2")], id="'"
        ),
        pytest.param(
            "a,b\n'tis,it\n'twas,he\n", [("'tis", "it"), ("'twas", "he")], id="apostrophes"
        ),
        pytest.param("a,b\n'+12065550101,x\n", [("'+12065550101", "x")], id="excel's text mark"),
        pytest.param('a,b\n5" pipe,1\n6",2\n', [('5" pipe', "1"), ('6"', "2")], id="inches"),
        pytest.param('a,b\n"x" ,1\n', [("x", "1")], id="blank behind a quote"),
        pytest.param('a\tb\n"x"\t\n"y"\t1\n', [("x", ""), ("y", "1")], id="tab behind a quote"),
        pytest.param("a,b\nC:\\dir\\,1\n", [("C:\\dir\\", "1")], id="a backslash is text"),
        pytest.param(
            'a,b\n"x\ny",1\n"z\r\n",2\n', [("x\ny", "1"), ("z\r\n", "2")], id="line breaks"
        ),
        pytest.param(
            "a,b\n\u2028x,y\x0b\n", [("\u2028x", "y\x0b")], id="other line breaks are text"
        ),
    ],
)
def test_quotes_and_escapes_are_taken_as_meant(
    tmp_path: Path, text: str, rows: list[tuple[str, str]]
) -> None:
    """Cells come back without what was only there to hold them together."""
    done = read(tmp_path, text)
    assert (done.rows, done.malformed) == (rows, {})


def test_decimal_commas_are_no_delimiters(tmp_path: Path) -> None:
    """Both signs cut every row; only one cuts the names."""
    done = read(tmp_path, "name;due;phone\nAnna;1,5;+12065550101\nBob;2,5;+12065550102\n")
    assert done.rows[0] == ("Anna", "1,5", "+12065550101")


def test_two_delimiters_that_fit_equally_are_refused(tmp_path: Path) -> None:
    """Either may be meant: the refusal names both, and the key."""
    with pytest.raises(SourceMismatch) as refused:
        read(tmp_path, "a,b;c\nd,e;f\n")
    assert "commas" in refused.value.what
    assert "semicolons" in refused.value.what
    assert "delimiter" in refused.value.do
    assert read(tmp_path, "a,b;c\nd,e;f\n", delimiter=";").rows == [("d,e", "f")]


@pytest.mark.parametrize(
    ("text", "columns"),
    [("", ()), ("\ufeff", ()), ("\n\n", ()), ("a,b", ("a", "b")), ("phone\n", ("phone",))],
)
def test_a_file_without_rows_is_read_to_its_end(
    tmp_path: Path, text: str, columns: tuple[str, ...]
) -> None:
    """Empty, blank, or names alone: no rows, and complete."""
    done = read(tmp_path, text)
    assert (done.columns, done.rows, done.malformed, done.complete) == (columns, [], {}, True)


def test_what_the_sync_file_says_goes_before_what_the_file_looks_like(tmp_path: Path) -> None:
    """Every key of the dialect can be said."""
    text = "x;y\nname;phone\n'a;b';1|2\n"
    done = read(tmp_path, text, header_line=2, delimiter=";", quote="'")
    assert (done.columns, done.rows) == (("name", "phone"), [("a;b", "1|2")])
    assert read(tmp_path, "a,b\nc,d\n", header_line=0).rows == [("a", "b"), ("c", "d")]
    assert read(tmp_path, 'a,b\n"c,d"\n', quote="").rows == [('"c', 'd"')]
    with pytest.raises(SourceMismatch):
        read(tmp_path, "a,b\n", header_line=7)


@pytest.mark.parametrize(
    ("names", "rows", "columns"),
    [
        ("id1,code2", ["C0000001,X-1", "C0000002,X-2", "C0000003,X-3"], ("id1", "code2")),
        ("ab12,cd34", ["ef56,gh78", "ij90,kl12", "mn34,op56"], ("column_1", "column_2")),
    ],
)
def test_a_counted_name_is_a_name_unless_the_cells_below_read_like_it(
    tmp_path: Path, names: str, rows: list[str], columns: tuple[str, ...]
) -> None:
    """`id1` above codes names its column; among others of its kind it is a code itself."""
    assert read(tmp_path, "\n".join([names, *rows]) + "\n").columns == columns
