"""Runs: each with the report it ended with."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, insert, select, update

from schemas.errors import LeaseLost, WrongUse
from schemas.report import Report, Status
from sendersync.state.database.clock import now_text
from sendersync.state.database.engine import Database
from sendersync.state.database.tables import LEASES, META, RUNS, SYNCS
from sendersync.state.database.upsert import upsert
from sendersync.state.lease.lease import Lease

HELD_NOTHING = (Status.COMPLETED.value, Status.PARTIAL.value)
ENDED_WELL = (*HELD_NOTHING, Status.NEEDS_APPROVAL.value)
KNOWS_ALL = ("run", "adopt")  # commands after which the members stand for a whole source

# two runs of a sync may begin in one second: its fence grows with each
_NEWEST_FIRST = (RUNS.c.started_at.desc(), RUNS.c.fence.desc(), RUNS.c.id.desc())


def ended_well(
    sync: str, statuses: tuple[str, ...] = ENDED_WELL, *, whole: bool = False
) -> ColumnElement[bool]:
    """The condition for runs of a sync after which its members stand for its source.

    Args:
        sync: The sync.
        statuses: How they ended.
        whole: Only those whose source said that its read was complete.
    """
    found = and_(RUNS.c.sync == sync, RUNS.c.command.in_(KNOWS_ALL), RUNS.c.status.in_(statuses))
    return and_(found, RUNS.c.source_complete == 1) if whole else found


RESTORED_BLIND = "restored_blind"
"""The row of the table `meta` that a restore writes which had no present state to compare with."""


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run, as history keeps it.

    Attributes:
        status: Empty while it is active, and for ever if it died.
        report: What `--json` printed; empty while there is none.
        source_complete: The source said that its read was complete.
        digest: Of the plan, where the run held something.
    """

    id: str
    sync: str
    command: str
    source: str
    started_at: str
    finished_at: str
    status: str
    source_complete: bool
    report: dict[str, Any]
    digest: str


