"""Cells of a malformed row, as far as they can be read: for people to look at, never for a sync.

What the row means, only the person who wrote it knows. Told apart are:

| the row | its cells |
| --- | --- |
| too few or too many cells, all well written | as they are |
| a slip: one quote is too many, or not doubled; without it the row has its width | it is text |
| a slip of another kind on one line | every quote is text |
| all else | one: the row as it stands |
"""

from __future__ import annotations

from typing import Final

from connectors.sources.delimited.careful_reader import Grammar

_TRIED: Final = 40
"""Quotes of a row that are tried as text, one after the other; more than this many
stray quotes are not a typing error."""

_MARK: Final = "\0"
"""Stands for the quote that is text; a row that holds it already is not read here."""


def loose_cells(raw: str, grammar: Grammar, width: int, *, slips: bool) -> list[str]:
    """The cells of a malformed row.

    Args:
        raw: The row as it stands, without its line's end.
        grammar: How the cells of its file are written.
        width: How many cells a row of its file has.
        slips: Quotes may be taken for text.
    """
    cells = _whole(raw, grammar)
    if cells is None and slips and grammar.quote:
        plain = Grammar(grammar.delimiter, "", grammar.escape, grammar.skip_space)
        cells = _without_one_quote(raw, grammar, width) or _whole(raw, plain)
    return cells or [raw]


def _without_one_quote(raw: str, grammar: Grammar, width: int) -> list[str] | None:
    """The reading that takes one quote for text, and leaves the fewest others within cells."""
    found: list[tuple[int, list[str]]] = []
    quote, place = grammar.quote, -1
    for _ in range(min(_TRIED, raw.count(quote))):
        place = raw.index(quote, place + 1)
        cells = _whole(raw[:place] + _MARK + raw[place + 1 :], grammar)
        if cells is not None and len(cells) == width:
            found.append((sum(cell.count(quote) for cell in cells), cells))
    if not found:
        return None
    _, cells = min(found, key=lambda each: each[0])
    return [cell.replace(_MARK, quote) for cell in cells]


def _whole(raw: str, grammar: Grammar) -> list[str] | None:
    """The cells of a row that is well written from its beginning to its end."""
    record = grammar.record(raw, 0)
    return None if record.problem or record.end < len(raw) else record.cells
