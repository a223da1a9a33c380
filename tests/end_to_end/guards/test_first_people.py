"""A careful first send: `run --limit N`."""

from __future__ import annotations

from schemas.errors import ExitCode
from tests.builders.sync_bench import Desk, people, person, phone, sync_file


def test_the_first_people_are_called_and_the_next_run_does_the_rest(desk: Desk) -> None:
    """Three of twelve are added, in the order of the file; what is left is counted, and comes next."""
    desk.write(people(12))
    done = desk.run(most_people=3)
    assert done.exit_code is ExitCode.PARTIAL
    assert (done.report.load.confirmed, done.report.load.not_reached) == (3, 9)
    assert desk.subscribed() == {phone(n) for n in range(3)}
    assert any("3 people only" in each for each in done.report.warnings)
    again = desk.run(most_people=20)
    assert (again.exit_code, again.report.load.confirmed) == (ExitCode.COMPLETED, 9)
    assert not any("people only" in each for each in again.report.warnings)


def test_who_said_stop_is_never_left_out(desk: Desk) -> None:
    """Everybody who said stop is stopped, and one other call is made."""
    desk.sync = sync_file(guards={"max_stops": 100})
    desk.first_load(people(30))
    rows = [person(n, Unsubscribed="yes" if n in (5, 25) else "") for n in range(20)]
    desk.write([*rows, person(25, Unsubscribed="yes"), *people(4, start=40)])
    done = desk.run(most_people=1)
    assert desk.opted_out() >= {phone(5), phone(25)}
    assert done.report.load.confirmed == 3
    desk.run()
    assert desk.subscribed() == ({phone(n) for n in range(20)} - {phone(5)}) | {
        phone(n) for n in range(40, 44)
    }


def test_a_changed_number_is_one_person(desk: Desk) -> None:
    """The stop of the old number goes with the add of the new: nobody has two, and nobody none."""
    desk.first_load(people(10))
    rows = [person(n, Mobile=phone(n + 50) if n in (3, 7) else phone(n)) for n in range(10)]
    desk.write(rows)
    done = desk.run(most_people=1)
    assert done.report.load.confirmed == 2
    assert desk.subscribed() == {phone(n) for n in range(10)} - {phone(3)} | {phone(53)}
    desk.run()
    assert desk.subscribed() == {phone(n) for n in range(10)} - {phone(3), phone(7)} | {
        phone(53),
        phone(57),
    }
