"""A first night on an account whose people are subscribed already."""

from __future__ import annotations

import shutil

import pytest

from schemas.sync_file import SyncFile
from tests.builders.sync_bench import Desk, people, sync_file

WAITS = "already_subscribed"


@pytest.fixture
def lost_state(desk: Desk) -> SyncFile:
    """Seventy people were loaded, and then the state was lost; one call at a time."""
    desk.first_load(people(70))
    shutil.rmtree(desk.state_file.parent)
    return sync_file(load={"concurrency": 1})


def test_mostly_already_ends_the_adds(desk: Desk, lost_state: SyncFile) -> None:
    """After 50 answers, more than half of them `already`, no add leaves; later runs hold them."""
    desk.write(people(200))
    done = desk.run(sync=lost_state)
    assert done.exit_code == 3
    assert (done.report.load.already, done.report.load.not_reached) == (50, 150)
    assert len(desk.new_calls()) == 50
    (why,) = done.report.held_because
    assert (why.guard, why.count, why.limit) == (WAITS, 50, 25)
    assert "adopt" in why.text and "SENDERSYNC_STATE" in why.text
    for again in (desk.plan(sync=lost_state), desk.run(sync=lost_state)):
        assert again.exit_code == 3
        assert [each.guard for each in again.report.held_because] == [WAITS]
        assert (again.report.plan.add, again.report.plan.held) == (0, 150)
    assert desk.new_calls() == []


def test_an_adoption_goes_on(desk: Desk, lost_state: SyncFile) -> None:
    """Once a person has recorded who is subscribed, the next run adds who is new."""
    desk.write(people(70))
    assert desk.run(sync=lost_state).exit_code == 3
    adopted = desk.adopt(sync=lost_state)
    assert (adopted.exit_code, adopted.report.plan.unchanged) == (0, 70)
    desk.new_calls()
    desk.write(people(72))
    done = desk.run(sync=lost_state)
    assert (done.exit_code, done.report.load.confirmed) == (0, 2)


def test_as_many_new_people_are_no_sign(desk: Desk) -> None:
    """Half of the answers `already` ends nothing: more than half must say it."""
    desk.first_load(people(60))
    shutil.rmtree(desk.state_file.parent)
    old, new = people(60), people(60, start=100)
    desk.write([row for pair in zip(new, old, strict=True) for row in pair])
    done = desk.run(sync=sync_file(load={"concurrency": 1}))
    assert (done.exit_code, done.report.load.already) == (0, 60)


def test_people_of_another_sync_are_no_strangers(desk: Desk) -> None:
    """`Already` counts only for phones that no sync of this state knows."""
    desk.first_load(people(70))
    done = desk.run(sync=sync_file(sync="offers"))
    assert (done.exit_code, done.report.load.already) == (0, 70)
