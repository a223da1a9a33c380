"""A row that is there and cannot be used today keeps its subscription: it has not left."""

from __future__ import annotations

import pytest

from tests.builders.sync_bench import (
    Desk,
    as_csv,
    people,
    person,
    phone,
    sync_file,
    with_row,
    without,
)

BAD_TODAY = {
    "phone unreadable": {"Mobile": "call me"},
    "phone too short": {"Mobile": "206"},
    "phone missing": {"Mobile": ""},
    "phone now a landline": {"Mobile": "+442079460018"},
    "digits lost": {"Mobile": "1.2062E+10"},
    "e-mail broken": {"Email": "ann@"},
    "phone and e-mail broken": {"Mobile": "x", "Email": "@"},
}


@pytest.mark.parametrize("cells", BAD_TODAY.values(), ids=BAD_TODAY)
def test_a_rejected_row_keeps_its_subscription_by_its_key(
    desk: Desk, cells: dict[str, str]
) -> None:
    """With a key column the row says whose it is, whatever is wrong with it."""
    rows = people(6)
    desk.first_load(rows)
    desk.write(with_row(rows, 2, **cells))
    done = desk.run()
    assert done.exit_code == 0, done.report
    assert desk.new_calls() == []
    assert phone(2) in desk.subscribed()
    desk.write(rows)
    assert desk.run().report.plan.unchanged == 6
    assert desk.new_calls() == []


@pytest.mark.parametrize("cells", BAD_TODAY.values(), ids=BAD_TODAY)
@pytest.mark.parametrize("known_by", ["nothing else", "e-mail", "customer key"])
def test_a_rejected_row_keeps_its_subscription_without_a_key(
    desk: Desk, cells: dict[str, str], known_by: str
) -> None:
    """Without a key column nobody is stopped on the word of a row that may be theirs."""
    if known_by == "nothing else" and cells["Mobile" if "Mobile" in cells else "Email"][:1] == "+":
        pytest.skip("another readable phone and nothing else is another person")
    key = "CustomerID" if known_by == "customer key" else None
    desk.sync = sync_file(columns={"key": None, "customer_key": key})
    mail = known_by == "e-mail"
    rows = [person(n, Email=f"ann{n}@example.com" if mail else "") for n in range(6)]
    desk.first_load(rows)
    desk.write(with_row(rows, 2, **cells))
    done = desk.run()
    assert desk.new_calls() == [], done.report
    assert phone(2) in desk.subscribed()


def test_a_malformed_row_keeps_its_subscription(desk: Desk) -> None:
    """A row with a cell too many could be the one that is missed: removals wait for a person."""
    rows = people(6)
    desk.first_load(rows)
    lines = as_csv(rows).splitlines(keepends=True)
    lines[3] = lines[3].replace("Ann2", "Ann2,Lee")
    desk.write_text("".join(lines))
    done = desk.run()
    assert done.exit_code == 3
    assert done.report.plan.held == 1
    assert desk.new_calls() == []
    approved = desk.run(approve_stops=1)
    assert approved.exit_code == 0
    assert desk.new_commands() == [("stop", phone(2))]


def test_an_old_hopeless_row_holds_nothing(desk: Desk) -> None:
    """A row that named nobody when the books were closed says nothing about who leaves later."""
    desk.sync = sync_file(columns={"key": None})
    hopeless = person(900, Mobile="ask her sister", CustomerID="?")
    desk.write([*people(6), hopeless])
    assert desk.run().exit_code == 0
    desk.write([*people(6)[1:], hopeless])
    desk.new_calls()
    assert desk.run().exit_code == 0
    assert desk.new_commands() == [("stop", phone(0))]


def test_two_equal_hopeless_rows_hold_nothing_either(desk: Desk) -> None:
    """The same hopeless row twice, both nights, is two old rows and no new one."""
    desk.sync = sync_file(columns={"key": None})
    hopeless = person(900, Mobile="ask her sister", CustomerID="?")
    desk.write([*people(6), hopeless, hopeless])
    assert desk.run().exit_code == 0
    desk.write([*people(6)[1:], hopeless, hopeless])
    desk.new_calls()
    assert desk.run().exit_code == 0
    assert desk.new_commands() == [("stop", phone(0))]


