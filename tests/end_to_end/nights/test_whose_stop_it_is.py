"""Whose yes and whose stop a row is: keys, several rows of one person, and old numbers."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from connectors.sources.delimited.csv_file import CsvFile
from sendersync.pipeline.job import Command
from sendersync.pipeline.one_off.columns_of_stops import stop_sync
from sendersync.state.store import State
from tests.builders.sync_bench import Desk, phone, sync_file
from tests.builders.sync_files import CODE

COLUMNS: dict[str, Any] = {
    "key": "id", "email": "email", "phone": "phone", "country": None, "first_name": "name",
    "opted_out": "stop", "consent": "consent",
}  # fmt: skip
HEADER = "id,name,phone,email,stop,consent\n"


@pytest.fixture
def people(desk: Desk) -> Desk:
    """A desk whose file has the columns of these tests."""
    desk.sync = sync_file(columns=COLUMNS)
    return desk


def _rows(*rows: str) -> str:
    return HEADER + "".join(f"{row}\n" for row in rows)


def _warned(done: Any, words: str) -> bool:
    return any(words in each for each in done.report.warnings)


PLACEHOLDERS = ["0", "NULL", "N/A", "unknown", "-", "", "none", "000", "#N/A", "unbekannt"]


@pytest.mark.parametrize("key", PLACEHOLDERS)
def test_a_placeholder_is_no_key(people: Desk, key: str) -> None:
    """Guests without a key are known by their phones: one's stop is one's alone."""
    guests = [f"{key},Guest,{phone(n)},g{n}@example.net,{{}},yes" for n in range(3)]
    people.write_text(_rows(*(row.format("no") for row in guests), f"17,Dee,{phone(9)},,no,yes"))
    assert people.run().report.plan.add == 4
    people.new_calls()
    people.write_text(
        _rows(
            guests[0].format("no"),
            guests[1].format("yes"),
            guests[2].format("no"),
            f"17,Dee,{phone(9)},,no,yes",
        )
    )
    assert people.run().exit_code == 0
    assert people.new_commands() == [("stop", phone(1))]
    assert people.suppressed() == {phone(1)}


def test_a_key_of_several_people_is_nobodys_and_told(people: Desk) -> None:
    """An opt-out under it holds for the same phone or e-mail; the other lines are named."""
    people.write_text(
        _rows(
            f"WALK-IN,Ann,{phone(0)},ann@example.net,no,yes",
            f"WALK-IN,Bob,{phone(1)},bob@example.net,yes,yes",
            f"WALK-IN,Bob,{phone(2)},BOB@example.net,no,yes",
            f"WALK-IN,Cy,{phone(3)},cy@example.net,no,yes",
        )
    )
    done = people.run()
    assert {phone for _, phone in people.new_commands()} == {phone(0), phone(3)}
    assert people.suppressed() == {phone(1), phone(2)}
    assert _warned(done, "(lines 2, 3, 4 and 5)") and _warned(done, "same key as lines 2 and 5")


@pytest.mark.parametrize("form", ["'1001", "1001.0", '"1,001"', "1.001", "1001.00", "1'001"])
def test_the_forms_of_one_key_are_one_key(people: Desk, form: str) -> None:
    """Another program's form of a key makes no call, and a stop under it is heard."""
    people.write_text(_rows(f"1001,Ann,{phone(0)},,,yes", f"1002,Bob,{phone(1)},,,yes"))
    people.run()
    people.new_calls()
    people.write_text(_rows(f"{form},Ann,{phone(0)},,,yes", f"1002,Bob,{phone(1)},,,yes"))
    assert people.run().report.plan.unchanged == 2
    people.write_text(_rows(f"{form},Ann,see notes,,yes,yes", f"1002,Bob,{phone(1)},,,yes"))
    people.run()
    assert people.new_commands() == [("stop", phone(0))]


