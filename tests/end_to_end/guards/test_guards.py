"""One night for each guard: who is called, who is suppressed, and what is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from schemas.errors import ExitCode
from sendersync.pipeline.load.clean_stop import CancelToken
from sendersync.pipeline.run import Finished
from tests.builders.sync_bench import Desk, people, person, phone, sync_file

NIGHT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def _guards(done: Finished) -> list[str]:
    return [each.guard for each in done.report.held_because]


def test_a_list_that_is_not_ours_adds_nobody(desk: Desk) -> None:
    """101 strangers beside 30 members wait, also the next night; an approval of the plan sends them."""
    desk.first_load(people(30))
    desk.write(people(131))
    for _ in range(2):
        done = desk.run()
        assert (done.exit_code, _guards(done), done.report.plan.held) == (3, ["max_adds"], 101)
        assert not desk.new_calls()
    approved = desk.run(approve=done.report.plan.digest)
    assert (approved.exit_code, approved.report.plan.add) == (0, 101)
    assert [each.guard for each in approved.report.approved] == ["max_adds"]


def test_the_first_load_goes_on_and_a_list_may_grow(desk: Desk) -> None:
    """A first load that was cut short is not counted, nor what an earlier plan has not reached."""
    desk.write(people(300))
    stop = CancelToken(0.0)
    assert desk.run(stop=stop).report.load.not_reached
    done = desk.run()
    assert (done.exit_code, len(desk.subscribed())) == (0, 300)
    desk.write(people(375))
    assert desk.run(stop=CancelToken(0.0)).report.load.not_reached == 75
    desk.write(people(450))
    done = desk.run()
    assert (done.exit_code, done.report.plan.add) == (0, 150), "75 of them were planned before"


def test_a_shifted_column_changes_nobody(desk: Desk) -> None:
    """Each person has the number of the next one: nobody is added, relabelled or stopped for it."""
    rows = people(140)
    desk.first_load(rows)
    shifted = [
        person(n, Mobile=phone(n + 1), Unsubscribed="1" if n == 5 else "") for n in range(140)
    ]
    desk.write(shifted)
    done = desk.run()
    assert (done.exit_code, _guards(done)) == (3, ["max_changes"])
    assert done.report.held_because[0].count == 139
    assert {name for name, _ in desk.new_commands()} <= {"stop"}
    with desk.state() as state:
        members = state.members.of("newsletter")
    keys = dict(zip(members["phone"], members["key"], strict=True))
    assert keys[phone(20)] == "C000020"


def test_yes_and_no_exchanged_stop_and_add_nobody(desk: Desk) -> None:
    """30 of 40 seem to say stop: nobody is called or suppressed, in each run, until approved."""
    desk.first_load(people(40))
    rows = [person(n, Unsubscribed="1" if n < 30 else "") for n in range(40)]
    desk.write([*rows, *people(3, start=800)])
    for _ in range(2):
        done = desk.run()
        assert (done.exit_code, _guards(done)) == (3, ["max_opt_outs"])
        assert done.report.plan.held == 33
        assert not desk.new_calls() and not desk.suppressed()
    approved = desk.run(approve=done.report.plan.digest)
    assert approved.exit_code == ExitCode.COMPLETED
    assert (approved.report.plan.stop, approved.report.plan.add) == (30, 3)
    assert desk.suppressed() == {phone(n) for n in range(30)}


def test_a_first_list_of_mostly_stops_adds_nobody(desk: Desk) -> None:
    """At the first load rows count against rows, also in the second run of it."""
    desk.write([person(n, Unsubscribed="" if n < 10 else "1") for n in range(50)])
    for _ in range(2):
        done = desk.run()
        assert (done.exit_code, _guards(done)) == (3, ["max_opt_outs"])
        assert done.report.held_because[0].count == 40
        assert not desk.new_calls() and not desk.suppressed()
    approved = desk.run(approve=done.report.plan.digest)
    assert (approved.exit_code, approved.report.plan.add) == (0, 10)
    assert len(desk.suppressed()) == 40
    assert desk.run().exit_code == 0


def test_half_a_list_does_not_leave_in_14_nights(desk: Desk) -> None:
    """5 % a night: held from the third night on, while the window remembers the first two."""
    rows = people(300)
    desk.write(rows)
    assert desk.run(clock=lambda: NIGHT).exit_code == 0
    desk.new_calls()
    held, left = [], 300
    for night in range(1, 15):
        left -= left // 20 if night < 4 else 0
        desk.write(rows[:left])
        done = desk.run(clock=lambda night=night: NIGHT + timedelta(days=night))
        held.append(_guards(done))
        assert done.error is None
        assert not any(held[:2])
        if night == 3:
            assert held[-1] == ["max_stops_7d"]
    assert held[3:7] == [["max_stops_7d"]] * 4
    assert len(desk.subscribed()) >= 225, "at most a quarter in 30 days"


def test_a_file_with_far_fewer_rows_removes_nobody(desk: Desk) -> None:
    """Rows fell by more than a tenth and eleven people are missing: 11 of 1,000 would be few."""
    desk.sync = sync_file(duplicates="first", guards={"max_stop_share": 0.5})
    rows = people(60)
    desk.first_load([*rows])
    doubled = [*rows, *rows, *rows]
    desk.write(doubled)
    assert desk.run().exit_code == 0
    desk.write(rows[:49])
    done = desk.run()
    assert (done.exit_code, _guards(done)) == (3, ["max_rows_drop"])
    assert done.report.held_because[0].count == 71
    approved = desk.run(approve_stops=11)
    assert (approved.exit_code, approved.report.plan.stop) == (0, 11)
    assert desk.run().report.plan.held == 0


def test_a_read_without_a_canary_is_another_list(desk: Desk) -> None:
    """Nobody is added or removed; one that says stop is stopped, and is told."""
    desk.sync = sync_file(canaries=["C000001", f"+1 206 {phone(2)[5:8]} {phone(2)[8:]}"])
    desk.first_load(people(20))
    desk.write([*people(17, start=3), *people(2, start=50)])
    done = desk.run()
    assert (done.exit_code, _guards(done), done.report.plan.held) == (3, ["canaries"], 5)
    assert not desk.new_calls()
    assert "number 1, 2 of the list" in done.report.held_because[0].text
    desk.write([person(1, Unsubscribed="1"), *people(18, start=2)])
    done = desk.run()
    assert ("stop", phone(1)) in desk.new_commands()
    assert any("Number 1 of `canaries`" in each for each in done.report.warnings)
