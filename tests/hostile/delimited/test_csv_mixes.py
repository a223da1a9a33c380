"""One table of mixed notes, in every mix of delimiter, quotes, escapes and line ends."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest

from connectors.sources.delimited.csv_file import CsvFile
from schemas.errors import SourceMismatch
from sendersync.pipeline.check.check_source import check

Table = list[list[str]]

NOTES = (
    *(
        "plain",
        "wants size 9, wide; calls back",
        "tab\there",
        "a|b|c",
        "it's Kim's",
        "",
        '6" nails',
    ),
    *('says "call me later", and means it', "'quoted'", '"quoted"', "back\\slash", "trailing \\"),
    *("line one\nline two", "line, one\r\nline; two\r\nthree", "^caret^ and ~tilde~"),
    *("50% off; now, or never", 'a "b" c\'s, d|e\tf; g', "a long one, " * 60),
)
CONTACTS: Table = [
    ["id", "name", "phone", "notes"],
    *[[str(at), f"Ann {at}", f"+1206555{at:04d}", note] for at, note in enumerate(NOTES)],
]
NOTES_FIRST: Table = [
    ["notes", "first_name", "mobile"],
    *[[note, f"Bob {at}", f"206-555-{at:04d}"] for at, note in enumerate(NOTES)],
]
ONLY_NOTES: Table = [
    ["key", "text one", "text two", "text three"],
    *[[f"k{at}", *(NOTES[at * step % len(NOTES)] for step in (1, 5, 7))] for at in range(18)],
]
FEW: Table = [CONTACTS[0], CONTACTS[2], CONTACTS[5], CONTACTS[13]]


@dataclass(frozen=True)
class Written:
    """One way to write a table.

    Attributes:
        delimiter: Stands between cells.
        quote: Stands around cells.
        every: All cells stand within quotes, not only those that must.
        end: Ends lines.
        escape: Stands before a quote within a cell; a quote doubles it, a backslash escapes it.
        bare: A cell that only holds quotes is escaped and not quoted, as Python's writer does it.
    """

    delimiter: str
    quote: str
    every: bool
    end: str
    escape: str
    bare: bool = False

    def text(self, table: Table) -> str:
        """The file."""
        return "".join(self.delimiter.join(map(self._cell, row)) + self.end for row in table)

    def _cell(self, value: str) -> str:
        must = self.every or any(char in value for char in (self.delimiter, "\r", "\n"))
        must = must or (self.quote in value and not self.bare)
        if self.escape == "\\":
            value = value.replace("\\", "\\\\")
        elif not must:
            return value
        value = value.replace(self.quote, self.escape + self.quote)
        return f"{self.quote}{value}{self.quote}" if must else value


def _mixes() -> Iterator[Written]:
    for delimiter, quote, every, end in product(
        ",;\t|^~", "\"'", (False, True), ("\n", "\r\n", "\r")
    ):
        yield Written(delimiter, quote, every, end, quote)
        yield Written(delimiter, quote, every, end, "\\")
        if not every:
            yield Written(delimiter, quote, every, end, "\\", bare=True)


@pytest.mark.parametrize(
    "table",
    [CONTACTS, NOTES_FIRST, ONLY_NOTES, FEW],
    ids=["contacts", "notes first", "only notes", "few"],
)
def test_a_table_of_notes_comes_back_however_it_is_written(tmp_path: Path, table: Table) -> None:
    """Nobody is asked how the file is written; at most one mix in fifty is not read exactly."""
    path, out = tmp_path / "notes.csv", tmp_path / "clean.csv"
    mixes, wrong = list(_mixes()), []
    for mix in mixes:
        path.write_bytes(mix.text(table).encode())
        out.unlink(missing_ok=True)
        try:
            check(CsvFile(path), None, out)
        except SourceMismatch as refused:
            wrong.append((mix, refused.what))
            continue
        with out.open(encoding="utf-8", newline="") as file:
            if list(csv.reader(file)) != table:
                wrong.append((mix, "read otherwise"))
    assert len(mixes) == 180
    assert len(wrong) <= 0.02 * len(mixes), wrong


@pytest.mark.parametrize("cell", ["'+12065550199", "'t Hooft", "boys'", "'", "it''s"])
def test_an_apostrophe_is_no_quote_where_quotes_are_double(tmp_path: Path, cell: str) -> None:
    """A row with a stray quote does not make apostrophes the quotes of its file."""
    rows = [["name", "phone", "note"]]
    rows += [[f"Ann {at}", f"+1206555{at:04d}", "a, b" if at % 3 else cell] for at in range(12)]
    text = Written(",", '"', False, "\n", '"').text(rows) + '"Kim"x,+12065550150,y\n'
    path = tmp_path / "contacts.csv"
    path.write_text(text, encoding="utf-8")
    source = CsvFile(path)
    frames = [each.frame for each in source.read()]
    assert source.dialect().quote == '"'
    assert [list(row) for frame in frames for row in frame.itertuples(index=False)] == rows[1:]


def test_double_quotes_that_stayed_doubled_within_apostrophes_are_one(tmp_path: Path) -> None:
    """Where all are doubled, a program replaced the quotes round cells and not those within."""
    text = (
        "name,phone,note\nAnn,+12065550101,'says \"\"hi\"\", won't go'\nBob,+12065550102,'6\"\" by 8\\'9'\n"
        "Cy,+12065550103,plain\n"
    )
    path = tmp_path / "contacts.csv"
    path.write_text(text, encoding="utf-8")
    rows = [each.frame["note"].tolist() for each in CsvFile(path).read()]
    assert rows == [['says "hi", won\'t go', "6\" by 8\\'9", "plain"]]
    path.write_text(text.replace('6""', '6"'), encoding="utf-8")
    rows = [each.frame["note"].tolist() for each in CsvFile(path).read()]
    assert rows[0][0] == 'says ""hi"", won\'t go', "one that is not doubled: all are as they are"
