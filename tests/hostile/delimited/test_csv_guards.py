"""Quotes in the middle of cells: Excel's `="0123"`, formulas, inches, and what may go wrong there."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.sources.delimited.careful_reader import Grammar
from connectors.sources.delimited.fast_reader import FastReader
from tests.hostile.delimited.csv_read import read

PHONE = '="612556788"'
DELIMITERS = [",", ";", "\t", "|"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("named", [True, False], ids=["names", "no names"])
@pytest.mark.parametrize("count", [1, 2, 50])
@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_guarded_cells_are_cells_in_any_number(
    tmp_path: Path, delimiter: str, count: int, named: bool, end: str
) -> None:
    """`="..."` in any number per row and file is the cell as it stands, and hides no delimiter."""
    rows = [(f'="{1001 + at}"', "Ana", PHONE, '="007"') for at in range(count)]
    head = [("id", "name", "phone", "code")] if named else []
    done = read(tmp_path, end.join(delimiter.join(row) for row in [*head, *rows]) + end)
    assert done.dialect.delimiter == delimiter
    assert (done.rows, done.malformed, len(done.columns)) == (rows, {}, 4)
    assert done.lines == list(range(1 + named, 1 + named + count))
    assert done.complete


@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize(
    ("cell", "value"),
    [
        pytest.param('=F("x")', '=F("x")', id="a formula"),
        pytest.param('ab"x"', 'ab"x"', id="a quoted end"),
        pytest.param('a"b"c "d" e', 'a"b"c "d" e', id="quoted words"),
        pytest.param('="a""b"', '="a""b"', id="a doubled quote in a guard"),
        pytest.param('=""', '=""', id="an empty guard"),
        pytest.param('5" pipe', '5" pipe', id="inches within"),
        pytest.param('6"', '6"', id="inches"),
        pytest.param('"a , ; b"', "a , ; b", id="a quoted cell"),
        pytest.param('"=""612556788"""', PHONE, id="a guard as RFC 4180 writes it"),
        pytest.param('"say ""x"""', 'say "x"', id="doubled quotes"),
    ],
)
def test_a_quote_in_the_middle_of_a_cell_is_a_character(
    tmp_path: Path, cell: str, value: str, delimiter: str
) -> None:
    """Beside guarded cells, before and behind them, every cell is read as it is meant."""
    rows = [("1", cell, PHONE), (PHONE, "x", cell), (cell, PHONE, PHONE), ("2", "y", "z")]
    text = "\n".join(delimiter.join(row) for row in [("id", "what", "phone"), *rows]) + "\n"
    done = read(tmp_path, text)
    assert done.malformed == {}
    assert done.rows == [tuple(value if each == cell else each for each in row) for row in rows]


def test_inches_in_two_cells_of_a_row_are_no_quoted_text(tmp_path: Path) -> None:
    """Two odd quotes hold a text only if the second one stands where a quoted cell could end."""
    done = read(tmp_path, 'a,b,c\n5" pipe,6" pipe,x\n5",6",7"\n')
    assert (done.rows[0], done.rows[1]) == (('5" pipe', '6" pipe', "x"), ('5"', '6"', '7"'))


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param('Ana,="1,5"', id="more cells"),
        pytest.param('="1,5",x', id="as many cells as the names"),
        pytest.param('=F("a,b"),x', id="a formula with two halves"),
        pytest.param('="1,5"&A1,x', id="a formula that goes on"),
        pytest.param('=",",x', id="the delimiter alone"),
        pytest.param('="1,","b"', id="the delimiter last"),
        pytest.param('=F("a","b")', id="arguments"),
        pytest.param('Doe"Ana, B",x', id="a lost delimiter"),
        pytest.param('Doe"Ana, ""B""",x', id="a lost delimiter and doubled quotes"),
    ],
)
@pytest.mark.parametrize("at", [0, 3, 6])
def test_a_delimiter_within_such_quotes_shifts_no_cell(tmp_path: Path, bad: str, at: int) -> None:
    """Excel cuts there, a person does not: the row is refused, whatever the count of its cells."""
    good = [("Cy", PHONE, '="7"')] * 6
    lines = [",".join(row) for row in good]
    done = read(tmp_path, "\n".join(["name,phone,code", *lines[:at], bad, *lines[at:]]) + "\n")
    assert done.rows == good
    assert list(done.malformed) == [at + 2]
    assert done.complete


@pytest.mark.parametrize("named", [True, False], ids=["names", "no names"])
@pytest.mark.parametrize("cell", ['="1{}5"', '="a{}b"', '=F("a{}b")'])
@pytest.mark.parametrize(("delimiter", "other"), [(",", ";"), (";", ","), ("\t", ","), (",", "|")])
def test_another_delimiter_within_a_guard_is_text(
    tmp_path: Path, delimiter: str, other: str, cell: str, named: bool
) -> None:
    """Dialects are told by delimiters that cut, not by those that stand within `="..."`."""
    rows = [(cell.format(other), "Ana", "+12065550101")] * 5
    head = [("code", "name", "phone")] if named else []
    done = read(tmp_path, "\n".join(delimiter.join(row) for row in [*head, *rows]) + "\n")
    assert done.dialect.delimiter == delimiter
    assert (done.rows, done.malformed) == (rows, {})


def test_a_guarded_date_above_the_table_is_no_phone(tmp_path: Path) -> None:
    """What a line is, is judged by what stands within the guard."""
    done = read(tmp_path, 'Export;;\nDate;="2026-01-31";\n;;\nid;name;phone\n1;Ana;="612556788"\n')
    assert done.columns == ("id", "name", "phone")
    assert (done.rows, done.malformed) == ([("1", "Ana", PHONE)], {})


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        pytest.param('="1",x,="2"\n="3",y,="4"\n', True, id="guards"),
        pytest.param('"a, b",="2",\'3\n', True, id="a quoted cell beside"),
        pytest.param('a"b"c"d",e,=F("x")\n', True, id="formulas"),
        pytest.param('="1,5",3\n', False, id="a delimiter within"),
        pytest.param('="a""b,c",3\n', False, id="a delimiter behind a doubled quote"),
        pytest.param('5" x,6" y,z\n', False, id="inches"),
        pytest.param('="1,x,2\n=3",y,4\n', False, id="a line's end within"),
        pytest.param('"a"="b",x,y\n', False, id="text behind a closing quote"),
    ],
)
def test_the_fast_reader_knows_guards(text: str, answers: bool) -> None:
    """Whole guards cost no speed; where quotes hold an edge of cells, the careful reader decides."""
    data = text.encode()
    table = FastReader(Grammar(","), ("a", "b", "c")).read(data, len(data))
    assert (table is not None) == answers
    if table is not None:
        lines = [Grammar(",").record(line, 0).cells for line in text.splitlines()]
        assert [list(row.values()) for row in table.to_pylist()] == lines


def test_a_guarded_file_of_many_blocks_keeps_its_lines(tmp_path: Path) -> None:
    """Blocks of guards go the fast way, a bad row far behind costs itself alone."""
    lines = [f'="{at:06d}";Ana;="612556788";=F("{at % 7}")' for at in range(60_000)]
    lines[40_000] = '="1;5";Ana;x'
    done = read(tmp_path, "id;name;phone;f\n" + "\n".join(lines) + "\n")
    assert list(done.malformed) == [40_002]
    assert len(done.rows) == 59_999
    assert (done.lines[-1], done.rows[-1][0]) == (60_001, '="059999"')
