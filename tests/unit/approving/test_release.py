"""What an approval does to a plan, without a state: tables of plans."""

from __future__ import annotations

import pandas as pd
import pytest

from schemas.frames import HELD, OPERATIONS, RELABELLED, SUBSCRIPTIONS
from schemas.report import HoldReason
from sendersync.transforms.approval.release import hold_all_but_opt_outs, is_among, release
from sendersync.transforms.guards.decision import GuardDecision, Hold
from sendersync.transforms.plan import Plan
from tests.builders.sync_files import CODE


def operations(*rows: tuple[str, str, str], held_by: str = "") -> pd.DataFrame:
    """Operations by kind, cause and phone; held ones where a guard is named."""
    spec = HELD if held_by else OPERATIONS
    phases = {"opted_out": 1, "gone": 2, "new": 3, "": 3, "number_changed": 4}
    given = [
        {"kind": kind, "cause": cause, "phone": phone, "key": phone, "sender_code": CODE}
        | {"phase": phases[cause], "is_retry_of_lost_stop": False, "held_by": held_by, "line": 0}
        for kind, cause, phone in rows
    ]
    columns = {name: [row.get(name, "") for row in given] for name in spec.names}
    return pd.DataFrame(columns).astype(dict(spec.columns))


def plan_of(going: pd.DataFrame, held: pd.DataFrame, *holds: Hold) -> Plan:
    """A plan with nothing else in it."""
    none = operations()
    return Plan(
        operations=going,
        held=held,
        released=none[[*SUBSCRIPTIONS.names]],
        waiting=none[[*SUBSCRIPTIONS.names]],
        relabelled=none[[*RELABELLED.names]],
        unchanged=0,
        kept=0,
        decision=GuardDecision(holds),
    )


def hold(guard: str, *, of: int = 1, approvable: bool = True) -> Hold:
    """A guard that holds so many stops."""
    reason = HoldReason(guard, of, None, None, f"{guard} says no.")
    return Hold(reason, stops=pd.RangeIndex(of), approvable=approvable)


def phones(frame: pd.DataFrame) -> list[str]:
    """Whose they are, in order."""
    return frame["phone"].tolist()


ANN, BEN, CEM, DAN = "+12065550101", "+12065550102", "+12065550103", "+12065550104"


def test_released_operations_go_in_their_phase() -> None:
    """A released stop goes before the adds; whom another list has, or a new key, needs no call."""
    rows = ("stop", "gone", ANN), ("relabel", "", BEN), ("release", "gone", DAN)
    held = operations(*rows, held_by="max_stops")
    plan = plan_of(operations(("add", "new", CEM)), held, hold("max_stops"))
    done = release(plan, pd.Series([True, True, True]))
    assert phones(done.operations) == [ANN, CEM]
    assert phones(done.relabelled) == [BEN]
    assert phones(done.released) == [DAN]
    assert done.held.empty
    assert done.decision.holds == ()
    assert [each.reason.guard for each in done.decision.approved] == ["max_stops"]


def test_a_guard_holds_on_while_one_operation_is_left() -> None:
    """What was not approved stays held, and by the same guard."""
    held = operations(("stop", "gone", ANN), ("stop", "gone", BEN), held_by="max_stops")
    done = release(plan_of(operations(), held, hold("max_stops", of=2)), pd.Series([True, False]))
    assert (phones(done.operations), phones(done.held)) == ([ANN], [BEN])
    assert [each.reason.guard for each in done.decision.holds] == ["max_stops"]


def test_no_approval_mends_a_source() -> None:
    """An operation that an incurable guard holds too stays, whoever approves it."""
    held = operations(("stop", "gone", ANN), held_by="max_stops incomplete")
    guards = hold("max_stops"), hold("incomplete", approvable=False)
    done = release(plan_of(operations(), held, *guards), pd.Series([True]), ["incomplete"])
    assert phones(done.held) == [ANN]
    assert len(done.decision.holds) == 2


@pytest.mark.parametrize(("approved", "left"), [(["consent"], 0), (["max_adds"], 1), ([], 1)])
def test_a_guard_without_operations_is_approved_by_name(approved: list[str], left: int) -> None:
    """A permission that is not mapped any more waits for an approval though nothing else does."""
    plan = plan_of(operations(), operations(held_by="x").iloc[:0], hold("consent", of=0))
    done = release(plan, pd.Series([], dtype=bool), approved)
    assert len(done.decision.holds) == left


def test_all_but_opt_outs_wait() -> None:
    """After an approval of another plan everything waits but the stops of people who said so."""
    going = operations(("stop", "opted_out", ANN), ("stop", "gone", BEN), ("add", "new", CEM))
    done = hold_all_but_opt_outs(plan_of(going, operations(held_by="x").iloc[:0]), "Another plan.")
    assert phones(done.operations) == [ANN]
    assert phones(done.held) == [BEN, CEM]
    assert [reason.text for reason in done.decision.reasons] == ["Another plan."]
    assert done.counts().held == 2


@pytest.mark.parametrize("column", ["kind", "cause", "sender_code", "phone", "key"])
def test_an_operation_is_the_same_only_in_all_of_it(column: str) -> None:
    """Another kind, cause, sender code, phone or key is another operation."""
    ours = operations(("stop", "gone", ANN))
    assert is_among(ours, ours.assign(group="weekly")).all()
    assert not is_among(ours, ours.assign(**{column: "other"})).any()
    assert not is_among(ours, ours.iloc[:0]).any()
