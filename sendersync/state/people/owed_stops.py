"""Stops that people asked for and that are not done: held by a guard, or without proof."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Connection, and_, func, or_, select

from schemas.frames import HELD_OPT_OUTS, SUBSCRIPTIONS
from schemas.member_status import UNPROVEN_STOPS
from schemas.outcomes import Cause
from sendersync.state.database.engine import Database
from sendersync.state.database.read_frame import read_frame
from sendersync.state.database.tables import MEMBERS, OPERATIONS, RUNS

_UNDONE = ("failed", "")
"""How runs end that have not made up their mind."""


class OwedStops:
    """Asked before everybody on a sender code is texted, and for how long somebody waits."""

    def __init__(self, database: Database) -> None:
        """On an open database."""
        self._database = database

    def held(self, run: str = "") -> pd.DataFrame:
        """Opt-outs that the newest run of each sync holds.

        Args:
            run: One that has written down what it holds and has not ended yet.

        Returns:
            `HELD_OPT_OUTS`; `since` is when a run held it first.
        """
        # by the fence, which grows with each run of a sync: two may begin in one second
        latest = (
            select(RUNS.c.sync, func.max(RUNS.c.fence).label("fence"))
            .where(RUNS.c.command == "run", or_(RUNS.c.status.not_in(_UNDONE), RUNS.c.id == run))
            .group_by(RUNS.c.sync)
            .subquery()
        )
        newest = select(RUNS.c.id).join(
            latest, and_(RUNS.c.sync == latest.c.sync, RUNS.c.fence == latest.c.fence)
        )
        # the kind is spelt out, so that the index of stops serves
        held = (
            OPERATIONS.c.kind == "stop",
            OPERATIONS.c.cause == Cause.OPTED_OUT.value,
            OPERATIONS.c.state == "held",
        )
        pair = (OPERATIONS.c.phone, OPERATIONS.c.sender_code)
        now = select(*pair).where(*held, OPERATIONS.c.run_id.in_(newest)).distinct()
        ever = (
            select(*pair, func.min(RUNS.c.started_at).label("since"))
            .join(RUNS, RUNS.c.id == OPERATIONS.c.run_id)
            .where(*held)
            .group_by(*pair)
        )
        today = self._database.read(lambda connection: read_frame(connection, now))
        if today.empty:
            return today.assign(since=pd.Series(dtype="str"))
        first = self._database.read(lambda connection: read_frame(connection, ever))
        found = today.merge(first, on=["phone", "sender_code"])
        HELD_OPT_OUTS.require(found)
        return found

    def unproven(self) -> pd.DataFrame:
        """Who was asked to be stopped in any sync, without proof that they are.

        Returns:
            `SUBSCRIPTIONS`, each once; also those whose call is in flight.
        """
        members = select(*(MEMBERS.c[name] for name in SUBSCRIPTIONS.names)).where(
            MEMBERS.c.standing.in_([each.value for each in UNPROVEN_STOPS])
        )
        in_flight = select(*(OPERATIONS.c[name] for name in SUBSCRIPTIONS.names)).where(
            OPERATIONS.c.kind == "stop", OPERATIONS.c.state == "intent"
        )

        def work(connection: Connection) -> pd.DataFrame:
            both = [read_frame(connection, query) for query in (members, in_flight)]
            return pd.concat(both).drop_duplicates(ignore_index=True)

        found = self._database.read(work)
        SUBSCRIPTIONS.require(found)
        return found
