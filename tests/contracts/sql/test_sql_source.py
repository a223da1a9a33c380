"""The database as a source: Postgres as a real server, SQLite as a file, MySQL as far as an address goes."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from connectors.sources.registry import open_source
from connectors.sources.source import IncrementalSource, Records
from connectors.sources.sql import high_water_mark
from connectors.sources.sql.failures import as_ours
from connectors.sources.sql.sql_rows import SqlRows
from schemas.errors import (
    CredentialsRefused,
    SendersyncError,
    SourceMismatch,
    SourceUnavailable,
    WrongUse,
)
from schemas.source_specs import SqlSource
from schemas.sync_file import SyncFile
from tests.stand_ins.postgres_server import start

SECRET = "geheim-4711"


class _Database:
    """A table of contacts in one of the databases, filled by statements of its own."""

    def __init__(self, kind: str, folder: Path, address: str) -> None:
        self.kind, self.folder, self.address = kind, folder, address
        moment = "timestamptz" if kind == "postgresql" else "text"
        self.do(
            f'CREATE TABLE contacts (id integer PRIMARY KEY, "First Name" text, phone text, '
            f"updated_at {moment})"
        )

    def do(self, statement: str) -> None:
        if self.kind == "postgresql":
            with psycopg.connect(self.address, autocommit=True) as connection:
                connection.execute(statement)
            return
        connection = sqlite3.connect(self.folder / "crm.db")
        with connection:
            connection.execute(statement)
        connection.close()

    def fill(self, first: int, last: int, moment: str = "2026-01-01 00:00:00") -> None:
        series = (
            f"SELECT * FROM generate_series({first}, {last}) AS n(n)"
            if self.kind == "postgresql"
            else f"WITH RECURSIVE n(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM n "
            f"WHERE n < {last}) SELECT n FROM n"
        )
        stamp = f"timestamptz '{moment}+00'" if self.kind == "postgresql" else f"'{moment}'"
        self.do(
            f"INSERT INTO contacts SELECT n, 'Zoë' || n, '00' || n, {stamp} FROM ({series}) AS s"
        )

    def source(self, **spec: Any) -> SqlRows:
        if not spec.get("query"):
            spec.setdefault("table", "contacts")
        described = SqlSource(kind="sql", url_env="CRM_DATABASE_URL", **spec)
        return SqlRows(described, self.address, self.folder, key_column="id")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> _Database:
    """A database of each kind with an empty table of contacts."""
    if request.param == "sqlite":
        return _Database("sqlite", tmp_path, "sqlite:///crm.db")
    return _Database("postgresql", tmp_path, request.getfixturevalue("empty_postgres"))


def _ids(batches: list[Records]) -> list[int]:
    return [int(value) for batch in batches for value in batch.frame["id"]]


class TestReading:
    @pytest.mark.parametrize("count", [0, 1, 9_999, 10_000, 10_001])
    def test_every_row_is_read_once_and_the_last_batch_says_so(
        self, database: _Database, count: int
    ) -> None:
        """Any number of rows comes in order, each once, numbered from 1; only the last batch is complete."""
        if count:
            database.fill(1, count)
        batches = list(database.source().read())
        assert _ids(batches) == list(range(1, count + 1))
        assert [batch.complete for batch in batches] == [False] * (len(batches) - 1) + [True]
        lines = [line for batch in batches for line in batch.frame.index]
        assert lines == list(range(1, count + 1))
        assert set(map(str, batches[0].frame.dtypes)) == {"str"}
        assert database.source().columns() == ("id", "First Name", "phone", "updated_at")

    def test_a_query_reads_with_bound_values(self, database: _Database) -> None:
        """A value is bound, whatever stands in it, and a query may end with a comment."""
        database.fill(1, 5)
        found = database.source(
            query="SELECT id, phone FROM contacts WHERE phone <> :one AND id < :most -- end",
            params={"one": "x' OR '1'='1", "most": 4},
        )
        with pytest.raises(WrongUse):
            database.source(query="SELECT 1 WHERE 1 = :on", params={"one": 1})
        sources = [
            found,
            database.source(
                query="WITH a AS (SELECT id FROM contacts) SELECT id FROM a;",
                changed_column="id",
            ),
        ]
        assert [_ids(list(each.read())) for each in sources] == [[1, 2, 3], [1, 2, 3, 4, 5]]

    def test_names_may_hold_any_sign(self, database: _Database) -> None:
        """Signs that mean something to SQLAlchemy or to a driver are part of a name."""
        odd = "50% :x"
        database.do(f'CREATE TABLE "{odd}" ("{odd}" integer)')
        database.do(f'INSERT INTO "{odd}" VALUES (1)')
        given = {"table": odd, "key_column": odd, "changed_column": odd}
        (batch,) = database.source(**given).read()
        assert batch.frame[odd].tolist() == ["1"]

    def test_rows_that_change_meanwhile_are_read_as_they_were(self, database: _Database) -> None:
        """A read sees one moment: nobody is lost or doubled while others write."""
        database.fill(1, 25_000)
        reading = database.source().read()
        batches = [next(reading)]
        if database.kind == "postgresql":  # SQLite makes the writer wait instead
            database.do("UPDATE contacts SET id = id + 100000")
            database.do("DELETE FROM contacts WHERE id > 120000")
        batches += list(reading)
        assert _ids(batches) == list(range(1, 25_001))

    def test_the_database_is_not_written(self, database: _Database) -> None:
        """A query that would write is refused, by us or by the database, and nothing happens."""
        database.fill(1, 3)
        for query in (
            "DELETE FROM contacts",
            "WITH gone AS (DELETE FROM contacts RETURNING id) SELECT id FROM gone",
            "SELECT 1 AS id; DELETE FROM contacts",
        ):
            with pytest.raises(WrongUse):
                list(database.source(query=query).read())
        assert _ids(list(database.source().read())) == [1, 2, 3]

    def test_values_become_text_exactly(self, empty_postgres: str, tmp_path: Path) -> None:
        """Postgres' own types arrive with all their digits, also those that Python does not know."""
        query = """SELECT 007::int AS a, 1.50::numeric AS b, true AS c, NULL::text AS d,
            date 'infinity' AS e, timestamptz '2026-01-01 00:00:00.123456+02' AS f,
            '\\x00ff'::bytea AS g, '{"x": 1.10}'::jsonb AS h, 12065551212::float8 AS i,
            ' 012 '::text AS j, 12345678901234567890::numeric AS k, time '24:00' AS l"""
        spec = SqlSource(kind="sql", url_env="X", query=query)
        (batch,) = SqlRows(spec, empty_postgres, tmp_path).read()
        assert list(batch.frame.iloc[0]) == [
            "7", "1.50", "true", "", "infinity", "2025-12-31T22:00:00.123456+00:00", "00ff",
            '{"x": 1.10}', "12065551212", " 012 ", "12345678901234567890", "24:00:00",
        ]  # fmt: skip


