"""One person across all that the state keeps: what was done, ordered and decided about them.

Whoever was turned down is not written down by name: a keyed hash of phone, e-mail and key stands
for them, with the reason, the run and the line. A row is written only where the reason has changed,
so that a night like the last one writes none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, Table, or_, select

from schemas.frames import TURNED_DOWN
from sendersync.state.database import bulk_upsert
from sendersync.state.database.engine import Database
from sendersync.state.database.person_hash import person_hash, salt
from sendersync.state.database.tables import (
    APPROVALS,
    CONSENTS,
    DECISIONS,
    FORGOTTEN,
    LIFTED,
    MEMBERS,
    OPERATIONS,
    PENDING,
    REVIEWS,
    RUNS,
    SUPPRESSED_KEYS,
    SUPPRESSIONS,
)
from sendersync.state.runs import sync_of

Row = dict[str, Any]


@dataclass(frozen=True)
class Names:
    """What one person is called: every spelling that the state might know them by."""

    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()

    def all(self) -> frozenset[str]:
        """Phones, e-mails and keys alike."""
        return self.phones | self.emails | self.keys


@dataclass(frozen=True)
class KnownPerson:
    """What the state has of one person; rows as their tables have them, times as UTC text.

    Attributes:
        names: What they are called.
        members: One of each sync and sender code, with `sync`.
        operations: Of every run, with `sync`, `source` and `started_at` of the run.
        suppressions: Standing orders by phone, and by key with their `sync`.
        turned_down: Reasons with `sync`, `run_id`, `line`, `source` and `started_at`; an empty
            reason ends the one before.
        approvals: Of the runs of these operations.
        lifted: Orders by phone that were taken off the list.
        consents: Of members, with `source` of the run that read them.
        reviews: What people found out about them.
        erased: They asked to be forgotten.
    """

    names: Names
    members: list[Row]
    operations: list[Row]
    suppressions: list[Row]
    turned_down: list[Row]
    approvals: list[Row]
    reviews: list[Row]
    lifted: list[Row]
    consents: list[Row]
    erased: bool


class People:
    """Looks one person up, and keeps why somebody was turned down."""

    def __init__(self, database: Database) -> None:
        """On an open database."""
        self._database = database

    def turn_down(self, run: str, reasons: pd.DataFrame, *, whole: bool) -> None:
        """Keeps why people are not wanted, where that is new.

        Args:
            run: The run, begun, whose lease is held.
            reasons: `TURNED_DOWN`.
            whole: The read shows everybody: who is not in `reasons` is turned down no more.
        """
        TURNED_DOWN.require(reasons)

        def work(connection: Connection) -> None:
            sync = sync_of(connection, run)
            key = salt(connection)
            today = {
                person_hash(key, name): (reason, int(line))
                for name, reason, line in zip(
                    reasons["name"], reasons["reason"], reasons["line"], strict=True
                )
            }
            query = select(DECISIONS.c.person, DECISIONS.c.reason)
            newest = query.where(DECISIONS.c.sync == sync).order_by(DECISIONS.c.run_id)
            before = {row.person: row.reason for row in connection.execute(newest)}
            new = {
                person: found for person, found in today.items() if before.get(person) != found[0]
            }
            if whole:
                ended = (person for person, reason in before.items() if reason)
                new |= {person: ("", 0) for person in ended if person not in today}
            rows = pa.table(
                {
                    "sync": pa.array([sync] * len(new), pa.string()),
                    "person": pa.array([*new], pa.string()),
                    "run_id": pa.array([run] * len(new), pa.string()),
                    "reason": pa.array([reason for reason, _ in new.values()], pa.string()),
                    "line": pa.array([line for _, line in new.values()], pa.int64()),
                }
            )
            bulk_upsert.put(self._database, connection, DECISIONS, rows, replace=("reason", "line"))

        self._database.write(work)

    def names_of(self, given: Names) -> Names:
        """More names of the same person: the phones that an e-mail or a key was sent with."""

        def work(connection: Connection) -> Names:
            phones = set(given.phones)
            for table in (MEMBERS, PENDING, OPERATIONS):
                phones.update(_phones_of(connection, table, given))
            return Names(frozenset(phones - {""}), given.emails, given.keys)

        return self._database.read(work) if given.emails or given.keys else given

    def look_up(self, names: Names) -> KnownPerson:
        """Everything of one person.

        Args:
            names: As `names_of` gives them.
        """

        def work(connection: Connection) -> KnownPerson:
            operations = _with_runs(connection, OPERATIONS, OPERATIONS.c.phone.in_(names.phones))
            hashes = [person_hash(salt(connection), name) for name in sorted(names.all())]
            forgotten = select(FORGOTTEN.c.hash).where(FORGOTTEN.c.hash.in_(hashes))
            runs = {row["run_id"] for row in operations}
            return KnownPerson(
                names=names,
                members=_rows(connection, select(MEMBERS).where(MEMBERS.c.phone.in_(names.phones))),
                operations=operations,
                suppressions=[
                    *_rows(
                        connection,
                        select(SUPPRESSIONS).where(SUPPRESSIONS.c.phone.in_(names.phones)),
                    ),
                    *_rows(
                        connection,
                        select(SUPPRESSED_KEYS).where(SUPPRESSED_KEYS.c.key.in_(names.keys)),
                    ),
                ],
                turned_down=_with_runs(connection, DECISIONS, DECISIONS.c.person.in_(hashes)),
                approvals=_rows(connection, select(APPROVALS).where(APPROVALS.c.run_id.in_(runs))),
                reviews=_rows(connection, select(REVIEWS).where(REVIEWS.c.phone.in_(names.phones))),
                lifted=_rows(connection, select(LIFTED).where(LIFTED.c.phone.in_(names.phones))),
                consents=_with_runs(connection, CONSENTS, CONSENTS.c.phone.in_(names.phones)),
                erased=connection.execute(forgotten).first() is not None,
            )

        return self._database.read(work)


def _phones_of(connection: Connection, table: Table, names: Names) -> Iterable[str]:
    same = or_(table.c.email.in_(names.emails), table.c.key.in_(names.keys))
    return connection.scalars(select(table.c.phone).where(same).distinct())


def _with_runs(connection: Connection, table: Table, where: Any) -> list[Row]:
    """Rows of a table with the sync, the source and the beginning of their runs, oldest first."""
    run = [RUNS.c.source, RUNS.c.started_at]
    run += [] if "sync" in table.c else [RUNS.c.sync]
    query = select(table, *run).join(RUNS, RUNS.c.id == table.c.run_id).where(where)
    return _rows(connection, query.order_by(RUNS.c.started_at, RUNS.c.id))


def _rows(connection: Connection, query: Any) -> list[Row]:
    return [dict(row) for row in connection.execute(query).mappings()]
