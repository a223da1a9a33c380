"""The rate asked for is the rate the platform sees: hardly less, and never more in any second.

The sandbox's clock says when a request arrived, and a machine that is busy with other tests holds
some up on their way for as long as it likes. So each rule gets three tries: a hold-up passes, a
wrong rate is wrong three times. The bars of a quiet machine are measured in `benchmarks/`.
"""

from __future__ import annotations

from bisect import bisect_left

import pytest

from tests.desk import Desk, people, sync_file

TRIES = 3


@pytest.mark.parametrize(("rate", "count"), [(5, 19), (50, 210), (200, 600)])
def test_the_rate_is_kept_as_the_platform_sees_it(desk: Desk, rate: int, count: int) -> None:
    """95 to 100 % of what is asked for, and after the first second no second with more."""
    desk.sandbox.faults(latency_ms=20)
    desk.sync = sync_file(load={"rate_per_second": rate, "concurrency": 8})
    wrong: list[str] = []
    for first in range(0, count * TRIES, count):
        desk.write(people(count, start=first))
        desk.sync = desk.sync.model_copy(update={"sync": f"from-{first}"})
        assert desk.run().exit_code == 0
        received = sorted(call["received"] for call in desk.new_calls())
        assert len(received) == count
        # two cores that are busy with other tests may not manage 200
        wrong.append(_unlike(received, rate, at_least=0.95 if rate <= 50 else 0.6))
        if not wrong[-1]:
            return
    pytest.fail("; ".join(wrong))


def test_retries_count_too(desk: Desk) -> None:
    """A request asked again is a request: the rate holds for all of them."""
    desk.sandbox.faults({"kind": "503", "share": 0.3})
    desk.sync = sync_file(load={"rate_per_second": 100, "concurrency": 8})
    wrong: list[str] = []
    for first in range(0, 250 * TRIES, 250):
        desk.write(people(250, start=first))
        desk.sync = desk.sync.model_copy(update={"sync": f"from-{first}"})
        desk.run()
        received = sorted(call["received"] for call in desk.new_calls())
        assert len(received) > 250
        wrong.append(_unlike(received, 100, at_least=0.0))
        if not wrong[-1]:
            return
    pytest.fail("; ".join(wrong))


def _unlike(received: list[float], rate: int, at_least: float) -> str:
    """What is wrong with these arrivals after the first second; empty when nothing is.

    The first call may have been held up by all that a run begins with.
    """
    steady = received[bisect_left(received, received[0] + 1) :]
    busiest = max(bisect_left(steady, since + 1) - place for place, since in enumerate(steady))
    reached = (len(steady) - 1) / (steady[-1] - steady[0]) / rate
    if busiest > rate:
        return f"{busiest} calls in one second"
    if reached < at_least:
        return f"{reached:.1%} of the rate"
    return ""