@pytest.mark.parametrize("other", ["no", "n", "0", "FALSE", "nein"])
@pytest.mark.parametrize("second", [f"7,Ann,{phone(0)}", f"7,Ann,{phone(5)}", "7,Ann,ask her"])
def test_a_no_in_any_row_counts_in_any_order(people: Desk, second: str, other: str) -> None:
    """Two rows of one phone, or of one key, disagree: nobody is added, whichever comes first."""
    rows = [f"7,Ann,{phone(0)},,,yes", f"{second},,,{other}", f"8,Bob,{phone(1)},,,yes"]
    people.write_text(_rows(*rows))
    first = people.run()
    assert people.new_commands() == [("add", phone(1))]
    people.write_text(_rows(*rows[::-1]))
    again = people.run()
    assert people.new_calls() == []
    assert first.report.reasons == again.report.reasons


def test_rows_in_another_order_make_no_call(people: Desk) -> None:
    """The ledger's number of a person, and its name of a number, stay while the source says them."""
    rows = [
        f"7,Ann,{phone(0)},ann@example.net,,yes",
        f"7,Ann,{phone(1)},ann@example.net,,yes",
        f"9,Cy,{phone(4)},cy@example.net,,yes",
        f"10,Dee,{phone(4)},dee@example.net,,yes",
    ]
    people.write_text(_rows(*rows))
    people.run()
    people.new_calls()
    for order in (rows[::-1], rows[2:] + rows[:2], [rows[1], rows[0], rows[3], rows[2]]):
        people.write_text(_rows(*order))
        assert people.run().exit_code == 0
        assert people.new_calls() == []


def test_the_word_null_is_nobodys_key_and_nobodys_name(people: Desk) -> None:
    """A database's word for nothing: read as blank in key, name, e-mail and opt-out."""
    people.write_text(
        _rows(
            f"1001,Ann,{phone(0)},ann@example.net,0,yes",
            f"1002,NULL,{phone(1)},NULL,NULL,yes",
            f"NULL,Cy,{phone(2)},cy@example.net,1,yes",
            f"NULL,Dee,{phone(3)},NULL,NULL,yes",
        )
    )
    people.run()
    calls = people.new_calls()
    assert {f"+{call['phone']}" for call in calls} == {phone(0), phone(1), phone(3)}
    assert people.suppressed() == {phone(2)}
    assert "NULL" not in str(calls)


@pytest.mark.parametrize("cell", ["", "n/a", "ask her", "#REF!"])
def test_a_withdrawn_consent_is_heard_without_a_phone(people: Desk, cell: str) -> None:
    """The key says whose row it is, and the consent cell can be read: a guarded stop."""
    people.write_text(_rows(*(f"{n},Ann{n},{phone(n)},,,yes" for n in range(1, 4))))
    people.run()
    people.new_calls()
    others = [f"{n},Ann{n},{phone(n)},,,yes" for n in (1, 3)]
    people.write_text(_rows(f"2,Ann2,{cell},,,", *others))
    people.run()
    assert people.new_calls() == [], "a blank consent in a row that cannot be read says nothing"
    people.write_text(_rows(f"2,Ann2,{cell},,,no", *others))
    done = people.run()
    assert people.new_commands() == [("stop", phone(2))]
    assert people.operations(done)["cause"].tolist() == ["consent_withdrawn"]
    assert people.suppressed() == set()


def test_a_new_number_does_not_bring_back_who_said_stop(people: Desk) -> None:
    """Within one sync a stop is kept with the key that it came with, until it is lifted."""
    people.write_text(_rows(f"c0,Ann,{phone(0)},,,yes", f"c1,Bob,{phone(1)},,,yes"))
    people.run()
    people.write_text(_rows(f"c0,Ann,{phone(0)},,yes,yes", f"c1,Bob,{phone(1)},,,yes"))
    people.run()
    people.new_calls()
    people.write_text(_rows(f"c0,Ann,{phone(5)},,,yes", f"c1,Bob,{phone(1)},,,yes"))
    assert people.run().report.reasons == {"suppressed": 1}
    assert people.new_calls() == []
    with State.open(people.state_url) as state:
        lifted = state.suppressions.of(phone(0))
        assert state.suppressions.lift(lifted, who="tester", why="a mistake") == 1
    people.run()
    assert people.new_commands() == [("add", phone(5))]


