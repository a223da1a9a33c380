"""The ledger: a write-ahead log of calls, each intent committed before its call leaves.

`record` is called many times a second during a load. One transaction holds the outcomes of what has
settled, the members that move with them, and the intents of what is sent next: so at any moment the
state tells which calls may have left without their answer being known, and those are few.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, or_, select

from schemas.frames import HELD, SENT_COLUMNS, STORED_OPERATIONS
from schemas.outcomes import Cause, Kind, Operation, OperationResult, Outcome
from sendersync.state import revisions
from sendersync.state.database.clock import now_text
from sendersync.state.database.engine import Database
from sendersync.state.database.read_frame import read_frame
from sendersync.state.database.tables import OPERATIONS, RUNS
from sendersync.state.lease.lease import Lease
from sendersync.state.ledger.accounts import Accounts
from sendersync.state.ledger.in_flight import abandoned_runs
from sendersync.state.ledger.operation_row import died_row, row_of, settled_row
from sendersync.state.ledger.settle import DONE, AffectedSyncs, settle, settle_died, without_repeats
from sendersync.state.ledger.standing_orders import StandingOrders
from sendersync.state.ledger.statements import statements_for
from sendersync.state.one_off_names import is_one_off


class Ledger:
    """Intents and outcomes of every run."""

    def __init__(self, database: Database) -> None:
        """On an open database."""
        self._database = database
        self._statements = statements_for(database)
        self._bump = revisions.Bump(database)
        self._orders = StandingOrders(database, self._statements)
        self._accounts = Accounts(database)
        self._kept = set[tuple[str, str]]()

    def record(
        self,
        run_id: str,
        lease: Lease,
        *,
        settled: Sequence[OperationResult] = (),
        intended: Sequence[Operation] = (),
        passed_over: Collection[str] = (),
        account: str = "",
    ) -> Mapping[str, str]:
        """Commits outcomes with the members they move, then intents, in one transaction.

        A load may last for hours, and others give orders meanwhile: what the plan rested on is
        looked at once more. Syncs that are `passed_over` are out of use. The first confirmation of
        a sender code writes down the `account` that gave it: a kill leaves neither without the
        other.

        Returns:
            Operations that are not intended and must not be sent: their ids, and why.

        Raises:
            LeaseLost: Another run took over; nothing was kept, so nothing may be sent.
            RunFailed: An operation was intended twice, or settled without having been intended.
        """
        if not settled and not intended:
            return {}
        at = now_text()
        parts = [
            [(settled_row(item, sync=lease.sync, run_id=run_id, at=at), item) for item in part]
            for part in without_repeats(settled)
        ]
        intents = [row_of(each, sync=lease.sync, run_id=run_id, at=at) for each in intended]
        confirmed = {each.operation.sender_code for each in settled if each.outcome in DONE}
        new = {code for code in confirmed if account and (account, code) not in self._kept}

        def work(connection: Connection) -> Mapping[str, str]:
            lease.confirm(connection)
            moved = [settle(self._statements, connection, part) for part in parts]
            if new:
                self._accounts.keep(connection, account, new)
            reach = max(moved, default=AffectedSyncs.NOBODY)
            overtaken = self._orders.against(connection, lease.sync, intended, intents, passed_over)
            going = zip(intended, intents, strict=True)
            self._statements.intend.many(
                connection, [row for operation, row in going if operation.id not in overtaken]
            )
            if reach is AffectedSyncs.ALL:
                revisions.bump(connection)
            elif reach is AffectedSyncs.OWN:
                self._bump.one(connection, lease.sync)
            return overtaken

        overtaken = self._database.write(work)
        self._kept |= {(account, code) for code in new}
        return overtaken

    def look_again(
        self, lease: Lease, intended: Sequence[Operation], passed_over: Collection[str] = ()
    ) -> Mapping[str, str]:
        """Reads what others have ordered since the intents were committed; writes nothing.

        Args:
            lease: Of the run whose intents they are.
            intended: Operations whose request is about to leave.
            passed_over: Syncs that are out of use.

        Returns:
            Those that must not be sent any more: their ids, and why.

        Raises:
            LeaseLost: Another run took over, or the lease has run out: nothing may be sent.
        """

        def work(connection: Connection) -> Mapping[str, str]:
            lease.look(connection)
            rows = [row_of(each, sync=lease.sync, run_id="", at="") for each in intended]
            return self._orders.against(connection, lease.sync, intended, rows, passed_over)

        return self._database.read(work)

    def recover(
        self, sync: str, run_id: str, lease: Lease, out_of_use: Collection[str] = ()
    ) -> pd.DataFrame:
        """Ends what dead runs left in flight: its outcome is unknown.

        Those of this sync, and those of one-off commands and of syncs that run no more: no run of
        their own comes to end them. An add makes the member unsure, so that it is asked again; a
        stop makes it `stopping`, and whoever was subscribed in another sync unsure.

        Args:
            sync: The sync whose lease is held.
            run_id: The run that begins; its own operations are left alone.
            lease: The lease that proves that no other run of this sync is active.
            out_of_use: Other syncs that run no more.

        Returns:
            The operations that were in flight, as they were: `STORED_OPERATIONS`.
        """
        at = now_text()

        def work(connection: Connection) -> pd.DataFrame:
            lease.confirm(connection)
            others = {
                run: of
                for run, of in abandoned_runs(connection, self._database).items()
                if of != sync and (is_one_off(of) or of in out_of_use)
            }
            own = select(RUNS.c.id).where(RUNS.c.sync == sync, RUNS.c.id != run_id)
            frame = _in_flight(
                connection, or_(OPERATIONS.c.run_id.in_(own), OPERATIONS.c.run_id.in_([*others]))
            )
            if frame.empty:
                return frame
            died = frame.assign(sync=[others.get(run, sync) for run in frame["run_id"]])
            rows = [died_row(stored, at=at) for stored in died.to_dict("records")]
            reach = settle_died(self._statements, connection, rows)
            everywhere = others or reach is AffectedSyncs.ALL
            revisions.bump(connection, None if everywhere else sync)
            return frame

        return self._database.write(work)

    def left_in_flight(self, sync: str | None = None) -> pd.DataFrame:
        """Calls of dead runs that no later run has ended: `STORED_OPERATIONS`.

        Args:
            sync: Of this one; None: of all of them.
        """

        def work(connection: Connection) -> pd.DataFrame:
            dead = abandoned_runs(connection, self._database)
            runs = [run for run, of in dead.items() if sync in (None, of)]
            return _in_flight(connection, OPERATIONS.c.run_id.in_(runs))

        return self._database.read(work)

    def operations(self, run_id: str) -> pd.DataFrame:
        """All operations of a run, held ones first, then in the order of the plan."""
        query = _operations().where(OPERATIONS.c.run_id == run_id).order_by(OPERATIONS.c.number)
        return self._database.read(lambda connection: _stored(connection, query))

    def history_of(self, who: str) -> pd.DataFrame:
        """Every operation of one phone (E.164) or e-mail, of all runs, oldest first."""
        asked = OPERATIONS.c.email if "@" in who else OPERATIONS.c.phone
        query = _operations().where(asked == who).order_by(OPERATIONS.c.run_id, OPERATIONS.c.number)
        return self._database.read(lambda connection: _stored(connection, query))

    def added_later(self, run_id: str) -> frozenset[str]:
        """Whom later runs of the same sync added anew: phone and sender code, with a space."""
        of = select(RUNS.c.sync, RUNS.c.started_at).where(RUNS.c.id == run_id).subquery()
        query = (
            select(OPERATIONS.c.phone, OPERATIONS.c.sender_code)
            .join(RUNS, RUNS.c.id == OPERATIONS.c.run_id)
            .join(of, (RUNS.c.sync == of.c.sync) & (RUNS.c.started_at > of.c.started_at))
            .where(
                OPERATIONS.c.kind == Kind.ADD.value,
                # one that is owed asks for an add of an earlier run
                OPERATIONS.c.cause != Cause.OWED.value,
                OPERATIONS.c.state.in_([Outcome.CONFIRMED.value, Outcome.ALREADY.value]),
            )
        )
        rows = self._database.read(lambda connection: connection.execute(query).all())
        return frozenset(f"{phone} {code}" for phone, code in rows)

    def keep_held(self, run_id: str, frame: pd.DataFrame, digest: str) -> None:
        """Keeps operations that wait for approval, under the digest of the plan that held them.

        Args:
            run_id: The run that holds them.
            frame: `HELD`. They replace those held by this run before.
            digest: Of the plan; empty where no guard holds anything.
        """
        HELD.require(frame)
        names = ("kind", "cause", "sender_code", "phone", "key", *SENT_COLUMNS, "line")
        kept = frame[[*names, "held_by"]].rename(columns={"held_by": "guard"})
        rows = [
            {str(name): cell for name, cell in row.items()}
            | {"run_id": run_id, "number": -1 - place}
            for place, row in enumerate(kept.to_dict("records"))
        ]

        def work(connection: Connection) -> None:
            connection.execute(
                OPERATIONS.delete().where(
                    OPERATIONS.c.run_id == run_id, OPERATIONS.c.state == "held"
                )
            )
            if rows:
                connection.execute(OPERATIONS.insert().values(state="held", again=0), rows)
            connection.execute(RUNS.update().where(RUNS.c.id == run_id).values(digest=digest))

        self._database.write(work)


def _operations() -> Select[Any]:
    return select(*(OPERATIONS.c[name] for name in STORED_OPERATIONS.names))


def _in_flight(connection: Connection, of: ColumnElement[bool]) -> pd.DataFrame:
    return _stored(connection, _operations().where(OPERATIONS.c.state == "intent", of))


def _stored(connection: Connection, query: Select[Any]) -> pd.DataFrame:
    frame = read_frame(connection, query)
    STORED_OPERATIONS.require(frame)
    return frame
