"""A clock that is behind, or was ahead: the run is refused, and the state can be set right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sendersync.state.store import State
from sendersync.state.upkeep.integrity import fix, look
from tests.builders.sync_bench import CODE, Command, Desk, people, person, phone, sync_file

NOW = datetime.now(UTC)


@pytest.mark.parametrize("command", [Command.RUN, Command.ADOPT, Command.IMPORT])
@pytest.mark.parametrize("dry_run", [False, True])
def test_a_clock_that_is_behind_is_refused(desk: Desk, command: Command, dry_run: bool) -> None:
    """Before the newest run of any sync nothing is read or sent, and both times are named."""
    desk.write(people(3))
    desk.run(sync=sync_file(sync="other"), clock=lambda: NOW)
    desk.new_calls()
    behind = NOW - timedelta(hours=1, minutes=5)
    done = desk.run(command, clock=lambda: behind, dry_run=dry_run)
    assert (done.exit_code, desk.new_calls(), done.report.source.rows) == (2, [], 0)
    assert done.error is not None
    for moment in (NOW, behind):
        assert f"{moment:%Y-%m-%d %H:%M UTC}" in done.error.what
    assert desk.run(command, clock=lambda: NOW - timedelta(minutes=55)).exit_code == 0


def test_who_said_stop_is_stopped_whatever_the_time(desk: Desk) -> None:
    """A stop list is carried out by a clock that is a year behind."""
    desk.first_load(people(10))
    desk.write(people(1), "stops.csv")
    listed = sync_file(columns={"consent": None, "opted_out": None})
    done = desk.run(
        Command.STOP,
        sync=listed.model_copy(update={"sync": f"stop:{CODE}"}),
        file="stops.csv",
        clock=lambda: NOW - timedelta(days=365),
    )
    assert (done.exit_code, desk.new_commands()) == (0, [("stop", phone(0))])


def test_a_clock_that_was_ahead_is_set_right(desk: Desk) -> None:
    """Runs of the future get today's date in their order, and nobody waits for years."""
    desk.write(people(10))
    for days in (400, 401):
        desk.run(clock=lambda days=days: NOW + timedelta(days=days))  # type: ignore[misc]
    desk.write([person(20)], "other.csv")
    other = sync_file(sync="other")
    desk.run(sync=other, file="other.csv", clock=lambda: NOW + timedelta(days=402))
    desk.write(people(9))
    ahead = desk.run(clock=lambda: NOW + timedelta(days=403))
    assert ahead.report.plan.waiting == 1
    assert desk.run().exit_code == 2
    with State.open(desk.state_url, read_only=True) as state:
        before = [run.id for run in state.runs.latest(9)]
    [found] = look(desk.state_url).findings
    assert found.what.startswith("4 runs begin later than today")
    assert fix(desk.state_url, desk.folder).fixed and not look(desk.state_url).findings
    with State.open(desk.state_url, read_only=True) as state:
        assert [run.id for run in state.runs.latest(9)] == before
    assert desk.run().report.plan.waiting == 1
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert desk.run(clock=lambda: tomorrow).report.plan.stop == 1
