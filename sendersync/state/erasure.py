"""People who were forgotten: everything about them is erased, and a salted hash stays.

The hash is all that keeps the next import from adding them again. Phone numbers are few enough for
somebody who has the whole state to try them all, so the file stays as private as before; yet nobody
can read from it who was forgotten.
"""

from __future__ import annotations

import json
from typing import Any, Final

import pandas as pd
from sqlalchemy import Connection, Table, delete, or_, select, update

from schemas.errors import RunFailed
from schemas.frames import SENT_COLUMNS
from sendersync.state import revisions
from sendersync.state.database.engine import Database
from sendersync.state.database.person_hash import person_hash, salt
from sendersync.state.database.tables import (
    CONSENTS,
    DECISIONS,
    DEPARTURES,
    FORGOTTEN,
    LIFTED,
    MEMBERS,
    OPERATIONS,
    PENDING,
    PLANNED_ADDS,
    REJECTS,
    RELEASED,
    REVIEWS,
    SUPPRESSED_KEYS,
    SUPPRESSIONS,
    UNDONE,
)
from sendersync.state.database.upsert import upsert

_PERSONAL = (
    *("phone", "key", "text"),
    *SENT_COLUMNS,
    "before_key",
    *(f"before_{name}" for name in SENT_COLUMNS),
)
_MIN_DIGITS = 7  # a cell with fewer digits is not taken for a spelling of the phone


_WITH_PHONES: Final = (
    MEMBERS,
    PENDING,
    DEPARTURES,
    PLANNED_ADDS,
    RELEASED,
    SUPPRESSIONS,
    SUPPRESSED_KEYS,
    REVIEWS,
    UNDONE,
    LIFTED,
    CONSENTS,
)


class Erasure:
    """Erasing, and remembering only that."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def forget(self, who: str) -> int:
        """Erases one person from members, operations, suppressions and rejects of every sync.

        Args:
            who: E.164 phone or e-mail; phone numbers known with that e-mail are erased too.

        Returns:
            How many rows were erased or emptied. The counts of past runs stay as they are.

        Raises:
            RunFailed: A call for this person is in flight; its answer must be written first.
        """

        def work(connection: Connection) -> int:
            phones, emails = _known_as(connection, who)
            # several people may share an e-mail: who is named by phone is erased by phone alone
            same = or_(OPERATIONS.c.phone.in_(phones), OPERATIONS.c.email == who)
            if connection.execute(
                select(OPERATIONS.c.number).where(same, OPERATIONS.c.state == "intent")
            ).first():
                raise RunFailed(
                    "A call for this person has not been settled.",
                    where=self._database.where,
                    do="Let the run finish, or run that sync once more, and then forget.",
                )
            keys = _keys_of(connection, phones)
            emptied: Any = update(OPERATIONS).where(same).values(dict.fromkeys(_PERSONAL, ""))
            done = connection.execute(emptied).rowcount
            for table in _WITH_PHONES:
                gone: Any = delete(table).where(table.c.phone.in_(phones))
                done += connection.execute(gone).rowcount
            done += _erase_rejects(connection, phones, emails)
            key = salt(connection)
            hashes = [{"hash": person_hash(key, name)} for name in sorted({*phones, who})]
            connection.execute(upsert(self._database, FORGOTTEN).on_conflict_do_nothing(), hashes)
            theirs = [person_hash(key, name) for name in {*phones, *keys, who}]
            connection.execute(delete(DECISIONS).where(DECISIONS.c.person.in_(theirs)))
            revisions.bump(connection)
            return int(done)

        return self._database.write(work)

    def erased(self, phones: pd.Series[str]) -> pd.Series[bool]:
        """Which of these phones (E.164) or e-mails were forgotten; bool, with the same index."""

        def work(connection: Connection) -> tuple[bytes, set[str]]:
            return salt(connection), set(connection.scalars(select(FORGOTTEN.c.hash)))

        key, hashes = self._database.read(work)
        found = [person_hash(key, name) in hashes for name in phones] if hashes else False
        return pd.Series(found, index=phones.index, dtype=bool)


def _known_as(connection: Connection, who: str) -> tuple[list[str], list[str]]:
    phones, emails = (set(), {who}) if "@" in who else ({who}, set[str]())

    def also(table: Table) -> None:
        if "@" in who:
            phones.update(connection.scalars(select(table.c.phone).where(table.c.email == who)))
        else:
            emails.update(connection.scalars(select(table.c.email).where(table.c.phone == who)))

    also(MEMBERS)
    also(PENDING)
    also(OPERATIONS)
    return sorted(phones - {""}), sorted(emails - {""})


def _keys_of(connection: Connection, phones: list[str]) -> set[str]:
    """Keys that these phones alone were known by."""
    found: set[str] = set()
    for table in (MEMBERS, PENDING, OPERATIONS):
        found.update(connection.scalars(select(table.c.key).where(table.c.phone.in_(phones))))
    return found - {""}


def _erase_rejects(connection: Connection, phones: list[str], emails: list[str]) -> int:
    spelled = tuple(phone.removeprefix("+") for phone in phones)
    folded = {email.casefold() for email in emails}

    def is_theirs(cell: object) -> bool:
        text = str(cell).strip().casefold()
        digits = "".join(filter(str.isdecimal, text)).lstrip("0")
        return text in folded or (
            len(digits) >= _MIN_DIGITS and any(phone.endswith(digits) for phone in spelled)
        )

    found = [
        (run_id, line)
        for run_id, line, row in connection.execute(
            select(REJECTS.c.run_id, REJECTS.c.line, REJECTS.c.row)
        )
        if any(map(is_theirs, json.loads(row or "[]")))
    ]
    for run_id, line in found:
        connection.execute(
            delete(REJECTS).where(REJECTS.c.run_id == run_id, REJECTS.c.line == line)
        )
    return len(found)
