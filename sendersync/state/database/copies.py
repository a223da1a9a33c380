"""Copies of a state: one moment of it in a private SQLite file, checked before it gets its name.

A copy of a Postgres state is a SQLite file too, with the same tables: it can be looked into and
restored on any machine, without a server.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Table, create_engine, func, inspect, select, text
from sqlalchemy.engine import URL

from schemas.errors import RunFailed, SendersyncError, WrongUse
from sendersync.state.database import sqlite_file
from sendersync.state.database.engine import Database
from sendersync.state.database.failures import as_ours
from sendersync.state.database.tables import METADATA

COPIES_KEPT: Final = 3
"""Copies from before migrations that stay beside a state; older ones are deleted."""

_CHUNK: Final = 20_000  # rows of an export that are in memory at once


def write_copy(database: Database, target: Path, *, checked: bool = True) -> dict[str, int]:
    """Writes one moment of a state into a new file with mode 0600.

    The file appears when it is whole: its pages have been checked (`quick_check`), and every table
    has as many rows as the state had at that moment.

    Args:
        database: An open state; others may go on writing into it.
        target: A file that is not there yet, in a folder that is.
        checked: False keeps the copy of a damaged state too, page by page.

    Returns:
        How many rows each table has.

    Raises:
        WrongUse: There is something of this name, or the place cannot be written.
        RunFailed: The state is damaged, so the copy would be too; none was kept.
    """
    if os.path.lexists(target):
        raise _taken(target)
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as problem:
        raise _not_writable(target, problem) from None
    os.close(handle)
    made = Path(name)
    try:
        counts = database.read(lambda connection: _fill(connection, made, counted=checked))
        if checked:
            _require_same(made, counts, database.where)
        with made.open("rb+") as file:
            os.fsync(file.fileno())
        if not sqlite_file.place_new(made, target):
            raise _taken(target)
    except OSError as problem:
        raise _not_writable(target, problem) from None
    finally:
        made.unlink(missing_ok=True)
    return counts


def keep_before_migration(database: Database, path: Path, version: int) -> None:
    """Writes a copy beside a state whose tables are about to change; only the newest stay.

    Args:
        database: The state, open for writing.
        path: Its file.
        version: Of its tables.
    """
    write_copy(database, name_beside(path, f"version-{version}"))
    for old in beside(path, "version-*")[:-COPIES_KEPT]:
        old.unlink(missing_ok=True)


def name_beside(path: Path, why: str) -> Path:
    """A new name for a copy beside a state: its time and its reason are in it."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
    return path.with_name(f"{path.name}.{now}-{secrets.token_hex(2)}.{why}.backup")


def beside(path: Path, why: str = "*") -> list[Path]:
    """The copies that sendersync itself has made beside a state's file, oldest first."""
    if not path.parent.is_dir():
        return []
    opening = f"{path.name}."
    return sorted(
        each
        for each in path.parent.iterdir()
        if each.name.startswith(opening) and each.match(f"*Z-????.{why}.backup")
    )


def _fill(connection: Connection, made: Path, *, counted: bool) -> dict[str, int]:
    """Copies one moment into an empty file; how many rows each table has."""
    if connection.dialect.name == "postgresql":
        # the first statement of its transaction: all that follow see the same moment
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        counts = count_rows(connection)
        _export(connection, made)
        return counts
    counts = count_rows(connection) if counted else {}
    source: Any = connection.connection.driver_connection
    with contextlib.closing(sqlite3.connect(made)) as copy:
        source.backup(copy)
    return counts


def count_rows(connection: Connection) -> dict[str, int]:
    """How many rows each of our tables has that is there."""
    there = set(inspect(connection).get_table_names())
    return {
        table.name: int(connection.scalar(select(func.count()).select_from(table)) or 0)
        for table in METADATA.sorted_tables
        if table.name in there
    }


def _export(connection: Connection, made: Path) -> None:
    engine = create_engine(URL.create("sqlite", database=str(made)), hide_parameters=True)
    try:
        with engine.begin() as copy:
            copy.exec_driver_sql(f"PRAGMA application_id = {sqlite_file.APPLICATION_ID}")
            METADATA.create_all(copy)
            for table in METADATA.sorted_tables:
                _export_table(connection, copy, table)
    finally:
        engine.dispose()


def _export_table(connection: Connection, copy: Connection, table: Table) -> None:
    rows = connection.execution_options(yield_per=_CHUNK).execute(select(table)).mappings()
    for part in rows.partitions():
        copy.execute(table.insert(), [dict(row) for row in part])


def _require_same(made: Path, counts: dict[str, int], where: str) -> None:
    """Refuses a copy whose pages are damaged, or that lacks rows."""
    failure: SendersyncError | None = None
    try:
        with contextlib.closing(sqlite3.connect(made)) as copy:
            sound = copy.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
            found = {
                name: copy.execute(
                    f"SELECT count(*) FROM {name}"  # noqa: S608 - the name of a table of ours
                ).fetchone()[0]
                for name in counts
            }
    except sqlite3.Error as error:
        failure = as_ours(error, where)
    if failure is not None:
        raise failure
    if not sound or found != counts:
        raise RunFailed(
            "The state is damaged, so its copy would be too; no copy was kept.",
            where=where,
            do="`sendersync check-state` says what is damaged.",
        )


def _taken(target: Path) -> WrongUse:
    return WrongUse(
        "There is a file of this name already; it is left as it is.",
        where=str(target),
        do="Pick another file name.",
    )


def _not_writable(target: Path, problem: OSError) -> WrongUse:
    return WrongUse(
        f"The copy cannot be written ({problem.strerror}).",
        where=str(target),
        do="Choose a folder that exists, that you may write, and that has room.",
    )
