"""The steps between versions of the tables; none is altered once it has been taken."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import sqlalchemy
from sqlalchemy import Connection, insert, select, text

from sendersync.state.database.tables import META


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


def _to_13(connection: Connection) -> None:
    """Adds that wait for an approval stand beside the planned ones: those of each newest run."""
    connection.execute(
        text("ALTER TABLE sendersync_planned_adds ADD COLUMN held INTEGER DEFAULT 0 NOT NULL")
    )
    connection.execute(
        text(
            "INSERT INTO sendersync_planned_adds (sync, sender_code, phone, held) "
            "SELECT DISTINCT run.sync, operation.sender_code, operation.phone, 1 "
            "FROM sendersync_operations AS operation "
            "JOIN sendersync_runs AS run ON run.id = operation.run_id "
            "WHERE operation.state = 'held' AND operation.kind IN ('add', 'update') "
            "AND NOT EXISTS (SELECT 1 FROM sendersync_runs AS newer WHERE newer.sync = run.sync "
            "AND newer.started_at > run.started_at) "
            "AND NOT EXISTS (SELECT 1 FROM sendersync_planned_adds AS planned "
            "WHERE planned.sync = run.sync AND planned.sender_code = operation.sender_code "
            "AND planned.phone = operation.phone)"
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
    _to_13,
)
"""The first brings version 1 to version 2, and so on."""
