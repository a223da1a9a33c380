"""Reading what changed: whatever shares a moment, whoever moves meanwhile."""

from __future__ import annotations

import random
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from connectors.sources.keyset import walk


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
