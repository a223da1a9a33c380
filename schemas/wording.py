"""Counts and lines in words: one function says `1 row` and `2 rows` in every message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

NAMED_LINES: Final = 20
"""Lines that a sentence names; more of them are counted."""


def counted(number: int, one: str, many: str = "") -> str:
    """`1 row`, `2 rows`, `1,500 rows`.

    Args:
        number: How many.
        one: The word, and what follows it, for one: `row`, `row has`.
        many: The same for any other number; `one` with an s where it is left out.
    """
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def named_lines(lines: Sequence[int], more: int = 0) -> str:
    """`line 3`, `lines 3 and 8`, `lines 3, 8, 12 and 4 more`.

    Args:
        lines: Lines of a file, at least one.
        more: Further ones that are not in `lines`.
    """
    more += max(0, len(lines) - NAMED_LINES)
    words = [str(line) for line in lines[:NAMED_LINES]] + ([f"{more:,} more"] if more else [])
    if len(words) == 1:
        return f"line {words[0]}"
    return f"lines {', '.join(words[:-1])} and {words[-1]}"
