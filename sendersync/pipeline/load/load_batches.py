"""A plan through the loader, batch after batch, each as a step of the run."""

from __future__ import annotations

from collections import deque
from functools import partial

import pandas as pd

from schemas.outcomes import Kind
from sendersync.pipeline.load.batches import as_operations, spans
from sendersync.pipeline.load.loader import BatchFuture, Loader
from sendersync.pipeline.load.step_runner import StepRunner

Pairs = frozenset[tuple[str, str]]
"""(phone, sender code)."""


def added_pairs(operations: pd.DataFrame) -> Pairs:
    """What the adds of a plan put on the platform."""
    adds = operations.loc[operations["kind"] == Kind.ADD]
    return frozenset(zip(adds["phone"], adds["sender_code"], strict=True))


def awaited_pairs(operations: pd.DataFrame) -> Pairs:
    """New numbers of the plan on whose confirmation the stop of an old number waits."""
    new = frozenset(zip(operations["new_phone"], operations["sender_code"], strict=True))
    return added_pairs(operations) & new


def load_batches(
    loader: Loader, operations: pd.DataFrame, steps: StepRunner, *, run: str, batch_size: int
) -> None:
    """Sends a plan and waits until all of it is written down.

    Args:
        loader: Open.
        operations: Of the plan, in their order.
        steps: Each batch is a step of its own.
        run: The run's id.
        batch_size: Operations in a batch; large plans get larger batches.

    Raises:
        LeaseLost: Another run of this sync took over.
    """
    adding = added_pairs(operations)
    batches = spans(operations, batch_size)
    submitted: deque[BatchFuture] = deque()
    ahead = 0
    for number, span in enumerate(batches):
        # The next batch goes in before this one has ended, so that nobody waits at the seam; but
        # not across phases, whose order is a promise.
        for later in batches[ahead : number + 2]:
            if later.phase == span.phase:
                rows = operations.iloc[later.start : later.end]
                submitted.append(loader.submit(list(as_operations(rows, run, adding))))
                ahead += 1
        steps(f"load {number + 1} of {len(batches)}", partial(_wait_for, submitted.popleft()))


def _wait_for(batch: BatchFuture) -> None:
    """Until all of a batch is written down; gives nothing back that Prefect might keep."""
    batch.result()
