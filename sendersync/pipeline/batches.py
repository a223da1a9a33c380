"""A plan cut into batches of operations; never across two phases."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from schemas.outcomes import Cause, Kind, Operation
from sendersync.transforms.plan import OPERATION_COLUMNS

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
    columns = [rows[name].tolist() for name in (*OPERATION_COLUMNS, "again")]
    for number, values in zip(rows.index, zip(*columns, strict=True), strict=True):
        kind, cause, sender_code, phone, key, *sent, new_phone, again = values
        country, email, first_name, customer_key, group = sent
        yield Operation(
            id=f"{run}#{number}",
            kind=Kind(kind),
            cause=Cause(cause),
            sender_code=sender_code,
            phone=phone,
            key=key,
            country=country,
            email=email,
            first_name=first_name,
            customer_key=customer_key,
            group=group,
            again=again,
            after=new_phone if (new_phone, sender_code) in sending else "",
        )
