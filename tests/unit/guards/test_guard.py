"""When removals go, and when they wait for a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from schemas.frames import RELABELLED, STOPS
from schemas.outcomes import Cause
from schemas.report import NEEDS_BETTER_READ, HoldReason
from schemas.sync_keys.guards import Guards
from sendersync.transforms.guards.decision import Candidates, GuardDecision
from sendersync.transforms.guards.guard import Counted, guard
from sendersync.transforms.guards.read_quality import ReadFacts
from sendersync.transforms.unattributable import (
    newly_unattributable,
    number_duplicates,
    unattributable,
)
from tests.builders import frames
from tests.builders.sync_bench import phone

GONE, CONSENT, NUMBER = Cause.GONE, Cause.CONSENT_WITHDRAWN, Cause.NUMBER_CHANGED
GOOD = ReadFacts(rows=1000, rejected=0, complete=True, first_run=False)


def stops_of(removals: Mapping[Cause, int]) -> pd.DataFrame:
    """So many stops of each cause: `STOPS`."""
    rows = [
        {"phone": phone(place), "cause": cause.value}
        for place, cause in enumerate(cause for cause, n in removals.items() for _ in range(n))
    ]
    members = frames.members(*rows).reset_index(drop=True)
    stops = members.assign(
        cause=[row["cause"] for row in rows], new_phone="", is_retry_of_lost_stop=False
    )
    return stops[[*STOPS.names]].astype(dict(STOPS.columns))


def judge(
    removals: Mapping[Cause, int],
    members: int,
    read: ReadFacts,
    guards: Guards,
    approved: int | None = None,
) -> GuardDecision:
    """What the guards say of so many removals by cause, and of nothing else."""
    stops = stops_of(removals)
    nothing = frames.contacts().assign(cause="").astype({"cause": "str"})
    nobody, no_keys = stops.iloc[:0], nothing[[*RELABELLED.names]]
    candidates = Candidates(stops, nobody, nothing, no_keys, releases=nobody)
    return guard(candidates, Counted(members, read), guards, approved)


def held_causes(removals: Mapping[Cause, int], decision: GuardDecision) -> set[str]:
    """Causes that the decision holds."""
    stops = stops_of(removals)
    return set(stops.loc[decision.holding("stops", stops.index) != "", "cause"])


# removals, members, read, approved; held causes, approvable
CASES: dict[str, tuple[dict[Cause, int], int, dict[str, Any], int | None, set[Cause], bool]] = {
    "nothing to remove, whatever the read": ({}, 9, {"complete": False}, None, set(), True),
    "few": ({GONE: 10}, 20, {}, None, set(), True),
    "many, but a small share": ({GONE: 50}, 1000, {}, None, set(), True),
    "one more than both allow": ({GONE: 51}, 1000, {}, None, {GONE}, True),
    "a large share, but few": ({GONE: 10}, 10, {}, None, set(), True),
    "eleven of eleven": ({GONE: 11}, 11, {}, None, {GONE}, True),
    "each cause by itself": ({GONE: 3, NUMBER: 40}, 100, {}, None, {NUMBER}, True),
    "together over, each below": ({GONE: 8, NUMBER: 8, CONSENT: 8}, 100, {}, None, set(), True),
    "approved exactly": ({GONE: 41}, 100, {}, 41, set(), True),
    "approved one too few": ({GONE: 41}, 100, {}, 40, {GONE}, True),
    "approved counts what is held only": ({GONE: 3, NUMBER: 40}, 100, {}, 40, set(), True),
    "approved is the sum of what is held": (
        {GONE: 20, NUMBER: 40}, 100, {}, 40, {GONE, NUMBER}, True,
    ),
    "approved 0": ({GONE: 41}, 100, {}, 0, {GONE}, True),
    "incomplete": ({GONE: 1}, 100, {"complete": False}, 99, {GONE}, False),
    "cut short": ({GONE: 1}, 100, {"complete": False, "cut_short": True}, 9, {GONE}, False),
    "empty": ({GONE: 1}, 100, {"rows": 0}, 99, {GONE}, False),
    "half the rows rejected": ({GONE: 1}, 100, {"rejected": 500}, None, set(), True),
    "more than half rejected": (
        {GONE: 1, NUMBER: 1}, 100, {"rejected": 501}, None, {GONE, NUMBER}, True,
    ),
    "more than half rejected, approved": ({GONE: 1}, 100, {"rejected": 501}, 1, set(), True),
    "a row that names nobody": ({GONE: 1}, 100, {"unattributable": 1}, None, {GONE}, True),
    "a row that names nobody, approved": ({GONE: 1}, 100, {"unattributable": 1}, 1, set(), True),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_is_held(case: Any) -> None:
    """Which causes wait, whether approval helps, and one sentence for each reason."""
    removals, members, facts, approved, held, approvable = case
    decision = judge(removals, members, replace(GOOD, **facts), Guards(), approved)
    assert held_causes(removals, decision) == held
    assert decision.approvable == approvable
    guards = {reason.guard for reason in decision.reasons}
    assert NEEDS_BETTER_READ.isdisjoint(guards) == approvable, "what reports go by"
    assert bool(decision.reasons) == bool(held)


def test_an_approval_that_is_too_small_says_so() -> None:
    """Whoever approved five of 41 must not wonder why none went."""
    reason = judge({GONE: 41}, 100, GOOD, Guards(), 5).reasons[-1]
    assert reason.text == "An approval of 5 is too few for these 41: all stay held."
    assert (reason.guard, reason.count, reason.limit) == ("approve_stops", 41, 5)


def test_too_few_rows_cannot_be_approved() -> None:
    """Below `min_rows` nothing is concluded, whatever a person says."""
    decision = judge({GONE: 1}, 100, GOOD, Guards(min_rows=1001), 99)
    assert held_causes({GONE: 1}, decision) == {GONE}
    assert not decision.approvable
    assert not judge({GONE: 1}, 100, GOOD, Guards(min_rows=1000)).holds


def test_a_cut_file_says_so() -> None:
    """What looks cut off is told with its rows, and by another name than a read that broke off."""
    read = replace(GOOD, complete=False, cut_short=True)
    said = "The file looks cut off at a limit, so it is not known who has left."
    (reason,) = judge({GONE: 1}, 100, read, Guards()).reasons
    assert reason == HoldReason("cut_short", 1000, None, None, said)


def test_an_empty_source_is_held_though_no_row_is_needed() -> None:
    """`min_rows: 0` does not make an empty file prove anything."""
    decision = judge({GONE: 1}, 100, replace(GOOD, rows=0), Guards(min_rows=0))
    assert held_causes({GONE: 1}, decision) == {GONE}


def test_strict_guards_hold_the_first_removal() -> None:
    """With both limits at 0 a single departure waits."""
    decision = judge({GONE: 1}, 100, GOOD, Guards(max_stops=0, max_stop_share=0))
    assert held_causes({GONE: 1}, decision) == {GONE}


@pytest.mark.parametrize("rejected", [0, 1])
def test_no_reject_may_be_the_limit(rejected: int) -> None:
    """With `max_reject_share: 0` a single reject holds the removals of its read."""
    read = replace(GOOD, rejected=rejected)
    assert bool(judge({GONE: 1}, 100, read, Guards(max_reject_share=0)).holds) == bool(rejected)


@pytest.mark.parametrize(
    ("share", "members", "goes"),
    [(0.29, 100, 29), (0.57, 100, 57), (0.07, 100, 7), (0.1, 30, 3), (1e-05, 100_000, 1)],
)
def test_shares_are_counted_in_integers(share: float, members: int, goes: int) -> None:
    """29 of 100 is not above 0.29, though 0.29 * 100 is less than 29 in floating point."""
    guards = Guards(max_stops=0, max_stop_share=share)
    assert not judge({GONE: goes}, members, GOOD, guards).holds
    (reason,) = judge({GONE: goes + 1}, members, GOOD, guards).reasons
    assert (reason.guard, reason.count, reason.limit) == ("max_stops", goes + 1, goes)


def test_a_hold_says_what_was_counted() -> None:
    """Guard, count, share and limit stand beside the sentence, for programs."""
    (reason,) = judge({GONE: 60}, 900, GOOD, Guards()).reasons
    assert reason == HoldReason(
        "max_stops", 60, 0.0667, 45,
        "60 of 900 would be stopped because their rows have left the source: more than max_stops "
        "(10) and max_stop_share (5%).",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("stop", "add", "held"),
    [
        ({"key": "a"}, {"key": "a"}, True),
        ({"email": "A@example.com"}, {"email": "a@example.com"}, True),
        ({"customer_key": "7"}, {"customer_key": "7"}, True),
        ({"key": "a", "customer_key": ""}, {"key": "b", "customer_key": ""}, False),
        ({"key": "a"}, {"key": "a", "sender_code": "777"}, False),
        ({"key": "a"}, {"key": "A"}, False),
        ({"customer_key": "x7"}, {"customer_key": "X7"}, False),
    ],
)
def test_an_add_that_replaces_a_held_stop_is_held(
    stop: dict[str, str], add: dict[str, str], held: bool
) -> None:
    """By key, e-mail or customer key on one sender code; a stranger's add goes."""
    members = frames.members({"phone": phone(1), **stop})
    stops = members.assign(cause=GONE.value, new_phone="", is_retry_of_lost_stop=False)[
        [*STOPS.names]
    ]
    stops = stops.astype(dict(STOPS.columns)).reset_index(drop=True)
    adds = frames.contacts({"phone": phone(2), **add}, {"phone": phone(3)})
    adds = adds.assign(cause=Cause.NEW.value).astype({"cause": "str"})
    nobody, no_keys = stops.iloc[:0], adds.iloc[:0][[*RELABELLED.names]]
    candidates = Candidates(stops, nobody, adds, no_keys, releases=nobody)
    decision = guard(candidates, Counted(1, GOOD), Guards(max_stops=0, max_stop_share=0))
    assert decision.holding("adds", adds.index).tolist() == ["max_stops" if held else "", ""]


NAMES = {
    "nothing": ({}, True),
    "key": ({"key": "a"}, False),
    "phone": ({"phone": "+12065550101"}, False),
    "e-mail": ({"email": "a@example.com"}, False),
    "customer key": ({"customer_key": "7"}, False),
    "sender code only": ({"sender_code": "777"}, True),
}


@pytest.mark.parametrize(("row", "nobody"), NAMES.values(), ids=NAMES)
def test_which_rejects_name_nobody(row: dict[str, str], nobody: bool) -> None:
    """One of key, phone, e-mail and customer key is enough to say whose row it is."""
    assert (len(unattributable(frames.rejects(row))) == 1) == nobody


@pytest.mark.parametrize(
    ("today", "known", "new"),
    [
        ("", "", 0),
        ("ab", "", 2),
        ("ab", "ab", 0),
        ("aab", "ab", 1),
        ("b", "aab", 0),
        ("aa", "aa", 0),
    ],
)
def test_hopeless_rows_are_counted_with_repetition(today: str, known: str, new: int) -> None:
    """A row that stands there once more than last time is new."""
    now, before = (
        number_duplicates(pd.Series(list(text), dtype="str")).to_frame("fingerprint")
        for text in (today, known)
    )
    assert newly_unattributable(now, before) == new