class Runs:
    """History."""

    def __init__(self, database: Database) -> None:
        """On an open database."""
        self._database = database

    def begin(
        self,
        run_id: str,
        sync: str,
        command: str,
        lease: Lease,
        *,
        source: str,
        at: datetime | None = None,
    ) -> None:
        """Writes down that a run begins.

        Args:
            run_id: From `new_run_id`.
            sync: The sync, whose lease is held.
            command: `run`, `adopt`, `import`, `stop`, ...
            lease: Proves that no other run is active.
            source: Where contacts are read, without passwords.
            at: By the schedule's clock, aware; None: now.
        """
        began = at.astimezone(UTC).isoformat(timespec="milliseconds") if at else now_text()

        def work(connection: Connection) -> None:
            lease.confirm(connection)
            known = upsert(self._database, SYNCS).values(sync=sync, revision=0, stamp="")
            connection.execute(known.on_conflict_do_nothing())
            connection.execute(
                insert(RUNS).values(
                    id=run_id,
                    sync=sync,
                    command=command,
                    source=source,
                    started_at=began,
                    fence=lease.fence,
                )
            )

        self._database.write(work)

    def finish(self, run_id: str, report: Report) -> None:
        """Keeps the report of a run that ended, well or not."""
        done = (
            update(RUNS)
            .where(RUNS.c.id == run_id)
            .values(
                finished_at=now_text(),
                status=report.status.value,
                report=json.dumps(report.as_json()),
                source_complete=int(report.source.complete),
            )
        )
        self._database.write(lambda connection: connection.execute(done))

    def latest(self, limit: int = 20, sync: str | None = None) -> list[RunRow]:
        """The newest runs, newest first."""
        query = select(RUNS).order_by(*_NEWEST_FIRST).limit(limit)
        if sync is not None:
            query = query.where(RUNS.c.sync == sync)
        return self._database.read(
            lambda connection: [_run(row) for row in connection.execute(query).mappings()]
        )

    def syncs(self) -> list[str]:
        """Every sync that has run, pseudo syncs of one-off commands among them, in order."""
        query = select(SYNCS.c.sync).order_by(SYNCS.c.sync)
        return self._database.read(lambda connection: [*connection.scalars(query)])

    def one(self, name: str) -> RunRow:
        """A run by its id, the beginning of its id where only one begins so, or `last`.

        Raises:
            WrongUse: None or several match; the nearest ids are named.
        """
        if name == "last":
            newest = self.latest(1)
            if not newest:
                raise WrongUse(
                    "There is no run yet.", where=self._database.where, do="Run a sync first."
                )
            return newest[0]
        begins = RUNS.c.id.startswith(name, autoescape=True)
        query = select(RUNS).where(begins).order_by(RUNS.c.id.desc()).limit(6)
        found = self._database.read(lambda c: [_run(row) for row in c.execute(query).mappings()])
        exact = [row for row in found if row.id == name]
        if len(found) == 1 or exact:
            return (exact or found)[0]
        ids = [row.id for row in found] or self._nearest(name)
        raise WrongUse(
            "Several runs start with that." if found else "There is no such run.",
            where="RUN",
            do=f"Use one of: {', '.join(ids)}." if ids else "`sendersync history` lists them.",
        )

    def holding(self, digest: str) -> RunRow:
        """The newest run that held something under a digest.

        Raises:
            WrongUse: None did.
        """
        query = select(RUNS).where(RUNS.c.digest == digest).order_by(RUNS.c.started_at.desc())
        found = self._database.read(lambda c: [_run(row) for row in c.execute(query).mappings()])
        if not found:
            raise WrongUse(
                "No run of this state has held anything under that digest.",
                where="DIGEST",
                do="Copy it from the report of the run that held something.",
            )
        return found[0]

    def has_completed(self, sync: str) -> bool:
        """Whether a run or an adoption of this sync ended well with a complete source.

        Until then the members do not stand for the source, and nobody may be stopped for not being
        in it. A run that failed does not count, even if its source was complete.
        """
        query = select(RUNS.c.id).where(ended_well(sync, whole=True)).limit(1)
        return self._database.read(lambda connection: connection.scalar(query)) is not None

    def is_restored_blind(self, sync: str) -> bool:
        """Whether nobody knows what was done after the copy from which this state was restored.

        So it is until a full run of the sync has ended well; a run after the restore is known by
        its fence, which is above all that were before.
        """
        mark = select(META.c.value).where(META.c.name == RESTORED_BLIND)

        def work(connection: Connection) -> bool:
            found = connection.scalar(mark)
            if found is None:
                return False
            since = select(RUNS.c.id).where(ended_well(sync, whole=True), RUNS.c.fence > int(found))
            return connection.scalar(since.limit(1)) is None

        return self._database.read(work)

    def last_report(self, sync: str) -> dict[str, Any]:
        """The report of a sync's last run or adoption that ended well; empty where none did."""
        query = select(RUNS.c.report).where(ended_well(sync)).order_by(*_NEWEST_FIRST).limit(1)
        found = self._database.read(lambda connection: connection.scalar(query))
        return dict(json.loads(found or "{}"))

    def _nearest(self, name: str) -> list[str]:
        ids = [row.id for row in self.latest(1000)]
        return difflib.get_close_matches(name, ids, n=3, cutoff=0.5) or ids[:3]


def sync_of(connection: Connection, run_id: str) -> str:
    """The sync of a run that still holds its lease; locked until the transaction ends.

    Raises:
        LeaseLost: Another run took over since.
    """
    query = (
        select(RUNS.c.sync)
        .join(LEASES, and_(LEASES.c.sync == RUNS.c.sync, LEASES.c.fence == RUNS.c.fence))
        .where(RUNS.c.id == run_id)
        .with_for_update(read=True, of=LEASES)
    )
    sync = connection.scalar(query)
    if sync is None:
        raise LeaseLost(
            "Another run of this sync took over.",
            where=f"run {run_id}",
            do="Nothing is lost: let the other run finish, then run again.",
        )
    return str(sync)


def _run(row: Any) -> RunRow:
    return RunRow(
        id=row["id"],
        sync=row["sync"],
        command=row["command"],
        source=row["source"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        status=row["status"],
        source_complete=bool(row["source_complete"]),
        report=json.loads(row["report"]) if row["report"] else {},
        digest=row["digest"],
    )
