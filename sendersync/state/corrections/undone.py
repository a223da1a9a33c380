"""People whose add was taken back: they stay out until their row changes, or a review lets them in.

Without it the next run would add them again: their row is still in the source.
"""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, bindparam, delete, select

from schemas.frames import SENT_COLUMNS
from schemas.frames import UNDONE as UNDONE_FRAME
from sendersync.state.database import bulk_upsert
from sendersync.state.database.clock import now_text
from sendersync.state.database.engine import Database
from sendersync.state.database.read_frame import read_frame
from sendersync.state.database.tables import UNDONE
from sendersync.state.runs import sync_of


class Undone:
    """Who stays out."""

    def __init__(self, database: Database) -> None:
        """On an open database."""
        self._database = database

    def of(self, sync: str) -> pd.DataFrame:
        """Those of a sync, as they had been sent: `UNDONE`."""
        query = (
            select(*(UNDONE.c[name] for name in UNDONE_FRAME.names))
            .where(UNDONE.c.sync == sync)
            .order_by(UNDONE.c.sender_code, UNDONE.c.phone)
        )
        found = self._database.read(lambda connection: read_frame(connection, query))
        UNDONE_FRAME.require(found)
        return found

    def keep(self, run: str, people: pd.DataFrame) -> None:
        """Keeps people out.

        Args:
            run: The run that takes their add back, begun, whose lease is held.
            people: `UNDONE`.
        """
        UNDONE_FRAME.require(people)

        def work(connection: Connection) -> None:
            count = len(people)
            columns = {"sync": [sync_of(connection, run)] * count}
            columns |= {name: people[name].tolist() for name in UNDONE_FRAME.names}
            columns |= {"run_id": [run] * count, "at": [now_text()] * count}
            rows = pa.table({name: pa.array(each, pa.string()) for name, each in columns.items()})
            replaced = ["key", *SENT_COLUMNS, "run_id", "at"]
            bulk_upsert.put(self._database, connection, UNDONE, rows, replace=replaced)

        if not people.empty:
            self._database.write(work)

    def let_in(self, run: str, pairs: pd.DataFrame) -> None:
        """Keeps these out no more.

        Args:
            run: The run that adds them, begun, whose lease is held.
            pairs: `phone`, `sender_code`.
        """

        def work(connection: Connection) -> None:
            sync = sync_of(connection, run)
            given = [
                {"of_code": code, "of_phone": phone}
                for code, phone in zip(pairs["sender_code"], pairs["phone"], strict=True)
            ]
            connection.execute(
                delete(UNDONE).where(
                    UNDONE.c.sync == sync,
                    UNDONE.c.sender_code == bindparam("of_code"),
                    UNDONE.c.phone == bindparam("of_phone"),
                ),
                given,
            )

        if not pairs.empty:
            self._database.write(work)
