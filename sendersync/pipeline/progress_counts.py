"""How far a run has come, in numbers, for whoever shows it line by line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from schemas.outcomes import OperationResult, Outcome
from sendersync.pipeline.job import Progress


@dataclass
class ProgressCounts(Progress):
    """Counts what it is told.

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
