"""In which order operations go, what becomes of a stop, and what is listed as held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from schemas.frames import OPERATIONS, RELABELLED
from schemas.outcomes import Cause
from schemas.report import PlanCount
from schemas.sync_file import Guards, Removals
from sendersync.transforms.diff import Diff
from sendersync.transforms.guards.guard import Counted
from sendersync.transforms.guards.past import Past
from sendersync.transforms.guards.read_quality import ReadFacts
from sendersync.transforms.plan import Leaving, Plan, make_plan
from sendersync.transforms.readings.changes import reading_changes
from tests.builders import frames
from tests.builders.sync_bench import phone
from tests.unit.guards.test_bursts import GOOD, stops_of

CHANGED_NUMBERS = pd.DataFrame(
    {"key": [f"k{n}" for n in range(101)], "sender_code": "1"}, dtype="str"
)
"""More than always may change."""


def difference(
    stops: Iterable[Mapping[str, Any]] = (),
    adds: Iterable[Mapping[str, Any]] = (),
    relabelled: Iterable[Mapping[str, Any]] = (),
    unchanged: int = 0,
) -> Diff:
    """What `diff` might find; stops are at 10, 20 and so on, as some of many members are."""
    given = [{"phone": phone(500 + place), **row} for place, row in enumerate(stops)]
    left = stops_of(*given).assign(
        is_retry_of_lost_stop=[bool(row.get("asked_before")) for row in given]
    )
    new = [{"phone": phone(place), "cause": "new", **row} for place, row in enumerate(adds)]
    found = frames.contacts(*new).assign(cause=[row["cause"] for row in new])
    same = frames.contacts(*({"phone": phone(900 + place)} for place in range(unchanged)))
    return Diff(
        adds=found.astype({"cause": "str"}),
        unchanged=same,
        stops=left.set_axis(pd.Index([10 * n for n in range(1, 1 + len(left))], dtype="int64")),
        relabelled=frames.contacts(*relabelled)[[*RELABELLED.names]],
        kept=3,
    )


def plan_of(found: Diff, read: ReadFacts = GOOD, **how: Any) -> Plan:
    """The plan, with limits that nothing here reaches unless they are given."""
    nobody = pd.Series(data=False, index=found.stops.index, dtype=bool)
    given = {
        "wanted_elsewhere": nobody,
        "counted": Counted(members=100, read=read),
        "guards": Guards(),
        "removals": Removals.STOP,
        **how,
    }
    return make_plan(found, **given)


def flagged(found: Diff, *flags: bool) -> pd.Series[bool]:
    """One flag for each stop, in another order than the stops: what counts is the index."""
    return pd.Series([*flags], index=found.stops.index, dtype=bool)[::-1]


def test_the_order_in_which_operations_go() -> None:
    """Stops of people who said so, departures, adds as the source has them, old numbers."""
    found = difference(
        stops=[
            {"cause": cause}
            for cause in ("number_changed", "consent_withdrawn", "opted_out", "gone", "opted_out")
        ],
        adds=[{"cause": cause} for cause in ("owed", "changed", "new")],
    )
    plan = plan_of(found)
    assert plan.operations[["phase", "kind", "cause", "phone"]].to_numpy().tolist() == [
        [1, "stop", "opted_out", phone(502)],
        [1, "stop", "opted_out", phone(504)],
        [2, "stop", "consent_withdrawn", phone(501)],
        [2, "stop", "gone", phone(503)],
        [3, "add", "owed", phone(0)],
        [3, "update", "changed", phone(1)],
        [3, "add", "new", phone(2)],
        [4, "stop", "number_changed", phone(500)],
    ]
    assert plan.operations.index.tolist() == [*range(8)]
    assert plan.held.empty


# each person's stop; whether another sync wants them, has yet to be read, missed them before
PEOPLE: dict[str, tuple[dict[str, Any], str]] = {
    "left": ({"cause": "gone"}, ""),
    "left, wanted elsewhere": ({"cause": "gone"}, "wanted"),
    "left, wanted elsewhere, to be read": ({"cause": "gone"}, "wanted to_be_read"),
    "left, to be read": ({"cause": "gone"}, "to_be_read"),
    "left before": ({"cause": "gone"}, "noticed"),
    "left before, to be read": ({"cause": "gone"}, "to_be_read noticed"),
    "withdrew consent": ({"cause": "consent_withdrawn"}, ""),
    "old number": ({"cause": "number_changed"}, ""),
    "said stop": ({"cause": "opted_out"}, ""),
    "said stop, wanted elsewhere": ({"cause": "opted_out"}, "wanted"),
    "said stop, to be read": ({"cause": "opted_out"}, "to_be_read noticed"),
    "asked before": ({"cause": "gone", "asked_before": True}, ""),
    "asked before, wanted elsewhere": ({"cause": "gone", "asked_before": True}, "wanted"),
    "asked before, to be read": ({"cause": "gone", "asked_before": True}, "to_be_read"),
    "left, planned elsewhere": ({"cause": "gone"}, "planned"),
    "left before, planned elsewhere": ({"cause": "gone"}, "planned noticed"),
    "no consent, planned elsewhere": ({"cause": "consent_withdrawn"}, "planned"),
    "asked before, planned elsewhere": ({"cause": "gone", "asked_before": True}, "planned"),
}
LEFT = {"left", "left, to be read", "withdrew consent", "old number"}
PLANNED = {name for name, (_, flags) in PEOPLE.items() if "planned" in flags}
STILL_TO_BE_READ = {"left before, to be read"} | PLANNED
ELSEWHERE = {
    "left, wanted elsewhere",
    "left, wanted elsewhere, to be read",
    "asked before, wanted elsewhere",
}
IN_DOUBT = LEFT | {"left before"} | ELSEWHERE
SAID = {"said stop", "said stop, wanted elsewhere", "said stop, to be read"}
ASKED = {"asked before", "asked before, to be read"}

STRICT = {"guards": Guards(max_stops=0, max_stop_share=0)}
FEW_ROWS = {"guards": Guards(min_rows=2000)}
OTHER_READING = {"reading": reading_changes({"default_country": "US"}, {"default_country": "IN"})}
CHANGES_ONLY = {"incremental": True}

# what is known of the read, how the plan is made; who goes, who is held, and what else
NIGHTS: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, set[str]]]] = {
    "nothing is wrong": (
        {},
        {},
        {
            "goes": LEFT - {"left, to be read"} | {"left before"} | SAID | ASKED,
            "released": ELSEWHERE,
            "waits": {"left, to be read"} | STILL_TO_BE_READ,
        },
    ),
    "above the limit": (
        {},
        STRICT,
        {
            "goes": {"left before"} | SAID | ASKED,
            "held": LEFT,
            "waits": STILL_TO_BE_READ,
        },
    ),
    "more than half rejected": (
        {"rejected": 501}, {}, {"goes": SAID | ASKED, "held": IN_DOUBT, "waits": STILL_TO_BE_READ},
    ),
    "a canary is missing": (
        {"missing_canaries": (1,)}, {}, {"goes": SAID | ASKED, "held": IN_DOUBT, "waits": STILL_TO_BE_READ},
    ),
    "not read to its end": (
        {"complete": False}, {}, {"goes": SAID, "held": IN_DOUBT | ASKED, "waits": STILL_TO_BE_READ},
    ),
    "too few rows": ({}, FEW_ROWS, {"goes": SAID, "held": IN_DOUBT | ASKED, "waits": STILL_TO_BE_READ}),
    "a first run": ({"first_run": True}, {}, {"goes": SAID}),
    "only changes": (CHANGES_ONLY, {}, {"goes": SAID | ASKED}),
    "only a few changes": (CHANGES_ONLY, FEW_ROWS, {"goes": SAID | ASKED}),
    "changes, not to their end": (CHANGES_ONLY | {"complete": False}, {}, {"goes": SAID}),
    "another reading": (OTHER_READING, {}, {"held": SAID}),
    "removals: keep": (
        {},
        {"removals": Removals.KEEP},
        {"goes": SAID | {"withdrew consent", "old number"}, "waits": {"no consent, planned elsewhere"}},
    ),
    "an import": ({}, {"may_stop": False}, {}),
}  # fmt: skip


def fates(who: Iterable[str], facts: dict[str, Any], how: dict[str, Any]) -> dict[str, set[str]]:
    """What becomes of these people's stops; the plan must know how many it says nothing about."""
    people = [*who]
    found = difference(stops=[{"key": name, **PEOPLE[name][0]} for name in people])
    wanted, waits, noticed, planned = (
        flagged(found, *(flag in PEOPLE[name][1] for name in people))
        for flag in ("wanted", "to_be_read", "noticed", "planned")
    )
    how = {"wanted_elsewhere": wanted, "planned_elsewhere": planned, **how}
    plan = plan_of(found, replace(GOOD, **facts), leaving=Leaving(waits, noticed), **how)
    assert {*plan.planned_elsewhere["phone"]} <= {*plan.waiting["phone"]}
    key_of = dict(zip(found.stops["phone"], people, strict=True))
    rows = {
        "goes": plan.operations,
        "held": plan.held,
        "released": plan.released,
        "waits": plan.waiting,
    }
    met = {fate: {key_of[each] for each in frame["phone"]} for fate, frame in rows.items()}
    assert sum(map(len, rows.values())) + plan.undecided == len(people)
    return {fate: names for fate, names in met.items() if names}


