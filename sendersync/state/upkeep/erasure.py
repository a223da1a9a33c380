"""People who were forgotten: everything about them is erased, and a salted hash stays.

The hash is all that keeps the next import from adding them again. Phone numbers are few enough for
somebody who has the whole state to try them all, so the file stays as private as before; yet nobody
can read from it who was forgotten.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Table, delete, insert, or_, select, update

from schemas.errors import RunFailed
from schemas.frames import SENT_COLUMNS
from schemas.member_status import MAY_RECEIVE
from schemas.outcomes import Outcome
from sendersync.state import revisions
from sendersync.state.database import copies
from sendersync.state.database.engine import Database
from sendersync.state.database.person_hash import person_hash, salt
from sendersync.state.database.tables import (
    CONSENTS,
    DECISIONS,
    DEPARTURES,
    FORGOTTEN,
    LIFTED,
    MEMBERS,
    META,
    OPERATIONS,
    PENDING,
    PLANNED_ADDS,
    REJECTS,
    RELEASED,
    REVIEWS,
    RUNS,
    SUPPRESSED_KEYS,
    SUPPRESSIONS,
    UNDONE,
)
from sendersync.state.database.upsert import upsert
from sendersync.state.lease.lease import active_holders

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


_OTHER_SALT: Final = "salt:"


@dataclass
class Receipt:
    """What was erased.

    Attributes:
        rows: Table to how many rows were erased, or emptied where a run's counts rest on them.
        may_receive: Sender codes on which the platform may still send to them.
        deleted: Copies beside the state, deleted because they held all people.
    """

    rows: dict[str, int] = field(default_factory=dict)
    may_receive: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)


class Erasure:
    """Erasing, and remembering only that."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def forget(self, who: str) -> Receipt:
        """Erases one person from every table of every sync, and from the copies beside the state.

        The counts of past runs stay as they are.

        Args:
            who: E.164 phone or e-mail; phone numbers known with that e-mail are erased too.

        Raises:
            RunFailed: A run is sending a call for this person; its answer must be written first.
        """
        receipt = self._database.write(lambda connection: self._forget(connection, who))
        if self._database.file is not None:
            for copy in copies.beside(self._database.file):
                copy.unlink(missing_ok=True)
                receipt.deleted.append(str(copy))
        return receipt

    def _forget(self, connection: Connection, who: str) -> Receipt:
        phones, emails = _known_as(connection, who)
        # several people may share an e-mail: who is named by phone is erased by phone alone
        same = or_(OPERATIONS.c.phone.in_(phones), OPERATIONS.c.email == who)
        self._refuse_in_flight(connection, same)
        receipt = Receipt()
        still = select(MEMBERS.c.sender_code).where(
            MEMBERS.c.phone.in_(phones),
            MEMBERS.c.standing.in_([each.value for each in MAY_RECEIVE]),
        )
        receipt.may_receive = sorted(set(connection.scalars(still)))
        keys = _keys_of(connection, phones)
        receipt.rows = _erase_rows(connection, phones, same)
        receipt.rows[REJECTS.name] = _erase_rejects(connection, phones, emails)
        hashed = salts(connection)
        hashes = [{"hash": person_hash(hashed[0], name)} for name in sorted({*phones, who})]
        connection.execute(upsert(self._database, FORGOTTEN).on_conflict_do_nothing(), hashes)
        theirs = [person_hash(salt, name) for salt in hashed for name in {*phones, *keys, who}]
        gone: Any = delete(DECISIONS).where(DECISIONS.c.person.in_(theirs))
        receipt.rows[DECISIONS.name] = connection.execute(gone).rowcount
        revisions.bump(connection)
        return receipt

    def _refuse_in_flight(self, connection: Connection, same: ColumnElement[bool]) -> None:
        """A call of a run that died is no matter: nobody waits for its answer any more."""
        active = [sync for sync, _ in active_holders(connection, self._database)]
        intents = (
            select(OPERATIONS.c.number)
            .join(RUNS, RUNS.c.id == OPERATIONS.c.run_id)
            .where(same, OPERATIONS.c.state == "intent", RUNS.c.sync.in_(active))
        )
        if connection.execute(intents).first():
            raise RunFailed(
                "A call for this person has not been settled.",
                where=self._database.where,
                do="Let the run finish, and then forget.",
            )

    def erased(self, phones: pd.Series[str]) -> pd.Series[bool]:
        """Which of these phones (E.164) or e-mails were forgotten; bool, with the same index."""

        def work(connection: Connection) -> tuple[list[bytes], set[str]]:
            return salts(connection), set(connection.scalars(select(FORGOTTEN.c.hash)))

        hashed, hashes = self._database.read(work)
        found = [_is_among(hashes, hashed, name) for name in phones] if hashes else False
        return pd.Series(found, index=phones.index, dtype=bool)


def erase_forgotten(connection: Connection) -> int:
    """Erases everybody whose hash is kept: a copy that was restored may know them again.

    Returns:
        How many phones and e-mails.
    """
    hashes, hashed = set(connection.scalars(select(FORGOTTEN.c.hash))), salts(connection)
    if not hashes:
        return 0
    found = {
        column.name: {
            name
            for table in (*_WITH_PHONES, OPERATIONS)
            if column.name in table.c
            for name in connection.scalars(select(table.c[column.name]).distinct())
            if name and _is_among(hashes, hashed, name)
        }
        for column in (MEMBERS.c.phone, MEMBERS.c.email)
    }
    phones = set(found["phone"])
    for email in found["email"]:
        phones.update(_known_as(connection, email)[0])
    for part in _parts(sorted(phones)):
        _erase_rows(connection, part, OPERATIONS.c.phone.in_(part))
    for part in _parts(sorted(found["email"])):
        _erase_rows(connection, [], OPERATIONS.c.email.in_(part))
    return len(phones | found["email"])


def salts(connection: Connection) -> list[bytes]:
    """The keys of this state's hashes: its own first, then those of states merged into it."""
    kept = select(META.c.value).where(META.c.name.startswith(_OTHER_SALT, autoescape=True))
    return [salt(connection), *(bytes.fromhex(text) for text in connection.scalars(kept))]


def take_salts(target: Connection, source: Connection) -> None:
    """Takes the keys of another state's hashes, without which they would match nobody."""
    known = salts(target)
    for new in salts(source):
        if new not in known:
            name = f"{_OTHER_SALT}{secrets.token_hex(4)}"
            target.execute(insert(META).values(name=name, value=new.hex()))


def _is_among(hashes: set[str], hashed: list[bytes], name: str) -> bool:
    return any(person_hash(salt, name) in hashes for salt in hashed)


def _parts(names: list[str]) -> Iterator[list[str]]:
    yield from (names[start : start + 500] for start in range(0, len(names), 500))


def _erase_rows(
    connection: Connection, phones: list[str], same: ColumnElement[bool]
) -> dict[str, int]:
    """Erases people by their phones; table to how many rows were erased, or emptied."""
    lost: Any = update(OPERATIONS).where(same, OPERATIONS.c.state == "intent")
    connection.execute(lost.values(state=Outcome.UNKNOWN.value))
    emptied: Any = update(OPERATIONS).where(same).values(dict.fromkeys(_PERSONAL, ""))
    rows = {OPERATIONS.name: int(connection.execute(emptied).rowcount)}
    for table in _WITH_PHONES:
        gone: Any = delete(table).where(table.c.phone.in_(phones))
        rows[table.name] = int(connection.execute(gone).rowcount)
    return rows


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
