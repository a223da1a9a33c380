"""One operation as the statements of the ledger take it: each binds its parameters by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from schemas.frames import SENT_COLUMNS
from schemas.outcomes import Operation, OperationResult, Outcome
from sendersync.state.run_ids import number_of

DIED: Final = "the run ended before the answer came"


class OperationRow(NamedTuple):
    """What was asked, and from `state` on what was answered: the defaults are an intent's."""

    sync: str
    run_id: str
    at: str
    number: int
    kind: str
    cause: str
    sender_code: str
    phone: str
    key: str
    country: str
    email: str
    first_name: str
    customer_key: str
    group: str
    again: int  # the column of the state: `is_retry_of_lost_stop` of an operation
    state: str = ""
    attempts: int = 0
    status: int | None = None
    text: str = ""
    maybe_done: int = 0


def row_of(operation: Operation, *, sync: str, run_id: str, at: str) -> OperationRow:
    """An operation that is about to be intended."""
    return OperationRow(
        sync=sync,
        run_id=run_id,
        at=at,
        number=number_of(operation.id),
        kind=operation.kind.value,
        cause=operation.cause.value,
        sender_code=operation.sender_code,
        phone=operation.phone,
        key=operation.key,
        country=operation.country,
        email=operation.email,
        first_name=operation.first_name,
        customer_key=operation.customer_key,
        group=operation.group,
        again=int(operation.is_retry_of_lost_stop),
    )


def settled_row(result: OperationResult, *, sync: str, run_id: str, at: str) -> OperationRow:
    """An operation with its end."""
    return row_of(result.operation, sync=sync, run_id=run_id, at=at)._replace(
        state=result.outcome.value,
        attempts=result.attempts,
        status=result.status,
        text=result.text,
        maybe_done=int(result.maybe_done),
    )


def died_row(stored: Mapping[Any, Any], *, at: str) -> OperationRow:
    """A stored operation, with its `sync`, whose run died before its answer.

    At least one request may have left, and nobody knows how many.
    """
    names = ("number", "kind", "cause", "sender_code", "phone", "key", *SENT_COLUMNS, "again")
    asked = {name: stored[name] for name in names}
    return OperationRow(
        sync=stored["sync"],
        run_id=stored["run_id"],
        at=at,
        **asked,
        state=Outcome.UNKNOWN.value,
        attempts=1,
        text=DIED,
        maybe_done=1,
    )
