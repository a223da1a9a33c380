"""Files with thousands of columns, and columns with many rows: the same evidence, in time."""

from __future__ import annotations

import pandas as pd
import pytest

from sendersync.transforms.mapping.column_evidence import ColumnEvidence, distinct_cells
from sendersync.transforms.mapping.header_words import fold, has_stem, holds
from sendersync.transforms.mapping.suggest import suggest
from sendersync.transforms.mapping.whole_columns import evidence_of_all
from tests.waiting.cpu_time import dearer, of_this_thread


@pytest.mark.parametrize("rows", [9, 999, 1_002, 3_000])
def test_a_column_of_few_rows_and_of_many_are_counted_alike(rows: int) -> None:
    """The commonest first, equal ones as they come; blanks and the header itself count for none."""
    cells = [" a ", "b", "", "b", "Notes", "a", "a", "no sms", " "] * (rows // 9)
    column = pd.Series(cells, name="Notes", dtype="str")
    found, counts = distinct_cells([column], "Notes")
    each = rows // 9
    assert (found.to_pylist(), counts.tolist()) == (
        ["a", "b", "no sms"],
        [3 * each, 2 * each, each],
    )
    assert ColumnEvidence.of(column).counts == tuple(
        zip(found.to_pylist(), counts.tolist(), strict=True)
    )
    half = len(column) // 2
    batches = [part.to_frame() for part in (column.iloc[:half], column.iloc[half:])]
    assert evidence_of_all(["Notes"], batches)["Notes"] == ColumnEvidence.of(column)


def test_a_cell_that_refuses_texts_is_kept_among_many_others() -> None:
    """Evidence holds the commonest cells, and each that says no to texts."""
    cells = [f"note {n % 700}" for n in range(2_000)] + ["please do not text her"]
    frame = pd.DataFrame({"Notes": pd.Series(cells, dtype="str")})
    evidence = evidence_of_all(["Notes"], [frame])["Notes"]
    assert evidence.refuses_texts and evidence.counts[-1] == ("please do not text her", 1)


@pytest.mark.parametrize(
    ("header", "stems", "begins", "anywhere"),
    [
        ("optOut", ("opt",), True, True),
        ("coptic", ("opt",), False, False),
        ("coptout", ("optout",), False, True),
        ("Optout date", ("optout",), True, True),
        ("SMS配信停止", ("停止",), True, True),
        ("Abmeldung", ("kündigung",), False, False),
        ("Kündigungsdatum", ("kündigung",), True, True),
        ("", ("optout", "opt"), False, False),
    ],
)
def test_stems_stand_where_they_may(
    header: str, stems: tuple[str, ...], *, begins: bool, anywhere: bool
) -> None:
    """Short ones are whole words, long ones begin a word or stand anywhere, as is asked."""
    assert has_stem(header, stems) is begins
    assert holds(header, stems) is anywhere


def test_a_column_costs_less_than_folding_it_two_hundred_times() -> None:
    """Headers are compared with hundreds of stems, which are folded once and not once a header."""
    names = [f"question {n}" for n in range(500)]
    frame = pd.DataFrame({name: pd.Series(["7", "x"], dtype="str") for name in names})

    def folded() -> None:
        for name in names:
            for _ in range(200):
                fold.__wrapped__(name)

    ours, theirs = (
        lambda: of_this_thread(lambda: suggest(names, frame)),
        lambda: of_this_thread(folded),
    )
    assert dearer(ours, theirs, 1) < 1
