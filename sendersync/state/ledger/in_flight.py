"""Calls of other syncs that have left, and whose outcome is not written down.

An outcome moves a member only when it is written down. Until then, what another sync is adding
would look as if nobody wanted it, and what it is stopping as if it were subscribed.

Where the other run died, its adds still count: that sync wants those people, and its next run will
find out whether they are subscribed. Its stops do not: they are no longer on their way.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Double, Text, and_, bindparam, literal_column, select

from schemas.outcomes import Kind
from sendersync.state.database.engine import Database
from sendersync.state.database.tables import LEASES, OPERATIONS, RUNS
from sendersync.state.lease.lease import active_holders, clock
from sendersync.state.one_off_names import SQL_PATTERN

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class InFlight:
    """Phone and sender code of each.

    Attributes:
        adds: Adds and updates.
        stops: Stops of runs that are alive.
    """

    adds: frozenset[Pair]
    stops: frozenset[Pair]


def abandoned_runs(connection: Connection, database: Database) -> dict[str, str]:
    """Dead runs with calls in flight, and the sync of each.

    Read before the leases are: a run that begins in between is not taken for a dead one.
    """
    query = (
        select(RUNS.c.id, RUNS.c.sync)
        .join(OPERATIONS, OPERATIONS.c.run_id == RUNS.c.id)
        # spelt out, so that the index of calls in flight serves
        .where(OPERATIONS.c.state == literal_column("'intent'"))
        .distinct()
    )
    found = {row.id: row.sync for row in connection.execute(query)}
    if not found:
        return {}
    alive = {holder.run for _, holder in active_holders(connection, database)}
    return {run: sync for run, sync in found.items() if run not in alive}


class InFlightQuery:
    """The question, compiled once."""

    def __init__(self, database: Database) -> None:
        """Compiles it."""
        now: Any = clock(database) if database.postgres else bindparam("now", type_=Double())
        # a run whose lease has run out is dead
        alive = and_(
            LEASES.c.sync == RUNS.c.sync, LEASES.c.fence == RUNS.c.fence, LEASES.c.expires_at > now
        )
        query = (
            select(
                OPERATIONS.c.kind,
                OPERATIONS.c.phone,
                OPERATIONS.c.sender_code,
                RUNS.c.sync,
                LEASES.c.fence.is_not(None).label("alive"),
                RUNS.c.sync.not_like(literal_column(f"'{SQL_PATTERN}'")).label("returns"),
            )
            .join(RUNS, RUNS.c.id == OPERATIONS.c.run_id)
            .outerjoin(LEASES, alive)
            .where(
                # spelt out, so that the index of calls in flight serves
                OPERATIONS.c.state == literal_column("'intent'"),
                RUNS.c.sync != bindparam("of_sync", type_=Text()),
            )
        )
        self._prepared = database.prepare(query, ("of_sync", "now"))

    def of_other_syncs(
        self, connection: Connection, sync: str, passed_over: Collection[str] = ()
    ) -> InFlight:
        """Those of all syncs but this one.

        Args:
            connection: In a transaction.
            sync: This one.
            passed_over: Syncs that are out of use: only what they do at this moment counts.
        """
        found: Any = self._prepared.one(connection, (sync, time.time()))
        adds: set[Pair] = set()
        stops: set[Pair] = set()
        for kind, phone, code, other, alive, returns in found:
            if kind == Kind.STOP.value and alive:
                stops.add((phone, code))
            # a one-off command that died is out of use, and no later run of it finds out
            elif kind != Kind.STOP.value and (alive or (returns and other not in passed_over)):
                adds.add((phone, code))
        return InFlight(frozenset(adds), frozenset(stops))
