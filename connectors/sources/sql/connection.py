"""The address of a database, and a connection that only reads and sees one moment.

| database | driver | read-only | one snapshot |
| --- | --- | --- | --- |
| Postgres | psycopg | `default_transaction_read_only`, `READ ONLY` | `REPEATABLE READ` |
| SQLite | Python's own | `mode=ro`, `query_only` | one `BEGIN` |
| MySQL, MariaDB | PyMySQL, to be installed | `READ ONLY` | `WITH CONSISTENT SNAPSHOT` |
| others | to be installed | what the user may | the database's default |

Sources: "Transaction Isolation" and "SET TRANSACTION" in the Postgres manual; "Uniform Resource
Identifiers" and "PRAGMA query_only" of sqlite.org; "START TRANSACTION" in the MySQL manual.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from connectors.sources.sql.cell_values import LOADERS
from schemas.errors import SourceMismatch

CONNECT_SECONDS: Final = 10

_MYSQL: Final = frozenset({"mysql", "mariadb"})


def parsed(address: str, folder: Path) -> URL:
    """The address with the drivers we use, and a SQLite file's path from the sync file's folder.

    Raises:
        ArgumentError: SQLAlchemy cannot read it.
        SourceMismatch: It names no file, or one that is not there; or it holds more than one @, so
            that the end of a password would be taken, and shown, as the host.
    """
    url = make_url(address.strip())
    name = url.get_backend_name()
    if name != "sqlite" and address.count("@") > 1:
        raise SourceMismatch(
            "The address holds more than one @.",
            where="the address of the database",
            do="Write an @ of the user, the password or an option as %40, a / as %2F, a ? as %3F.",
        )
    plain = "+" not in url.drivername
    if name in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if name in _MYSQL and plain:
        url = url.set(drivername=f"{name}+pymysql")
        return url if "charset" in url.query else url.update_query_dict({"charset": "utf8mb4"})
    if name == "sqlite":
        return url.set(drivername="sqlite", database=str(_file(url, folder)), query={})
    return url


def shown(url: URL) -> str:
    """The address for messages: host and database, without user, password and options."""
    if url.get_backend_name() == "sqlite":
        return Path(str(url.database)).name
    port = f":{url.port}" if url.port else ""
    return f"{url.get_backend_name()}://{url.host or 'local'}{port}/{url.database or ''}"


def engine_of(url: URL) -> Engine:
    """An engine whose connections read; nothing is opened yet.

    Raises:
        ImportError: The driver is not installed.
        NoSuchModuleError: SQLAlchemy knows no such database.
    """
    # of a connection that breaks it prints the driver's error, which may hold values
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)
    name = url.get_backend_name()
    if name == "sqlite":
        path = str(url.database)
        engine = create_engine(
            "sqlite://", creator=lambda: _open_file(path), poolclass=NullPool, hide_parameters=True
        )
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
        return engine
    if name == "postgresql":
        engine = create_engine(
            url,
            poolclass=NullPool,
            hide_parameters=True,
            use_native_hstore=False,
            connect_args={
                "connect_timeout": CONNECT_SECONDS,
                "application_name": "sendersync",
                "client_encoding": "utf8",
            },
        )
        event.listen(engine, "connect", _postgres_reads)
        return engine
    if name in _MYSQL:
        arguments = {"connect_timeout": CONNECT_SECONDS}
        engine = create_engine(
            url, poolclass=NullPool, hide_parameters=True, connect_args=arguments
        )
        event.listen(engine, "handle_error", lambda context: leave_unread(context.cursor))
        return engine
    return create_engine(url, poolclass=NullPool, hide_parameters=True)


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection in a transaction that reads one moment; what it did is rolled back."""
    with engine.connect() as connection:
        name = engine.dialect.name
        if name == "postgresql":
            connection = connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        elif name in _MYSQL:
            # before the transaction, which would otherwise keep the level it began with
            connection.exec_driver_sql("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            connection.exec_driver_sql("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
        yield connection


def leave_unread(cursor: Any) -> None:
    """Tells PyMySQL not to read the rest of a result whose connection has failed.

    Its cursors and results read what is left when they are thrown away; on a dead connection that
    fails again, and Python prints a traceback for each of them.

    Args:
        cursor: The driver's cursor that failed; None where there was none yet. Of other drivers it
            has no such result, and nothing is done.

    Source: `SSCursor.close` and `MySQLResult.__del__` in PyMySQL's cursors.py, connections.py.
    """
    result: Any = getattr(cursor, "_result", None)
    if hasattr(result, "unbuffered_active"):
        result.unbuffered_active = False


def _file(url: URL, folder: Path) -> Path:
    database = url.database or ""
    if database in ("", ":memory:") or database.startswith("file:"):
        raise SourceMismatch(
            "This address names no SQLite file.",
            where="source.url",
            do="Write sqlite:///crm.db (from the sync file) or sqlite:////folder/crm.db.",
        )
    path = folder / Path(database).expanduser()
    if not path.is_file():
        raise SourceMismatch(
            "There is no such SQLite file.",
            where=str(path),
            do="Check the path; in a sync file it starts from the sync file's folder.",
        )
    return path.resolve()


def _open_file(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quote(path)}?mode=ro", uri=True, timeout=30, isolation_level=None
    )
    connection.execute("PRAGMA query_only = ON")
    return connection


def _postgres_reads(connection: Any, _record: object) -> None:
    for name, loader in LOADERS.items():
        connection.adapters.register_loader(name, loader)
    connection.autocommit = True
    connection.execute("SET default_transaction_read_only = on")
    # moments and their text do not depend on how the server is set
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET DateStyle = 'ISO, YMD'")
    connection.autocommit = False
