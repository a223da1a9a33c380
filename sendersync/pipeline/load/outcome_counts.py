"""What the platform's answers add up to: counts for the books, and words for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from schemas.masking import without_numbers
from schemas.outcomes import Kind, OperationResult, Outcome
from schemas.report import DoneCount, LoadCount
from schemas.wording import counted

MOST_NOTES: Final = 5
"""Different notes of a run's warnings; more of them are about single rows."""

MOST_ANSWERS: Final = 10
"""Different answers of a report."""

_NOTED: Final = frozenset({Outcome.CONFIRMED, Outcome.NOT_REACHED})
"""Outcomes whose words, where there are any, a person should read."""

_DONE: Final = frozenset({Outcome.CONFIRMED, Outcome.ALREADY})

_BAD: Final = frozenset({Outcome.REFUSED, Outcome.FAILED, Outcome.UNKNOWN})


@dataclass
class OutcomeCounts:
    """Takes the end of each operation, and says what all of them came to.

    Attributes:
        counts: Where the ends are counted.
        done: Where those that are done are counted once more, by kind.
    """

    counts: LoadCount
    done: DoneCount
    _notes: Counter[str] = field(default_factory=Counter)
    _unproven: int = 0
    _bad: Counter[tuple[str, int | None, str]] = field(default_factory=Counter)

    def add(self, settled: OperationResult) -> None:
        """One operation's end."""
        outcome = settled.outcome
        setattr(self.counts, outcome.value, getattr(self.counts, outcome.value) + 1)
        if outcome in _DONE:
            kind = settled.operation.kind.value
            setattr(self.done, kind, getattr(self.done, kind) + 1)
        if settled.operation.kind is Kind.ADD and outcome is Outcome.ALREADY:
            self.done.already += 1
        if outcome in _NOTED and settled.text:
            self._notes[settled.text] += 1
        changed = settled.operation.kind is Kind.UPDATE
        self._unproven += changed and outcome is Outcome.ALREADY
        if outcome in _BAD:
            self._bad[outcome.value, settled.status, without_numbers(settled.text)] += 1

    def bad(self) -> list[dict[str, Any]]:
        """What was answered where it was no yes, most first; whose answer it was is left out."""
        return [
            {"outcome": outcome, "status": status, "text": text, "count": count}
            for (outcome, status, text), count in self._bad.most_common(MOST_ANSWERS)
        ]

    def warnings(self, run: str) -> Iterator[str]:
        """What should be known of the yeses, and of what was not sent after all."""
        for note, times in self._notes.most_common(MOST_NOTES):
            yield f"{times} x {note}"
        if (more := len(self._notes) - MOST_NOTES) > 0:
            yield f"and {more} more of such notes: `sendersync show {run}` has each."
        if self._unproven:
            yield _unproven_changes(self._unproven)


def _unproven_changes(updates: int) -> str:
    """What to say of updates that the platform answered with `already subscribed`."""
    changes = counted(updates, "change was", "changes were")
    return (
        f"{changes} answered with `already subscribed`: the platform does not say whether it took "
        "the new values. Look one up on its page."
    )
