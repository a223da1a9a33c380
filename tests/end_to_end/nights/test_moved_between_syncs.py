"""Somebody who moves from one list to another is no departure: their stop waits for the other list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schemas.member_status import MemberStatus
from schemas.sync_file import SyncFile
from sendersync.pipeline.run import Finished
from tests.builders.sync_bench import (
    Desk,
    people,
    person,
    phone,
    snapshot,
    sync_file,
    with_row,
)

EVENING = datetime(2026, 10, 24, 20, 0, tzinfo=UTC)
LEADS, CONTACTS = sync_file(sync="leads"), sync_file(sync="contacts")


class Nights:
    """Two syncs on one sender code, and a clock that a test moves."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.now = EVENING
        self.write("leads", *range(10))
        self.write("contacts", 20)
        assert self.run("leads").exit_code == 0
        assert self.run("contacts").exit_code == 0
        desk.new_calls()
        self.now += timedelta(days=1)

    def write(self, name: str, *numbers: int) -> None:
        """Who is on a list."""
        self.desk.write([person(number) for number in numbers], f"{name}.csv")

    def run(self, name: str, **how: Any) -> Finished:
        """One run of a list; a minute passes."""
        self.now += timedelta(minutes=1)
        sync = how.pop("sync", LEADS if name == "leads" else CONTACTS)
        return self.desk.run(sync=sync, file=f"{name}.csv", clock=lambda: self.now, **how)


@pytest.fixture
def nights(desk: Desk) -> Nights:
    """The morning after the first night."""
    return Nights(desk)


def test_who_moved_is_not_stopped_whichever_list_is_read_first(nights: Nights) -> None:
    """Gone from the one and new in the other on the same night: no stop, in either order."""
    for order, moved in ((("leads", "contacts"), 0), (("contacts", "leads"), 1)):
        nights.write("leads", *range(moved + 1, 10))
        nights.write("contacts", 20, *range(moved + 1))
        for name in order:
            assert nights.run(name).exit_code == 0
        nights.now += timedelta(days=1)
        assert nights.run("leads").exit_code == 0
        assert nights.desk.standings("leads")[phone(moved)] == MemberStatus.RELEASED
        assert nights.desk.standings("contacts")[phone(moved)] == MemberStatus.SUBSCRIBED
    assert {name for name, _ in nights.desk.new_commands()} == {"add"}


def test_waiting_is_counted_and_is_no_trouble(nights: Nights) -> None:
    """Exit 0, status completed, `waiting` 1, in no other count, and a plan changes not a byte."""
    nights.write("leads", *range(9))
    before = snapshot(nights.desk.folder / "state")
    plan = nights.run("leads", dry_run=True)
    assert snapshot(nights.desk.folder / "state") == before
    done = nights.run("leads")
    for report in (plan.report, done.report):
        assert (report.plan.waiting, report.plan.stop, report.plan.held) == (1, 0, 0)
        assert any("waits" in warning for warning in report.warnings)
    assert (plan.exit_code, done.exit_code, done.report.status) == (0, 0, "completed")
    assert nights.desk.new_calls() == []


def test_who_left_is_stopped_once_the_other_list_has_been_read(nights: Nights) -> None:
    """The next full read of the other sync ends the waiting, also within the same night."""
    nights.write("leads", *range(9))
    nights.run("leads")
    assert nights.run("leads").report.plan.waiting == 1
    nights.run("contacts")
    done = nights.run("leads")
    assert (done.report.plan.waiting, done.report.load.confirmed) == (0, 1)
    assert nights.desk.new_commands() == [("stop", phone(9))]


@pytest.mark.parametrize(("hours", "waits"), [(1, True), (12, True), (23, False), (25, False)])
def test_nobody_waits_for_longer_than_a_night(nights: Nights, hours: int, waits: bool) -> None:
    """The other list is not read: the stop goes a night later, also after a night of 23 hours."""
    nights.write("leads", *range(9))
    nights.run("leads")
    nights.now += timedelta(hours=hours)
    assert nights.run("leads").report.plan.waiting == int(waits)
    assert nights.desk.new_commands() == ([] if waits else [("stop", phone(9))])


def test_a_list_that_has_not_run_for_a_month_is_not_waited_for(nights: Nights) -> None:
    """A sync that was idle for 30 days is forgotten by the others."""
    nights.now += timedelta(days=31)
    nights.write("leads", *range(9))
    assert nights.run("leads").report.plan.waiting == 0
    assert nights.desk.new_commands() == [("stop", phone(9))]


