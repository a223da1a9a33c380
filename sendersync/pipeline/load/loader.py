"""The load: operations become calls, under a rate and a number of requests in flight.

One thread runs one event loop for the whole run, with a worker and a client of its own for each
request in flight. Batches are handed in one after the other, the next before the last has ended,
so that no worker waits at the seam between two. Adds are delivered at least once: what was in
flight when a run died is asked again by the next.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, NamedTuple, Self

from schemas.errors import SendersyncError
from schemas.outcomes import Operation, OperationResult, Outcome
from sendersync.pipeline.load.already_subscribed import AlreadySubscribed
from sendersync.pipeline.load.calls import Caller, Destination, Session
from sendersync.pipeline.load.clean_stop import CancelToken
from sendersync.pipeline.load.group_commit import GroupCommit, RecordOutcomes
from sendersync.pipeline.load.last_look import LastLook, Look
from sendersync.pipeline.load.loop_thread import LoopThread
from sendersync.pipeline.load.rate_limiter import RateLimiter
from sendersync.pipeline.load.retries import RetryPolicy
from sendersync.pipeline.load.shared_rate import SharedRate, Take

BatchFuture = Future[list[OperationResult]]
"""The ends of a batch's operations, once all of them are on disk."""

GROUP_COMMIT_MIN_WORKERS: Final = 8
"""Workers whose waits for one another would cost more than the commits they save."""

GROUP_COMMIT_DELAY: Final = 0.002
"""Seconds that a commit of many workers waits for more of them (see `GroupCommit`)."""

_GOOD = (Outcome.CONFIRMED, Outcome.ALREADY)


@dataclass(frozen=True)
class LoaderSettings:
    """How a load is done.

    Attributes:
        rate: Requests a second.
        concurrency: Requests in flight.
        policy: How often to ask again.
        left_in_flight: Adds (phone, sender code) that a dead run left in flight: a stop of one is
            asked once more when that call is over.
        awaited: New numbers (phone, sender code) on whose confirmation an old number's stop waits.
    """

    rate: float
    concurrency: int
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    awaited: frozenset[tuple[str, str]] = frozenset()
    left_in_flight: frozenset[tuple[str, str]] = frozenset()


class _Batch:
    """Operations handed in together, and their ends."""

    def __init__(self, size: int) -> None:
        self.ended: BatchFuture = Future()
        self._missing = size
        self._settled: list[OperationResult] = []
        if not size:
            self.ended.set_result([])

    def add(self, settled: OperationResult) -> None:
        self._settled.append(settled)
        self._missing -= 1
        if not self._missing:
            self.ended.set_result(self._settled)


class _Finished(NamedTuple):
    """The end of an operation on its way to the ledger.

    One that was never begun leaves no trace there: it is simply still owed. One that was refused
    beforehand has no intent there.
    """

    settled: OperationResult
    batch: _Batch
    begun: bool = True
    intended: bool = False


