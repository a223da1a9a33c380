"""The pace, by a clock that a test moves."""

from __future__ import annotations

import asyncio
import random
from bisect import bisect_left
from itertools import pairwise

import pytest

from sendersync.pipeline.load.rate_limiter import (
    MAX_BURST_CREDIT,
    MEAN_ARRIVAL_MARGIN,
    Permit,
    RateLimiter,
)


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """The time."""
        return self.now


def departures(rate: float, count: int, delays: dict[int, float] | None = None) -> list[float]:
    """When each of `count` callers leaves; `delays` are seconds lost before a caller comes."""
    clock = Clock()

    async def walk() -> list[float]:
        limiter = RateLimiter(rate, clock)
        left = []
        for number in range(count):
            clock.now += (delays or {}).get(number, 0.0)
            due = limiter.due_at()
            clock.now = max(clock.now, due)
            assert await limiter.wait()
            left.append(clock.now)
        return left

    return asyncio.run(walk())


def busiest_second(times: list[float]) -> int:
    """The most departures in any second."""
    return max(bisect_left(times, since + 1.0) - at for at, since in enumerate(times))


@pytest.mark.parametrize("rate", [1, 2, 5, 50, 200, 1000])
def test_a_rate_is_nearly_reached_and_never_passed(rate: int) -> None:
    """95 to 100 % of the rate over ten seconds, and no second with more."""
    times = departures(rate, 10 * rate + 1)
    measured = (len(times) - 1) / (times[-1] - times[0])
    assert 0.95 * rate <= measured <= rate
    assert busiest_second(times) <= rate


@pytest.mark.parametrize(("rate", "seconds"), [(0.5, 2.0), (0.1, 10.0), (0.25, 4.0)])
def test_less_than_one_a_second(rate: float, seconds: float) -> None:
    """Slow rates wait for the whole of their interval."""
    times = departures(rate, 5)
    gaps = [b - a for a, b in pairwise(times)]
    assert all(seconds <= gap <= seconds * 1.05 for gap in gaps)


@pytest.mark.parametrize("rate", [1.5, 2.5, 7.25, 99.9])
def test_a_broken_rate_holds_over_time(rate: float) -> None:
    """A rate that is no whole number is reached on average; a second holds it rounded up."""
    times = departures(rate, int(rate * 40))
    measured = (len(times) - 1) / (times[-1] - times[0])
    assert 0.95 * rate <= measured <= rate
    assert busiest_second(times) <= int(rate) + 1


@pytest.mark.parametrize("late", [0.1, 0.9, 5.0, 60.0])
def test_catching_up_is_no_burst(late: float) -> None:
    """After a delay the lost time is made up for a little, within the rate of every second."""
    times = departures(50, 300, {100: late})
    assert busiest_second(times) <= 50
    lost = (times[-1] - times[0]) - (departures(50, 300)[-1] - 100.0)
    assert late - MAX_BURST_CREDIT - 0.1 <= lost <= late + 0.01


def test_a_pause_holds_everybody() -> None:
    """Nobody leaves before the pause is over, and after it there is no burst."""
    clock = Clock()

    async def walk() -> list[float]:
        limiter = RateLimiter(20, clock)
        left = []
        for number in range(60):
            if number == 10:
                limiter.pause(3.0)
            clock.now = max(clock.now, limiter.due_at())
            assert await limiter.wait()
            left.append(clock.now)
        return left

    times = asyncio.run(walk())
    assert times[10] - times[9] >= 3.0 - 0.05
    assert busiest_second(times) <= 20


def test_a_shorter_pause_shortens_none() -> None:
    """Of two pauses the longer one counts."""
    clock = Clock()

    async def walk() -> float:
        limiter = RateLimiter(1000, clock)
        limiter.pause(30.0)
        limiter.pause(1.0)
        return limiter.due_at() - clock.now

    assert asyncio.run(walk()) == pytest.approx(30.0)


@pytest.mark.parametrize(("held_up", "share"), [(0.0, 0), (0.02, 0.5), (0.1, 0.04), (0.05, 0.1)])
def test_a_late_arrival_is_no_burst_on_the_other_side(held_up: float, share: float) -> None:
    """Requests held up on their way arrive closer to those after them: the rate holds there too."""
    clock = Clock()
    chance = random.Random(7)

    async def walk() -> list[float]:
        limiter = RateLimiter(50, clock)
        arrived, under_way = [], []
        for _ in range(600):
            due = limiter.due_at()
            for back, permit in sorted(under_way, key=lambda each: each[0]):
                if back <= due:
                    clock.now = max(clock.now, back)
                    limiter.answered(permit)
                    under_way.remove((back, permit))
                    due = limiter.due_at()
            clock.now = max(clock.now, due)
            permit = await limiter.wait()
            assert permit is not None
            late = held_up if chance.random() < share else 0.0
            arrived.append(clock.now + 0.005 + late)
            under_way.append((clock.now + 0.03 + late, permit))
        return arrived

    arrived = asyncio.run(walk())
    assert busiest_second(sorted(arrived)) <= 50
    assert (len(arrived) - 1) / (clock.now - 100.0) >= 0.95 * 50


@pytest.mark.parametrize("longest", [0.1, 0.3, 5.0])
def test_a_slow_platform_does_not_slow_the_rate(longest: float) -> None:
    """Answers that take long, or now long and now short, cost at most the average slack."""
    clock = Clock()
    chance = random.Random(3)

    async def walk() -> float:
        limiter = RateLimiter(50, clock)
        for _ in range(500):
            clock.now = left = max(clock.now, limiter.due_at())
            permit = await limiter.wait()
            assert permit is not None
            clock.now = left + chance.uniform(0.1, longest)
            limiter.answered(permit)
            clock.now = left
        return clock.now - 100.0

    assert asyncio.run(walk()) <= 500 / 50 * (1 + MEAN_ARRIVAL_MARGIN + 0.015)


def test_a_stop_ends_the_waiting() -> None:
    """Who waits is told within a glance that the run is being stopped."""

    async def walk() -> list[Permit | None]:
        clock = Clock()
        limiter = RateLimiter(0.01, clock)
        asked = False
        assert await limiter.wait(lambda: asked)
        waiting = [asyncio.create_task(limiter.wait(lambda: asked)) for _ in range(5)]
        await asyncio.sleep(0.01)
        asked = True
        return await asyncio.wait_for(asyncio.gather(*waiting), timeout=60)

    assert asyncio.run(walk()) == [None] * 5


def test_callers_leave_in_their_order() -> None:
    """Nobody overtakes."""

    async def walk() -> list[int]:
        loop = asyncio.get_running_loop()
        limiter = RateLimiter(500, loop.time)
        left: list[int] = []

        async def caller(number: int) -> None:
            await limiter.wait()
            left.append(number)

        await asyncio.gather(*(caller(number) for number in range(40)))
        return left

    assert asyncio.run(walk()) == list(range(40))
