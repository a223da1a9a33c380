"""What every source that reads a file promises, whatever the file is.

A source of another kind joins by an entry in `FILES`.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connectors.sources.delimited.csv_file import CsvFile
from connectors.sources.files.delivered_file import DeliveredText
from connectors.sources.json_lines.json_file import JsonlFile
from connectors.sources.parquet_file import ParquetFile
from connectors.sources.registry import open_file
from connectors.sources.source import Records, Source
from connectors.sources.spreadsheets.spreadsheet_file import ExcelFile
from schemas.errors import SendersyncError, SourceMismatch
from schemas.frames import LINE
from tests.builders.spreadsheets import Rows, cells_of, ods, xls, xlsb, xlsx
from tests.waiting.open_files import open_files

HEADER = ["Id", "Name", "Phone", "Note"]


@dataclass(frozen=True)
class Kind:
    """One kind of file.

    Attributes:
        ending: Of the name.
        write: Writes a header and rows of text.
        source: Reads it in batches of so many rows.
        first_line: The line of the first row.
        broken: Damages the content so that the file breaks off in the middle.
    """

    ending: str
    write: Callable[[Path, Rows], object]
    source: Callable[[Path, int], Source]
    first_line: int = 2
    broken: Callable[[bytes], bytes] = lambda content: content[: len(content) // 2]


def _csv(path: Path, rows: Rows) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def _gz(path: Path, rows: Rows) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    path.write_bytes(gzip.compress(text.getvalue().encode()))


def _jsonl(path: Path, rows: Rows) -> None:
    lines = (json.dumps(dict(zip(rows[0], row, strict=True))) + "\n" for row in rows[1:])
    path.write_text("".join(lines), "utf-8")


def _array(path: Path, rows: Rows) -> None:
    objects = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    path.write_text(json.dumps(objects, indent=1, ensure_ascii=False), "utf-8")


def _parquet(path: Path, rows: Rows) -> None:
    columns = zip(*rows[1:], strict=True)
    pq.write_table(
        pa.table(dict(zip(rows[0], map(list, columns), strict=True))), path, row_group_size=7
    )


def _text(path: Path, rows: int) -> Source:
    return DeliveredText(path, lambda inner: CsvFile(inner, batch_rows=rows))


FILES = {
    "csv": Kind(
        "csv",
        _csv,
        lambda path, rows: CsvFile(path, batch_rows=rows),
        # inside a quoted cell: without one, half a CSV file is a shorter CSV file
        broken=lambda content: content[: len(content) // 2].rpartition(b"\r\n")[0] + b'\r\nC,"An',
    ),
    "csv.gz": Kind("csv.gz", _gz, _text),
    "xlsx": Kind("xlsx", xlsx, lambda path, rows: ExcelFile(path, batch_rows=rows)),
    "xls": Kind("xls", xls, lambda path, rows: ExcelFile(path, batch_rows=rows)),
    "xlsb": Kind("xlsb", xlsb, lambda path, rows: ExcelFile(path, batch_rows=rows)),
    "ods": Kind("ods", ods, lambda path, rows: ExcelFile(path, batch_rows=rows)),
    "jsonl": Kind(
        "jsonl", _jsonl, lambda path, rows: JsonlFile(path, batch_rows=rows), first_line=1
    ),
    "json": Kind("json", _array, lambda path, rows: JsonlFile(path, batch_rows=rows), first_line=1),
    "parquet": Kind(
        "parquet", _parquet, lambda path, rows: ParquetFile(path, batch_rows=rows), first_line=1
    ),
}


def _people(count: int) -> list[list[str]]:
    return [
        [f"00{n}", f"Zoë {n}", f"+1206555{n:04}", "007" if n % 3 else "1.50"] for n in range(count)
    ]


def _records(source: Source) -> list[Records]:
    return list(source.read())


@pytest.mark.parametrize("kind", FILES.values(), ids=list(FILES))
class TestFileSource:
    """The exam."""

    def _made(self, kind: Kind, folder: Path, rows: Rows, batch: int = 50_000) -> Source:
        path = folder / f"contacts.{kind.ending}"
        kind.write(path, [HEADER, *rows])
        return kind.source(path, batch)

    def test_its_columns_are_those_of_the_file(self, kind: Kind, tmp_path: Path) -> None:
        """In the file's own order."""
        assert self._made(kind, tmp_path, _people(3)).columns() == tuple(HEADER)

    def test_it_is_called_by_its_name(self, kind: Kind, tmp_path: Path) -> None:
        """Never by its folder, which may tell more than it should."""
        name = self._made(kind, tmp_path, _people(1)).name
        assert name.startswith("contacts.")
        assert "/" not in name

    @pytest.mark.parametrize("batch", [1, 7, 20, 50_000])
    def test_every_row_comes_once_in_order(self, kind: Kind, batch: int, tmp_path: Path) -> None:
        """Whatever the size of the batches; text stays text, to the character."""
        people = _people(20)
        source = self._made(kind, tmp_path, people, batch)
        assert list(cells_of(source).values()) == people
        assert all(0 <= each.rows <= batch for each in _records(source))

    def test_only_the_last_batch_says_that_the_read_is_complete(
        self, kind: Kind, tmp_path: Path
    ) -> None:
        """Whoever stops before it has not read everything."""
        found = [each.complete for each in _records(self._made(kind, tmp_path, _people(20), 7))]
        assert found == [False] * (len(found) - 1) + [True]

    def test_lines_are_unique_and_rise(self, kind: Kind, tmp_path: Path) -> None:
        """They are where a person finds the row."""
        source = self._made(kind, tmp_path, _people(20), 7)
        lines = [int(line) for each in _records(source) for line in each.frame.index]
        assert lines == list(range(kind.first_line, kind.first_line + 20))
        assert all(one < other for one, other in pairwise(lines))

    def test_frames_are_text_with_lines(self, kind: Kind, tmp_path: Path) -> None:
        """One `str` column for each column, never missing, and the index `line`."""
        for each in _records(self._made(kind, tmp_path, _people(5), 2)):
            assert list(each.frame.columns) == HEADER
            assert set(each.frame.dtypes) == {pd.StringDtype(na_value=float("nan"))}
            assert each.frame.index.name == LINE
            assert each.frame.index.dtype == "int64"
            assert not each.frame.isna().to_numpy().any()
            assert list(each.malformed.columns) == ["problem", "raw"]
            assert each.malformed.index.name == LINE

    def test_it_can_be_read_again(self, kind: Kind, tmp_path: Path) -> None:
        """From the beginning; asking for columns does not use it up."""
        source = self._made(kind, tmp_path, _people(5))
        first = cells_of(source)
        source.columns()
        assert cells_of(source) == first

    def test_a_read_that_is_left_early_leaves_nothing_open(
        self, kind: Kind, tmp_path: Path
    ) -> None:
        """A sample of the first rows is all that some ask for."""
        source = self._made(kind, tmp_path, _people(20), 2)
        source.columns()
        before = open_files()
        reading = source.read()
        next(iter(reading))
        del reading
        assert open_files() <= before

    def test_a_file_that_breaks_off_is_never_a_complete_read(
        self, kind: Kind, tmp_path: Path
    ) -> None:
        """It ends with an error of ours, or says that it is not complete."""
        path = tmp_path / f"contacts.{kind.ending}"
        kind.write(path, [HEADER, *_people(2000)])
        path.write_bytes(kind.broken(path.read_bytes()))
        complete = []
        try:
            complete = [each.complete for each in kind.source(path, 100).read()]
        except SendersyncError as problem:
            error: SendersyncError | None = problem
        else:
            error = None
        assert not any(complete)
        assert error is None or (error.where and error.do)

    def test_a_file_that_changes_while_it_is_read_is_not_complete(
        self, kind: Kind, tmp_path: Path
    ) -> None:
        """Half of the old and half of the new one is neither."""
        if kind.ending == "csv.gz":
            pytest.skip("what is read is a copy of its own")
        source = self._made(kind, tmp_path, _people(500), 100)
        path: Any = tmp_path / f"contacts.{kind.ending}"
        reading = source.read()
        complete = [next(reading).complete]
        path.touch()
        os.utime(path, ns=(0, 0))
        complete += [each.complete for each in reading]
        assert not any(complete)

    def test_a_file_that_is_not_there_says_so(self, kind: Kind, tmp_path: Path) -> None:
        """With the place and what to do."""
        with pytest.raises(SourceMismatch, match="no such file") as caught:
            kind.source(tmp_path / f"none.{kind.ending}", 10).columns()
        assert caught.value.do

    def test_a_folder_is_no_file(self, kind: Kind, tmp_path: Path) -> None:
        """Its name may well end in .csv."""
        folder = tmp_path / f"a.{kind.ending}"
        folder.mkdir()
        with pytest.raises(SourceMismatch, match="folder"):
            kind.source(folder, 10).columns()

    def test_the_registry_knows_it(self, kind: Kind, tmp_path: Path) -> None:
        """`check FILE` and `import FILE` read it without being told what it is."""
        self._made(kind, tmp_path, _people(3))
        found = open_file(tmp_path / f"contacts.{kind.ending}")
        assert list(cells_of(found).values()) == _people(3)
