"""What became of operations, and the members that move with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Final

from sqlalchemy import Connection

from schemas.errors import RunFailed
from schemas.outcomes import Kind, OperationResult, Outcome
from sendersync.state.ledger.operation_row import OperationRow
from sendersync.state.ledger.statements import Statements

DONE: Final = frozenset({Outcome.CONFIRMED, Outcome.ALREADY})
"""Answers that only the account of a sender code gives."""


class AffectedSyncs(IntEnum):
    """Whose members a transaction has moved."""

    NOBODY = 0
    OWN = 1
    ALL = 2  # a stop holds in other syncs too


def settle(
    do: Statements, connection: Connection, part: Sequence[tuple[OperationRow, OperationResult]]
) -> AffectedSyncs:
    """Writes down outcomes and moves the members they prove something of.

    Args:
        do: The statements.
        connection: In a writing transaction.
        part: Each phone stands once on one code in it.

    Raises:
        RunFailed: An operation was answered that had not been intended.
    """
    rows: list[list[OperationRow]] = [[] for _ in range(7)]
    asked, unasked, subscribed, unsure, stopped, stop_unknown, stopping = rows
    for row, item in part:
        (asked if item.attempts else unasked).append(row)
        outcome = item.outcome
        if item.operation.kind is Kind.STOP:
            if outcome in DONE:
                stopped.append(row)
            elif outcome is Outcome.UNKNOWN:
                stop_unknown.append(row)
            elif item.maybe_done:
                stopping.append(row)
        elif outcome in DONE:
            subscribed.append(row)
        elif outcome is Outcome.UNKNOWN or item.maybe_done:
            unsure.append(row)
    if do.settle.many(connection, asked) != len(asked):
        raise RunFailed(
            "A call was answered whose intent is not in the ledger.",
            where=f"run {part[0][0].run_id}",
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
        return AffectedSyncs.ALL
    moved = subscribed or unsure or stopped or stop_unknown or stopping
    return AffectedSyncs.OWN if moved else AffectedSyncs.NOBODY


def settle_died(
    do: Statements, connection: Connection, rows: Sequence[OperationRow]
) -> AffectedSyncs:
    """Ends what a dead run left in flight: nothing is known of it.

    An add makes its member unsure, a stop makes it `stopping`, and whoever was subscribed in
    another sync unsure.
    """
    stops = [row for row in rows if row.kind == Kind.STOP.value]
    others = [row for row in rows if row.kind != Kind.STOP.value]
    do.settle.many(connection, rows)
    do.stopping.many(connection, stops)
    others_moved = do.unsure_elsewhere.many(connection, stops)
    do.unsure.many(connection, others)
    return AffectedSyncs.ALL if others_moved else AffectedSyncs.OWN


def without_repeats(settled: Sequence[OperationResult]) -> Iterable[Sequence[OperationResult]]:
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
