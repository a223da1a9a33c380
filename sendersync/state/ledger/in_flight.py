"""Calls of other syncs that are in flight at this moment.

Their outcome moves a member only when it is written down. Until then, what another sync is adding
would look as if nobody wanted it, and what it is stopping as if it were subscribed.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Double, Text, and_, bindparam, literal_column, select

from schemas.outcomes import Kind
from sendersync.state.database.engine import Database
from sendersync.state.database.tables import LEASES, OPERATIONS, RUNS
from sendersync.state.lease.lease import clock

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class InFlight:
    """Phone and sender code of each.

    Attributes:
        adds: Adds and updates.
        stops: Stops.
    """

    adds: frozenset[Pair]
    stops: frozenset[Pair]


class InFlightQuery:
    """The question, compiled once."""

    def __init__(self, database: Database) -> None:
        """Compiles it."""
        now: Any = clock(database) if database.postgres else bindparam("now", type_=Double())
        # a run whose lease has run out is dead: its calls are no longer on their way
        alive = and_(
            LEASES.c.sync == RUNS.c.sync, LEASES.c.fence == RUNS.c.fence, LEASES.c.expires_at > now
        )
        query = (
            select(OPERATIONS.c.kind, OPERATIONS.c.phone, OPERATIONS.c.sender_code)
            .join(RUNS, RUNS.c.id == OPERATIONS.c.run_id)
            .join(LEASES, alive)
            .where(
                # spelt out, so that the index of calls in flight serves
                OPERATIONS.c.state == literal_column("'intent'"),
                RUNS.c.sync != bindparam("of_sync", type_=Text()),
            )
        )
        self._prepared = database.prepare(query, ("of_sync", "now"))

    def of_other_syncs(self, connection: Connection, sync: str) -> InFlight:
        """Those of all syncs but this one."""
        found: Any = self._prepared.one(connection, (sync, time.time()))
        adds: set[Pair] = set()
        stops: set[Pair] = set()
        for kind, phone, code in found:
            (stops if kind == Kind.STOP.value else adds).add((phone, code))
        return InFlight(frozenset(adds), frozenset(stops))
