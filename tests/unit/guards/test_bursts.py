"""When adds, changed numbers and opt-outs are too many, each at its exact edge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest

from schemas.frames import RELABELLED, STOPS
from schemas.outcomes import Cause
from schemas.sync_keys.guards import Guards
from sendersync.transforms.guards.changed_numbers import changed_numbers
from sendersync.transforms.guards.decision import Candidates, GuardDecision
from sendersync.transforms.guards.guard import Counted, guard
from sendersync.transforms.guards.past import Past
from sendersync.transforms.guards.read_quality import ReadFacts
from tests.builders import frames
from tests.builders.sync_bench import phone

GOOD = ReadFacts(rows=1000, rejected=0, complete=True, first_run=False)
LOADED = Past(first_load=False)


def adds_of(*causes: Cause) -> pd.DataFrame:
    """One add for each cause: `ADDS`."""
    rows = [{"phone": phone(place)} for place in range(len(causes))]
    adds = frames.contacts(*rows).assign(cause=[cause.value for cause in causes])
    return adds.astype({"cause": "str"})


def stops_of(*rows: Mapping[str, str]) -> pd.DataFrame:
    """Stops of these members: `STOPS`."""
    members = frames.members(*rows).reset_index(drop=True)
    stops = members.assign(
        cause=[row["cause"] for row in rows],
        new_phone=[row.get("new_phone", "") for row in rows],
        is_retry_of_lost_stop=False,
    )
    return stops[[*STOPS.names]].astype(dict(STOPS.columns))


def orders(count: int) -> pd.DataFrame:
    """So many stops of people who said so."""
    return stops_of(*({"phone": phone(place), "cause": "opted_out"} for place in range(count)))


def judge(
    counted: Counted,
    guards: Guards | None = None,
    *,
    removals: pd.DataFrame | None = None,
    opt_outs: pd.DataFrame | None = None,
    adds: pd.DataFrame | None = None,
    relabelled: pd.DataFrame | None = None,
    approved: int | None = None,
) -> GuardDecision:
    """What the guards say of these candidates; there are no others."""
    nobody = adds_of()
    candidates = Candidates(
        stops_of() if removals is None else removals,
        stops_of() if opt_outs is None else opt_outs,
        nobody if adds is None else adds,
        nobody[[*RELABELLED.names]] if relabelled is None else relabelled,
        stops_of(),
    )
    return guard(candidates, counted, guards or Guards(), approved)


def named(decision: GuardDecision) -> list[tuple[str, int, int | None]]:
    """Guard, count and limit of each hold."""
    return [(each.guard, each.count, each.limit) for each in decision.reasons]


# adds, members, what is known; the count that is held, or None
ADDS: dict[str, tuple[int, int, dict[str, Any], int | None]] = {
    "as many as always may go": (100, 10, {}, None),
    "one more": (101, 10, {}, 101),
    "the share exactly": (125, 500, {}, None),
    "one above the share": (126, 500, {}, 126),
    "a newsletter that grows": (2_000, 10_000, {}, None),
    "the first load": (3_000, 0, {"first_load": True}, None),
    "after it": (3_000, 0, {}, 3_000),
}


@pytest.mark.parametrize(("count", "members", "known", "held"), ADDS.values(), ids=ADDS)
def test_when_adds_are_too_many(
    count: int, members: int, known: dict[str, Any], held: int | None
) -> None:
    """Above both limits, once the first load is over, all new people wait."""
    adds = adds_of(*[Cause.NEW] * count)
    decision = judge(Counted(members, GOOD, past=Past(**known)), adds=adds)
    assert [(each.guard, each.count) for each in decision.reasons] == (
        [("max_adds", held)] if held else []
    )
    assert (decision.holding("adds", adds.index) != "").sum() == (held or 0)


def test_only_new_people_count_as_adds() -> None:
    """Who was planned before, was asked before, or has only changed, goes on and does not count."""
    adds = adds_of(*[Cause.NEW] * 103, Cause.OWED, Cause.CHANGED)
    planned = adds.iloc[:2][["phone", "sender_code"]]
    decision = judge(Counted(10, GOOD, past=Past(planned=planned)), adds=adds)
    assert named(decision) == [("max_adds", 101, 100)]
    assert (decision.holding("adds", adds.index) == "").tolist() == [
        *[True] * 2, *[False] * 101, True, True,
    ]  # fmt: skip
    three = adds.iloc[:3][["phone", "sender_code"]]
    assert not judge(Counted(10, GOOD, past=Past(planned=three)), adds=adds).holds


def test_a_ceiling_of_removals_releases_no_adds() -> None:
    """`--approve-stops` is for removals alone."""
    adds = adds_of(*[Cause.NEW] * 101)
    assert judge(Counted(1, GOOD), adds=adds, approved=1_000).holds


def test_a_ceiling_releases_removals_and_leaves_the_rest_held() -> None:
    """Departures that are approved go, while the adds of the same night stay for another look."""
    adds, guards = adds_of(*[Cause.NEW] * 101), Guards(max_stops=1, max_stop_share=0)
    removals = stops_of(*({"phone": phone(n), "cause": "gone"} for n in (201, 202)))
    decision = judge(Counted(9, GOOD), guards, removals=removals, adds=adds, approved=2)
    assert named(decision) == [("max_adds", 101, 100)]
    assert [hold.reason.guard for hold in decision.approved] == ["max_stops"]
    assert (decision.holding("stops", removals.index) == "").all()
    assert (decision.holding("adds", adds.index) == "max_adds").all()


def test_what_no_approval_releases_stays_beside_what_one_does() -> None:
    """A read that broke off holds removals, whatever ceiling somebody names."""
    removals = stops_of(*({"phone": phone(n), "cause": "gone"} for n in (1, 2)))
    broken = ReadFacts(rows=1000, rejected=0, complete=False, first_run=False)
    decision = judge(Counted(9, broken), removals=removals, approved=1_000)
    assert [each.guard for each in decision.reasons] == ["incomplete_read"]
    assert not decision.approved and not decision.approvable


def test_an_old_number_waits_though_no_add_takes_its_place() -> None:
    """The new number is subscribed already: too many changes hold the stop of the old one as well."""
    changed = pd.DataFrame({"key": [f"k{n}" for n in range(101)], "sender_code": "1"}, dtype="str")
    removals = stops_of({"phone": phone(1), "cause": "number_changed"})
    decision = judge(Counted(403, GOOD, changed), removals=removals)
    assert decision.holding("stops", removals.index).tolist() == ["max_changes"]


def test_too_many_changed_numbers_hold_adds_and_changes() -> None:
    """Adds, updates, relabels and old numbers wait; departures and opt-outs go."""
    changed = pd.DataFrame({"key": [f"k{n}" for n in range(101)], "sender_code": "1"}, dtype="str")
    removals = stops_of(
        {"phone": phone(1), "cause": "number_changed"}, {"phone": phone(2), "cause": "gone"}
    )
    adds = adds_of(Cause.NEW, Cause.CHANGED, Cause.OWED)
    relabelled = adds[[*RELABELLED.names]]
    said = {"removals": removals, "adds": adds, "relabelled": relabelled, "opt_outs": orders(1)}
    decision = judge(Counted(404, GOOD, changed), **said)
    assert not decision.holds, "101 of 404 is not above a quarter"
    decision = judge(Counted(403, GOOD, changed), **said)
    assert named(decision) == [("max_changes", 101, 100)]
    assert decision.holding("stops", removals.index).tolist() == ["max_changes", ""]
    assert (decision.holding("adds", adds.index) == "max_changes").all()
    assert (decision.holding("relabelled", relabelled.index) == "max_changes").all()
    assert not decision.holds_opt_outs
    assert not judge(Counted(10, GOOD, changed.iloc[:100]), **said).holds


# opt-outs, members, rows that say stop of 1000, first load; what is counted
OPT_OUTS: dict[str, tuple[int, int, int, bool, list[tuple[str, int, int]]]] = {
    "as many as always go": (25, 25, 25, False, []),
    "one more, of few": (26, 129, 26, False, [("max_opt_outs", 26, 25)]),
    "one more, a fifth exactly": (26, 130, 26, False, []),
    "old stops of a file": (0, 100, 900, False, []),
    "the same at the first load": (0, 0, 900, True, [("max_opt_outs", 900, 200)]),
    "a fifth of the first load": (0, 0, 200, True, []),
    "one more at the first load": (0, 0, 201, True, [("max_opt_outs", 201, 200)]),
}


@pytest.mark.parametrize(
    ("count", "members", "rows", "first", "held"), OPT_OUTS.values(), ids=OPT_OUTS
)
def test_when_opt_outs_are_a_burst(
    count: int, members: int, rows: int, first: bool, held: list[tuple[str, int, int]]
) -> None:
    """People subscribed against the members; until the first load is over, rows against rows."""
    read = ReadFacts(1000, 0, complete=True, first_run=first, opt_out_rows=rows)
    opt_outs, adds = orders(count), adds_of(Cause.NEW, Cause.CHANGED)
    counted = Counted(members, read, past=Past(first_load=first))
    decision = judge(counted, opt_outs=opt_outs, adds=adds)
    assert named(decision) == held
    assert decision.holds_opt_outs == bool(held)
    assert (decision.holding("stops", opt_outs.index) != "").all() == (bool(held) or not count)
    assert (decision.holding("adds", adds.index) != "").all() == bool(held)


def test_an_old_number_is_not_stopped_while_the_new_one_is_held() -> None:
    """Whoever holds adds holds the stops that wait for them: nobody loses their texts by it."""
    removals = stops_of(
        {"key": "a", "phone": phone(90), "cause": "number_changed", "new_phone": phone(0)},
        {"key": "b", "phone": phone(91), "cause": "gone"},
    )
    adds = adds_of(Cause.NEW).assign(key="a").astype({"key": "str"})
    opt_outs = orders(26).set_axis(pd.RangeIndex(10, 36))  # stops of one plan, as the removals are
    decision = judge(Counted(26, GOOD), opt_outs=opt_outs, adds=adds, removals=removals)
    assert decision.holding("stops", removals.index).tolist() == ["max_opt_outs", ""]
    assert (decision.holding("stops", opt_outs.index) == "max_opt_outs").all()


def test_a_missing_canary_holds_adds_and_removals() -> None:
    """Opt-outs go; a ceiling of removals does not release the rest."""
    read = ReadFacts(1000, 0, complete=True, first_run=False, missing_canaries=(2,))
    removals = stops_of({"phone": phone(1), "cause": "gone"})
    adds = adds_of(Cause.NEW)
    decision = judge(Counted(9, read, canaries=3), removals=removals, adds=adds, approved=99)
    (reason,) = decision.reasons
    assert (reason.guard, reason.count) == ("canaries", 1)
    assert "number 2 of the list" in reason.text
    assert decision.holding("stops", removals.index).tolist() == ["canaries"]
    assert decision.holding("adds", adds.index).tolist() == ["canaries"]


# members, contacts of today; how many have another number
CHANGES: dict[str, tuple[list[dict[str, str]], list[dict[str, Any]], int]] = {
    "the same": ([{"key": "a", "phone": phone(1)}], [{"key": "a", "phone": phone(1)}], 0),
    "another": ([{"key": "a", "phone": phone(1)}], [{"key": "a", "phone": phone(2)}], 1),
    "nobody known": ([], [{"key": "a", "phone": phone(2)}], 0),
    "a phone as the key": ([{"phone": phone(1)}], [{"phone": phone(2)}], 0),
    "stopped before": (
        [{"key": "a", "phone": phone(1), "standing": "stopped"}],
        [{"key": "a", "phone": phone(2)}],
        0,
    ),
    "says stop": (
        [{"key": "a", "phone": phone(1)}],
        [{"key": "a", "phone": phone(2), "opted_out": True}],
        0,
    ),
    "without consent": (
        [{"key": "a", "phone": phone(1)}],
        [{"key": "a", "phone": phone(2), "consent": False}],
        1,
    ),
    "shifted, without a call": (
        [{"key": "a", "phone": phone(1)}, {"key": "b", "phone": phone(2)}],
        [{"key": "a", "phone": phone(2)}, {"key": "b", "phone": phone(1)}],
        2,
    ),
    "one of two rows still has it": (
        [{"key": "a", "phone": phone(1)}],
        [{"key": "a", "phone": phone(2)}, {"key": "a", "phone": phone(1)}],
        0,
    ),
    "the same handset in an older spelling": (
        [{"key": "a", "phone": "+22997010101"}],
        [{"key": "a", "phone": "+2290197010101"}],
        0,
    ),
    "another sender code": (
        [{"key": "a", "phone": phone(1)}],
        [{"key": "a", "phone": phone(2), "sender_code": "777"}],
        0,
    ),
}


@pytest.mark.parametrize(("before", "today", "count"), CHANGES.values(), ids=CHANGES)
def test_whose_number_has_changed(
    before: list[dict[str, str]], today: list[dict[str, Any]], count: int
) -> None:
    """A known key none of whose numbers of today is the ledger's, once a person."""
    assert len(changed_numbers(frames.members(*before), frames.contacts(*today))) == count
