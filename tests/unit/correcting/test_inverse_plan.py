"""Taking a run back: each kind of call is reversed, kept for a reason, or impossible."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from schemas.frames import STORED_OPERATIONS
from schemas.outcomes import Cause, Kind
from sendersync.transforms.corrections.inverse_plan import InversePlan, Since, inverse_plan
from tests.builders.frames import members
from tests.builders.sync_files import CODE

ANN = "+12065550101"
PAIR = f"{ANN} {CODE}"

Case = tuple[dict[str, Any], str | None, dict[str, Any], str]
"""An operation, the member's standing now (None: nobody), what else has happened, what follows."""

REVERSED: dict[str, Case] = {
    "an add": ({}, "subscribed", {}, "stop undone"),
    "an add nobody knows the end of": ({"state": "unknown"}, "unsure", {}, "stop undone"),
    "an add in flight when the run died": ({"state": "intent"}, None, {}, "stop undone"),
    "an add that failed and may be done": (
        {"state": "failed", "maybe_done": 1}, "unsure", {}, "stop undone",
    ),
    "already, after a lost answer": (
        {"state": "already", "attempts": 2}, "subscribed", {}, "stop undone",
    ),
    "already, of one that is owed": (
        {"state": "already", "cause": "owed"}, "subscribed", {}, "stop undone",
    ),
    "an add of somebody suppressed since": (
        {}, "subscribed", {"said_stop": frozenset({PAIR})}, "stop opted_out",
    ),
    "suppressed since, and wanted elsewhere": (
        {}, "subscribed",
        {"said_stop": frozenset({PAIR}), "wanted_elsewhere": frozenset({PAIR})},
        "stop opted_out",
    ),
    "an add whose stop is not confirmed": ({}, "stop_unknown", {}, "stop undone"),
    "a stop of somebody who had left": (
        {"kind": "stop", "cause": "gone"}, "stopped", {}, "add undone",
    ),
    "such a stop, not confirmed": (
        {"kind": "stop", "cause": "gone", "state": "unknown"}, "stop_unknown", {}, "add undone",
    ),
}  # fmt: skip

KEPT: dict[str, Case] = {
    "stopped since": ({}, "stopped", {}, "stopped_since"),
    "said stop since": ({}, "stopped", {"said_stop": frozenset({PAIR})}, "opted_out"),
    "their key said stop": ({}, "stopped", {"said_stop": frozenset({PAIR})}, "opted_out"),
    "subscribed before": ({"state": "already"}, "subscribed", {}, "subscribed_before"),
    "wanted by another sync": (
        {}, "subscribed", {"wanted_elsewhere": frozenset({PAIR})}, "wanted_elsewhere",
    ),
    "added anew": ({}, "subscribed", {"added_later": frozenset({PAIR})}, "added_since"),
    "new values": ({"kind": "update", "cause": "changed"}, "subscribed", {}, "values_sent"),
    "an opt-out": ({"kind": "stop", "cause": "opted_out"}, "stopped", {}, "opted_out"),
    "no consent": (
        {"kind": "stop", "cause": "consent_withdrawn"}, "stopped", {}, "consent_withdrawn",
    ),
    "an old number": ({"kind": "stop", "cause": "number_changed"}, "stopped", {}, "number_changed"),
    "taken back": ({"kind": "stop", "cause": "undone"}, "stopped", {}, "undone"),
    "back by themselves": ({"kind": "stop", "cause": "gone"}, "subscribed", {}, "subscribed_again"),
    "left, and said stop": (
        {"kind": "stop", "cause": "gone"}, "stopped", {"said_stop": frozenset({PAIR})}, "opted_out",
    ),
    "forgotten": ({"phone": "", "key": ""}, None, {}, "forgotten"),
}  # fmt: skip

NOTHING = [{"state": state} for state in ("held", "refused", "failed", "not_reached")]


def plan(operation: dict[str, Any], standing: str | None, since: dict[str, Any]) -> InversePlan:
    """Of a run that did one thing."""
    given = {
        "run_id": "run",
        "kind": "add",
        "cause": "new",
        "sender_code": CODE,
        "phone": ANN,
        "key": "C1",
        "state": "confirmed",
        "attempts": 1,
        "before_key": "C1",
        "before_first_name": "Ann",
    } | operation
    empty = {"str": "", "int64": 0, "Int64": pd.NA}
    row = {
        name: [given.get(name, empty[dtype])] for name, dtype in STORED_OPERATIONS.columns.items()
    }
    known = [] if standing is None else [{"phone": ANN, "standing": standing}]
    nobody: frozenset[str] = frozenset()
    facts = {
        "said_stop": nobody,
        "added_later": nobody,
        "wanted_elsewhere": nobody,
    }
    return inverse_plan(
        pd.DataFrame(row).astype(dict(STORED_OPERATIONS.columns)),
        Since(members=members(*known), **(facts | since)),
    )


@pytest.mark.parametrize("case", REVERSED.values(), ids=REVERSED)
def test_what_was_done_is_reversed(case: Case) -> None:
    """An add by a stop, a departure by an add with the values it had; phases as ever."""
    *given, follows = case
    done = plan(*given)
    assert not done.kept and not done.impossible
    (call,) = done.operations.to_dict("records")
    assert f"{call['kind']} {call['cause']}" == follows
    assert call["phase"] == (1 if call["kind"] == Kind.STOP else 3)
    assert call["first_name"] == ("" if call["kind"] == Kind.STOP else "Ann")


@pytest.mark.parametrize("case", KEPT.values(), ids=KEPT)
def test_what_stays_has_a_reason(case: Case) -> None:
    """No stop that somebody gave is taken back, and nothing that has changed since."""
    operation, standing, since, reason = case
    done = plan(operation, standing, since)
    assert done.operations.empty
    impossible = reason in ("values_sent", "number_changed")
    assert (done.impossible if impossible else done.kept) == {reason: 1}
    assert not (done.kept if impossible else done.impossible)


@pytest.mark.parametrize("operation", NOTHING, ids=lambda each: str(each["state"]))
def test_what_was_not_done_is_in_no_list(operation: dict[str, Any]) -> None:
    """A call that never left, or was refused, has nothing to be taken back."""
    done = plan(operation, None, {})
    assert done.operations.empty and not done.kept and not done.impossible


def test_every_cause_has_a_rule() -> None:
    """A new cause of a stop must not be taken back unseen."""
    ruled = {case[0].get("cause", "new") for case in [*REVERSED.values(), *KEPT.values()]}
    assert ruled == {cause.value for cause in Cause}