def test_imports_are_not_waited_for(desk: Desk) -> None:
    """A one-off import reads nothing tomorrow, so nobody waits for it."""
    desk.write(people(10))
    desk.import_()
    desk.run()
    desk.new_calls()
    desk.write(people(9))
    assert desk.run().report.plan.waiting == 0
    assert desk.new_commands() == [("stop", phone(9))]


def test_an_opt_out_never_waits(nights: Nights) -> None:
    """Who said stop is stopped at once."""
    rows = [person(number) for number in range(10)]
    nights.desk.write(with_row(rows, 9, Unsubscribed="yes"), "leads.csv")
    assert nights.run("leads").report.plan.waiting == 0
    assert nights.desk.new_commands() == [("stop", phone(9))]


def test_too_many_departures_are_held_and_do_not_wait(nights: Nights) -> None:
    """A broken export is held on the night it comes, not a night later."""
    guarded = sync_file(sync="leads", guards={"max_stops": 2, "max_stop_share": 0.1})
    nights.write("leads", *range(5))
    done = nights.run("leads", sync=guarded)
    assert (done.exit_code, done.report.plan.held, done.report.plan.waiting) == (3, 5, 0)
    done = nights.run("leads", sync=guarded, approve_stops=5)
    assert (done.exit_code, done.report.load.confirmed) == (0, 5), "an approval does not wait"


def test_each_departure_is_counted_by_the_guards_once(nights: Nights) -> None:
    """Those who wait passed the guards already: they do not make the next night's a burst."""
    guarded = sync_file(sync="leads", guards={"max_stops": 2, "max_stop_share": 0.1})
    nights.write("leads", *range(8))
    assert nights.run("leads", sync=guarded).report.plan.waiting == 2
    nights.now += timedelta(days=1)
    nights.write("leads", *range(6))
    done = nights.run("leads", sync=guarded)
    assert (done.report.plan.held, done.report.plan.waiting) == (0, 2)
    assert set(nights.desk.new_commands()) == {("stop", phone(8)), ("stop", phone(9))}


def test_an_empty_source_stops_nobody_who_waits(nights: Nights) -> None:
    """What passed the guards yesterday is still not stopped after a read that proves nothing."""
    nights.write("leads", *range(9))
    nights.run("leads")
    nights.now += timedelta(days=1)
    nights.write("leads")
    nights.run("leads")
    assert nights.desk.new_calls() == []


def test_who_has_waited_is_held_by_a_doubtful_read(nights: Nights) -> None:
    """Past their night they are a person's to decide: nobody waits in silence, exit 0."""
    doubtful = sync_file(sync="leads", guards={"max_reject_share": 0.05})
    nights.write("leads", *range(9))
    assert nights.run("leads", sync=doubtful).report.plan.waiting == 1
    nights.now += timedelta(days=1)
    nights.desk.write([*people(8), person(8, Mobile="see notes")], "leads.csv")
    done = nights.run("leads", sync=doubtful)
    assert (done.exit_code, done.report.plan.held, done.report.plan.waiting) == (3, 1, 0)
    nights.run("leads", sync=doubtful, approve_stops=1)
    assert nights.desk.new_commands() == [("stop", phone(9))]


def _held_in_contacts(nights: Nights, *numbers: int) -> SyncFile:
    """The other list, which means to add these people, and whose adds are all held."""
    guarded = sync_file(sync="contacts", guards={"max_adds": 0, "max_add_share": 0})
    nights.write("contacts", 20, *numbers)
    assert nights.run("contacts", sync=guarded).report.plan.held == len(numbers)
    return guarded


def test_who_is_held_in_another_list_is_left_to_it(nights: Nights) -> None:
    """They wait, however long, and the report says for whom; once added there they are kept."""
    guarded = _held_in_contacts(nights, 8, 9)
    nights.write("leads", *range(8))
    for _ in range(3):
        done = nights.run("leads")
        assert (done.exit_code, done.report.plan.waiting, done.report.plan.stop) == (0, 2, 0)
        assert "the last plan of another sync adds their phone (contacts)" in str(done.report)
        nights.now += timedelta(days=1)
        digest = nights.run("contacts", sync=guarded).report.plan.digest
    nights.run("contacts", sync=guarded, approve=digest)
    assert nights.run("leads").report.plan.waiting == 0
    assert nights.desk.standings("leads")[phone(9)] == MemberStatus.RELEASED
    assert nights.desk.standings("contacts")[phone(9)] == MemberStatus.SUBSCRIBED
    assert {name for name, _ in nights.desk.new_commands()} == {"add"}


