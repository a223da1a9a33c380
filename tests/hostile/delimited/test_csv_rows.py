"""Rows that go wrong cost themselves and nothing else; a file cut off proves nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from connectors.sources.delimited.csv_file import CsvFile
from tests.hostile.delimited.csv_read import read

HEAD = "name,phone,city\n"
GOOD = [(f"P{at}", f"+1206555{at:04d}", "Oslo") for at in range(40)]


def _table(bad: str, at: int = 20) -> str:
    lines = [",".join(row) for row in GOOD]
    return HEAD + "\n".join([*lines[:at], bad, *lines[at:]]) + "\n"


@pytest.mark.parametrize(
    ("bad", "faults"),
    [
        pytest.param("Anna,+12065550101", 1, id="fewer cells"),
        pytest.param("Anna,+12065550101,Oslo,x", 1, id="more cells"),
        pytest.param("Anna,,+12065550101,", 1, id="a delimiter too many"),
        pytest.param('"Anna,+12065550101,Oslo', 1, id="an unclosed quote"),
        pytest.param('Anna,+12065550101,"Oslo', 1, id="an unclosed last quote"),
        pytest.param('"An" na,+12065550101,Oslo', 1, id="text behind a quote"),
        pytest.param('"Bo" the Great,+12065550101,Oslo', 1, id="a quote that is not doubled"),
        pytest.param("An\0na,+12065550101,Oslo", 1, id="a NUL"),
        pytest.param('"An\0na",+12065550101,Oslo', 1, id="a quoted NUL"),
        pytest.param('"Anna,+12065550101,Oslo\n"Bob,+12065550102,Oslo', 2, id="two unclosed"),
        pytest.param("Total,40", 1, id="a total"),
        pytest.param("-- end --", 1, id="last words"),
        pytest.param("", 0, id="a blank line"),
        pytest.param("   ", 0, id="a line of blanks"),
    ],
)
@pytest.mark.parametrize("at", [0, 20, 40])
@pytest.mark.parametrize("batch_rows", [1, 7, 50_000])
def test_a_bad_line_costs_itself_alone(
    tmp_path: Path, bad: str, faults: int, at: int, batch_rows: int
) -> None:
    """Every other row is read, with its own line; the bad one is named with its line."""
    if '"' in bad:
        at = min(at, 39)  # at the very end, a quote that stays open means a file cut off
    done = read(tmp_path, _table(bad, at), batch_rows=batch_rows)
    taken = bad.count("\n") + 1
    assert done.rows == GOOD
    assert done.lines == [line + 2 + (taken if line >= at else 0) for line in range(40)]
    assert list(done.malformed) == [at + 2 + n for n in range(faults)]
    assert done.complete
    assert not any("Anna" in problem for problem in done.malformed.values())


def test_two_stray_quotes_far_apart_swallow_nobody(tmp_path: Path) -> None:
    """A quote that opens in one row and one that closes in another are not one tall cell."""
    lines = [",".join(row) for row in GOOD]
    lines[5] = 'P5,"+12065550005,Oslo'
    lines[25] = 'P25,+12065550025",Oslo'
    done = read(tmp_path, HEAD + "\n".join(lines) + "\n")
    assert len(done.rows) == 39
    assert list(done.malformed) == [7]


def test_tall_cells_keep_the_lines_of_the_rows_behind_them(tmp_path: Path) -> None:
    """Addresses over several lines, with delimiters in them, are one cell."""
    note = '"1 Main St, Apt 3\n\nSpringfield, IL"'
    lines = [f"{name},{phone},{note}" for name, phone, _ in GOOD]
    done = read(tmp_path, HEAD + "\n".join(lines) + "\n", batch_rows=11)
    assert done.lines == list(range(2, 2 + 3 * 40, 3))
    assert {city for _, _, city in done.rows} == {note.strip('"')}


@pytest.mark.parametrize(
    "end", ['Anna,+12065550101,"Os', '"Anna', 'Anna,"+1206\n555', "\0" * 64], ids=repr
)
def test_a_file_cut_off_is_not_complete(tmp_path: Path, end: str) -> None:
    """It ended within quotes, or in the NULs of a writer that died."""
    done = read(tmp_path, _table("", 40) + end)
    assert done.rows == GOOD
    assert len(done.malformed) == 1
    assert not done.complete


def test_a_file_that_changes_while_it_is_read_is_not_complete(tmp_path: Path) -> None:
    """What was appended meanwhile may not have been seen."""
    path = tmp_path / "contacts.csv"
    path.write_text(_table(""))
    batches = CsvFile(path, batch_rows=5).read()
    next(batches)
    with path.open("a") as file:
        file.write("Late,+12065559999,Oslo\n")
    os.utime(path, ns=(1, 1))
    assert not [each.complete for each in batches][-1]


def test_bad_rows_far_behind_the_first_lines_cost_themselves(tmp_path: Path) -> None:
    """Blocks of clean lines and blocks with bad ones take turns, and no line is lost between."""
    lines = [f"Person number {at},+1206555{at % 10_000:04d},Springfield" for at in range(60_000)]
    bad = {10: "x", 30_000: '"x,y,z', 59_990: "a,b,c,d"}
    for at, line in bad.items():
        lines[at] = line
    lines[45_000] = '"tall\ncell",1,2'
    done = read(tmp_path, HEAD + "\n".join(lines) + "\n")
    assert list(done.malformed) == [12, 30_002, 59_993]
    assert len(done.rows) == 60_000 - 3
    assert done.lines[-1] == 60_002
    assert done.rows[44_998] == ("tall\ncell", "1", "2")
