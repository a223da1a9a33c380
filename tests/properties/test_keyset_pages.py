"""Reading what changed: whatever shares a moment, whoever moves meanwhile."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sources.incremental.keyset_pages import by_id, walk
from schemas.errors import SourceUnavailable


@dataclass(frozen=True)
class Row:
    """A row with an id and a moment."""

    id: int
    moment: int


@given(
    moments=st.lists(st.integers(0, 6), max_size=40),
    full=st.integers(1, 7),
    start=st.integers(0, 6),
    seed=st.integers(0, 1000),
    moving=st.booleans(),
)
def test_every_row_comes_once(
    moments: list[int], full: int, start: int, seed: int, moving: bool
) -> None:
    """Each row from the first moment on comes once; one that changes meanwhile at most once.

    Rows of one moment come in no order that can be relied upon.
    """
    end, chance = 7, random.Random(seed)
    rows = {number: Row(number, moment) for number, moment in enumerate(moments, start=1)}
    moved: set[int] = set()

    def live() -> list[Row]:
        if moving and rows and chance.random() < 0.3:
            number = chance.choice(list(rows))
            moved.add(number)
            rows[number] = Row(number, end + 1)
        shuffled = list(rows.values())
        random.Random(seed).shuffle(shuffled)
        return shuffled

    def since(moment: int) -> list[Row]:
        found = [row for row in live() if moment <= row.moment <= end]
        return sorted(found, key=lambda row: row.moment)[:full]

    def within(moment: int, above: int) -> list[Row]:
        found = [row for row in live() if row.moment == moment and row.id > above]
        return sorted(found, key=lambda row: row.id)[:full]

    due = {row.id for row in rows.values() if row.moment >= start}
    got = [row.id for page in walk(start, full, since, within) for row in page]
    assert len(got) == len(set(got))
    assert set(got) <= due
    assert due - set(got) <= moved


def test_a_row_that_shows_a_later_moment_hides_nobody() -> None:
    """A search may find a row by what it was: the next page begins where this one ended all the same."""
    found = [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 9)]
    shown = {2: 7}
    asked: list[int] = []

    def since(moment: int) -> list[Row]:
        asked.append(moment)
        if len(asked) > 2:  # the search has caught up
            found[:] = sorted({**dict(found), **shown}.items(), key=lambda pair: pair[1])
        page = [(number, at) for number, at in found if at >= moment][:3]
        return [Row(number, shown.get(number, at)) for number, at in page]

    got = [row.id for page in walk(1, 3, since, lambda moment, above: []) for row in page]
    assert sorted(got) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    "page",
    [
        pytest.param([Row(1, 5), Row(2, 4)], id="unordered"),
        pytest.param([Row(1, 2), Row(2, 2)], id="from before the start"),
    ],
)
def test_changes_out_of_order_are_no_read(page: list[Row]) -> None:
    """Whoever stands behind such a page would be lost in silence."""
    with pytest.raises(SourceUnavailable):
        list(walk(3, 2, lambda moment: page, lambda moment, above: []))


@pytest.mark.parametrize("ids", [[2, 1], [1, 1], [0, 1]])
def test_ids_that_do_not_go_on_are_no_read(ids: list[int]) -> None:
    """The same page for ever, or a row that comes twice, ends the read instead of going on."""
    with pytest.raises(SourceUnavailable):
        list(by_id(2, lambda above: [Row(one, 1) for one in ids]))
    with pytest.raises(SourceUnavailable):
        list(by_id(2, lambda above: [Row(1, 1), Row(2, 1)]))
