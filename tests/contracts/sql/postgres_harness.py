"""The harness of a database: a real Postgres whose view of contacts can be told to fail at a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import psycopg
from sqlalchemy import make_url

from connectors.sources.incremental.cursor_text import write_cursor
from connectors.sources.source import IncrementalSource, Records
from connectors.sources.sql.high_water_mark import written
from connectors.sources.sql.sql_rows import SqlRows
from schemas.source_specs import SqlSource
from tests.contracts.source_contract import START, Harness
from tests.stand_ins.postgres_server import start

PASSWORD = "geheim-4711"
COLUMNS = ("id", "phone", "note", "ok", "updated_at")
_TABLES = """
CREATE TABLE people (id bigint PRIMARY KEY, phone text, note text, ok boolean, updated_at timestamptz);
CREATE TABLE faults (at bigint, how text);
CREATE FUNCTION passes(row_id bigint) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE fault text;
BEGIN
    SELECT how INTO fault FROM public.faults WHERE at = row_id;
    IF fault = 'killed' THEN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1);
    ELSIF fault IS NOT NULL THEN RAISE EXCEPTION '%', 'row of ' || row_id USING ERRCODE = fault;
    END IF;
    RETURN true;
END $$;
CREATE VIEW contacts AS SELECT * FROM people;
GRANT SELECT ON contacts, people TO reader;
"""
_WATCHED = "CREATE OR REPLACE VIEW contacts AS SELECT * FROM people WHERE passes(id)"


class Watched:
    """A source before whose batches something can be made to happen."""

    def __init__(self, source: SqlRows, harness: PostgresHarness) -> None:
        self.inner, self.harness = source, harness
        self.name, self.columns, self.check = source.name, source.columns, source.check

    def __repr__(self) -> str:
        return repr(self.inner)

    def read(self) -> Iterator[Records]:
        """As the source."""
        yield from self._pages(self.inner.read())

    def read_since(self, cursor: str) -> Iterator[Records]:
        """As the source."""
        yield from self._pages(self.inner.read_since(cursor))

    def _pages(self, batches: Iterator[Records]) -> Iterator[Records]:
        for number, batch in enumerate(batches, 2):
            yield batch
            self.harness.before_page(number)


class PostgresHarness(Harness):
    """A database of its own, and a user that may only read."""

    text_column = "note"
    # the server goes down, is full, has no memory, gives up a query; the connection is cut
    breakages = ("57P01", "53300", "53200", "57014", "58030", "40001", "08006", "killed")
    secrets = (PASSWORD,)
    unable: ClassVar[frozenset[str]] = frozenset(
        {
            "test_a_busy_source_is_asked_again_when_it_said",  # databases have no such word
            # the cursor is the highest moment in the data, so its ties are always read again:
            # tests/contracts/sql/test_sql_source.py has the rules of it
            "test_a_cursor_goes_on_where_it_was_written",
            "test_a_full_reads_cursor_begins_before_the_read",
        }
    )

    def __init__(self) -> None:
        """A database with nobody in it."""
        with psycopg.connect(start(), autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS contract")
            connection.execute("DROP ROLE IF EXISTS reader")
            connection.execute(f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'")
            connection.execute("CREATE DATABASE contract")
        url = make_url(start()).set(database="contract")
        self._owner = url.render_as_string(hide_password=False)
        self.address = url.set(username="reader", password=PASSWORD).render_as_string(
            hide_password=False
        )
        self._moves: tuple[int, Sequence[str]] | None = None
        self.do(_TABLES)

    def do(self, *statements: str, **values: Any) -> list[tuple[Any, ...]]:
        """Statements of the owner; rows of the last one."""
        with psycopg.connect(self._owner) as connection:
            for each in statements:
                done = connection.execute(each, values or None)
            return done.fetchall() if done.description else []

    def fill(self, count: int, *, same_moment: int = 0) -> None:
        """As the contract says."""
        self._moves = None
        self.do(
            "TRUNCATE people, faults",
            "ALTER ROLE reader LOGIN",
            "CREATE OR REPLACE VIEW contacts AS SELECT * FROM people",
        )
        first = (count - same_moment) // 2
        self.do(
            """INSERT INTO people
            SELECT n, '+1206' || 5550000 + n, 'C' || lpad(n::text, 7, '0'), mod(n, 2) = 0,
                %(start)s::timestamptz + make_interval(secs =>
                    n - least(greatest(n - %(first)s, 0), greatest(%(same)s - 1, 0)))
            FROM generate_series(0, %(count)s - 1) AS s(n)""",
            start=START,
            first=first,
            same=same_moment,
            count=count,
        )

    def truth(self) -> dict[str, tuple[str, ...]]:
        """As the contract says."""
        rows = self.do("SELECT id, phone, note, ok, updated_at FROM people ORDER BY id")
        return {str(row[0]): tuple(map(_text, row)) for row in rows}

    def moments(self) -> dict[str, datetime]:
        """As the contract says."""
        return {str(key): at for key, at in self.do("SELECT id, updated_at FROM people")}

    def source(self, *, page: int = 10, overlap: timedelta = timedelta(0)) -> IncrementalSource:
        """As the contract says."""
        spec = SqlSource(
            kind="sql", url_env="X", table="contacts", changed_column="updated_at", overlap=overlap
        )
        source = SqlRows(
            spec, self.address, Path(), key_column="id", fetch_rows=page, batch_rows=page
        )
        return Watched(source, self)

    def cursor_at(self, source: IncrementalSource, moment: datetime) -> str:
        """As the contract says."""
        assert isinstance(source, Watched)
        return write_cursor(source.inner.asked, written(moment.isoformat()))

    def change(self, keys: Sequence[str], at: datetime) -> None:
        """As the contract says."""
        self.do(
            "UPDATE people SET ok = NOT ok, updated_at = %(at)s WHERE id = ANY(%(keys)s)",
            at=at,
            keys=list(map(int, keys)),
        )

    def put_away(self, keys: Sequence[str]) -> None:
        """As the contract says."""
        self.do("DELETE FROM people WHERE id = ANY(%(keys)s)", keys=list(map(int, keys)))

    def add(self, texts: Sequence[str]) -> None:
        """As the contract says."""
        for number, text in enumerate(texts):
            self.do(
                "INSERT INTO people (id, note, updated_at) VALUES (%(n)s, %(text)s, %(at)s)",
                n=number,
                text=text,
                at=START,
            )

    def break_page(self, page: int, how: str) -> None:
        """As the contract says: some row of the page, in the middle of it."""
        self.do(_WATCHED)
        self.do("INSERT INTO faults VALUES (%(at)s, %(how)s)", at=(page - 1) * 10 + 4, how=how)

    def change_before_page(self, page: int, keys: Sequence[str], *, full: bool) -> None:
        """As the contract says."""
        self._moves = (page, keys)

    def before_page(self, page: int) -> None:
        """What was asked for before that page happens now."""
        if self._moves and self._moves[0] == page:
            self.change(self._moves[1], datetime.now(UTC))
            self._moves = None

    def busy_once(self, wait: int) -> None:
        """No database says so."""
        raise NotImplementedError

    def lock_out(self) -> None:
        """As the contract says."""
        self.do("TRUNCATE faults", "ALTER ROLE reader NOLOGIN")

    def child_code(self) -> str:
        """As the contract says."""
        return f"""
from pathlib import Path
from connectors.sources.sql.sql_rows import SqlRows
from schemas.source_specs import SqlSource
spec = SqlSource(kind="sql", url_env="X", table="contacts", changed_column="updated_at")
source = SqlRows(spec, {self.address!r}, Path(), key_column="id")
"""


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
