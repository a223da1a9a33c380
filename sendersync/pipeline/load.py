"""The load: operations become calls, under a rate and a number of requests in flight.

One thread runs one event loop for the whole run, with a worker and a client of its own for each
request in flight; batches come and go, connections stay. The first request of a run, and the first
for each sender code, go alone: wrong credentials and unknown sender codes cost one call.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from schemas.errors import CredentialsRefused, PlatformUnavailable, SendersyncError
from schemas.outcomes import Answer, Operation, Outcome, Settled, Verdict
from sendersync.pipeline.journal import Journal, Record
from sendersync.pipeline.pace import GLANCE, Pace
from sendersync.pipeline.retries import Attempts, RetryPolicy
from sendersync.pipeline.stopping import Stop

T = TypeVar("T")


class Session(Protocol):
    """One worker's connection to the platform."""

    async def perform(self, operation: Operation) -> Answer:
        """Asks once, and judges whatever comes back; never raises."""


class Destination(Protocol):
    """Where calls go."""

    def session(self) -> AbstractAsyncContextManager[Session]:
        """A connection for one worker."""


class Loader:
    """Sends operations, batch after batch; a context manager around one run's load.

    Args:
        destination: Where calls go.
        record: Writes outcomes and intents in one transaction.
        rate: Requests a second.
        concurrency: Requests in flight.
        stop: Asked before anything new is begun.
        awaited: New numbers (phone, sender code) on whose confirmation an old number's stop waits.
        policy: How often to ask again.
        settled: Told of every outcome, for a progress bar.
    """

    def __init__(
        self,
        destination: Destination,
        record: Record,
        *,
        rate: float,
        concurrency: int,
        stop: Stop,
        awaited: frozenset[tuple[str, str]] = frozenset(),
        policy: RetryPolicy | None = None,
        settled: Callable[[Settled], None] = lambda _: None,
    ) -> None:
        self._destination = destination
        self._journal = Journal(record)
        self._rate = rate
        self._concurrency = concurrency
        self._stop = stop
        self._awaited = awaited
        self._policy = policy or RetryPolicy()
        self._tell = settled
        self._jitter = random.random
        self._sessions: list[Session] = []
        self._unanswered = 0
        self._broken = False
        self._problem: SendersyncError | None = None
        self._probed: set[str] = set()
        self._unknown_codes: dict[str, Settled] = {}
        self._confirmed: set[tuple[str, str]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="load", daemon=True)
        self._open = contextlib.AsyncExitStack()

    def __enter__(self) -> Self:
        """Starts the event loop."""
        self._thread.start()
        self._pace = self._call(self._make_pace())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes connections, the ledger's thread and the loop."""
        self._call(self._open.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._journal.close()

    def load(self, operations: Sequence[Operation]) -> list[Settled]:
        """Sends one batch and returns the end of every operation in it, in any order.

        After a problem that ends the run (credentials, platform away, a clean stop) the rest of
        the batch, and every later batch, comes back as not reached; `problem` says why.

        Raises:
            LeaseLost: Another run of this sync took over.
        """
        return self._call(self._load(operations))

    @property
    def problem(self) -> SendersyncError | None:
        """What ended the load early; None while nothing did."""
        return self._problem

    async def _make_pace(self) -> Pace:
        return Pace(self._rate, time.monotonic)

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _load(self, operations: Sequence[Operation]) -> list[Settled]:
        due, ended = self._split(operations)
        while len(self._sessions) < min(self._concurrency, max(1, len(due))):
            session = self._destination.session()
            self._sessions.append(await self._open.enter_async_context(session))
        probes = {op.sender_code: op for op in reversed(due) if op.sender_code not in self._probed}
        for code, probe in reversed(probes.items()):
            ended += await self._work(self._sessions[0], iter([probe]))
            self._probed.add(code)
        first = {op.id for op in probes.values()}
        queue = iter([op for op in due if op.id not in first])
        work = [self._work(each, queue) for each in self._sessions]
        for done in await asyncio.gather(*work, return_exceptions=True):
            if isinstance(done, BaseException):
                raise done
            ended += done
        reached = {end.operation.id for end in ended}
        missed = [Settled(op, Outcome.NOT_REACHED) for op in due if op.id not in reached]
        return ended + missed

    def _split(self, operations: Sequence[Operation]) -> tuple[list[Operation], list[Settled]]:
        """The stop of an old number waits for its new one, in this run or an earlier one."""
        due, ended = [], []
        for operation in operations:
            if operation.after and (operation.after, operation.sender_code) not in self._confirmed:
                ended.append(Settled(operation, Outcome.NOT_REACHED))
            else:
                due.append(operation)
        return due, ended

    async def _work(self, session: Session, queue: Iterator[Operation]) -> list[Settled]:
        try:
            return await self._work_off(session, queue)
        except BaseException:
            self._broken = True
            raise

    async def _work_off(self, session: Session, queue: Iterator[Operation]) -> list[Settled]:
        """One worker: each commit holds the last outcome and the next intent."""
        ended: list[Settled] = []
        last: list[Settled] = []
        for operation in queue:
            if self._ending():
                break
            if refused := self._unknown_codes.get(operation.sender_code):
                last.append(Settled(operation, Outcome.REFUSED, 0, refused.status, refused.text))
                continue
            await self._journal.commit(last, [operation])
            self._finish(last, ended)
            last = [await self._attempt(session, operation)]
        await self._journal.commit(last)
        self._finish(last, ended)
        return ended

    def _finish(self, last: list[Settled], ended: list[Settled]) -> None:
        """What is on disk is an outcome; only then may anything build on it."""
        for settled in last:
            sent = (settled.operation.phone, settled.operation.sender_code)
            if sent in self._awaited and settled.outcome in (Outcome.CONFIRMED, Outcome.ALREADY):
                self._confirmed.add(sent)
            self._tell(settled)
        ended += last

    async def _attempt(self, session: Session, operation: Operation) -> Settled:
        attempts = Attempts(operation, self._policy, self._jitter)
        while True:
            if not await self._pace.wait(self._ending):
                return attempts.interrupted()
            answer = await session.perform(operation)
            self._learn(operation, answer)
            decision = attempts.after(answer)
            if isinstance(decision, Settled):
                if answer.verdict is Verdict.SENDER_CODE_UNKNOWN:
                    self._unknown_codes[operation.sender_code] = decision
                self._watch(answer)
                return decision
            if not await self._sleep(decision):
                return attempts.interrupted()

    def _learn(self, operation: Operation, answer: Answer) -> None:
        """What one answer says about the whole run."""
        if answer.verdict is Verdict.CREDENTIALS:
            self._problem = self._problem or CredentialsRefused(
                f"The platform refused the credentials (status {answer.status}); no other call "
                "was made.",
                where="SENDERSYNC_REALM, SENDERSYNC_PASSWORD",
                do="Check both, and the API client if your realm uses one; then run again.",
            )
        if answer.retry_after:
            if answer.retry_after > self._policy.longest_retry_after:
                self._problem = self._problem or PlatformUnavailable(
                    f"The platform asks to wait {answer.retry_after:.0f} seconds.",
                    do="Run again after that; nothing is lost.",
                )
            self._pace.pause(min(answer.retry_after, self._policy.longest_retry_after))

    def _watch(self, answer: Answer) -> None:
        """Ends the run when one operation after another gets no answer at all."""
        silent = answer.verdict in (Verdict.PASSING, Verdict.LOST)
        self._unanswered = self._unanswered + 1 if silent else 0
        if self._unanswered >= self._policy.give_up_after:
            self._problem = self._problem or PlatformUnavailable(
                f"The platform did not answer {self._unanswered} operations in a row"
                f"{f' (status {answer.status})' if answer.status else ''}.",
                do="Run again later: what was not reached is still owed, nothing is lost.",
            )

    def _ending(self) -> bool:
        return self._broken or self._problem is not None or self._stop()

    async def _sleep(self, seconds: float) -> bool:
        """False when the run is stopped meanwhile."""
        until = self._loop.time() + seconds
        while (left := until - self._loop.time()) > 0:
            if self._ending():
                return False
            await asyncio.sleep(min(left, GLANCE))
        return True
