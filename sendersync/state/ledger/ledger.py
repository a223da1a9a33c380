"""The ledger: what is about to be sent, and what became of it.

`record` is called many times a second during a load. One transaction holds the outcomes of what has
settled, the members that move with them, and the intents of what is sent next: so at any moment the
state tells which calls may have left without their answer being known, and those are few.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from typing import Any, Final

import pandas as pd
from sqlalchemy import Connection, Select, select

from schemas.errors import RunFailed
from schemas.frames import SENT_COLUMNS, STORED_OPERATIONS
from schemas.outcomes import Cause, Kind, Operation, OperationResult, Outcome
from sendersync.state import revisions
from sendersync.state.database.clock import now_text
from sendersync.state.database.engine import Database
from sendersync.state.database.read_frame import read_frame
from sendersync.state.database.tables import OPERATIONS, RUNS
from sendersync.state.lease.lease import Lease
from sendersync.state.ledger.in_flight import InFlightQuery
from sendersync.state.ledger.statements import Statements
from sendersync.state.run_ids import number_of
from sendersync.state.suppressions import SuppressionLookup

DIED: Final = "the run ended before the answer came"
SUPPRESSED: Final = "not added: put on the do-not-contact list while the run was under way"
BEING_STOPPED: Final = "not added yet: another sync's stop of the phone was under way"
WANTED: Final = "not stopped: another sync has added the phone while the run was under way"

Row = tuple[Any, ...]

_NO_ANSWER: Final[Row] = ("", 0, None, "", 0)
_DONE = frozenset({Outcome.CONFIRMED, Outcome.ALREADY})


class _AffectedSyncs(IntEnum):
    """Whose members a transaction has moved."""

    NOBODY = 0
    OWN = 1
    ALL = 2  # a stop holds in other syncs too


class Ledger:
    """Intents and outcomes of every run."""

    def __init__(self, database: Database) -> None:
        """On an open database."""
        self._database = database
        self._statements = Statements(database)
        self._bump = revisions.Bump(database)
        self._suppressed = SuppressionLookup(database)
        self._under_way = InFlightQuery(database)

    def record(
        self,
        run_id: str,
        lease: Lease,
        *,
        settled: Sequence[OperationResult] = (),
        intended: Sequence[Operation] = (),
    ) -> Mapping[str, str]:
        """Commits outcomes with the members they move, then intents, in one transaction.

        A load may last for hours, and others give orders meanwhile: what the plan rested on is
        looked at once more.

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
            [(_row(item.operation, lease.sync, run_id, at) + _answer(item), item) for item in part]
            for part in _without_repeats(settled)
        ]
        intents = [_row(operation, lease.sync, run_id, at) + _NO_ANSWER for operation in intended]

        def work(connection: Connection) -> Mapping[str, str]:
            lease.confirm(connection)
            reach = max(
                [self._settle(connection, part) for part in parts], default=_AffectedSyncs.NOBODY
            )
            overtaken = self._overtaken(connection, lease.sync, intended, intents)
            going = zip(intended, intents, strict=True)
            self._statements.intend.many(
                connection, [row for operation, row in going if operation.id not in overtaken]
            )
            if reach is _AffectedSyncs.ALL:
                revisions.bump(connection)
            elif reach is _AffectedSyncs.OWN:
                self._bump.one(connection, lease.sync)
            return overtaken

        return self._database.write(work)

    def look_again(self, lease: Lease, intended: Sequence[Operation]) -> Mapping[str, str]:
        """Reads what others have ordered since the intents were committed; writes nothing.

        Args:
            lease: Of the run whose intents they are.
            intended: Operations whose request is about to leave.

        Returns:
            Those that must not be sent any more: their ids, and why.

        Raises:
            LeaseLost: Another run took over, or the lease has run out: nothing may be sent.
        """

        def work(connection: Connection) -> Mapping[str, str]:
            lease.look(connection)
            rows = [_row(each, lease.sync, "", "") + _NO_ANSWER for each in intended]
            return self._overtaken(connection, lease.sync, intended, rows)

        return self._database.read(work)

    def recover(self, sync: str, run_id: str, lease: Lease) -> pd.DataFrame:
        """Ends what dead runs of this sync left in flight: its outcome is unknown.

        An add makes the member unsure, so that it is asked again; a stop makes it `stopping`, and
        whoever was subscribed in another sync unsure.

        Args:
            sync: The sync whose lease is held.
            run_id: The run that begins; its own operations are left alone.
            lease: The lease that proves that no other run is active.

        Returns:
            The operations that were in flight, as they were: `STORED_OPERATIONS`.
        """
        at = now_text()

        def work(connection: Connection) -> pd.DataFrame:
            lease.confirm(connection)
            frame = _stored(
                connection,
                _operations().where(
                    OPERATIONS.c.state == "intent",
                    OPERATIONS.c.run_id.in_(
                        select(RUNS.c.id).where(RUNS.c.sync == sync, RUNS.c.id != run_id)
                    ),
                ),
            )
            if frame.empty:
                return frame
            rows = [_row_of(record, sync, at) for record in frame.to_dict("records")]
            stops = [row for row in rows if row[_KIND] == Kind.STOP.value]
            others = [row for row in rows if row[_KIND] != Kind.STOP.value]
            self._statements.settle.many(connection, rows)
            self._statements.stopping.many(connection, stops)
            others_moved = self._statements.unsure_elsewhere.many(connection, stops)
            self._statements.unsure.many(connection, others)
            revisions.bump(connection, None if others_moved else sync)
            return frame

        return self._database.write(work)

    def operations(self, run_id: str) -> pd.DataFrame:
        """All operations of a run, held ones first, then in the order of the plan."""
        query = _operations().where(OPERATIONS.c.run_id == run_id).order_by(OPERATIONS.c.number)
        return self._database.read(lambda connection: _stored(connection, query))

    def history_of(self, who: str) -> pd.DataFrame:
        """Every operation of one phone (E.164) or e-mail, of all runs, oldest first."""
        asked = OPERATIONS.c.email if "@" in who else OPERATIONS.c.phone
        query = _operations().where(asked == who).order_by(OPERATIONS.c.run_id, OPERATIONS.c.number)
        return self._database.read(lambda connection: _stored(connection, query))

    def keep_held(self, run_id: str, frame: pd.DataFrame) -> None:
        """Keeps operations that wait for approval, so that they can be listed.

        Args:
            run_id: The run that holds them.
            frame: At least `kind`, `cause`, `sender_code`, `phone`; other columns of an operation
                where there are any. They replace those held by this run before.
        """
        names = ("kind", "cause", "sender_code", "phone", "key", *SENT_COLUMNS)
        texts = [frame[name].astype(str) if name in frame else [""] * len(frame) for name in names]
        rows = [
            {**dict(zip(names, row, strict=True)), "run_id": run_id, "number": -1 - place}
            for place, row in enumerate(zip(*texts, strict=True))
        ]

        def work(connection: Connection) -> None:
            connection.execute(
                OPERATIONS.delete().where(
                    OPERATIONS.c.run_id == run_id, OPERATIONS.c.state == "held"
                )
            )
            if rows:
                connection.execute(OPERATIONS.insert().values(state="held", again=0), rows)

        self._database.write(work)

    def _overtaken(
        self,
        connection: Connection,
        sync: str,
        intended: Sequence[Operation],
        rows: Sequence[Row],
    ) -> dict[str, str]:
        if not intended:
            return {}
        others = self._under_way.of_other_syncs(connection, sync)
        adds = [operation for operation in intended if operation.kind is not Kind.STOP]
        phones = [operation.phone for operation in adds]
        suppressed = self._suppressed.find(connection, phones) if phones else ()
        overtaken = {
            each.id: BEING_STOPPED
            for each in adds
            if (each.phone, each.sender_code) in others.stops
        }
        overtaken |= {each.id: SUPPRESSED for each in adds if each.phone in suppressed}
        for operation, row in zip(intended, rows, strict=True):
            # an order is carried out whoever else wants the phone; a conclusion is not
            concluded = operation.kind is Kind.STOP and operation.cause is not Cause.OPTED_OUT
            if not concluded:
                continue
            arriving = (operation.phone, operation.sender_code) in others.adds
            if arriving or self._statements.wanted_elsewhere.one(connection, row).first():
                overtaken[operation.id] = WANTED
        return overtaken

    def _settle(
        self, connection: Connection, part: Sequence[tuple[Row, OperationResult]]
    ) -> _AffectedSyncs:
        rows: list[list[Row]] = [[] for _ in range(7)]
        asked, unasked, subscribed, unsure, stopped, stop_unknown, stopping = rows
        for row, item in part:
            (asked if item.attempts else unasked).append(row)
            outcome = item.outcome
            if item.operation.kind is Kind.STOP:
                if outcome in _DONE:
                    stopped.append(row)
                elif outcome is Outcome.UNKNOWN:
                    stop_unknown.append(row)
                elif item.maybe_done:
                    stopping.append(row)
            elif outcome in _DONE:
                subscribed.append(row)
            elif outcome is Outcome.UNKNOWN or item.maybe_done:
                unsure.append(row)
        do = self._statements
        if do.settle.many(connection, asked) != len(asked):
            raise RunFailed(
                "A call was answered that the ledger had not been told of before.",
                where=f"run {part[0][0][1]}",
                do="This is a fault of ours: send us this message.",
            )
        do.settle_unasked.many(connection, unasked)
        do.subscribed.many(connection, subscribed)
        do.unsure.many(connection, unsure)
        do.stopped.many(connection, stopped)
        do.stop_unknown.many(connection, stop_unknown)
        do.stopping.many(connection, stopping)
        others_moved = do.stopped_elsewhere.many(connection, stopped)
        others_moved += do.unsure_elsewhere.many(connection, stop_unknown + stopping)
        if others_moved:
            return _AffectedSyncs.ALL
        moved = subscribed or unsure or stopped or stop_unknown or stopping
        return _AffectedSyncs.OWN if moved else _AffectedSyncs.NOBODY


