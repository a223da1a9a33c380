"""Tables for people, printed as they are: nothing in a cell is read as mark-up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from schemas.masking import strip_control_chars
from sendersync.cli.views.output import unbroken, wrapped

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.table import Table

_BETWEEN = 3
"""Columns between two cells of a row."""


@dataclass(frozen=True)
class PlainTable:
    """A table that breaks between words only, or, where it is too wide for that, a list.

    Attributes:
        columns: Headings.
        rows: Cells, in the order of the headings.
        right: Headings of the columns with numbers.
        title: One line above it.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: frozenset[str]
    title: str | None

    def __rich_console__(self, _out: Console, options: ConsoleOptions) -> RenderResult:
        """As a table, or as a list of its rows where no table fits."""
        widths = self._widths(options.max_width)
        if widths:
            yield self._as_table(widths)
        else:
            yield from self._as_list(options.max_width)

    def _widths(self, width: int) -> list[int]:
        """Columns of each cell, its longest word at least; empty where that is too much.

        Rich alone would rather break a word than leave another column narrower.
        """
        from rich.cells import cell_len

        by_column = [list(each) for each in zip(self.columns, *self.rows, strict=True)]
        given = [
            max((cell_len(word) for text in texts for word in unbroken(text)), default=0)
            for texts in by_column
        ]
        wanted = [
            max(cell_len(line) for text in texts for line in text.split("\n"))
            for texts in by_column
        ]
        left = width - 2 - _BETWEEN * (len(given) - 1) - sum(given)
        if left < 0:
            return []
        # whoever wants least is served first, so that short columns do not break
        order = sorted(range(len(given)), key=lambda at: wanted[at] - given[at])
        for waiting, at in zip(range(len(order), 0, -1), order, strict=True):
            more = min(wanted[at] - given[at], left // waiting)
            given[at] += more
            left -= more
        return given

    def _as_table(self, widths: list[int]) -> Table:
        from rich import box
        from rich.table import Table
        from rich.text import Text

        made = Table(
            box=box.SIMPLE_HEAD,
            title=self.title,
            title_justify="left",
            title_style="bold",
            pad_edge=False,
            header_style="bold",
        )
        for name, width in zip(self.columns, widths, strict=True):
            side: Literal["left", "right"] = "right" if name in self.right else "left"
            made.add_column(name, justify=side, overflow="fold", width=width)
        for row in self.rows:
            made.add_row(
                *(
                    # rich would break a quoted command between its words
                    Text("\n".join(wrapped(cell, width)) if "`" in cell else cell)
                    for cell, width in zip(row, widths, strict=True)
                )
            )
        return made

    def _as_list(self, width: int) -> RenderResult:
        from rich.text import Text

        lines = [self.title] if self.title else []
        for row in self.rows:
            cells = [
                f"{name}: {cell}" for name, cell in zip(self.columns, row, strict=True) if cell
            ]
            lines += ["", *(line for cell in cells for line in wrapped(cell, width))]
        for line in lines:
            yield Text(line, overflow="fold")  # a word longer than the screen


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    right: Iterable[str] = (),
    title: str | None = None,
) -> PlainTable:
    """A plain table.

    Args:
        columns: Headings.
        rows: Cells, in the order of the headings.
        right: Headings of the columns with numbers.
        title: One line above it.
    """
    cells = tuple(tuple(strip_control_chars(str(cell)) for cell in row) for row in rows)
    return PlainTable(tuple(columns), cells, frozenset(right), title)
