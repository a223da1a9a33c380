"""A dry run touches neither the platform nor the state."""

from __future__ import annotations

import pytest

from tests.builders.sync_bench import Desk, people, snapshot, sync_file, with_row, without


def test_a_dry_run_without_a_state_makes_none(desk: Desk) -> None:
    """A dry run leaves no file and no folder where there was none."""
    desk.write(people(5))
    before = snapshot(desk.folder)
    done = desk.plan()
    assert done.exit_code == 0
    assert done.report.status == "dry_run"
    assert done.report.plan.add == 5
    assert snapshot(desk.folder) == before
    assert desk.new_calls() == []


def test_a_dry_run_leaves_the_state_byte_identical(desk: Desk) -> None:
    """A dry run with every kind of operation leaves each byte of the state as it was."""
    rows = people(30)
    desk.first_load(rows)
    changed = with_row(without(rows, 3), 5, Unsubscribed="yes")
    changed = with_row(changed, 7, Mobile="+12063000007")
    changed = with_row(changed, 9, Mobile="hello")
    desk.write([*changed, *people(2, start=500)])
    before = snapshot(desk.folder)
    done = desk.plan()
    plan = done.report.plan
    assert (plan.add, plan.stop, plan.held) == (3, 3, 0)
    assert snapshot(desk.folder) == before
    assert desk.new_calls() == []


@pytest.mark.parametrize("text", ["", "CustomerID,Email,Mobile\n"])
def test_a_dry_run_that_holds_something_exits_3(desk: Desk, text: str) -> None:
    """A dry run whose plan holds something ends with 3, and still changes nothing."""
    # read alike on both nights: a sync file that was changed would stop nobody
    desk.sync = sync_file(
        columns={"country": None, "first_name": None, "opted_out": None, "consent": None}
    )
    desk.first_load(people(3))
    desk.write_text(text)
    before = snapshot(desk.folder)
    done = desk.plan()
    assert done.exit_code == 3
    assert done.report.plan.held == 3
    assert snapshot(desk.folder) == before


def test_a_dry_run_needs_no_platform(desk: Desk) -> None:
    """A dry run plans without credentials and without a platform that answers."""
    desk.write(people(3))
    desk.password = "wrong"
    done = desk.plan(url="http://127.0.0.1:9")
    assert done.exit_code == 0


def test_the_plan_is_what_the_run_does(desk: Desk) -> None:
    """A run right after its dry run plans the same numbers."""
    rows = people(20)
    desk.first_load(rows)
    desk.write([*without(rows, 1, 2), *people(4, start=700)])
    planned = desk.plan().report
    did = desk.run().report
    assert did.plan == planned.plan
    assert did.contacts == planned.contacts