@pytest.mark.parametrize(("facts", "how", "expected"), NIGHTS.values(), ids=NIGHTS)
def test_what_becomes_of_a_stop(
    facts: dict[str, Any], how: dict[str, Any], expected: dict[str, set[str]]
) -> None:
    """It goes, is held, is released to another sync, or waits for one; or nothing is said of it."""
    assert fates(PEOPLE, facts, how) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, {"released": ELSEWHERE}),
        ({"rejected": 501}, {"held": ELSEWHERE}),
        ({"missing_canaries": (1,)}, {"held": ELSEWHERE}),
        ({"complete": False}, {"held": ELSEWHERE}),
    ],
)
def test_a_doubted_read_holds_releases_too(
    facts: dict[str, Any], expected: dict[str, set[str]]
) -> None:
    """Who is still wanted elsewhere is released by a read that proves it, or else a person is asked."""
    assert fates(ELSEWHERE, facts, {}) == expected


# causes of people whom nobody else has, and of those whom another sync has; an approval; what follows
HALF_THE_ROWS: dict[str, tuple[list[str], list[str], int | None, tuple[int, int, int]]] = {
    "all in another list": ([], ["gone"] * 12, None, (0, 12, 0)),
    "some in another list": (["gone"] * 6, ["gone"] * 6, None, (0, 12, 0)),
    "approved": (["gone"] * 6, ["gone"] * 6, 6, (6, 0, 6)),
    "few": (["gone"] * 6, [], None, (6, 0, 0)),
    "few in all": (["gone"] * 5, ["gone"] * 5, None, (5, 0, 5)),
    "their rows are there": ([], ["number_changed"] * 12, None, (0, 0, 12)),
}


