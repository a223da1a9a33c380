"""Cursors: the high-water mark of each sync's incremental reads, and its replay set (`pending`).

An incremental read gives only what changed. Somebody whose add was refused or not reached would not
be in the next one, so they are kept here until the platform confirms them: the cursor moves on in
the same transaction in which they are written down.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, delete, insert, select

from schemas.frames import CONTACT_COLUMNS, SENT_COLUMNS
from sendersync.state.database import bulk_upsert
from sendersync.state.database.engine import Database
from sendersync.state.database.read_frame import read_frame
from sendersync.state.database.tables import CURSORS, PENDING
from sendersync.state.lease.lease import Lease

_COLUMNS = ("sender_code", "phone", "key", *SENT_COLUMNS)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next incremental read begins.

    Attributes:
        text: The source's own words for the place; only the source understands them.
        full_at: When the last full read that was settled began, aware.
    """

    text: str
    full_at: datetime


class Cursors:
    """Cursors and pending contacts of every sync."""

    def __init__(self, database: Database) -> None:
        """On an open database."""
        self._database = database

    def of(self, sync: str) -> Cursor | None:
        """The sync's cursor; None while no read of it was settled."""
        query = select(CURSORS.c.cursor, CURSORS.c.full_at).where(CURSORS.c.sync == sync)
        found = self._database.read(lambda connection: connection.execute(query).first())
        if found is None or not found.full_at:
            return None
        return Cursor(found.cursor, datetime.fromisoformat(found.full_at))

    def pending(self, sync: str) -> pd.DataFrame:
        """Contacts read before and not confirmed: `CONTACT_COLUMNS`, all `str`."""
        query = select(*(PENDING.c[name] for name in _COLUMNS)).where(PENDING.c.sync == sync)
        frame = self._database.read(lambda connection: read_frame(connection, query))
        return frame[[*CONTACT_COLUMNS]]

    def settle(
        self,
        sync: str,
        lease: Lease,
        *,
        cursor: str,
        read_at: datetime,
        full: bool | None,
        pending: pd.DataFrame,
    ) -> None:
        """Moves the cursor on and replaces the pending contacts, in one transaction.

        Args:
            sync: The sync whose lease is held.
            lease: Proves it.
            cursor: Where the next read begins.
            read_at: When this read began, aware.
            full: True: everything was read, and everybody who left was judged. False: everything
                was read, and somebody is held or undecided, so the next read is a full one again.
                None: only changes were read.
            pending: `CONTACT_COLUMNS` of contacts that the platform has not confirmed.

        Raises:
            LeaseLost: Another run took over; nothing was kept.
        """
        began = read_at.astimezone(UTC).isoformat(timespec="milliseconds")
        rows = pa.table(
            {
                "sync": pa.array([sync] * len(pending), pa.string()),
                **{name: pa.array(pending[name].tolist(), pa.string()) for name in _COLUMNS},
            }
        )

        def work(connection: Connection) -> None:
            lease.confirm(connection)
            before = connection.scalar(select(CURSORS.c.full_at).where(CURSORS.c.sync == sync))
            full_at = {True: began, False: "", None: before}
            connection.execute(delete(CURSORS).where(CURSORS.c.sync == sync))
            connection.execute(delete(PENDING).where(PENDING.c.sync == sync))
            connection.execute(
                insert(CURSORS).values(
                    sync=sync, cursor=cursor, read_at=began, full_at=full_at[full] or ""
                )
            )
            bulk_upsert.put(self._database, connection, PENDING, rows)

        self._database.write(work)
