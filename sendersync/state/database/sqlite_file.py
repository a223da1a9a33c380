"""Opening SQLite: a private file, no byte changed by a reader, and durable commits.

The journal is the classic one and not WAL: WAL leaves two more files beside the state, and a reader
writes into them, so a dry run could not promise to leave everything as it was.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path

BUSY_SECONDS = 30.0

APPLICATION_ID = 0x73636F64
"""What the header of our files says from their first byte on: an empty database may be ours."""


def make_private(path: Path) -> None:
    """Creates the file with mode 0600, missing folders with 0700, and tightens a looser file.

    A new file appears with its header in it: one of 0 bytes has lost what it held, however early
    a program was killed.

    Never opens an existing file: closing it again would drop the locks that another connection of
    this process holds on it (a trap of POSIX locks).

    Raises:
        OSError: The place cannot be written.
    """
    missing = []
    folder = path.parent
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
    if not path.exists() and _create(path):
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        path.chmod(mode & 0o700)


def _create(path: Path) -> bool:
    """Makes a file that holds our header and no table; False when another process was first."""
    made, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    os.close(made)
    try:
        with contextlib.closing(sqlite3.connect(name)) as connection:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        return place_new(Path(name), path)
    finally:
        Path(name).unlink()


def place_new(made: Path, path: Path) -> bool:
    """Gives a finished private file its name, whole or not at all; False where that is taken.

    Raises:
        OSError: The place cannot be written.
    """
    try:
        os.link(made, path)
    except FileExistsError:
        return False
    except OSError:  # a file system without links
        return _copy_new(made, path)
    return True


def _copy_new(made: Path, path: Path) -> bool:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    try:
        with os.fdopen(handle, "wb") as file, made.open("rb") as source:
            shutil.copyfileobj(source, file)
    except BaseException:
        path.unlink()
        raise
    return True


def connect_for_writing(path: Path, busy_seconds: float) -> sqlite3.Connection:
    """A connection that survives a power cut with every commit it reported."""
    connection = _connect(f"{path.absolute().as_uri()}?mode=rw", busy_seconds)
    # the journal's header is overwritten at each commit, and the file kept until the end: making
    # and deleting it would cost two more flushes a commit, of the folder
    connection.execute("PRAGMA journal_mode=PERSIST").fetchone()
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    # what is erased must be gone from the file too, not only from the tables
    connection.execute("PRAGMA secure_delete=ON").fetchone()
    return connection


def end_writing(connection: sqlite3.Connection) -> None:
    """Takes the journal away, so that the state is one file again, then closes.

    The journal holds what the last commits overwrote. Where another connection writes at this
    moment, it is left to that one.
    """
    with contextlib.suppress(sqlite3.Error):
        connection.execute("PRAGMA journal_mode=DELETE").fetchone()
    connection.close()


def connect_for_reading(path: Path, busy_seconds: float) -> sqlite3.Connection:
    """A connection that cannot change a byte; of a file whose writer was killed, a copy in memory.

    A killed writer leaves a journal that must be played back before anything may be read. Doing so
    changes the file, which a reader has no right to: it is done on a copy.
    """
    try:
        return _connect(f"{path.absolute().as_uri()}?mode=ro", busy_seconds)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname != "SQLITE_READONLY_ROLLBACK":
            raise
    return _recovered_copy(path)


def connect_to_memory(source: sqlite3.Connection | None = None) -> sqlite3.Connection:
    """An empty state in memory, or a copy of another one."""
    connection = _connect(":memory:")
    if source is not None:
        source.backup(connection)
    return connection


def always(connection: sqlite3.Connection) -> Callable[[], sqlite3.Connection]:
    """A creator for SQLAlchemy that gives this one connection."""
    return lambda: connection


def _connect(address: str, busy_seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
    connection = sqlite3.connect(
        address,
        uri=address.startswith("file:"),
        timeout=busy_seconds,
        isolation_level=None,  # transactions begin where we say so
        check_same_thread=False,  # the pool hands it to one thread at a time
    )
    try:
        connection.execute("PRAGMA temp_store=MEMORY")
        connection.execute("PRAGMA cache_size=-32000")
        # the first reading of the file: it shows here whether it can be read at all
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _recovered_copy(path: Path) -> sqlite3.Connection:
    journal = path.with_name(path.name + "-journal")
    with tempfile.TemporaryDirectory(prefix="sendersync-") as folder:  # made with mode 0700
        copy = Path(folder, path.name)
        shutil.copyfile(path, copy)
        shutil.copyfile(journal, copy.with_name(journal.name))
        played_back = _connect(f"{copy.absolute().as_uri()}?mode=rw")
        try:
            return connect_to_memory(played_back)
        finally:
            played_back.close()
