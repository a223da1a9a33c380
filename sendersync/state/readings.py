"""How each sync was read by its last run that held nothing: what the next run compares with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from sendersync.state.database.clock import now_text
from sendersync.state.database.engine import Database
from sendersync.state.database.tables import READINGS, RUNS
from sendersync.state.database.upsert import upsert
from sendersync.state.runs import HELD_NOTHING, ended_well, sync_of


class Readings:
    """The reading of every sync."""

    def __init__(self, database: Database) -> None:
        """On an open database."""
        self._database = database

    def of(self, sync: str) -> dict[str, Any] | None:
        """The reading that was kept last; None where there is none."""
        query = select(READINGS.c.reading).where(READINGS.c.sync == sync)
        found = self._database.read(lambda connection: connection.scalar(query))
        return dict(json.loads(found)) if found else None

    def keep(self, run: str, reading: Mapping[str, Any]) -> None:
        """Keeps the reading of a run that ended and held nothing.

        Args:
            run: The run, begun, whose lease is held.
            reading: Key to value; must hold no credentials.

        Raises:
            LeaseLost: Another run took over; nothing was kept.
        """

        def work(connection: Connection) -> None:
            values = {"reading": json.dumps(reading), "run_id": run, "kept_at": now_text()}
            put = upsert(self._database, READINGS).values(sync=sync_of(connection, run), **values)
            connection.execute(put.on_conflict_do_update(index_elements=["sync"], set_=values))

        self._database.write(work)

    def of_last_report(self, sync: str) -> dict[str, Any] | None:
        """`read_as` of the last run that held nothing.

        Returns:
            Empty where that report does not tell it; None where there was no such run.
        """
        query = (
            select(RUNS.c.report)
            .where(ended_well(sync, HELD_NOTHING))
            .order_by(RUNS.c.started_at.desc(), RUNS.c.id.desc())
            .limit(1)
        )
        found = self._database.read(lambda connection: connection.scalar(query))
        return None if found is None else dict(json.loads(found or "{}").get("read_as") or {})
