"""Group commit: intents and outcomes of many workers, written to the ledger in one transaction.

A worker commits the outcome of its last operation and the intent of its next in one step, and
sends nothing before that commit is through. So at any moment the operations with an intent and
without an outcome are at most one for each worker: that is all a killed run asks again. Workers
that arrive while a commit is under way share the next one, so the disk's pace, not the number of
operations, decides how many commits there are (`docs/adr/0005-group-commit.md`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from schemas.outcomes import Operation, OperationResult

RecordOutcomes = Callable[[Sequence[OperationResult], Sequence[Operation]], Mapping[str, str]]
"""Writes outcomes and intents in one transaction; raises when the lease is lost.

Returns the operations that must not be sent, by their ids, and why.
"""


class GroupCommit:
    """Groups the commits of many workers.

    Args:
        record: The ledger's own writing, called in one thread of its own.
        gather: Seconds that the first to wait lets others join it. A commit costs about the same
            for one and for twenty: with many workers fewer commits are faster, and take a fifth
            less CPU in all.
    """

    def __init__(self, record: RecordOutcomes, gather: float = 0.0) -> None:
        self._record = record
        self._gather = gather
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger")
        self._settled: list[OperationResult] = []
        self._intended: list[Operation] = []
        self._waiting: list[asyncio.Future[Mapping[str, str]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def commit(
        self, settled: Sequence[OperationResult] = (), intended: Sequence[Operation] = ()
    ) -> Mapping[str, str]:
        """Returns when both are on disk, with what must not be sent after all, and why.

        Raises:
            LeaseLost: Another run took over; nothing was written.
        """
        if not settled and not intended:
            return {}
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Mapping[str, str]] = loop.create_future()
        self._settled += settled
        self._intended += intended
        self._waiting.append(done)
        if not self.writing:
            self._writing = loop.create_task(self._write())
        return await done

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            if self._gather:
                await asyncio.sleep(self._gather)
            settled, self._settled = self._settled, []
            intended, self._intended = self._intended, []
            waiting, self._waiting = self._waiting, []
            try:
                overtaken = await loop.run_in_executor(
                    self._thread, self._record, settled, intended
                )
            except Exception as problem:  # noqa: BLE001  # handed to every worker that waits for it
                for future in waiting:
                    if not future.done():
                        future.set_exception(problem)
            else:
                for future in waiting:
                    if not future.done():
                        future.set_result(overtaken)

    @property
    def writing(self) -> bool:
        """Whether somebody waits for a commit."""
        return self._writing is not None and not self._writing.done()

    async def idle(self) -> None:
        """Returns when nothing is being written; whoever still waited has given up."""
        if self._writing is not None:
            await asyncio.gather(self._writing, return_exceptions=True)

    def close(self) -> None:
        """Ends the writing thread after what it is writing."""
        self._thread.shutdown(wait=True)
