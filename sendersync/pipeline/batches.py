"""A plan cut into batches of operations; never across two phases."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from schemas.outcomes import Cause, Kind, Operation

MOST_BATCHES = 150
"""Prefect stays quick below 200 task runs a flow run, so large plans get larger batches."""


def batch_starts(operations: pd.DataFrame, size: int) -> list[tuple[int, int]]:
    """The (start, end) of each batch; phases are not mixed, since later ones wait for earlier."""
    size = max(size, -(-len(operations) // MOST_BATCHES))
    spans = []
    for _, rows in operations.groupby("phase", sort=True):
        first, last = int(rows.index[0]), int(rows.index[-1]) + 1
        spans += [(start, min(start + size, last)) for start in range(first, last, size)]
    return spans


def as_operations(
    rows: pd.DataFrame, run: str, sending: frozenset[tuple[str, str]]
) -> Iterator[Operation]:
    """The operations of some rows of a plan.

    Args:
        rows: Part of `Plan.operations`.
        run: The run's id, the first half of every operation's id.
        sending: (phone, sender code) of the plan's adds: the stop of an old number waits for its
            new one only when that is among them.
    """
    for row in rows.itertuples():
        waits = (row.new_phone, row.sender_code) in sending
        yield Operation(
            id=f"{run}#{row.Index}",
            kind=Kind(row.kind),
            cause=Cause(row.cause),
            sender_code=row.sender_code,
            phone=row.phone,
            key=row.key,
            country=row.country,
            email=row.email,
            first_name=row.first_name,
            customer_key=row.customer_key,
            group=row.group,
            again=bool(row.again),
            after=row.new_phone if waits else "",
        )
