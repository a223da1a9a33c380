"""Versions of the tables: how a fresh state is made, and how an older one is brought forward.

A change of `tables` adds one function to `STEPS` of `migration_steps`.
"""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, Table, insert, inspect, select, text, update
from sqlalchemy.engine import URL

from schemas.errors import NotAState, RunFailed, StateTooNew, WrongUse
from sendersync.state.database import copies, sqlite_file
from sendersync.state.database.engine import Database, connect, in_memory
from sendersync.state.database.migration_steps import STEPS
from sendersync.state.database.tables import META, METADATA

NEWEST = 1 + len(STEPS)

_LOCK = 7_325_466_012  # any number of ours: one creator or migrator at a time


def open_current(url: str | URL, *, read_only: bool, whole: bool = True) -> Database:
    """Opens the state and makes sure its tables are of the newest version.

    For reading only, an older SQLite file is copied into memory and brought forward there.

    Args:
        url: `sqlite:///path` or `postgresql://...`.
        read_only: Nothing is created or changed.
        whole: Refuses a state that has lost a table.

    Raises:
        StateTooNew: It was written by a newer sendersync.
        RunFailed: It has lost a table.
        WrongUse: For reading only, an older Postgres state, which would have to be changed.
    """
    database = connect(url, read_only=read_only)
    try:
        found = database.read(lambda connection: _version_of(connection, database))
        _refuse_newer(found, database.where)
        if found == NEWEST:
            if whole:
                database.read(lambda connection: _refuse_lost_tables(connection, database.where))
            return database
        if not read_only:
            if found and database.file is not None:
                copies.keep_before_migration(database, database.file, found)
            database.write(bring_forward)
            return database
        stand_in = _stand_in(database, found)
    except BaseException:
        database.close()
        raise
    if stand_in is not database:
        database.close()
    return stand_in


def _version_of(connection: Connection, database: Database) -> int:
    """The version, after a look whether the file is ours: both at one moment of the state.

    Another process may make the tables between two looks, and its new state would look damaged.
    """
    found = version(connection)
    if not found and not (database.postgres or database.missing):
        _refuse_foreign(connection, database.where)
    return found


def version(connection: Connection) -> int:
    """The version of the tables, 0 when there are none."""
    if not inspect(connection).has_table(META.name):
        return 0
    found = connection.scalar(select(META.c.value).where(META.c.name == "schema_version"))
    return int(found or 0)


def bring_forward(connection: Connection) -> None:
    """Creates the tables, or takes the steps that are missing, in the caller's transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    found = version(connection)  # asked again: another process may have been first
    if found == 0:
        METADATA.create_all(connection)
        connection.execute(
            insert(META),
            [
                {"name": "schema_version", "value": str(NEWEST)},
                {"name": "state_id", "value": secrets.token_hex(8)},
                {"name": "salt", "value": secrets.token_hex(32)},
            ],
        )
        return
    for step in STEPS[found - 1 :]:
        step(connection)
    connection.execute(
        update(META).where(META.c.name == "schema_version").values(value=str(NEWEST))
    )


def _refuse_foreign(connection: Connection, where: str) -> None:
    """Refuses a SQLite file without our tables, unless it is a new one of ours.

    Postgres may be shared with other programs, a file may not.
    """
    tables = inspect(connection).get_table_names()
    if META.name in tables:
        raise NotAState(
            "The state is damaged: it does not say of which version it is. Nothing was read or "
            "sent.",
            where=where,
            do="Put a backup of it in its place.",
        )
    ours = connection.exec_driver_sql("PRAGMA application_id").scalar()
    if tables or ours != sqlite_file.APPLICATION_ID:
        raise NotAState(
            "This is not a state of sendersync: it is another program's database, or has lost "
            "its tables. Nothing was changed.",
            where=where,
            do="Correct SENDERSYNC_STATE, or put a backup of the state in its place.",
        )


def lost_tables(connection: Connection) -> list[Table]:
    """Tables of ours that a state of the newest version does not have, in their order."""
    there = set(inspect(connection).get_table_names())
    return [table for table in METADATA.sorted_tables if table.name not in there]


def _refuse_lost_tables(connection: Connection, where: str) -> None:
    if lost := lost_tables(connection):
        raise RunFailed(
            f"The state is damaged: it has lost its table `{lost[0].name}`. Nothing was read or "
            "sent.",
            where=where,
            do="`sendersync check-state` says what can be fixed; `sendersync restore FILE` takes "
            "a backup.",
        )


def _stand_in(database: Database, found: int) -> Database:
    if database.postgres and found:
        raise WrongUse(
            f"The state is of version {found}, this program works with version {NEWEST}, and "
            "a dry run may not change it.",
            where=database.where,
            do="Run `sendersync history` once: it brings the state forward.",
        )
    memory = in_memory(None, database.where, missing=database.missing)
    if found:

        def copy(connection: Connection) -> Database:
            return in_memory(connection.connection.driver_connection, database.where)

        memory.close()
        memory = database.read(copy)
    memory.write(bring_forward)
    memory.read_only = True
    return memory


def _refuse_newer(found: int, where: str) -> None:
    if found > NEWEST:
        raise StateTooNew(
            f"The state is of version {found}; this sendersync knows versions up to {NEWEST}.",
            where=where,
            do="Install the newer sendersync that wrote it. Nothing was changed.",
        )
