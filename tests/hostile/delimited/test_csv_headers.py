"""Which line names the columns: ragged rows, repeated names, thousands of columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.sources.delimited.csv_file import CsvFile
from tests.hostile.delimited.csv_read import read
from tests.waiting.cpu_time import dearer, of_this_thread

PERSON = "Di,+12065550199,d@shop.example,Dover\n"


@pytest.mark.parametrize(
    "rows",
    [
        "Ann,Seattle\nBob,Dover\n\nCy,+12065550188,c@shop.example,a,b\n",
        "Ann,+12065550123\nBob,+12065550177\nCy,+12065550188\n" + PERSON,
        "".join(f"Ann {at},+1206555{at:04d}\n" for at in range(40)) + PERSON,
        "Ann\nBob,+12065550177\nCy,+12065550188,c@shop.example\n" + PERSON,
        "Ann,x\nBob,y\nCy,z\n" + 3 * PERSON.replace("Di", "Ed"),
    ],
    ids=["no phones", "phones", "many", "stairs", "text"],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_names_that_are_known_stay_the_names_of_ragged_rows(
    tmp_path: Path, rows: str, delimiter: str
) -> None:
    """Rows that end early are rejects; neither a name nor the first person is lost for them."""
    text = ("Name,Phone,Email,City\n" + rows).replace(",", delimiter)
    done = read(tmp_path, text)
    assert done.columns == ("Name", "Phone", "Email", "City")
    assert done.dialect.header_line == 1
    filled = [line for line in text.splitlines()[1:] if line]
    assert len(done.rows) + len(done.malformed) == len(filled)
    assert all(len(row) == 4 for row in done.rows)


@pytest.mark.parametrize(
    "names",
    [
        ("Nombre", "Móvil", "Correo", "Ciudad"),
        ("Vorname", "Handy", "E-Mail", "Ort"),
        ("Prénom", "Portable", "Courriel", "Ville"),
        ("Имя", "Телефон", "Почта", "Город"),
        ("first_name", "mobile_phone", "email_address", "zip"),
        ("CustomerID", "Contact Name", "Cell", "Notes"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "|"])
def test_names_of_ragged_rows_are_known_in_many_languages(
    tmp_path: Path, names: tuple[str, ...], delimiter: str
) -> None:
    """The line of names is neither skipped nor a row."""
    rows = "Ann,Rome\nBob,Bern\nCy,Oslo\nDi,+12065550199,d@shop.example,Dover\nEd,Bonn\n"
    done = read(tmp_path, (",".join(names) + "\n" + rows).replace(",", delimiter))
    assert done.columns == names
    assert len(done.rows) == 1 and len(done.malformed) == 4


def test_words_above_a_table_are_not_its_names(tmp_path: Path) -> None:
    """Where a line further down names columns too, the one right above the rows does."""
    text = (
        "Contact list,Phone list\n\nkey,first name,mobile\n1,Ann,+12065550123\n2,Bob,+12065550177\n"
    )
    assert read(tmp_path, text).columns == ("key", "first name", "mobile")


@pytest.mark.parametrize("times", [1, 2, 5])
def test_lines_that_repeat_the_names_are_left_out_and_told(tmp_path: Path, times: int) -> None:
    """They are nobody; a note says which lines they are, and rows keep their lines."""
    names = "name,phone,city\n"
    done = read(tmp_path, names + names * times + "Ann,+12065550123,Dover\nBob,+12065550177,Bern\n")
    assert done.columns == ("name", "phone", "city")
    assert [row[0] for row in done.rows] == ["Ann", "Bob"]
    assert done.lines == [times + 2, times + 3]
    lines = ", ".join(str(line) for line in range(2, times + 2))
    assert any("repeats the column names" in each and lines in each for each in done.dialect.notes)


@pytest.mark.parametrize("kind", ["names", "one name", "no names", "blank names"])
def test_time_grows_with_the_columns_and_not_with_their_square(tmp_path: Path, kind: str) -> None:
    """Eight times the columns take far less than 64 times the work."""

    def wide(columns: int) -> Path:
        path = tmp_path / f"{columns}.csv"
        names = {
            "names": ",".join(f"q{at}" for at in range(columns)),
            "one name": ",".join(["q"] * columns),
            "no names": ",".join(["7"] * columns),
            "blank names": "," * (columns - 1),
        }[kind]
        rows = "\n".join(",".join(str(at * row % 7) for at in range(columns)) for row in range(5))
        path.write_text(f"Phone,{names}\n" + rows.replace("\n", "\n1,") + "\n")
        return path

    def work(path: Path) -> float:
        return of_this_thread(lambda: list(CsvFile(path).read()))

    small, large = wide(1_000), wide(8_000)
    assert dearer(lambda: work(large), lambda: work(small), 24) < 24


@pytest.mark.parametrize(
    "first",
    [
        "Ann Lee +1 206 555 0101",
        "Lee, Ann: (206) 555-0101",
        "Ann <ann@example.com>",
        "tel 0049 30 1234567",
    ],
)
def test_somebody_in_the_first_line_is_no_name_of_a_column(tmp_path: Path, first: str) -> None:
    """A list without names, of people beside their numbers: the first of them is a row, too."""
    done = read(tmp_path, f'"{first}"\n"Bob Roe +1 206 555 0102"\n')
    assert [row[0] for row in done.rows] == [first, "Bob Roe +1 206 555 0102"]


@pytest.mark.parametrize(
    "header", ["Phone (like +1 206 555 0101)", "Orders since 1234567", "Sent in 2026"]
)
def test_a_name_with_digits_is_a_name(tmp_path: Path, header: str) -> None:
    """An example or an id in the name of a column makes no row of it."""
    rows = "+12065550101,Ann\n+12065550102,Bob\n"
    assert read(tmp_path, f"{header},Name\n{rows}").columns == (header, "Name")
