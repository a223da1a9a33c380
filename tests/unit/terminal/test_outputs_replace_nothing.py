"""No output replaces a state, a sync file or a source; an earlier output may be written anew."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from schemas.errors import WrongUse
from sendersync.pipeline.export.write_csv import private_file, write_csv
from sendersync.pipeline.export.write_xlsx import write_xlsx

ROWS = [["Phone"], ["+12065550142"]]


def _state(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE members (phone text)")
    connection.close()
    path.chmod(0o600)


def _sync_file(path: Path) -> None:
    path.write_text("sync: newsletter\n")
    path.chmod(0o600)


def _source(path: Path) -> None:
    path.write_text("Phone\n+12065550142\n")
    path.chmod(0o644)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("state.db", _state),
        ("out.csv", _state),
        ("newsletter.yaml", _sync_file),
        (".env", _sync_file),
        ("contacts.csv", _source),
        ("contacts.xlsx", _source),
    ],
)
@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_what_is_not_an_output_is_left_as_it_is(
    tmp_path: Path, name: str, make: object, write: object
) -> None:
    """Whatever the command, the file keeps every byte, and the message says what to do."""
    assert callable(make) and callable(write)
    path = tmp_path / name
    make(path)
    before = path.read_bytes()
    with pytest.raises(WrongUse) as refused:
        write(path, iter(ROWS))
    assert path.read_bytes() == before and [*tmp_path.iterdir()] == [path]
    assert name in refused.value.where and refused.value.do


def test_an_earlier_output_may_be_written_anew(tmp_path: Path) -> None:
    """Who looks twice need not delete the first result; every output is private."""
    path = tmp_path / "rejected.csv"
    for rows in (ROWS, ROWS[:1]):
        write_csv(path, iter(rows))
    assert path.read_text() == "Phone\n" and path.stat().st_mode & 0o077 == 0
    with private_file(tmp_path / "page.html") as file:
        file.write(b"<p>")
    assert (tmp_path / "page.html").read_bytes() == b"<p>"