def test_whom_the_other_list_no_longer_means_to_add_is_stopped(nights: Nights) -> None:
    """Never added there and gone from both: the list that has them stops them, a night later."""
    guarded = _held_in_contacts(nights, 9)
    nights.write("leads", *range(9))
    assert nights.run("leads").report.plan.waiting == 1
    nights.write("contacts", 20)
    nights.run("contacts", sync=guarded)
    assert nights.run("leads").report.plan.waiting == 1, "noticed now: the usual night"
    nights.now += timedelta(days=1)
    assert nights.run("leads").report.load.confirmed == 1
    assert nights.desk.new_commands() == [("stop", phone(9))]


@pytest.mark.parametrize("approved", [None, 3])
def test_who_waited_for_a_held_plan_is_counted_when_it_ends(
    nights: Nights, approved: int | None
) -> None:
    """Few a night for many nights are not let go at once: what comes due is held as any burst."""
    few = sync_file(sync="leads", guards={"max_stops": 2, "max_stop_share": 0.1})
    guarded = _held_in_contacts(nights, 4, 5, 6, 7, 8, 9)
    for first in (8, 6, 4):
        nights.write("leads", *range(first))
        done = nights.run("leads", sync=few, approve_stops=approved)
        assert (done.exit_code, done.report.plan.waiting) == (0, 10 - first)
        nights.now += timedelta(days=1)
    nights.write("contacts", 20)
    nights.run("contacts", sync=guarded)
    done = nights.run("leads", sync=few)
    assert (done.exit_code, done.report.plan.held, done.report.plan.waiting) == (3, 6, 0)
    assert nights.desk.new_calls() == []


def test_a_plan_of_a_list_out_of_use_wants_nobody(nights: Nights) -> None:
    """A held plan of a list that has not run for 30 days keeps nobody subscribed."""
    _held_in_contacts(nights, 9)
    nights.write("leads", *range(9))
    nights.now += timedelta(days=29)
    assert nights.run("leads").report.plan.waiting == 1
    nights.now += timedelta(days=2)
    assert nights.run("leads").report.load.confirmed == 1
    assert nights.desk.new_commands() == [("stop", phone(9))]


def test_who_comes_back_and_leaves_again_waits_anew(nights: Nights) -> None:
    """The night is counted from the last departure."""
    nights.write("leads", *range(9))
    nights.run("leads")
    nights.write("leads", *range(10))
    nights.run("leads")
    nights.now += timedelta(days=1)
    nights.write("leads", *range(9))
    assert nights.run("leads").report.plan.waiting == 1


def test_a_re_add_after_a_stop_by_another_list_is_told(nights: Nights) -> None:
    """Stopped by the one and added by the other: the platform may keep the stop, so it is said."""
    nights.write("leads", *range(9))
    nights.run("leads")
    nights.run("contacts")
    nights.run("leads")
    nights.write("contacts", 20, 9)
    done = nights.run("contacts")
    assert any("had been stopped before" in warning for warning in done.report.warnings)


def test_a_sync_idle_for_30_days_wants_nobody(nights: Nights) -> None:
    """Whom only a forgotten list still has is stopped when they leave the other one, and told."""
    nights.write("contacts", 20, 3, 4)
    assert nights.run("contacts").exit_code == 0
    nights.desk.new_calls()
    for days, gone, stops in ((29, {4}, []), (1, {3, 4}, [("stop", phone(3))])):
        nights.now += timedelta(days=days)
        nights.write("leads", *(number for number in range(10) if number not in gone))
        done = nights.run("leads")
        assert (done.exit_code, nights.desk.new_commands()) == (0, stops)
    assert "contacts has not run since 2026-10-25" in " ".join(done.report.warnings)


def test_nobody_is_let_go_on_a_file_that_is_mostly_missing(desk: Desk) -> None:
    """Who is missing with most of a list stays in it, also where another sync wants them."""
    nights = Nights(desk)
    for name in ("leads", "contacts"):
        nights.write(name, *range(20))
        assert nights.run(name).exit_code == 0
    nights.write("leads", *range(4))
    done = nights.run("leads")
    assert set(nights.desk.standings("leads").values()) == {MemberStatus.SUBSCRIBED}
    assert not any("another sync still wants" in said for said in done.report.warnings)
