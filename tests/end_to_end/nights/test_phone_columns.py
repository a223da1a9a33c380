"""Several phone columns, night after night: one number is added, and a stop holds for all."""

from __future__ import annotations

import pytest

from schemas.member_status import MemberStatus
from tests.builders.sync_bench import HEADER, Desk, Row, as_csv, person, phone, sync_file

WORK = "Work phone"


def row(number: int, work: str = "", **cells: str) -> Row:
    """A person with a second number."""
    return {**person(number, **cells), WORK: work}


def write(desk: Desk, *rows: Row) -> None:
    """Tonight's file."""
    desk.write_text(as_csv(rows, (*HEADER, WORK)))


@pytest.fixture
def both(desk: Desk) -> Desk:
    """A desk whose sync reads two phone columns."""
    desk.sync = sync_file(columns={"phone": ["Mobile", WORK]}, guards={"max_stops": 0})
    return desk


def test_the_first_usable_number_is_added(both: Desk) -> None:
    """The second column counts where the first is blank or unreadable; every row is counted."""
    write(both, row(1, phone(51)), row(2, phone(52), Mobile=""), row(3, Mobile="see notes"))
    done = both.run()
    assert sorted(both.new_commands()) == [("add", phone(1)), ("add", phone(52))]
    assert done.report.reasons == {"phone_not_a_number": 1}


@pytest.mark.parametrize("key", ["CustomerID", None])
def test_a_stop_holds_for_all_numbers_of_its_row(both: Desk, key: str | None) -> None:
    """Members at either number are stopped, and neither is ever added again."""
    columns = {"phone": ["Mobile", WORK], "key": key}
    both.sync = sync_file(columns=columns, guards={"max_stops": 0})
    write(both, row(1), row(2), row(3, Mobile=phone(51)))
    both.run()
    both.new_calls()
    write(both, row(1, phone(51), Unsubscribed="yes"), row(2), row(3, Mobile=phone(51)))
    done = both.run()
    assert sorted(both.new_commands()) == [("stop", phone(1)), ("stop", phone(51))]
    assert both.suppressed() == {phone(1), phone(51)}
    assert both.standings()[phone(51)] == MemberStatus.STOPPED
    assert sum(done.report.reasons.values()) == 2
    write(both, row(2), row(4, Mobile=phone(51)), row(5, phone(1), Mobile="see notes"))
    both.run()
    assert both.new_commands() == []


def test_a_no_to_consent_holds_for_all_numbers_of_its_row(both: Desk) -> None:
    """Whoever is subscribed at the second number of a row that says no is stopped."""
    write(both, row(1), row(2, Mobile=phone(51)))
    both.run()
    both.new_calls()
    write(both, row(1), row(9, phone(51), Consent="no"), row(2, Mobile=phone(51)))
    both.sync = sync_file(columns={"phone": ["Mobile", WORK]})
    both.run()
    assert both.new_commands() == [("stop", phone(51))]


def test_a_stop_reaches_the_second_number_in_another_sync(both: Desk) -> None:
    """A number that an import has subscribed is stopped, though this sync never had it."""
    write(both, row(1, Mobile=phone(51)))
    both.import_()
    both.new_calls()
    write(both, row(2, phone(51), Unsubscribed="yes"))
    both.run()
    assert ("stop", phone(51)) in both.new_commands()
