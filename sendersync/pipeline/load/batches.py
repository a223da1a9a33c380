"""A plan cut into batches of operations; never across two phases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from schemas.outcomes import Cause, Kind, Operation
from sendersync.transforms.plan import OPERATION_COLUMNS

MOST_BATCHES = 150
"""Prefect stays quick below 200 task runs a flow run, so large plans get larger batches."""


class Span(NamedTuple):
    """The rows `start` to before `end` of a plan, all of one phase."""

    phase: int
    start: int
    end: int


def spans(operations: pd.DataFrame, size: int) -> list[Span]:
    """Cuts a plan into batches; phases are not mixed, since later ones wait for earlier."""
    size = max(size, -(-len(operations) // MOST_BATCHES))
    cut = []
    for phase, rows in operations["phase"].groupby(operations["phase"], sort=True):
        first, last = int(rows.index[0]), int(rows.index[-1]) + 1
        cut += [
            Span(int(str(phase)), start, min(start + size, last))
            for start in range(first, last, size)
        ]
    return cut


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
