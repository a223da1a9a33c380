"""The clean copy of a file with malformed rows: all is in it, and it reads as the file did."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from connectors.sources.delimited.csv_file import CsvFile
from connectors.sources.source import RAW_LIMIT
from sendersync.pipeline.check.check_source import check
from sendersync.pipeline.check.result import CheckSummary
from tests.builders.polluted_files import Polluted, beside_the_benchmark, pollutions

TABLE = "Name,Phone,Town\n" + "".join(f"Ann{n},+1206555{n:04d},Rome\n" for n in range(100, 110))


def _read(path: Path) -> tuple[list[tuple[str, ...]], int]:
    """The rows that a sync takes, and how many are malformed."""
    batches = list(CsvFile(path).read())
    frame = pd.concat([each.frame for each in batches])
    malformed = sum(len(each.malformed) for each in batches)
    return list(frame.itertuples(index=False, name=None)), malformed


def _copy(folder: Path, data: bytes | str) -> tuple[Path, Path, CheckSummary]:
    given, copy = folder / "given.csv", folder / "copy.csv"
    given.write_bytes(data if isinstance(data, bytes) else data.encode())
    return given, copy, check(CsvFile(given), None, copy)


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, strict=True))


@pytest.mark.parametrize(
    "polluted",
    [*pollutions((0, 41)), *beside_the_benchmark()],
    ids=lambda each: each.name,
)
def test_a_clean_copy_gives_a_sync_what_the_file_gave(tmp_path: Path, polluted: Polluted) -> None:
    """No malformed row becomes a row by way of the copy: the same rows, and as many rejects.

    Only the rejects of a second table below the first are not in it, and that is told.
    """
    given, copy, checked = _copy(tmp_path, polluted.data)
    rows, malformed = _read(given)
    second = polluted.name in ("multitable_less", "multitable_more")
    assert checked.second_table == (85 if second else 0)
    assert _read(copy) == (rows, 0 if second else malformed)


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ("Bo,+12065550111", ["Bo", "+12065550111"]),
        ("Bo,x,+12065550111,Rome", ["Bo", "x", "+12065550111", "Rome"]),
        ("Bo", ["Bo"]),
        ('"Bo" B,+12065550111,Rome', ['"Bo" B', "+12065550111", "Rome", ""]),
        ('"Bo,+12065550111,Rome', ['"Bo', "+12065550111", "Rome", ""]),
        ('"Bo "B"",+12065550111,Rome', ['"Bo "B""', "+12065550111", "Rome", ""]),
        ('""Bo, Jr.",+12065550111,Rome', ['"Bo, Jr.', "+12065550111", "Rome", ""]),
        ('"Bo, 6" tall",+12065550111,Rome', ['Bo, 6" tall', "+12065550111", "Rome", ""]),
        ('="1,5",+12065550111', ['="1', '5"', "+12065550111", ""]),
    ],
)
def test_a_malformed_row_stands_in_its_place(tmp_path: Path, row: str, cells: list[str]) -> None:
    """Its cells as far as they can be told, and never as many as there are columns."""
    head, rest = TABLE[:130], TABLE[130:]
    cut = head.rindex("\n") + 1
    given, copy, checked = _copy(tmp_path, f"{head[:cut]}{row}\n{head[cut:]}{rest}")
    whole = _rows(copy)
    assert whole.index(cells) == head[:cut].count("\n")
    assert len(whole) == 12 and checked.malformed == checked.shown == 1
    assert _read(copy) == _read(given) == ([tuple(each) for each in whole[1:] if each != cells], 1)


@pytest.mark.parametrize(
    ("below", "line"),
    [
        ("\nName,Phone,Town,Note\n" + "Bo,+12065550111,Rome,x\n" * 3, 13),
        ("Phone,E-mail\n+12065550111,bo@shop.example\n", 12),
        ("Totals,2\nSum,3\n", 0),
        ("+12065550111,Rome\n+12065550112,Bern\n", 0),
        ("Name,Phone\n", 0),
        ("Name,Phone\nBo,+12065550111\nCy,+12065550112,Bern\n", 0),
        ("Name,Phone\nBo,+12065550111,x,y\nCy,1,2,3\n", 0),
    ],
    ids=["more columns", "others", "totals", "no names", "one line", "rows again", "other widths"],
)
def test_a_second_table_is_left_out_and_told(tmp_path: Path, below: str, line: int) -> None:
    """Only below the last row, with names of its own and rows as wide as they are."""
    _, copy, checked = _copy(tmp_path, TABLE + below)
    assert checked.second_table == line
    assert (checked.shown == 0) == (line > 0)
    assert _read(copy)[1] == checked.shown
    # for a sync its rows are rejects: nobody is gone because of them
    assert checked.malformed == _read(tmp_path / "given.csv")[1] > 0


def test_what_is_no_text_is_counted_and_left_out(tmp_path: Path) -> None:
    """NULs, and rows of which only the beginning is kept."""
    long = "x," * RAW_LIMIT
    _, copy, checked = _copy(tmp_path, f"{TABLE}Bo,\0,Rome\n{long}\nCy\n")
    assert (checked.malformed, checked.shown) == (3, 1)
    assert _rows(copy)[-1] == ["Cy"] and len(_rows(copy)) == 12


def test_the_files_own_names_stay_where_they_cannot_be_the_columns(tmp_path: Path) -> None:
    """Two names that ran together are written so, and the copy's columns are numbers again."""
    given, copy, checked = _copy(tmp_path, TABLE.replace("Name,", "Name"))
    assert _rows(copy)[0] == ["NamePhone", "Town"]
    assert checked.columns == CsvFile(copy).columns() == ("column_1", "column_2", "column_3")
    assert _read(copy) == _read(given)


def test_rows_stay_in_order_over_batches(tmp_path: Path) -> None:
    """Malformed rows at the beginning, between and behind batches of rows keep their places."""
    lines = [f"{n}" if n % 7 == 0 else f"{n},Ann,+12065550100" for n in range(60_000)]
    _, copy, _ = _copy(tmp_path, "\n".join(["Id,Name,Phone", *lines, "last"]))
    assert [row[0] for row in _rows(copy)] == ["Id", *(str(n) for n in range(60_000)), "last"]


def test_an_empty_file_has_an_empty_copy(tmp_path: Path) -> None:
    """No names, no rows, not even a line."""
    _, copy, _ = _copy(tmp_path, b"")
    assert copy.read_bytes() == b""
