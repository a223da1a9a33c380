"""The syncs that the state knows: listed, under a new name, or retired."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select, update

from schemas.errors import WrongUse
from schemas.member_status import MAY_RECEIVE
from sendersync.state import revisions
from sendersync.state.database.engine import Database
from sendersync.state.database.tables import LEASES, MEMBERS, METADATA, RUNS, SYNCS
from sendersync.state.lease.lease import Lease
from sendersync.state.one_off_names import SQL_PATTERN

_MOVED = [table for table in METADATA.sorted_tables if "sync" in table.c and table is not SYNCS]

_MEMBERS: Final = (
    select(func.count())
    .where(
        MEMBERS.c.sync == SYNCS.c.sync,
        MEMBERS.c.standing.in_([each.value for each in MAY_RECEIVE]),
    )
    .scalar_subquery()
)
_RUN = RUNS.alias("run")
_NEWEST: Final = (
    select(_RUN.c.id)
    .where(_RUN.c.sync == SYNCS.c.sync)
    .order_by(_RUN.c.started_at.desc(), _RUN.c.id.desc())
    .limit(1)
    .correlate(SYNCS)
    .scalar_subquery()
)
_ALL: Final = (
    select(SYNCS.c.sync, SYNCS.c.retired_at, _MEMBERS, RUNS.c.id, RUNS.c.started_at, RUNS.c.status)
    .select_from(SYNCS.outerjoin(RUNS, RUNS.c.id == _NEWEST))
    .where(SYNCS.c.sync.not_like(SQL_PATTERN))
    .order_by(SYNCS.c.sync)
)


@dataclass(frozen=True, slots=True)
class SyncRow:
    """One sync.

    Attributes:
        sync: Its name.
        members: People of it who may receive texts.
        last_run: Id of its newest run; empty where it never ran.
        last_run_at: When that began, aware; None where it never ran.
        status: How that ended; empty while it is active, and where it died.
        retired_at: ISO date of its retirement; empty while it is in use.
    """

    sync: str
    members: int
    last_run: str
    last_run_at: datetime | None
    status: str
    retired_at: str


class Syncs:
    """All syncs; one-off imports and stop lists are none."""

    def __init__(self, database: Database) -> None:
        """On an open database."""
        self._database = database

    def all(self) -> list[SyncRow]:
        """Every sync, by name."""
        return self._database.read(
            lambda connection: [_row(*found) for found in connection.execute(_ALL)]
        )

    def retired_at(self, sync: str) -> str:
        """ISO date of a sync's retirement; empty while it is in use, or not known."""
        query = select(SYNCS.c.retired_at).where(SYNCS.c.sync == sync)
        return self._database.read(lambda connection: connection.scalar(query)) or ""

    def retire(self, lease: Lease, at: datetime | None) -> None:
        """Writes down that a sync is out of use, or, without a moment, that it does again.

        Raises:
            LeaseLost: Another run took over; nothing was changed.
        """
        day = at.astimezone(UTC).date().isoformat() if at else ""

        def work(connection: Connection) -> None:
            lease.confirm(connection)
            connection.execute(
                update(SYNCS).where(SYNCS.c.sync == lease.sync).values(retired_at=day)
            )
            revisions.bump(connection)

        self._database.write(work)

    def rename(self, lease: Lease, new: str, at: datetime) -> None:
        """Gives a sync another name, with all that is known of it: runs, members, reading.

        The old name stays known as retired: a run under it, of a sync file that nobody changed,
        would begin anew.

        Args:
            lease: Of the old name; it ends with this call.
            new: A name under which no sync has ever run.
            at: Now, aware.

        Raises:
            WrongUse: The new name is taken.
            LeaseLost: Another run took over; nothing was changed.
        """
        old, day = lease.sync, at.astimezone(UTC).date().isoformat()

        def work(connection: Connection) -> None:
            lease.confirm(connection)
            self._refuse_taken(connection, new)
            before = connection.execute(select(SYNCS).where(SYNCS.c.sync == old)).mappings().one()
            connection.execute(delete(LEASES).where(LEASES.c.sync == new))
            connection.execute(delete(SYNCS).where(SYNCS.c.sync == new))
            connection.execute(insert(SYNCS).values({**before, "sync": new}))
            for table in _MOVED:
                connection.execute(update(table).where(table.c.sync == old).values(sync=new))
            connection.execute(update(LEASES).where(LEASES.c.sync == new).values(expires_at=0.0))
            connection.execute(update(SYNCS).where(SYNCS.c.sync == old).values(retired_at=day))
            revisions.bump(connection)

        self._database.write(work)

    def _refuse_taken(self, connection: Connection, new: str) -> None:
        """A name that a rename has left behind, and nothing has used since, is free again."""
        found = connection.scalar(select(SYNCS.c.sync).where(SYNCS.c.sync == new))
        used = connection.scalar(select(RUNS.c.id).where(RUNS.c.sync == new).limit(1))
        if found is not None and used is not None:
            raise WrongUse(
                f"There is a sync named {new} already.",
                where=self._database.where,
                do="Pick another name; `sendersync list` shows those that are taken.",
            )

    def require(self, sync: str) -> None:
        """Refuses a name that no sync has.

        Raises:
            WrongUse: Names the syncs that there are.
        """
        names = [row.sync for row in self.all()]
        if sync not in names:
            raise WrongUse(
                f"The state knows no sync named {sync!r}.",
                where=self._database.where,
                do=f"Use one of: {', '.join(names)}." if names else "It knows none yet.",
            )


def _row(
    sync: str, retired_at: str, members: int, run: str | None, began: str | None, status: str | None
) -> SyncRow:
    at = datetime.fromisoformat(began) if began else None
    return SyncRow(sync, members, run or "", at, status or "", retired_at)
