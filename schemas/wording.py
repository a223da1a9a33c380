"""Counts in words: one function says `1 row` and `2 rows` in every message."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """`1 row`, `2 rows`, `1,500 rows`.

    Args:
        number: How many.
        one: The word, and what follows it, for one: `row`, `row has`.
        many: The same for any other number; `one` with an s where it is left out.
    """
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
