"""Lines of column names in the middle of a file: what repeats the header, and what does not."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from connectors.sources.delimited.csv_file import CsvFile
from connectors.sources.registry import open_source
from schemas.errors import SourceMismatch
from sendersync.pipeline.extract import Extracted, extract
from tests.builders.delivered import delivered
from tests.builders.spreadsheets import xlsx
from tests.builders.sync_files import sync_of

HEAD = "Phone,Name,Opted out\n"
COLUMNS = {"phone": "Phone", "first_name": "Name", "opted_out": "Opted out"}


def _people(first: int, cells: str = "Ann,no") -> str:
    return "".join(f"+1206555{number:04d},{cells}\n" for number in range(first, first + 20))


def _read(folder: Path, text: str, kind: str = "csv", **how: Any) -> tuple[Extracted, str]:
    path = folder / "contacts.csv"
    if kind == "excel":
        xlsx(path, [row.split(",") for row in text.splitlines()])
    else:
        path.write_bytes(gzip.compress(text.encode()) if kind == "packed" else text.encode())
    delivered(path)
    columns = how.pop("columns", COLUMNS)
    source: Any = open_source(
        sync_of({"kind": kind.replace("packed", "csv"), "path": path.name}, columns=columns), folder
    )
    done = extract(source, sync_of({"kind": "csv", "path": "x"}, columns=columns), **how)
    return done, " ".join(source.notes())


@pytest.mark.parametrize("kind", ["csv", "packed", "excel"])
@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HEAD + _people(100) + HEAD + _people(200), " 22 not read: it repeats"),
        (HEAD + _people(100) + HEAD + _people(200) + HEAD, "s 22, 43 not read: they repeat"),
    ],
)
def test_names_that_are_repeated_are_left_out_and_told(
    tmp_path: Path, kind: str, text: str, says: str
) -> None:
    """Exports that were put below one another are one table, and no line of it is a person."""
    done, notes = _read(tmp_path, text, kind)
    assert (len(done.contacts), len(done.rejects), done.rows) == (40, 0, 40)
    assert says in notes
    assert not done.unclear, "`Opted out` below `Opted out` is no answer"


@pytest.mark.parametrize(
    "names", ["Phone,Phone,Opted out\n", "Phone,,Opted out\n", " Phone ,Name ,Opted out\n"]
)
def test_names_are_compared_as_the_file_has_them(tmp_path: Path, names: str) -> None:
    """Also where two columns have one name, where one has none, and with blanks around them."""
    columns = {"phone": "Phone", "opted_out": "Opted out"}
    done, notes = _read(tmp_path, names + _people(100) + names + _people(200), columns=columns)
    assert (len(done.contacts), len(done.rejects)) == (40, 0)
    assert "line 22 not read" in notes


@pytest.mark.parametrize(
    "second",
    [
        "Phone,Name,Consent\n",  # a yes of the second table would be an opt-out, or worse
        "Name,Phone,Opted out\n",
        "Opted out,Phone,Name\n",
        "phone,name,Subscribed\n",
        "Phone,Vorname,Zustimmung SMS\n",
        "Phone 2,Name,Opted out\n",
        "Phone,Bundesland,Home city\n",
    ],
)
def test_other_names_refuse_the_file_with_their_line(tmp_path: Path, second: str) -> None:
    """Cells below them would be read as cells of the columns above."""
    with pytest.raises(SourceMismatch, match="names columns again") as refused:
        _read(tmp_path, HEAD + _people(100) + second + _people(200, "Ann,yes"))
    assert refused.value.where == "contacts.csv:22"


def test_the_names_of_an_opt_out_are_not_those_of_a_consent(tmp_path: Path) -> None:
    """Two columns: a list of people who agreed, and below it one of people who said stop."""
    yes = "".join(f"+1206555{number:04d},yes\n" for number in range(100, 120))
    with pytest.raises(SourceMismatch, match="names columns again"):
        _read(
            tmp_path,
            f"Phone,Consent\n{yes}Phone,Opted out\n{yes}",
            columns={"phone": "Phone", "consent": "Consent"},
        )


@pytest.mark.parametrize(
    "row",
    [
        "no phone,Portland,no\n",
        "unknown,Name,\n",
        "Phone,Ann,no\n",
        "n/a,Ann,Opted out\n",
        "see Name,Ann Contact,no\n",
        "+12065550142,Phone,Opted out\n",
        "Phone,Portland,\n",
        "Phone,Kansas City,no\n",
        "Name,Nashville,\n",
        "PHONE,Darmstadt,\n",
        "Phone,Elm Street,Oakland\n",
    ],
)
def test_a_person_with_such_words_is_a_row(tmp_path: Path, row: str) -> None:
    """One word of the header among a person's cells is no second table."""
    done, _ = _read(tmp_path, HEAD + _people(100) + row + _people(200))
    assert done.rows == 41


def test_a_second_table_of_another_width_is_malformed_rows(tmp_path: Path) -> None:
    """Nobody of it is added, and nobody is taken for gone."""
    second = "Phone,Consent\n" + "".join(f"+1206555{n:04d},yes\n" for n in range(300, 320))
    done, _ = _read(tmp_path, HEAD + _people(100) + "\n" + second)
    assert (len(done.contacts), len(done.malformed)) == (20, 21)


def test_a_source_that_leaves_nothing_out_has_a_reject(tmp_path: Path) -> None:
    """The names again are nobody, whoever reads the file: no second table, and no person."""
    path = tmp_path / "a.csv"
    path.write_text(HEAD + _people(100) + HEAD + _people(200), "utf-8")
    done = extract(CsvFile(path), sync_of({"kind": "csv", "path": "x"}, columns=COLUMNS))
    assert (len(done.contacts), list(done.rejects.index)) == (40, [22])


def test_a_list_of_people_to_stop_is_read_as_far_as_it_can_be(tmp_path: Path) -> None:
    """Whoever asked for a stop is not made to wait for a better file."""
    text = "Phone,Name\n+12065550142,Ann\nPhone,Reason\n+12065550143,asked\n"
    done, _ = _read(tmp_path, text, columns={"phone": "Phone"}, every_row_says_stop=True)
    assert len(done.contacts) == 2 and list(done.rejects.index) == [3]