class TestIncremental:
    def test_it_reads_what_changed_and_ties_again(self, database: _Database) -> None:
        """From the cursor on: rows of its moment, later ones, and those without a moment; no others."""
        database.fill(1, 10, "2026-01-01 00:00:00")
        database.fill(11, 20, "2026-03-01 00:00:00")
        source = database.source(changed_column="updated_at")
        assert isinstance(source, IncrementalSource)
        cursor = list(source.read())[-1].cursor
        database.fill(21, 30, "2026-03-01 00:00:00")
        database.fill(31, 40, "2026-04-01 00:00:00")
        database.do("UPDATE contacts SET updated_at = NULL WHERE id = 5")
        batches = list(source.read_since(cursor))
        assert sorted(_ids(batches)) == [5, *range(11, 41)]
        assert batches[-1].complete
        again = list(source.read_since(batches[-1].cursor))
        assert sorted(_ids(again)) == [5, *range(31, 41)]

    def test_a_row_committed_late_is_not_lost(self, database: _Database) -> None:
        """A read begins a little before its cursor, for transactions that were still open."""
        database.fill(1, 1, "2026-01-01 00:10:00")
        source = database.source(changed_column="updated_at", overlap="5m")
        cursor = list(source.read())[-1].cursor
        database.fill(2, 2, "2026-01-01 00:06:00")
        database.fill(3, 3, "2026-01-01 00:04:00")
        assert sorted(_ids(list(source.read_since(cursor)))) == [1, 2]

    @pytest.mark.parametrize("rows", [11_000, pytest.param(50_000, marks=pytest.mark.soak)])
    def test_rows_of_one_moment_are_each_read_once(self, database: _Database, rows: int) -> None:
        """A shared timestamp is nothing special, in a full read and in one of changes."""
        database.fill(1, rows)
        source = database.source(changed_column="updated_at")
        everything = list(source.read())
        assert _ids(everything) == list(range(1, rows + 1))
        assert sorted(_ids(list(source.read_since(everything[-1].cursor)))) == _ids(everything)

    def test_a_moment_in_the_future_does_not_stop_the_clock(self, database: _Database) -> None:
        """A row stamped 2099 is read; the cursor stays at the latest moment that can be true."""
        database.fill(1, 1, "2026-01-01 00:00:00")
        database.fill(2, 2, "2099-01-01 00:00:00")
        source = database.source(changed_column="updated_at")
        cursor = list(source.read())[-1].cursor
        database.fill(3, 3, "2026-02-01 00:00:00")
        assert sorted(_ids(list(source.read_since(cursor)))) == [1, 2, 3]

    def test_a_cursor_of_another_question_reads_everything(self, database: _Database) -> None:
        """Another table, query or column is new: nobody in it counts as known."""
        database.fill(1, 3, "2026-01-01 00:00:00")
        database.fill(4, 4, "2026-02-01 00:00:00")
        cursor = list(database.source(changed_column="updated_at").read())[-1].cursor
        other = database.source(query="SELECT * FROM contacts", changed_column="updated_at")
        assert sorted(_ids(list(other.read_since(cursor)))) == [1, 2, 3, 4]
        assert sorted(_ids(list(other.read_since("nonsense")))) == [1, 2, 3, 4]

    @pytest.mark.parametrize(
        ("value", "from_here"),
        [
            (17, 17),
            (Decimal("1.5"), Decimal("1.5")),
            (date(2026, 1, 2), date(2026, 1, 1)),
            (datetime(2026, 1, 2, 3, tzinfo=UTC), datetime(2026, 1, 2, 2, 50, tzinfo=UTC)),
            ("2026-01-02 03:00:00.5", "2026-01-02 02:50:00"),
            ("2026-01-02T03:00:00Z", "2026-01-02T02:49:59Z"),
            ("2026-01-02T03:00:00.5+00:00", "2026-01-02T02:50:00.5+00:00"),
            ("2026-01-02 03:00:00+00", "2026-01-02 02:50:00+00"),
            ("2026-01-02", "2026-01-01"),
            ("v17", "v17"),
        ],
    )
    def test_every_kind_of_moment_survives_as_text(self, value: Any, from_here: Any) -> None:
        """A cursor comes back as the same kind of value, moments ten minutes earlier."""
        assert (
            high_water_mark.begin(high_water_mark.written(value), timedelta(minutes=10))
            == from_here
        )


