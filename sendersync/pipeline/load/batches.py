"""Batches of operations: a plan cut into parts of bounded size, never across two phases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from schemas.frames import OPERATIONS, SENT_COLUMNS
from schemas.outcomes import Cause, Kind, Operation
from sendersync.transforms.phones.second_spellings import other_spellings

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
        rows: Part of `Plan.operations`: `OPERATIONS`.
        run: The run's id, the first half of every operation's id.
        sending: (phone, sender code) of the plan's adds: the stop of an old number waits for its
            new one only when that is among them.
    """
    OPERATIONS.require(rows)
    # by keyword: a frame in another order would else send an address as a first name
    cells = {name: rows[name].tolist() for name in OPERATIONS.names}
    spellings = other_spellings(rows["phone"])["spelling"].groupby(level=0).agg(tuple).to_dict()
    for place, number in enumerate(rows.index):
        row = {name: column[place] for name, column in cells.items()}
        new_phone = row["new_phone"]
        yield Operation(
            id=f"{run}#{number}",
            kind=Kind(row["kind"]),
            cause=Cause(row["cause"]),
            sender_code=row["sender_code"],
            phone=row["phone"],
            key=row["key"],
            is_retry_of_lost_stop=row["is_retry_of_lost_stop"],
            after=new_phone if (new_phone, row["sender_code"]) in sending else "",
            spellings=spellings.get(number, ()),
            **{name: row[name] for name in SENT_COLUMNS},
        )
