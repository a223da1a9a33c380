"""Guards that remember: windows of 7 and 30 days, an absolute cap, and rows against past reads."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.outcomes import Cause
from schemas.sync_keys.guards import Guards
from sendersync.transforms.guards.guard import Counted
from sendersync.transforms.guards.past import Past, Window
from sendersync.transforms.guards.read_quality import ReadFacts
from tests.unit.guards.test_bursts import GOOD, judge, named, phone, stops_of

GONE, CONSENT, NUMBER = Cause.GONE, Cause.CONSENT_WITHDRAWN, Cause.NUMBER_CHANGED


def _leaving(**count: int) -> Any:
    return stops_of(
        *(
            {"phone": phone(place), "cause": cause}
            for place, cause in enumerate(cause for cause, n in count.items() for _ in range(n))
        )
    )


# tonight, members, stopped in 7 days and in 30 days, most members; what holds
WINDOWS: dict[str, tuple[dict[str, int], int, dict[Cause, int], dict[Cause, int], int, list[str]]] = {
    "nobody before": ({"gone": 5}, 100, {}, {}, 0, []),
    "25 of the week exactly": ({"gone": 5}, 80, {GONE: 20}, {GONE: 20}, 100, []),
    "one more": ({"gone": 5}, 80, {GONE: 21}, {GONE: 21}, 100, ["max_stops_7d"]),
    "a tenth of the week exactly": ({"gone": 5}, 200, {GONE: 25}, {}, 300, []),
    "one more than a tenth": ({"gone": 6}, 200, {GONE: 25}, {}, 300, ["max_stops_7d"]),
    "the most members count": ({"gone": 6}, 320, {GONE: 25}, {}, 300, []),
    "another cause": ({"consent_withdrawn": 5}, 80, {GONE: 30}, {GONE: 30}, 100, []),
    "none of that cause tonight": ({"number_changed": 1}, 80, {GONE: 99}, {GONE: 99}, 100, []),
    "60 of the month exactly": ({"gone": 5}, 100, {}, {GONE: 55}, 100, []),
    "one more of the month": ({"gone": 5}, 100, {}, {GONE: 56}, 100, ["max_stops_30d"]),
    "a quarter of the month": ({"gone": 5}, 250, {}, {GONE: 70}, 300, []),
    "one more than a quarter": ({"gone": 6}, 250, {}, {GONE: 70}, 300, ["max_stops_30d"]),
    "both": ({"gone": 9}, 100, {GONE: 60}, {GONE: 60}, 100, ["max_stops_7d", "max_stops_30d"]),
}  # fmt: skip


@pytest.mark.parametrize(
    ("tonight", "members", "week", "month", "most", "held"), WINDOWS.values(), ids=WINDOWS
)
def test_what_the_last_days_hold(
    tonight: dict[str, int],
    members: int,
    week: dict[Cause, int],
    month: dict[Cause, int],
    most: int,
    held: list[str],
) -> None:
    """Tonight's removals of a cause count with those before them; the base is the most members."""
    past = Past(week=Window(week, most), month=Window(month, most))
    removals = _leaving(**tonight)
    decision = judge(Counted(members, GOOD, past=past), removals=removals)
    assert [each.guard for each in decision.reasons] == held
    assert (decision.holding("stops", removals.index) != "").all() == bool(held)
    assert not judge(Counted(members, GOOD, past=past), removals=removals, approved=99).holds


def test_half_a_list_does_not_leave_in_small_steps() -> None:
    """5 % a night passes each night's own limit, and is held on the third."""
    members, gone, nights = 1000, 0, 0
    for _ in range(14):
        leaving = members // 20
        past = Past(week=Window({GONE: gone}, 1000), month=Window({GONE: gone}, 1000))
        decision = judge(Counted(members, GOOD, past=past), removals=_leaving(gone=leaving))
        if decision.holds:
            break
        nights += 1
        members, gone = members - leaving, gone + leaving
    assert (nights, gone) == (2, 97)
    assert [each.guard for each in decision.reasons] == ["max_stops_7d"]


def test_no_window_holds_what_one_run_may_do() -> None:
    """Whoever raises `max_stops` need not raise the windows too."""
    guards = Guards(max_stops=500)
    assert not judge(Counted(600, GOOD), guards, removals=_leaving(gone=500)).holds
    decision = judge(Counted(600, GOOD), guards, removals=_leaving(gone=501))
    assert named(decision)[0] == ("max_stops", 501, 500)


@pytest.mark.parametrize(
    ("tonight", "held"),
    [
        ({"gone": 2, "consent_withdrawn": 1}, False),
        ({"gone": 2, "consent_withdrawn": 2}, True),
        ({"gone": 3, "number_changed": 9}, False),
    ],
)
def test_the_absolute_cap_knows_no_share(tonight: dict[str, int], held: bool) -> None:
    """Departures and withdrawn consents together; changed numbers do not count, and go."""
    removals, guards = _leaving(**tonight), Guards(max_stops_absolute=3)
    decision = judge(Counted(9_000, GOOD), guards, removals=removals)
    assert bool(decision.holds) == held
    waiting = decision.holding("stops", removals.index) != ""
    assert waiting.equals((removals["cause"] != NUMBER) & held)
    assert not judge(Counted(9_000, GOOD), guards, removals=removals, approved=4).holds


# rows tonight, rows of earlier reads, people gone; whether removals are held
ROWS: dict[str, tuple[int, tuple[int, ...], int, bool]] = {
    "no read before": (10, (), 11, False),
    "a tenth fewer exactly": (900, (1000,), 11, False),
    "one row fewer": (899, (1000,), 11, True),
    "few are missing": (899, (1000,), 10, False),
    "against the mean": (899, (996, 1000), 11, False),
    "below the mean": (898, (996, 1000), 11, True),
    "more rows": (2000, (1000,), 11, False),
}


@pytest.mark.parametrize(("rows", "before", "gone", "held"), ROWS.values(), ids=ROWS)
def test_when_rows_are_too_few(rows: int, before: tuple[int, ...], gone: int, held: bool) -> None:
    """Removals wait where the rows fell and more than `max_stops` people are missing."""
    read = ReadFacts(rows, 0, complete=True, first_run=False)
    removals = _leaving(gone=gone, number_changed=1)
    counted = Counted(1_000, read, past=Past(full_reads=before))
    decision = judge(counted, removals=removals)
    assert [each.guard for each in decision.reasons] == (["max_rows_drop"] if held else [])
    assert (decision.holding("stops", removals.index) != "").all() == held
    assert not judge(counted, removals=removals, approved=12).holds


@pytest.mark.parametrize(("rows", "held"), [(100, False), (99, True)])
def test_no_row_fewer_may_be_the_limit(rows: int, held: bool) -> None:
    """With `max_rows_drop: 0` a single missing row holds what is more than always may go."""
    read = ReadFacts(rows, 0, complete=True, first_run=False)
    counted = Counted(1_000, read, past=Past(full_reads=(100,)))
    guards = Guards(max_stops=0, max_stop_share=1.0, max_rows_drop=0)
    assert bool(judge(counted, guards, removals=_leaving(gone=1)).holds) == held
