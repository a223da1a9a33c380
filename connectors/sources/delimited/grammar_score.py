"""How well a grammar reads the first lines of a file.

The right one cuts most lines into the same number of cells, and leaves cells in which no other
delimiter stands, unless they stand within quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from connectors.sources.delimited.sampled import DetectedDialect, Sampled
from connectors.sources.files.looks_like_contact import is_guarded

RARE: Final = (
    *("||", "::", ";;", "\t\t", "|~|", "~|~", "^|^", "~^~", "##", "@@"),
    *(":", "^", "~", "\x1f", "\x1e", "\x01", "¦", "§", "¬", "¤", "þ", "÷", "·", "•", "#", "!"),
)
"""Delimiters that are believed only when nearly every line, the first one too, agrees."""

_TYPED = re.compile(
    r"\s*(?:[+-]?[\d.,'’ ()/:-]+%?|[^\s@]+@[^\s@]+\.[^\s@,;|\t]+|[a-z]+://[^\s;|\t]+|"
    r"\d{4}-\d\d-\d\d[T ][\d:.+Z-]+)\s*",
    re.IGNORECASE,
)
_FOREIGN = re.compile(r"[;|\t]|,(?=\S)|::|\x1f")
_DECIMAL = re.compile(r"[+-]?\d+(?:[.,]\d+)*")


def score(found: DetectedDialect) -> float:
    """How well a grammar reads the sample: 1 at best, 0 when it cuts nothing."""
    widths = found.widths()
    total = sum(widths.values())
    many = {width: count for width, count in widths.items() if width > 1}
    if not many:
        return 0
    width, count = max(many.items(), key=lambda each: (each[1], each[0]))
    share = count / total
    rows = [each for each in found.records if each.width == width]
    if found.grammar.delimiter in RARE:
        first = next(each for each in found.records if not each.blank)
        if share < 0.9 or total < 2 or first.width != width:
            return 0
    elif share < 0.5 and _longest_run(found, width) < 3:
        return 0
    clean = [1.0 if quoted else _is_clean(cell) for row in rows[:100] for cell, quoted in _of(row)]
    quality = sum(clean) / len(clean)
    # the line that names the columns holds no other delimiter than theirs
    named = sum(quoted or not _is_foreign(cell) for cell, quoted in _of(rows[0])) / width
    return share * (1 - 0.5 / width) * (0.2 + 0.8 * quality) * (0.5 + 0.5 * named)


def _of(record: Sampled) -> Iterator[tuple[str, bool]]:
    """Its cells, and whether each stands within quotes."""
    quoted = set(record.quoted)
    for place, cell in enumerate(record.cells or ()):
        yield cell, place in quoted


def _longest_run(found: DetectedDialect, width: int) -> int:
    longest = run = 0
    for each in found.records:
        run = run + 1 if each.width == width else 0
        longest = max(longest, run)
    return longest


def _is_clean(cell: str) -> float:
    """1 for a number, a date, an address or plain text; less where another delimiter stands."""
    if not cell or is_guarded(cell):
        return 1.0
    if _TYPED.fullmatch(cell):
        return 1.0 if not _cut_number(cell) else 0.8
    if len(cell) > 200 or _is_foreign(cell):
        return 0.3
    return 0.95


def _is_foreign(cell: str) -> bool:
    """Another delimiter stands in it, or it is one half of `="1,5"`."""
    if is_guarded(cell):
        return False
    halved = cell.lstrip(" ").startswith('="') and cell.count('"') % 2 == 1
    return halved or _FOREIGN.search(cell) is not None


def _cut_number(cell: str) -> bool:
    """`1,5` is a decimal, or two cells."""
    return "," in cell and _DECIMAL.fullmatch(cell.strip()) is not None