@pytest.mark.parametrize(
    ("own", "shared", "approved", "expected"), HALF_THE_ROWS.values(), ids=HALF_THE_ROWS
)
def test_half_the_rows_prove_nothing(
    own: list[str], shared: list[str], approved: int | None, expected: tuple[int, int, int]
) -> None:
    """Whoever is missing counts, also who is left to another list: stopped, held, released."""
    found = difference(stops=[{"cause": cause} for cause in own + shared])
    wanted = flagged(found, *[False] * len(own), *[True] * len(shared))
    counted = Counted(100, GOOD, past=Past(full_reads=(2 * GOOD.rows,)))
    plan = plan_of(found, wanted_elsewhere=wanted, counted=counted, approved=approved)
    assert (len(plan.operations), len(plan.held), len(plan.released)) == expected
    assert set(plan.held["held_by"]) <= {"max_rows_drop"}


def test_nobody_is_released_beside_a_held_stop() -> None:
    """A read whose departures wait proves no release either."""
    found = difference(stops=[{"cause": "gone"}, {"cause": "gone"}, {"cause": "gone"}])
    how: dict[str, Any] = {"wanted_elsewhere": flagged(found, False, True, False)}
    plan = plan_of(found, **how)
    assert plan.released.to_numpy().tolist() == [[frames.CODE, phone(501)]]
    plan = plan_of(found, **how, **STRICT)
    assert (len(plan.held), len(plan.released), plan.undecided) == (2, 0, 1)


