"""What has not changed costs no call."""

from __future__ import annotations

import pytest

from schemas.member_status import MemberStatus
from sendersync.pipeline.job import ProgressCounts
from tests.builders.sync_bench import Desk, people, person, phone, sync_file
from tests.builders.sync_files import CODE


def test_a_second_run_makes_no_call(desk: Desk) -> None:
    """The same file the next night costs nothing."""
    rows = [*people(20), *[person(n, Email=f"ann{n}@example.com") for n in range(100, 110)]]
    desk.first_load(rows)
    done = desk.run()
    assert done.exit_code == 0
    assert done.report.plan.unchanged == 30
    assert desk.new_calls() == []


def test_new_spellings_make_no_call(desk: Desk) -> None:
    """Phones, countries, e-mail capitals and blanks in another spelling are the same values."""
    spelt = [
        ("(206) 200-0001", "USA", "Ann.Lee@example.com"),
        ("1-206-200-0002", "United States", "bob@Example.COM"),
        ("+1 206 200 0003", "us", "carol@example.com"),
        ("2062000004", "Vereinigte Staaten", " dave@example.com "),
        ("+1 206 200 0005", "840", ""),
    ]
    desk.first_load(
        [
            person(n + 1, Mobile=number, Country=country, Email=email)
            for n, (number, country, email) in enumerate(spelt)
        ]
    )
    respelt = [
        ("206.200.0001", "", "ANN.LEE@EXAMPLE.COM"),
        ("+12062000002", "🇺🇸", "BOB@example.com"),
        ("tel:+1-206-200-0003", "America", "Carol@Example.com"),
        ("１２０６２０００００４", "US", "DAVE@example.com"),
        ("'+1 (206) 200-0005", "États-Unis", ""),
    ]
    desk.write(
        person(n + 1, Mobile=number, Country=country, Email=email, First_Name=f"  Ann{n + 1} ")
        for n, (number, country, email) in enumerate(respelt)
    )
    done = desk.run()
    assert done.report.contacts.accepted == 5, done.report.reasons
    assert desk.new_calls() == []
    assert done.report.plan.unchanged == 5


def test_rows_in_another_order_make_no_call(desk: Desk) -> None:
    """The order of the rows is no value."""
    rows = people(12)
    desk.first_load(rows)
    desk.write(reversed(rows))
    assert desk.run().report.plan.unchanged == 12
    assert desk.new_calls() == []


def test_a_value_that_is_blank_today_makes_no_call(desk: Desk) -> None:
    """A vanished e-mail, name or group has nothing to send."""
    desk.sync = sync_file(group="weekly")
    desk.first_load([person(n, Email=f"ann{n}@example.com") for n in range(5)])
    desk.sync = sync_file()
    desk.write(person(n, First_Name="") for n in range(5))
    done = desk.run()
    assert done.report.plan.unchanged == 5
    assert desk.new_calls() == []


def test_a_value_that_differs_is_sent_once(desk: Desk) -> None:
    """With `updates: send` a new name of a person with e-mail is one update, the next night none."""
    desk.sync = sync_file(updates="send")
    desk.first_load([person(n, Email=f"ann{n}@example.com") for n in range(3)])
    desk.write(
        person(n, Email=f"ann{n}@example.com", First_Name="Zoe" if n == 1 else f"Ann{n}")
        for n in range(3)
    )
    done = desk.run()
    assert done.report.plan.update == 1
    assert done.report.load.already == 1
    [call] = desk.new_calls()
    assert call["query"]["first"] == "Zoe"
    assert desk.run().report.plan.unchanged == 3
    assert desk.new_calls() == []