def test_a_second_equal_hopeless_row_is_new(desk: Desk) -> None:
    """One more row in the same hopeless words may be the person who is missed."""
    desk.sync = sync_file(columns={"key": None, "first_name": None})
    hopeless = person(0, Mobile="-", CustomerID="?", First_Name="?")
    rows = [person(n, CustomerID="?", First_Name="?") for n in range(6)]
    desk.write([*rows, hopeless])
    assert desk.run().exit_code == 0
    desk.write([*rows[1:], hopeless, hopeless])
    desk.new_calls()
    assert desk.run().exit_code == 3
    assert desk.new_calls() == []


def test_a_row_unreadable_since_a_broken_first_run_is_not_forgotten(desk: Desk) -> None:
    """A hopeless row becomes an old one only in a run that could judge who is missing."""
    desk.sync = sync_file(columns={"key": None})
    rows = people(6)
    desk.write(rows)
    desk.sandbox.faults({"kind": "error", "status": 401, "error": "Unauthorized", "nth": [5]})
    assert desk.run().exit_code == 2
    desk.sandbox.faults()
    [loaded, *_] = sorted(desk.subscribed())
    place = next(at for at, row in enumerate(rows) if row["Mobile"] == loaded)
    damaged = with_row(rows, place, Mobile="#REF!")
    desk.write(damaged)
    assert desk.run().report.plan.stop == 0
    desk.new_calls()
    desk.write(damaged)
    desk.run()
    assert ("stop", loaded) not in desk.new_commands()
    assert loaded in desk.subscribed()


def test_departures_that_are_kept_do_not_make_hopeless_rows_old(desk: Desk) -> None:
    """Turning `removals` from keep to stop does not stop those whose rows were damaged before."""
    desk.sync = sync_file(columns={"key": None}, removals="keep")
    rows = people(6)
    desk.first_load(rows)
    damaged = with_row(rows, 2, Mobile="#REF!")
    desk.write(damaged)
    assert desk.run().exit_code == 0
    desk.sync = sync_file(columns={"key": None})
    assert desk.run().exit_code == 3
    assert desk.new_calls() == []


def test_a_rejected_duplicate_keeps_its_subscription(desk: Desk) -> None:
    """With `duplicates: reject` a doubled row is refused, and the person is still there."""
    desk.sync = sync_file(duplicates="reject")
    rows = people(6)
    desk.first_load(rows)
    desk.write([*rows, person(2, CustomerID="OTHER")])
    done = desk.run()
    assert done.report.reasons == {"duplicate": 2}
    assert desk.new_calls() == []
    assert phone(2) in desk.subscribed()


def test_two_people_share_a_phone_and_one_leaves(desk: Desk) -> None:
    """A phone that another row still has is not stopped."""
    shared = person(0, CustomerID="WIFE")
    rows = [person(0), shared, person(1)]
    desk.write(rows)
    assert desk.run().report.contacts.merged == 1
    desk.new_calls()
    for left in (0, 1):
        desk.write(without(rows, left))
        done = desk.run()
        assert done.exit_code == 0
        assert desk.new_calls() == []
        desk.write(rows)
        desk.run()
    assert phone(0) in desk.subscribed()


def test_people_who_swap_their_numbers_cost_no_call(desk: Desk) -> None:
    """Two people who exchange numbers leave the platform as it is."""
    desk.first_load(people(3))
    desk.write([person(0, Mobile=phone(1)), person(1, Mobile=phone(0)), person(2)])
    done = desk.run()
    assert done.exit_code == 0
    assert desk.new_calls() == []
    desk.write([person(0, Mobile=phone(1)), person(2)])
    desk.run()
    assert desk.new_commands() == [("stop", phone(0))]
