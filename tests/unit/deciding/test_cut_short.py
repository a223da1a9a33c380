"""When a file looks cut off at a limit: a round number of rows, and only the end is missing."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from schemas.member_status import MemberStatus
from sendersync.pipeline.reading.cut_short import looks_cut_short
from tests.builders import frames


def _person(n: int, **values: Any) -> dict[str, Any]:
    return {
        "key": f"k{n:03}", "phone": f"+1206555{n:04}", "email": f"p{n:03}@example.com", **values,
    }  # fmt: skip


def _contacts(places: Any) -> pd.DataFrame:
    return frames.contacts(*map(_person, places))


WHOLE = [*range(100)]
BEHIND = [*range(100, 110)]


@pytest.mark.parametrize(
    "rows", [100, 250, 500, 1000, 5000, 12000, 16384, 65535, 65536, 1048575, 1048576]
)
def test_a_round_number_of_rows_whose_end_is_missing_is_cut_off(rows: int) -> None:
    """At the limits of exports, pages and spreadsheets, the header's row counted or not."""
    told = looks_cut_short(rows, _contacts(WHOLE), frames.members(*map(_person, WHOLE + BEHIND)))
    assert f"{rows:,} rows" in told and "the 10 people" in told and "`key`" in told


@pytest.mark.parametrize("rows", [0, 99, 101, 200, 300, 999, 1001, 1500, 65537])
def test_another_number_of_rows_is_no_limit(rows: int) -> None:
    """Rows are as many as people are, nearly always."""
    members = frames.members(*map(_person, WHOLE + BEHIND))
    assert looks_cut_short(rows, _contacts(WHOLE), members) == ""


SHUFFLED = WHOLE[50:] + WHOLE[:50]
LISTS: dict[str, tuple[list[int], list[dict[str, Any]], bool]] = {
    # rows of the file; who is missing; does it look cut off
    "two behind the end": (WHOLE, [_person(200), _person(201)], True),
    "one who left from the end": (WHOLE, [_person(200)], False),
    "nobody is missing": (WHOLE, [], False),
    "one of them from the middle": (
        [n for n in WHOLE if n != 50], [_person(50), _person(200)], False,
    ),
    "one of them from the beginning": (WHOLE[1:], [_person(0), _person(200)], False),
    "a file in no order": (SHUFFLED, [_person(200), _person(201)], False),
    "too few values for an order": (WHOLE[:24], [_person(200), _person(201)], False),
    "just enough": (WHOLE[:25], [_person(200), _person(201)], True),
    "those behind the end were stopped before": (
        WHOLE,
        [_person(n, standing=MemberStatus.STOPPED.value) for n in (200, 201)], False,
    ),
    "or are another sync's": (
        WHOLE, [_person(n, standing=MemberStatus.RELEASED.value) for n in (200, 201)], False,
    ),
    "in the order of another column": (
        WHOLE, [_person(n, key=f"a{n}", phone=f"+1206111{n:04}") for n in (200, 201)], True,
    ),
    "one of the missing has no value there": (
        WHOLE, [_person(200, key="", phone="+12061110200", email=""), _person(201)], False,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "missing", "cut"), LISTS.values(), ids=LISTS)
def test_only_the_end_is_missing(rows: list[int], missing: list[dict[str, Any]], cut: bool) -> None:
    """The file rises in some column, and everybody who is missing would come after its last row."""
    members = frames.members(*map(_person, rows), *missing)
    assert bool(looks_cut_short(1000, _contacts(rows), members)) is cut


def test_numbers_are_ordered_as_numbers() -> None:
    """9 comes before 10, and 100 before 200, whatever their texts do."""
    rows = [_person(n, key=str(n), email="") for n in range(1, 100)]
    phones = [row | {"phone": f"+1206555{(n * 37) % 100:04}"} for n, row in enumerate(rows)]
    missing = [{"key": str(n), "phone": f"+1206444{n:04}", "email": ""} for n in (100, 200, 1000)]
    assert looks_cut_short(1000, frames.contacts(*phones), frames.members(*phones, *missing))
