"""When most new people turn out to be subscribed: what it takes, and what waits for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from schemas.outcomes import Cause
from schemas.report import HoldReason
from sendersync.transforms.guards.already_subscribed import (
    already_subscribed,
    count_in,
    mostly_already,
)
from sendersync.transforms.guards.guard import Counted
from tests.unit.guards.test_bursts import GOOD, adds_of, judge


@pytest.mark.parametrize(
    ("answered", "already", "mostly"),
    [(49, 49, False), (50, 25, False), (50, 26, True), (1000, 500, False), (1001, 501, True)],
)
def test_when_most_people_are_subscribed_already(answered: int, already: int, mostly: bool) -> None:
    """More than half of at least fifty answers."""
    assert mostly_already(answered, already) is mostly


@pytest.mark.parametrize(
    ("answered", "already", "mostly"),
    [
        *[(2, 2, False), (3, 2, False), (3, 3, True), (4, 3, True), (5, 3, True), (6, 3, False)],
        *[(7, 4, True), (20, 10, False), (21, 11, True), (1000, 500, False), (1001, 501, True)],
    ],
)
def test_a_first_load_holds_sooner(answered: int, already: int, mostly: bool) -> None:
    """More than half of the answers, and at least three people."""
    assert mostly_already(answered, already, first_load=True) is mostly


def test_what_is_said_when_most_are_subscribed_already() -> None:
    """It is another state than before, or somebody else adds too: both are for a person."""
    assert already_subscribed(1501, 1200) == HoldReason(
        *("already_subscribed", 1200, 0.7995, 750),
        "1,200 of 1,501 people were subscribed already, though this state never added them: it is "
        "another state than before, or the account has subscribers from elsewhere. No further add "
        "was sent. If SENDERSYNC_STATE is right, `sendersync adopt` records them without a call, "
        "or approve the plan.",
    )


OTHERS: list[Any] = [{"guard": "max_adds", "count": 5}, "The words of an older version."]


@pytest.mark.parametrize(
    ("report", "count"),
    [
        ({}, 0),
        ({"held_because": OTHERS}, 0),
        ({"held_because": [*OTHERS, {"guard": "already_subscribed", "count": 60}]}, 60),
    ],
)
def test_how_many_an_earlier_run_met(report: dict[str, Any], count: int) -> None:
    """As its report tells, also one of an older version."""
    assert count_in(report) == count


def test_new_people_wait_until_somebody_has_decided() -> None:
    """After a run that met people subscribed already, changes go and nobody new is added."""
    adds = adds_of(Cause.CHANGED, Cause.NEW, Cause.OWED, Cause.NEW)
    decision = judge(Counted(9, replace(GOOD, already_before=60)), adds=adds)
    held = (decision.holding("adds", adds.index) == "already_subscribed").tolist()
    assert held == [False, True, False, True]
    assert not judge(Counted(9, GOOD), adds=adds).holds
    assert not judge(Counted(9, replace(GOOD, already_before=60)), adds=adds.iloc[:1]).holds
