"""A person with another number is an add and then a stop, in this order, or no stop at all."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.member_status import MemberStatus
from tests.builders.sync_bench import Desk, people, person, phone, sync_file, with_row
from tests.builders.sync_files import CODE

NEW = phone(900)


def test_a_changed_number_is_an_add_and_then_a_stop(desk: Desk) -> None:
    """The platform sees the new number first, and the old one stopped once that is confirmed."""
    rows = people(12)
    desk.first_load(rows)
    desk.write(with_row(rows, 3, Mobile=NEW))
    done = desk.run()
    assert done.exit_code == 0
    assert desk.new_commands() == [("add", NEW), ("stop", phone(3))]
    assert desk.run().report.plan.unchanged == 12
    assert desk.new_calls() == []


def test_every_add_comes_before_every_stop_of_an_old_number(desk: Desk) -> None:
    """Many changes at once, many workers: no old number goes before its new one."""
    rows = people(40)
    desk.first_load(rows)
    desk.sync = sync_file(guards={"max_stops": 100}, load={"batch_size": 3})
    desk.write({**row, "Mobile": phone(600 + n)} for n, row in enumerate(rows))
    assert desk.run().exit_code == 0
    commands = desk.new_commands()
    for n in range(40):
        assert commands.index(("add", phone(600 + n))) < commands.index(("stop", phone(n)))


FAULTS: dict[str, dict[str, Any]] = {
    "refused": {"kind": "error", "status": 400, "error": "no such number"},
    "not understood": {"kind": "error", "status": 500, "error": "what?"},
    "failed": {"kind": "503"},
    "unknown": {"kind": "drop_before"},
    "suspicious": {"kind": "success_false"},
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_the_old_number_stays_while_the_new_one_is_not_confirmed(
    desk: Desk, fault: dict[str, Any]
) -> None:
    """An add that does not succeed leaves the person their old number; the next run mends it."""
    rows = people(12)
    desk.first_load(rows)
    desk.write(with_row(rows, 3, Mobile=NEW))
    desk.sandbox.faults({**fault, "phone": NEW[1:]})
    done = desk.run()
    assert done.exit_code == 4
    assert done.report.load.not_reached == 1
    assert {name for name, _ in desk.new_commands()} == {"add"}
    assert phone(3) in desk.subscribed()
    desk.sandbox.faults()
    assert desk.run().exit_code == 0
    assert desk.new_commands() == [("add", NEW), ("stop", phone(3))]


def test_a_number_that_is_subscribed_already_needs_no_add(desk: Desk) -> None:
    """Who takes over a number that stays in the file loses only their old one."""
    desk.first_load(people(12))
    desk.write([person(0, Mobile=phone(1)), *people(10, start=2)])
    assert desk.run().exit_code == 0
    assert desk.new_commands() == [("stop", phone(0))]


def test_a_refused_update_of_the_new_number_does_not_keep_the_old_one(desk: Desk) -> None:
    """The new number is subscribed since an earlier run: that its name is refused is no matter."""
    desk.sync = sync_file(updates="send")
    desk.first_load([person(n, Email=f"ann{n}@example.com") for n in range(12)])
    rows = [person(n, Email=f"ann{n}@example.com") for n in range(2, 12)]
    desk.write([person(0, Mobile=phone(1), Email="ann1@example.com", First_Name="Zoe"), *rows])
    desk.sandbox.faults({"kind": "error", "status": 400, "error": "bad name"})
    done = desk.run()
    assert done.report.load.refused == 2
    assert desk.new_commands() == [("add", phone(1)), ("stop", phone(0))]


def test_a_number_that_another_sync_wants_is_not_stopped(desk: Desk) -> None:
    """Neither the old number nor a departed one is stopped while another sync has or may get it."""
    rows = people(12)
    desk.first_load(rows)
    desk.run(sync=sync_file(sync="other"))
    desk.new_calls()
    desk.write(with_row(rows[:-1], 3, Mobile=NEW))
    done = desk.run()
    assert done.exit_code == 0
    assert desk.new_commands() == [("add", NEW)]
    assert desk.standings()[phone(11)] == MemberStatus.RELEASED
    desk.write([row for place, row in enumerate(rows) if place not in (3, 11)])
    other = sync_file(sync="other")
    assert desk.run(sync=other).report.plan.waiting == 2
    desk.run()
    desk.run(sync=other)
    assert sorted(desk.new_commands()) == [("stop", phone(3)), ("stop", phone(11))]


def test_a_sync_that_spells_the_code_differently_wants_its_phones_all_the_same(desk: Desk) -> None:
    """One sender code in two spellings is one: what the other sync wants is not stopped."""
    rows = people(12)
    desk.first_load(rows)
    other = sync_file(sync="other", sender_code="(206) 555-1212")
    desk.run(sync=other)
    assert {call["sender_code"] for call in desk.new_calls()} == {CODE}
    desk.write(rows[:-1])
    assert desk.run(sync=other).exit_code == 0
    assert desk.standings("other")[phone(11)] == MemberStatus.RELEASED
    assert desk.new_commands() == []
    assert desk.run().report.plan.waiting == 1
    desk.run(sync=other)
    assert desk.run().report.plan.stop == 1


def test_the_same_phone_on_another_sender_code_is_not_wanted_here(desk: Desk) -> None:
    """Another sync keeps a phone only on the sender code that it uses itself."""
    desk.sandbox.setup(sender_codes=["12065559999"])
    other = sync_file(sync="other", sender_code="12065559999")
    desk.first_load(people(12))
    desk.run(sync=other)
    desk.new_calls()
    desk.write(people(11))
    desk.run()
    [call] = desk.new_calls()
    assert call["command"] == "stopSubscriberSend"
    assert phone(11) in desk.subscribed("12065559999")


def test_an_import_does_not_keep_a_phone(desk: Desk) -> None:
    """Who was imported once, joined a sync and left it, is stopped."""
    desk.write(people(12))
    desk.import_()
    assert desk.run().report.load.already == 12
    desk.new_calls()
    desk.write(people(11))
    assert desk.run().exit_code == 0
    assert desk.new_commands() == [("stop", phone(11))]


def test_somebody_who_left_and_came_back_is_added_again(desk: Desk) -> None:
    """Added, stopped by departure, back in the file: added again."""
    desk.first_load(people(12))
    desk.write(people(11))
    desk.run()
    desk.write(people(12))
    assert desk.run().report.load.confirmed == 1
    assert desk.new_commands() == [("stop", phone(11)), ("add", phone(11))]
    assert len(desk.subscribed()) == 12


def test_somebody_who_takes_the_old_number_of_another_keeps_it(desk: Desk) -> None:
    """A chain of numbers handed on: what is wanted tonight is never stopped tonight."""
    desk.first_load(people(12))
    desk.write(
        [
            person(0, Mobile=phone(1)),
            person(1, Mobile=phone(2)),
            person(2, Mobile=NEW),
            *people(9, start=3),
        ]
    )
    assert desk.run().exit_code == 0
    assert desk.new_commands() == [("add", NEW), ("stop", phone(0))]
