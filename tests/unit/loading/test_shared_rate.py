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
from sendersync.state.lease.rate_budgets import (
    ALONE_CREDIT,
    SHARED_CREDIT,
    Budget,
    take_from,
)
from tests.unit.loading.test_rate_limiter import Clock, busiest_second

T = TypeVar("T")


class AtOnce(Executor):
    """Does what it is given at once, so that the clock stands still meanwhile."""

    def submit(self, work: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Its result."""
        done: Future[T] = Future()
        done.set_result(work(*args, **kwargs))
        return done


class Account:
    """One account's budget: the rule of the state over a variable."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._left: Budget | None = None

    def take(self, who: str, interval: float, count: int) -> float:
        """See `RateBudgets.take`."""
        now = self._clock()
        first, self._left = take_from(self._left, who, now, interval, count)
        return first - now


def departures(rates: dict[str, float], seconds: float) -> dict[str, list[float]]:
    """When the requests of each run leave, all of them wanting to send all the time."""
    clock = Clock()
    budget = Account(clock)
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


@pytest.mark.parametrize("slow", [0.2, 1, 5, 15])
def test_a_slower_run_leaves_the_rest_to_the_quicker(slow: float) -> None:
    """Together they have the rate of the quicker, and nobody gets less than a part in proportion."""
    left = departures({"slow": slow, "quick": 20}, 40)
    together = len(left["slow"]) + len(left["quick"])
    assert 0.95 * 20 * 40 <= together <= 20 * 40 + 20 * TAKEN_AHEAD
    part = 20 / (slow + 20)
    assert len(left["slow"]) >= 0.95 * slow * part * 40 - 1
    assert len(left["quick"]) >= 0.95 * min(20 - slow, 20 * part) * 40


def test_whoever_is_left_alone_has_a_rate_of_its_own() -> None:
    """The quick one has ended; the slow one goes on at its rate, neither quicker nor slower."""
    before = Budget(free_at=1000.0, taker="quick", interval=0.05, quick_at=999.9)
    _, shared = take_from(before, "slow", 1000.0, 1.0, 1)
    assert shared.free_at == pytest.approx(1000.05)
    _, alone = take_from(before, "slow", 1010.0, 1.0, 1)
    assert alone.free_at == pytest.approx(1010.0 + 1.0 - SHARED_CREDIT)
    assert (alone.interval, alone.quick_at) == (1.0, 1010.0)


def test_a_quicker_run_does_not_wait_for_what_a_slow_one_has_taken() -> None:
    """A request in a hundred seconds takes no hundred seconds of somebody else's night."""
    before = Budget(free_at=1100.0, taker="slow", interval=100.0, quick_at=1000.0)
    first, left = take_from(before, "quick", 1000.0, 0.05, 5)
    assert first <= 1000.05
    assert left.interval == 0.05


@pytest.mark.parametrize(("taker", "credit"), [("me", ALONE_CREDIT), ("other", SHARED_CREDIT)])
def test_little_lateness_is_made_up_for(taker: str, credit: float) -> None:
    """A long pause is no credit: requests of an hour never leave at once."""
    for free_at, first in [(500.0, 1000.0 - credit), (999.997, 999.997), (1003.0, 1003.0)]:
        before = Budget(free_at, taker, 0.05, free_at)
        assert take_from(before, "me", 1000.0, 0.05, 1)[0] == first


def test_a_clock_that_was_set_back_holds_nobody_up() -> None:
    """A free moment that no queue of runs explains is forgotten."""
    assert take_from(Budget(5000.0, "other", 0.05, 4999.0), "me", 1000.0, 0.05, 1)[0] == 1000.0
    # one request every hundred seconds has its next moment far ahead
    assert take_from(Budget(1200.0, "me", 100.0, 1000.0), "me", 1000.0, 100.0, 1)[0] == 1200.0


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
