"""What one run is asked to do (`Job`), and what it works with (`RunContext`)."""

from __future__ import annotations

import getpass
import socket
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from connectors.sources.opt_out_files import OptOutFiles
from connectors.sources.source import Source
from schemas.outcomes import OperationResult, Outcome
from schemas.sync_file import SyncFile
from sendersync.pipeline.load.calls import Destination
from sendersync.pipeline.load.clean_stop import CancelToken
from sendersync.pipeline.load.retries import RetryPolicy
from sendersync.pipeline.load.step_runner import StepRunner, run_inline


class Command(StrEnum):
    """What kind of run it is."""

    RUN = "run"
    PLAN = "plan"
    ADOPT = "adopt"
    IMPORT = "import"
    STOP = "stop"
    UNDO = "undo"
    RETRY = "retry"


@dataclass
class Progress:
    """Callbacks of a run's progress; every method does nothing unless it is overridden."""

    def on_rows_read(self, rows: int) -> None:
        """So many rows are read."""

    def on_planned(self, operations: int) -> None:
        """The plan is made and so many calls are due."""

    def on_settled(self, settled: OperationResult) -> None:
        """One operation has its outcome."""


@dataclass
class ProgressCounts(Progress):
    """Counts what happened.

    Attributes:
        rows: Rows read.
        due: Operations planned; None while there is no plan.
        ends: Outcome to number of operations.
    """

    rows: int = 0
    due: int | None = None
    ends: Counter[Outcome] = field(default_factory=Counter)

    def on_rows_read(self, rows: int) -> None:
        """See `Progress`."""
        self.rows = rows

    def on_planned(self, operations: int) -> None:
        """See `Progress`."""
        self.due = operations

    def on_settled(self, settled: OperationResult) -> None:
        """See `Progress`."""
        self.ends[settled.outcome] += 1

    @property
    def share(self) -> float:
        """Share of the planned operations that have an outcome, 0 to 1."""
        return min(1.0, self.ends.total() / self.due) if self.due else 0.0

    def __str__(self) -> str:
        """One line, numbers only."""
        if self.due is None:
            return f"{self.rows:,} rows read"
        ends = "".join(f", {self.ends[end]:,} {end.value}" for end in Outcome if self.ends[end])
        return f"{self.ends.total():,} of {self.due:,} calls settled{ends}"


@dataclass(frozen=True)
class Job:
    """One run.

    Attributes:
        command: What kind of run.
        sync: The sync; its name is the one the ledger knows.
        source: Where contacts are read.
        sync_file: The sync file, as an absolute path; empty where there is none.
        dry_run: Plan only: neither the platform nor the state is touched.
        full: Read everything, also where the sync reads changes only.
        approve_stops: Ceiling of held removals that a person lets go, in this run only.
        approve: Digest of the plan that a person approves, as `as_digest` gives it; empty: none.
        note: What they wrote beside it.
        decided: `opted_out` and `consent`, where a person mapped them for an import or took them
            back: no other column is asked about for them.
        approved_by: Who said so.
        opt_outs: The platform's own list of who texted STOP, where the sync file names one.
        most_people: Calls are made for so many people only, beside those who said stop; None: for
            all.
    """

    command: Command
    sync: SyncFile
    source: Source
    dry_run: bool = False
    full: bool = False
    approve_stops: int | None = None
    approve: str = ""
    note: str = ""
    decided: frozenset[str] = frozenset()
    approved_by: str = field(default_factory=lambda: who_is_here())
    sync_file: str = ""
    opt_outs: OptOutFiles | None = None
    most_people: int | None = None


@dataclass(frozen=True)
class RunContext:
    """What a run works with.

    Attributes:
        state_url: Database URL of the state.
        destination: Makes the platform's connector; not called before a call is due, so that a
            dry run needs no credentials.
        account: The account that calls would go to, asked before anything is read; empty where
            none is set.
        stop: Says when to stop cleanly.
        policy: How often to ask again.
        steps: Runs each step; Prefect's flows make tasks of them.
        progress: Gets the progress.
        clock: The time of day with its zone, by which runs are dated and nights counted.
    """

    state_url: str
    destination: Callable[[], Destination]
    account: Callable[[], str] = lambda: ""
    stop: CancelToken = field(default_factory=CancelToken)
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    steps: StepRunner = run_inline
    progress: Progress = field(default_factory=Progress)
    clock: Callable[[], datetime] = lambda: datetime.now().astimezone()


def who_is_here() -> str:
    """The user on this machine, as far as it is known."""
    try:
        return f"{getpass.getuser()}@{socket.gethostname()}"
    except (OSError, KeyError):
        return f"unknown@{socket.gethostname()}"