_KIND = 4  # of `Row`, as in `statements.FIELDS`


def _row(operation: Operation, sync: str, run_id: str, at: str) -> Row:
    return (
        sync,
        run_id,
        at,
        number_of(operation.id),
        operation.kind.value,
        operation.cause.value,
        operation.sender_code,
        operation.phone,
        operation.key,
        operation.country,
        operation.email,
        operation.first_name,
        operation.customer_key,
        operation.group,
        int(operation.again),
    )


def _answer(item: OperationResult) -> Row:
    return (item.outcome.value, item.attempts, item.status, item.text, int(item.maybe_done))


def _row_of(record: dict[Any, Any], sync: str, at: str) -> Row:
    names = ("number", "kind", "cause", "sender_code", "phone", "key", *SENT_COLUMNS, "again")
    asked = (record[name] for name in names)
    # at least one request may have left, and nobody knows how many
    return (sync, record["run_id"], at, *asked, Outcome.UNKNOWN.value, 1, None, DIED, 1)


def _stored(connection: Connection, query: Select[Any]) -> pd.DataFrame:
    frame = read_frame(connection, query)
    STORED_OPERATIONS.require(frame)
    return frame


def _operations() -> Select[Any]:
    return select(*(OPERATIONS.c[name] for name in STORED_OPERATIONS.names))


def _without_repeats(settled: Sequence[OperationResult]) -> Iterable[Sequence[OperationResult]]:
    """In parts in which no phone stands twice on one code: within a part, order is of no matter."""
    pairs = {(item.operation.phone, item.operation.sender_code) for item in settled}
    if len(pairs) == len(settled):
        return [settled] if settled else []
    parts: list[list[OperationResult]] = [[]]
    seen: set[tuple[str, str]] = set()
    for item in settled:
        pair = (item.operation.phone, item.operation.sender_code)
        if pair in seen:
            parts.append([])
            seen = set()
        seen.add(pair)
        parts[-1].append(item)
    return parts
