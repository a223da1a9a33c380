"""A first night on an account whose people are subscribed already."""

from __future__ import annotations

import shutil

import pytest

from tests.builders.sync_bench import Desk, people, sync_file

WAITS = "already_subscribed"


def lose_the_state(desk: Desk, subscribed: int) -> None:
    """So many people were loaded, and then the state was lost."""
    desk.first_load(people(subscribed))
    shutil.rmtree(desk.state_file.parent)


@pytest.mark.parametrize("count", [5, 20, 50, 200])
def test_a_first_load_that_meets_subscribed_people_ends_its_adds(desk: Desk, count: int) -> None:
    """After 3 answers `already`, asked one at a time, no add leaves; whoever said stop stays out."""
    lose_the_state(desk, count - 1)
    desk.write(people(count))  # the last one is not subscribed: perhaps they said stop
    done = desk.run()
    assert done.exit_code == 3
    assert (done.report.load.already, done.report.load.not_reached) == (3, count - 3)
    assert len(desk.new_calls()) == 3
    (why,) = done.report.held_because
    assert (why.guard, why.count, why.limit) == (WAITS, 3, 1)
    assert "adopt" in why.text and "SENDERSYNC_STATE" in why.text
    for again in (desk.plan(), desk.run()):
        assert again.exit_code == 3
        assert [each.guard for each in again.report.held_because] == [WAITS]
        assert (again.report.plan.add, again.report.plan.held) == (0, count - 3)
    assert desk.new_calls() == []


def test_an_import_into_a_new_state_asks_once(desk: Desk) -> None:
    """After 3 answers `already` it ends its adds, with exit 3; the same command goes on."""
    lose_the_state(desk, 9)
    desk.write(people(10))
    done = desk.import_()
    assert (done.exit_code, done.report.load.already, done.report.load.not_reached) == (3, 3, 7)
    (why,) = done.report.held_because
    assert "SENDERSYNC_STATE" in why.text and "the same command again" in why.text
    done = desk.import_()
    assert (done.exit_code, done.report.load.already, done.report.load.confirmed) == (0, 6, 1)


def test_some_subscribed_people_end_no_first_load(desk: Desk) -> None:
    """Two in three answers that say `already` are too few while there are only three."""
    lose_the_state(desk, 2)
    desk.write(people(2) + people(10, start=100))
    done = desk.run()
    assert (done.exit_code, done.report.load.already, done.report.load.confirmed) == (0, 2, 10)


def test_an_approval_goes_on(desk: Desk) -> None:
    """A person who has looked approves the plan, and everybody who is left is added."""
    lose_the_state(desk, 20)
    desk.write(people(22))
    assert desk.run().exit_code == 3
    held = desk.run()
    done = desk.run(approve=held.report.plan.digest)
    assert (done.exit_code, done.report.load.already, done.report.load.confirmed) == (0, 17, 2)


def test_an_adoption_goes_on(desk: Desk) -> None:
    """Once a person has recorded who is subscribed, the next run adds who is new."""
    lose_the_state(desk, 70)
    desk.write(people(70))
    assert desk.run().exit_code == 3
    adopted = desk.adopt()
    assert (adopted.exit_code, adopted.report.plan.unchanged) == (0, 70)
    desk.new_calls()
    desk.write(people(72))
    done = desk.run()
    assert (done.exit_code, done.report.load.confirmed) == (0, 2)


@pytest.mark.parametrize(("subscribed", "exit_code", "calls"), [(40, 0, 40), (60, 3, 50)])
def test_a_later_run_waits_for_fifty_answers(
    desk: Desk, subscribed: int, exit_code: int, calls: int
) -> None:
    """Who signs up at the platform before their row comes is `already`: a few each night are none."""
    lose_the_state(desk, subscribed)
    one_by_one = sync_file(load={"concurrency": 1})
    before = people(5, start=100)
    desk.write(before)
    assert desk.run(sync=one_by_one).exit_code == 0
    desk.new_calls()
    desk.write(before + people(subscribed))
    done = desk.run(sync=one_by_one)
    assert (done.exit_code, done.report.load.already) == (exit_code, calls)
    assert done.report.load.not_reached == subscribed - calls


def test_as_many_new_people_are_no_sign(desk: Desk) -> None:
    """Half of the answers `already` ends nothing: more than half must say it."""
    lose_the_state(desk, 60)
    old, new = people(60), people(60, start=100)
    desk.write([row for pair in zip(new, old, strict=True) for row in pair])
    done = desk.run(sync=sync_file(load={"concurrency": 1}))
    assert (done.exit_code, done.report.load.already) == (0, 60)


def test_people_of_another_sync_are_no_strangers(desk: Desk) -> None:
    """`Already` counts only for phones that no sync of this state knows."""
    desk.first_load(people(70))
    done = desk.run(sync=sync_file(sync="offers"))
    assert (done.exit_code, done.report.load.already) == (0, 70)
