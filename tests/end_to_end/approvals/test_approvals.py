"""An approval lets go what was shown, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from schemas.report import Status
from sendersync.pipeline.load.clean_stop import CancelToken
from tests.builders.sync_bench import Desk, people, person, phone, sync_file

ALL = people(100)


def stopped(*numbers: int) -> set[tuple[str, str]]:
    """Stops of these people, as the platform is asked for them."""
    return {("stop", phone(number)) for number in numbers}


def held_night(desk: Desk, left: range = range(20)) -> str:
    """A first load, and a night on which some have left and are held; the digest of its plan."""
    desk.sync = sync_file(guards={"max_stops": 10, "max_stop_share": 0.05})
    desk.first_load(ALL)
    desk.write(row for number, row in enumerate(ALL) if number not in left)
    done = desk.run()
    assert (done.exit_code, done.report.plan.held) == (3, len(left))
    assert desk.new_calls() == []
    return done.report.plan.digest


def test_what_was_held_goes_once(desk: Desk) -> None:
    """The digest of a run that held something lets exactly that go, is recorded, and is used up."""
    digest = held_night(desk)
    done = desk.run(approve=digest, note="they moved to the other brand")
    assert done.exit_code == 0, done.report
    assert set(desk.new_commands()) == stopped(*range(20))
    with desk.state() as state:
        given = state.approvals.given("newsletter").to_dict("records")
    assert [(each["who"], each["digest"], each["ceiling"], each["note"]) for each in given] == [
        ("tester", digest, 20, "they moved to the other brand")
    ]
    desk.write(ALL[40:])
    again = desk.run(approve=digest)
    assert (again.exit_code, again.report.plan.held) == (3, 20)
    assert desk.new_calls() == []
    assert any("used up" in each for each in again.report.warnings)


def test_an_approval_that_meets_nothing_is_not_used_up(desk: Desk) -> None:
    """The whole file is back: nothing is released, and half of it again can still be approved once."""
    digest = held_night(desk)
    desk.write(ALL)
    whole = desk.run(approve=digest)
    assert (whole.exit_code, desk.new_calls()) == (0, [])
    assert any("not used up" in each for each in whole.report.warnings)
    desk.write(ALL[20:])
    held = desk.run()
    assert (held.exit_code, held.report.plan.held) == (3, 20)
    done = desk.run(approve=held.report.plan.digest)
    assert (done.exit_code, len(desk.new_calls())) == (0, 20)
    again = desk.run(approve=held.report.plan.digest)
    assert any("used up" in each for each in again.report.warnings)


def test_what_was_approved_and_never_done_is_held_under_another_digest(desk: Desk) -> None:
    """The state is as it was when the digest was shown, and a used digest is not advised again."""
    digest = held_night(desk)
    broken = CancelToken()
    broken.cancel("the machine went down")
    assert desk.run(approve=digest, stop=broken).report.load.not_reached == 20
    late = {"clock": lambda: datetime.now(UTC) + timedelta(days=8)}
    held = desk.run(**late)
    assert (held.exit_code, held.report.plan.held) == (3, 20)
    assert held.report.plan.digest != digest
    done = desk.run(approve=held.report.plan.digest, **late)
    assert (done.exit_code, len(desk.new_calls())) == (0, 20)


def test_only_what_is_in_both_plans_goes(desk: Desk) -> None:
    """Who has come back is left alone, and who has left since stays held and is counted."""
    digest = held_night(desk)
    desk.write(ALL[5:20] + ALL[35:])  # 0 to 4 have left as before, 20 to 34 since
    done = desk.run(approve=digest)
    assert (done.exit_code, done.report.plan.held) == (3, 15)
    assert set(desk.new_commands()) == stopped(*range(5))
    said = " ".join(done.report.warnings)
    assert "let 5 held operations go" in said
    assert "15 operations of the approved plan are not in today's" in said
    assert done.report.plan.digest != digest


@pytest.mark.parametrize("wrong", ["00000-00000", "an old one"])
def test_another_digest_stops_only_who_said_so(desk: Desk, wrong: str) -> None:
    """An approval of no plan, or of one that is older than 7 days, holds all but opt-outs."""
    digest = held_night(desk)
    rows = [*ALL[21:], person(20, Unsubscribed="yes"), person(200)]
    desk.write(rows)
    week = datetime.now(UTC) + timedelta(days=7, minutes=1)
    given = {"approve": wrong} if wrong[0] == "0" else {"approve": digest, "clock": lambda: week}
    done = desk.run(**given)
    assert done.exit_code == 3
    assert desk.new_commands() == [("stop", phone(20))]
    assert done.report.plan.held == 21  # with the newcomer
    assert done.report.plan.digest in str(done.report.held_because)
    with desk.state() as state:
        assert state.approvals.given().empty
    done = desk.run(
        approve=done.report.plan.digest, **{k: v for k, v in given.items() if k == "clock"}
    )
    assert done.exit_code == 0, done.report
    assert set(desk.new_commands()) == {*stopped(*range(20)), ("add", phone(200))}


def test_a_plan_that_was_only_shown_can_be_approved(desk: Desk) -> None:
    """The digest that `plan` shows is that of the run, as long as nothing has changed."""
    desk.first_load(ALL)
    desk.write(ALL[20:])
    shown = desk.plan()
    assert shown.exit_code == 3
    digest = shown.report.plan.digest
    assert desk.plan(approve=digest).report.plan.stop == 20
    done = desk.run(approve=digest)
    assert done.exit_code == 0
    assert len(desk.new_calls()) == 20


def test_what_is_released_stays_released_until_done(desk: Desk) -> None:
    """A run that ends before its calls needs no second approval; who came back is released no more."""
    digest = held_night(desk)
    broken = CancelToken()
    broken.cancel("the machine went down")
    first = desk.run(approve=digest, stop=broken)
    assert first.report.load.not_reached == 20
    desk.write(ALL[2:3] + ALL[20:])  # one has come back
    done = desk.run()
    assert done.exit_code == 0, done.report
    assert set(desk.new_commands()) == stopped(*(each for each in range(20) if each != 2))
    desk.write(ALL[20:41] + ALL[41:])
    desk.write([row for number, row in enumerate(ALL) if number not in range(30)])
    assert desk.run().report.plan.held == 11  # 20 to 29, and 2 once more


def test_an_empty_file_cannot_be_approved_by_digest(desk: Desk) -> None:
    """What only a better source can release stays held, whatever the digest."""
    held_night(desk)
    desk.write([])
    held = desk.run()
    assert held.report.status is Status.NEEDS_APPROVAL
    done = desk.run(approve=held.report.plan.digest)
    assert done.exit_code == 3
    assert desk.new_calls() == []


def test_a_new_number_goes_with_its_old_one(desk: Desk) -> None:
    """Approved changes of numbers add the new one and stop the old one."""
    desk.sync = sync_file(guards={"max_stops": 0, "max_stop_share": 0.0})
    desk.first_load(ALL)
    desk.write([person(0, Mobile=phone(500)), *ALL[1:]])
    held = desk.run()
    assert held.exit_code == 3
    assert desk.new_calls() == []
    done = desk.run(approve=held.report.plan.digest)
    assert done.exit_code == 0, done.report
    assert desk.new_commands() == [("add", phone(500)), ("stop", phone(0))]


def test_approved_opt_outs_are_orders_for_good(desk: Desk) -> None:
    """Opt-outs that a changed sync file brought in are held; approved, they stop and suppress."""
    desk.sync = sync_file(columns={"opted_out": None}, not_permission=["Unsubscribed"])
    desk.first_load([*people(9), person(9, Unsubscribed="yes")])
    desk.sync = sync_file()
    desk.write([*people(9), person(9, Unsubscribed="yes"), person(10, Unsubscribed="yes")])
    held = desk.run()
    assert held.exit_code == 3
    assert (desk.new_calls(), desk.suppressed()) == ([], set())
    done = desk.run(approve=held.report.plan.digest)
    assert done.exit_code == 0, done.report
    assert desk.new_commands() == [("stop", phone(9))]
    assert desk.suppressed() == {phone(9), phone(10)}
