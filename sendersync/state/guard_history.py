"""What earlier runs of a sync tell its guards: how many left, how many members and rows there were.

Counted from the ledger and from the reports of runs, so that a run that was killed counts too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, and_, delete, func, select

from schemas.frames import SUBSCRIPTIONS
from schemas.member_status import MemberStatus
from schemas.outcomes import Cause, Kind, Outcome
from schemas.report import only_removals_held
from sendersync.state.database import bulk_upsert
from sendersync.state.database.engine import Database
from sendersync.state.database.read_frame import read_frame
from sendersync.state.database.tables import APPROVALS, MEMBERS, OPERATIONS, PLANNED_ADDS, RUNS
from sendersync.state.runs import ended_well, sync_of

_ASKED: Final = (Outcome.CONFIRMED, Outcome.ALREADY, Outcome.UNKNOWN)
"""Outcomes after which a person may be stopped."""

_RECENT: Final = 100
"""Runs among which the last full reads are looked for."""


class GuardHistory:
    """What the guards remember."""

    def __init__(self, database: Database) -> None:
        """On an open database."""
        self._database = database

    def first_load_is_over(self, sync: str) -> bool:
        """Whether a run or an adoption has ended with everything sent and no add held."""
        query = (
            select(RUNS.c.report).where(ended_well(sync, whole=True)).order_by(RUNS.c.started_at)
        )

        def work(connection: Connection) -> bool:
            return any(_sent_all(json.loads(text or "{}")) for text in connection.scalars(query))

        return self._database.read(work)

    def stops(self, sync: str, since: datetime) -> dict[Cause, int]:
        """People stopped by conclusions since then, by cause.

        Those whom a person approved do not count, nor those who are subscribed again.
        """
        member = and_(
            MEMBERS.c.sync == RUNS.c.sync,
            MEMBERS.c.sender_code == OPERATIONS.c.sender_code,
            MEMBERS.c.phone == OPERATIONS.c.phone,
        )
        query = (
            select(OPERATIONS.c.cause, func.count())
            .select_from(RUNS.join(OPERATIONS, OPERATIONS.c.run_id == RUNS.c.id))
            .outerjoin(MEMBERS, member)
            .where(
                RUNS.c.sync == sync,
                RUNS.c.started_at >= _text(since),
                RUNS.c.id.not_in(select(APPROVALS.c.run_id)),
                OPERATIONS.c.kind == Kind.STOP.value,
                OPERATIONS.c.cause.not_in([Cause.OPTED_OUT.value, Cause.UNDONE.value]),
                OPERATIONS.c.again == 0,
                OPERATIONS.c.state.in_([each.value for each in _ASKED]),
                func.coalesce(MEMBERS.c.standing, "") != MemberStatus.SUBSCRIBED.value,
            )
            .group_by(OPERATIONS.c.cause)
        )
        rows = self._database.read(lambda connection: connection.execute(query).all())
        return {Cause(cause): int(count) for cause, count in rows}

    def most_members(self, sync: str, since: datetime) -> int:
        """The most members that a run since then began with; 0 where none says it."""
        query = select(RUNS.c.report).where(
            RUNS.c.sync == sync, RUNS.c.started_at >= _text(since), RUNS.c.report != ""
        )

        def work(connection: Connection) -> int:
            told = (json.loads(text).get("members", 0) for text in connection.scalars(query))
            return max(told, default=0)

        return self._database.read(work)

    def full_reads(self, sync: str, most: int) -> tuple[int, ...]:
        """Rows of the last full reads of one reading whose runs held nothing, newest first.

        The reads before another reading, and before a drop that a person approved, do not count.

        Args:
            sync: The sync.
            most: How many at most.
        """
        query = (
            select(RUNS.c.report)
            .where(ended_well(sync, whole=True))
            .order_by(RUNS.c.started_at.desc(), RUNS.c.id.desc())
            .limit(_RECENT)
        )

        def work(connection: Connection) -> tuple[int, ...]:
            reports = (json.loads(text or "{}") for text in connection.scalars(query))
            return tuple(_rows(reports))

        return self._database.read(work)[:most]

    def planned_adds(self, sync: str) -> pd.DataFrame:
        """Adds that the last plan let go, whatever became of them: `SUBSCRIPTIONS`."""
        columns = (PLANNED_ADDS.c[name] for name in SUBSCRIPTIONS.names)
        query = select(*columns).where(PLANNED_ADDS.c.sync == sync, PLANNED_ADDS.c.held == 0)
        found = self._database.read(lambda connection: read_frame(connection, query))
        SUBSCRIPTIONS.require(found)
        return found

    def keep_planned_adds(self, run: str, adds: pd.DataFrame, held: pd.DataFrame) -> None:
        """Keeps the adds of a plan, in place of those of the run before.

        Args:
            run: The run, begun, whose lease is held.
            adds: Those that go: `phone`, `sender_code`.
            held: Those that wait for an approval, alike: other syncs must know of them.
        """
        both = pd.concat([adds.assign(held=0), held.assign(held=1)])
        both = both.drop_duplicates(["sender_code", "phone"])

        def work(connection: Connection) -> None:
            sync = sync_of(connection, run)
            connection.execute(delete(PLANNED_ADDS).where(PLANNED_ADDS.c.sync == sync))
            columns = {
                "sync": [sync] * len(both),
                "sender_code": both["sender_code"],
                "phone": both["phone"],
            }
            rows = pa.table({name: pa.array(given, pa.string()) for name, given in columns.items()})
            rows = rows.append_column("held", pa.array(both["held"], pa.int64()))
            bulk_upsert.put(self._database, connection, PLANNED_ADDS, rows)

        self._database.write(work)


def _sent_all(report: dict[str, Any]) -> bool:
    if not report or report["load"]["not_reached"]:
        return False
    return only_removals_held(report)


def _rows(reports: Iterator[dict[str, Any]]) -> Iterator[int]:
    for report in reports:
        source, plan = report.get("source", {}), report.get("plan", {})
        if source.get("incremental") or plan.get("held"):
            continue
        yield int(source.get("rows", 0))
        approved = (each["guard"] for each in report.get("approved", ()))
        if plan.get("reading_changed") or "max_rows_drop" in approved:
            return


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")
