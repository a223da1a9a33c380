"""Database errors of a source as members of the error tree.

| who says it | how it is told | what it becomes |
| --- | --- | --- |
| Postgres | SQLSTATE (its manual, appendix A); while connecting words | see `_STATES`, `_WORDS` |
| MySQL, MariaDB | the error number (`mysqld_error.h`, `errmsg.h`), else SQLSTATE | see `_NUMBERS` |
| SQLite | words | see `_WORDS` |
| others | the class of the error (PEP 249) | operational: unavailable; else a mismatch |

The database's own words are repeated only where they speak of names (a table, a column, the
grammar): elsewhere they may hold a value, and a value may be a person.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Final

from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from schemas.errors import CredentialsRefused, SendersyncError, SourceMismatch, SourceUnavailable
from schemas.masking import mask_text

FAILURES: Final = (SQLAlchemyError, ImportError, UnicodeError, OSError)
"""What may come out of a conversation with a database."""


class _Kind(Enum):
    LOGIN = auto()
    RIGHTS = auto()
    WRITES = auto()
    NAMES = auto()
    DATABASE = auto()
    DATA = auto()
    AWAY = auto()


_STATES: Final = (
    ("28", _Kind.LOGIN),
    ("42501", _Kind.RIGHTS),
    ("25006", _Kind.WRITES),
    ("42", _Kind.NAMES),
    ("0A", _Kind.NAMES),  # a query that may not stand behind FROM
    ("3D", _Kind.DATABASE),
    ("3F", _Kind.NAMES),
    ("22", _Kind.DATA),
    ("21", _Kind.DATA),
)
_NUMBERS: Final = {
    1044: _Kind.RIGHTS,
    1045: _Kind.LOGIN,
    1049: _Kind.DATABASE,
    1052: _Kind.NAMES,  # which of two columns is meant
    1054: _Kind.NAMES,
    1060: _Kind.NAMES,  # two columns of one name
    1064: _Kind.NAMES,
    1142: _Kind.RIGHTS,
    1143: _Kind.RIGHTS,
    1146: _Kind.NAMES,
    1227: _Kind.RIGHTS,
    1305: _Kind.NAMES,  # no such function
    1698: _Kind.LOGIN,
    1792: _Kind.WRITES,
}
_WORDS: Final = (
    (re.compile(r"authentication failed|no password supplied|no pg_hba\.conf entry"), _Kind.LOGIN),
    (re.compile(r"is not permitted to log in"), _Kind.LOGIN),
    (re.compile(r'role ".*" does not exist'), _Kind.LOGIN),
    (re.compile(r'database ".*" does not exist'), _Kind.DATABASE),
    (re.compile(r"no such (table|column|function)|syntax error|has no column"), _Kind.NAMES),
    (re.compile(r"readonly database"), _Kind.WRITES),
    (re.compile(r"permission denied|not authorized"), _Kind.RIGHTS),
    (re.compile(r"file is not a database|malformed|could not decode", re.IGNORECASE), _Kind.DATA),
)
_DRIVERS: Final = {"psycopg": "psycopg[binary]", "mysqldb": "pymysql", "pymysql": "pymysql"}


def as_ours(error: Exception, where: str, address: str) -> SendersyncError:
    """The error of our tree for one of a database.

    Args:
        error: One of `FAILURES`.
        where: What is read: the table or the query.
        address: Host and name of the database, without user and password.
    """
    if isinstance(error, ImportError):
        return _no_driver(error, address)
    if isinstance(error, NoSuchModuleError | ArgumentError):
        return SourceMismatch(
            "This is no database address that SQLAlchemy knows.",
            where=address,
            do="Write it as postgresql://user:password@host/name, mysql://... or sqlite:///file.",
        )
    if isinstance(error, UnicodeError):
        return _as_kind(_Kind.DATA, "", where, address)
    if not isinstance(error, DBAPIError):
        return SourceUnavailable(
            f"The database at {address} could not be read ({type(error).__name__}).",
            where=where,
            do="Nothing was changed; run again later.",
        )
    said = _first_line(str(error.orig))
    return _as_kind(_kind(error, said), said, where, address)


def _kind(error: DBAPIError, said: str) -> _Kind:
    number = next(iter(getattr(error.orig, "args", ())), None)
    if isinstance(number, int) and number in _NUMBERS:
        return _NUMBERS[number]
    state = str(getattr(error.orig, "sqlstate", None) or "")
    for start, kind in _STATES:
        if state.startswith(start):
            return kind
    if isinstance(number, int):
        return _Kind.AWAY
    for words, kind in _WORDS:
        if words.search(said):
            return kind
    return _Kind.NAMES if type(error).__name__ == "ProgrammingError" and not state else _Kind.AWAY


def _as_kind(kind: _Kind, said: str, where: str, address: str) -> SendersyncError:
    if kind is _Kind.LOGIN:
        return CredentialsRefused(
            f"The database at {address} refused the login.",
            where=where,
            do="Check user name, password and database in the address.",
        )
    if kind is _Kind.RIGHTS:
        return CredentialsRefused(
            f"The database at {address} does not allow it: {mask_text(said)}",
            where=where,
            do="Grant the user SELECT on what is read; nothing else is needed.",
        )
    if kind is _Kind.WRITES:
        return SourceMismatch(
            f"The query writes, or locks, and a source only reads: {mask_text(said)}",
            where=where,
            do="Write one SELECT that changes nothing.",
        )
    if kind is _Kind.DATABASE:
        return SourceMismatch(
            f"There is no database of this name: {address}",
            where=where,
            do="Correct the name at the end of the address, behind the last slash; whoever looks "
            "after the database knows it.",
        )
    if kind is _Kind.NAMES:
        return SourceMismatch(
            f"The database at {address} does not understand it: {mask_text(said)}",
            where=where,
            do="Correct the table, the query or the column in the sync file.",
        )
    if kind is _Kind.DATA:
        return SourceMismatch(
            f"The database at {address} holds something that cannot be read as text, or the query "
            "computes with it.",
            where=where,
            do="Run the query in the database's own client: it names the row.",
        )
    return SourceUnavailable(
        f"The database at {address} could not be reached, or broke off.",
        where=where,
        do="Nothing was changed; run again later.",
    )


def _no_driver(error: ImportError, address: str) -> SourceMismatch:
    module = str(error.name or "").partition(".")[0]
    package = _DRIVERS.get(module.lower(), module)
    do = f"Run `pip install {package}`." if package else "Install the driver of this database."
    return SourceMismatch("The driver of this database is not installed.", where=address, do=do)


def _first_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return (lines[0] if lines else "")[:200]
