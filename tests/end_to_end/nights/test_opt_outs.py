"""An opt-out is an order: first, never held, and never undone by a file."""

from __future__ import annotations

import pytest

from schemas.member_status import MemberStatus
from sendersync.state.store import State
from tests.builders.sync_bench import (
    Command,
    Desk,
    people,
    person,
    phone,
    sync_file,
    with_row,
    without,
)
from tests.builders.sync_files import CODE

BROKEN_OTHERWISE = {
    "nothing else": {},
    "e-mail broken": {"Email": "ann@@example"},
    "no consent": {"Consent": ""},
    "country not understood": {"Country": "Atlantis"},
    "another number": {"Mobile": "+1 206 255 0199"},
    "a landline of a country not allowed": {"Mobile": "+442079460018"},
    "phone unreadable, found by the key": {"Mobile": "see notes"},
    "phone missing, found by the key": {"Mobile": ""},
    "no key": {"CustomerID": ""},
}


@pytest.mark.parametrize("cells", BROKEN_OTHERWISE.values(), ids=BROKEN_OTHERWISE)
def test_an_opt_out_is_honoured_whatever_else_is_wrong_with_the_row(
    desk: Desk, cells: dict[str, str]
) -> None:
    """A row that says stop stops the person, by phone or by key."""
    desk.sync = sync_file(countries=["US"])
    rows = people(5)
    desk.first_load(rows)
    desk.write(with_row(rows, 2, Unsubscribed="Yes", **cells))
    done = desk.run()
    assert done.exit_code == 0
    assert desk.new_commands() == [("stop", phone(2))]
    assert phone(2) in desk.suppressed()
    assert desk.standings()[phone(2)] == MemberStatus.STOPPED
    desk.write(rows)
    assert desk.run().report.reasons == {"suppressed": 1}
    assert desk.new_calls() == []


def test_opt_outs_go_first_though_removals_are_held(desk: Desk) -> None:
    """Though many people are gone and held, those who said stop are stopped before any add."""
    desk.sync = sync_file(guards={"max_stops": 0, "max_stop_share": 0.0})
    rows = people(40)
    desk.first_load(rows)
    said_stop = [person(n, Unsubscribed="1") for n in range(25)]
    desk.write([*people(3, start=800), *said_stop])
    done = desk.run()
    assert done.exit_code == 3
    assert done.report.plan.held == 15
    commands = desk.new_commands()
    assert sorted(commands[:25]) == [("stop", phone(n)) for n in range(25)]
    assert sorted(commands[25:]) == [("add", phone(n)) for n in range(800, 803)]


@pytest.mark.parametrize("text", ["", "CustomerID,Email,Mobile,Country,First Name,Unsubscribed\n"])
def test_the_do_not_contact_list_is_obeyed_without_a_source(desk: Desk, text: str) -> None:
    """A person's own order is carried out also on a night when the file is empty."""
    desk.sync = sync_file(columns={"consent": None})
    desk.first_load(people(4))
    desk.suppress(phone(1))
    desk.write_text(text)
    done = desk.run()
    assert done.exit_code == 3
    assert desk.new_commands() == [("stop", phone(1))]


@pytest.mark.parametrize("policy", ["first", "last", "reject"])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_an_opted_out_duplicate_wins(desk: Desk, policy: str, order: tuple[int, int]) -> None:
    """Two rows of one phone, one of which says stop, are one stop, whatever the order."""
    desk.sync = sync_file(duplicates=policy)
    desk.first_load(people(3))
    pair = [person(0, CustomerID="COPY"), person(0, Unsubscribed="on")]
    desk.write([pair[order[0]], pair[order[1]], *people(2, start=1)])
    desk.run()
    assert desk.new_commands() == [("stop", phone(0))]


@pytest.mark.parametrize("order", [1, -1])
def test_an_opted_out_row_of_the_same_person_wins(desk: Desk, order: int) -> None:
    """One person, two numbers, one row says stop: neither number is added."""
    desk.write([person(0, Unsubscribed="y"), person(0, Mobile=phone(77))][::order])
    done = desk.run()
    assert done.report.reasons == {"opted_out": 2}
    assert desk.new_calls() == []
    assert desk.suppressed() == {phone(0), phone(77)}


