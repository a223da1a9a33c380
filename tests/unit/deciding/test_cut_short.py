"""When a file looks cut off at a limit: a round number of rows, and only the end is missing."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from schemas.frames import ADDED
from schemas.member_status import MemberStatus
from sendersync.pipeline.reading.cut_short import looks_cut_short
from tests.builders import frames
from tests.builders.sync_files import CODE


def _person(n: int, **values: Any) -> dict[str, Any]:
    return {
        "key": f"k{n:03}", "phone": f"+1206555{n:04}", "email": f"p{n:03}@example.com", **values,
    }  # fmt: skip


def _contacts(places: Any) -> pd.DataFrame:
    return frames.contacts(*map(_person, places))


def _looked(contacts: pd.DataFrame, members: pd.DataFrame, rows: int = 1000) -> str:
    """By their columns alone."""
    return looks_cut_short(rows, contacts, members, _added())


WHOLE = [*range(100)]
BEHIND = [*range(100, 110)]


@pytest.mark.parametrize(
    "rows",
    [
        50,
        100,
        200,
        250,
        500,
        999,
        1000,
        1023,
        1024,
        1500,
        2500,
        4999,
        5000,
        12000,
        16384,
        32767,
        65535,
        65536,
        1048575,
        1048576,
    ],
)
def test_a_round_number_of_rows_whose_end_is_missing_is_cut_off(rows: int) -> None:
    """At the limits of exports, pages and spreadsheets, the header's row counted or not."""
    told = _looked(_contacts(WHOLE), frames.members(*map(_person, WHOLE + BEHIND)), rows)
    assert f"{rows:,} rows" in told and "the 10 people" in told and "`key`" in told


@pytest.mark.parametrize("rows", [0, 99, 101, 251, 998, 1001, 1515, 65534, 65537])
def test_another_number_of_rows_is_no_limit(rows: int) -> None:
    """Rows are as many as people are, nearly always."""
    members = frames.members(*map(_person, WHOLE + BEHIND))
    assert _looked(_contacts(WHOLE), members, rows) == ""


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
    assert bool(_looked(_contacts(rows), members)) is cut


def test_numbers_are_ordered_as_numbers() -> None:
    """9 comes before 10, and 100 before 200, whatever their texts do."""
    rows = [_person(n, key=str(n), email="") for n in range(1, 100)]
    phones = [row | {"phone": f"+1206555{(n * 37) % 100:04}"} for n, row in enumerate(rows)]
    missing = [{"key": str(n), "phone": f"+1206444{n:04}", "email": ""} for n in (100, 200, 1000)]
    assert _looked(frames.contacts(*phones), frames.members(*phones, *missing))


@pytest.mark.parametrize("name", ["C{}", "{}-2026", "u{}@example.com"])
@pytest.mark.parametrize("falls", [False, True])
def test_a_list_may_rise_or_fall_and_number_its_people(name: str, falls: bool) -> None:
    """The newest first is an order too, and C9 comes before C10."""
    keys = [name.format(n) for n in range(1, 111)][:: -1 if falls else 1]
    rows = [_person(n * 37 % 113, key=key, email="") for n, key in enumerate(keys)]
    assert _looked(frames.contacts(*rows[:100]), frames.members(*rows))
    assert not _looked(frames.contacts(*rows[5:105]), frames.members(*rows))


def _added(*runs: tuple[str, list[dict[str, Any]]]) -> pd.DataFrame:
    """People in the order in which the runs of these names have added them."""
    found = [
        {"phone": row["phone"], "sender_code": CODE, "run_id": run, "number": n}
        for run, rows in runs
        for n, row in enumerate(rows)
    ]
    return pd.DataFrame(found, columns=[*ADDED.names]).astype(dict(ADDED.columns))


MIXED = [_person(n * 37 % 113, email="") for n in range(110)]
IN_NO_ORDER: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]], bool]] = {
    # today's rows; those of the second run, when all the others were added by the first
    "the end of the file is missing": (MIXED[:100], [], True),
    "and people who came later": (MIXED[:90], MIXED[100:], True),
    "somebody is missing from the middle": (MIXED[:50] + MIXED[51:101], [], False),
    "in another order than then": (MIXED[50:100] + MIXED[:50], [], False),
}


@pytest.mark.parametrize(("rows", "later", "cut"), IN_NO_ORDER.values(), ids=IN_NO_ORDER)
def test_the_order_may_be_that_of_the_file_alone(
    rows: list[dict[str, Any]], later: list[dict[str, Any]], cut: bool
) -> None:
    """A file in the order of a column that nobody mapped gives its people as it gave them first."""
    first = [row for row in MIXED if row not in later]
    added = _added(("2026-11-01", first), ("2026-11-02", later))
    told = looks_cut_short(1000, frames.contacts(*rows), frames.members(*MIXED), added)
    assert ("in the order in which they were added" in told) is cut
    unknown = _added(("2026-11-01", first[:50]))
    assert not looks_cut_short(1000, frames.contacts(*rows), frames.members(*MIXED), unknown)