@pytest.mark.parametrize(
    ("stop", "recorded", "held"),
    [({}, False, True), ({}, True, False), ({"asked_before": True}, False, False)],
    ids=["a new stop", "on record", "asked before"],
)
def test_no_guard_asks_about_a_stop_again(stop: dict[str, Any], recorded: bool, held: bool) -> None:
    """A burst of stops is of those that no earlier run has let go."""
    found = difference(stops=[{"cause": "opted_out"}, {"cause": "opted_out", **stop}])
    guards = Guards(max_opt_outs=1, max_opt_out_share=0)
    plan = plan_of(found, guards=guards, recorded=flagged(found, False, recorded))
    assert plan.held["held_by"].tolist() == ["max_opt_outs"] * 2 * held
    if not stop:
        assert len(plan_of(found, guards=guards).held) == 2, "nothing is on record"


def test_what_is_held_is_listed_as_it_would_go() -> None:
    """Stops, adds and new keys, with the guards that hold each; a changed key has no call."""
    found = difference(
        stops=[
            {"key": "a", "cause": "number_changed", "new_phone": phone(0)},
            {"key": "b", "cause": "opted_out"},
        ],
        adds=[{"key": "a", "first_name": "Ann"}, {"key": "c", "cause": "changed"}],
        relabelled=[{"key": "d", "phone": phone(8)}],
        unchanged=2,
    )
    plan = plan_of(found, counted=Counted(100, GOOD, changed=CHANGED_NUMBERS))
    shown = ["kind", "cause", "key", "phone", "phase", "new_phone", "first_name", "held_by"]
    assert plan.held[shown].to_numpy().tolist() == [
        ["stop", "number_changed", "a", phone(500), 4, phone(0), "", "max_changes"],
        ["add", "new", "a", phone(0), 3, "", "Ann", "max_changes"],
        ["update", "changed", "c", phone(1), 3, "", "", "max_changes"],
        ["relabel", "number_changed", "d", phone(8), 3, "", "", "max_changes"],
    ]
    assert plan.held.index.tolist() == [*range(4)]
    assert plan.held["country"].tolist() == ["US", "US", "US", ""]
    assert not plan.held["is_retry_of_lost_stop"].any()
    assert not plan.held["line"].any()
    assert plan.operations["key"].tolist() == ["b"]
    assert plan.relabelled.empty
    assert plan.counts() == PlanCount(stop=1, unchanged=2, held=3)
    assert (plan.kept, plan.undecided) == (3, 0)


def test_what_no_guard_holds_is_counted_by_kind() -> None:
    """Adds, stops and updates, with those who wait; a new key is on record at once."""
    found = difference(
        stops=[{"cause": "gone"}, {"cause": "gone"}, {"cause": "gone", "asked_before": True}],
        adds=[{}, {}, {}, {"cause": "changed"}],
        relabelled=[{"key": "d", "phone": phone(8)}],
        unchanged=5,
    )
    waits = flagged(found, True, False, False)
    plan = plan_of(replace(found, values_differ=2), leaving=Leaving(waits, waits & False))
    assert plan.values_differ == 2
    assert plan.counts() == PlanCount(add=3, stop=2, update=1, unchanged=5, waiting=1)
    assert plan.waiting.to_numpy().tolist() == [[frames.CODE, phone(500)]]
    assert plan.relabelled["key"].tolist() == ["d"]
    asked_again = plan.operations["is_retry_of_lost_stop"]
    assert plan.operations.loc[asked_again, "phone"].tolist() == [phone(502)]
    assert [*plan.operations.columns] == [*OPERATIONS.names]


def test_what_a_person_approved_goes() -> None:
    """A ceiling of removals is enough for all of them or for none."""
    found = difference(stops=[{"cause": "gone"}, {"cause": "gone"}])
    assert plan_of(found, **STRICT, approved=2).counts() == PlanCount(stop=2)
    assert plan_of(found, **STRICT, approved=1).counts() == PlanCount(held=2)
    assert [each.count for each in plan_of(found, **STRICT).decision.reasons] == [2]


def test_a_changed_number_counts_against_tonight() -> None:
    """Causes are judged by themselves: one departure beside many old numbers goes."""
    found = difference(stops=[{"cause": "gone"}, *[{"cause": "number_changed"}] * 11])
    plan = plan_of(found)
    assert plan.operations["cause"].tolist() == [Cause.GONE]
    assert set(plan.held["held_by"]) == {"max_stops"}
