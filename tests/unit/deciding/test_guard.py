"""When removals go, and when they wait for a person."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from schemas.outcomes import Cause
from schemas.sync_file import Guards
from sendersync.transforms.guard import ReadFacts, guard
from sendersync.transforms.unattributable import (
    newly_unattributable,
    number_duplicates,
    unattributable,
)
from tests.builders import frames

GONE, CONSENT, NUMBER = Cause.GONE, Cause.CONSENT_WITHDRAWN, Cause.NUMBER_CHANGED
GOOD = ReadFacts(rows=1000, rejected=0, complete=True, first_run=False)

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
    verdict = guard(removals, members, replace(GOOD, **facts), Guards(), approved)
    assert verdict.held == held
    assert verdict.approvable == approvable
    assert bool(verdict.because) == bool(held)


def test_an_approval_that_is_too_small_says_so() -> None:
    """Whoever approved five of 41 must not wonder why none went."""
    because = guard({GONE: 41}, 100, GOOD, Guards(), 5).because
    assert because[-1] == "An approval of 5 is too few for these 41: all stay held."


def test_too_few_rows_cannot_be_approved() -> None:
    """Below `min_rows` nothing is concluded, whatever a person says."""
    verdict = guard({GONE: 1}, 100, GOOD, Guards(min_rows=1001), 99)
    assert verdict.held == {GONE}
    assert not verdict.approvable
    assert guard({GONE: 1}, 100, GOOD, Guards(min_rows=1000)).held == frozenset()


def test_an_empty_source_is_held_though_no_row_is_needed() -> None:
    """`min_rows: 0` does not make an empty file prove anything."""
    verdict = guard({GONE: 1}, 100, replace(GOOD, rows=0), Guards(min_rows=0))
    assert verdict.held == {GONE}


def test_strict_guards_hold_the_first_removal() -> None:
    """With both limits at 0 a single departure waits."""
    assert guard({GONE: 1}, 100, GOOD, Guards(max_stops=0, max_stop_share=0)).held == {GONE}


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