# an old spelling; the number that it is today
OLD_AND_NEW = {
    "Mexico": ("+5212221234567", "+522221234567"),
    "Brazil": ("+551161234567", "+5511961234567"),
    "Benin": ("+22995123456", "+2290195123456"),
    "Ivory Coast": ("+22507123456", "+2250707123456"),
}


@pytest.mark.parametrize(("old", "new"), OLD_AND_NEW.values(), ids=OLD_AND_NEW)
def test_a_stop_list_in_old_numbers_stops_the_person(people: Desk, old: str, new: str) -> None:
    """Stopped and suppressed under the number the platform knows, and not added afterwards."""
    people.write_text(_rows(f"1,Ana,{new},,,yes", f"2,Joe,{phone(1)},,,yes"))
    people.run()
    people.new_calls()
    stops: Path = people.write_text(f"phone\n{old}\n", "stops.csv")
    sync = stop_sync({"phone": "phone"}, CODE)
    done = people.run(Command.STOP, sync=sync, source=CsvFile(stops))
    assert people.new_commands() == [("stop", new)]
    assert new in people.suppressed() and done.report.contacts.rejected == 0
    assert people.run().report.reasons == {"suppressed": 1}
    assert people.new_calls() == []


@pytest.mark.parametrize(("old", "new"), OLD_AND_NEW.values(), ids=OLD_AND_NEW)
def test_a_suppression_from_before_a_renumbering_holds(people: Desk, old: str, new: str) -> None:
    """Written down when the old number was valid, it withholds the number of today."""
    people.suppress(old)
    people.write_text(_rows(f"1,Ana,{new},,,yes", f"2,Joe,{phone(1)},,,yes"))
    assert people.run().report.reasons == {"suppressed": 1}
    assert people.new_commands() == [("add", phone(1))]


@pytest.mark.parametrize("spelling", ["+52 222 123 4567", "+52 1 222 123 4567"])
def test_a_second_spelling_in_a_contact_is_the_same_person(people: Desk, spelling: str) -> None:
    """Two rows of one handset are merged, and the other spelling makes no second add."""
    people.write_text(_rows("1,Ana,+52 222 123 4567,,,yes", f"1,Ana,{spelling},,,yes"))
    assert people.run().report.contacts.merged == 1
    people.write_text(_rows(f"1,Ana,{spelling},,,yes"))
    people.run()
    assert people.new_commands() == [("add", "+522221234567")]


def test_a_ledger_from_before_these_rules_is_read_by_them(people: Desk) -> None:
    """Keys that it holds as they once stood in the file are found under the keys of today's rows."""
    guests = [f"0,Guest,{phone(n)},g{n}@example.net,no,yes" for n in (2, 3)]
    people.write_text(_rows(f"1001,Ann,{phone(0)},,no,yes", f"1002,Bo,{phone(1)},,no,yes", *guests))
    people.run()
    with closing(sqlite3.connect(people.state_file)) as state, state:
        for number, key in enumerate(("'1001", "1002.0", "0", "0")):
            state.execute(
                "UPDATE sendersync_members SET key = ? WHERE phone = ?", (key, phone(number))
            )
    people.new_calls()
    people.write_text(
        _rows(
            f"1001,Ann,{phone(8)},,no,yes", "1002,Bo,see notes,,yes,yes", f"0,G,{phone(2)},,no,yes"
        )
    )
    done = people.run()
    assert set(people.operations(done)["cause"]) == {"new", "number_changed", "opted_out", "gone"}
    assert people.suppressed() == {phone(1)}
    assert people.standings()[phone(2)] == "subscribed"
