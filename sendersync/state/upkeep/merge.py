"""Two states made one: row by row, so that nothing that only one of them knows is lost."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Final

import pyarrow as pa
from sqlalchemy import BigInteger, Connection, Double, Integer, Table, delete, exists, select

from sendersync.state.database import bulk_upsert
from sendersync.state.database.engine import Database
from sendersync.state.database.migrations import lost_tables
from sendersync.state.database.tables import (
    ACCOUNTS,
    APPROVALS,
    CONSENTS,
    CURSORS,
    DECISIONS,
    FORGOTTEN,
    KNOWN_REJECTS,
    LIFTED,
    MEMBERS,
    OPERATIONS,
    PENDING,
    READINGS,
    REJECTS,
    REVIEWS,
    RUNS,
    SUPPRESSED_KEYS,
    SUPPRESSIONS,
    SYNCS,
    UNDONE,
)

KEPT_FOR_EVER: Final = (
    *(SYNCS, RUNS, MEMBERS, OPERATIONS, SUPPRESSIONS, SUPPRESSED_KEYS, LIFTED, FORGOTTEN),
    *(APPROVALS, REVIEWS, UNDONE, CONSENTS, DECISIONS, REJECTS, ACCOUNTS),
)
"""Orders, erasures and the ledger: what either state has, both have afterwards. Parents first."""

OF_THE_COPY: Final = (READINGS, CURSORS, PENDING, KNOWN_REJECTS)
"""Where a sync stands with its source: of one moment, so never half of each state."""

_CHUNK: Final = 20_000


def take_rows(
    database: Database,
    target: Connection,
    source: Connection,
    table: Table,
    *,
    replace: bool,
) -> None:
    """Takes the rows of a table from another state.

    Args:
        database: The one that takes.
        target: Its writing transaction.
        source: A reading transaction of the other one.
        table: One of `KEPT_FOR_EVER`. Of two members the one that was changed last counts.
        replace: Of two other rows with one primary key, that of the source counts.
    """
    keys = {column.name for column in table.primary_key}
    others = [column.name for column in table.columns if column.name not in keys]
    newest = table is MEMBERS
    replaced = others if replace or newest else []

    def put(rows: pa.Table) -> None:
        newer = "changed_at" if newest else ""
        bulk_upsert.put(database, target, table, rows, replace=replaced, newer=newer)

    _each_chunk(source, table, put)


def lift_again(target: Connection) -> None:
    """Takes orders off the list that a person had lifted since: it stands on record who and why."""
    same = (
        LIFTED.c.phone == SUPPRESSIONS.c.phone,
        LIFTED.c.sender_code == SUPPRESSIONS.c.sender_code,
        LIFTED.c.created_at == SUPPRESSIONS.c.created_at,
    )
    target.execute(delete(SUPPRESSIONS).where(exists().where(*same)))


def take_place_of_source(
    database: Database, target: Connection, source: Connection, syncs: Collection[str]
) -> None:
    """Puts where some syncs stand with their sources back to what another state says."""
    for table in OF_THE_COPY:
        target.execute(delete(table).where(table.c.sync.in_(sorted(syncs))))

        def put(rows: pa.Table, table: Table = table) -> None:
            bulk_upsert.put(database, target, table, rows)

        _each_chunk(source, table, put)


def _each_chunk(source: Connection, table: Table, put: Callable[[pa.Table], None]) -> None:
    if any(each is table for each in lost_tables(source)):
        return
    rows = source.execution_options(yield_per=_CHUNK).execute(select(table))
    for part in rows.partitions():
        columns = zip(*part, strict=True)
        put(
            pa.table(
                {
                    column.name: pa.array(values, _type(column.type))
                    for column, values in zip(table.columns, columns, strict=True)
                }
            )
        )


def _type(kind: Any) -> pa.DataType:
    if isinstance(kind, (BigInteger, Integer)):
        return pa.int64()
    return pa.float64() if isinstance(kind, Double) else pa.large_string()