@pytest.mark.parametrize("order", [1, -1])
def test_an_opt_out_with_an_unreadable_phone_wins_over_the_persons_other_row(
    desk: Desk, order: int
) -> None:
    """The row that says stop need not be the row whose phone can be read."""
    desk.first_load(people(3))
    desk.write(
        [
            *[person(1, Mobile="??", Unsubscribed="yes"), person(1)][::order],
            person(0),
            person(2),
            person(50, Mobile="??", Unsubscribed="yes"),
            person(50),
        ]
    )
    done = desk.run()
    assert desk.new_commands() == [("stop", phone(1))]
    assert desk.suppressed() == {phone(1), phone(50)}
    assert done.report.reasons["opted_out"] == 2


@pytest.mark.parametrize("shared_with", [0, 4])
def test_an_opt_out_merged_into_another_row_holds_for_the_old_number_too(
    desk: Desk, shared_with: int
) -> None:
    """Whoever says stop at a number that another row has too is stopped at the number known before."""
    rows = people(5)
    desk.first_load(rows)
    desk.write(with_row(rows, 2, Unsubscribed="yes", Mobile=phone(shared_with)))
    done = desk.run()
    assert done.exit_code == 0
    stops = {("stop", phone(2)), ("stop", phone(shared_with))}
    assert set(desk.new_commands()) == stops
    assert desk.suppressed() == {phone(2), phone(shared_with)}


def test_strangers_who_opted_out_cost_no_call(desk: Desk) -> None:
    """An opted-out row of somebody we never added is remembered, and not called."""
    desk.write([*people(3), person(9, Unsubscribed="x")])
    done = desk.run()
    assert done.report.plan.stop == 0
    assert desk.suppressed() == {phone(9)}
    assert len(desk.new_calls()) == 3


@pytest.mark.parametrize(
    "spelling",
    ["(206) 200-0001", "12062000001", "+1 206 200 0001", "206/200.0001", "２０６２０００００１"],
)
def test_a_suppressed_phone_is_never_added_in_any_spelling(desk: Desk, spelling: str) -> None:
    """Neither a sync, nor another sync, nor an import, nor an adoption brings it back."""
    desk.suppress(phone(1))
    desk.write([person(7, Mobile=spelling)])
    assert desk.run().report.reasons == {"suppressed": 1}
    assert desk.run(sync=sync_file(sync="other")).report.reasons == {"suppressed": 1}
    assert desk.import_().report.reasons == {"suppressed": 1}
    assert desk.adopt(sync=sync_file(sync="third")).report.plan.unchanged == 0
    assert desk.new_calls() == []


def test_an_opt_out_in_one_sync_stops_the_person_in_every_other(desk: Desk) -> None:
    """Who says stop in one source is stopped by the next run of any sync that has them."""
    other = sync_file(sync="other", columns={"opted_out": None})
    desk.first_load(people(4))
    desk.write(people(4))
    desk.run(sync=other)
    desk.new_calls()
    desk.write(with_row(people(4), 2, Unsubscribed="yes"))
    assert desk.run().report.plan.stop == 1
    desk.write(people(4))
    assert desk.run(sync=other).report.reasons == {"suppressed": 1}
    assert desk.new_commands() == [("stop", phone(2))]
    assert phone(2) not in desk.subscribed()


def test_an_opt_out_stops_whom_another_sync_alone_had_added(desk: Desk) -> None:
    """Who was added by an import, and says stop in a sync's file, is stopped by that sync."""
    desk.write(people(3))
    assert desk.import_().report.load.confirmed == 3
    desk.new_calls()
    desk.write([person(0), person(1, Unsubscribed="yes"), person(2)])
    done = desk.run()
    assert desk.new_commands()[0] == ("stop", phone(1))
    assert done.report.plan.stop == 1
    assert phone(1) not in desk.subscribed()
    assert desk.run().report.plan.stop == 0
    assert desk.new_calls() == []


def test_an_import_never_stops_anyone(desk: Desk) -> None:
    """An import adds; the opted-out in it are remembered, and whoever is missing stays."""
    desk.write(people(6))
    assert desk.import_().report.load.confirmed == 6
    desk.new_calls()
    desk.suppress(phone(4))
    desk.write([person(0, Unsubscribed="yes"), person(1, Consent="no"), person(2, Mobile=phone(9))])
    done = desk.import_()
    assert done.report.plan.stop == 0
    assert desk.new_commands() == [("add", phone(9))]
    assert desk.suppressed() == {phone(0), phone(4)}


