"""One database, whichever it is: transactions, prepared statements and errors of our own tree."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.pool import StaticPool
from sqlalchemy.sql import ClauseElement

from schemas.errors import NotAState, RunFailed, SendersyncError, WrongUse
from sendersync.state.database import sqlite_file
from sendersync.state.database.failures import as_ours, database_errors, is_passing
from sendersync.state.database.one_dialect import COMPILED, SQLITE

T = TypeVar("T")

# else SQLAlchemy forgets how many rows an insert has touched
_OPTIONS = {"preserve_rowcount": True, "compiled_cache": COMPILED}

_ATTEMPTS = 8  # of a transaction that the database gave up on its own


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement compiled once, for the paths where SQLAlchemy's own work would be felt.

    Attributes:
        text: In the driver's own style, with positional parameters.
        pick: Makes the positional parameters from a row of the fields it was prepared with.
    """

    text: str
    pick: Callable[[tuple[Any, ...]], tuple[Any, ...]]

    def one(self, connection: Connection, row: tuple[Any, ...]) -> CursorResult[Any]:
        """Runs it once."""
        return connection.exec_driver_sql(self.text, self.pick(row))

    def many(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> int:
        """Runs it for each row; returns how many table rows it touched."""
        if not rows:
            return 0
        return connection.exec_driver_sql(self.text, list(map(self.pick, rows))).rowcount


class Database:
    """An open database.

    Attributes:
        where: Its name for messages, without user and password.
        read_only: True when nothing may be written.
        postgres: True on Postgres, False on SQLite.
        missing: Its file is not there; what is read is an empty database in memory.
    """

    def __init__(
        self, engine: Engine, where: str, *, read_only: bool, missing: bool = False
    ) -> None:
        """On an engine of SQLAlchemy."""
        self.missing = missing
        self.engine = engine
        self.where = where
        self.read_only = read_only
        self.postgres = engine.dialect.name == "postgresql"
        self._writer = engine.execution_options(sendersync_writes=True)

    @property
    def file(self) -> Path | None:
        """The SQLite file; None on Postgres."""
        return None if self.postgres else Path(self.where)

    def read(self, work: Callable[[Connection], T]) -> T:
        """Runs `work` in a reading transaction: it sees one moment of the state."""
        failure: SendersyncError
        try:
            with self.engine.begin() as connection:
                return work(connection)
        except database_errors() as error:
            failure = as_ours(error, self.where)
        # raised here and not above, so that the driver's error does not hang on it as its context
        raise failure

    def write(self, work: Callable[[Connection], T]) -> T:
        """Runs `work` in one writing transaction: all of it is kept, or nothing.

        Args:
            work: May be called more than once: when two transactions of Postgres wait for each
                other, it undoes one of them.
        """
        if self.read_only:
            raise RunFailed(
                "A state opened for reading was asked to write.",
                where=self.where,
                do="This is a fault of ours: send us this message.",
            )
        failure: SendersyncError
        for attempt in range(_ATTEMPTS):
            try:
                with self._writer.begin() as connection:
                    return work(connection)
            except database_errors() as error:
                failure = as_ours(error, self.where)
                if not is_passing(error):
                    break
            time.sleep(0.01 * 2**attempt)
        raise failure

    def prepare(self, statement: ClauseElement, fields: Sequence[str]) -> Prepared:
        """Compiles a statement whose parameters are all named in `fields`."""
        compiled: Any = statement.compile(dialect=self.engine.dialect)
        places = [fields.index(name) for name in compiled.positiontup]
        if len(places) == 1:
            place = places[0]
            return Prepared(str(compiled), lambda row: (row[place],))
        return Prepared(str(compiled), itemgetter(*places))

    def close(self) -> None:
        """Gives back every connection."""
        self.engine.dispose()


def connect(url: str | URL, *, read_only: bool) -> Database:
    """Opens a database; its tables are the business of `migrations`.

    Args:
        url: `sqlite:///path` or `postgresql://...`; `?timeout=5` says for how many seconds a SQLite
            file that another program has locked is waited for (30).
        read_only: A missing SQLite file is then an empty database in memory.

    Raises:
        WrongUse: The address is none, or its place may not be written.
        TryLater: The database does not answer.
    """
    failure: SendersyncError
    try:
        parsed = make_url(url)
    except database_errors() as error:
        failure = as_ours(error, "SENDERSYNC_STATE")
    except ValueError:  # a port that is no number
        failure = as_ours(_no_address(), "SENDERSYNC_STATE")
    else:
        if parsed.get_backend_name() == "sqlite":
            return _sqlite(parsed, read_only=read_only)
        if parsed.get_backend_name() in ("postgresql", "postgres"):
            return _postgres(parsed, read_only=read_only)
        failure = as_ours(_no_address(), "SENDERSYNC_STATE")
    raise failure


def sqlite_path(url: str) -> Path | None:
    """The file that an address of a state names; None where it names a server, or nothing."""
    try:
        parsed = make_url(url)
    except ValueError:
        return None
    except database_errors():
        return None
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    return Path(str(parsed.database)).expanduser()


def in_memory(source: sqlite3.Connection | None, where: str, *, missing: bool = False) -> Database:
    """A database that is gone when it is closed: empty, or a copy."""
    connection = sqlite_file.connect_to_memory(source)
    engine = create_engine(
        SQLITE,
        creator=sqlite_file.always(connection),
        poolclass=StaticPool,
        hide_parameters=True,
        execution_options=_OPTIONS,
    )
    return Database(engine, where, read_only=False, missing=missing)


def _no_address() -> Exception:
    from sqlalchemy.exc import ArgumentError

    return ArgumentError()


def _sqlite(url: URL, *, read_only: bool) -> Database:
    if url.database in (None, "", ":memory:"):
        raise WrongUse(
            "The state must survive the run, and this address names no file.",
            where="SENDERSYNC_STATE",
            do="Use sqlite:///path (four slashes for an absolute path).",
        )
    path = Path(str(url.database)).expanduser()
    where = str(path)
    if path.is_dir():
        raise WrongUse("This is a folder.", where=where, do="Name a file in it: state.db.")
    if read_only and not path.exists():
        return in_memory(None, where, missing=True)
    _refuse_emptied(path)
    if not read_only:
        refused = ""
        try:
            sqlite_file.make_private(path)
        except OSError as error:
            refused = error.strerror or type(error).__name__
        if refused:
            raise WrongUse(
                f"The state cannot be made here ({refused}).",
                where=where,
                do="Choose a folder you may write, or correct its permissions.",
            )
    opened = sqlite_file.connect_for_reading if read_only else sqlite_file.connect_for_writing
    busy_seconds = _busy_seconds(url)
    engine = create_engine(
        SQLITE,
        creator=lambda: opened(path, busy_seconds),
        hide_parameters=True,
        execution_options=_OPTIONS,
    )
    event.listen(engine, "begin", _begin_sqlite)
    if not read_only:
        event.listen(engine, "close", lambda raw, _record: sqlite_file.end_writing(raw))
    return Database(engine, where, read_only=read_only)


def _refuse_emptied(path: Path) -> None:
    """A state is never of 0 bytes, not even a new one: what this file held is lost."""
    if path.is_file() and not path.stat().st_size:
        raise NotAState(
            "The state is damaged: the file has 0 bytes. Nothing was read or sent.",
            where=str(path),
            do="Put a backup of it in its place. Only if there was never a state here: delete "
            "the file, and the next run makes a new one, which knows nobody.",
        )


def _busy_seconds(url: URL) -> float:
    given = url.query.get("timeout", str(sqlite_file.BUSY_SECONDS))
    try:
        return float(str(given))
    except ValueError:
        raise WrongUse(
            "The `timeout` of the state's address is no number of seconds.",
            where="SENDERSYNC_STATE",
            do="Write for example ?timeout=30, or leave it out.",
        ) from None


def _begin_sqlite(connection: Connection) -> None:
    # a writer takes its lock at once: one that began as a reader could not wait for it later
    writes = connection.get_execution_options().get("sendersync_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgres(url: URL, *, read_only: bool) -> Database:
    if "@" in f"{url.host}{url.database}":
        # the end of a password was read as the host, and would be shown as one
        raise WrongUse(
            "The address holds more than one @.",
            where="SENDERSYNC_STATE",
            do="Write an @ of the user or the password as %40, and a / as %2F.",
        )
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        paramstyle="format",
        hide_parameters=True,
        execution_options=_OPTIONS,
        pool_pre_ping=True,  # a run lasts hours: an idle connection may be cut by then
        connect_args={"connect_timeout": 10, "application_name": "sendersync"},
    )

    @event.listens_for(engine, "connect")
    def settings(connection: Any, _record: object) -> None:
        connection.autocommit = True
        connection.execute("SET lock_timeout = '30s'")
        if read_only:
            connection.execute("SET default_transaction_read_only = on")
        connection.autocommit = False

    where = f"postgresql://{url.host or 'local'}/{url.database or ''}"
    return Database(engine, where, read_only=read_only)
