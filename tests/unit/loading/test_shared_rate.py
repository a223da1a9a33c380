"""The budget that all runs of one account share, by clocks that a test moves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, Future
from itertools import pairwise
from typing import Any, TypeVar

import pytest

from sendersync.pipeline.load.rate_limiter import RateLimiter
from sendersync.pipeline.load.shared_rate import TAKEN_AHEAD, SharedRate
from sendersync.state.lease.rate_budgets import ALONE_CREDIT, SHARED_CREDIT, first_moment
from tests.unit.loading.test_rate_limiter import Clock, busiest_second

T = TypeVar("T")


class AtOnce(Executor):
    """Does what it is given at once, so that the clock stands still meanwhile."""

    def submit(self, work: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Its result."""
        done: Future[T] = Future()
        done.set_result(work(*args, **kwargs))
        return done


class Budget:
    """One account's budget: the rule of the state over a variable."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._free_at = 0.0
        self._taker = ""

    def take(self, who: str, interval: float, count: int) -> float:
        """See `RateBudgets.take`."""
        now, lasts = self._clock(), interval * count
        first = first_moment(now, self._free_at, lasts, alone=who == self._taker)
        self._free_at, self._taker = first + lasts, who
        return first - now


def departures(rates: dict[str, float], seconds: float) -> dict[str, list[float]]:
    """When the requests of each run leave, all of them wanting to send all the time."""
    clock = Clock()
    budget = Budget(clock)
    start = clock.now
    left: dict[str, list[float]] = {who: [] for who in rates}

    async def next_of(limiter: RateLimiter, shared: SharedRate, interval: float) -> float:
        return max(await shared.next_moment(interval), limiter.due_at())

    async def walk() -> None:
        shares = {
            who: SharedRate(lambda i, n, who=who: budget.take(who, i, n), clock, AtOnce())
            for who in rates
        }
        limiters = {who: RateLimiter(rate, clock) for who, rate in rates.items()}
        intervals = {who: 1.01 / rate for who, rate in rates.items()}
        due = {who: await next_of(limiters[who], shares[who], intervals[who]) for who in rates}
        while clock.now < start + seconds:
            who = min(due, key=lambda name: due[name])
            clock.now = max(clock.now, due[who])
            assert await limiters[who].wait()
            left[who].append(clock.now)
            due[who] = await next_of(limiters[who], shares[who], intervals[who])
        for share in shares.values():
            share.close()

    asyncio.run(walk())
    return left


@pytest.mark.parametrize("runs", [1, 2, 3, 5])
@pytest.mark.parametrize("rate", [5.0, 20.0, 200.0])
def test_runs_of_one_rate_share_it(runs: int, rate: float) -> None:
    """Together 97 to 100 % of the rate, in no second more, and each gets its part."""
    left = departures({f"run {number}": rate for number in range(runs)}, 20)
    together = sorted(moment for moments in left.values() for moment in moments)
    measured = (len(together) - 1) / (together[-1] - together[0])
    assert 0.97 * rate <= measured <= rate
    assert busiest_second(together) <= rate
    for moments in left.values():
        assert len(moments) == pytest.approx(len(together) / runs, rel=0.1, abs=2)


def test_a_slower_run_takes_more_time_for_a_request() -> None:
    """The sum of requests over their own rates is at most one a second."""
    left = departures({"slow": 5, "quick": 20}, 30)
    used = len(left["slow"]) / 5 + len(left["quick"]) / 20
    assert 0.95 * 30 <= used <= 30 + TAKEN_AHEAD + 1 / 5


@pytest.mark.parametrize(("alone", "credit"), [(True, ALONE_CREDIT), (False, SHARED_CREDIT)])
def test_little_lateness_is_made_up_for(alone: bool, credit: float) -> None:
    """A long pause is no credit: requests of an hour never leave at once."""
    assert first_moment(1000.0, 500.0, 0.05, alone=alone) == 1000.0 - credit
    assert first_moment(1000.0, 999.997, 0.05, alone=alone) == 999.997
    assert first_moment(1000.0, 1003.0, 0.05, alone=alone) == 1003.0


def test_a_clock_that_was_set_back_holds_nobody_up() -> None:
    """A free moment that no queue of runs explains is forgotten."""
    assert first_moment(1000.0, 5000.0, 0.05, alone=False) == 1000.0
    # one request every hundred seconds has its next moment far ahead
    assert first_moment(1000.0, 1200.0, 100.0, alone=True) == 1200.0


def test_moments_are_taken_a_quarter_of_a_second_ahead() -> None:
    """Not each one costs a look into the state, and nobody takes many."""
    counts: list[int] = []

    def take(_interval: float, count: int) -> float:
        counts.append(count)
        return 0.0

    async def walk(interval: float) -> list[float]:
        shared = SharedRate(take, Clock(), AtOnce())
        moments = [await shared.next_moment(interval) for _ in range(50)]
        shared.close()
        return moments

    moments = asyncio.run(walk(0.01))
    assert counts == [25, 25, 25]
    assert [b - a for a, b in pairwise(moments[:25])] == pytest.approx([0.01] * 24)
    counts.clear()
    asyncio.run(walk(0.2))
    assert counts == [1] * 51
