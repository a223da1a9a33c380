"""A file that ends at a round number of rows, and whose missing people all come behind its end."""

from __future__ import annotations

import pytest

from schemas.errors import ExitCode
from tests.builders.sync_bench import Desk, people


def _loaded(desk: Desk, count: int) -> None:
    desk.first_load(people(count))


@pytest.mark.parametrize(("before", "now"), [(130, 100), (253, 250), (1004, 1000), (510, 500)])
def test_a_file_cut_at_a_limit_removes_nobody(before: int, now: int, desk: Desk) -> None:
    """The export stopped at its limit; whoever is behind it has not left, and the report says so."""
    _loaded(desk, before)
    desk.write(people(now))
    done = desk.run()
    assert (done.report.plan.stop, done.report.plan.held) == (0, before - now)
    assert done.exit_code is ExitCode.HELD
    assert any("looks cut off at a limit" in warning for warning in done.report.warnings)
    assert not desk.new_calls()


def test_the_order_of_the_file_is_known_from_the_night_that_added_its_people(desk: Desk) -> None:
    """Sorted by nothing that is mapped, and cut at 100 rows: whoever came behind them has not left."""
    rows = [*people(103)]
    rows = [rows[n * 50 % 103] for n in range(103)]
    desk.first_load(rows)
    desk.write(rows[:100])
    done = desk.run()
    assert (done.report.plan.stop, done.report.plan.held) == (0, 3)
    assert any("in the order in which they were added" in each for each in done.report.warnings)


def test_a_person_can_say_that_the_file_is_whole(desk: Desk) -> None:
    """With an approval the removals go."""
    _loaded(desk, 103)
    desk.write(people(100))
    assert desk.run().report.plan.stop == 0
    done = desk.run(approve_stops=3)
    assert done.exit_code is ExitCode.COMPLETED
    assert done.report.plan.stop == 3


@pytest.mark.parametrize("case", ["not round", "one missing", "from the middle", "shuffled"])
def test_people_who_have_left_are_stopped_as_always(case: str, desk: Desk) -> None:
    """No round number, one person, somebody from the middle, another order: no cut can be told."""
    rows = list(people(103))
    if case == "shuffled":
        rows = [rows[n * 50 % 103] for n in range(103)]
    desk.first_load(rows)
    left = {
        "not round": rows[:101],
        "one missing": [*rows[:100], *rows[101:102], *rows[102:]][:102],
        "from the middle": [*rows[:50], *rows[53:]],
        "shuffled": rows[49::-1] + rows[50:100],
    }[case]
    desk.write(left)
    done = desk.run()
    assert done.report.plan.stop == 103 - len(left)
    assert not any("cut off" in warning for warning in done.report.warnings)
