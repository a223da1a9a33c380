"""People who left a source and whose stop waits: since when, and what other syncs have read since.

Whoever moves from one list to another looks like a departure to the sync of the first list, until
the other one is read. So the moment at which a departure was noticed is kept until it is decided.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, delete, select

from schemas.frames import DEPARTURES as FRAME
from schemas.frames import PLANNED_BY_OTHERS
from sendersync.state.database import bulk_upsert
from sendersync.state.database.engine import Database
from sendersync.state.database.read_frame import read_frame
from sendersync.state.database.tables import DEPARTURES, MEMBERS, PLANNED_ADDS, RUNS, SYNCS
from sendersync.state.one_off_names import SQL_PATTERN
from sendersync.state.runs import ENDED_WELL, KNOWS_ALL, sync_of

_RECENT: Final = 50  # runs of a sync among which its last full read is looked for


@dataclass(frozen=True, slots=True)
class OtherSync:
    """Another sync that has members on a sender code, or whose last plan adds somebody there.

    Attributes:
        sync: Its name.
        sender_code: The code.
        last_run_at: When its last run began, aware.
        full_read_at: When the last run began that read all of its source and ended well; None
            where there is none.
    """

    sync: str
    sender_code: str
    last_run_at: datetime
    full_read_at: datetime | None


class Departures:
    """Departures that were noticed and not yet decided."""

    def __init__(self, database: Database) -> None:
        """On an open database."""
        self._database = database

    def of(self, sync: str) -> pd.DataFrame:
        """Those of a sync: `schemas.frames.DEPARTURES`."""
        columns = (DEPARTURES.c[name] for name in FRAME.names)
        query = select(*columns).where(DEPARTURES.c.sync == sync)
        found = self._database.read(lambda connection: read_frame(connection, query))
        FRAME.require(found)
        return found

    def replace(self, run: str, waiting: pd.DataFrame, now: datetime) -> None:
        """Keeps who waits from now on; who waited before keeps the moment, the others are dropped.

        Args:
            run: The run, begun, whose lease is held.
            waiting: `sender_code`, `phone`.
            now: By the schedule's clock, aware.
        """

        def work(connection: Connection) -> None:
            sync = sync_of(connection, run)
            mine = DEPARTURES.c.sync == sync
            before = {
                (row.sender_code, row.phone): row.noticed_at
                for row in connection.execute(select(DEPARTURES).where(mine))
            }
            pairs = list(zip(waiting["sender_code"], waiting["phone"], strict=True))
            if not before and not pairs:
                return
            connection.execute(delete(DEPARTURES).where(mine))
            since = [before.get(pair, now.isoformat()) for pair in pairs]
            rows = {
                "sync": [sync] * len(pairs),
                "sender_code": [code for code, _ in pairs],
                "phone": [phone for _, phone in pairs],
                "noticed_at": since,
            }
            table = pa.table({name: pa.array(given, pa.string()) for name, given in rows.items()})
            bulk_upsert.put(self._database, connection, DEPARTURES, table)

        self._database.write(work)

    def other_syncs(self, sync: str, sender_codes: Iterable[str]) -> list[OtherSync]:
        """Every other sync in use that has, or plans to have, members on one of these codes.

        One-off commands are none.
        """
        codes = sorted(set(sender_codes))

        def work(connection: Connection) -> list[OtherSync]:
            others = connection.scalars(
                select(SYNCS.c.sync).where(
                    SYNCS.c.sync != sync,
                    SYNCS.c.sync.not_like(SQL_PATTERN),
                    SYNCS.c.retired_at == "",
                )
            ).all()
            return [
                found
                for other in others
                for code in codes
                if _is_on(connection, other, code) and (found := _other(connection, other, code))
            ]

        return self._database.read(work) if codes else []

    def planned_elsewhere(
        self, sync: str, pairs: pd.DataFrame, passed_over: Collection[str] = ()
    ) -> pd.Series[bool]:
        """Whether the last plan of another sync adds a phone on that sender code.

        Its adds may be held, or its run may have died before they left: it wants those people all
        the same, and has no member to show for it.

        Args:
            sync: The sync that asks.
            pairs: `phone`, `sender_code`, with any index.
            passed_over: Syncs that are out of use.

        Returns:
            bool, with the index of `pairs`.
        """
        found = self.planned_by_others(sync, pairs, passed_over)
        return _pair(pairs).isin(_pair(found))

    def planned_by_others(
        self, sync: str, pairs: pd.DataFrame, passed_over: Collection[str] = ()
    ) -> pd.DataFrame:
        """The same, with the names of those syncs: `PLANNED_BY_OTHERS`."""
        query = select(*(PLANNED_ADDS.c[name] for name in PLANNED_BY_OTHERS.names)).where(
            PLANNED_ADDS.c.sync.not_in([sync, *passed_over]),
            PLANNED_ADDS.c.sender_code.in_(sorted(set(pairs["sender_code"]))),
        )
        found = self._database.read(lambda connection: read_frame(connection, query))
        found = found.loc[_pair(found).isin(_pair(pairs))]
        PLANNED_BY_OTHERS.require(found)
        return found


def _pair(rows: pd.DataFrame) -> pd.Series[str]:
    return rows["sender_code"] + " " + rows["phone"]


def _is_on(connection: Connection, sync: str, code: str) -> bool:
    return any(
        connection.execute(
            select(of.c.phone).where(of.c.sync == sync, of.c.sender_code == code).limit(1)
        ).first()
        for of in (MEMBERS, PLANNED_ADDS)
    )


def _other(connection: Connection, sync: str, code: str) -> OtherSync | None:
    newest = (
        select(RUNS.c.started_at, RUNS.c.command, RUNS.c.status, RUNS.c.report)
        .where(RUNS.c.sync == sync)
        .order_by(RUNS.c.started_at.desc())
        .limit(_RECENT)
    )
    runs = connection.execute(newest).all()
    if not runs:
        return None
    full = (
        _moment(run.started_at)
        for run in runs
        if run.command in KNOWS_ALL and run.status in ENDED_WELL and _read_all(run.report)
    )
    return OtherSync(sync, code, _moment(runs[0].started_at), next(full, None))


def _read_all(report: str) -> bool:
    source = json.loads(report or "{}").get("source", {})
    return bool(source.get("complete")) and not source.get("incremental")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
