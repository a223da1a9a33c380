"""What the tests of the state put in: operations, runs and small frames, all fictional."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pandas as pd

from schemas.frames import HELD
from schemas.outcomes import Cause, Kind, Operation, OperationResult, Outcome
from schemas.report import Report, Status
from sendersync.state.lease.lease import Lease
from sendersync.state.run_ids import new_run_id
from sendersync.state.store import State
from tests.builders.sync_files import CODE

ANN, BEN, CEM = "+12065550101", "+12065550102", "+12065550103"


@dataclass
class BegunRun:
    """A begun run with its lease: writes what a pipeline would."""

    state: State
    sync: str
    run: str
    lease: Lease
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def operation(
        self, kind: Kind, phone: str, *, code: str = CODE, email: str = "", **values: str
    ) -> Operation:
        """An operation of this run, with the next number."""
        return Operation(
            f"{self.run}#{next(self.numbers)}",
            kind,
            Cause(values.get("cause", Cause.OPTED_OUT if kind is Kind.STOP else Cause.NEW)),
            code,
            phone,
            key=values.get("key", phone),
            country="" if kind is Kind.STOP else "US",
            email=email,
            first_name=values.get("first_name", ""),
        )

    def intend(self, *operations: Operation) -> None:
        """Commits intents."""
        self.state.ledger.record(self.run, self.lease, settled=[], intended=operations)

    def settle(
        self,
        operation: Operation,
        outcome: Outcome,
        *,
        maybe_done: bool = False,
        attempts: int = 1,
        account: str = "",
    ) -> None:
        """Commits an outcome."""
        item = OperationResult(operation, outcome, attempts, 200, "words", maybe_done)
        self.state.ledger.record(self.run, self.lease, settled=[item], account=account)

    def do(
        self,
        kind: Kind,
        phone: str,
        outcome: Outcome = Outcome.CONFIRMED,
        *,
        maybe_done: bool = False,
        email: str = "",
        **values: str,
    ) -> Operation:
        """Commits the intent, then the outcome."""
        operation = self.operation(kind, phone, email=email, **values)
        self.intend(operation)
        self.settle(operation, outcome, maybe_done=maybe_done)
        return operation

    def finish(self, status: Status = Status.COMPLETED, *, complete: bool = True) -> None:
        """Ends the run."""
        report = Report(self.run, self.sync, status)
        report.source.complete = complete
        self.state.runs.finish(self.run, report)


@contextmanager
def a_run(
    state: State,
    sync: str = "newsletter",
    command: str = "run",
    monotonic: Callable[[], float] = time.monotonic,
) -> Iterator[BegunRun]:
    """A run that has begun and holds its lease."""
    run = new_run_id(datetime.now(UTC))
    with state.lease(sync, run=run, monotonic=monotonic) as lease:
        state.runs.begin(run, sync, command, lease, source="contacts.csv")
        yield BegunRun(state, sync, run, lease)


def standings(state: State, sync: str = "newsletter") -> dict[str, str]:
    """Phone to standing."""
    members = state.members.of(sync)
    return dict(zip(members["phone"], members["standing"], strict=True))


def pairs(*phones: str, code: str = CODE) -> pd.DataFrame:
    """`phone`, `sender_code`."""
    return pd.DataFrame({"phone": phones, "sender_code": [code] * len(phones)}, dtype="str")


def held(*phones: str) -> pd.DataFrame:
    """Stops of people who have left, as a guard holds them: `HELD`, from line 2 on."""
    rows = [
        dict.fromkeys(HELD.names, "")
        | {"kind": "stop", "cause": "gone", "sender_code": CODE, "phone": phone, "key": phone}
        | {"phase": 2, "is_retry_of_lost_stop": False, "held_by": "max_stops", "line": line}
        for line, phone in enumerate(phones, start=2)
    ]
    return pd.DataFrame(rows, columns=[*HELD.names]).astype(dict(HELD.columns))


def members(*phones: str) -> pd.DataFrame:
    """A member frame without its standing."""
    values = {name: [""] * len(phones) for name in ("email", "customer_key", "group")}
    return pairs(*phones).assign(key=list(phones), country="US", first_name="Ann", **values)
