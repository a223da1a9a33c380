"""Many rows at once: `executemany` on SQLite, COPY into a temporary (staging) table on Postgres."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.csv
from sqlalchemy import Connection, Table, bindparam, column, select, table, text

from sendersync.state.database.engine import Database
from sendersync.state.database.upsert import upsert


def put(
    database: Database,
    connection: Connection,
    target: Table,
    rows: pa.Table,
    *,
    replace: Sequence[str] = (),
    newer: str = "",
) -> int:
    """Inserts rows; where the primary key is there already, replaces columns, or keeps the old row.

    Args:
        database: Says which dialect it is.
        connection: In a writing transaction.
        target: The table.
        rows: Columns named as in the table; text columns without nulls.
        replace: Columns to replace in a row that exists; none: it is left as it is.
        newer: A column; a row that exists is replaced only where the new one has more in it.

    Returns:
        How many rows were inserted or replaced.
    """
    if rows.num_rows == 0:
        return 0
    if database.postgres:
        return _copy(database, connection, target, rows, replace, newer)
    names = rows.column_names
    statement = _resolved(
        upsert(database, target).values(
            {name: bindparam(f"p{place}") for place, name in enumerate(names)}
        ),
        target,
        replace,
        newer,
    )
    prepared = database.prepare(statement, [f"p{place}" for place in range(len(names))])
    done = 0
    for batch in rows.to_batches(max_chunksize=100_000):
        columns = [column.to_pylist() for column in batch.columns]
        done += prepared.many(connection, list(zip(*columns, strict=True)))
    return done


def _copy(
    database: Database,
    connection: Connection,
    target: Table,
    rows: pa.Table,
    replace: Sequence[str],
    newer: str,
) -> int:
    staging = f"{target.name}_staging"
    # the name is one of our own tables', never anything that was read
    connection.execute(text(f"CREATE TEMP TABLE {staging} (LIKE {target.name} INCLUDING DEFAULTS)"))
    names = rows.column_names
    quoted = ", ".join(f'"{name}"' for name in names)
    written = io.BytesIO()
    options = pa.csv.WriteOptions(include_header=False, quoting_style="all_valid")
    pa.csv.write_csv(rows, written, options)
    driver: Any = connection.connection.driver_connection
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY {staging} ({quoted}) FROM STDIN (FORMAT csv)") as copy,
    ):
        copy.write(written.getbuffer())
    source = table(staging, *(column(name) for name in names))
    insert = upsert(database, target).from_select(names, select(*(source.c[n] for n in names)))
    done = connection.execute(_resolved(insert, target, replace, newer)).rowcount
    connection.execute(text(f"DROP TABLE {staging}"))
    return int(done)


def _resolved(insert: Any, target: Table, replace: Sequence[str], newer: str) -> Any:
    if not replace:
        return insert.on_conflict_do_nothing()
    return insert.on_conflict_do_update(
        index_elements=list(target.primary_key.columns),
        set_={name: insert.excluded[name] for name in replace},
        where=insert.excluded[newer] > target.c[newer] if newer else None,
    )
