"""The lease of a sync: two runs of it never overlap, across processes and machines.

One row per sync. Whoever changes it to their own name in one statement holds it, until they free
it, or it expires, or (on the same machine) they are dead. Each time its fence grows by one (a
fencing token); a holder that was silent for too long finds another fence there, or a lease that
has run out, and its next record is refused.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Double,
    Text,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from schemas.errors import LeaseLost, RunActive, SendersyncError
from sendersync.state.database.engine import Database
from sendersync.state.database.tables import LEASES, META
from sendersync.state.lease.processes import Holder, is_dead, this_process

FENCE_BASE = "fence_base"
"""The row of the table `meta` that a restore writes."""

_NOBODY = -1


@dataclass(frozen=True, slots=True)
class LastHolder:
    """Who holds, or was the last to hold, the lease of a sync.

    Attributes:
        run: The run it is held for.
        host_name: The machine, for people.
        pid: Process id there.
        alive: It holds the lease now, and nothing proves that it is dead.
    """

    run: str
    host_name: str
    pid: int
    alive: bool


def last_holder(database: Database, sync: str) -> LastHolder | None:
    """Who was the last to run a sync; None for nobody."""
    held = (LEASES.c.expires_at > clock(database)).label("held")
    query = select(LEASES, held).where(LEASES.c.sync == sync)
    row = database.read(lambda connection: connection.execute(query).mappings().first())
    if row is None:
        return None
    alive = bool(row["held"]) and not is_dead(_holder(row))
    return LastHolder(row["run"], row["host_name"], row["pid"], alive)


def clock(database: Database) -> ColumnElement[float]:
    """The database's clock where machines share it, else this machine's."""
    if database.postgres:
        return cast(func.extract("epoch", func.clock_timestamp()), Double)
    return literal(time.time(), Double)


def active_holders(connection: Connection, database: Database) -> list[tuple[str, LastHolder]]:
    """Every sync whose lease is held by somebody who is not known to be dead, and who that is."""
    held = connection.execute(select(LEASES).where(LEASES.c.expires_at > clock(database)))
    return [
        (row["sync"], LastHolder(row["run"], row["host_name"], row["pid"], alive=True))
        for row in held.mappings()
        if not is_dead(_holder(row))
    ]


def fence_base() -> ColumnElement[int]:
    """What the first fence of a sync follows: 0, and a high number in a state that was restored."""
    kept = select(cast(META.c.value, BigInteger)).where(META.c.name == FENCE_BASE)
    return func.coalesce(kept.scalar_subquery(), literal_column("0", BigInteger()))


class Lease:
    """Holds a sync while the `with` block runs; renewed by a thread of its own.

    Attributes:
        sync: The sync it is for.
        fence: The fencing token: it grows with each holder of the sync, so that an overtaken one is
            known by its lower number.
    """

    def __init__(
        self,
        database: Database,
        sync: str,
        *,
        ttl: float,
        run: str,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Holds nothing yet: that begins with the `with` block.

        Args:
            database: Where the row of the lease is.
            sync: The sync it is for.
            ttl: Seconds after which it expires, unless it is renewed.
            run: The run it is held for.
            monotonic: Seconds that only grow: how long ago it was renewed.
        """
        self.sync = sync
        self.fence = 0
        self._database = database
        self._ttl = ttl
        self._run = run
        now: Any = clock(database) if database.postgres else bindparam("now", type_=Double())
        mine = select(LEASES.c.pid).where(
            LEASES.c.sync == bindparam("of_sync", type_=Text()),
            LEASES.c.fence == bindparam("of_fence", type_=BigInteger()),
            LEASES.c.expires_at > now,
        )
        fields = ("of_sync", "of_fence", "now")
        self._held = database.prepare(mine.with_for_update(read=True), fields)
        self._seen = database.prepare(mine, fields)
        self._lost = False
        self._monotonic = monotonic
        self._renewed = 0.0
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Takes the lease.

        Raises:
            RunActive: Somebody else holds it.
        """
        self.fence = self._database.write(self._acquire)
        self._renewed = self._monotonic()
        self._thread = threading.Thread(
            target=self._keep, name=f"lease of {self.sync}", daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Frees it, unless somebody else has it by now."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
        free = update(LEASES).where(*self._mine()).values(expires_at=0.0)
        try:
            self._database.write(lambda connection: connection.execute(free))
        except SendersyncError:
            # not worth hiding what ended the run: it frees itself by expiry, or by our death
            if error is None:
                raise

    def check(self) -> None:
        """Asks the own memory only, so it may be called before every request.

        Raises:
            LeaseLost: It is known that another run took over, or it may have by now.
        """
        if self._lost or self._monotonic() - self._renewed > self._ttl:
            raise self._gone()

    def confirm(self, connection: Connection) -> None:
        """Makes the caller's transaction valid only if the lease is still held.

        The row stays locked until the transaction ends, so nobody can take over in between. When a
        renewal is nearly due it is done here: a thread that writes all the time would otherwise
        keep the renewing thread out of SQLite.

        Raises:
            LeaseLost: Another run took over; the transaction must not be committed.
        """
        now = self._monotonic()
        if now - self._renewed > self._ttl / 4:
            held = self._renew(connection)
            if held:
                self._renewed = now
        else:
            row = (self.sync, self.fence, time.time())
            held = self._held.one(connection, row).first() is not None
        if not held:
            self._lost = True
            raise self._gone()

    def look(self, connection: Connection) -> None:
        """Looks whether the lease is still held, and locks nothing.

        Raises:
            LeaseLost: Another run took over, or it has run out: this process slept for too long.
        """
        self.check()
        if self._seen.one(connection, (self.sync, self.fence, time.time())).first() is None:
            self._lost = True
            raise self._gone()

    def _mine(self) -> tuple[ColumnElement[bool], ...]:
        return (LEASES.c.sync == self.sync, LEASES.c.fence == self.fence)

    def _gone(self) -> LeaseLost:
        return LeaseLost(
            f"Another run of {self.sync} took over, or may have: this one was silent too long.",
            where=f"run {self._run}" if self._run else f"sync {self.sync}",
            do="Nothing is lost: let the other run finish, then run again.",
        )

    def _acquire(self, connection: Connection) -> int:
        row = (
            connection.execute(select(LEASES).where(LEASES.c.sync == self.sync)).mappings().first()
        )
        dead = _NOBODY
        if row is not None and is_dead(_holder(row)):
            dead = row["fence"]
        me = this_process()
        now = clock(self._database)
        insert: Any = postgresql.insert if self._database.postgres else sqlite.insert
        values = {
            "run": self._run,
            "host": me.host,
            "host_name": me.host_name,
            "pid": me.pid,
            "process_started": me.started,
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
            "expires_at": now + self._ttl,
        }
        taken = (
            insert(LEASES)
            .values(sync=self.sync, fence=fence_base() + 1, **values)
            .on_conflict_do_update(
                index_elements=[LEASES.c.sync],
                set_={**values, "fence": LEASES.c.fence + 1},
                where=or_(LEASES.c.expires_at <= now, LEASES.c.fence == bindparam("dead", dead)),
            )
            .returning(LEASES.c.fence)
        )
        fence = connection.scalar(taken)
        if fence is None:
            raise self._held_by(connection)
        return int(fence)

    def _held_by(self, connection: Connection) -> RunActive:
        row = (
            connection.execute(
                select(LEASES, (LEASES.c.expires_at - clock(self._database)).label("left")).where(
                    LEASES.c.sync == self.sync
                )
            )
            .mappings()
            .one()
        )
        run = f"run {row['run']}" if row["run"] else "a run"
        return RunActive(
            f"{run[0].upper()}{run[1:]} of {self.sync} has been active since {row['since']} on "
            f"{row['host_name']} (process {row['pid']}).",
            where=f"sync {self.sync}",
            do="Let it finish, or end that process. If that machine is gone, run again in "
            f"{max(1, round(row['left']))} seconds.",
        )

    def _renew(self, connection: Connection) -> bool:
        now = clock(self._database)
        # one that has run out is lost, though nobody took it: this process slept, and others may
        # have ordered otherwise
        alive = (*self._mine(), LEASES.c.expires_at > now)
        renewed = update(LEASES).where(*alive).values(expires_at=now + self._ttl)
        return connection.execute(renewed).rowcount == 1

    def _keep(self) -> None:
        wait = self._ttl / 3
        while not self._ended.wait(wait):
            since = self._monotonic() - self._renewed
            if since < self._ttl / 4:  # `confirm` has done it
                wait = self._ttl / 3 - since
                continue
            asked = self._monotonic()
            try:
                held = self._database.write(self._renew)
            except SendersyncError:
                wait = min(1.0, self._ttl / 10)  # busy or away: again soon, `check` counts the time
                continue
            if not held:
                self._lost = True
                return
            self._renewed = asked
            wait = self._ttl / 3


def _holder(row: Any) -> Holder:
    return Holder(row["host"], row["host_name"], row["pid"], row["process_started"])
