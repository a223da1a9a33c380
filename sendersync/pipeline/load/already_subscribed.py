"""Answers `already subscribed` to adds of people whom this state never added: counted as they come.

Once they are the most, no further add leaves; stops go on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from schemas.outcomes import Kind, Operation, OperationResult, Outcome
from sendersync.transforms.guards.already_subscribed import mostly_already

_ANSWERED: Final = frozenset({Outcome.CONFIRMED, Outcome.ALREADY, Outcome.REFUSED})


@dataclass
class AlreadySubscribed:
    """The count of one load; used by the loader's own thread alone.

    Attributes:
        strangers: (phone, sender code) of adds that no sync, import or adoption knows.
        answered: Answers to them.
        already: Of these, those that said: subscribed already.
    """

    strangers: frozenset[tuple[str, str]] = frozenset()
    answered: int = 0
    already: int = 0

    def add(self, result: OperationResult) -> None:
        """One operation's end."""
        operation = result.operation
        if operation.kind is Kind.STOP or result.outcome not in _ANSWERED:
            return
        if (operation.phone, operation.sender_code) in self.strangers:
            self.answered += 1
            self.already += result.outcome is Outcome.ALREADY

    @property
    def too_many(self) -> bool:
        """Whether adds have come to an end."""
        return mostly_already(self.answered, self.already)

    def holds(self, operation: Operation) -> bool:
        """Whether an operation must not leave any more."""
        return operation.kind is not Kind.STOP and self.too_many
