"""Versions of the tables: how a fresh state is made, and how an older one is brought forward.

A change of `schema` adds one function to `STEPS` and never alters an older one.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

import sqlalchemy
from sqlalchemy import Connection, Table, insert, inspect, select, text, update
from sqlalchemy.engine import URL

from schemas.errors import NotAState, RunFailed, StateTooNew, WrongUse
from sendersync.state.database import copies, sqlite_file
from sendersync.state.database.engine import Database, connect, in_memory
from sendersync.state.database.tables import META, METADATA


def _to_2(connection: Connection) -> None:
    """Room for the hashes of people who were forgotten."""
    rows = " WITHOUT ROWID" if connection.dialect.name == "sqlite" else ""
    connection.execute(
        text(f"CREATE TABLE sendersync_forgotten (hash TEXT NOT NULL PRIMARY KEY){rows}")
    )
    connection.execute(insert(META).values(name="salt", value=secrets.token_hex(32)))


def _to_3(connection: Connection) -> None:
    """Room for the cursors of incremental syncs, and for contacts they still owe."""
    rows = " WITHOUT ROWID" if connection.dialect.name == "sqlite" else ""
    words = ["key", "country", "email", "first_name", "customer_key", '"group"']
    columns = ", ".join(f"{name} TEXT DEFAULT '' NOT NULL" for name in words)
    connection.execute(
        text(
            "CREATE TABLE sendersync_cursors (sync TEXT NOT NULL PRIMARY KEY, "
            "cursor TEXT DEFAULT '' NOT NULL, read_at TEXT DEFAULT '' NOT NULL, "
            f"full_at TEXT DEFAULT '' NOT NULL){rows}"
        )
    )
    connection.execute(
        text(
            "CREATE TABLE sendersync_owed (sync TEXT NOT NULL, sender_code TEXT NOT NULL, "
            f"phone TEXT NOT NULL, {columns}, PRIMARY KEY (sync, sender_code, phone)){rows}"
        )
    )


def _to_4(connection: Connection) -> None:
    """Room for the keys of people who said stop, so that a new number does not bring them back."""
    rows = " WITHOUT ROWID" if connection.dialect.name == "sqlite" else ""
    words = ("phone", "run", "created_at")
    columns = ", ".join(f"{name} TEXT DEFAULT '' NOT NULL" for name in words)
    connection.execute(
        text(
            "CREATE TABLE sendersync_suppressed_keys (sync TEXT NOT NULL, key TEXT NOT NULL, "
            f"{columns}, PRIMARY KEY (sync, key)){rows}"
        )
    )


def _to_5(connection: Connection) -> None:
    """Room for people who left a source and whose stop waits for another sync."""
    rows = " WITHOUT ROWID" if connection.dialect.name == "sqlite" else ""
    connection.execute(
        text(
            "CREATE TABLE sendersync_departures (sync TEXT NOT NULL, sender_code TEXT NOT NULL, "
            "phone TEXT NOT NULL, noticed_at TEXT DEFAULT '' NOT NULL, "
            f"PRIMARY KEY (sync, sender_code, phone)){rows}"
        )
    )


def _to_6(connection: Connection) -> None:
    """Room for how each sync was read, and for the day on which one was retired."""
    rows = " WITHOUT ROWID" if connection.dialect.name == "sqlite" else ""
    words = ("reading", "run_id", "kept_at")
    columns = ", ".join(f"{name} TEXT DEFAULT '' NOT NULL" for name in words)
    connection.execute(
        text(
            f"CREATE TABLE sendersync_readings (sync TEXT NOT NULL, {columns}, "
            f"PRIMARY KEY (sync)){rows}"
        )
    )
    connection.execute(
        text("ALTER TABLE sendersync_syncs ADD COLUMN retired_at TEXT DEFAULT '' NOT NULL")
    )


def _to_7(connection: Connection) -> None:
    """Room for approvals of what was shown, and for why somebody is not subscribed."""
    rows = " WITHOUT ROWID" if connection.dialect.name == "sqlite" else ""
    for table, column in (
        ("runs", "digest TEXT DEFAULT '' NOT NULL"),
        ("operations", "guard TEXT DEFAULT '' NOT NULL"),
        ("operations", "line BIGINT DEFAULT 0 NOT NULL"),
        ("approvals", "digest TEXT DEFAULT '' NOT NULL"),
        ("approvals", "note TEXT DEFAULT '' NOT NULL"),
    ):
        connection.execute(text(f"ALTER TABLE sendersync_{table} ADD COLUMN {column}"))
    words = ", ".join(f"{name} TEXT DEFAULT '' NOT NULL" for name in ("key", "run_id", "at"))
    who = ", ".join(
        f"{name} TEXT NOT NULL" for name in ("sync", "kind", "cause", "sender_code", "phone")
    )
    connection.execute(
        text(
            f"CREATE TABLE sendersync_released ({who}, {words}, "
            f"PRIMARY KEY (sync, kind, cause, sender_code, phone)){rows}"
        )
    )
    connection.execute(
        text(
            "CREATE TABLE sendersync_decisions (sync TEXT NOT NULL, person TEXT NOT NULL, "
            "run_id TEXT NOT NULL, reason TEXT DEFAULT '' NOT NULL, line BIGINT NOT NULL, "
            f"PRIMARY KEY (sync, person, run_id)){rows}"
        )
    )


def _to_8(connection: Connection) -> None:
    """Room for the adds of the last plan, and a quick way to the stops of a run."""
    rows = " WITHOUT ROWID" if connection.dialect.name == "sqlite" else ""
    connection.execute(
        text(
            "CREATE TABLE sendersync_planned_adds (sync TEXT NOT NULL, sender_code TEXT NOT NULL, "
            f"phone TEXT NOT NULL, PRIMARY KEY (sync, sender_code, phone)){rows}"
        )
    )
    connection.execute(
        text(
            "CREATE INDEX sendersync_operations_stops ON sendersync_operations (run_id, cause) "
            "WHERE kind = 'stop'"
        )
    )


def _to_9(connection: Connection) -> None:
    """Room for what people found out about unproven outcomes, and for who was taken back."""
    rows = " WITHOUT ROWID" if connection.dialect.name == "sqlite" else ""
    who = "sync TEXT NOT NULL, sender_code TEXT NOT NULL, phone TEXT NOT NULL"
    said = ("key", "run_id", "standing", "answer", "who", "note")
    sent = ("key", "country", "email", "first_name", "customer_key", '"group"', "run_id", "at")
    said_columns, sent_columns = (
        ", ".join(f"{name} TEXT DEFAULT '' NOT NULL" for name in names) for names in (said, sent)
    )
    connection.execute(
        text(
            f"CREATE TABLE sendersync_reviews ({who}, at TEXT NOT NULL, {said_columns}, "
            f"PRIMARY KEY (sync, sender_code, phone, at)){rows}"
        )
    )
    connection.execute(
        text(
            f"CREATE TABLE sendersync_undone ({who}, {sent_columns}, "
            f"PRIMARY KEY (sync, sender_code, phone)){rows}"
        )
    )


def _to_10(connection: Connection) -> None:
    """Orders for one sender code alone, orders that were lifted, and consents."""
    rows = " WITHOUT ROWID" if connection.dialect.name == "sqlite" else ""

    def create(name: str, keys: str, words: str, more: str = "") -> None:
        columns = [f"{each} TEXT DEFAULT '' NOT NULL" for each in (keys + " " + words).split()]
        primary = ", ".join(keys.split())
        text_of = f"{', '.join(columns)}{more}, PRIMARY KEY ({primary})"
        connection.execute(text(f"CREATE TABLE sendersync_{name} ({text_of}){rows}"))

    def rebuild(of: str, keys: str, words: str) -> None:
        """Gives a table a longer key; the new part of it is empty in old rows."""
        create("rebuilt", f"{keys} sender_code", words)
        names = (keys + " " + words).split()
        old, new = (
            sqlalchemy.table(f"sendersync_{each}", *(sqlalchemy.column(name) for name in names))
            for each in (of, "rebuilt")
        )
        copied = select(*(old.c[name] for name in names))
        connection.execute(insert(new).from_select(names, copied))
        connection.execute(text(f"DROP TABLE sendersync_{of}"))
        connection.execute(text(f"ALTER TABLE sendersync_rebuilt RENAME TO sendersync_{of}"))

    order = "origin reason run created_at"
    rebuild("suppressions", "phone", order)
    rebuild("suppressed_keys", "sync key", "phone run created_at")
    create("lifted", "phone sender_code lifted_at", f"{order} who why")
    create(
        "consents",
        "sync sender_code phone",
        "value consented_at run_id",
        ", line BIGINT DEFAULT 0 NOT NULL",
    )


def _to_11(connection: Connection) -> None:
    """Room for the rate of each account, which all runs share."""
    sqlite = connection.dialect.name == "sqlite"
    rows, seconds = (" WITHOUT ROWID", "DOUBLE") if sqlite else ("", "DOUBLE PRECISION")
    connection.execute(
        text(
            "CREATE TABLE sendersync_rate_budgets (account TEXT NOT NULL PRIMARY KEY, "
            f"free_at {seconds} NOT NULL, taker TEXT DEFAULT '' NOT NULL){rows}"
        )
    )


def _to_12(connection: Connection) -> None:
    """Room for the account of each sender code, and for the pace of the quickest run of each.

    The rates are made anew: nothing in them outlives a few seconds.
    """
    sqlite = connection.dialect.name == "sqlite"
    rows, seconds = (" WITHOUT ROWID", "DOUBLE") if sqlite else ("", "DOUBLE PRECISION")
    connection.execute(text("DROP TABLE sendersync_rate_budgets"))
    connection.execute(
        text(
            "CREATE TABLE sendersync_rate_budgets (account TEXT NOT NULL PRIMARY KEY, "
            f"free_at {seconds} NOT NULL, taker TEXT DEFAULT '' NOT NULL, "
            f'"interval" {seconds} NOT NULL, quick_at {seconds} NOT NULL){rows}'
        )
    )
    connection.execute(
        text(
            "CREATE TABLE sendersync_accounts (sender_code TEXT NOT NULL PRIMARY KEY, "
            f"account TEXT DEFAULT '' NOT NULL, since TEXT DEFAULT '' NOT NULL){rows}"
        )
    )


STEPS: tuple[Callable[[Connection], None], ...] = (
    _to_2,
    _to_3,
    _to_4,
    _to_5,
    _to_6,
    _to_7,
    _to_8,
    _to_9,
    _to_10,
    _to_11,
    _to_12,
)
"""The first brings version 1 to version 2, and so on."""

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
