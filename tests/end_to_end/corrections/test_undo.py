"""A run is taken back: exactly what was shown, and whoever is out stays out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.destinations.sms_platform.client import SmsPlatform
from schemas.errors import WrongUse
from schemas.member_status import MemberStatus
from schemas.report import Status
from schemas.sync_keys.guards import LoadSpec
from sendersync.pipeline.corrections.retry import Retried, retry
from sendersync.pipeline.corrections.undo import Undo, plan_undo, undo
from sendersync.pipeline.job import RunContext
from sendersync.pipeline.run_recorder import Finished
from sendersync.state.corrections.reviews import ReviewAnswer
from sendersync.state.store import State
from tests.builders.sync_bench import Desk, people, person, phone, sync_file, with_row, without

FAST = LoadSpec(rate_per_second=20_000)
STOPS = {"command": "stopSubscriberSend"}


def context(desk: Desk) -> RunContext:
    """What a correcting run works with."""
    settings = desk.settings(desk.sandbox.url)
    return RunContext(desk.state_url, lambda: SmsPlatform(settings), policy=desk.policy)


def look(desk: Desk, run: str) -> Undo:
    """What taking a run back would do."""
    with desk.state() as state:
        return plan_undo(state, run, datetime.now(UTC))


def take_back(desk: Desk, run: str) -> Finished:
    """Takes a run back as it was shown."""
    _, finished = undo(context(desk), run, look(desk, run).digest, note="wrong file", spec=FAST)
    assert finished is not None
    return finished


def ask_again(desk: Desk, run: str) -> Retried:
    """Asks again for a run."""
    return retry(context(desk), run, spec=FAST)


def wrong_file(desk: Desk) -> str:
    """Three who belong, and a night that adds two who do not; the id of that run."""
    desk.first_load(people(3))
    desk.write(people(5))
    done = desk.run()
    assert done.report.done.add == 2
    desk.new_calls()
    return done.report.run


def test_who_was_added_is_stopped_and_stays_out(desk: Desk) -> None:
    """Only what was shown is done, once; the next runs add none of them, though they are there."""
    run = wrong_file(desk)
    shown = look(desk, run)
    assert shown.as_json() == {
        "run": run, "digest": shown.digest, "reversed": 2, "kept": [], "impossible": []
    }  # fmt: skip
    other, finished = undo(context(desk), run, "00000-00000", spec=FAST)
    assert (other.digest, finished) == (shown.digest, None)
    assert desk.new_calls() == []
    done = take_back(desk, run)
    assert (done.exit_code, done.report.status) == (0, Status.COMPLETED)
    assert set(desk.new_commands()) == {("stop", phone(3)), ("stop", phone(4))}
    again, finished = undo(context(desk), run, shown.digest, spec=FAST)
    assert finished is None and again.plan.kept == {"stopped_since": 2}
    for _ in range(2):
        night = desk.run()
        assert (night.exit_code, night.report.plan.unchanged) == (0, 5)
        assert any("2 people stay out" in each for each in night.report.warnings)
    assert desk.new_calls() == []
    with desk.state() as state:
        (given,) = state.approvals.given("newsletter").to_dict("records")
    assert (given["digest"], given["note"], given["ceiling"]) == (shown.digest, "wrong file", 2)


def test_a_changed_row_or_a_review_lets_them_in(desk: Desk) -> None:
    """Each by themselves: the one whose row changed, and the one whom a person let in."""
    take_back(desk, wrong_file(desk))
    desk.new_calls()
    desk.write(with_row(people(5), 3, First_Name="Anna"))
    assert desk.run().report.plan.add == 1
    assert desk.new_commands() == [("add", phone(3))]
    with State.open(desk.state_url) as state, state.lease("newsletter") as lease:
        (found,) = state.reviews.unproven()
        state.reviews.close(lease, found, ReviewAnswer.SUBSCRIBED, who="me@here")
    desk.run()
    assert desk.new_commands() == [("add", phone(4))]
    desk.write(people(5))
    assert desk.run().report.plan.add == 0
    assert desk.standings()[phone(3)] == MemberStatus.SUBSCRIBED


def test_an_add_of_somebody_suppressed_since_is_stopped(desk: Desk) -> None:
    """Taking an add back and a standing order ask for the same call."""
    run = wrong_file(desk)
    desk.suppress(phone(4))
    assert take_back(desk, run).report.done.stop == 2
    assert set(desk.new_commands()) == {("stop", phone(3)), ("stop", phone(4))}
    desk.run()
    assert desk.new_calls() == []


def test_only_departures_come_back(desk: Desk) -> None:
    """Who left is added with the values they had; opt-outs and withdrawn consent stay stopped."""
    desk.sync = sync_file(guards={"max_stops": 10})
    rows = people(6)
    desk.first_load(rows)
    desk.write(without(with_row(with_row(rows, 4, Unsubscribed="yes"), 3, Consent="no"), 5))
    run = desk.run().report.run
    assert set(desk.new_commands()) == {("stop", phone(number)) for number in (3, 4, 5)}
    shown = look(desk, run)
    assert shown.plan.kept == {"consent_withdrawn": 1, "opted_out": 1}
    take_back(desk, run)
    assert desk.new_commands() == [("add", phone(5))]
    assert desk.standings()[phone(5)] == MemberStatus.SUBSCRIBED
    desk.write(without(rows, 3, 4))
    desk.run()
    assert desk.new_calls() == []


def test_the_digest_is_of_the_ledger_as_it_is(desk: Desk) -> None:
    """Any run since makes it another plan: what was not looked at is not done."""
    run = wrong_file(desk)
    before = look(desk, run)
    assert look(desk, run).digest == before.digest
    desk.write(people(6))
    desk.run()
    desk.new_calls()
    now, finished = undo(context(desk), run, before.digest, spec=FAST)
    assert finished is None and now.digest != before.digest
    assert desk.new_calls() == []


def test_an_unproven_undo_is_asked_again(desk: Desk) -> None:
    """The stop of a run taken back is a stop like any other: reported with 4 until it is proven."""
    run = wrong_file(desk)
    desk.sandbox.faults({"kind": "drop_before", **STOPS})
    assert take_back(desk, run).exit_code == 4
    desk.sandbox.faults()
    desk.new_calls()
    with desk.state() as state:
        taken = state.runs.latest(1)[0]
    assert (taken.command, taken.source) == ("undo", f"run {run}")
    assert ask_again(desk, taken.id).finished.exit_code == 0
    assert set(desk.new_commands()) == {("stop", phone(3)), ("stop", phone(4))}


@pytest.mark.parametrize("fault", ["drop_before", "502"])
def test_the_next_runs_ask_again_for_an_undo(desk: Desk, fault: str) -> None:
    """A stop that took an add back and was not proven is owed, though the row is still there."""
    run = wrong_file(desk)
    desk.sandbox.faults({"kind": fault, **STOPS})
    assert take_back(desk, run).exit_code == 4
    assert desk.run().exit_code == 4
    desk.new_calls()
    desk.sandbox.faults()
    night = desk.run()
    assert (night.exit_code, night.report.done.stop, night.report.plan.unchanged) == (0, 2, 3)
    assert set(desk.new_commands()) == {("stop", phone(3)), ("stop", phone(4))}
    desk.run()
    assert desk.new_calls() == []


def test_an_adoption_leaves_them_out(desk: Desk) -> None:
    """The list says that they are there; a person has said that they are not to be."""
    take_back(desk, wrong_file(desk))
    assert desk.adopt().report.plan.unchanged == 3
    assert desk.standings()[phone(4)] == MemberStatus.STOPPED
    desk.new_calls()
    assert desk.run().report.plan.unchanged == 5
    assert desk.new_calls() == []


def test_an_adoption_cannot_be_taken_back(desk: Desk) -> None:
    """It has sent nothing."""
    desk.write(people(2))
    run = desk.adopt().report.run
    with pytest.raises(WrongUse, match="sent nothing"):
        look(desk, run)


def test_what_failed_is_asked_again(desk: Desk) -> None:
    """Adds and stops without an answer are settled; a retry without anything to ask says so."""
    desk.first_load(people(3))
    desk.sandbox.faults({"kind": "drop_before"})
    desk.write(with_row([*people(3), person(7)], 2, Unsubscribed="yes"))
    done = desk.run()
    assert done.report.load.unknown == 2
    desk.sandbox.faults()
    desk.new_calls()
    again = ask_again(desk, done.report.run)
    assert (again.finished.exit_code, again.finished.report.load.confirmed) == (0, 2)
    assert desk.new_commands() == [("stop", phone(2)), ("add", phone(7))]
    once_more = ask_again(desk, done.report.run)
    assert (once_more.left, once_more.finished.report.run) == ({"settled_since": 2}, "")
    assert desk.new_calls() == []
    assert desk.run().report.plan.unchanged == 3


def test_a_newer_run_has_decided(desk: Desk) -> None:
    """Whoever left since is not added again because an older run failed to."""
    desk.first_load(people(3))
    desk.sandbox.faults({"kind": "drop_before"})
    desk.write([*people(3), person(7)])
    run = desk.run().report.run
    desk.sandbox.faults()
    desk.write(people(3))
    desk.run()
    desk.new_calls()
    assert ask_again(desk, run).left == {"newer_run": 1}
    assert desk.new_calls() == []
