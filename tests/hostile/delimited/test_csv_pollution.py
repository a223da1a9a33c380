"""The pollutions of the Pollock benchmark: all files are read, and nothing of them is lost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.read_polluted import ours, rows_alone
from tests.builders.polluted_files import HEADER, Polluted, beside_the_benchmark, pollutions, score

ROWS = (0, 1, 2, 41, 82, 83)
NOT_TOLD = ("header_multirow", "escape_char_0x00", "quotation_char", "field_delimiter_0x20")
"""Files in which more than one row is not what a person would have it be."""


def _files() -> list[Polluted]:
    return [*pollutions(ROWS), *beside_the_benchmark()]


@pytest.mark.parametrize("polluted", _files(), ids=lambda each: each.name)
def test_a_polluted_file_is_read_and_its_clean_rows_are_exact(
    tmp_path: Path, polluted: Polluted
) -> None:
    """One polluted row costs at most itself; no other row, and no cell of one, changes."""
    path = tmp_path / "polluted.csv"
    path.write_bytes(polluted.data)
    got = {tuple(row) for row in rows_alone(path)[1:]}
    if polluted.name.startswith(NOT_TOLD):
        assert len(got) > 40 and all(len(row) == len(HEADER) for row in got)
        return
    right = [tuple(row) for row in polluted.records]
    if polluted.name.startswith("multitable"):
        right = right[:83]  # the second table has other columns
    assert len([row for row in right if row not in got]) <= 1
    invented = [row for row in got if row not in right and len(row) == len(HEADER)]
    assert not invented or polluted.name.startswith("multitable")


@pytest.mark.parametrize(
    ("rows", "kind", "least"),
    [
        (range(5, 84, 26), "row_more_sep", 9.997),
        (range(5, 84, 26), "row_extra_quote", 9.997),
        (range(5, 84, 26), "row_less_sep", 9.96),
        (range(5, 84, 26), "row_field_delimiter", 9.93),
        ((0,), "row_more_sep", 10),
        ((0,), "row_extra_quote", 9.6),
        ((0,), "row_less_sep", 9.1),
        ((), "", 9.3),
    ],
)
def test_the_clean_copy_keeps_what_can_be_told(
    tmp_path: Path, rows: Sequence[int], kind: str, least: float
) -> None:
    """Scored as Pollock does it, each kind of pollution gives what the soak test counts on."""
    totals = []
    path = tmp_path / "polluted.csv"
    for each in pollutions(rows):
        if each.name.startswith(kind or ("file", "source", "no_", "preamble", "field", "escape")):
            path.write_bytes(each.data)
            totals.append(score(each, ours(path)).total)
    assert sum(totals) / len(totals) >= least


@pytest.mark.soak
def test_the_score_of_all_files(tmp_path: Path) -> None:
    """All 2,290 files: what `--clean` writes beats 9.96, the best that was published."""
    alone, whole = [], []
    path = tmp_path / "polluted.csv"
    for each in pollutions():
        path.write_bytes(each.data)
        alone.append(score(each, rows_alone(path)).total)
        whole.append(score(each, ours(path)).total)
    assert sum(alone) / len(alone) > 9.94
    assert sum(whole) / len(whole) > 9.97
