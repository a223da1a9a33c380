"""Looking text up in columns: the same answers as pandas gives, one string at a time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.member_status import MemberStatus
from sendersync.transforms.cells.arrow_columns import (
    all_differ,
    as_arrow,
    as_text,
    is_in,
    joined,
    one_of,
    places_in,
    rows_where,
    stacked,
)

CELLS = st.lists(st.sampled_from(["", "a", "b", "+1206", "é", "A"]), max_size=8)


def _column(cells: list[str], start: int = 0) -> pd.Series[str]:
    return pd.Series(cells, index=range(start, start + len(cells)), dtype="str")


@given(CELLS, CELLS)
def test_a_value_is_in_a_column_as_pandas_says(values: list[str], others: list[str]) -> None:
    """Wherever and as often as it stands there; the index is that of the values."""
    asked = _column(values, 7)
    pd.testing.assert_series_equal(is_in(asked, _column(others)), asked.isin(others))
    pd.testing.assert_series_equal(is_in(asked, {*others}), asked.isin(others))
    pd.testing.assert_series_equal(is_in(asked, pd.Index(others, dtype="str")), asked.isin(others))


def test_values_are_looked_up_among_words_of_an_enum() -> None:
    """Standings are compared by what is written in the ledger."""
    standings = _column(["subscribed", "stopped"])
    assert is_in(standings, frozenset({MemberStatus.SUBSCRIBED})).tolist() == [True, False]


@given(CELLS, CELLS)
def test_a_value_has_the_place_where_it_first_stands(values: list[str], others: list[str]) -> None:
    """Counted from 0; -1 where it does not stand there."""
    found = places_in(_column(values), _column(others, 3))
    assert found.dtype == np.int64
    assert found.tolist() == [others.index(v) if v in others else -1 for v in values]


@given(st.lists(st.tuples(*[st.sampled_from(["", "a", "ab", " ", "b"])] * 2), max_size=6))
def test_joined_columns_are_equal_where_all_their_cells_are(rows: list[tuple[str, str]]) -> None:
    """`a`, `b` and `ab`, `` are two things."""
    first, second = _column([a for a, _ in rows]), _column([b for _, b in rows])
    pairs = joined(first, second)
    assert pairs.dtype == "str"
    assert [[a == b for b in pairs] for a in pairs] == [[a == b for b in rows] for a in rows]


@pytest.mark.parametrize("part", [slice(0, 0), slice(1, 3), slice(None)])
def test_a_column_comes_back_from_arrow_as_it_was(part: slice) -> None:
    """A part of a column too, and one that was put together of several."""
    cells = pd.concat([_column(["a", ""]), _column(["b"], 2)]).iloc[part]
    pd.testing.assert_series_equal(as_text(as_arrow(cells), cells.index), cells)


@given(CELLS)
def test_values_differ_where_none_stands_there_twice(values: list[str]) -> None:
    """Blank cells are equal too."""
    assert all_differ(_column(values)) == (len({*values}) == len(values))


def test_a_column_of_few_texts_is_made_by_their_places() -> None:
    """As pandas makes it of the texts themselves."""
    made = one_of(["a", MemberStatus.UNSURE], np.array([1, 0, 1]), pd.RangeIndex(4, 7))
    pd.testing.assert_series_equal(made, _column(["unsure", "a", "unsure"], 4), check_index=True)


@given(st.lists(st.booleans(), max_size=5))
def test_rows_are_chosen_as_pandas_chooses_them(flags: list[bool]) -> None:
    """All of them, some or none: the same cells, dtypes and lines."""
    index = pd.Index([3 * n for n in range(len(flags))], dtype="int64", name="line")
    frame = pd.DataFrame({"a": ["x"] * len(flags), "b": flags}, index=index)
    frame = frame.astype({"a": "str", "b": "bool"})
    where = pd.Series(flags, index=index, dtype=bool)
    pd.testing.assert_frame_equal(rows_where(frame, where), frame.loc[where])


def test_frames_without_rows_add_nothing() -> None:
    """Their columns and dtypes stay, where all are such."""
    frame = pd.DataFrame({"a": _column(["x", "y"])})
    empty = frame.iloc[:0]
    pd.testing.assert_frame_equal(stacked([empty, frame, frame]), pd.concat([frame, frame]))
    pd.testing.assert_frame_equal(stacked([empty, frame]), frame)
    pd.testing.assert_frame_equal(stacked([empty, empty]), empty)
