"""Database errors as members of the error tree.

A driver's message may quote values (`Key (phone)=(...)`), an SQLAlchemy one the statement with its
parameters, a connection one the URL. So nothing of their text is kept: only the class and the code.
"""

from __future__ import annotations

import re
import sqlite3
import sys
from typing import TYPE_CHECKING

from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from schemas.errors import NotAState, RunFailed, SendersyncError, TryLater, WrongUse

if TYPE_CHECKING:
    import psycopg

# the whole transaction was undone by the database through no fault of its own: do it again
_NO_SUCH = re.compile(r"(?:no such (?:column|table): |column |relation )\"?(?P<name>[a-z_.]+)")
"""An identifier of ours, which SQLite and Postgres name; never a value."""

_PASSING_STATES = frozenset({"40001", "40P01"})
_WRONG_LOGIN = ("password authentication failed", "does not exist", "no pg_hba.conf entry")


def database_errors() -> tuple[type[Exception], ...]:
    """What SQLAlchemy and the drivers raise.

    A driver that nothing has loaded raises nothing: psycopg takes a good part of a short command's
    time to import, and most states are SQLite files.
    """
    found: tuple[type[Exception], ...] = (SQLAlchemyError, sqlite3.Error)
    if "psycopg" in sys.modules:
        import psycopg

        found = (*found, psycopg.Error)
    return found


def is_passing(error: BaseException) -> bool:
    """True when the same transaction may simply be run again (deadlock, serialization)."""
    return getattr(_original(error), "sqlstate", None) in _PASSING_STATES


def as_ours(error: BaseException, where: str) -> SendersyncError:
    """The member of the error tree for a database error, without any of its text.

    Args:
        error: From SQLAlchemy or a driver.
        where: Name of the state without its password.
    """
    if isinstance(error, (ArgumentError, NoSuchModuleError)):
        return WrongUse(
            "This is not the address of a state.",
            where="SENDERSYNC_STATE",
            do="Use sqlite:///path or postgresql://user:password@host/database.",
        )
    original = _original(error)
    if isinstance(original, sqlite3.Error):
        return _sqlite(original, where)
    if "psycopg" in sys.modules:
        import psycopg

        if isinstance(original, psycopg.Error):
            return _postgres(original, where)
    return _fault(type(error).__name__, where)


def _original(error: BaseException) -> BaseException:
    if isinstance(error, DBAPIError) and error.orig is not None:
        return error.orig
    return error


def _sqlite(error: sqlite3.Error, where: str) -> SendersyncError:
    code = getattr(error, "sqlite_errorname", None) or type(error).__name__
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return TryLater(
            "The state stays locked by another program.",
            where=where,
            do="Wait until it is done, then run again.",
        )
    if code.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH")):
        return WrongUse(
            f"The state cannot be opened or written ({code}).",
            where=where,
            do="Give this user read and write permission on the file and its folder.",
        )
    if code.startswith("SQLITE_NOTADB"):
        return NotAState(
            "This file is not a state of sendersync.", where=where, do="Check SENDERSYNC_STATE."
        )
    if code.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
        return RunFailed(
            f"The state could not be written ({code}).",
            where=where,
            do="Free space on the disk, then run again: nothing is lost.",
        )
    if code.startswith("SQLITE_CORRUPT"):
        return RunFailed(
            "The state file is damaged.",
            where=where,
            do="Restore it from a backup: the state is the only memory of what was sent.",
        )
    if missing := _NO_SUCH.search(str(error)):
        return _not_there(missing["name"], where)
    return _fault(code, where)


def _postgres(error: psycopg.Error, where: str) -> SendersyncError:
    import psycopg

    state = error.sqlstate or ""
    if state[:2] in ("28", "3D") or (not state and any(w in str(error) for w in _WRONG_LOGIN)):
        return WrongUse(
            "The database refused this user, password or database name.",
            where=where,
            do="Correct SENDERSYNC_STATE.",
        )
    if state == "42501":
        return WrongUse(
            "The database user may not do this.",
            where=where,
            do="Grant it CREATE on the schema, and all rights on the tables sendersync_*.",
        )
    if state == "25006":
        return WrongUse(
            "The database accepts no writing.", where=where, do="Use the primary server."
        )
    if state[:2] in ("08", "53", "55", "57") or (
        not state and isinstance(error, psycopg.OperationalError)
    ):
        return TryLater(
            "The database of the state cannot be reached or is busy.",
            where=where,
            do="Start it, or wait, then run again.",
        )
    if state in ("42703", "42P01") and (missing := _NO_SUCH.search(str(error))):
        return _not_there(missing["name"], where)
    return _fault(state or type(error).__name__, where)


def _not_there(name: str, where: str) -> SendersyncError:
    table, _, column = name.rpartition(".")
    what = f"column `{column}` in its table `{table}`" if table else f"`{column}`"
    return RunFailed(
        f"The state has no {what}; nothing of that step was kept.",
        where=where,
        do="Restore it from a backup: its tables were changed by something other than sendersync.",
    )


def _fault(code: str, where: str) -> SendersyncError:
    return RunFailed(
        f"The state refused a statement ({code}); nothing of that step was kept.",
        where=where,
        do="Run again; if it stays, send us this message.",
    )