def test_a_value_that_differs_is_counted_and_not_sent(desk: Desk) -> None:
    """Unless the sync file says `updates: send`, no second add goes out: it may undo a stop."""
    desk.sync = sync_file(columns={"group": "Country"})
    desk.first_load([person(n, Email=f"ann{n}@example.com") for n in range(4)])
    desk.write(
        [
            person(0, Email="ann0@example.com", First_Name="Zoe"),
            person(1, Email="bea1@example.com"),
            person(2, Email="ann2@example.com", Country="USA"),
            person(3, Email="ann3@example.com"),
        ]
    )
    for done in (desk.plan(), desk.run()):
        assert (done.report.plan.update, done.report.plan.unchanged) == (0, 4)
        assert done.report.values_differ == 3
        assert any("3 people have another name" in each for each in done.report.warnings)
    assert desk.new_calls() == []


def test_a_name_without_an_email_is_not_sent(desk: Desk) -> None:
    """Adding a phone alone carries no name, so a new one is no reason to call."""
    desk.first_load(people(2))
    desk.write(person(n, First_Name="Zoe") for n in range(2))
    assert desk.run().report.plan.unchanged == 2
    assert desk.new_calls() == []


def test_adopted_people_cost_no_call(desk: Desk) -> None:
    """After `adopt` a run makes no call, and a departure is a stop like any other."""
    rows = people(6)
    desk.sandbox.setup(
        subscriptions=[{"phone": row["Mobile"][1:], "sender_code": CODE} for row in rows]
    )
    desk.write(rows)
    told = ProgressCounts()
    adopted = desk.adopt(progress=told)
    assert adopted.exit_code == 0
    assert told.due == 0, "nobody waits for calls that are not made"
    assert adopted.report.plan.unchanged == 6
    assert desk.run().report.plan.unchanged == 6
    assert desk.new_calls() == []
    desk.write(rows[1:])
    assert desk.run().report.load.confirmed == 1
    assert desk.new_commands() == [("stop", phone(0))]


def test_adopt_takes_nobody_who_may_not_be_added(desk: Desk) -> None:
    """The opted-out, the suppressed and the rejected are not adopted, and not called either."""
    desk.suppress(phone(1))
    desk.write([person(0), person(1), person(2, Unsubscribed="x"), person(3, Mobile="?")])
    done = desk.adopt()
    assert done.exit_code == 0
    assert desk.standings() == {phone(0): MemberStatus.SUBSCRIBED}
    assert desk.suppressed() == {phone(1), phone(2)}
    assert desk.new_calls() == []


def test_a_killed_first_add_is_already_there(desk: Desk) -> None:
    """People whom the platform has and we do not know of cost one call, which says `already`."""
    desk.sandbox.setup(subscriptions=[{"phone": phone(0)[1:], "sender_code": CODE}])
    desk.write(people(1))
    done = desk.run()
    assert done.exit_code == 0
    assert done.report.load.already == 1
    assert desk.run().report.plan.unchanged == 1


def test_several_sender_codes(desk: Desk) -> None:
    """One phone on two sender codes is two subscriptions; each changes by itself."""
    desk.sandbox.setup(sender_codes=["12065559999"])
    desk.sync = sync_file(sender_code=None, columns={"sender_code": "Country", "country": None})
    both = [
        *[person(n, Country=CODE) for n in range(4)],
        *[person(n, Country="12065559999") for n in range(3)],
    ]
    desk.first_load(both)
    assert desk.subscribed() == {phone(n) for n in range(4)}
    assert desk.subscribed("12065559999") == {phone(n) for n in range(3)}
    assert desk.run().report.plan.unchanged == 7
    desk.write(row for row in both if row != person(1, Country="12065559999"))
    assert desk.run().report.load.confirmed == 1
    assert desk.subscribed("12065559999") == {phone(0), phone(2)}
    assert desk.subscribed() == {phone(n) for n in range(4)}


@pytest.mark.parametrize("batch_size", [1, 7, 100])
def test_batches_of_any_size_send_each_row_once(desk: Desk, batch_size: int) -> None:
    """Whatever the size of a batch, each contact is one call."""
    desk.sync = sync_file(load={"batch_size": batch_size})
    desk.first_load(people(15))
    assert len(desk.subscribed()) == 15
    assert desk.sandbox.state()["counts"]["subscriptions"] == 15
