"""What the guards remember, on SQLite and on Postgres."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schemas.outcomes import Cause, Kind, Outcome
from schemas.report import HoldReason, Report, Status
from sendersync.state.store import State
from tests.builders.state_bench import ANN, BEN, CEM, a_run, pairs

NOW = datetime.now(UTC)
WEEK_AGO = NOW - timedelta(days=7)


def _ended(
    state: State, status: Status = Status.COMPLETED, command: str = "run", **said: Any
) -> None:
    with a_run(state, command=command) as begun:
        report = Report(begun.run, begun.sync, status, members=said.get("members", 0))
        report.source.complete = True
        report.source.rows = said.get("rows", 0)
        report.source.incremental = said.get("incremental", False)
        report.plan.held = said.get("held", 0)
        report.plan.reading_changed = said.get("reading_changed", [])
        report.load.not_reached = said.get("not_reached", 0)
        for name in ("held_because", "approved"):
            reasons = [HoldReason(guard, 1, None, None, "") for guard in said.get(name, ())]
            setattr(report, name, reasons)
        state.runs.finish(begun.run, report)


@pytest.mark.parametrize(
    ("said", "over"),
    [
        ({}, True),
        ({"command": "adopt"}, True),
        ({"command": "import"}, False),
        ({"status": Status.FAILED}, False),
        ({"status": Status.PARTIAL}, True),
        ({"status": Status.PARTIAL, "not_reached": 1}, False),
        ({"status": Status.NEEDS_APPROVAL, "held_because": ["max_stops"]}, True),
        ({"status": Status.NEEDS_APPROVAL, "held_because": ["max_opt_outs"]}, False),
        ({"status": Status.NEEDS_APPROVAL, "held_because": ["max_stops", "canaries"]}, False),
    ],
)
def test_when_the_first_load_is_over(state: State, said: dict[str, Any], over: bool) -> None:
    """Once a run or an adoption has sent all there was, with no add held."""
    assert not state.guard_history.first_load_is_over("newsletter")
    _ended(state, **said)
    assert state.guard_history.first_load_is_over("newsletter") is over
    assert not state.guard_history.first_load_is_over("offers")
    _ended(state, Status.FAILED)
    assert state.guard_history.first_load_is_over("newsletter") is over


def test_stops_of_the_last_days_are_counted_by_cause(state: State) -> None:
    """Opt-outs, refused stops, and stops of another sync do not count; an unproven one does."""
    with a_run(state) as begun:
        begun.do(Kind.STOP, ANN, cause="gone")
        begun.do(Kind.STOP, BEN, Outcome.UNKNOWN, cause="number_changed")
        begun.do(Kind.STOP, CEM)
        begun.do(Kind.STOP, "+12065550177", Outcome.REFUSED, cause="gone")
        begun.do(Kind.ADD, "+12065550178")
    with a_run(state, sync="offers") as other:
        other.do(Kind.STOP, "+12065550179", cause="gone")
    counted = state.guard_history.stops("newsletter", WEEK_AGO)
    assert counted == {Cause.GONE: 1, Cause.NUMBER_CHANGED: 1}
    assert state.guard_history.stops("newsletter", datetime.now(UTC) + timedelta(hours=1)) == {}


def test_approved_stops_and_people_who_are_back_do_not_count(state: State) -> None:
    """A person has looked at the first; nobody has lost the second."""
    with a_run(state) as begun:
        begun.do(Kind.STOP, ANN, cause="gone")
        state.approvals.give(begun.run, ceiling=1, who="ann@desk", at=NOW)
    with a_run(state) as begun:
        begun.do(Kind.STOP, BEN, cause="gone")
        begun.do(Kind.STOP, CEM, cause="gone")
    assert state.guard_history.stops("newsletter", WEEK_AGO) == {Cause.GONE: 2}
    with a_run(state) as begun:
        begun.do(Kind.ADD, BEN)
    assert state.guard_history.stops("newsletter", WEEK_AGO) == {Cause.GONE: 1}


def test_the_most_members_of_a_window(state: State) -> None:
    """The largest number that a run began with; reports from before say nothing."""
    assert state.guard_history.most_members("newsletter", WEEK_AGO) == 0
    for members in (10, 30, 20):
        _ended(state, members=members)
    assert state.guard_history.most_members("newsletter", WEEK_AGO) == 30
    assert state.guard_history.most_members("newsletter", NOW + timedelta(hours=1)) == 0


def test_which_full_reads_make_the_mean(state: State) -> None:
    """Complete reads of one reading whose runs held nothing; an approved drop begins it anew."""
    history = state.guard_history
    assert history.full_reads("newsletter", 10) == ()
    _ended(state, rows=1)
    _ended(state, rows=2, reading_changed=["columns.phone"])
    _ended(state, rows=3)
    _ended(state, rows=4, incremental=True)
    _ended(state, Status.NEEDS_APPROVAL, rows=5, held=9)
    _ended(state, Status.FAILED, rows=6)
    _ended(state, Status.PARTIAL, rows=7)
    assert history.full_reads("newsletter", 10) == (7, 3, 2)
    assert history.full_reads("newsletter", 2) == (7, 3)
    _ended(state, rows=8, approved=["max_stops", "max_rows_drop"])
    assert history.full_reads("newsletter", 10) == (8,)


def test_planned_adds_are_those_of_the_last_plan(state: State) -> None:
    """Each replaces the one before, without what is held; a forgotten person is in none."""
    history = state.guard_history
    for phones in ((ANN, BEN), (BEN, CEM)):
        with a_run(state) as begun:
            history.keep_planned_adds(begun.run, pairs(*phones), pairs(ANN))
    with a_run(state, sync="offers") as begun:
        history.keep_planned_adds(begun.run, pairs(ANN), pairs())
    assert sorted(history.planned_adds("newsletter")["phone"]) == sorted([BEN, CEM])
    state.erasure.forget(CEM)
    assert history.planned_adds("newsletter")["phone"].tolist() == [BEN]
