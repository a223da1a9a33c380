"""Rows of texts become batches: any number of rows, in pages of any size, in batches of any size."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from connectors.sources.record_batches import RecordBatches, rows_at_once


@given(pages=st.lists(st.integers(0, 9), max_size=8), batch_rows=st.integers(1, 12))
def test_every_row_is_in_one_batch_and_the_last_says_so(pages: list[int], batch_rows: int) -> None:
    """Each row once, in order, lines from 1, no batch too large; the last one alone is complete."""
    batches = RecordBatches(("id", "text"), batch_rows)
    got, number = [], 0
    for size in pages:
        got += list(batches.add((str(number + n), "") for n in range(size)))
        number += size
    got.append(batches.last("cursor"))
    assert [each.complete for each in got] == [False] * (len(got) - 1) + [True]
    assert [each.cursor for each in got] == [""] * (len(got) - 1) + ["cursor"]
    assert all(each.rows <= batch_rows for each in got)
    assert [key for each in got for key in each.frame["id"]] == [str(n) for n in range(number)]
    assert [line for each in got for line in each.frame.index] == list(range(1, number + 1))
    assert all({str(kind) for kind in each.frame.dtypes} == {"str"} for each in got)


def test_wide_rows_come_in_fewer_at_a_time() -> None:
    """A thousand columns are not held ten thousand times at once, and narrow rows are not many more."""
    names = [f"c{number}" for number in range(1000)]
    batches = RecordBatches(names)
    got = [*batches.add([[""] * 1000] * 600), batches.last()]
    assert [each.rows for each in got] == [250, 250, 100]
    assert rows_at_once(5, 10_000) == 10_000
    assert rows_at_once(0, 10) == 10


@given(text=st.text(st.characters(categories=("Cs", "L", "So")), max_size=9))
def test_half_a_character_is_no_reason_to_read_nothing(text: str) -> None:
    """A CRM that cut a text within an emoji sends half of it: a sign stands there instead."""
    batches = RecordBatches(("id", "text"))
    assert list(batches.add([("1", text)])) == []
    got = batches.last().frame["text"].iloc[0]
    assert got == "".join("\ufffd" if "\ud800" <= sign <= "\udfff" else sign for sign in text)
