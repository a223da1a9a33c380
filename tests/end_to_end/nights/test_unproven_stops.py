"""A stop that no answer has proven is never silent: asked again and reported until it is proven."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from schemas.member_status import MemberStatus
from schemas.outcomes import Kind, Outcome
from sendersync.pipeline.job import Command
from sendersync.pipeline.run_recorder import Finished
from sendersync.state.store import State
from tests.builders.state_bench import a_run
from tests.builders.sync_bench import (
    Desk,
    Row,
    as_csv,
    people,
    person,
    phone,
    sync_file,
    with_row,
    without,
)
from tests.builders.sync_files import CODE

STOPS = {"command": "stopSubscriberSend"}
AMBIGUOUS = "An error occurred processing STOP sends for phone [1]"

CAUSES: dict[str, dict[str, Any]] = {
    "the answer was lost": {"kind": "drop_before"},
    "words that may mean anything": {"kind": "error", "error": AMBIGUOUS},
    "a success without an answer": {"kind": "success_false"},
}


@pytest.mark.parametrize("fault", CAUSES.values(), ids=CAUSES)
@pytest.mark.parametrize("why", ["gone", "opted_out"])
def test_it_is_asked_in_every_run_until_a_yes(desk: Desk, fault: dict[str, Any], why: str) -> None:
    """Whatever made it unproven: every run asks, reports it and exits with 4; a 200 ends it."""
    rows = people(5)
    desk.first_load(rows)
    desk.sandbox.faults({**fault, **STOPS})
    desk.write(rows[:4] if why == "gone" else with_row(rows, 4, Unsubscribed="yes"))
    since = set()
    for _ in range(3):
        done = desk.run()
        assert done.exit_code == 4 and done.report.status == "partial"
        assert done.report.unproven.stops == 1
        assert any("may still get texts" in warning for warning in done.report.warnings)
        since.add(done.report.unproven.oldest)
        assert set(desk.new_commands()) == {("stop", phone(4))}
    assert len(since) == 1, "the report says since when, not when it was asked last"
    assert desk.plan().report.unproven.stops == 1
    desk.sandbox.faults()
    done = desk.run()
    assert done.exit_code == 0 and done.report.unproven.stops == 0
    assert desk.standings()[phone(4)] == MemberStatus.STOPPED
    assert desk.new_commands() == [("stop", phone(4))]
    assert desk.run().exit_code == 0
    assert desk.new_calls() == []


def test_many_unproven_stops_are_not_held_again(desk: Desk) -> None:
    """Departures that a guard or a person let go are asked again, however many they are."""
    rows = people(30)
    desk.sync = sync_file(guards={"max_stops": 2}, load={"concurrency": 1})
    desk.first_load(rows)
    desk.sandbox.faults({"kind": "error", "error": AMBIGUOUS, **STOPS})
    desk.write(rows[:20])
    assert desk.run().exit_code == 3
    done = desk.run(approve_stops=10)
    assert done.report.unproven.stops == 10
    desk.sandbox.faults()
    done = desk.run()
    assert (done.exit_code, done.report.load.confirmed) == (0, 10)


def test_who_comes_back_is_not_stopped(desk: Desk) -> None:
    """The row is there again and nobody said stop: the person is added, and nothing is unproven."""
    rows = people(5)
    desk.first_load(rows)
    desk.sandbox.faults({"kind": "drop_before", **STOPS})
    desk.write(rows[:4])
    assert desk.run().report.unproven.stops == 1
    desk.sandbox.faults()
    desk.new_calls()
    desk.write(rows)
    done = desk.run()
    assert desk.new_commands() == [("add", phone(4))]
    assert (done.exit_code, done.report.unproven.stops) == (0, 0)


def test_a_broken_read_asks_only_for_those_who_said_stop(desk: Desk) -> None:
    """After half a read it is not known who is still unwanted; an opt-out is known."""
    rows = people(6)
    desk.first_load(rows)
    desk.sandbox.faults({"kind": "drop_before", **STOPS})
    desk.write(without(with_row(rows, 4, Unsubscribed="yes"), 5))
    assert desk.run().report.unproven.stops == 2
    desk.sandbox.faults()
    desk.new_calls()
    desk.write_text(as_csv(rows[:2]) + 'C9,"broken')
    done = desk.run()
    assert not done.report.source.complete
    assert desk.new_commands() == [("stop", phone(4))]


@pytest.mark.parametrize("words", ["out of cheese", "Contact is subscribed yet", "ERR-77"])
def test_an_add_that_ended_in_unknown_words_is_stopped_by_an_opt_out(
    desk: Desk, words: str
) -> None:
    """It may have been done: the member is unsure, and a no is sent to the platform."""
    desk.write(people(3))
    desk.run()
    desk.sandbox.faults({"kind": "error", "error": words, "phone": phone(7)[1:]})
    desk.write([*people(3), person(7)])
    assert desk.run().report.load.refused == 1
    assert desk.standings()[phone(7)] == MemberStatus.UNSURE
    desk.sandbox.faults()
    desk.new_calls()
    desk.write([*people(3), person(7, Unsubscribed="yes")])
    desk.run()
    assert set(desk.new_commands()) == {("stop", phone(7))}


def test_a_stop_list_asks_again_too(desk: Desk) -> None:
    """An unproven stop of a list is asked by the next list, and a 200 proves it."""
    desk.first_load(people(3))
    desk.sandbox.faults({"kind": "drop_before", **STOPS})
    done = stop_list(desk, people(1))
    assert (done.exit_code, done.report.unproven.stops) == (4, 1)
    desk.sandbox.faults()
    done = stop_list(desk, people(1))
    assert (done.exit_code, done.report.unproven.stops) == (0, 0)


def stop_list(desk: Desk, rows: list[Row]) -> Finished:
    """Stops everybody of a list."""
    stops = sync_file(columns={"opted_out": None, "consent": None})
    desk.write(rows, "stops.csv")
    return desk.run(
        Command.STOP, sync=stops.model_copy(update={"sync": f"stop:{CODE}"}), file="stops.csv"
    )


def test_opt_outs_unproven_for_many_nights_are_in_every_report(desk: Desk) -> None:
    """Of a row and of somebody whom only a list knows: thirty reports, thirty times exit code 4."""
    desk.first_load(people(3))
    other = Desk(desk.folder / "other", desk.sandbox)
    other.write([person(7)])
    other.import_()  # whom this state does not know
    desk.sandbox.faults({"kind": "error", "error": AMBIGUOUS, **STOPS})
    assert stop_list(desk, [person(7)]).exit_code == 4
    assert desk.plan().report.unproven.stops == 1
    desk.write([*people(2), person(2, Unsubscribed="yes")])
    desk.new_calls()
    runs = [desk.run() for _ in range(30)]
    assert {(int(done.exit_code), done.report.unproven.stops) for done in runs} == {(4, 2)}
    assert {*desk.new_commands()} == {("stop", phone(2)), ("stop", phone(7))}
    desk.sandbox.faults()
    done = desk.run()
    assert (done.exit_code, done.report.unproven.stops, done.report.done.stop) == (0, 0, 2)
    assert desk.standings(f"stop:{CODE}")[phone(7)] == MemberStatus.STOPPED
    desk.new_calls()
    assert desk.run().exit_code == 0
    assert desk.new_calls() == []


def test_a_lifted_order_is_not_asked_for(desk: Desk) -> None:
    """Whoever is wanted again, and said stop no more, is added; nobody stops them the next night."""
    desk.first_load(people(3))
    desk.sandbox.faults({"kind": "drop_before", **STOPS})
    assert stop_list(desk, [person(7)]).exit_code == 4
    desk.sandbox.faults()
    with State.open(desk.state_url) as state:
        state.suppressions.lift(state.suppressions.of(phone(7)), who="me@here", why="asked again")
    desk.new_calls()
    desk.write([*people(3), person(7)])
    for _ in range(2):
        done = desk.run()
        assert (done.exit_code, done.report.unproven.stops) == (0, 0)
    assert desk.new_commands() == [("add", phone(7))]


def test_a_retired_syncs_unproven_stops_are_asked_by_others(desk: Desk) -> None:
    """Its own runs ask no more: another sync on the sender code does."""
    desk.first_load(people(3))
    old = sync_file(sync="old")
    desk.write(people(3, start=10), "old.csv")
    desk.run(sync=old, file="old.csv")
    desk.sandbox.faults({"kind": "drop_before", **STOPS})
    desk.write([*people(2, start=10), person(12, Unsubscribed="yes")], "old.csv")
    assert desk.run(sync=old, file="old.csv").exit_code == 4
    with State.open(desk.state_url) as state, state.lease("old") as lease:
        state.syncs.retire(lease, datetime.now(UTC))
    desk.new_calls()
    assert desk.run().exit_code == 4
    desk.sandbox.faults()
    assert desk.run().exit_code == 0
    assert {*desk.new_commands()} == {("stop", phone(12))}


def test_a_stop_behind_a_call_in_flight_is_asked_again(desk: Desk) -> None:
    """A dead run's add may land after the stop: the stop is repeated when that call is over.

    The platform says of a stop of the stopped what a passing fault says too: so three times.
    """
    desk.first_load(people(2))
    other = Desk(desk.folder / "other", desk.sandbox)
    other.write([person(7), person(8)])
    other.import_()  # the adds that the dead run sent
    with State.open(desk.state_url) as state, a_run(state) as begun:
        begun.intend(begun.operation(Kind.ADD, phone(7)))
        old = begun.operation(Kind.ADD, phone(8))
        begun.intend(old)
        begun.settle(old, Outcome.CONFIRMED)
    desk.new_calls()
    gone = [person(number, Unsubscribed="yes") for number in (7, 8)]
    desk.write([*people(2), *gone])
    done = desk.run()
    assert (done.exit_code, done.report.done.stop) == (0, 2)
    assert sorted(desk.new_commands()) == [("stop", phone(7))] * 4 + [("stop", phone(8))]
    assert desk.standings()[phone(7)] == MemberStatus.STOPPED
    assert desk.run().exit_code == 0
    assert desk.new_calls() == []
