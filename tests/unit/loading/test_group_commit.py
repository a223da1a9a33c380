"""Commits of many workers are few, and each worker hears of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from schemas.outcomes import Cause, Kind, Operation, OperationResult
from sendersync.pipeline.load.group_commit import GroupCommit


def _operation(number: int) -> Operation:
    return Operation(f"r#{number}", Kind.ADD, Cause.NEW, "777", f"+1206{number:07d}", str(number))


class Ledger:
    """Keeps what it was given, commit by commit; some operations must not be sent."""

    def __init__(self, *forbidden: str) -> None:
        self.commits: list[list[str]] = []
        self._forbidden = forbidden

    def record(
        self, _: Sequence[OperationResult], intended: Sequence[Operation]
    ) -> Mapping[str, str]:
        """One transaction."""
        ids = [operation.id for operation in intended]
        self.commits.append(ids)
        return {each: "not wanted" for each in ids if each in self._forbidden}


def _commit(ledger: Ledger, count: int, gather: float) -> list[Mapping[str, str]]:
    async def together() -> list[Mapping[str, str]]:
        journal = GroupCommit(ledger.record, gather)
        try:
            work = [journal.commit(intended=[_operation(number)]) for number in range(count)]
            return await asyncio.gather(*work)
        finally:
            await journal.idle()
            journal.close()

    return asyncio.run(together())


@pytest.mark.parametrize(("workers", "gather"), [(1, 0.0), (20, 0.0), (1, 0.05), (20, 0.05)])
def test_all_who_wait_share_a_commit(workers: int, gather: float) -> None:
    """Everybody who waits when a commit begins is in it, in the order of their coming."""
    ledger = Ledger()
    _commit(ledger, workers, gather)
    assert ledger.commits == [[_operation(number).id for number in range(workers)]]


def test_who_comes_within_the_pause_shares_the_commit() -> None:
    """The first to wait lets others join for a moment."""

    async def one_after_the_other(gather: float) -> list[list[str]]:
        ledger = Ledger()
        journal = GroupCommit(ledger.record, gather)
        first = asyncio.create_task(journal.commit(intended=[_operation(1)]))
        await asyncio.sleep(0)  # the first one waits already
        await asyncio.sleep(0)
        await asyncio.gather(first, journal.commit(intended=[_operation(2)]))
        journal.close()
        return ledger.commits

    assert asyncio.run(one_after_the_other(0.5)) == [["r#1", "r#2"]]
    assert asyncio.run(one_after_the_other(0.0)) == [["r#1"], ["r#2"]]


def test_each_hears_what_must_not_be_sent() -> None:
    """What the ledger forbids comes back to whoever intended it."""
    heard = _commit(Ledger("r#1"), 3, 0.0)
    assert all(each == {"r#1": "not wanted"} for each in heard)