class TestRefusals:
    @pytest.mark.parametrize(
        ("spec", "says"),
        [
            ({"table": "contact"}, "Did you mean 'contacts'?"),
            ({"table": "nowhere.contacts"}, "no table|unknown database|not understand"),
            ({"key_column": "idd"}, "Did you mean 'id'?"),
            ({"changed_column": "updatd_at"}, "Did you mean 'updated_at'?"),
            ({"query": "SELECT nothing FROM contacts"}, "nothing"),
            ({"query": "SELECT id, id FROM contacts"}, "two columns named 'id'"),
        ],
    )
    def test_what_is_not_there_is_named_with_the_nearest(
        self, database: _Database, spec: dict[str, Any], says: str
    ) -> None:
        """A table or column that is missing is the sync file's fault, and is told with the mend."""
        with pytest.raises(SourceMismatch, match=says.replace("?", r"\?")) as refused:
            database.source(**spec).columns()
        assert refused.value.__context__ is None

    def test_unreachable_and_refused_are_told_apart(self, tmp_path: Path) -> None:
        """Nobody there: try later. A wrong login: mend it. Neither shows the password."""
        start()
        role = "postgresql://nobody:{}@/postgres?host={}".format(
            SECRET, start().partition("host=")[2]
        )
        for address, error in (
            (f"postgresql://u:{SECRET}@127.0.0.1:1/crm", SourceUnavailable),
            (f"postgresql://u:{SECRET}@nowhere.invalid/crm", SourceUnavailable),
            (role, CredentialsRefused),
            (f"mysql://u:{SECRET}@127.0.0.1/crm", SourceMismatch),
            (f"nosuch://u:{SECRET}@127.0.0.1/crm", SourceMismatch),
            (f"postgresql://u:{SECRET}@127.0.0.1:port/crm", SourceMismatch),
            (f"postgresql://u:first@{SECRET}@127.0.0.1/crm", SourceMismatch),
            (f"postgresql://u:first@{SECRET}:1@127.0.0.1/crm", SourceMismatch),
            (f"{SECRET}", SourceMismatch),
        ):
            with pytest.raises(error) as refused:
                self._read(tmp_path, address, table="contacts")
            assert SECRET not in f"{refused.value} {refused.value.__context__!r}"

    def test_a_missing_driver_is_named_with_its_package(self, tmp_path: Path) -> None:
        """MySQL's driver is not among our dependencies: the message says how to get it."""
        pytest.importorskip("sqlalchemy.dialects.mysql")
        with pytest.raises(SourceMismatch, match="pip install pymysql"):
            self._read(tmp_path, f"mysql://u:{SECRET}@127.0.0.1/crm", table="contacts")

    def test_values_are_never_repeated(self, empty_postgres: str, tmp_path: Path) -> None:
        """A database's complaint about a value does not reach the message, nor does a parameter."""
        for query in ("SELECT 'Ann'::int AS id WHERE 'x' <> :p", "SELECT 1 AS id WHERE 1 = :p"):
            with pytest.raises(SendersyncError) as refused:
                self._read(tmp_path, empty_postgres, query=query, params={"p": SECRET})
            assert SECRET not in str(refused.value)
            assert "Ann" not in str(refused.value)

    @pytest.mark.parametrize(
        ("number", "state", "error"),
        [
            (1044, "42000", CredentialsRefused),
            (1045, "28000", CredentialsRefused),
            (1052, "23000", SourceMismatch),
            (1060, "42S21", SourceMismatch),
            (1142, "42000", CredentialsRefused),
            (1305, None, SourceMismatch),
            (1792, "25006", SourceMismatch),
            (1241, "21000", SourceMismatch),
            (2013, "HY000", SourceUnavailable),
            (1205, None, SourceUnavailable),
        ],
    )
    def test_mysqls_refusals_by_their_numbers(
        self, number: int, state: str | None, error: type[SendersyncError]
    ) -> None:
        """Its SQLSTATE calls a missing right and a misspelt name the same: the number decides."""

        class Refusal(Exception):
            sqlstate = state

        refused = DBAPIError("SELECT ?", {}, Refusal(number, "refused"))
        assert type(as_ours(refused, "source.query", "mysql://db/crm")) is error

    def test_a_broken_connection_is_no_complete_read(
        self, empty_postgres: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        """When the server ends the session in mid-read, no batch says that it was all."""
        database = _Database("postgresql", tmp_path, empty_postgres)
        database.fill(1, 30_000)
        reading = database.source().read()
        batches = [next(reading)]
        database.do(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'sendersync' AND pid <> pg_backend_pid()"
        )
        with pytest.raises(SourceUnavailable):
            batches.extend(reading)
        # the rows still to come were the server's: had they been fetched at once, all would be here
        assert sum(batch.rows for batch in batches) < 30_000
        assert not any(batch.complete for batch in batches)
        assert caplog.text == "", "the error says it all; a library's own words may hold values"

    def test_a_file_that_is_no_database_is_a_mismatch(self, tmp_path: Path) -> None:
        """A SQLite address must name a database that is there."""
        (tmp_path / "crm.db").write_text("Phone\n1\n" * 100, "utf-8")
        for address in ("sqlite:///crm.db", "sqlite:///no.db", "sqlite://", "sqlite:///:memory:"):
            with pytest.raises(SourceMismatch):
                self._read(tmp_path, address, table="contacts")

    @staticmethod
    def _read(folder: Path, address: str, **spec: Any) -> list[Records]:
        return list(SqlRows(SqlSource(kind="sql", url_env="X", **spec), address, folder).read())


class TestSyncFile:
    @pytest.mark.parametrize(
        ("spec", "says"),
        [
            ({"url": f"postgresql://u:{SECRET}@h/x", "table": "t"}, "url_env"),
            ({"url": f"postgresql://u:a/{SECRET}@h/x", "table": "t"}, "url_env"),
            ({"url": f"postgresql://h/x?password={SECRET}", "table": "t"}, "url_env"),
            ({"url": f"mssql+pyodbc:///?odbc_connect=PWD%3D{SECRET}", "table": "t"}, "url_env"),
            ({"table": "t"}, "address once"),
            ({"url_env": "A", "url": "sqlite:///a", "table": "t"}, "address once"),
            ({"url_env": "A"}, "table"),
            ({"url_env": "A", "table": "t", "query": "SELECT 1"}, "table"),
            ({"url_env": "A", "table": "t", "params": {"a": 1}}, "params"),
            ({"url_env": "A", "table": "t", "mode": "incremental"}, "changed_column"),
        ],
    )
    def test_what_cannot_be_meant_is_refused(self, spec: dict[str, Any], says: str) -> None:
        """A password in the file, two addresses, no table: refused in words, the secret not repeated."""
        with pytest.raises(ValidationError, match=says) as refused:
            SqlSource(kind="sql", **spec)
        assert SECRET not in refused.value.errors()[0]["msg"]

    @pytest.mark.parametrize("url", ["sqlite:///C:/a@b/crm.db", "postgresql://reader@h:5432/x"])
    def test_an_address_without_a_password_may_stand_in_it(self, url: str) -> None:
        """SQLite files, and logins that need no password."""
        assert SqlSource(kind="sql", url=url, table="t").url == url

    def test_the_address_comes_from_the_environment(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The variable may have any name; one that is not set is named."""
        sync = SyncFile.model_validate(
            {
                "sync": "s",
                "source": {"kind": "sql", "url_env": "CRM_DATABASE_URL", "table": "contacts"},
                "columns": {"phone": "phone", "key": "id"},
                "sender_code": "1",
            }
        )
        with pytest.raises(WrongUse, match="CRM_DATABASE_URL is not set"):
            open_source(sync, tmp_path)
        _Database("sqlite", tmp_path, "sqlite:///crm.db").fill(1, 3)
        monkeypatch.setenv("CRM_DATABASE_URL", "sqlite:///crm.db")
        assert _ids(list(open_source(sync, tmp_path).read())) == [1, 2, 3]