def test_withdrawn_consent_is_a_guarded_stop(desk: Desk) -> None:
    """Who no longer says yes is stopped; a column that came empty is held."""
    rows = people(30)
    desk.first_load(rows)
    desk.write(with_row(rows, 2, Consent="no"))
    assert desk.run().exit_code == 0
    assert desk.new_commands() == [("stop", phone(2))]
    assert phone(2) not in desk.suppressed()
    desk.write({**row, "Consent": ""} for row in rows)
    done = desk.run()
    assert done.exit_code == 3
    assert done.report.plan.held == 29
    assert desk.new_calls() == []


def test_consent_that_comes_back_is_an_add(desk: Desk) -> None:
    """Who withdrew and consents again is added again; who opted out is not."""
    rows = people(4)
    desk.first_load(rows)
    desk.write(with_row(with_row(rows, 1, Consent=""), 2, Unsubscribed="yes"))
    desk.run()
    desk.new_calls()
    desk.write(rows)
    assert desk.run().report.reasons == {"suppressed": 1}
    assert desk.new_commands() == [("add", phone(1))]


def test_an_opt_out_that_could_not_be_sent_is_still_owed(desk: Desk) -> None:
    """The order stands until the platform took it, also when the row has gone meanwhile."""
    rows = people(5)
    desk.first_load(rows)
    desk.write(with_row(rows, 2, Unsubscribed="yes"))
    desk.sandbox.faults({"kind": "503", "command": "stopSubscriberSend"})
    done = desk.run()
    assert done.exit_code == 4
    assert done.report.load.failed == 1
    desk.sandbox.faults()
    desk.new_calls()
    desk.write(without(rows, 2))
    assert desk.run().exit_code == 0
    assert desk.new_commands() == [("stop", phone(2))]


def test_an_opt_out_found_by_adopt_is_stopped_by_the_next_run(desk: Desk) -> None:
    """`adopt` makes no call; the order it reads is carried out by the run after it."""
    rows = people(3)
    desk.first_load(rows)
    desk.write(with_row(rows, 1, Unsubscribed="yes"))
    assert desk.run(Command.ADOPT).exit_code == 0
    assert desk.new_calls() == []
    assert desk.suppressed() == {phone(1)}
    desk.write(rows)
    desk.run()
    assert desk.new_commands() == [("stop", phone(1))]


def test_an_opt_out_counts_on_every_sender_code(desk: Desk) -> None:
    """A person who says stop in one row is stopped on each sender code of the sync."""
    desk.sandbox.setup(sender_codes=["12065559999"])
    desk.sync = sync_file(sender_code=None, columns={"sender_code": "Country", "country": None})
    rows = [person(0, Country=CODE), person(0, Country="12065559999"), person(1, Country=CODE)]
    desk.first_load(rows)
    desk.write([person(0, Country=CODE, Unsubscribed="yes"), *rows[1:]])
    desk.run()
    assert desk.new_commands() == [("stop", phone(0))] * 2
    assert desk.subscribed("12065559999") == set()


def test_an_old_number_is_stopped_when_the_new_one_must_not_be_added(desk: Desk) -> None:
    """A person whose new number is on the do-not-contact list keeps no text to the old one."""
    rows = people(5)
    desk.first_load(rows)
    with State.open(desk.state_url) as state:
        state.suppressions.add([phone(90)], origin="tester", reason="said so")
    desk.write(with_row(rows, 4, Mobile=phone(90)))
    done = desk.run()
    assert desk.new_commands() == [("stop", phone(4))]
    assert done.decided is not None
    assert done.decided.plan.operations["cause"].tolist() == ["number_changed"]


def test_a_respelt_sender_code_stops_nobody(desk: Desk) -> None:
    """The same sender code in another spelling is the same code: no call, and no second member."""
    rows = people(5)
    desk.first_load(rows)
    desk.sync = sync_file(sender_code="+1 (206) 555-1212")
    assert desk.run().report.plan.unchanged == 5
    assert desk.adopt().report.plan.unchanged == 5
    desk.write(with_row(rows, 4, Mobile=phone(90)))
    desk.run()
    assert desk.new_commands() == [("add", phone(90)), ("stop", phone(4))]
    assert {call["sender_code"] for call in desk.sandbox.calls()} == {CODE}
