"""Approvals: who let held operations go, when and why, and which of those are not done yet.

A run that holds something keeps it under the digest of its plan (`Ledger.keep_held`). An approval
names that digest. What it lets go stays released until it is done, so that a run that is killed
does not need the same approval again the next night.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, and_, delete, func, insert, select, tuple_

from schemas.frames import APPROVALS as APPROVALS_FRAME
from schemas.frames import RELEASED as RELEASED_FRAME
from schemas.frames import SAME_OPERATION
from schemas.outcomes import Outcome
from sendersync.state.database import bulk_upsert
from sendersync.state.database.engine import Database
from sendersync.state.database.read_frame import read_frame
from sendersync.state.database.tables import APPROVALS, OPERATIONS, RELEASED, RUNS
from sendersync.state.runs import sync_of

VALID: Final = timedelta(days=7)
"""So long may a digest be approved, and so long does an approval let go what is not done yet."""


@dataclass(frozen=True, slots=True)
class HeldPlan:
    """What a run of this sync held under a digest.

    Attributes:
        run: The newest run that did.
        at: When it began, aware.
        operations: What it held: `RELEASED`.
        incremental: It had read changes alone.
        guards: What held something.
    """

    run: str
    at: datetime
    operations: pd.DataFrame
    incremental: bool
    guards: frozenset[str]


class Approvals:
    """The approvals of every sync."""

    def __init__(self, database: Database) -> None:
        """On an open database."""
        self._database = database

    def given(self, sync: str | None = None) -> pd.DataFrame:
        """All of one sync, or all there are, oldest first: `APPROVALS`."""
        query = select(*(APPROVALS.c[name] for name in APPROVALS_FRAME.names))
        query = query.order_by(APPROVALS.c.at, APPROVALS.c.run_id)
        if sync is not None:
            query = query.where(APPROVALS.c.sync == sync)
        found = self._database.read(lambda connection: read_frame(connection, query))
        APPROVALS_FRAME.require(found)
        return found

    def used(self, sync: str) -> dict[str, str]:
        """Digests of a sync that have let something go, each with the run in which it did.

        One that met nothing to let go is as good as before.
        """
        query = (
            select(APPROVALS.c.digest, APPROVALS.c.run_id, APPROVALS.c.ceiling, RUNS.c.report)
            .join(RUNS, RUNS.c.id == APPROVALS.c.run_id)
            .where(APPROVALS.c.sync == sync, APPROVALS.c.digest != "")
            .order_by(APPROVALS.c.at.desc(), APPROVALS.c.run_id.desc())
        )
        found = self._database.read(lambda connection: connection.execute(query).all())
        return {
            row.digest: row.run_id
            for row in found
            # a guard that holds no operation, such as a lost permission, is let go all the same
            if row.ceiling or json.loads(row.report or "{}").get("approved")
        }

    def good(self, sync: str, digest: str, now: datetime) -> bool:
        """Whether an approval of a digest lets go what a run held under it.

        Args:
            sync: The sync.
            digest: Of the plan.
            now: Aware.
        """
        held = self.held_under(sync, digest)
        return held is not None and now - held.at <= VALID and digest not in self.used(sync)

    def held_under(self, sync: str, digest: str) -> HeldPlan | None:
        """What was held under a digest; None where no run of this sync held something under it."""
        newest = (
            select(RUNS.c.id, RUNS.c.started_at, RUNS.c.report)
            .where(RUNS.c.sync == sync, RUNS.c.digest == digest, RUNS.c.digest != "")
            .order_by(RUNS.c.started_at.desc())
            .limit(1)
        )

        def work(connection: Connection) -> HeldPlan | None:
            run = connection.execute(newest).first()
            if run is None:
                return None
            query = select(*(OPERATIONS.c[name] for name in SAME_OPERATION)).where(
                OPERATIONS.c.run_id == run.id, OPERATIONS.c.state == "held"
            )
            held = read_frame(connection, query)
            RELEASED_FRAME.require(held)
            report = json.loads(run.report or "{}")
            incremental = bool(report.get("source", {}).get("incremental"))
            guards = frozenset(each["guard"] for each in report.get("held_because", ()))
            return HeldPlan(run.id, _moment(run.started_at), held, incremental, guards)

        return self._database.read(work)

    def give(
        self,
        run: str,
        *,
        ceiling: int,
        who: str,
        at: datetime,
        digest: str = "",
        note: str = "",
    ) -> None:
        """Writes down an approval; if it lets something go, that uses up its digest.

        Args:
            run: The run, begun, whose lease is held.
            ceiling: Removals that may go, or with a digest how many operations it released.
            who: Who said so.
            at: When, aware.
            digest: Of the plan that was approved; empty for a ceiling.
            note: What the person wrote beside it.
        """

        def work(connection: Connection) -> None:
            connection.execute(
                insert(APPROVALS).values(
                    run_id=run,
                    sync=sync_of(connection, run),
                    ceiling=ceiling,
                    who=who,
                    at=_text(at),
                    digest=digest,
                    note=note,
                )
            )

        self._database.write(work)

    def released(self, sync: str, now: datetime) -> pd.DataFrame:
        """What earlier approvals let go and no run has done since: `RELEASED`.

        Args:
            sync: The sync.
            now: By the schedule's clock, aware: an approval older than `VALID` lets nothing go.
        """
        oldest = _text(now - VALID)
        mine = and_(RELEASED.c.sync == sync, RELEASED.c.at >= oldest)
        same = ("kind", "sender_code", "phone")
        done = (
            select(*(OPERATIONS.c[name] for name in same))
            .join(RUNS, RUNS.c.id == OPERATIONS.c.run_id)
            .where(
                RUNS.c.sync == sync,
                RUNS.c.started_at >= select(func.min(RELEASED.c.at)).where(mine).scalar_subquery(),
                OPERATIONS.c.state.in_([Outcome.CONFIRMED.value, Outcome.ALREADY.value]),
            )
        )
        query = (
            select(*(RELEASED.c[name] for name in SAME_OPERATION))
            .where(mine, tuple_(*(RELEASED.c[name] for name in same)).not_in(done))
            .order_by(RELEASED.c.sender_code, RELEASED.c.phone)
        )
        found = self._database.read(lambda connection: read_frame(connection, query))
        RELEASED_FRAME.require(found)
        return found

    def replace_released(self, run: str, operations: pd.DataFrame, at: datetime) -> None:
        """Keeps what is released from now on; what was released before keeps its run and moment.

        Args:
            run: The run, begun, whose lease is held.
            operations: With the columns of `RELEASED`.
            at: When this run was approved, aware.
        """
        wanted = operations[[*SAME_OPERATION]]

        def work(connection: Connection) -> None:
            sync = sync_of(connection, run)
            mine = RELEASED.c.sync == sync
            before = {
                tuple(getattr(row, name) for name in SAME_OPERATION): (row.run_id, row.at)
                for row in connection.execute(select(RELEASED).where(mine))
            }
            if not before and wanted.empty:
                return
            connection.execute(delete(RELEASED).where(mine))
            now = (run, _text(at))
            since = [before.get(row, now) for row in wanted.itertuples(index=False, name=None)]
            columns = {"sync": [sync] * len(since)}
            columns |= {name: wanted[name].tolist() for name in SAME_OPERATION}
            columns |= {"run_id": [run for run, _ in since], "at": [at for _, at in since]}
            table = pa.table({name: pa.array(each, pa.string()) for name, each in columns.items()})
            bulk_upsert.put(self._database, connection, RELEASED, table)

        self._database.write(work)


def _text(moment: datetime) -> str:
    """As a run's beginning is written, so that the two compare."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
