"""Rejected rows as the source gave them, and the fingerprints of rows known to be rejected."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, delete, select, update

from schemas.frames import KEPT_REJECTS
from sendersync.state.database import bulk_upsert
from sendersync.state.database.engine import Database
from sendersync.state.database.read_frame import read_frame
from sendersync.state.database.tables import KNOWN_REJECTS, REJECTS, RUNS


class Rejects:
    """They hold personal data, as the source does."""

    def __init__(self, database: Database) -> None:
        """On an open database."""
        self._database = database

    def save(self, run_id: str, columns: Sequence[str], frame: pd.DataFrame) -> None:
        """Keeps rejected rows; called once for every batch.

        Args:
            run_id: The run.
            columns: The source's own columns.
            frame: `line` (int64, a column or the index), `reason`, `column`, and `row` (the
                source's own cells as the text of a JSON list). A line kept before is replaced.
        """
        flat = frame.reset_index() if "line" not in frame else frame
        rows = pa.table(
            {
                "run_id": pa.array([run_id] * len(flat), pa.string()),
                "line": pa.array(flat["line"], pa.int64()),
                **{
                    name: pa.array(flat[name].astype(str).tolist(), pa.large_string())
                    for name in ("reason", "column", "row")
                },
            }
        )

        def work(connection: Connection) -> None:
            connection.execute(
                update(RUNS)
                .where(RUNS.c.id == run_id)
                .values(reject_columns=json.dumps(list(columns)))
            )
            bulk_upsert.put(
                self._database, connection, REJECTS, rows, replace=("reason", "column", "row")
            )

        self._database.write(work)

    def of(self, run_id: str) -> tuple[list[str], pd.DataFrame]:
        """The source's columns, and `KEPT_REJECTS` by line."""
        query = (
            select(*(REJECTS.c[name] for name in KEPT_REJECTS.names))
            .where(REJECTS.c.run_id == run_id)
            .order_by(REJECTS.c.line)
        )

        def work(connection: Connection) -> tuple[list[str], pd.DataFrame]:
            columns = connection.scalar(select(RUNS.c.reject_columns).where(RUNS.c.id == run_id))
            found = read_frame(connection, query)
            KEPT_REJECTS.require(found)
            return json.loads(columns or "[]"), found

        return self._database.read(work)

    def close(self, run_id: str, lines: Iterable[int]) -> int:
        """Erases rejected rows that came back fixed.

        Returns:
            How many there were.
        """
        wanted = sorted(set(lines))

        def work(connection: Connection) -> int:
            closed = 0
            for start in range(0, len(wanted), 500):
                part = REJECTS.c.line.in_(wanted[start : start + 500])
                done = connection.execute(delete(REJECTS).where(REJECTS.c.run_id == run_id, part))
                closed += done.rowcount
            return closed

        return self._database.write(work)

    def prune(self, before: datetime) -> None:
        """Erases the rejected rows of runs that began earlier; their reports stay.

        Args:
            before: A moment with a zone.
        """
        old = select(RUNS.c.id).where(RUNS.c.started_at < before.astimezone(UTC).isoformat())
        erase = delete(REJECTS).where(REJECTS.c.run_id.in_(old))
        self._database.write(lambda connection: connection.execute(erase))

    def known(self, sync: str) -> pd.DataFrame:
        """Fingerprints of the rows that were rejected when the sync last ran: `KNOWN_REJECTS`."""
        query = (
            select(KNOWN_REJECTS.c.fingerprint)
            .where(KNOWN_REJECTS.c.sync == sync)
            .order_by(KNOWN_REJECTS.c.fingerprint)
        )
        return self._database.read(lambda connection: read_frame(connection, query))

    def replace_known(self, sync: str, fingerprints: Iterable[str]) -> None:
        """Sets them anew; only the difference is written."""
        wanted = set(fingerprints)

        def work(connection: Connection) -> None:
            mine = KNOWN_REJECTS.c.sync == sync
            stored = set(connection.scalars(select(KNOWN_REJECTS.c.fingerprint).where(mine)))
            gone, new = sorted(stored - wanted), sorted(wanted - stored)
            for start in range(0, len(gone), 500):
                part = KNOWN_REJECTS.c.fingerprint.in_(gone[start : start + 500])
                connection.execute(delete(KNOWN_REJECTS).where(mine, part))
            rows = pa.table(
                {
                    "sync": pa.array([sync] * len(new), pa.string()),
                    "fingerprint": pa.array(new, pa.string()),
                }
            )
            bulk_upsert.put(self._database, connection, KNOWN_REJECTS, rows)

        self._database.write(work)