class Loader:
    """Sends operations, batch after batch; a context manager around one run's load.

    Args:
        destination: Where calls go.
        record: Writes outcomes and intents in one transaction.
        look: Reads lease and orders again, directly before a request leaves.
        take: Takes moments to send at, out of the budget of the account.
        settings: Rate, concurrency, retries.
        stop: Asked before anything new is begun.
        settled: Called with every result once it is on disk, by the loader's own thread.
        already: Counts people who turn out to be subscribed, and ends the adds when they are many.
    """

    def __init__(
        self,
        destination: Destination,
        record: RecordOutcomes,
        look: Look,
        take: Take,
        settings: LoaderSettings,
        *,
        stop: CancelToken,
        settled: Callable[[OperationResult], None] = lambda _: None,
        already: AlreadySubscribed | None = None,
    ) -> None:
        many = settings.concurrency > GROUP_COMMIT_MIN_WORKERS
        self._destination = destination
        self._settings = settings
        self._on_settled = settled
        self._commits = GroupCommit(record, GROUP_COMMIT_DELAY if many else 0.0)
        self._last_look = LastLook(look)
        self._shared_rate = SharedRate(take)
        limiter = RateLimiter(settings.rate, time.monotonic, self._shared_rate)
        self._already = already or AlreadySubscribed()
        over_after = settings.policy.call_is_over_after
        self._caller = Caller(
            limiter,
            self._last_look,
            settings.policy,
            stop,
            self._already.holds,
            settings.left_in_flight,
            destination.call_timeout if over_after is None else over_after,
        )
        self._confirmed: set[tuple[str, str]] = set()
        self._in_flight = 0
        self._queue: deque[tuple[Operation, _Batch]] = deque()
        self._arrived = asyncio.Event()
        self._unfinished: set[_Batch] = set()
        self._workers: list[asyncio.Task[None]] = []
        self._loop = LoopThread("load")
        self._sessions = contextlib.AsyncExitStack()

    def __enter__(self) -> Self:
        """Starts the event loop."""
        self._loop.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Ends what is under way, closes connections, the ledger's thread and the loop."""
        if error is not None:
            self._caller.broken = True
        self._loop.run(self._end())
        self._loop.stop()
        self._commits.close()
        self._last_look.close()
        self._shared_rate.close()

    def submit(self, operations: Sequence[Operation]) -> BatchFuture:
        """Hands in one batch; its future holds the end of every operation, in any order.

        After a problem that ends the run (credentials, platform away, a clean stop) the rest of
        the batch, and every later batch, comes back as not reached; `problem` says why. The future
        raises `LeaseLost` when another run of this sync took over.
        """
        return self._loop.run(self._submit(operations))

    @property
    def problem(self) -> SendersyncError | None:
        """What ended the load early; None while nothing did."""
        return self._caller.problem

    @property
    def unknown_codes(self) -> frozenset[str]:
        """Sender codes that the platform said it does not know: one call was made for each."""
        return self._caller.unknown_codes

    @property
    def in_flight(self) -> int:
        """Operations whose intent is on disk and whose end is not: they may have been sent."""
        return self._in_flight

    async def _end(self) -> None:
        self._queue.clear()
        # whoever waits for the ledger hears what is on disk, so that the counts agree with it
        while self._commits.writing:
            await self._commits.idle()
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        await self._commits.idle()
        await self._sessions.aclose()

    async def _submit(self, operations: Sequence[Operation]) -> BatchFuture:
        batch = _Batch(len(operations))
        self._unfinished.add(batch)
        batch.ended.add_done_callback(lambda _: self._unfinished.discard(batch))
        self._queue.extend((operation, batch) for operation in operations)
        while len(self._workers) < min(self._settings.concurrency, len(self._queue)):
            session = await self._sessions.enter_async_context(self._destination.session())
            self._workers.append(asyncio.create_task(self._work(session)))
        self._arrived.set()
        return batch.ended

    async def _work(self, session: Session) -> None:
        """One worker, from the first batch to the last."""
        try:
            await self._work_off(session)
        except Exception as problem:  # noqa: BLE001  # handed to whoever waits for a batch
            self._caller.broken = True
            for batch in list(self._unfinished):
                if not batch.ended.done():
                    batch.ended.set_exception(problem)

    async def _work_off(self, session: Session) -> None:
        """Each commit holds this worker's last outcomes and its next intent."""
        last: list[_Finished] = []
        while True:
            if not self._queue:
                await self._commit(last)
                last = []
                if not self._queue:
                    self._arrived.clear()
                    await self._arrived.wait()
                continue
            operation, batch = self._queue.popleft()
            await self._caller.wait_for_probe(operation)
            await self._already.wait_for_trial(operation)
            end = self._without_a_call(operation, batch)
            if end is None:
                began = self._last_look.now()
                why = await self._commit(last, operation)
                self._last_look.committed(operation, began)
                last = []
                if why:
                    end = _Finished(
                        OperationResult(operation, Outcome.NOT_REACHED, text=why), batch
                    )
                else:
                    settled = await self._caller.settle(session, operation)
                    self._already.add(settled)
                    end = _Finished(settled, batch, intended=True)
            self._last_look.forget(operation)
            self._caller.release_waiters(operation)
            self._already.release_waiters(operation)
            last.append(end)

    def _without_a_call(self, operation: Operation, batch: _Batch) -> _Finished | None:
        """The end of an operation for which nothing need be asked."""
        new_number = (operation.after, operation.sender_code)
        late = operation.after and new_number not in self._confirmed
        if self._caller.ending() or self._already.holds(operation) or late:
            return _Finished(OperationResult(operation, Outcome.NOT_REACHED), batch, begun=False)
        refused = self._caller.refused_beforehand(operation)
        return _Finished(refused, batch) if refused else None

    async def _commit(self, last: Sequence[_Finished], intended: Operation | None = None) -> str:
        """What is on disk is an outcome; only then may anything build on it.

        Returns:
            Why the intended operation must not be sent after all; empty when it may.
        """
        settled = [end.settled for end in last if end.begun]
        overtaken = await self._commits.commit(settled, [intended] if intended else [])
        why = overtaken.get(intended.id, "") if intended else ""
        self._in_flight += bool(intended and not why) - sum(end.intended for end in last)
        for end in last:
            operation = end.settled.operation
            sent = (operation.phone, operation.sender_code)
            if sent in self._settings.awaited and end.settled.outcome in _GOOD:
                self._confirmed.add(sent)
            self._on_settled(end.settled)
            end.batch.add(end.settled)
        return why
