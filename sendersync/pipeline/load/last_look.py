"""Last check before a request leaves: is the lease still ours, has an order changed?

An intent is committed together with a look at the lease and at the orders of others. Then the
operation waits: for its turn under the rate, for a connection, for a retry. Somebody may say stop
in that time, or this process may sleep past its lease. So no request leaves on a look that is older
than `MAX_AGE`, by the monotonic clock or by the wall clock (only that one goes on while a machine
sleeps). Workers that want to look at the same time share one look.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple

from schemas.errors import TryLater
from schemas.outcomes import Operation

MAX_AGE: Final = 0.2
"""Seconds that a look may be old when the first byte of a request leaves."""

_TRIES: Final = 50
"""Looks for one request before the state counts as too slow."""

Look = Callable[[Sequence[Operation]], Mapping[str, str]]
"""Reads lease and orders for operations whose intents are on disk.

Returns those that must not be sent any more, by their ids, and why. Raises LeaseLost.
"""


class Moment(NamedTuple):
    """When something was looked at, by both clocks, in seconds."""

    monotonic: float
    wall: float


def this_moment() -> Moment:
    """Now."""
    return Moment(time.monotonic(), time.time())


class LastLook:
    """Keeps when each waiting operation was looked at, and looks again where that is too old.

    Args:
        look: The ledger's own reading, called in one thread of its own.
        now: Both clocks; a test gives its own.
    """

    def __init__(self, look: Look, now: Callable[[], Moment] = this_moment) -> None:
        self._look = look
        self._now = now
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="last look")
        self._looked_at: dict[str, Moment] = {}
        self._asking: dict[str, Operation] = {}
        self._answers: asyncio.Future[tuple[Moment, Mapping[str, str]]] | None = None

    def now(self) -> Moment:
        """This moment, for `committed`."""
        return self._now()

    def committed(self, operation: Operation, at: Moment) -> None:
        """The commit of an intent has looked too; it began at that moment."""
        self._looked_at[operation.id] = at

    def forget(self, operation: Operation) -> None:
        """The operation has its end."""
        self._looked_at.pop(operation.id, None)

    def is_fresh(self, operation: Operation) -> bool:
        """Whether its request may leave at this moment, for all that is known."""
        at = self._looked_at.get(operation.id)
        if at is None:
            return False
        now = self._now()
        # a clock that was set back proves nothing either
        return all(0 <= then <= MAX_AGE for then in (now.monotonic - at[0], now.wall - at[1]))

    async def refresh(self, operation: Operation) -> str:
        """Looks again until the look is fresh.

        Returns:
            Why the operation must not be sent any more; empty when it may.

        Raises:
            LeaseLost: Another run of this sync took over, or this one slept past its lease.
            TryLater: The state answers too slowly to look before each request.
        """
        for _ in range(_TRIES):
            if self.is_fresh(operation):
                return ""
            at, overtaken = await self._shared_look(operation)
            if why := overtaken.get(operation.id, ""):
                return why
            self._looked_at[operation.id] = at
        raise TryLater(
            "The state answers too slowly: nobody can be looked up right before a call.",
            do="Run again when the database is quicker; nothing is lost.",
        )

    async def _shared_look(self, operation: Operation) -> tuple[Moment, Mapping[str, str]]:
        self._asking[operation.id] = operation
        if self._answers is None:
            self._answers = asyncio.ensure_future(self._look_for_all())
        return await asyncio.shield(self._answers)

    async def _look_for_all(self) -> tuple[Moment, Mapping[str, str]]:
        await asyncio.sleep(0)  # whoever wants to look at this moment joins
        asking, self._asking, self._answers = list(self._asking.values()), {}, None
        return await asyncio.get_running_loop().run_in_executor(
            self._thread, self._look_now, asking
        )

    def _look_now(self, asking: Sequence[Operation]) -> tuple[Moment, Mapping[str, str]]:
        at = self._now()
        return at, self._look(asking)

    def close(self) -> None:
        """Ends the looking thread after what it is reading."""
        self._thread.shutdown(wait=True)
