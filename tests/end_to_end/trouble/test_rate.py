"""The rate asked for is the rate the platform sees: hardly less, and never more in any second.

A machine that is busy with other tests holds requests up on their way, for as long as it likes, and
then they arrive in a heap. So each is noted as it leaves and as it arrives, by one clock: those that
were held up for longer than `pace.SLACK` are nobody's fault and do not count. What a hold-up can
still spoil is the moment of the noting itself, and how many fit into a second: for these there are
three tries. The rate of a whole run is told by `tests/unit/loading/test_rate_limiter.py`, and by `benchmarks/` on a
quiet machine.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import defaultdict, deque
from functools import partial

import httpx
import pytest

from sendersync.pipeline.load.rate_limiter import ARRIVAL_MARGIN
from tests.builders.sync_bench import Desk, people, sync_file

TRIES = 3
Left = defaultdict[str, deque[float]]


class Noted(httpx.AsyncHTTPTransport):
    """The network, noting when each request leaves, by the path it asks for."""

    def __init__(self, left: Left) -> None:
        super().__init__(verify=False)  # the sandbox speaks plain http
        self._left = left

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends it."""
        self._left[request.url.raw_path.decode("ascii")].append(time.monotonic())
        return await super().handle_async_request(request)


@pytest.mark.parametrize(("rate", "count"), [(5, 14), (50, 180), (200, 500)])
def test_the_rate_is_kept_as_the_platform_sees_it(desk: Desk, rate: int, count: int) -> None:
    """No second with more than is asked for, and 95 % of it in the best."""
    desk.sandbox.faults(latency_ms=20)
    desk.sync = sync_file(load={"rate_per_second": rate, "concurrency": 8})
    # two cores that are busy with other tests may not manage 200
    _check(desk, count, rate, at_least=0.95 * rate if rate <= 50 else 0)


def test_retries_count_too(desk: Desk) -> None:
    """A request asked again is a request: the rate holds for all of them."""
    desk.sandbox.faults({"kind": "503", "share": 0.3})
    desk.sync = sync_file(load={"rate_per_second": 100, "concurrency": 8})
    received = _check(desk, 150, 100, at_least=0)
    assert received > 150


def _check(desk: Desk, count: int, rate: int, at_least: float) -> int:
    """How many requests arrived in the run that kept to the rate."""
    tried = []
    for first in range(0, count * TRIES, count):
        desk.write(people(count, start=first))
        desk.sync = desk.sync.model_copy(update={"sync": f"from-{first}"})
        left: Left = defaultdict(deque)
        assert desk.run(transport=partial(Noted, left)).report.load.total() == count
        calls = desk.new_calls()
        received = sorted(call["received"] for call in calls)
        prompt = sorted(
            call["received"]
            for call in calls
            if call["received"] - left[call["raw"]].popleft() < ARRIVAL_MARGIN
        )
        most = _in_the_busiest_second(prompt)
        best = _in_the_busiest_second(received)
        if most <= rate and best >= at_least:
            return len(received)
        tried.append(f"{most} prompt ones, {best} in all")
    raise AssertionError(f"in the busiest second of each try: {'; '.join(tried)}")


def _in_the_busiest_second(moments: list[float]) -> int:
    counts = (bisect_left(moments, since + 1) - place for place, since in enumerate(moments))
    return max(counts, default=0)
