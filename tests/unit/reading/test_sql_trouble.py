"""Databases: colons in comments, two clocks in one column, names that are wrong, drivers that print."""

from __future__ import annotations

import gc
import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from connectors.sources.source import HasNotes, Records
from connectors.sources.sql.clocks import ChangedColumnClocks
from connectors.sources.sql.connection import leave_unread
from connectors.sources.sql.failures import as_ours
from connectors.sources.sql.sql_rows import SqlRows
from schemas.errors import SourceMismatch, WrongUse
from schemas.source_specs import SqlSource

NOW = datetime(2027, 6, 1, 12, 0, tzinfo=UTC)


def source(folder: Path, rows: list[tuple[str, ...]], **spec: Any) -> SqlRows:
    """A SQLite file with contacts, and a source that reads it."""
    with sqlite3.connect(folder / "crm.db") as file:
        file.execute("CREATE TABLE contacts (id INTEGER PRIMARY KEY, mobile, note, updated_at)")
        file.executemany("INSERT INTO contacts (mobile, note, updated_at) VALUES (?, ?, ?)", rows)
    file.close()
    asked = {"kind": "sql", "url": "sqlite:///crm.db", **spec}
    return SqlRows(SqlSource(**asked), str(asked["url"]), folder, key_column="id")


def cells(batches: list[Records]) -> list[tuple[str, ...]]:
    """All rows."""
    return [row for each in batches for row in each.frame.itertuples(index=False, name=None)]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT id, note FROM contacts -- not :this, at 10:30 or a::cast",
        "SELECT id, note /* :neither, nor\n :that */ FROM contacts",
        "-- :first\nSELECT id, note FROM contacts;",
        "SELECT id, note FROM contacts WHERE note <> '-- it''s' /* :no */ AND note <> '/* '",
        "SELECT id, note FROM contacts WHERE note <> '\\:name' -- :no",
    ],
)
def test_a_colon_in_a_comment_asks_for_nothing(tmp_path: Path, query: str) -> None:
    """`:word` behind `--` or within `/* */` is no parameter, and the query is read as it stands."""
    read = source(tmp_path, [("+12065550123", "a", "")], query=query)
    assert cells(list(read.read())) == [("1", "a")]


def test_a_parameter_beside_a_comment_is_still_one(tmp_path: Path) -> None:
    """Only comments are left alone: a value that is missing is asked for, and one given is bound."""
    query = "SELECT id FROM contacts -- :no\nWHERE note = :note /* '*/ AND mobile = :mobile"
    with pytest.raises(WrongUse, match=":mobile"):
        source(tmp_path, [], query=query, params={"note": "a"})
    (tmp_path / "crm.db").unlink(missing_ok=True)
    given = {"note": "a", "mobile": "+12065550123"}
    read = source(tmp_path, [("+12065550123", "a", "")], query=query, params=given)
    assert cells(list(read.read())) == [("1",)]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (["2027-06-01T09:00:00Z", "2027-06-01T09:00:00Z"], []),
        (["2027-06-01 09:00:00", "2027-05-01 09:00:00.5", None, ""], []),
        (["2027-06-01T09:00:00Z", "2027-06-01T11:00:00+02:00"], ["more than one way"]),
        (["2027-06-01T09:00:00Z", "2027-06-01T11:00:00"], ["more than one way"]),
        (["2027-06-01T09:00:00", "2027-06-01 11:00:00"], ["more than one way"]),
        (["2027-06-01 14:00:00", "2027-06-01 11:59:00"], ["1 row, by up to 2.0 hours"]),
        (["2027-06-01 14:00:00.25+00", "2027-06-01 11:59:00+00"], ["1 row, by up to 2.0 hours"]),
        (["2027-06-01 14:00:00+02", "2027-06-01 11:59:00+00"], ["more than one way"]),
        ([datetime(2027, 6, 1, 17, 30), datetime(2027, 6, 1, 11)], ["by up to 5.5 hours"]),  # noqa: DTZ001  # as drivers give it
        ([datetime(2027, 6, 1, 14, tzinfo=timezone(timedelta(hours=2)))], []),
        ([datetime(2027, 6, 1, 12, 10, tzinfo=UTC)], []),
        (["2099-01-01 00:00:00", "someday", 17], []),
        ([1_795_000_000, 1_795_000_000_123], ["milliseconds since 1970"]),
        (["1795000000", "2027-06-01 10:00:00"], ["seconds since 1970"]),
        (["2027/06/01 10:00", "2027-06-01 10:00:00"], ["as 9/9/9 9:9"]),
        (["2027-06-01 10:00:00 UTC", "2027-06-01 10:00:00"], ["as 9-9-9 9:9:9 a"]),
        (["2027-06-01 10:00:00.5", "2027-06-01 10:00:00"], []),
        ([1, 999_999_999, 7], []),
    ],
)
def test_two_clocks_in_one_column_are_told(values: list[Any], says: list[str]) -> None:
    """Several zones or forms, or moments hours ahead of now, are named; one clock says nothing."""
    clocks = ChangedColumnClocks("updated_at", NOW)
    for value in values:
        clocks.look(value)
    notes = clocks.notes()
    assert len(notes) == len(says)
    for note, words in zip(notes, says, strict=True):
        assert words in note
        assert "`updated_at`" in note
        assert not note.endswith(".")


def test_clocks_are_looked_at_in_a_full_read(tmp_path: Path) -> None:
    """A full read of a table with two clocks says so; an incremental one, and one clock, do not."""
    mixed = [("1", "", "2026-03-01T09:00:00+00:00"), ("2", "", "2026-03-01T10:00:00")]
    read = source(tmp_path, mixed, table="contacts", changed_column="updated_at")
    assert isinstance(read, HasNotes)
    cursor = list(read.read())[-1].cursor
    assert ["more than one way" in note for note in read.notes()] == [True]
    list(read.read_since(cursor))
    assert not read.notes()


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1049, "Unknown database 'crn'"),
        (None, 'connection failed: FATAL:  database "crn" does not exist'),
    ],
)
def test_a_wrong_database_name_is_about_the_address(number: int | None, words: str) -> None:
    """The name at the end of the address is what is wrong, not a table or a column."""

    class Refusal(Exception):
        sqlstate = None

    said = Refusal(number, words) if number else Refusal(words)
    found = as_ours(DBAPIError("SELECT ?", {}, said), "table contacts", "mysql://db/crn")
    assert isinstance(found, SourceMismatch)
    assert "no database" in found.what
    assert "address" in found.do
    assert "table" not in found.do


class _Unread:
    """A result like PyMySQL's: thrown away, it reads what is left, and its connection is dead."""

    def __init__(self) -> None:
        self.unbuffered_active = True

    def __del__(self) -> None:
        if self.unbuffered_active:
            raise OSError


def test_a_dead_connection_prints_no_traceback() -> None:
    """What PyMySQL would still read is left: pytest turns a traceback of a finaliser into a failure."""

    class Cursor:
        def __init__(self) -> None:
            self._result = _Unread()

    failed = Cursor()
    leave_unread(failed)
    del failed
    gc.collect()
    leave_unread(None)
    leave_unread(object())
