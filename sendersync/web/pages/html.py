"""Mark-up: every text from outside goes through `text`, and a table is readable at 400 pixels."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from schemas.masking import strip_control_chars

LONGEST_TEXT: Final = 300


def text(value: object, longest: int = LONGEST_TEXT) -> str:
    """Foreign text as text: nothing in it is read as mark-up or obeyed."""
    shown = str(value)
    if len(shown) > longest:
        shown = shown[:longest] + " …"
    return html.escape(strip_control_chars(shown), quote=True)


def value_of(value: str) -> str:
    """The whole value of a field of a form, as an attribute: it must come back as it was."""
    return html.escape(value, quote=True)


def cell(value: object) -> str:
    """A cell of a source, in its own reading direction, which ends with it."""
    return f'<span class="cell" dir="auto">{text(value)}</span>'


def command_line(command: str) -> str:
    """A command to be copied: on one line, however long it is; the keyboard can move along it."""
    shown = text(command, 2_000)
    return f'<pre class="command" tabindex="0" role="region" aria-label="Command">{shown}</pre>\n'


def table(
    heads: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: bool = True
) -> Iterator[str]:
    """A table; on a narrow screen each row becomes a card, and each cell says its column.

    A browser forgets that a table is one when its rows become blocks: the roles say it again.

    Args:
        heads: What the columns are called.
        rows: Cells, which are mark-up already.
        numbers: The first column holds numbers.
    """
    mark = ' class="n"'
    yield '<table role="table"><thead role="rowgroup"><tr role="row">'
    for at, head in enumerate(heads):
        right = mark if numbers and not at else ""
        yield f'<th role="columnheader" scope="col"{right}>{text(head)}</th>'
    yield '</tr></thead><tbody role="rowgroup">\n'
    for row in rows:
        yield '<tr role="row">'
        for at, (head, shown) in enumerate(zip(heads, row, strict=True)):
            right = mark if numbers and not at else ""
            yield f'<td role="cell" data-label="{text(head)}"{right}>{shown}</td>'
        yield "</tr>\n"
    yield "</tbody></table>\n"


def stacked_bar(parts: Sequence[tuple[str, int]], said: str) -> str:
    """One bar of several colors.

    A picture, and no styled boxes: a page that is served allows no style beside its stylesheet.

    Args:
        parts: Tone and count, from the left.
        said: The same in words, for whoever does not see it.
    """
    whole = max(1, sum(count for _, count in parts))
    drawn, left = "", 0.0
    for tone, count in parts:
        if count:
            width = 100 * count / whole
            drawn += f'<rect class="{tone}" x="{left:.3f}%" width="{width:.3f}%" height="100%"/>'
            left += width
    return f'<svg class="whole" role="img" aria-label="{text(said)}">{drawn}</svg>\n'


def bar(share: float, kind: str = "bar") -> str:
    """A bar beside a number that says the same; `share` is 0 to 1."""
    return (
        f'<svg class="{kind}" aria-hidden="true">'
        f'<rect width="{100 * share:.2f}%" height="100%"/></svg>'
    )
