"""Answers `already subscribed` to adds of people whom this state never added: counted as they come.

Once they are the most, no further add leaves; stops go on. In a first load such adds go one at a
time until that is clear: each that leaves may be of somebody who said stop to another state.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Final

from schemas.outcomes import Kind, Operation, OperationResult, Outcome
from sendersync.transforms.guards.already_subscribed import TRIAL_ANSWERS, mostly_already

_ANSWERED: Final = frozenset({Outcome.CONFIRMED, Outcome.ALREADY, Outcome.REFUSED})


@dataclass
class AlreadySubscribed:
    """The count of one load; used by the loader's own thread alone.

    Attributes:
        strangers: (phone, sender code) of adds that no sync, import or adoption knows.
        first_load: No run of the sync has yet sent all there was to send.
        answered: Answers to them.
        already: Of these, those that said: subscribed already.
    """

    strangers: frozenset[tuple[str, str]] = frozenset()
    first_load: bool = False
    answered: int = 0
    already: int = 0
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)
    _on_trial: str = ""

    def add(self, result: OperationResult) -> None:
        """One operation's end."""
        operation = result.operation
        if operation.kind is Kind.STOP or result.outcome not in _ANSWERED:
            return
        if self._is_stranger(operation):
            self.answered += 1
            self.already += result.outcome is Outcome.ALREADY

    async def wait_for_trial(self, operation: Operation) -> None:
        """Waits while another person's add finds out whether this state is the right one."""
        if not self._is_tried(operation):
            return
        await self._one_at_a_time.acquire()
        if self._is_tried(operation):
            self._on_trial = operation.id
        else:
            self._one_at_a_time.release()

    def release_waiters(self, operation: Operation) -> None:
        """Lets the next one through that waited for this operation."""
        if self._on_trial and self._on_trial == operation.id:
            self._on_trial = ""
            self._one_at_a_time.release()

    @property
    def too_many(self) -> bool:
        """Whether adds have come to an end."""
        return mostly_already(self.answered, self.already, first_load=self.first_load)

    def holds(self, operation: Operation) -> bool:
        """Whether an operation must not leave any more."""
        return operation.kind is not Kind.STOP and self.too_many

    def _is_tried(self, operation: Operation) -> bool:
        open_still = self.first_load and self.answered < TRIAL_ANSWERS and not self.too_many
        return open_still and operation.kind is not Kind.STOP and self._is_stranger(operation)

    def _is_stranger(self, operation: Operation) -> bool:
        return (operation.phone, operation.sender_code) in self.strangers
