"""What `retry` asks again, by the rule of each reason."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from schemas.frames import STORED_OPERATIONS
from sendersync.transforms.corrections.ask_again import AskAgain, ask_again
from tests.builders.frames import members
from tests.builders.sync_files import CODE

ANN = "+12065550101"
STOP = {"kind": "stop", "cause": "opted_out"}
GONE = {"kind": "stop", "cause": "gone"}

Case = tuple[dict[str, Any], str | None, dict[str, bool]]
"""An operation, the member's standing now (None: nobody), what else has happened."""

AGAIN: dict[str, Case] = {
    "an add that failed": ({"state": "failed"}, None, {}),
    "an add without an answer": ({"state": "unknown"}, "unsure", {}),
    "an add in unknown words": ({"state": "refused", "maybe_done": 1}, "unsure", {}),
    "an update that failed": (
        {"kind": "update", "cause": "changed", "state": "failed"}, "subscribed", {},
    ),
    "a stop without proof": ({**STOP, "state": "unknown"}, "stop_unknown", {}),
    "a stop that failed": ({**STOP, "state": "failed"}, "subscribed", {}),
    "a stop that was refused": ({**STOP, "state": "refused"}, "subscribed", {}),
    "a stop of somebody else's member": ({**STOP, "state": "failed"}, None, {}),
    "an old run's unproven stop": ({**GONE, "state": "unknown"}, "stopping", {"newest": False}),
    "an old run's opt-out": ({**STOP, "state": "failed"}, "subscribed", {"newest": False}),
    "an opt-out on the list": ({**STOP, "state": "unknown"}, "stop_unknown", {"said_stop": True}),
}  # fmt: skip

LEFT: dict[str, tuple[dict[str, Any], str | None, dict[str, bool], str]] = {
    "a row that is wrong": ({"state": "refused"}, None, {}, "refused"),
    "an old run's add": ({"state": "failed"}, None, {"newest": False}, "newer_run"),
    "an old run's departure": (
        {**GONE, "state": "failed"}, "subscribed", {"newest": False}, "newer_run",
    ),
    "who said stop": ({"state": "failed"}, None, {"said_stop": True}, "opted_out"),
    "who was taken back": ({"state": "unknown"}, "stopped", {"undone": True}, "undone"),
    "an add that is done by now": ({"state": "unknown"}, "subscribed", {}, "settled_since"),
    "a stop that is proven by now": ({**STOP, "state": "unknown"}, "stopped", {}, "settled_since"),
    "who was forgotten": ({"state": "failed", "phone": ""}, None, {}, "forgotten"),
}  # fmt: skip


def decide(operation: dict[str, Any], standing: str | None, facts: dict[str, bool]) -> AskAgain:
    """Of a run in which one call ended badly."""
    given = {"kind": "add", "cause": "new", "sender_code": CODE, "phone": ANN, "key": "C1"}
    given |= operation
    empty = {"str": "", "int64": 0, "Int64": pd.NA}
    row = {
        name: [given.get(name, empty[dtype])] for name, dtype in STORED_OPERATIONS.columns.items()
    }
    known = [] if standing is None else [{"phone": ANN, "standing": standing}]
    return ask_again(
        pd.DataFrame(row).astype(dict(STORED_OPERATIONS.columns)),
        members(*known),
        said_stop=pd.Series([facts.get("said_stop", False)]),
        undone=pd.Series([facts.get("undone", False)]),
        newest=facts.get("newest", True),
    )


@pytest.mark.parametrize("case", AGAIN.values(), ids=AGAIN)
def test_it_is_asked_again(case: Case) -> None:
    """Stops until they are proven; adds that may be repeated, of the newest run."""
    done = decide(*case)
    assert not done.left
    (call,) = done.operations.to_dict("records")
    assert call["kind"] == case[0].get("kind", "add")
    assert call["is_retry_of_lost_stop"] == (case[1] in ("stop_unknown", "stopping"))


@pytest.mark.parametrize("case", LEFT.values(), ids=LEFT)
def test_it_is_not_asked_again(
    case: tuple[dict[str, Any], str | None, dict[str, bool], str],
) -> None:
    """Nobody is added against an order, against a newer decision, or with a row that is wrong."""
    *given, reason = case
    done = decide(*given)
    assert done.operations.empty and done.left == {reason: 1}


@pytest.mark.parametrize("state", ["confirmed", "already", "not_reached", "held", "intent"])
def test_what_ended_well_is_not_asked_for(state: str) -> None:
    """Done is done, and what was never sent is the next run's."""
    done = decide({"state": state}, "subscribed", {})
    assert done.operations.empty and not done.left
