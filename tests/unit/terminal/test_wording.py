"""Words for people: counts, and what a report says first."""

from __future__ import annotations

import pytest

from schemas.wording import counted


@pytest.mark.parametrize(
    ("number", "words", "said"),
    [
        (1, ("row",), "1 row"),
        (2, ("row",), "2 rows"),
        (0, ("row",), "0 rows"),
        (1500, ("row",), "1,500 rows"),
        (1, ("person stays", "people stay"), "1 person stays"),
        (3, ("person stays", "people stay"), "3 people stay"),
    ],
)
def test_one_is_never_a_plural(number: int, words: tuple[str, ...], said: str) -> None:
    """`1 row`, `2 rows`, and the verb goes with the number."""
    assert counted(number, *words) == said
